"""Write the analysis datasets."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from topline.spreadsheet import write_spreadsheet


def write_adam(datasets: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write each dataset as Parquet (exact) and CSV (safe in a spreadsheet), in lower case."""
    folder.mkdir()
    for name, dataset in datasets.items():
        dataset.write_parquet(folder / f"{name.lower()}.parquet")
        write_spreadsheet(dataset, folder / f"{name.lower()}.csv")
