"""Odds ratios of 2 x 2 tables, and hazard ratios by what their own limits say."""

from collections.abc import Iterator
from math import exp, inf, log, sqrt
from typing import get_args

import numpy as np

from topline.audit.book import Book, Item
from topline.audit.claims import HazardRatio, OddsRatio
from topline.audit.methods.intervals import compute_log_error
from topline.audit.methods.score_odds_ratio import ScoreMethod, compute_score_limits
from topline.audit.methods.tests_of_tables import NO_SUCH_P, above_one
from topline.audit.printed import Printed, fit
from topline.audit.verdict import Attempt, Finding, Numbers, Verdict, judge
from topline.stats.tables.effect import normal_quantile, two_sided
from topline.stats.tables.odds_ratio import OddsRatioMethod, compute_odds_ratio

_SCORE_LABELS: dict[ScoreMethod, str] = {
    "cornfield": "Odds ratio, Cornfield",
    "cornfield-cc": "Odds ratio, Cornfield with continuity correction",
    "miettinen-nurminen": "Odds ratio, Miettinen-Nurminen",
}
_NORMAL = ("woolf", "haldane-anscombe", "haldane-anscombe-always")


def audit_odds_ratio(item: Item, claim: OddsRatio, book: Book) -> Finding:
    """Find the method of an odds ratio and its limits."""
    names = ("estimate", "lower", "upper")
    numbers = Numbers(names, tuple(item.reading.numbers.get(name) for name in names))
    level = item.reading.level or claim.level
    attempts = list(_attempts(claim, level, numbers.printed[0]))
    declared = claim.method or book.file.declared.odds_ratio
    finding = judge(item, numbers, attempts, declared)
    if finding.verdict is not Verdict.NO_METHOD:
        return finding
    return judge(item, numbers, [*attempts, *_unlikely(claim, level)], declared)


def _attempts(claim: OddsRatio, level: float, estimate: Printed | None) -> Iterator[Attempt]:
    (a, b), (c, d) = claim.table
    table = np.array(claim.table)
    for method in get_args(OddsRatioMethod):
        found = compute_odds_ratio(table, method=method, level=level)
        yield Attempt(method, found.method.name, (found.estimate, found.lower, found.upper))
        rounded = float(estimate.value) if estimate else 0.0
        if method in _NORMAL and rounded > 0 and found.lower > 0:
            half = exp(normal_quantile(level) * compute_log_error(found.lower, found.upper, level))
            values = found.estimate, rounded / half, rounded * half
            slip = "the limits are worked out from the rounded estimate"
            yield Attempt(method, found.method.name, values, slip=slip)
    if 0 in {a + b, c + d, a + c, b + d}:
        return
    ratio = inf if b * c == 0 else a * d / (b * c)
    for method in get_args(ScoreMethod):
        limits = compute_score_limits(((a, b), (c, d)), method, level)
        yield Attempt(method, _SCORE_LABELS[method], (ratio, *limits))


def _unlikely(claim: OddsRatio, level: float) -> Iterator[Attempt]:
    """Try what could have gone wrong: groups or outcomes exchanged, another level."""
    exchanged = claim.model_copy(update={"table": claim.table[::-1]})
    for each in _attempts(exchanged, level, None):
        label = f"{each.label}, groups exchanged"
        yield Attempt(f"{each.method} exchanged", label, each.values, plain=False)
    transposed = claim.model_copy(update={"table": tuple(zip(*claim.table, strict=True))})
    for each in _attempts(transposed, level, None):
        label = f"{each.label}, rows and columns exchanged"
        yield Attempt(f"{each.method} transposed", label, each.values, plain=False)
    for other in (0.9, 0.99):
        for each in _attempts(claim, other, None):
            label = f"{each.label}, limits of {other:.0%}"
            yield Attempt(f"{each.method} at {other:g}", label, each.values, plain=False)


def audit_hazard_ratio(item: Item, claim: HazardRatio) -> Finding:
    """Check that limits lie around the ratio as Wald's do, and that the p-value goes with them."""
    numbers, level = item.reading.numbers, item.reading.level or claim.level
    estimate, lower, upper = (numbers.get(name) for name in ("estimate", "lower", "upper"))
    if estimate is None or lower is None or upper is None:
        words = "Needed: times and events of each patient; a limit is not printed."
        return Finding(item, Verdict.UNCHECKED, words)
    if claim.direction is not None and (estimate.value > 1) != (claim.direction == "higher"):
        words = (
            f"A ratio of {estimate.text} is a {'higher' if estimate.value > 1 else 'lower'} risk; "
            f"the text says {claim.direction}."
        )
        return Finding(item, Verdict.INCONSISTENT, words, others=(item.name,))
    if lower.value > upper.value:
        words = f"The lower limit, {lower.text}, is above the upper, {upper.text}."
        return Finding(item, Verdict.NO_METHOD, words)
    middle, interval = _middle(lower, upper), estimate.interval()
    centre = f"{sqrt(max(0.0, float(lower.value * upper.value))):.{estimate.decimals + 2}f}"
    if not (middle[0] <= interval[1] and interval[0] <= middle[1]):
        words = (
            f"Limits of Wald's kind lie around {centre}, not around {estimate.text}. "
            "Profile limits need not; they take patient data to check."
        )
        return Finding(item, Verdict.NO_METHOD, words)
    return _with_p(item, f"The limits lie around {centre}", (estimate, lower, upper), level)


def _with_p(
    item: Item, said: str, ratio: tuple[Printed, Printed, Printed], level: float
) -> Finding:
    """Check the p-value against the limits."""
    p = item.reading.numbers.get("p")
    if above_one(p):
        return Finding(item, Verdict.NO_METHOD, NO_SUCH_P)
    if p is None:
        return Finding(item, Verdict.REPRODUCED, f"{said}, as Wald's do.", ("wald",))
    least, most = _p_range(*ratio, level)
    between = not p.bound and least <= float(p.value) <= most
    if between or fit(p, least).agrees or fit(p, most).agrees:
        words = f"{said}, and give p of {_between(least, most)}, as Wald's do."
        return Finding(item, Verdict.REPRODUCED, words, ("wald",))
    words = f"{said}; they give p of {_between(least, most)}, not {p.text}."
    return Finding(item, Verdict.NO_METHOD, words)


def _between(least: float, most: float) -> str:
    words = f"{least:.2g}", f"{most:.2g}"
    return words[0] if words[0] == words[1] else f"{words[0]} to {words[1]}"


def _middle(lower: Printed, upper: Printed) -> tuple[float, float]:
    """Range of the geometric mean of limits that round to those printed."""
    (low0, low1), (high0, high1) = lower.interval(), upper.interval()
    return sqrt(max(0.0, float(low0 * high0))), sqrt(float(low1 * high1))


def _p_range(
    estimate: Printed, lower: Printed, upper: Printed, level: float
) -> tuple[float, float]:
    """Range of Wald's p-value over the numbers that round to those printed."""
    (low0, low1), (high0, high1) = lower.interval(), upper.interval()
    wide = compute_log_error(max(float(low0), 1e-6), float(high1), level)
    narrow = compute_log_error(float(low1), float(high0), level) if high0 > low1 else 1e-9
    ends = [abs(log(max(float(end), 1e-6))) for end in estimate.interval()]
    around_one = estimate.interval()[0] <= 1 <= estimate.interval()[1]
    farthest = max(ends) / max(narrow, 1e-9)
    return two_sided(farthest), 1.0 if around_one else two_sided(min(ends) / wide)
