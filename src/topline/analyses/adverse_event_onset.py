"""When adverse events first began, in which cycle, how long they lasted, and how they ended.

Days count from the first dose, which is day 1; cycles are those of the calendar from there. A
subject is at risk in a cycle when treatment lasted into it and no such event began before it. An
episode lasts from its first record that fits to its end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import polars as pl

from topline.analyses.adverse_events import sized_groups
from topline.analyses.formats import percent, statistic
from topline.analyses.levels import Group
from topline.analyses.rows import Row, count_and_percent, finite, warned
from topline.analyses.trace import among, equals, own, where
from topline.protocol.adverse_events import EventOnset
from topline.protocol.protocol import Protocol
from topline.protocol.words import Duration
from topline.stats.estimates.summary import compute_summary
from topline.stats.survival.kaplan_meier import compute_kaplan_meier

_KNOWN = "ASTDY >= 1"


@dataclass(frozen=True)
class _Cell:
    """A line in a group: its subjects, its events, and the first onset of each subject."""

    start: Row
    """Its trace selects the events."""
    subjects: pl.DataFrame
    subjects_where: str
    events: pl.DataFrame
    first: pl.DataFrame
    """USUBJID, `day` of the first onset, and `treated`: its days from first to last dose."""

    def of_subjects(self, level: str, label: str, chosen: pl.Series) -> Row:
        """Return a row that rests on the events of some subjects."""
        trace = where(self.start.trace_where, among("USUBJID", chosen.unique().sort()))
        return replace(self.start, level=level, level_label=label, trace_where=trace)


def describe_onsets(
    protocol: Protocol, analysis: EventOnset, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Describe first onset, duration and resolution, line by line and group by group.

    Parameters
    ----------
    protocol
        Gives the analysis set, the arms, the length of a cycle and how long events count.
    analysis
        Which events, how many cycles, at which times the share with the event.
    adam
        ADSL and ADAE.

    Returns
    -------
    list of Row
        For each line and group: subjects with the event; days to the first onset; first onsets by
        cycle with the subjects at risk; the share with the event by the times asked for; subjects
        all of whose episodes resolved; and how many days resolved episodes lasted.
    """
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    subjects = adam["ADSL"].filter(pl.sql_expr(inside))
    groups = [group for group, _ in sized_groups(protocol, subjects)]
    rows: list[Row] = []
    for place, line in enumerate(analysis.lines, start=1):
        condition = where(inside, own(analysis.where), own(line.where))
        events = adam["ADAE"].filter(pl.sql_expr(condition))
        start = Row(
            "", None, "", str(place), line.label, trace_dataset="ADAE", trace_where=condition
        )
        for group in groups:
            cell = _cell(start, group, inside, subjects, events)
            rows += [
                *_with_event(cell),
                *_onset(cell),
                *_cycles(cell, protocol.treatments.cycle.length, analysis.cycles),
                *_shares(cell, protocol, analysis.rates_at),
                *_endings(cell),
            ]
    return rows


def _cell(
    start: Row, group: Group, inside: str, subjects: pl.DataFrame, events: pl.DataFrame
) -> _Cell:
    if group.condition:
        subjects = subjects.filter(pl.sql_expr(group.condition))
        events = events.filter(pl.sql_expr(group.condition))
    first = (
        events.filter(pl.sql_expr(_KNOWN)).group_by("USUBJID").agg(day=pl.col("ASTDY").min())
    ).join(subjects.select("USUBJID", treated="TRTDURD"), on="USUBJID", how="left")
    row = replace(
        start, by=group.by, group=group.value, group_label=group.label,
        trace_where=where(start.trace_where, group.condition),
        warning="" if subjects.height else "no subjects in this group",
    )  # fmt: skip
    return _Cell(row, subjects, where(inside, group.condition), events, first.sort("USUBJID"))


def _with_event(cell: _Cell) -> tuple[Row, Row]:
    """Count the subjects with such an event."""
    return count_and_percent(cell.start, cell.events["USUBJID"].n_unique(), cell.subjects.height)


def _onset(cell: _Cell) -> Iterator[Row]:
    """Summarise the days to the first onset, of those for whom it is known."""
    unknown = cell.events["USUBJID"].n_unique() - cell.first.height
    row = replace(
        cell.start, level="onset", level_label="First onset", n_missing=unknown,
        trace_where=where(cell.start.trace_where, _KNOWN),
    )  # fmt: skip
    return _days(row, cell.first["day"], cell.first.height)


def _days(row: Row, days: pl.Series, subjects: int) -> Iterator[Row]:
    """Summarise numbers of days; without any, there is no number."""
    found = compute_summary(days.cast(pl.Float64).to_numpy())
    numbers = {
        "median": found.median,
        "q1": found.q1,
        "q3": found.q3,
        "min": found.minimum,
        "max": found.maximum,
    }
    for name, number in numbers.items():
        value = finite(number)
        yield replace(
            row, statistic=name, value=value, display=statistic(name, value, 0), unit="days",
            method=found.method, n=subjects,
        )  # fmt: skip


