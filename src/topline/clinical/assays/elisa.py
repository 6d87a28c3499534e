"""ELISA: from the wells of a plate to concentrations, with what may not be trusted named.

A sample is read from the standard curve of its plate. Its concentration is that of the mean of its
replicates, times its dilution. Nothing is extrapolated: below the lowest standard, or the lower
limit of quantification if that is higher, the result is "< limit"; above the highest standard it is
"> limit". Replicates that differ too much are flagged, and keep their value.
"""

from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl

from topline.clinical.assays.elisa_rule import ElisaRule
from topline.clinical.assays.logistic_curve import LogisticCurve, fit_logistic_curve
from topline.clinical.recist.schemas import one_of
from topline.errors import DataError
from topline.frames import conform

_ROUNDING = 1e-9


class Wells(dy.Schema):
    """Wells of one plate."""

    well = dy.String(primary_key=True)
    kind = one_of(("STANDARD", "BLANK", "SAMPLE", "CONTROL"))
    sample_id = dy.String(nullable=True, description="of a SAMPLE or CONTROL")
    concentration = dy.Float64(
        nullable=True, min=0, description="of a STANDARD or CONTROL, nominal"
    )
    dilution = dy.Float64(nullable=True, description="of a SAMPLE or CONTROL: 2 for 1:2; null: 1")
    response = dy.Float64(nullable=True, description="optical density")

    @dy.rule()
    def sample_is_named(cls) -> pl.Expr:
        """Name the sample of every SAMPLE and CONTROL well."""
        named = ~pl.col("kind").is_in(["SAMPLE", "CONTROL"])
        return named | pl.col("sample_id").is_not_null()

    @dy.rule()
    def standard_has_a_concentration(cls) -> pl.Expr:
        """Give the nominal concentration of every STANDARD and CONTROL well."""
        unknown = ~pl.col("kind").is_in(["STANDARD", "CONTROL"])
        return unknown | pl.col("concentration").is_not_null()

    @dy.rule()
    def dilution_is_above_zero(cls) -> pl.Expr:
        """Dilute by a factor above 0."""
        return pl.col("dilution").is_null() | (pl.col("dilution") > 0)


class Standards(dy.Schema):
    """One row a standard: how well the curve gives it back."""

    concentration = dy.Float64(primary_key=True, min=0)
    wells = dy.Int64(min=0, description="with a response")
    mean_response = dy.Float64(nullable=True)
    cv_percent = dy.Float64(nullable=True, description="null with one well")
    back_calculated = dy.Float64(nullable=True, description="null beyond the ends of the curve")
    recovery_percent = dy.Float64(nullable=True, description="null for the standard of 0")
    accepted = dy.Bool(nullable=True, description="recovery and CV within limits; null for 0")


FLAGS = ("QUANTIFIED", "BELOW LIMIT", "ABOVE LIMIT", "NO RESPONSE")


class Concentrations(dy.Schema):
    """One row a sample and dilution."""

    sample_id = dy.String(primary_key=True)
    dilution = dy.Float64(primary_key=True)
    wells = dy.Int64(min=0, description="with a response")
    mean_response = dy.Float64(nullable=True, description="blank subtracted if asked for")
    cv_percent = dy.Float64(nullable=True, description="of the responses; null with one well")
    qualifier = one_of(("=", "<", ">"), nullable=True)
    concentration = dy.Float64(nullable=True, min=0, description="or the limit; times dilution")
    flag = one_of(FLAGS)
    cv_over_limit = dy.Bool(nullable=True)
    too_few_wells = dy.Bool()


