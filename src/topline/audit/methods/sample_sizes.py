r"""Numbers of patients for one arm and a rate, by every usual formula, and the rule to decide.

With null $p_0$, alternative $p_1$, $z_a$ and $z_b$ the normal quantiles of alpha and power:

exact
    The smallest n for which some number of responders keeps both errors (A'Hern [1]_).
normal
    $(z_a \sqrt{p_0 q_0} + z_b \sqrt{p_1 q_1})^2 / (p_1 - p_0)^2$ (Fleming [2]_, one stage).
normal-cc
    The same with Fleiss' correction for continuity [3]_.
normal-null-variance, normal-alternative-variance
    $(z_a + z_b)^2 p q / (p_1 - p_0)^2$ with the one rate's variance for both.
arcsine
    $(z_a + z_b)^2 / (2 \arcsin \sqrt{p_1} - 2 \arcsin \sqrt{p_0})^2$ [4]_.

Drop-out of a share d: n / (1 - d), or n (1 + d), or left out. Numbers are rounded up.

References
----------
.. [1] A'Hern RP (2001). Sample size tables for exact single-stage phase II designs. Statistics in
   Medicine 20(6): 859-866.
.. [2] Fleming TR (1982). One-sample multiple testing procedure for phase II clinical trials.
   Biometrics 38(1): 143-151.
.. [3] Fleiss JL, Levin B, Paik MC (2003). Statistical methods for rates and proportions, 3rd ed.,
   section 2.5. Hoboken: Wiley.
.. [4] Cohen J (1988). Statistical power analysis for the behavioral sciences, 2nd ed., section 6.2.
   Hillsdale: Erlbaum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, ceil, sqrt
from statistics import NormalDist

from topline.audit.book import Book, Item
from topline.audit.claims import DecisionRule, SampleSize
from topline.audit.verdict import Attempt, Finding, Numbers, Verdict, judge
from topline.stats.estimates import proportion

_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Goal:
    """Two rates to tell apart, with the errors allowed."""

    null: float
    alternative: float
    alpha: float
    """One-sided; of a two-sided test half of it."""
    power: float


def audit_sample_size(item: Item, claim: SampleSize, book: Book) -> Finding:
    """Find the formula that gives a number of patients."""
    numbers = Numbers(("patients",), (item.reading.numbers.get("estimate"),))
    attempts = list(_attempts(claim))
    declared = claim.method or book.file.declared.sample_size
    as_declared = [a for a in attempts if a.plain]
    finding = judge(item, numbers, as_declared, declared)
    if finding.verdict is not Verdict.NO_METHOD:
        return finding
    wider = judge(item, numbers, attempts, declared or "any of one side and drop-out as declared")
    return wider if wider.verdict is Verdict.ANOTHER_METHOD else finding


def _attempts(claim: SampleSize) -> Iterator[Attempt]:
    for sides in (claim.sides, 3 - claim.sides):
        goal = Goal(claim.null, claim.alternative, claim.alpha / sides, claim.power)
        other = "" if sides == claim.sides else f" {sides} sides"
        for method, label, size in sizes_of(goal):
            for how, total in _with_dropout(size, claim.dropout):
                alpha = f"{'one' if sides == 1 else 'two'}-sided alpha of {claim.alpha:g}"
                left_out = " without drop-out" if claim.dropout and not how else ""
                words = f"{label} with {alpha} ({ceil(size - 1e-9)} patients{how})"
                key = f"{method}{other}{left_out}"
                yield Attempt(key, words, (float(total),), plain=key == method)


def _with_dropout(size: float, dropout: float) -> Iterator[tuple[str, int]]:
    """Yield how drop-out was allowed for and the number to enrol."""
    whole = ceil(size - 1e-9)
    if dropout:
        yield f", divided by {1 - dropout:g}", ceil(whole / (1 - dropout) - 1e-9)
        yield f", times {1 + dropout:g}", ceil(whole * (1 + dropout) - 1e-9)
        yield f", unrounded, divided by {1 - dropout:g}", ceil(size / (1 - dropout) - 1e-9)
        yield f", unrounded, times {1 + dropout:g}", ceil(size * (1 + dropout) - 1e-9)
    yield "", whole


def sizes_of(goal: Goal) -> Iterator[tuple[str, str, float]]:
    """Yield key, words and number of patients of each formula, not rounded.

    Examples
    --------
    >>> goal = Goal(null=0.25, alternative=0.5, alpha=0.1, power=0.9)
    >>> {method: round(size, 2) for method, _, size in sizes_of(goal)}["normal"]
    22.88
    """
    normal = NormalDist()
    z_a, z_b = normal.inv_cdf(1 - goal.alpha), normal.inv_cdf(goal.power)
    p0, p1 = goal.null, goal.alternative
    apart, v0, v1 = p1 - p0, p0 * (1 - p0), p1 * (1 - p1)
    fleming = ((z_a * sqrt(v0) + z_b * sqrt(v1)) / apart) ** 2
    exact = exact_design(goal)
    if exact is not None:
        yield "exact", f"Exact single stage, {exact[1]} of {exact[0]} responders,", float(exact[0])
    yield "normal", "Normal approximation", fleming
    corrected = fleming / 4 * (1 + sqrt(1 + 2 / (fleming * apart))) ** 2
    yield "normal-cc", "Normal approximation with continuity correction", corrected
    spread = (z_a + z_b) ** 2 / apart**2
    yield "normal-null-variance", "Normal approximation, variance of the null", spread * v0
    label = "Normal approximation, variance of the alternative"
    yield "normal-alternative-variance", label, spread * v1
    angle = 2 * (asin(sqrt(p1)) - asin(sqrt(p0)))
    yield "arcsine", "Arcsine approximation", ((z_a + z_b) / angle) ** 2


def exact_design(goal: Goal) -> tuple[int, int] | None:
    """Find the smallest n with a number of responders that keeps both errors, and that number.

    Examples
    --------
    >>> exact_design(Goal(null=0.25, alternative=0.5, alpha=0.1, power=0.9))
    (26, 10)
    """
    needed = 0
    for n in range(1, _MOST):
        needed = max(needed, 1)
        while needed <= n and upper_tail(needed, n, goal.null) > goal.alpha:
            needed += 1
        if needed <= n and upper_tail(needed, n, goal.alternative) >= goal.power:
            return n, needed
    return None


def upper_tail(x: int, n: int, rate: float) -> float:
    """Probability of x responders or more of n."""
    return proportion.test_proportion(x, n, rate, "greater").p_value


def audit_decision_rule(item: Item, claim: DecisionRule) -> Finding:
    """Check that a number of responders is the smallest that keeps alpha, and its power."""
    numbers = item.reading.numbers
    printed, of = numbers["count"], numbers["of"]
    if printed is None or of is None:
        return Finding(item, Verdict.UNCHECKED, "Needed: responders and patients in figures.")
    needed, n = int(printed.value), int(of.value)
    if needed > n:
        return Finding(item, Verdict.NO_METHOD, f"{needed} of {n} patients cannot be.")
    attempts: list[Attempt] = []
    for sides in (claim.sides, 3 - claim.sides):
        alpha = claim.alpha / sides
        fewest = next(x for x in range(n + 2) if x > n or upper_tail(x, n, claim.null) <= alpha)
        side = "one-sided" if sides == 1 else "two-sided"
        label = f"Fewest of {n} that keep a {side} alpha of {claim.alpha:g}"
        method = "exact" if sides == claim.sides else f"exact {side}"
        attempts.append(Attempt(method, label, (float(fewest),)))
    finding = judge(item, Numbers(("responders",), (printed,)), attempts, "exact")
    errors = upper_tail(needed, n, claim.null), upper_tail(needed, n, claim.alternative)
    words = (
        f"{finding.words} Exact alpha of {needed} of {n}: {errors[0]:.4f}, power {errors[1]:.4f}."
    )
    short = errors[1] < claim.power and finding.verdict is Verdict.REPRODUCED
    verdict = Verdict.NO_METHOD if short else finding.verdict
    words += f" The power promised is {claim.power:g}." if short else ""
    return Finding(item, verdict, words, finding.methods, attempts=finding.attempts)
