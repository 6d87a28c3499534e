"""Changes from one dose level to another, and whether they go step by step."""

import polars as pl

from topline.clinical.dosing.records import COURSE
from topline.clinical.dosing.regimen import Counting


def derive_changes(doses: pl.DataFrame, counting: Counting) -> pl.DataFrame:
    """Derive `DoseChanges` from the doses taken, in the order of their start.

    Two doses of one level are the same, however they were rounded; two doses outside the levels are
    the same when they are equal. A record whose dose is not known is passed over.
    """
    known = doses.filter("taken", pl.col("dose").is_not_null())
    before = known.with_columns(
        from_dose=pl.col("dose").shift(1).over(COURSE),
        from_level=pl.col("level").shift(1).over(COURSE),
    ).filter(pl.col("from_dose").is_not_null())
    level, old = pl.col("level"), pl.col("from_level")
    both = level.is_not_null() & old.is_not_null()
    lower = pl.when(both).then(level > old).otherwise(pl.col("dose") < pl.col("from_dose"))
    same = pl.when(both).then(level == old).otherwise(pl.col("dose") == pl.col("from_dose"))
    up = "IN ORDER" if counting.re_escalation_allowed else "RE-ESCALATION"
    order = (
        pl.when(~both)
        .then(pl.lit("OUTSIDE LEVELS"))
        .when(~lower)
        .then(pl.lit(up))
        .when(level - old > 1)
        .then(pl.lit("LEVEL SKIPPED"))
        .otherwise(pl.lit("IN ORDER"))
    )
    kind = pl.when(lower).then(pl.lit("REDUCTION")).otherwise(pl.lit("ESCALATION"))
    return before.filter(~same).select(
        *COURSE,
        "record",
        "from_dose",
        "from_level",
        "reason",
        date="start_date",
        to_dose="dose",
        to_level="level",
        kind=kind,
        order=order,
    )
