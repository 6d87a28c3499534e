"""Medians with limits: their order, and for few patients whether any data can give them.

Of a curve, the median is the first time with the curve at or below one half, its limits the same of
the curve's own limits (Brookmeyer and Crowley). For up to `MOST_TRIED` patients every order of
events and censorings is tried, ties among them, on every scale, with limits either missing or 0
where the curve is 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import inf

import numpy as np

from topline.audit.book import Book, Item
from topline.audit.claims import Median
from topline.audit.printed import Printed
from topline.audit.verdict import Finding, Verdict
from topline.stats.survival.kaplan_meier import Days, Flags, compute_kaplan_meier
from topline.stats.survival.survival_limits import TRANSFORMS, Transform

MOST_TRIED = 6
_HALF = 0.5 + 1e-9


@dataclass(frozen=True, slots=True)
class Crossing:
    """Which event brings the lower limit, the curve and the upper limit to one half; inf: none."""

    lower: float
    median: float
    upper: float


def audit_median(item: Item, claim: Median, book: Book) -> Finding:
    """Check a median and its limits as far as that is possible without patients' data."""
    numbers = item.reading.numbers
    estimate, lower, upper = (numbers.get(name) for name in ("estimate", "lower", "upper"))
    wrong = _out_of_order(estimate, lower, upper)
    if wrong:
        return Finding(item, Verdict.NO_METHOD, f"No method gives {wrong}.")
    needs = claim.needs or "times and events of each patient"
    n = book.size(claim.of or (book.file.curves[claim.curve].of if claim.curve else None))
    if claim.curve is None or n is None or n > MOST_TRIED:
        return Finding(item, Verdict.UNCHECKED, f"Needed: {needs}.")
    declared = claim.method or book.file.declared.curve
    transforms = (declared,) if declared else TRANSFORMS
    for transforms_tried, zero, words in (
        (transforms, False, "Possible"),
        (TRANSFORMS, False, "Possible on another scale than declared"),
        (TRANSFORMS, True, "Possible only if limits are taken as 0 where the curve is 0"),
    ):
        found = [t for t in transforms_tried if can_be(n, (lower, estimate, upper), t, zero=zero)]
        if found:
            said = f"{words} among {n} patients ({', '.join(found)})"
            return Finding(item, Verdict.UNCHECKED, f"{said}. Needed: {needs}.", tuple(found))
    words = f"No order of events and censorings of {n} patients gives it, on any scale."
    return Finding(item, Verdict.NO_METHOD, words)


def _out_of_order(
    estimate: Printed | None, lower: Printed | None, upper: Printed | None
) -> str | None:
    """Say in which way limits do not lie about a median; None where they do."""
    shown = estimate.text if estimate else "not reached"
    if lower is not None and estimate is not None and lower.value > estimate.value:
        return f"a lower limit of {lower.text} above the median, {shown}"
    if upper is not None and (estimate is None or upper.value < estimate.value):
        return f"an upper limit of {upper.text} below the median, {shown}"
    return None


def can_be(
    n: int,
    printed: tuple[Printed | None, Printed | None, Printed | None],
    transform: Transform,
    *,
    zero: bool = False,
) -> bool:
    """Whether any n patients have a median with these limits.

    Parameters
    ----------
    n
        Patients.
    printed
        Lower limit, median, upper limit; None for not reached.
    transform
        Scale of the limits.
    zero
        Limits are 0, not missing, where the curve is 0.
    """
    return any(_agrees(each, printed) for each in _crossings(n, transform, zero))


def _crossings(n: int, transform: Transform, zero: bool) -> Iterator[Crossing]:
    seen: set[Crossing] = set()
    for pattern in _patterns(n):
        days, events = _patients(pattern)
        curve = compute_kaplan_meier(days, events, transform=transform)
        ends = (curve.survival <= 0) & zero
        lower, upper = np.where(ends, 0.0, curve.lower), np.where(ends, 0.0, curve.upper)
        found = Crossing(*(_first(values) for values in (lower, curve.survival, upper)))
        if found not in seen:
            seen.add(found)
            yield found


@cache
def _patterns(n: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """All ways in which n patients leave: events and censorings of each day on which any does.

    Days on which only censorings happen matter by their number alone, so each has one.
    """
    if n == 0:
        return ((),)
    return tuple(
        ((events, censored), *rest)
        for events in range(n + 1)
        for censored in range(n - events + 1)
        if events or censored == 1
        for rest in _patterns(n - events - censored)
    )


def _patients(pattern: tuple[tuple[int, int], ...]) -> tuple[Days, Flags]:
    days = [day for day, (e, c) in enumerate(pattern, start=1) for _ in range(e + c)]
    events: list[bool] = []
    for e, c in pattern:
        events += [True] * e + [False] * c
    return np.array(days), np.array(events)


def _first(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Place of the first value at or below one half; halfway to the next fall where it is on it."""
    below = np.flatnonzero(values <= _HALF)
    if not len(below):
        return inf
    level = values[below[0]]
    falls = below[values[below] < level - 1e-9]
    return float(below[0]) + 0.5 if abs(level - 0.5) < 1e-9 and len(falls) else float(below[0])


def _agrees(
    found: Crossing, printed: tuple[Printed | None, Printed | None, Printed | None]
) -> bool:
    """Whether times can be given to the events so that the printed ones come out."""
    places = (found.lower, found.median, found.upper)
    if any((p is None) != (place == inf) for p, place in zip(printed, places, strict=True)):
        return False
    for first, second in ((0, 1), (1, 2), (0, 2)):
        a, b = printed[first], printed[second]
        if (
            a is not None
            and b is not None
            and a.value < b.value
            and places[first] >= places[second]
        ):
            return False
    return True
