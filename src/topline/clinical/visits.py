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
   for industry; appendix on progression-free survival (in the edition of 2007: 3, table A).
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

_BASELINE = ("BASELINE TOO EARLY", "NO BASELINE")
STATUSES = ("ON TIME", "EARLY", "LATE", "MISSED", "UNSCHEDULED", "NOT DUE", *_BASELINE)

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
    until_date = dy.Date(description="the first of progression, death, data cut and the like")

    @dy.rule()
    def until_is_not_before_start(cls) -> pl.Expr:
        """Follow-up ends on the day it starts or later."""
        return pl.col("until_date") >= pl.col("start_date")


class Visits(dy.Schema):
    """One row a subject and planned visit, and one for every unscheduled assessment."""

    subject = dy.String(primary_key=True)
    order = dy.Int64(primary_key=True, min=1, description="of the subject's rows, by date")
    planned_visit = dy.Int64(nullable=True, min=0, description="0: baseline; null: unscheduled")
    nearest_visit = dy.Int64(min=0, description="also of what is unscheduled; 0 before visit 1")
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
    last_evaluable_date = dy.Date(nullable=True, description="after the start, before the event")
    missed_visits = dy.Int64(min=0, description="planned visits since, not assessed")
    not_evaluable_visits = dy.Int64(min=0, description="planned visits since, assessed in vain")
    gap_days = dy.Int64(min=0, description="from the last evaluable assessment, or the start")
    gap_limit_days = dy.Int64(nullable=True, description="null if the schedule ends before it")
    after_missed = dy.Bool(description="too much was missed, by the reading that was asked for")


class MissedRule(Value):
    """When an event comes after too many missed visits to be dated by itself.

    The guidance censors progression and death after two or more missed visits at the last
    assessment [1]_ and leaves open what a missed visit is. Statistical analysis plans count
    the visits, or take a gap that no fewer missed visits can leave.
    """

    reading: Literal["missed visits", "gap"] = "missed visits"
    """Count visits whose window has passed; or compare the time since the last evaluable assessment
    with the planned intervals after it, plus a window for an early start and one for a late end."""
    missed_from: int = Field(default=2, ge=1)
    """Fewest missed visits that are too many; the number of intervals in a gap."""
    not_evaluable_counts_as: Literal["assessed", "missed"] = "assessed"
    """A visit whose assessment was NE. A gap always runs from an evaluable assessment."""


def compute_planned_days(intervals: Sequence[tuple[float, float | None]], last_day: int) -> Days:
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
        An interval is shorter than a day, or a stretch does not end after the one before it.

    Examples
    --------
    >>> compute_planned_days([(56, 182.625), (84, None)], last_day=400).tolist()
    [56, 112, 168, 252, 336]
    """
    ends = [np.inf if until is None else until for _, until in intervals]
    _check_days("intervals", [every for every, _ in intervals], least=1, rising=False)
    _check_days("ends of stretches", ends, least=1, rising=True)
    at: float = 0
    planned: list[NDArray[np.floating]] = [np.empty(0)]
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
    >>> days = [56, 112, 168]
    >>> visits = derive_visits(assessments, subjects, days, window_days=7, baseline_within_days=28)
    >>> visits.select("planned_visit", "deviation_days", "status").rows()
    [(0, -7, 'ON TIME'), (1, 3, 'ON TIME'), (2, None, 'MISSED'), (3, None, 'NOT DUE')]
    """
    _check_days("planned days", planned_days, least=1, rising=True)
    _check_days("windows", [window_days, baseline_within_days], least=0, rising=False)
    planned = np.array([0, *planned_days], dtype=np.int64)
    people = conform(subjects, FollowUp).sort("subject").with_row_index("who")
    seen = _derive_nearest(conform(assessments, AssessmentDates), people, planned)
    grid = _derive_grid(people, planned, int(window_days), int(baseline_within_days))
    found = ["assessment", "assessment_date", "evaluable"]
    visits = grid.join(seen.filter("chosen").select("slot", *found), on="slot", how="left")
    others = seen.filter(~pl.col("chosen")).select("who", "subject", "nearest_visit", *found)
    rows = pl.concat([visits, others], how="diagonal").with_columns(
        deviation_days=(pl.col("assessment_date") - pl.col("planned_date")).dt.total_days(),
        status=_status(),
        day=pl.coalesce("assessment_date", "planned_date"),
    )
    order = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("who")
    rows = rows.sort("who", "day", "planned_visit", "assessment", nulls_last=True)
    return conform(rows.with_columns(order=order), Visits)


