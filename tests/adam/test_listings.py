from pathlib import Path

import polars as pl

from tests.adam.study import protocol, treated
from topline.adam.adam import derive_adam
from topline.adam.listings import derive_listings, write_derived_listings

SDTM = treated(
    {"01": ("2024-01-10", "2024-06-01")},
    TR="""
        ID  TRLNKID  TRGRPID  TRTESTCD  TRSTRESN  VISITNUM  TRDTC
        01  T01      TARGET   LDIAM     40        1         2024-01-02
        01  T01      TARGET   LDIAM     28        2         2024-03-06
    """,
    RS="ID  RSTESTCD  RSSTRESC  VISITNUM  RSDTC\n01  OVRLRESP  =SD  2  2024-03-06",
)


def test_listings_are_files_beside_those_already_there(tmp_path: Path) -> None:
    plan = protocol()
    listings = derive_listings(plan, SDTM, derive_adam(plan, SDTM).datasets)
    (tmp_path / "after_cut.csv").touch()
    write_derived_listings(listings, tmp_path)
    names = ["after_cut.csv", "agreement.csv", "discrepancies.csv", "visits.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    for name, rows in listings.items():
        assert pl.read_csv(tmp_path / f"{name}.csv").height == rows.height
        assert rows.height
    # what a spreadsheet would run is text
    assert ",'=SD," in (tmp_path / "discrepancies.csv").read_text(encoding="utf-8-sig")


def test_the_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    write_derived_listings({"visits": pl.DataFrame({"a": [1]})}, tmp_path / "listings")
    assert (tmp_path / "listings" / "visits.csv").is_file()
