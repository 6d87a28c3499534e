"""What was not as planned, as findings: each names the subject and, if it is one's, the record."""

import polars as pl

from topline.clinical.dosing.courses import silent_too_long
from topline.clinical.dosing.records import COURSE, by_drug
from topline.clinical.dosing.regimen import Regimen

_COURSE = pl.lit(None, pl.Int64)


def derive_interruption_findings(interruptions: pl.DataFrame, regimen: Regimen) -> pl.DataFrame:
    """List the interruptions that were longer than allowed."""
    limit = by_drug(regimen, [drug.interruption_at_most_days for drug in regimen.drugs])
    return _finding(
        interruptions.filter("over_limit"),
        "interruption_within_limit",
        pl.format("{} days from {}", "length_days", "from_date"),
        pl.format("at most {} days", limit),
    )


def derive_change_findings(changes: pl.DataFrame) -> pl.DataFrame:
    """List the changes that skip a level or go up again.

    A dose outside the levels is a finding of its own, so the change to it is not.
    """
    return _finding(
        changes.filter(pl.col("order").is_in(["LEVEL SKIPPED", "RE-ESCALATION"])),
        "levels_in_order",
        pl.format("level {} to {} on {}", "from_level", "to_level", "date"),
        pl.lit("one level down at a time"),
        pl.col("record"),
    )


def derive_course_findings(courses: pl.DataFrame, regimen: Regimen) -> pl.DataFrame:
    """List courses that began below the starting dose, or ended without a word."""
    limit = by_drug(regimen, [drug.interruption_at_most_days for drug in regimen.drugs])
    silent = courses.filter(silent_too_long(regimen) & ~pl.col("recorded_stop"))
    first = _finding(
        courses.filter(pl.col("first_level") > 1),
        "first_dose_is_starting_dose",
        pl.format("level {}", "first_level"),
        pl.lit("level 1"),
    )
    last = _finding(
        silent,
        "doses_go_on_or_stop",
        pl.format("{} days without a dose from {} on", "silent_days", "last_dose_date"),
        pl.format("at most {} days, or the date of a stop", limit),
    )
    return pl.concat([first, last])


def derive_block_findings(
    stretches: pl.DataFrame, gaps: pl.DataFrame, regimen: Regimen
) -> pl.DataFrame:
    """List too many days on and too few days off, where days off are planned."""
    slack = by_drug(regimen, [drug.slack_days for drug in regimen.drugs])
    on = (pl.col("end_date") - pl.col("block_date")).dt.total_days() + 1
    long = _finding(
        stretches.filter((pl.col("days_off") > 0) & (on > pl.col("days_on") + slack)),
        "days_on_are_kept",
        pl.format("{} days on from {}", on, "block_date"),
        pl.format("{} days", "days_on"),
        pl.col("record"),
    )
    early = (pl.col("next_block") > pl.col("block_date")) & (
        pl.col("gap_days") < pl.col("days_off") - slack
    )
    short = _finding(
        gaps.filter(early),
        "days_off_are_kept",
        pl.format("{} days off after {}", "gap_days", "end_date"),
        pl.format("{} days", "days_off"),
        pl.col("next_record"),
    )
    return pl.concat([long, short])


def _finding(
    rows: pl.DataFrame, rule: str, found: pl.Expr, expected: pl.Expr, record: pl.Expr = _COURSE
) -> pl.DataFrame:
    return rows.select(
        *COURSE,
        record=record,
        rule=pl.lit(rule),
        found=found,
        expected=expected,
        counted=pl.lit(value=True),
    )
