"""What claims say of measured numbers, one figure each: a median, a p-value, an F."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isnan, log10
from typing import Literal

from topline.audit.book import Item
from topline.audit.printed import Printed
from topline.reconstruct.measurements.specification import NumberPart, Test, ValueStatement

What = Literal[
    "median", "mean", "least", "most", "median lower", "median upper", "mean lower", "mean upper",
    "F", "mann-whitney", "kruskal-wallis", "signed-rank", "repeated-measures",
]  # fmt: skip
TESTS: dict[What, str] = {
    "mann-whitney": "Mann-Whitney p", "kruskal-wallis": "Kruskal-Wallis p",
    "signed-rank": "signed-rank p", "repeated-measures": "repeated-measures p",
}  # fmt: skip
"""Those of which the figure is a p-value, with the words for it."""

_Middle = Literal["median", "mean"]
_LIMITS: dict[_Middle, dict[NumberPart, What]] = {
    "median": {"lower": "median lower", "upper": "median upper"},
    "mean": {"lower": "mean lower", "upper": "mean upper"},
}
_LEVEL = 0.95
_SMALLEST_P = 1e-6
_P_SCALE, _F_SCALE = 0.5, 1.0
"""How far off counts as half of a figure lost; of p-values, in powers of ten."""
_MISSED = 0.02
"""Lost by the least distance; were it more, a figure once met would hold the others still."""


@dataclass(frozen=True, slots=True)
class ValueAim:
    """A figure that a statement on measured numbers should give."""

    claim: str
    printed: str
    where: str
    what: What
    of: tuple[str, ...]
    among: str | None
    by: str | None
    low: float
    high: float
    weight: float
    decimals: int = 0
    """Of the printed figure."""
    level: float = _LEVEL
    """Coverage of a limit."""

    @property
    def words(self) -> str:
        """Name the figure, with who is meant."""
        by = f" by {self.by}" if self.by else ""
        among = f", {self.among}" if self.among else ""
        return f"{', '.join(self.of)}{by}: {TESTS.get(self.what, self.what)}{among}"

    def shown(self, value: float) -> str:
        """Write a figure found, a p-value with two digits and others with one more than print."""
        if isnan(value):
            return "not estimable"
        if self.what in TESTS:
            return f"{value:.2g}" if value >= 0.0001 else "<0.0001"
        return f"{value:.{self.decimals + 1}f}"

    def holds(self, value: float) -> bool:
        """Whether a figure rounds to what is printed."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class ValueReading:
    """A figure that measured numbers should give, and the one that they give."""

    aim: ValueAim
    value: float

    @property
    def holds(self) -> bool:
        """Whether the figure rounds to what is printed."""
        return self.aim.holds(self.value)


def aims_of(statement: ValueStatement, item: Item) -> Iterator[ValueAim]:
    """List the figures that a statement takes from its claim; none where the claim has none.

    Parameters
    ----------
    statement
        Says which numbers the claim is about.
    item
        The claim.
    """
    found = _of_test(statement.test, item) if statement.test else _of_location(statement, item)
    for part, what, printed in found:
        low, high = _bounds(printed, p=what in TESTS)
        yield ValueAim(
            item.name, item.printed, item.where, what, statement.numbers, statement.among,
            statement.by, low, high, statement.weights.get(part, statement.weight),
            printed.decimals, item.reading.level or _LEVEL,
        )  # fmt: skip


_Figure = tuple[NumberPart, What, Printed]


def _of_test(test: Test, item: Item) -> Iterator[_Figure]:
    numbers, reading = item.reading.numbers, item.reading
    estimate, p = numbers.get("estimate"), numbers.get("p")
    if test == "repeated-measures" and reading.letter == "F" and estimate is not None:
        yield "estimate", "F", estimate
    p = estimate if p is None and item.claim.kind == "p-value" else p
    if p is not None:
        yield "p", test, p


def _of_location(statement: ValueStatement, item: Item) -> Iterator[_Figure]:
    numbers, kind = item.reading.numbers, item.claim.kind
    middle: _Middle = "mean" if (statement.as_ or kind) == "mean" else "median"
    estimate = numbers.get("estimate")
    if estimate is not None and statement.as_ != "range":
        yield "estimate", middle, estimate
    ends: dict[NumberPart, What] = {}
    if "range" in {statement.as_, kind}:
        ends = {"lower": "least", "upper": "most"}
    elif statement.limits:
        ends = _LIMITS[middle]
    for part, what in ends.items():
        printed = numbers.get(part)
        if printed is not None:
            yield part, what, printed


def _bounds(printed: Printed, *, p: bool) -> tuple[float, float]:
    """Return the figures that would be printed so."""
    low, high = (0.0, 1.0) if p else (-inf, inf)
    if printed.bound:
        value = float(printed.value)
        return (low, value) if printed.bound == "<" else (value, high)
    least, most = printed.rounding()
    return float(least), float(most)


def distance(aim: ValueAim, value: float, scale: float) -> float:
    """Return how far a figure is from print, 0 to 1; 0 where it rounds to it.

    It grows ever less, so that a figure that cannot be reached pulls on nothing else.

    Parameters
    ----------
    aim
        What is printed.
    value
        The figure found.
    scale
        How far off counts as half of it lost, where it is in the unit of the numbers.
    """
    if aim.holds(value):
        return 0.0
    if isnan(value):
        return 1.0
    low, high = aim.low, aim.high
    if aim.what in TESTS:
        scale = _P_SCALE
        value, low, high = (log10(max(v, _SMALLEST_P)) for v in (value, low, high))
    elif aim.what == "F":
        scale = _F_SCALE
    off = low - value if value < low else value - high
    return _MISSED + (1 - _MISSED) * off / (off + scale)
