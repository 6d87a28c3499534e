"""What stands below a display: whom it is about, by which method, up to when."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from topline.displays.numbers import Numbers
from topline.protocol.analyses import EventCounts, Flow
from topline.protocol.displays import Display
from topline.protocol.protocol import Protocol

_ABBREVIATIONS: Final = {
    "NR": "not reached",
    "NE": "not estimable",
}
_PLAIN: Final = {"", "Count"}


def footnotes(  # noqa: PLR0913 (all that a footnote can be about)
    plan: Display,
    protocol: Protocol,
    analyses: tuple[str, ...],
    numbers: Mapping[str, Numbers],
    rows: pl.DataFrame,
    cut: dt.date | None,
) -> tuple[str, ...]:
    """Return the footnotes of a display: its own, then set, methods, signs, data cut, notice."""
    planned = [protocol.analyses[name] for name in analyses]
    notes = list(plan.footnotes)
    sets = dict.fromkeys(a.analysis_set for a in planned if not isinstance(a, Flow))
    notes += [
        f"Analysis set {name}: {protocol.analysis_sets[name].label}."
        for name in sets
        if name in protocol.analysis_sets
    ]
    notes += _methods(rows, analyses)
    if any(isinstance(a, EventCounts) for a in planned):
        notes.append("Each subject counts once a term, at the worst grade.")
    shown = {r.display for name in analyses for r in numbers[name].rows}
    signs = [f"{sign}, {words}" for sign, words in _ABBREVIATIONS.items() if sign in shown]
    if signs:
        notes.append("; ".join(signs) + ".")
    for name in analyses:
        notes += [f"{warning}." for warning in numbers[name].warnings() if len(warning) > 40]
    if cut is not None:
        notes.append(f"Data cut: {cut.day} {cut:%B %Y}.")
    if protocol.study.notice:
        notes.append(protocol.study.notice)
    return tuple(dict.fromkeys(notes))


def _methods(rows: pl.DataFrame, analyses: tuple[str, ...]) -> list[str]:
    """Return one sentence of the methods that made the numbers."""
    found = rows.filter(pl.col("analysis_id").is_in(analyses)).select("method").to_series()
    methods = [method for method in found.unique(maintain_order=True) if method not in _PLAIN]
    return [f"Methods: {'; '.join(methods)}."] if methods else []