class Controls(Concentrations):
    """One row a control: a sample whose concentration is known."""

    nominal = dy.Float64(min=0)
    recovery_percent = dy.Float64(nullable=True, description="of nominal; null unless quantified")
    accepted = dy.Bool(description="recovery and CV within limits")


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate read: the curve, how it gives back its standards, and the samples."""

    curve: LogisticCurve
    blank: float
    """Mean response of the blanks that was subtracted; 0 if none was."""
    limits: tuple[float, float]
    """Lowest and highest concentration that is quantified, undiluted."""
    standards: dy.DataFrame[Standards]
    controls: dy.DataFrame[Controls]
    samples: dy.DataFrame[Concentrations]

    def faults(self, rule: ElisaRule) -> tuple[str, ...]:
        """Say why the plate as a whole should not be trusted; nothing where it may be.

        Its standards above 0 are accepted in too small a share, or its controls are.
        """
        parts = (
            ("standards", self.standards["accepted"], rule.least_standards_accepted),
            ("controls", self.controls["accepted"], rule.least_controls_accepted),
        )
        faults: list[str] = []
        for what, accepted, least in parts:
            known = accepted.drop_nulls()
            good = int(known.sum())
            if good < known.len() * least - _ROUNDING:
                share = f"{100 * least:.3g} %"
                faults.append(f"{good} of {known.len()} {what} accepted, fewer than {share}")
        return tuple(faults)


def read_plate(wells: pl.DataFrame, rule: ElisaRule | None = None) -> Plate:
    """Fit the standard curve of a plate and read its samples from it.

    Parameters
    ----------
    wells
        `Wells`, in any order. Wells without a response are not used, and counted as such.
    rule
        Options; None: their defaults.

    Returns
    -------
    Plate
        Standards sorted by concentration, samples by name and dilution.

    Raises
    ------
    DataError
        Rows break a rule of `Wells`, there is no blank to subtract, or the standards carry no
        curve.

    Examples
    --------
    >>> x = [0.0, 10, 20, 40, 80, 160]
    >>> wells = pl.DataFrame({
    ...     "well": [f"A{k}" for k in range(1, 9)], "kind": ["STANDARD"] * 6 + ["SAMPLE"] * 2,
    ...     "sample_id": [None] * 6 + ["S1"] * 2, "concentration": [*x, None, None],
    ...     "dilution": [None] * 6 + [2.0] * 2, "response": [c / (c + 40) for c in x] + [0.5] * 2,
    ... })
    >>> plate = read_plate(wells)
    >>> plate.samples.select("qualifier", pl.col("concentration").round(6)).row(0)
    ('=', 80.0)
    """
    rule = rule or ElisaRule()
    rows = conform(wells, Wells).sort("well")
    blank = _blank(rows) if rule.subtract_blank else 0.0
    rows = rows.with_columns(pl.col("response") - blank)
    of_curve = rows.filter(kind="STANDARD").drop_nulls("response")
    curve = fit_logistic_curve(
        of_curve["concentration"].to_numpy(),
        of_curve["response"].to_numpy(),
        model=rule.model,
        weighting=rule.weighting,
    )
    limits = _limits(of_curve, rule)
    return Plate(
        curve=curve,
        blank=blank,
        limits=limits,
        standards=_derive_standards(rows.filter(kind="STANDARD"), curve, rule),
        controls=_derive_controls(rows.filter(kind="CONTROL"), curve, limits, rule),
        samples=_derive_samples(rows.filter(kind="SAMPLE"), curve, limits, rule),
    )


def _blank(rows: pl.DataFrame) -> float:
    found = rows.filter(kind="BLANK")["response"].drop_nulls().to_numpy()
    if not found.size:
        msg = "Wells: no BLANK has a response to subtract. Add one, or set subtract_blank to false"
        raise DataError(msg)
    return float(found.mean())


def _limits(standards: pl.DataFrame, rule: ElisaRule) -> tuple[float, float]:
    """Return the range that is quantified: the limits asked for, within the standards."""
    levels = standards["concentration"].to_numpy()
    lowest, highest = float(levels[levels > 0].min()), float(levels.max())
    asked = rule.lower_limit, rule.upper_limit
    return (
        lowest if asked[0] is None else max(lowest, asked[0]),
        highest if asked[1] is None else min(highest, asked[1]),
    )


def _replicates() -> list[pl.Expr]:
    """Count and average the wells of a group; CV is of the responses."""
    response = pl.col("response")
    return [
        response.count().cast(pl.Int64).alias("wells"),
        response.mean().alias("mean_response"),
        pl.when(response.mean() > 0)
        .then(100 * response.std() / response.mean())
        .alias("cv_percent"),
    ]


def _derive_standards(
    rows: pl.DataFrame, curve: LogisticCurve, rule: ElisaRule
) -> dy.DataFrame[Standards]:
    levels = rows.group_by("concentration").agg(_replicates()).sort("concentration")
    back = curve.concentration(levels["mean_response"].cast(pl.Float64).to_numpy())
    nominal = pl.col("concentration")
    lowest = nominal == nominal.filter(nominal > 0).min()
    within = (
        pl.when(lowest)
        .then(rule.recovery_within_percent_lowest)
        .otherwise(rule.recovery_within_percent)
    )
    recovery = pl.when(nominal > 0).then(100 * pl.col("back_calculated") / nominal)
    close = ((recovery - 100).abs() <= within + _ROUNDING).fill_null(value=False)
    precise = (pl.col("cv_percent") <= rule.most_cv_percent + _ROUNDING).fill_null(value=True)
    return conform(
        levels.with_columns(back_calculated=pl.Series(back).fill_nan(None)).with_columns(
            recovery_percent=recovery, accepted=pl.when(nominal > 0).then(close & precise)
        ),
        Standards,
    )


def _derive_controls(
    rows: pl.DataFrame, curve: LogisticCurve, limits: tuple[float, float], rule: ElisaRule
) -> dy.DataFrame[Controls]:
    """Read the controls as samples are read, and compare them with what they are."""
    keys = ["sample_id", "dilution"]
    diluted = rows.with_columns(pl.col("dilution").fill_null(1.0))
    nominal = diluted.group_by(keys).agg(nominal=pl.col("concentration").mean())
    read = _derive_samples(rows, curve, limits, rule).join(nominal, on=keys, maintain_order="left")
    quantified = (pl.col("flag") == "QUANTIFIED") & (pl.col("nominal") > 0)
    recovery = pl.when(quantified).then(100 * pl.col("concentration") / pl.col("nominal"))
    close = (recovery - 100).abs() <= rule.recovery_within_percent + _ROUNDING
    accepted = close.fill_null(value=False) & ~pl.col("cv_over_limit").fill_null(value=False)
    return conform(read.with_columns(recovery_percent=recovery, accepted=accepted), Controls)


def _derive_samples(
    rows: pl.DataFrame, curve: LogisticCurve, limits: tuple[float, float], rule: ElisaRule
) -> dy.DataFrame[Concentrations]:
    rows = rows.with_columns(
        pl.col("dilution").fill_null(1.0),
        single=pl.Series(_read(curve, rows["response"]), dtype=pl.Float64),
    )
    samples = (
        rows.group_by("sample_id", "dilution")
        .agg(*_replicates(), of_wells=pl.col("single").mean())
        .sort("sample_id", "dilution")
    )
    if rule.mean_of == "responses":
        read = pl.Series(_read(curve, samples["mean_response"]), dtype=pl.Float64)
    else:
        read = samples["of_wells"]
    low, high = limits
    number = pl.col("read")
    below, above = number < low * (1 - _ROUNDING), number > high * (1 + _ROUNDING)
    flag = (
        pl.when(number.is_null())
        .then(pl.lit("NO RESPONSE"))
        .when(below)
        .then(pl.lit("BELOW LIMIT"))
        .when(above)
        .then(pl.lit("ABOVE LIMIT"))
        .otherwise(pl.lit("QUANTIFIED"))
    )
    qualifier = {"QUANTIFIED": "=", "BELOW LIMIT": "<", "ABOVE LIMIT": ">"}
    bounded = number.clip(low, high)
    return conform(
        samples.with_columns(read=read)
        .with_columns(flag=flag, concentration=bounded * pl.col("dilution"))
        .with_columns(
            qualifier=pl.col("flag").replace_strict(
                list(qualifier), list(qualifier.values()), default=None, return_dtype=pl.String
            ),
            cv_over_limit=pl.col("cv_percent") > rule.most_cv_percent + _ROUNDING,
            too_few_wells=pl.col("wells") < rule.least_replicates,
        ),
        Concentrations,
    )


def _read(curve: LogisticCurve, responses: pl.Series) -> pl.Series:
    """Read concentrations; 0 or infinite beyond the ends of the curve, null without a response."""
    y = responses.cast(pl.Float64).to_numpy().astype(np.float64)
    x = curve.concentration(y)
    weak = y <= curve.none if curve.infinite > curve.none else y >= curve.none
    beyond = np.where(weak, 0.0, np.inf)
    found = np.where(np.isnan(y), np.nan, np.where(np.isnan(x), beyond, x))
    return pl.Series(found).fill_nan(None)
