"""What claims say of times, one number each: a median, a limit, a rate, a p-value, a count."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isnan
from pathlib import Path
from typing import Literal

from topline.audit.book import Book, Item
from topline.audit.printed import Printed
from topline.protocol.words import DAYS_A_MONTH
from topline.reconstruct.published import Courses, Part, TimeStatement
from topline.reconstruct.strata import Strata

What = Literal[
    "median", "median lower", "median upper", "rate", "error", "rate lower", "rate upper", "p",
    "at risk", "middle", "least", "most", "beyond",
]  # fmt: skip

_SCALES: dict[str, float] = {
    "rate": 0.04, "error": 0.01, "rate lower": 0.06, "rate upper": 0.06, "p": 0.5,
    "at risk": 2.0, "beyond": 2.0,
}  # fmt: skip
_MONTHS = 2.0
_PARTS: dict[What, Part] = {
    "error": "spread", "least": "lower", "median lower": "lower", "rate lower": "lower",
    "most": "upper", "median upper": "upper", "rate upper": "upper",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aim:
    """A number that a statement on an endpoint should give."""

    claim: str
    printed: str
    where: str
    what: What
    endpoint: str
    among: str | None
    low: float
    """Days for times, 0 to 1 for rates; infinite where it is not reached."""
    high: float
    weight: float
    at: float = 0.0
    """Day of a rate."""
    by: str | None = None
    every: int | None = None
    longer: str | None = None
    """Level of `by` that is better off."""

    @property
    def scale(self) -> float:
        """How far off counts as half the weight lost."""
        return _SCALES.get(self.what, _MONTHS * (self.every or DAYS_A_MONTH))

    def shown(self, value: float) -> str:
        """Write a value found as print would, in months, percent or as a number."""
        if value == inf:
            return "not reached"
        if isnan(value):
            return "not estimable"
        if self.what in {"rate", "error", "rate lower", "rate upper"}:
            return f"{100 * value:.1f}%"
        if self.what == "p":
            return f"{value:.2g}" if value >= 0.0001 else "<0.0001"
        if self.what in {"beyond", "at risk"} or self.every:
            return f"{value / (self.every or 1):g}"
        return f"{value / DAYS_A_MONTH:.1f}"

    def holds(self, value: float) -> bool:
        """Whether a value rounds to what is printed."""
        return value == self.low if self.low == inf else self.low <= value <= self.high


def gather_aims(courses: Courses, book: Book, folder: Path) -> tuple[Aim, ...]:
    """List what statements, numbers at risk and digitised curves say, number by number."""
    items = {item.name: item for item in book.items}
    found: list[Aim] = []
    for statement in courses.statements:
        item = items[statement.claim]
        aims = list(aims_of(statement, item))
        found += aims
    for k, table in enumerate(courses.at_risk):
        for month, n in table.at.items():
            found.append(
                Aim(
                    f"at risk {k + 1}", str(n), f"{table.where}, {month} months", "at risk",
                    table.endpoint, table.among, n, n, table.weight, float(month) * DAYS_A_MONTH,
                )
            )  # fmt: skip
    for k, curve in enumerate(courses.curves):
        for month, rate in read_curve(folder / curve.file):
            low, high = rate - curve.within, rate + curve.within
            found.append(
                Aim(
                    f"curve {k + 1}", f"{rate:g}", f"{curve.where}, {month:g} months", "rate",
                    curve.endpoint, curve.among, low, high, curve.weight, month * DAYS_A_MONTH,
                )
            )  # fmt: skip
    return tuple(found)


def unprinted_medians(strata: Strata, aims: tuple[Aim, ...]) -> tuple[Aim, ...]:
    """List medians of which no aim speaks, of all and of each level that any test compares."""
    published = strata.published
    printed = {(aim.endpoint, aim.among) for aim in aims if aim.what == "median"}
    levels = [
        f"{name} = '{level}'" if " " in level else f"{name} = {level}"
        for name in dict.fromkeys(aim.by for aim in aims if aim.by)
        for level in published.attributes[name].levels or ()
    ]
    found: list[Aim] = []
    for endpoint, spec in published.courses.endpoints.items():
        for among in (None, *levels) if spec.events else ():
            if (endpoint, among) not in printed:
                found.append(Aim("", "not in print", "", "median", endpoint, among, 0.0, inf, 0.0))
    return tuple(found)


def read_curve(path: Path) -> list[tuple[float, float]]:
    """Read a digitised curve: month and survival of each point.

    Raises
    ------
    ValueError
        The file has no such columns, or a value that is no number.
    """
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    if not rows or not {"month", "survival"} <= set(rows[0]):
        msg = f"{path.name}: the columns month and survival, and a row for each point"
        raise ValueError(msg)
    return [(float(row["month"]), float(row["survival"])) for row in rows]


def aims_of(statement: TimeStatement, item: Item) -> Iterator[Aim]:
    """List the numbers that a statement takes from its claim; none where the claim has none."""
    numbers = item.reading.numbers
    unit = float(statement.every or DAYS_A_MONTH)
    kind = item.claim.kind
    if statement.by is not None:
        printed = numbers.get("p") or numbers.get("estimate")
        if printed is not None:
            yield _aim(statement, item, "p", _p_range(printed))
    elif statement.beyond is not None:
        count = numbers.get("count") or numbers.get("estimate")
        if count is not None:
            bounds = float(count.value), float(count.value)
            yield _aim(statement, item, "beyond", bounds, statement.beyond * DAYS_A_MONTH)
    elif item.claim.kind == "rate":
        yield from _rates(statement, item, item.claim.at * DAYS_A_MONTH)
    else:
        plain = statement.plain or statement.every is not None or kind == "range"
        names: tuple[tuple[str, What], ...] = (
            ("estimate", "middle" if statement.plain or statement.every else "median"),
            ("lower", "least" if plain else "median lower"),
            ("upper", "most" if plain else "median upper"),
        )
        for name, what in names:
            if name in numbers:
                yield _aim(statement, item, what, _time_range(numbers[name], unit))


def _rates(statement: TimeStatement, item: Item, day: float) -> Iterator[Aim]:
    names: tuple[tuple[str, What], ...] = (
        ("estimate", "rate"), ("spread", "error"), ("lower", "rate lower"),
        ("upper", "rate upper"),
    )  # fmt: skip
    for name, what in names:
        printed = item.reading.numbers.get(name)
        if printed is not None:
            low, high = (float(end) / item.reading.scale for end in printed.interval())
            yield _aim(statement, item, what, (low, high), day)


def _aim(
    statement: TimeStatement,
    item: Item,
    what: What,
    bounds: tuple[float, float],
    at: float = 0.0,
) -> Aim:
    weight = statement.weights.get(_PARTS.get(what, "estimate"), statement.weight)
    return Aim(
        item.name, item.printed, item.where, what, statement.endpoint, statement.among, *bounds,
        weight, at, statement.by, statement.every, statement.longer,
    )  # fmt: skip


def _time_range(printed: Printed | None, unit: float) -> tuple[float, float]:
    if printed is None:
        return inf, inf
    low, high = printed.interval()
    return float(low) * unit, float(high) * unit


def _p_range(printed: Printed) -> tuple[float, float]:
    if printed.bound == "<":
        return 0.0, float(printed.value)
    if printed.bound == ">":
        return float(printed.value), 1.0
    low, high = printed.interval()
    return float(low), float(high)
