"""Each subject's course of each drug: dose taken, dose planned, and their ratio."""

import polars as pl

from topline.clinical.dosing.interruptions import planned_off
from topline.clinical.dosing.records import COURSE, by_drug
from topline.clinical.dosing.regimen import Counting, Regimen


def derive_courses(
    periods: pl.DataFrame,
    doses: pl.DataFrame,
    stretches: pl.DataFrame,
    regimen: Regimen,
    counting: Counting,
) -> pl.DataFrame:
    """Derive doses and times of every course in `periods`; those never taken have no dose."""
    courses = periods.join(_taken(doses, counting), on=COURSE, how="left", maintain_order="left")
    courses = courses.join(derive_ends(stretches), on=COURSE, how="left", maintain_order="left")
    return courses.with_columns(
        course_days=_course_days(counting).fill_null(0),
        dosing_days=pl.col("dosing_days").fill_null(0),
        unit=by_drug(regimen, [drug.unit for drug in regimen.drugs], pl.String),
        recorded_stop=pl.col("stopped_date").is_not_null(),
    ).with_columns(*_intensity(regimen, counting), *_stop(regimen, counting))


def derive_ends(stretches: pl.DataFrame) -> pl.DataFrame:
    """Return one row a course: first and last dose, and the end of the last block begun."""
    block = pl.col("block_date") + pl.duration(days=pl.col("days_on") + pl.col("days_off") - 1)
    gap = (pl.col("until_date") - pl.col("end_date")).dt.total_days()
    days = (pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1
    return (
        stretches.with_columns(
            block_end_date=pl.max_horizontal(block, "end_date"),
            silent_days=gap - planned_off(gap),
            days=days,
        )
        .group_by(COURSE, maintain_order=True)
        .agg(
            first_dose_date=pl.col("start_date").first(),
            last_dose_date=pl.col("end_date").last(),
            block_end_date=pl.col("block_end_date").last(),
            silent_days=pl.col("silent_days").last(),
            dosing_days=pl.col("days").sum(),
        )
    )


def _taken(doses: pl.DataFrame, counting: Counting) -> pl.DataFrame:
    """Add up the doses of a course; say why they cannot be added up."""
    level = pl.col("level")
    unknown = pl.col("dose").is_null().sum()
    overlap = pl.col("overlaps").any() & (counting.overlaps_count_as == "unknown")
    because = (
        pl.when(unknown > 0)
        .then(pl.format("{} records without a dose in a known unit", unknown))
        .when(overlap)
        .then(pl.lit("records overlap"))
    )
    total = (pl.col("dose") * pl.col("days")).sum()
    return (
        doses.filter("taken")
        .group_by(COURSE, maintain_order=True)
        .agg(
            total=total,
            dose_unknown_because=because,
            first_level=level.first(),
            lowest_level=level.max(),
            last_level=level.last(),
        )
    )


def _course_days(counting: Counting) -> pl.Expr:
    """Return the days from the first dose to where the time of the dose intensity ends."""
    ends = {"last block": "block_end_date", "last dose": "last_dose_date", "until": "until_date"}
    end = pl.col(ends[counting.intensity_until])
    return (end - pl.col("first_dose_date")).dt.total_days() + 1


def _intensity(regimen: Regimen, counting: Counting) -> list[pl.Expr]:
    """Return actual and planned dose and their ratio."""
    days = pl.col("course_days")
    on = by_drug(regimen, [drug.days_on for drug in regimen.drugs])
    block = by_drug(regimen, [drug.block_days for drug in regimen.drugs])
    start = by_drug(regimen, [drug.levels[0] for drug in regimen.drugs], pl.Float64)
    if counting.planned_by == "average":
        planned_days = days * on / block
    else:
        planned_days = days // block * on + pl.min_horizontal(days % block, on)
    planned = start * planned_days
    known = pl.col("dose_unknown_because").is_null()
    actual = pl.when(known).then(pl.col("total").fill_null(0))
    treated = pl.when(days > 0)
    return [
        actual.alias("actual_dose"),
        planned.cast(pl.Float64).alias("planned_dose"),
        treated.then(7 * actual / days).alias("dose_per_week"),
        treated.then(100 * actual / planned).alias("relative_dose_intensity_percent"),
    ]


def _stop(regimen: Regimen, counting: Counting) -> list[pl.Expr]:
    """Return whether and when the drug was stopped for good."""
    recorded = pl.col("stopped_date")
    silent = silent_too_long(regimen).fill_null(value=False) & (
        counting.silence_counts_as == "stopped"
    )
    dated = pl.coalesce(recorded, pl.when(silent).then("last_dose_date"))
    return [dated.is_not_null().alias("stopped"), dated.alias("stopped_date")]


def silent_too_long(regimen: Regimen) -> pl.Expr:
    """Whether the last dose lies further back than an interruption may last."""
    limits = [drug.interruption_at_most_days for drug in regimen.drugs]
    return pl.col("silent_days") > by_drug(regimen, limits)
