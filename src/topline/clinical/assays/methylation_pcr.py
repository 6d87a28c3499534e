"""Methylation-specific PCR: from the bands of two reactions to a call.

Bisulfite turns unmethylated cytosine into uracil, so that one pair of primers amplifies methylated
and another unmethylated DNA [1]_. A band of the right size in the methylated reaction is
METHYLATED, whatever the other reaction shows: normal cells of the sample give an unmethylated band.
A band in the unmethylated reaction alone is UNMETHYLATED. Without either the DNA or its conversion
failed, and the sample is INDETERMINATE, as it is wherever a control says so.

References
----------
.. [1] Herman JG, Graff JR, Myohanen S, Nelkin BD, Baylin SB (1996). Methylation-specific PCR: a
   novel PCR assay for methylation status of CpG islands. PNAS 93: 9821-9826.
"""

import dataframely as dy
import polars as pl
from pydantic import NonNegativeFloat, PositiveFloat

from topline.clinical.computed import format_number
from topline.clinical.recist.schemas import one_of
from topline.frames import conform
from topline.values import Value


class MethylationAssay(Value):
    """Sizes of the products, which the primers decide, and what is asked of controls.

    Examples
    --------
    >>> MethylationAssay(methylated_bp=80).tolerance_bp
    5.0
    """

    methylated_bp: PositiveFloat
    """Size of the product of the methylated reaction, base pairs."""
    unmethylated_bp: PositiveFloat | None = None
    """Size of that of the unmethylated reaction; None: any band is taken."""
    tolerance_bp: NonNegativeFloat = 5.0
    """How far the size of a band may be from it. Agarose tells no more apart at this length."""
    controls_required: bool = False
    """True: a control that was not recorded failed. False: it is taken to have worked."""


class Bands(dy.Schema):
    """What the gel shows: one row a sample."""

    sample_id = dy.String(primary_key=True)
    methylated_band = dy.Bool(nullable=True, description="in the methylated reaction")
    methylated_bp = dy.Float64(nullable=True, description="its size; null: not measured, right")
    unmethylated_band = dy.Bool(nullable=True)
    unmethylated_bp = dy.Float64(nullable=True)
    methylated_control = dy.Bool(nullable=True, description="methylated DNA gave its band")
    unmethylated_control = dy.Bool(nullable=True, description="unmethylated DNA gave its band")
    blank_band = dy.Bool(nullable=True, description="a band without template: contamination")


class MethylationCalls(dy.Schema):
    """One row a sample."""

    sample_id = dy.String(primary_key=True)
    call = one_of(("METHYLATED", "UNMETHYLATED", "INDETERMINATE"))
    methylated = dy.Bool(nullable=True, description="null if indeterminate")
    reason = dy.String()


def derive_methylation_calls(
    bands: pl.DataFrame, assay: MethylationAssay
) -> dy.DataFrame[MethylationCalls]:
    """Derive the call of every sample, with its reason.

    Parameters
    ----------
    bands
        `Bands`, in any order.
    assay
        Sizes and controls.

    Returns
    -------
    MethylationCalls
        Sorted by sample.

    Raises
    ------
    DataError
        Rows break a rule of `Bands`.

    Examples
    --------
    >>> bands = pl.DataFrame({
    ...     "sample_id": ["1", "2"], "methylated_band": [True, False],
    ...     "methylated_bp": [80.0, None], "unmethylated_band": True, "unmethylated_bp": None,
    ...     "methylated_control": True, "unmethylated_control": True, "blank_band": False,
    ... }, schema_overrides={"unmethylated_bp": pl.Float64})
    >>> derive_methylation_calls(bands, MethylationAssay(methylated_bp=80))["call"].to_list()
    ['METHYLATED', 'UNMETHYLATED']
    """
    rows = conform(bands, Bands).sort("sample_id")
    right_m = _right(pl.col("methylated_bp"), assay.methylated_bp, assay.tolerance_bp)
    right_u = _right(pl.col("unmethylated_bp"), assay.unmethylated_bp, assay.tolerance_bp)
    seen_m, seen_u = pl.col("methylated_band"), pl.col("unmethylated_band")
    unknown = not assay.controls_required
    control_m = pl.col("methylated_control").fill_null(unknown)
    control_u = pl.col("unmethylated_control").fill_null(unknown)
    blank = pl.col("blank_band").fill_null(assay.controls_required)
    wrong = pl.format(
        "band of {} bp in the methylated reaction, expected {} bp",
        format_number(pl.col("methylated_bp")),
        pl.lit(f"{assay.methylated_bp:g} +- {assay.tolerance_bp:g}"),
    )
    outcome = (
        pl.when(blank)
        .then(_outcome("INDETERMINATE", "band without template, or no such control"))
        .when(seen_m & right_m)
        .then(_outcome("METHYLATED", "methylated band"))
        .when(seen_m.is_null())
        .then(_outcome("INDETERMINATE", "methylated reaction not read"))
        .when(seen_m)
        .then(pl.struct(call=pl.lit("INDETERMINATE"), reason=wrong))
        .when(~control_m)
        .then(_outcome("INDETERMINATE", "no methylated band, but its control failed"))
        .when(seen_u.is_null())
        .then(_outcome("INDETERMINATE", "unmethylated reaction not read"))
        .when(seen_u & right_u)
        .then(_outcome("UNMETHYLATED", "unmethylated band only"))
        .when(~control_u)
        .then(_outcome("INDETERMINATE", "no band, and the unmethylated control failed"))
        .otherwise(_outcome("INDETERMINATE", "no band of the right size in either reaction"))
    )
    methylated = pl.when(pl.col("call") != "INDETERMINATE").then(pl.col("call") == "METHYLATED")
    called = rows.select("sample_id", outcome.struct.unnest()).with_columns(methylated=methylated)
    return conform(called, MethylationCalls)


def _outcome(call: str, reason: str) -> pl.Expr:
    return pl.struct(call=pl.lit(call), reason=pl.lit(reason))


def _right(size: pl.Expr, expected: float | None, tolerance: float) -> pl.Expr:
    """Whether a band is of the expected size; one that was not measured is."""
    if expected is None:
        return pl.lit(value=True)
    return ((size - expected).abs() <= tolerance).fill_null(value=True)