def derive_missed_before(
    events: pl.DataFrame, visits: pl.DataFrame, rule: MissedRule | None = None
) -> dy.DataFrame[MissedBefore]:
    """Derive how much had been missed when progression or death was seen.

    Counted are visits later than that of the last evaluable assessment, not assessed, whose window
    had passed before the event. A visit that was not due is not missed: let the `until_date` of the
    visits be no earlier than the event.

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
        Rows break a rule, a subject has no visits, or an event comes before the start.

    Examples
    --------
    >>> from datetime import date
    >>> assessments = pl.DataFrame(
    ...     {"subject": ["1"], "assessment": [1], "date": [date(2024, 3, 4)], "evaluable": [True]}
    ... )
    >>> event = pl.DataFrame({"subject": ["1"], "event_date": [date(2024, 7, 15)]})
    >>> subjects = event.select("subject", start_date=date(2024, 1, 8), until_date="event_date")
    >>> days = [56, 112, 168, 252]
    >>> visits = derive_visits(assessments, subjects, days, window_days=7, baseline_within_days=28)
    >>> missed = derive_missed_before(event, visits)
    >>> missed.select("missed_visits", "gap_days", "gap_limit_days", "after_missed").row(0)
    (2, 133, 126, True)
    """
    rule = rule or MissedRule()
    happened = conform(events, Events)
    start = pl.col("planned_date").filter(pl.col("planned_visit") == 0).first()
    rows = happened.join(conform(visits, Visits), on="subject", how="left").with_columns(
        start_date=start.over("subject")
    )
    who = rows.select("subject", "event_date", "start_date").unique()
    strays = who.filter(pl.col("start_date").is_null()).drop("start_date")
    _refuse(strays, "Events: {} are of subjects without Visits ({}). Derive their visits first.")
    early = who.filter(pl.col("start_date") > pl.col("event_date"))
    _refuse(early, "Events: {} come before the start, given last ({}). Correct either date.")
    date, nearest = pl.col("assessment_date"), pl.col("nearest_visit")
    before = (date > pl.col("start_date")) & (date < pl.col("event_date")) & pl.col("evaluable")
    last = rows.group_by("subject").agg(
        last_evaluable_date=date.filter(before).max(),
        last_visit=nearest.filter(before).max().fill_null(0),
    )
    by = ["subject", "event_date", "start_date", "last_evaluable_date"]
    gap = pl.col("event_date") - pl.coalesce("last_evaluable_date", "start_date")
    counted = rows.join(last, on="subject").group_by(by).agg(**_missed(rule))
    counted = counted.with_columns(gap_days=gap.dt.total_days()).sort("subject")
    return conform(counted.with_columns(after_missed=_after_missed(rule)), MissedBefore)


def _compute_nearest(day: Days, planned: Days) -> Days:
    """Find the visit nearest to each day: 0 before the first, one too many past the last."""
    edges = planned[:-1] + planned[1:]  # twice the days halfway: whole numbers
    past = 3 * planned[-1:] - planned[-2:-1] if planned.size > 1 else planned[:0]
    return np.searchsorted(np.concatenate([edges, past]), 2 * day, side="left").astype(np.int64)


def _derive_nearest(assessments: pl.DataFrame, people: pl.DataFrame, planned: Days) -> pl.DataFrame:
    """Find the visit nearest to each assessment; `chosen` are those that become the visit's."""
    seen = assessments.join(people, on="subject", how="left").with_columns(
        day=(pl.col("date") - pl.col("start_date")).dt.total_days()
    )
    strays = seen.filter(pl.col("who").is_null()).select("subject", "date")
    _refuse(strays, "AssessmentDates: {} are of subjects that FollowUp lacks ({}). Add them there.")
    day = seen["day"].to_numpy()
    cell = _compute_nearest(day, planned)
    nearest = np.minimum(cell, planned.size - 1)
    within = (day <= 0) | ((cell > 0) & (cell < planned.size))
    ranked = seen.with_columns(
        assessment_date="date",
        nearest_visit=nearest,
        slot=pl.col("who").cast(pl.Int64) * planned.size + nearest,
        away=np.abs(day - planned[nearest]),
        stray=~pl.Series(within) | (pl.col("date") > pl.col("until_date")),
    ).sort("slot", "stray", "away", "day", "assessment")
    first = (pl.col("slot") != pl.col("slot").shift(1)).fill_null(value=True)
    return ranked.with_columns(chosen=first & ~pl.col("stray"))


