"""Survival rates at a time: whether their standard error can be, and how limits were made."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.audit.book import Book, Item
from topline.audit.claims import Rate
from topline.audit.methods.greenwood import RateRange, find_risk_sets, least_error
from topline.audit.printed import Printed
from topline.audit.verdict import Finding, Verdict
from topline.stats.survival.survival_limits import TRANSFORMS, Transform, compute_limits

Floats = NDArray[np.float64]

_LABELS: dict[Transform, str] = {
    "plain": "Plain limits",
    "log": "Log limits",
    "log-log": "Log-log limits",
    "arcsine": "Arcsine limits",
    "logit": "Logit limits",
}
_HALVINGS = 14
_MOST_BOXES = 2_048
_LARGEST_RELATIVE_ERROR = 100.0
_WIDTH_OF_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Limits:
    """Printed limits of a rate as ranges from 0 to 1, with their level."""

    lower: tuple[float, float]
    upper: tuple[float, float]
    level: float


def audit_rate(item: Item, claim: Rate, book: Book, events: int | None) -> Finding:
    """Check a rate with its standard error, its limits, or both.

    Parameters
    ----------
    item, claim
        The claim.
    book
        All claims.
    events
        Events on the curve in all, where another claim prints them.
    """
    group = book.file.curves[claim.curve].of if claim.curve else claim.of
    n, numbers = book.size(group) or 1, item.reading.numbers
    rate, spread = numbers.get("estimate"), numbers.get("spread")
    if rate is None:
        return Finding(item, Verdict.UNCHECKED, "Needed: the rate in figures.")
    wanted = RateRange(
        _unit(rate, item), _unit(spread, item) if spread is not None else (1e-6, 0.5)
    )
    if spread is not None:
        impossible = _impossible(item, wanted, events, book, group)
        if impossible is not None:
            return impossible
    lower, upper = numbers.get("lower"), numbers.get("upper")
    if lower is not None and upper is not None:
        level = item.reading.level or claim.level
        limits = Limits(_unit(lower, item), _unit(upper, item), level)
        return _audit_limits(item, claim, book, wanted, limits)
    found = find_risk_sets(wanted, n, events)
    at = ", ".join(map(str, (found.numbers or ())[:12]))
    possible = f"Possible among {n} patients" + (
        f", as with events at {at} at risk" if spread is not None and at else ""
    )
    possible = possible if found.proven else f"Not decided for {n} patients"
    needs = claim.needs or "times and events of each patient"
    return Finding(item, Verdict.UNCHECKED, f"{possible}. Needed: {needs}.")


def _unit(printed: Printed, item: Item) -> tuple[float, float]:
    """Range of a printed number from 0 to 1."""
    low, high = printed.interval()
    scale = item.reading.scale
    return max(0.0, float(low / scale)), min(1.0, float(high / scale))


def _impossible(
    item: Item, wanted: RateRange, events: int | None, book: Book, group: str | int | None
) -> Finding | None:
    """Say that no patients can have the standard error, and what may have been meant."""
    n = book.size(group) or 1
    found = find_risk_sets(wanted, n, events)
    if found.numbers is not None or not found.proven:
        return None
    rate, spread = item.reading.numbers["estimate"], item.reading.numbers["spread"]
    if rate is None or spread is None:
        return None
    scale = item.reading.scale
    least = scale * least_error(float(rate.value) / scale, n)
    words = f"No {n} patients can have {rate.text} with a standard error of {spread.text}"
    if spread.value < least:
        words += f"; without censoring it is {least:.{spread.decimals + 1}f}, the least there is"
    words += ". "
    if events is not None and find_risk_sets(wanted, n).numbers is not None:
        words = f"No {n} patients with {events} events in all can have {rate.text} with a standard "
        words += f"error of {spread.text}. "
    halved = RateRange(
        wanted.rate, (wanted.error[0] / _WIDTH_OF_95, wanted.error[1] / _WIDTH_OF_95)
    )
    if find_risk_sets(halved, n, events).numbers is not None:
        words += f"{spread.text} can be half the width of 95% limits."
        return Finding(item, Verdict.ANOTHER_METHOD, words, ("half-width",))
    others = [
        f"the {other.n} of {name}"
        for name, other in book.file.groups.items()
        if other.n != n and find_risk_sets(wanted, other.n).numbers is not None
    ]
    words += f"{', '.join(others[:2]).capitalize()} can." if others else ""
    verdict = Verdict.INCONSISTENT if isinstance(group, str) else Verdict.NO_METHOD
    against = (group,) if isinstance(group, str) else ()
    return Finding(item, verdict, words.strip(), others=against)


def _audit_limits(
    item: Item, claim: Rate, book: Book, wanted: RateRange, limits: Limits
) -> Finding:
    """Find the scale on which the limits lie evenly about the rate."""
    declared = claim.method or book.file.declared.curve
    fitting: list[Transform] = [t for t in TRANSFORMS if limits_fit(wanted, limits, t)]
    if fitting and (declared is None or declared in fitting):
        own = declared or fitting[0]
        words = f"{_LABELS[own]} fit" + ("." if declared else " (no method is declared).")
        return Finding(item, Verdict.REPRODUCED, words, tuple(fitting))
    said = f"Declared: {_LABELS[declared]}, which do not fit. " if declared else ""
    if fitting:
        words = f"{said}{' or '.join(_LABELS[t] for t in fitting)} do."
        return Finding(item, Verdict.ANOTHER_METHOD, words, tuple(fitting))
    for level in (0.9, 0.99):
        other = Limits(limits.lower, limits.upper, level)
        fitting = [t for t in TRANSFORMS if limits_fit(wanted, other, t)]
        if fitting and level != limits.level:
            words = f"{said}{_LABELS[fitting[0]]} of {level:.0%} do."
            return Finding(item, Verdict.ANOTHER_METHOD, words, (f"{fitting[0]} at {level:g}",))
    words = f"No scale tried gives limits like these. {'; '.join(_nearest(wanted, limits, item))}"
    return Finding(item, Verdict.NO_METHOD, f"{said}{words}".strip())


def _nearest(wanted: RateRange, limits: Limits, item: Item) -> Iterator[str]:
    """Say what each scale gives of the printed rate and standard error."""
    if "spread" not in item.reading.numbers:
        return
    rate, error = np.array([sum(wanted.rate) / 2]), np.array([sum(wanted.error) / 2])
    for transform in TRANSFORMS:
        low, high = compute_limits(rate, error / rate, transform, limits.level)
        scale = item.reading.scale
        yield f"{transform} {scale * low[0]:.1f} to {scale * high[0]:.1f}"


def limits_fit(wanted: RateRange, limits: Limits, transform: Transform) -> bool:
    """Whether some rate and standard error that round to print have limits that do.

    Boxes of rate and error are halved; one is left when the limits at its corners lie on one side
    of what is printed.

    Examples
    --------
    >>> wanted = RateRange((0.8215, 0.8225), (0.0665, 0.0675))
    >>> limits = Limits((0.6905, 0.6915), (0.953, 0.954), 0.95)
    >>> limits_fit(wanted, limits, "plain"), limits_fit(wanted, limits, "log-log")
    (True, False)
    """
    boxes = np.array([[*wanted.rate, *wanted.error]])
    for _ in range(_HALVINGS):
        low, high = _corners(boxes, transform, limits.level)
        held = _holds(low, limits.lower) & _holds(high, limits.upper)
        boxes, low, high = boxes[held], low[held], high[held]
        if not len(boxes):
            return False
        centres = np.stack([boxes[:, :2].mean(1), boxes[:, 2:].mean(1)], axis=1)
        lower, upper = _limits_of(centres[:, 0], centres[:, 1], transform, limits.level)
        if (_within(lower, limits.lower) & _within(upper, limits.upper)).any():
            return True
        boxes = _halved(boxes)[:_MOST_BOXES]
    return not np.isnan(_corners(boxes, transform, limits.level)[0]).all()


def _corners(boxes: Floats, transform: Transform, level: float) -> tuple[Floats, Floats]:
    """Limits at the four corners of each box, shape (boxes, 4) twice."""
    rate, error = boxes[:, [0, 0, 1, 1]], boxes[:, [2, 3, 2, 3]]
    lower, upper = _limits_of(rate.ravel(), error.ravel(), transform, level)
    return lower.reshape(rate.shape), upper.reshape(rate.shape)


def _limits_of(
    rate: Floats, error: Floats, transform: Transform, level: float
) -> tuple[Floats, Floats]:
    """Limits of rates with their own standard errors; an error far beyond the rate is cut."""
    relative = np.minimum(error / np.maximum(rate, 1e-12), _LARGEST_RELATIVE_ERROR)
    return compute_limits(rate, relative, transform, level)


def _holds(corners: Floats, printed: tuple[float, float]) -> NDArray[np.bool_]:
    """Whether the range between corners meets that of the printed limit, or may meet it."""
    unknown = np.isnan(corners).any(axis=1)
    with np.errstate(invalid="ignore"):
        meets = (corners.min(axis=1) <= printed[1] + 1e-12) & (
            corners.max(axis=1) >= printed[0] - 1e-12
        )
    return unknown | meets


def _within(values: Floats, printed: tuple[float, float]) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return (values >= printed[0] - 1e-12) & (values <= printed[1] + 1e-12)


def _halved(boxes: Floats) -> Floats:
    """Cut each box in four."""
    middle = np.stack([boxes[:, :2].mean(1), boxes[:, 2:].mean(1)], axis=1)
    parts = [
        np.stack([rate0, rate1, error0, error1], axis=1)
        for rate0, rate1 in ((boxes[:, 0], middle[:, 0]), (middle[:, 0], boxes[:, 1]))
        for error0, error1 in ((boxes[:, 2], middle[:, 1]), (middle[:, 1], boxes[:, 3]))
    ]
    return np.concatenate(parts)
