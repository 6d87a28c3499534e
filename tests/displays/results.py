"""Result rows written by hand, for tests that need a few of them."""

from collections.abc import Mapping

import polars as pl

from topline.analyses.results import Result

TYPES: dict[str, pl.DataType] = {
    name: {"value": pl.Float64(), "n": pl.Int64(), "n_missing": pl.Int64()}.get(name, pl.String())
    for name in Result.column_names()
}


def result_rows(*rows: Mapping[str, object]) -> pl.DataFrame:
    """Make result rows of analysis A; what is not said is empty, the id is the position."""
    full = [
        dict.fromkeys(TYPES, "")
        | {"analysis_id": "A", "result_id": f"r{i}", "value": None, "n": None, "n_missing": None}
        | dict(row)
        for i, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=TYPES)
