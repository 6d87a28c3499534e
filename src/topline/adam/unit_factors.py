"""What leads from one unit of a test to another. Imported when units differ: pint costs a while."""

from collections.abc import Mapping

import polars as pl

from topline.clinical.ctcae.criteria import Quantity
from topline.clinical.ctcae.units import Analyte, convert, measured_by, parse_unit

UNKNOWN = Analyte(name="unknown", codes=())


def derive_unit_factors(
    wanted: pl.DataFrame, analytes: Mapping[str, Analyte] | None = None
) -> pl.DataFrame:
    """Add `factor`: how many of the target make one of the unit; null where nothing does.

    Parameters
    ----------
    wanted
        Test code, unit and target, in this order.
    analytes
        What tests measure where it is not what their code says.
    """
    known = analytes or {}
    found = [
        _factor(unit, target, known.get(test) or measured_by(test) or UNKNOWN)
        for test, unit, target in wanted.rows()
    ]
    return wanted.with_columns(factor=pl.Series(found, dtype=pl.Float64))


def _factor(unit: str | None, target: str | None, analyte: Analyte) -> float | None:
    if unit is None or target is None or not parse_unit(target):
        return None
    one = Quantity(number=1, unit=target, text="")
    found = [c for meaning in parse_unit(unit) if (c := convert(one, meaning, analyte))]
    return 1 / min(found, key=lambda each: each[1])[0] if found else None
