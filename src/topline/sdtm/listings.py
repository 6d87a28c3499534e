"""Write what the analysis does not use: rows set aside, and what the data cut took out."""

from pathlib import Path

from topline.sdtm.collected import Sdtm
from topline.spreadsheet import write_spreadsheet


def write_listings(sdtm: Sdtm, folder: Path) -> None:
    """Write `set_aside_DOMAIN.csv` for each domain with such rows, and `after_cut.csv`."""
    folder.mkdir()
    for domain, rows in sorted(sdtm.set_aside.items()):
        if rows.height:
            write_spreadsheet(rows, folder / f"set_aside_{domain.lower()}.csv")
    write_spreadsheet(sdtm.after_cut, folder / "after_cut.csv")
