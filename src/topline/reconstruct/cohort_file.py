"""Read patients that a reconstruction has written, so that their records can be written again."""

from pathlib import Path

import polars as pl

from topline.errors import DataError
from topline.reconstruct.cohort import COURSE, Cohort
from topline.reconstruct.published import Published
from topline.reconstruct.strata import GROUP


def read_cohort(path: Path, published: Published) -> Cohort:
    """Read `patients.csv`.

    Parameters
    ----------
    path
        Of the file that `write_reconstruction` made.
    published
        Its attributes, and the seed.

    Raises
    ------
    DataError
        Columns of every cohort, or attributes, are missing.
    """
    patients = pl.read_csv(path, infer_schema=False)
    types = _types(patients, published)
    missing = [name for name in (*COURSE, *published.attributes) if name not in patients.columns]
    if missing:
        msg = f"{path.name}: no column {', '.join(missing)}; make the patients again"
        raise DataError(msg)
    read = [_read(name, kind) for name, kind in types.items()]
    return Cohort(patients.select(read), published.seed)


def _types(patients: pl.DataFrame, published: Published) -> dict[str, pl.DataType]:
    """Return the type of each column; beside courses and attributes there are only numbers."""
    types: dict[str, pl.DataType] = {}
    for name in patients.columns:
        attribute = published.attributes.get(name)
        if name in COURSE:
            types[name] = COURSE[name]
        elif name == GROUP or (attribute is not None and attribute.levels is not None):
            types[name] = pl.String()
        elif attribute is not None and not attribute.numeric:
            types[name] = pl.Boolean()
        else:
            types[name] = pl.Float64()
    return types


def _read(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Boolean):
        return column == "true"
    if isinstance(kind, pl.Date):
        return column.str.to_date()
    return column.cast(kind)
