r"""A proportion with its confidence interval, and the exact binomial test of one sample.

Limits are two-sided at `level`; a one-sided 97.5% lower limit is the lower limit of a 95% interval.
With $z$ the normal quantile and $\hat p = x / n$:

clopper-pearson
    Quantiles of Beta(x, n - x + 1) and Beta(x + 1, n - x) [1]_: never less than `level` cover.
mid-p
    The same with half of the probability of the x observed counted [2]_.
wilson, wilson-cc
    Score interval without and with correction for continuity [3]_ (methods 3 and 4).
jeffreys
    Quantiles of Beta(x + 1/2, n - x + 1/2), the lower limit 0 at x = 0, the upper 1 at x = n [4]_.
agresti-coull
    Wald interval about (x + z²/2) / (n + z²) [4]_.
wald
    Normal approximation [3]_ (method 1); of width zero at x = 0 and x = n, which a warning says.

Agresti-Coull and Wald limits outside 0 to 1 are cut there.

References
----------
.. [1] Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the
   case of the binomial. Biometrika 26(4): 404-413.
.. [2] Berry G, Armitage P (1995). Mid-P confidence intervals: a brief review. The Statistician
   44(4): 417-423.
.. [3] Newcombe RG (1998). Two-sided confidence intervals for the single proportion: comparison of
   seven methods. Statistics in Medicine 17(8): 857-872.
.. [4] Brown LD, Cai TT, DasGupta A (2001). Interval estimation for a binomial proportion.
   Statistical Science 16(2): 101-133, sections 3.1.1, 4.1.1 and 4.1.2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version

IntervalMethod = Literal[
    "clopper-pearson", "mid-p", "wilson", "wilson-cc", "jeffreys", "agresti-coull", "wald"
]
Alternative = Literal["two-sided", "greater", "less"]

_TIE = 1 + 1e-7  # R's binom.test: outcomes this close in probability are equally likely


@dataclass(frozen=True, slots=True)
class Proportion:
    """A proportion between 0 and 1; NaN where nobody was observed."""

    events: int
    n: int
    estimate: float
    lower: float
    upper: float
    level: float
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BinomialTest:
    """Exact test of one proportion against a fixed one."""

    events: int
    n: int
    estimate: float
    null: float
    alternative: Alternative
    p_value: float
    method: Method
    warnings: tuple[str, ...] = ()


def compute_proportion(
    events: int, n: int, *, method: IntervalMethod = "clopper-pearson", level: float = 0.95
) -> Proportion:
    """Estimate a proportion.

    Parameters
    ----------
    events
        Subjects with the event, 0 to `n`.
    n
        Subjects observed; 0 gives no estimate and a warning.
    method
        Kind of interval; the module says what each is.
    level
        Coverage of the two-sided interval, between 0 and 1.

    Raises
    ------
    ValueError
        Counts that cannot be, a level outside 0 to 1 or a method that does not exist.

    Examples
    --------
    >>> orr = compute_proportion(17, 38)
    >>> round(orr.estimate, 3), round(orr.lower, 3), round(orr.upper, 3)
    (0.447, 0.286, 0.617)
    """
    _refuse_counts(events, n)
    if not 0 < level < 1:
        msg = f"level is {level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)
    if method not in _INTERVALS:
        msg = f"there is no interval {method!r}; choose one of {', '.join(_INTERVALS)}"
        raise ValueError(msg)
    name, interval = _INTERVALS[method]
    used = Method(name, (("method", method), ("level", level)), library_version("scipy"))
    if n == 0:
        nan = float("nan")
        return Proportion(0, 0, nan, nan, nan, level, used, ("not estimable: no subjects",))
    lower, upper = interval(events, n, (1 - level) / 2)
    return Proportion(
        events,
        n,
        events / n,
        max(0.0, lower),
        min(1.0, upper),
        level,
        used,
        ("Wald limits have no width at 0% and 100%",)
        if method == "wald" and events in {0, n}
        else (),
    )


def test_proportion(events: int, n: int, null: float, alternative: Alternative) -> BinomialTest:
    """Test a proportion against a fixed one, exactly.

    Parameters
    ----------
    events
        Subjects with the event, 0 to `n`.
    n
        Subjects observed; 0 gives no p-value and a warning.
    null
        Proportion under the null hypothesis, 0 to 1.
    alternative
        "greater" asks whether the proportion is above `null`. "two-sided" adds up the outcomes
        that are no more likely than the one observed, as R's ``binom.test`` does.

    Raises
    ------
    ValueError
        Counts or a null proportion that cannot be, or an alternative that does not exist.

    Examples
    --------
    >>> round(test_proportion(17, 38, null=0.3, alternative="greater").p_value, 4)
    0.0388
    """
    _refuse_counts(events, n)
    if not 0 <= null <= 1:
        msg = f"null is {null}; expected a proportion from 0 to 1"
        raise ValueError(msg)
    tails = {"greater": _above, "less": _below, "two-sided": _no_likelier}
    if alternative not in tails:
        msg = f"there is no alternative {alternative!r}; choose one of {', '.join(tails)}"
        raise ValueError(msg)
    used = Method(
        "Exact binomial test",
        (("null", null), ("alternative", alternative)),
        library_version("scipy"),
    )
    if n == 0:
        nan = float("nan")
        return BinomialTest(0, 0, nan, null, alternative, nan, used, ("no subjects to test",))
    p_value = min(1.0, tails[alternative](events, n, null))
    return BinomialTest(events, n, events / n, null, alternative, p_value, used)


def _refuse_counts(events: int, n: int) -> None:
    if not 0 <= events <= n:
        msg = f"{events} events in {n} subjects; expected 0 <= events <= n"
        raise ValueError(msg)


def _above(x: int, n: int, p: float) -> float:
    """Probability of x events or more."""
    return 1.0 if x == 0 else float(special.betainc(x, n - x + 1, p))


def _below(x: int, n: int, p: float) -> float:
    """Probability of x events or fewer."""
    return 1.0 if x == n else float(special.betaincc(x + 1, n - x, p))


def _no_likelier(x: int, n: int, p: float) -> float:
    """Probability of the outcomes that are no more likely than x."""
    k = np.arange(n + 1)
    choices = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    log_probability = choices + special.xlogy(k, p) + special.xlog1py(n - k, -p)
    unlikely = np.flatnonzero(log_probability <= log_probability[x] + np.log(_TIE))
    low, high = unlikely[unlikely < n * p], unlikely[unlikely >= n * p]
    return (_below(int(low[-1]), n, p) if len(low) else 0.0) + (
        _above(int(high[0]), n, p) if len(high) else 0.0
    )


def _normal_quantile(tail: float) -> float:
    return -NormalDist().inv_cdf(tail)


def _clopper_pearson(x: int, n: int, tail: float) -> tuple[float, float]:
    lower = 0.0 if x == 0 else float(special.betaincinv(x, n - x + 1, tail))
    upper = 1.0 if x == n else float(special.betainccinv(x + 1, n - x, tail))
    return lower, upper


def _mid_p(x: int, n: int, tail: float) -> tuple[float, float]:
    return _mid_p_lower(x, n, tail), 1 - _mid_p_lower(n - x, n, tail)


def _mid_p_lower(x: int, n: int, tail: float) -> float:
    """Halve the range that holds the limit until no number lies inside it."""
    if x == 0:
        return 0.0
    low, high = _clopper_pearson(x, n, tail)
    while low < (middle := (low + high) / 2) < high:
        above = (_above(x, n, middle) + (_above(x + 1, n, middle) if x < n else 0.0)) / 2
        low, high = (middle, high) if above < tail else (low, middle)
    return low


def _wilson(x: int, n: int, tail: float) -> tuple[float, float]:
    z, p = _normal_quantile(tail), x / n
    centre, half = 2 * x + z * z, z * sqrt(z * z + 4 * x * (1 - p))
    below = 2 * (n + z * z)
    return (0.0 if x == 0 else (centre - half) / below, 1.0 if x == n else (centre + half) / below)


def _wilson_corrected(x: int, n: int, tail: float) -> tuple[float, float]:
    z, p = _normal_quantile(tail), x / n
    below = 2 * (n + z * z)
    low = z * sqrt(z * z - 2 - 1 / n + 4 * p * (n - x + 1)) if x else 0.0
    high = z * sqrt(z * z + 2 - 1 / n + 4 * p * (n - x - 1)) if x < n else 0.0
    return (
        0.0 if x == 0 else (2 * x + z * z - 1 - low) / below,
        1.0 if x == n else (2 * x + z * z + 1 + high) / below,
    )


def _jeffreys(x: int, n: int, tail: float) -> tuple[float, float]:
    a, b = x + 0.5, n - x + 0.5
    lower = 0.0 if x == 0 else float(special.betaincinv(a, b, tail))
    upper = 1.0 if x == n else float(special.betainccinv(a, b, tail))
    return lower, upper


def _agresti_coull(x: int, n: int, tail: float) -> tuple[float, float]:
    z = _normal_quantile(tail)
    p = (x + z * z / 2) / (n + z * z)
    half = z * sqrt(p * (1 - p) / (n + z * z))
    return p - half, p + half


def _wald(x: int, n: int, tail: float) -> tuple[float, float]:
    p = x / n
    half = _normal_quantile(tail) * sqrt(p * (1 - p) / n)
    return p - half, p + half


_INTERVALS: dict[str, tuple[str, Callable[[int, int, float], tuple[float, float]]]] = {
    "clopper-pearson": ("Clopper-Pearson interval", _clopper_pearson),
    "mid-p": ("Mid-p interval", _mid_p),
    "wilson": ("Wilson interval", _wilson),
    "wilson-cc": ("Wilson interval with continuity correction", _wilson_corrected),
    "jeffreys": ("Jeffreys interval", _jeffreys),
    "agresti-coull": ("Agresti-Coull interval", _agresti_coull),
    "wald": ("Wald interval", _wald),
}
