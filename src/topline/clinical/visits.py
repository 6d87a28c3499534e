"""Planned visits: which assessment belongs to which, and what was missed, early or late.

Days count from the start of treatment, which is day 0. An assessment after the start belongs to the
planned visit nearest to it; halfway between two it belongs to the earlier, and past the last it
reaches half an interval. The window does not decide where an assessment belongs, only whether it
was on time. Two for one visit: the nearer is the visit's, of two equally near the earlier, and the
other is unscheduled. The baseline is the last assessment on or before the start.

A visit is missed once its window lies wholly before the end of the subject's follow-up: a window
that ends on that very day could still have been used.

References
----------
.. [1] FDA (2018). Clinical trial endpoints for the approval of cancer drugs and biologics: guidance
   for industry; appendices on the analysis of progression-free survival.
.. [2] FDA (2007). Clinical trial endpoints for the approval of cancer drugs and biologics: guidance
   for industry; appendix 3, table A.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field

from topline.clinical.recist.schemas import one_of
from topline.errors import DataError, UsageError
from topline.frames import conform
from topline.values import Value

STATUSES = (
    "ON TIME",
    "EARLY",
    "LATE",
    "MISSED",
    "UNSCHEDULED",
    "NOT DUE",
    "BASELINE TOO EARLY",
    "NO BASELINE",
)

Days = NDArray[np.int64]
_SHOWN = 3
_ROUNDING = 1e-9  # 0.7 weeks are 4.8999... days


class AssessmentDates(dy.Schema):
    """Assessments that took place: one row each."""

    subject = dy.String(primary_key=True)
    assessment = dy.Int64(primary_key=True, description="its number within the subject")
    date = dy.Date()
    evaluable = dy.Bool(description="an adequate assessment: its response is not NE")


class FollowUp(dy.Schema):
    """Subjects to look at, and the time in which visits are due."""

    subject = dy.String(primary_key=True)
    start_date = dy.Date(description="first dose: day 0 of the schedule")
    until_date = dy.Date(
        description="progression, death, end of assessments or data cut, as the trial has it"
    )

    @dy.rule()
    def until_is_not_before_start(cls) -> pl.Expr:
        """Follow-up ends on the day it starts or later."""
        return pl.col("until_date") >= pl.col("start_date")


class Visits(dy.Schema):
    """One row a subject and planned visit, and one more for every unscheduled assessment."""

    subject = dy.String(primary_key=True)
    order = dy.Int64(primary_key=True, min=1, description="of the subject's rows, by date")
    planned_visit = dy.Int64(
        nullable=True, min=0, description="0 is the baseline; null if unscheduled"
    )
    nearest_visit = dy.Int64(
        min=0, description="the planned visit, also of what is unscheduled; before visit 1 it is 0"
    )
    planned_date = dy.Date(nullable=True, description="of the baseline: the start")
    window_start_date = dy.Date(nullable=True)
    window_end_date = dy.Date(nullable=True, description="last day that is on time")
    assessment = dy.Int64(nullable=True, description="its number; null if there is none")
    assessment_date = dy.Date(nullable=True)
    evaluable = dy.Bool(nullable=True)
    deviation_days = dy.Int64(nullable=True, description="assessment less planned date")
    status = one_of(STATUSES)


class Events(dy.Schema):
    """Progression or death, where a subject had it."""

    subject = dy.String(primary_key=True)
    event_date = dy.Date()


class MissedBefore(dy.Schema):
    """One row an event: what was not seen just before it."""

    subject = dy.String(primary_key=True)
    event_date = dy.Date()
    last_evaluable_date = dy.Date(
        nullable=True, description="last evaluable assessment after start and before the event"
    )
    missed_visits = dy.Int64(min=0, description="planned visits since, not assessed")
    not_evaluable_visits = dy.Int64(min=0, description="planned visits since, assessed in vain")
    gap_days = dy.Int64(min=0, description="from the last evaluable assessment, or the start")
    gap_limit_days = dy.Int64(
        nullable=True, description="longest gap that misses too few; null where the schedule ends"
    )
    after_missed = dy.Bool(description="too much was missed, by the reading that was asked for")


class MissedRule(Value):
    """When an event comes after too many missed visits to be dated by itself.

    The guidance censors progression and death after two or more missed visits at the last
    assessment [1]_ [2]_ and leaves open what a missed visit is. Statistical analysis plans count
    the visits, or take a gap that no fewer missed visits can leave.
    """

    reading: Literal["missed visits", "gap"] = "missed visits"
    """Count visits whose window has passed; or compare the time since the last evaluable assessment
    with the planned intervals after it, plus a window for an early start and one for a late end."""
    missed_from: int = Field(default=2, ge=1)
    """Fewest missed visits that are too many; the number of intervals in a gap."""
    not_evaluable_counts_as: Literal["assessed", "missed"] = "assessed"
    """A visit whose assessment was NE. A gap always runs from an evaluable assessment."""


def compute_planned_days(intervals: Sequence[tuple[float, float | None]], last_day: float) -> Days:
    """Compute the days of the planned visits after the start of treatment.

    A stretch ends with its last visit on or before `until_days`, and the next interval counts from
    that visit, not from `until_days`: every 8 weeks for 6 months, then every 12 weeks, is weeks 8,
    16, 24 and then 36. Fractions of a day are kept on the way and rounded, half up, at the end.

    Parameters
    ----------
    intervals
        Distance between visits in days, at least 1, and the day on which the stretch ends; None, in
        the last only: it does not end.
    last_day
        No visit is planned later. Choose it two intervals past the last date of interest, so that
        late assessments find their visit.

    Returns
    -------
    Days
        Rising days, without the baseline.

    Raises
    ------
    UsageError
        An interval is shorter than a day, or stretches do not end one after the other.

    Examples
    --------
    >>> compute_planned_days([(56, 182.625), (84, None)], last_day=400).tolist()
    [56, 112, 168, 252, 336]
    """
    _check_intervals(intervals)
    at, planned = 0.0, [np.empty(0)]
    for every, until in intervals:
        end = last_day + 1 if until is None else min(until, last_day + 1)
        count = max(0, int((end - at) / every + _ROUNDING))
        planned.append(at + every * np.arange(1, count + 1))
        at += every * count
    days = np.floor(np.concatenate(planned) + 0.5 + _ROUNDING).astype(np.int64)
    return days[days <= last_day]


def derive_visits(
    assessments: pl.DataFrame,
    subjects: pl.DataFrame,
    planned_days: Sequence[int] | Days,
    *,
    window_days: float,
    baseline_within_days: float,
) -> dy.DataFrame[Visits]:
    """Derive what became of every planned visit and of every assessment.

    Parameters
    ----------
    assessments
        `AssessmentDates`, in any order. One after `until_date` is unscheduled.
    subjects
        `FollowUp`.
    planned_days
        Rising days after the start, as `compute_planned_days` gives them.
    window_days
        How much earlier or later than planned is on time; a part of a day does not count.
    baseline_within_days
        Longest time from the baseline to the start.

    Returns
    -------
    Visits
        A row for every subject and planned visit, baseline included, and for every assessment that
        is none of these; sorted by subject and date. Every assessment is in one row.

    Raises
    ------
    DataError
        Rows break a rule of `AssessmentDates` or `FollowUp`, or a subject is not in `subjects`.
    UsageError
        Planned days do not rise from day 1 or later, or a window is negative.

    Examples
    --------
    >>> from datetime import date
    >>> assessments = pl.DataFrame({
    ...     "subject": "1", "assessment": [0, 1], "evaluable": True,
    ...     "date": [date(2024, 1, 1), date(2024, 3, 7)],
    ... })
    >>> subjects = pl.DataFrame({
    ...     "subject": ["1"], "start_date": [date(2024, 1, 8)], "until_date": [date(2024, 5, 20)],
    ... })
    >>> visits = derive_visits(
    ...     assessments, subjects, [56, 112, 168], window_days=7, baseline_within_days=28
    ... )
    >>> visits.select("planned_visit", "deviation_days", "status").rows()
    [(0, -7, 'ON TIME'), (1, 3, 'ON TIME'), (2, None, 'MISSED'), (3, None, 'NOT DUE')]
    """
    _check_schedule(planned_days, window_days, baseline_within_days)
    planned = np.array([0, *planned_days], dtype=np.int64)
    people = conform(subjects, FollowUp).sort("subject").with_row_index("who")
    seen = _derive_nearest(conform(assessments, AssessmentDates), people, planned)
    grid = _derive_grid(people, planned, int(window_days), int(baseline_within_days))
    details = ["assessment", "assessment_date", "evaluable"]
    kept = seen.filter("chosen").select("slot", *details)
    visits = grid.join(kept, on="slot", how="left")
    others = seen.filter(~pl.col("chosen")).select("who", "subject", "nearest_visit", *details)
    rows = pl.concat([visits, others], how="diagonal").with_columns(
        deviation_days=(pl.col("assessment_date") - pl.col("planned_date")).dt.total_days(),
        status=_status(),
        day=pl.coalesce("assessment_date", "planned_date"),
    )
    rows = rows.sort("who", "day", "planned_visit", "assessment", nulls_last=True)
    first = pl.col("who").search_sorted(pl.col("who"), side="left").cast(pl.Int64)
    order = pl.int_range(1, pl.len() + 1, dtype=pl.Int64) - first
    return conform(rows.with_columns(order=order), Visits)


def derive_missed_before(
    events: pl.DataFrame, visits: pl.DataFrame, rule: MissedRule | None = None
) -> dy.DataFrame[MissedBefore]:
    """Derive how much had been missed when progression or death was seen.

    Counted are visits later than that of the last evaluable assessment, whose window had passed
    before the event and which nobody had assessed by then. Visits that were not due are not missed,
    so let `until_date` of the visits be no earlier than the event.

    Parameters
    ----------
    events
        `Events`.
    visits
        `Visits`. For a gap they must reach as many intervals past the last assessment as it has.
    rule
        Reading of the guidance; None: its defaults.

    Returns
    -------
    MissedBefore
        One row for every row of `events`, sorted by subject.

    Raises
    ------
    DataError
        Rows break a rule of `Events` or `Visits`, a subject has no visits, or an event comes before
        the start.

    References
    ----------
    FDA (2018), appendices on progression-free survival; FDA (2007), appendix 3, table A.

    Examples
    --------
    >>> from datetime import date
    >>> assessments = pl.DataFrame(
    ...     {"subject": ["1"], "assessment": [1], "date": [date(2024, 3, 4)], "evaluable": [True]}
    ... )
    >>> event = pl.DataFrame({"subject": ["1"], "event_date": [date(2024, 7, 15)]})
    >>> subjects = event.rename({"event_date": "until_date"}).with_columns(
    ...     start_date=date(2024, 1, 8)
    ... )
    >>> visits = derive_visits(
    ...     assessments, subjects, [56, 112, 168, 252], window_days=7, baseline_within_days=28
    ... )
    >>> missed = derive_missed_before(event, visits)
    >>> missed.select("missed_visits", "gap_days", "gap_limit_days", "after_missed").row(0)
    (2, 133, 126, True)
    """
    rule = rule or MissedRule()
    happened = conform(events, Events).sort("subject")
    rows = conform(visits, Visits).join(happened, on="subject", how="inner")
    start = rows.filter(pl.col("planned_visit") == 0).select("subject", start_date="planned_date")
    dated = happened.join(start, on="subject", how="left", maintain_order="left")
    _check_events(dated)
    rows = rows.join(start, on="subject", how="left")
    last = dated.join(_derive_last_evaluable(rows), on="subject", how="left").with_columns(
        pl.col("last_visit").fill_null(0)
    )
    missed = _derive_missed(rows.join(last.select("subject", "last_visit"), on="subject"))
    since = pl.coalesce("last_evaluable_date", "start_date")
    counted = (
        last.join(missed, on="subject", how="left")
        .join(_derive_gap_limit(rows, last, rule.missed_from), on="subject", how="left")
        .with_columns(
            pl.col("missed_visits", "not_evaluable_visits").fill_null(0),
            gap_days=(pl.col("event_date") - since).dt.total_days(),
        )
    )
    return conform(counted.with_columns(after_missed=_after_missed(rule)), MissedBefore).sort(
        "subject"
    )


def _compute_nearest(day: Days, planned: Days) -> Days:
    """Visit nearest to each day; 0 up to halfway to the first, one too many past the last."""
    edges = planned[:-1] + planned[1:]  # twice the days halfway: whole numbers
    past = 3 * planned[-1:] - planned[-2:-1] if planned.size > 1 else planned[:0]
    return np.searchsorted(np.concatenate([edges, past]), 2 * day, side="left").astype(np.int64)


def _derive_nearest(
    assessments: pl.DataFrame, people: pl.DataFrame, planned: Days
) -> pl.DataFrame:
    """Assessments with their nearest visit, and whether they are `chosen` as that visit's."""
    seen = assessments.join(people, on="subject", how="left").with_columns(
        day=(pl.col("date") - pl.col("start_date")).dt.total_days()
    )
    _check_subjects(seen)
    visits = planned.size
    day = seen["day"].to_numpy()
    cell = _compute_nearest(day, planned)
    nearest = np.minimum(cell, visits - 1)
    within = (day <= 0) | ((cell > 0) & (cell < visits))
    fits = pl.col("within") & (pl.col("date") <= pl.col("until_date"))
    seen = seen.with_columns(
        nearest_visit=nearest, away=np.abs(day - planned[nearest]), within=within
    ).with_columns(
        fits=fits,
        slot=pl.col("who").cast(pl.Int64) * visits + pl.col("nearest_visit"),
        assessment_date="date",
    )
    ranked = seen.sort(["slot", "fits", "away", "day", "assessment"], descending=[0, 1, 0, 0, 0])
    first = (pl.col("slot") != pl.col("slot").shift(1)).fill_null(value=True)
    return ranked.with_columns(chosen=pl.col("fits") & first)


