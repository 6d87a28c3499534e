"""Which look each value of each variable has: the same in every figure of a run."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import polars as pl

from topline.analyses.levels import MISSING, RESPONSES
from topline.displays import theme
from topline.displays.theme import Paint
from topline.protocol.protocol import Protocol

_ARM_LABELS = frozenset({"TRT01P", "TRT01A"})
_ARM_CODES = frozenset({"ARMCD", "ACTARMCD"})
_RESPONSES = frozenset({"BOR", "CBOR"})
Shape = Literal[
    "triangle", "diamond", "cross", "star", "down", "hourglass", "pentagon", "hexagon",
    "circle", "square", "plus", "bar", "arrow",
]  # fmt: skip
DATE_SHAPES: tuple[Shape, ...] = (
    "triangle", "diamond", "cross", "star", "down", "hourglass", "pentagon", "hexagon",
)  # fmt: skip
_KNOWN_DATES = ("first response", "progression", "death", "New lesion")
_NOT_TOLD = {
    "UNKNOWN": theme.HATCHES[1],
    "U": theme.HATCHES[1],
    "NOT REPORTED": theme.HATCHES[1],
    "OTHER": "",
}
"""Codes of values that say nothing: grey as missing ones are, with their hatching."""


class Palettes:
    """Looks by variable and value.

    Values stand in the protocol's order, arms in theirs; then come values that only the data have,
    sorted. Missing, unknown and other are grey. Responses have their own colours, in every variable
    that holds nothing else.
    """

    def __init__(self, protocol: Protocol, rows: pl.DataFrame) -> None:
        self._ordered = frozenset(protocol.appearance.ordered)
        self._values = _values(protocol, rows)
        self._dates = _dates(rows)

    def paint(self, variable: str, value: str) -> Paint:
        """Return the look of a value; of a value that nobody knows, the grey of missing ones."""
        if value in {MISSING, ""}:
            return theme.MISSING
        values = self._values.get(variable, ())
        if value in theme.RESPONSES and set(values) <= set(theme.RESPONSES):
            dashes = theme.DASHES[list(theme.RESPONSES).index(value)]
            return Paint(theme.RESPONSES[value], dashes)
        if value in _NOT_TOLD:
            return replace(theme.MISSING, hatch=_NOT_TOLD[value])
        if value not in values:
            return theme.MISSING
        place = values.index(value)
        if variable in self._ordered:
            return theme.scale(place, len(values))
        return theme.series(place)

    def shape(self, date: str) -> Shape:
        """Return the shape that marks a date."""
        return DATE_SHAPES[self._dates.index(date) % len(DATE_SHAPES)]


def _values(protocol: Protocol, rows: pl.DataFrame) -> Mapping[str, tuple[str, ...]]:
    """Return the values of each variable that results are grouped by, in order."""
    found = (
        rows.filter((pl.col("by") != "") & ~pl.col("group").is_in(["", MISSING]))
        .select("by", "group")
        .unique()
        .sort("by", "group")
    )
    values: dict[str, dict[str, None]] = {}
    for variable, value in found.iter_rows():
        values.setdefault(variable, dict.fromkeys(_planned(protocol, variable)))[value] = None
    return {
        variable: tuple(value for value in known if value not in _NOT_TOLD)
        for variable, known in values.items()
    }


def _dates(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return the dates that figures of patients mark, those with a shape of their own first."""
    marked = rows.filter(
        (pl.col("statistic") == "time") & (pl.col("section") == "") & (pl.col("level") != "")
    )
    return tuple(dict.fromkeys([*_KNOWN_DATES, *marked["parameter"]]))


def _planned(protocol: Protocol, variable: str) -> tuple[str, ...]:
    """Return the values that the protocol names, in its order."""
    described = protocol.variables.get(variable)
    if described is not None and described.levels:
        return tuple(described.levels)
    if variable in _ARM_LABELS:
        return tuple(arm.label for arm in protocol.study.arms)
    if variable in _ARM_CODES:
        return tuple(arm.id for arm in protocol.study.arms)
    if variable == "DCTREAS":
        return tuple(protocol.disposition.reasons.values())
    return RESPONSES if variable in _RESPONSES else ()