def _cycles(cell: _Cell, length: Duration, cycles: int) -> Iterator[Row]:
    """Count first onsets by cycle, in percent of those at risk; then later, and after treatment."""
    if not cycles:
        return
    number = (pl.col("day") / length.days).ceil().cast(pl.Int64)
    under = (pl.col("day") <= pl.col("treated")).fill_null(value=False)
    placed = cell.first.with_columns(cycle=pl.when(under).then(number))
    dated = set(cell.first["USUBJID"])
    undated = set(cell.events["USUBJID"]) - dated
    for cycle in range(1, cycles + 1):
        before = placed.filter(pl.col("cycle") < cycle)["USUBJID"]
        began = pl.col("TRTDURD") > (cycle - 1) * length.days
        out = pl.Series([*undated, *before], dtype=pl.String).implode()
        risk = cell.subjects.filter(began, ~pl.col("USUBJID").is_in(out))["USUBJID"].sort()
        level, label = f"cycle {cycle}", f"Cycle {cycle}"
        yield replace(
            cell.start, statistic="at_risk", value=float(len(risk)), display=str(len(risk)),
            level=level, level_label=label, n=len(risk), trace_dataset="ADSL",
            trace_where=where(cell.subjects_where, among("USUBJID", risk)),
        )  # fmt: skip
        found = placed.filter(pl.col("cycle") == cycle)["USUBJID"]
        yield from count_and_percent(cell.of_subjects(level, label, found), len(found), len(risk))
    rest = {
        "later": ("Later cycles", pl.col("cycle") > cycles),
        "after treatment": ("After the last dose", pl.col("cycle").is_null()),
    }
    for level, (label, condition) in rest.items():
        found = placed.filter(condition)["USUBJID"]
        row = cell.of_subjects(level, label, found)
        yield from count_and_percent(row, len(found), cell.subjects.height)


def _shares(cell: _Cell, protocol: Protocol, times: tuple[Duration, ...]) -> Iterator[Row]:
    """Estimate the share with the event by some times; who has none is censored when last at risk.

    Nobody is at risk after the time for which events count, death or the data cut. Who had the
    event on an unknown day is left out.
    """
    if not times:
        return
    until = protocol.adverse_events.emergent_until
    counted = pl.lit(None, pl.Date)
    if until is not None:
        counted = pl.col("TRTEDT") + pl.duration(days=int(until.days))
    end = pl.min_horizontal(counted, "DTHDT", "DCUTDT")
    end = pl.coalesce(end, "LSTALVDT") if until is None else end
    undated = cell.events.join(cell.first, on="USUBJID", how="anti")["USUBJID"].implode()
    followed = (
        cell.subjects.filter(~pl.col("USUBJID").is_in(undated))
        .select("USUBJID", last=(end - pl.col("TRTSDT")).dt.total_days() + 1)
        .join(cell.first.select("USUBJID", "day"), on="USUBJID", how="left")
        .with_columns(time=pl.coalesce("day", "last"))
        .filter(pl.col("time") >= 1)
        .sort("USUBJID")
    )
    events = followed["day"].is_not_null().to_numpy().astype(np.bool_)
    curve = compute_kaplan_meier(followed["time"].to_numpy().astype(np.int64), events)
    row = replace(
        cell.start, n=followed.height, n_missing=cell.subjects.height - followed.height,
        trace_dataset="ADSL",
        trace_where=where(cell.subjects_where, among("USUBJID", followed["USUBJID"])),
    )  # fmt: skip
    for time in times:
        rate = curve.rate_at(ceil(time.days))
        named = replace(row, level=str(time), level_label=f"By {time}", unit="%")
        limits = {"rate": rate.estimate, "rate_lower": rate.upper, "rate_upper": rate.lower}
        for name, free in limits.items():
            value = None if finite(free) is None else 100 * (1 - free)
            shown = replace(named, statistic=name, value=value, display=percent(value))
            yield warned(replace(shown, method=rate.method), rate.warnings)


def _endings(cell: _Cell) -> Iterator[Row]:
    """Count the subjects all of whose episodes resolved, and say how long those lasted."""
    episode = ["USUBJID", "AEDECOD", "EPISODE"]
    episodes = cell.events.group_by(episode).agg(
        began=pl.col("ASTDT").min(),
        ended=pl.col("EPISENDT").first(),
        resolved=(pl.col("EPRESFL") == "Y").fill_null(value=False).any(),
    )
    every = episodes.group_by("USUBJID").agg(pl.col("resolved").all()).sort("USUBJID")
    resolved = every.filter("resolved")["USUBJID"]
    row = cell.of_subjects("resolved", "Resolved", resolved)
    yield from count_and_percent(row, len(resolved), every.height)
    length = (pl.col("ended") - pl.col("began")).dt.total_days() + 1
    lasted = episodes.filter("resolved").with_columns(days=length).filter(pl.col("days") >= 1)
    named = cell.of_subjects("duration", "Duration until resolved", lasted["USUBJID"])
    yield from _days(named, lasted["days"].sort(), lasted["USUBJID"].n_unique())
    yield replace(
        named, statistic="episodes", value=float(lasted.height), display=str(lasted.height),
        n=lasted["USUBJID"].n_unique(),
    )  # fmt: skip
