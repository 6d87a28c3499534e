r"""Log-rank tests of two or more groups: stratified, weighted, for trend.

On each day of a stratum $d$ of the $n$ subjects at risk have the event and $n_g$ of the $n$ are in
group $g$. Under the null hypothesis the events by group are hypergeometric: the mean is
$e_g = d n_g / n$, the covariance $d (n - d) / (n - 1) (n_g [g = h] / n - n_g n_h / n^2)$. Both are
added up over days and strata into $E$ and $V$, and the statistic is $(O - E)' V^- (O - E)$ on as
many degrees of freedom as $V$ has rank [1]_ [2]_.

Fleming and Harrington's weights [3]_ multiply what a day adds to $O - E$ by
$S(t-)^\rho (1 - S(t-))^\gamma$, and what it adds to $V$ by the square; $S(t-)$ is the Kaplan-Meier
curve of the stratum, its groups taken together, just before the day. With $\rho = 1$ early
differences count most, with $\gamma = 1$ late ones.

The test for trend compares groups in an order that was known beforehand: with one score $s_g$ a
group the statistic is $(s'(O - E))^2 / s'Vs$ on one degree of freedom [4]_.

A subject is at risk on day $t$ when its time is at least $t$, as in R's ``survival::survdiff``.
The rank of $V$ is the number of groups less one unless some groups are never at risk together on
an event day that could have gone otherwise; there R stops with a singular matrix. No comparison at
all (no events, one group, everyone with the event on one day) gives no p-value and a warning, where
R stops or gives a chi-square of 0.

References
----------
.. [1] Mantel N (1966). Evaluation of survival data and two new rank order statistics arising in
   its consideration. Cancer Chemotherapy Reports 50(3): 163-170.
.. [2] Kalbfleisch JD, Prentice RL (2002). The statistical analysis of failure time data, 2nd ed.,
   section 1.5. New York: Wiley.
.. [3] Fleming TR, Harrington DP (1991). Counting processes and survival analysis, chapter 7. New
   York: Wiley.
.. [4] Tarone RE (1975). Tests for trend in life table analysis. Biometrika 62(3): 679-682.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from scipy import special

from topline.stats.method import Method, Option, library_version
from topline.stats.survival.kaplan_meier import Counts, Days, Flags, Floats, whole_days
from topline.stats.survival.score_test import ZERO, Labels, codes_of, compute_distance, strata_of


@dataclass(frozen=True, slots=True)
class LogRankGroup:
    """One group's part in the test."""

    label: str
    n: int
    observed: int
    """Events seen."""
    expected: float
    """Events expected were the hazards equal within strata."""
    difference: float
    """Events observed less expected, each day's times its weight."""


@dataclass(frozen=True, slots=True, eq=False)
class LogRank:
    """Outcome of the test; `chi_square` and `p_value` are NaN where nothing can be compared."""

    chi_square: float
    df: int
    p_value: float
    """Two-sided."""
    n: int
    events: int
    groups: tuple[LogRankGroup, ...]
    """In the order of their labels."""
    covariance: Floats
    """Shape (groups, groups). Of the differences, in the order of `groups`."""
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Weights:
    """Exponents of Fleming and Harrington's weights."""

    rho: float
    gamma: float

    def __bool__(self) -> bool:
        return self.rho != 0 or self.gamma != 0

    def on_days(self, events: Floats, at_risk: Floats) -> Floats:
        """Weigh each event day by the curve just before it."""
        survival = np.cumprod(1 - events / at_risk)
        before = np.append(1.0, survival)[:-1]
        return before**self.rho * (1 - before) ** self.gamma


