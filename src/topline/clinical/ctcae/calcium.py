"""Total calcium corrected by albumin.

References
----------
.. [1] NCI (2006). Common terminology criteria for adverse events, version 3.0: remark on
   hypocalcemia.
"""

import polars as pl

from topline.clinical.ctcae.criteria import Quantity
from topline.clinical.ctcae.options import CalciumCorrection
from topline.clinical.ctcae.recognition import Recognized
from topline.clinical.ctcae.units import convert, parse_unit, read_analytes


def derive_corrected(
    part: pl.DataFrame, found: Recognized, correction: CalciumCorrection
) -> pl.DataFrame:
    """Add `albumin_g_dl`, and `graded_value`: calcium + slope x (reference - albumin) [1]_.

    Parameters
    ----------
    part
        Calcium in one unit, with `value`, `albumin` and `albumin_unit`.
    found
        What the test was recognized as.
    correction
        Slope, reference, and what to do without albumin or with much of it.
    """
    albumin, value = pl.col("albumin_g_dl"), pl.col("value")
    slope = Quantity(number=correction.mg_dl_per_g_dl, unit="mg/dL", text="")
    per_g_dl = convert(slope, found.unit, found.analyte)
    short = pl.lit(correction.reference_g_dl) - albumin
    if correction.high_albumin == "as measured":
        short = short.clip(lower_bound=0)
    corrected = value + short * per_g_dl[0] if per_g_dl else value
    if correction.without_albumin == "as measured":
        corrected = pl.coalesce(corrected, value)
    factors = {unit: _to_g_dl(unit) for unit in part["albumin_unit"].unique().to_list()}
    factor = pl.col("albumin_unit").replace_strict(factors, return_dtype=pl.Float64)
    given = pl.col("albumin") * factor
    usable = given.is_between(*correction.usable_albumin_g_dl)
    return part.with_columns(albumin_g_dl=pl.when(usable).then(given)).with_columns(
        graded_value=corrected
    )


def _to_g_dl(unit: str | None) -> float | None:
    """Return what turns albumin in a unit into g/dL; None for a unit that does not convert."""
    albumin = read_analytes()["albumin"]
    gram = Quantity(number=1, unit="g/dL", text="")
    for meaning in parse_unit(unit or ""):
        if found := convert(gram, meaning, albumin):
            return 1 / found[0]
    return None