def _derive_grid(
    people: pl.DataFrame, planned: Days, window: int, baseline_within: int
) -> pl.DataFrame:
    """A row for every subject and planned visit, with its window."""
    visit = np.arange(planned.size)
    schedule = pl.DataFrame({
        "planned_visit": visit,
        "nearest_visit": visit,
        "planned": planned,
        "earliest": planned - np.where(visit == 0, baseline_within, window),
        "latest": planned + np.where(visit == 0, 0, window),
    })
    after_start = {"planned_date": "planned", "window_start_date": "earliest"}
    after_start["window_end_date"] = "latest"
    return people.join(schedule, how="cross").with_columns(
        slot=pl.col("who").cast(pl.Int64) * planned.size + pl.col("planned_visit"),
        **{
            name: pl.col("start_date") + pl.duration(days=day) for name, day in after_start.items()
        },
    )


def _status() -> pl.Expr:
    """Say what became of a visit or an assessment."""
    baseline, date = pl.col("planned_visit") == 0, pl.col("assessment_date")
    early, end = date < pl.col("window_start_date"), pl.col("window_end_date")
    return (
        pl.when(pl.col("planned_visit").is_null())
        .then(pl.lit("UNSCHEDULED"))
        .when(date.is_null() & baseline)
        .then(pl.lit("NO BASELINE"))
        .when(date.is_null() & (end < pl.col("until_date")))
        .then(pl.lit("MISSED"))
        .when(date.is_null())
        .then(pl.lit("NOT DUE"))
        .when(early & baseline)
        .then(pl.lit("BASELINE TOO EARLY"))
        .when(early)
        .then(pl.lit("EARLY"))
        .when(date > end)
        .then(pl.lit("LATE"))
        .otherwise(pl.lit("ON TIME"))
    )