def _derive_grid(
    people: pl.DataFrame, planned: Days, window: int, baseline_within: int
) -> pl.DataFrame:
    """Cross subjects and planned visits; give each its window."""
    visit = np.arange(planned.size)
    schedule = pl.DataFrame({"planned_visit": visit, "nearest_visit": visit, "planned": planned})
    baseline = pl.col("planned_visit") == 0
    before = pl.when(baseline).then(baseline_within).otherwise(window)
    after = pl.when(baseline).then(0).otherwise(window)
    planned_date = pl.col("start_date") + pl.duration(days="planned")
    return people.join(schedule, how="cross").with_columns(
        slot=pl.col("who").cast(pl.Int64) * planned.size + pl.col("planned_visit"),
        planned_date=planned_date,
        window_start_date=planned_date - pl.duration(days=before),
        window_end_date=planned_date + pl.duration(days=after),
    )


def _status() -> pl.Expr:
    """Say what became of a visit or an assessment."""
    baseline, date = pl.col("planned_visit") == 0, pl.col("assessment_date")
    early, late = date < pl.col("window_start_date"), date > pl.col("window_end_date")
    passed = pl.col("window_end_date") < pl.col("until_date")
    planned = pl.when(early).then(pl.lit("EARLY")).when(late).then(pl.lit("LATE"))
    planned = planned.when(date.is_not_null()).then(pl.lit("ON TIME"))
    planned = planned.when(passed).then(pl.lit("MISSED")).otherwise(pl.lit("NOT DUE"))
    first = pl.when(early).then(pl.lit("BASELINE TOO EARLY"))
    first = first.when(date.is_null()).then(pl.lit("NO BASELINE")).otherwise(pl.lit("ON TIME"))
    scheduled = pl.when(baseline).then(first).otherwise(planned)
    return pl.when(baseline.is_not_null()).then(scheduled).otherwise(pl.lit("UNSCHEDULED"))


def _missed(rule: MissedRule) -> dict[str, pl.Expr]:
    """Count, within a subject, the visits after `last_visit` and before the event."""
    visit, last, event = pl.col("planned_visit"), pl.col("last_visit"), pl.col("event_date")
    passed = (visit > last) & (pl.col("window_end_date") < event)
    later = (pl.col("assessment_date") > event).fill_null(value=False)
    on_time_from = pl.when(visit == 0).then("planned_date").otherwise("window_start_date")
    reach = pl.col("window_end_date").filter(visit == last + rule.missed_from).first()
    return {
        "missed_visits": (passed & (later | (pl.col("status") == "MISSED"))).sum().cast(pl.Int64),
        "not_evaluable_visits": (passed & ~later & ~pl.col("evaluable")).sum().cast(pl.Int64),
        "gap_limit_days": (reach - on_time_from.filter(visit == last).first()).dt.total_days(),
    }


def _after_missed(rule: MissedRule) -> pl.Expr:
    """Whether too much was missed."""
    if rule.reading == "gap":
        return (pl.col("gap_days") > pl.col("gap_limit_days")).fill_null(value=False)
    missed = pl.col("missed_visits")
    if rule.not_evaluable_counts_as == "missed":
        missed += pl.col("not_evaluable_visits")
    return missed >= rule.missed_from


def _check_days(name: str, days: Sequence[float] | Days, *, least: float, rising: bool) -> None:
    """Refuse days below the least, or that do not come one after the other."""
    rises = not rising or all(before < after for before, after in pairwise(days))
    if rises and all(least <= number for number in days):
        return
    found = ", ".join(f"{number:g}" for number in days)
    msg = f"{name} must be {least} or more days{', each after the last' * rising}, not {found}"
    raise UsageError(msg)


def _refuse(rows: pl.DataFrame, message: str) -> None:
    """Raise the message with the number of rows and the first of them, if there are any."""
    if rows.is_empty():
        return
    first = [" ".join(map(str, row)) for row in rows.sort(pl.all()).head(_SHOWN).rows()]
    named = ", ".join([*first, *["..."][: rows.height - _SHOWN > 0]])
    raise DataError(message.format(rows.height, named))
