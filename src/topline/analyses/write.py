"""Write results: as rows, and in the shape of CDISC's Analysis Results Standard."""

from pathlib import Path

from topline.analyses.ars import write_ars
from topline.analyses.results import Results
from topline.protocol.protocol import Protocol
from topline.spreadsheet import write_spreadsheet


def write_results(results: Results, protocol: Protocol, folder: Path) -> None:
    """Write `results.parquet`, `results.csv`, `results.json` (ARS) and `curves.parquet`."""
    results.rows.write_parquet(folder / "results.parquet")
    write_spreadsheet(results.rows, folder / "results.csv")
    results.curves.write_parquet(folder / "curves.parquet")
    (folder / "results.json").write_text(write_ars(protocol, results), encoding="utf-8")
