r"""Log-rank test of two or more groups, stratified or not.

On each day of a stratum $d$ of the $n$ subjects at risk have the event and $n_g$ of the $n$ are in
group $g$. Under the null hypothesis the events by group are hypergeometric: the mean is
$e_g = d n_g / n$, the covariance $d (n - d) / (n - 1) (n_g [g = h] / n - n_g n_h / n^2)$. Both are
added up over days and strata into $E$ and $V$, and the statistic is $(O - E)' V^- (O - E)$ on as
many degrees of freedom as $V$ has rank [1]_ [2]_.

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
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.survival import Counts, Days, Flags, Floats, whole_days

Labels = NDArray[np.generic]

_ZERO = 1e-9  # eigenvalues of the correlations; the smallest true one is far larger


@dataclass(frozen=True, slots=True)
class LogRankGroup:
    """One group's part in the test."""

    label: str
    n: int
    observed: int
    """Events seen."""
    expected: float
    """Events expected were the hazards equal within strata."""


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
    """Shape (groups, groups). Of observed less expected, in the order of `groups`."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_logrank(
    time_days: Days, event: Flags, group: Labels, stratum: Labels | None = None
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

    Raises
    ------
    ValueError
        Arrays of different lengths, times that are not whole days, or a missing label.

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
    labels, code = _codes("group", group, times)
    one_stratum = np.zeros(len(times), np.int64)
    strata, stratum_code = _codes("stratum", one_stratum if stratum is None else stratum, times)
    k = len(labels)
    expected, covariance = np.zeros(k), np.zeros((k, k))
    for s in range(len(strata)):
        rows = stratum_code == s
        mean, spread = _stratum_sums(times[rows], event[rows], code[rows], k)
        expected += mean
        covariance += spread
    observed = np.bincount(code[event], minlength=k)
    chi_square, df = _distance(observed - expected, covariance)
    sizes = np.bincount(code, minlength=k)
    return LogRank(
        chi_square=chi_square,
        df=df,
        p_value=float(special.chdtrc(df, chi_square)) if df else float("nan"),
        n=len(code),
        events=int(event.sum()),
        groups=tuple(
            LogRankGroup(str(label), int(n), int(o), float(e))
            for label, n, o, e in zip(labels, sizes, observed, expected, strict=True)
        ),
        covariance=covariance,
        method=Method(
            "Log-rank test",
            (("strata", len(strata)),) if stratum is not None else (),
            library_version("numpy"),
        ),
        warnings=_warnings(df, k),
    )


def _codes(name: str, labels: Labels, time_days: Days) -> tuple[Labels, Counts]:
    """Distinct labels in order, and the place of each subject's label among them."""
    if labels.shape != time_days.shape:
        msg = f"{name} has shape {labels.shape}; expected {time_days.shape}, as time_days"
        raise ValueError(msg)
    missing = labels != labels  # noqa: PLR0124
    if labels.dtype == np.object_:
        missing = missing | (labels == None)  # noqa: E711
    if missing.any():
        first = int(np.flatnonzero(missing)[0])
        msg = (
            f"{name} is missing for {int(missing.sum())} of {len(labels)} subjects, the first at "
            f"position {first}; leave them out or give them a label"
        )
        raise ValueError(msg)
    return np.unique(labels, return_inverse=True)


def _stratum_sums(times: Counts, event: Flags, code: Counts, k: int) -> tuple[Floats, Floats]:
    """Add up the expected events of one stratum and their covariance, by counting."""
    days = int(times.max()) + 1
    cell = times * k + code
    d = np.bincount(times[event], minlength=days)
    at = np.flatnonzero(d)
    leaving = np.bincount(cell, minlength=days * k).reshape(days, k)
    at_risk = np.cumsum(leaving[::-1], axis=0)[::-1][at].astype(np.float64)
    n, d = at_risk.sum(1), d[at].astype(np.float64)
    share = at_risk / n[:, None]
    weight = d * (n - d) / np.maximum(n - 1, 1)
    covariance = -share.T @ (weight[:, None] * share)
    np.fill_diagonal(covariance, weight @ (share * (1 - share)))  # exactly 0 for a lone group
    return d @ share, covariance


def _distance(difference: Floats, covariance: Floats) -> tuple[float, int]:
    """Squared length of the difference in the units of its covariance, and the rank of that."""
    scale = np.sqrt(np.diag(covariance))
    varies = scale > 0
    if not varies.any():
        return float("nan"), 0
    scale = scale[varies]
    correlation = covariance[np.ix_(varies, varies)] / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(correlation)
    kept = values > _ZERO
    z = vectors[:, kept].T @ (difference[varies] / scale)
    return float((z * z / values[kept]).sum()), int(kept.sum())


def _warnings(df: int, k: int) -> tuple[str, ...]:
    if df == 0:
        return ("not estimable: no day on which groups at risk together could differ in events",)
    if df < k - 1:
        return (f"{k} groups give {df} degrees of freedom: some are never at risk with the others",)
    return ()