def compute_logrank(  # noqa: PLR0913 - the data and one option a variant
    time_days: Days,
    event: Flags,
    group: Labels,
    stratum: Labels | None = None,
    *,
    rho: float = 0.0,
    gamma: float = 0.0,
    scores: Sequence[float] | None = None,
) -> LogRank:
    """Compare the hazards of two or more groups.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring, at least 0. Equal days are ties.
    event
        Shape (n,). True where the event was seen, False where the subject was censored.
    group
        Shape (n,). Label of each subject's group, none missing.
    stratum
        Shape (n,). Label of each subject's stratum, none missing; None puts all in one.
    rho, gamma
        At least 0. Exponents of the weights; both 0 is the log-rank test.
    scores
        One a group in the order of the labels, for a test of trend; None tests any difference.

    Raises
    ------
    ValueError
        Arrays of different lengths, times that are not whole days, a missing label, negative
        exponents, or scores of another count than groups.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_logrank(
    ...     time_days=np.array([1, 2, 3, 4]),
    ...     event=np.array([True, True, True, False]),
    ...     group=np.array(["A", "B", "A", "B"]),
    ... )
    >>> [(g.label, g.observed, round(g.expected, 3)) for g in test.groups], test.df
    ([('A', 2, 1.333), ('B', 1, 1.667)], 1)
    """
    times = whole_days(time_days, event)
    labels, code = codes_of("group", group, times)
    strata = strata_of(stratum, times)
    k, weights = len(labels), _Weights(rho, gamma)
    _refuse_options(weights, scores, [str(label) for label in labels])
    expected, difference, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for rows in strata:
        mean, apart, spread = _stratum_sums(times[rows], event[rows], code[rows], k, weights)
        expected += mean
        difference += apart
        covariance += spread
    observed = np.bincount(code[event], minlength=k)
    if not weights:
        difference = observed - expected
    chi_square, df = (
        compute_distance(difference, covariance)
        if scores is None
        else _trend(np.asarray(scores, np.float64), difference, covariance)
    )
    parts = zip(labels, np.bincount(code, minlength=k), observed, expected, difference, strict=True)
    return LogRank(
        chi_square=chi_square,
        df=df,
        p_value=float(special.chdtrc(df, chi_square)) if df else float("nan"),
        n=len(code),
        events=int(event.sum()),
        groups=tuple(
            LogRankGroup(str(label), int(n), int(o), float(e), float(d))
            for label, n, o, e, d in parts
        ),
        covariance=covariance,
        method=_method(None if stratum is None else len(strata), weights, scores),
        warnings=_warnings(df, k if scores is None else 2),
    )


def _refuse_options(
    weights: _Weights, scores: Sequence[float] | None, labels: Sequence[str]
) -> None:
    for name, value in (("rho", weights.rho), ("gamma", weights.gamma)):
        if not 0 <= value < float("inf"):
            msg = f"{name} is {value}; expected a number of at least 0, such as 1"
            raise ValueError(msg)
    if scores is None:
        return
    if len(scores) != len(labels) or not all(isfinite(score) for score in scores):
        msg = (
            f"scores are {list(scores)}; expected one number a group, "
            f"in the order {', '.join(labels)}"
        )
        raise ValueError(msg)
    if len(labels) > 1 and len(set(scores)) == 1:
        msg = f"scores are all {scores[0]:g}; expected at least two that differ"
        raise ValueError(msg)


def _method(strata: int | None, weights: _Weights, scores: Sequence[float] | None) -> Method:
    name = "Fleming-Harrington test" if weights else "Log-rank test"
    options: list[tuple[str, Option]] = []
    if strata is not None:
        options.append(("strata", strata))
    if weights:
        options += [("rho", weights.rho), ("gamma", weights.gamma)]
    if scores is not None:
        name += " for trend"
        options.append(("scores", ", ".join(f"{score:g}" for score in scores)))
    return Method(name, tuple(options), library_version("numpy"))


def _stratum_sums(
    times: Counts, event: Flags, code: Counts, k: int, weights: _Weights
) -> tuple[Floats, Floats, Floats]:
    """Add up one stratum by counting: expected events, weighted differences, their covariance."""
    days = int(times.max()) + 1
    cell = times * k + code
    d = np.bincount(times[event], minlength=days)
    at = np.flatnonzero(d)
    leaving = np.bincount(cell, minlength=days * k).reshape(days, k)
    at_risk = np.cumsum(leaving[::-1], axis=0)[::-1][at].astype(np.float64)
    n, d = at_risk.sum(1), d[at].astype(np.float64)
    share = at_risk / n[:, None]
    spread = d * (n - d) / np.maximum(n - 1, 1)
    difference = np.zeros(k)
    if weights:
        weight = weights.on_days(d, n)
        seen = np.bincount(cell[event], minlength=days * k).reshape(days, k)[at]
        difference = weight @ (seen - d[:, None] * share)
        spread *= weight**2
    covariance = -share.T @ (spread[:, None] * share)
    np.fill_diagonal(covariance, spread @ (share * (1 - share)))  # exactly 0 for a lone group
    return d @ share, difference, covariance


def _trend(scores: Floats, difference: Floats, covariance: Floats) -> tuple[float, int]:
    """Square the trend in units of its variance; 0 degrees of freedom where it has none."""
    slope = scores - scores.mean() if len(scores) else scores
    variance = float(slope @ covariance @ slope)
    if variance <= ZERO * float(slope**2 @ np.diag(covariance)):
        return float("nan"), 0
    return float(slope @ difference) ** 2 / variance, 1


def _warnings(df: int, k: int) -> tuple[str, ...]:
    if df == 0:
        return ("not estimable: no day on which groups at risk together could differ in events",)
    if df < k - 1:
        return (f"{k} groups give {df} degrees of freedom: some are never at risk with the others",)
    return ()
