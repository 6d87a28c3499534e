"""Stretches of days with a drug, and the gaps between them that were not planned.

The schedule goes by the subject's own course: a block begins with the first dose after the days on
of the block before are over, however late that is. So a delay is one interruption and does not make
all later days off wrong. In a gap between two stretches the days on still owed to the block come
first, then up to `days_off` planned days off. All but these are the interruption.
"""

from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.clinical.dosing.records import COURSE, by_drug
from topline.clinical.dosing.regimen import Regimen

Days = NDArray[np.int64]


def derive_stretches(doses: pl.DataFrame, regimen: Regimen) -> pl.DataFrame:
    """Join the days with a dose into stretches; say where each block began.

    Parameters
    ----------
    doses
        Those of `records.derive_doses`.

    Returns
    -------
    DataFrame
        One row a stretch, sorted: `start_date`, `end_date`, `block_date` (first day of the block
        that it ends in), `days_on`, `days_off`, and of its first record `record` and `reason`.
    """
    reached = pl.col("end_date").to_physical().cum_max().shift(1).over(COURSE)
    new = (pl.col("start_date").to_physical() > pl.col("reached") + 1).fill_null(value=True)
    stretches = (
        doses.filter("taken")
        .with_columns(reached=reached)
        .with_columns(stretch=new.cast(pl.Int64).cum_sum().over(COURSE))
        .group_by(*COURSE, "stretch", maintain_order=True)
        .agg(
            pl.col("start_date").min(),
            pl.col("end_date").max(),
            pl.col("record", "reason", "until_date").first(),
        )
        .with_columns(
            days_on=by_drug(regimen, [drug.days_on for drug in regimen.drugs]),
            days_off=by_drug(regimen, [drug.days_off for drug in regimen.drugs]),
        )
    )
    blocks = compute_block_days(
        stretches["stretch"].to_numpy(),
        stretches["start_date"].to_physical().to_numpy().astype(np.int64),
        stretches["days_on"].to_numpy(),
    )
    return stretches.with_columns(block_date=pl.Series(blocks, dtype=pl.Int32).cast(pl.Date))


def compute_block_days(rank: Days, start: Days, days_on: Days) -> Days:
    """Compute the first day of the block that each stretch belongs to.

    Parameters
    ----------
    rank
        Number of the stretch within its course, 1, 2, ...; courses one after the other.
    start
        First day of the stretch.
    days_on
        Days on of a block.

    Returns
    -------
    Days
        The first stretch begins a block; a later one does if the days on of the block before are
        over, and belongs to that block otherwise. All courses advance together.

    Examples
    --------
    >>> compute_block_days(np.array([1, 2, 3]), np.array([0, 5, 14]), np.array([7, 7, 7])).tolist()
    [0, 0, 14]
    """
    block = start.copy()
    order = np.argsort(rank, kind="stable")
    bounds = np.searchsorted(rank[order], np.arange(2, (rank.max() if rank.size else 0) + 2))
    for begin, end in pairwise(bounds):
        here = order[begin:end]
        before = block[here - 1]
        block[here] = np.where(start[here] >= before + days_on[here], start[here], before)
    return block


def derive_gaps(stretches: pl.DataFrame) -> pl.DataFrame:
    """Derive the gap after every stretch but the last of its course, and its planned days off."""
    following = pl.col("start_date").shift(-1).over(COURSE)
    gaps = stretches.with_columns(
        gap_days=(following - pl.col("end_date")).dt.total_days() - 1,
        next_reason=pl.col("reason").shift(-1).over(COURSE),
        next_record=pl.col("record").shift(-1).over(COURSE),
        next_block=pl.col("block_date").shift(-1).over(COURSE),
    ).filter(pl.col("gap_days").is_not_null())
    return gaps.with_columns(planned_off_days=planned_off(pl.col("gap_days")))


def planned_off(gap_days: pl.Expr) -> pl.Expr:
    """Return how many days of a gap after a stretch were planned."""
    on = (pl.col("end_date") - pl.col("block_date")).dt.total_days() + 1
    owed = (pl.col("days_on") - on).clip(lower_bound=0)
    return pl.min_horizontal(pl.col("days_off"), (gap_days - owed).clip(lower_bound=0)).cast(
        pl.Int64
    )


def derive_interruptions(gaps: pl.DataFrame, doses: pl.DataFrame, regimen: Regimen) -> pl.DataFrame:
    """Derive the gaps that are longer than planned, with their length, limit and reason."""
    slack = by_drug(regimen, [drug.slack_days for drug in regimen.drugs])
    limits = [drug.interruption_at_most_days for drug in regimen.drugs]
    length = pl.col("gap_days") - pl.col("planned_off_days")
    one = pl.duration(days=1)
    rows = gaps.filter(length > slack).with_columns(
        from_date=pl.col("end_date") + one,
        to_date=pl.col("end_date") + pl.duration(days="gap_days"),
        length_days=length,
        over_limit=length > by_drug(regimen, limits),
    )
    rows = rows.join(_withheld(rows, doses), on=[*COURSE, "from_date"], how="left")
    reason = pl.coalesce("withheld_reason", "next_reason")
    return rows.with_columns(reason=reason).sort(*COURSE, "from_date")


def _withheld(rows: pl.DataFrame, doses: pl.DataFrame) -> pl.DataFrame:
    """Return the reason that records of dose 0 within an interruption give."""
    withheld = doses.filter(~pl.col("taken") & pl.col("reason").is_not_null())
    return (
        rows.select(*COURSE, "from_date", "to_date")
        .join(withheld.select(*COURSE, "start_date", "end_date", "reason"), on=COURSE)
        .filter(
            (pl.col("start_date") <= pl.col("to_date"))
            & (pl.col("end_date") >= pl.col("from_date"))
        )
        .sort(*COURSE, "from_date", "start_date", "reason")
        .group_by(*COURSE, "from_date", maintain_order=True)
        .agg(withheld_reason=pl.col("reason").first())
    )
