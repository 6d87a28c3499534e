r"""Gray's test: the cumulative incidence of one cause in two or more groups, others competing.

A log-rank test whose numbers at risk also hold those who had another event. Just before a day, of
a group with $n_g$ subjects at risk a share $S_g$ is free of any event and a share $F_g$ has had the
event, which makes $R_g = n_g (1 - F_g) / S_g$. Of the day's $d$ events $d R_g / \sum R$ are
expected in group $g$. Differences are weighted by $(1 - F_0)^\rho$, where $F_0$ is the incidence
that all groups have under the null hypothesis; it steps by $d / \sum (n_g / S_g)$ [1]_.

The covariance follows from what each group's events, of the cause and of others, do to all later
scores [1]_, with corrections for ties as in ``cmprsk::cuminc``. As for the log-rank test, scores
and covariances of strata are added up, the statistic has as many degrees of freedom as the
covariance has rank (there R gives -1 when it is not full), and where nothing compares there is no
p-value and a warning.

In tiny samples whose largest group leaves early, $F_0$ can reach 1 and more, where the covariance
is not to be relied on; a warning says so, and at 1 exactly there is no p-value.

References
----------
.. [1] Gray RJ (1988). A class of k-sample tests for comparing the cumulative incidence of a
   competing risk. Annals of Statistics 16(3): 1141-1154.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from topline.stats.method import Method, Option, library_version
from topline.stats.survival.kaplan_meier import Counts, Days, Floats, whole_days
from topline.stats.survival.score_test import Labels, codes_of, compute_distance, strata_of

_ROUNDING = 1e-12  # what is left of a share that should be 0


@dataclass(frozen=True, slots=True)
class GrayGroup:
    """One group's part in the test."""

    label: str
    n: int
    events: int
    """Subjects with the event."""
    competing: int
    """Subjects with another event."""
    difference: float
    """Events observed less expected, each day's times its weight."""


@dataclass(frozen=True, slots=True, eq=False)
class GrayTest:
    """Outcome of the test; `statistic` and `p_value` are NaN where nothing can be compared."""

    statistic: float
    """Chi-square."""
    df: int
    p_value: float
    """Two-sided."""
    n: int
    events: int
    groups: tuple[GrayGroup, ...]
    """In the order of their labels."""
    covariance: Floats
    """Shape (groups, groups). Of the differences, in the order of `groups`."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_gray(  # noqa: PLR0913 - the data and one option a variant
    time_days: Days,
    cause: Days,
    group: Labels,
    *,
    stratum: Labels | None = None,
    of_cause: int = 1,
    rho: float = 0.0,
) -> GrayTest:
    """Compare the cumulative incidence of one cause between groups.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring, at least 0. Equal days are ties.
    cause
        Shape (n,). Whole numbers: 0 where the subject was censored, else the cause, from 1 on.
    group
        Shape (n,). Label of each subject's group, none missing.
    stratum
        Shape (n,). Label of each subject's stratum, none missing; None puts all in one.
    of_cause
        The cause to compare, at least 1; all others compete with it.
    rho
        At least 0. Exponent of the weights; above 0 early differences count more.

    Raises
    ------
    ValueError
        Arrays of different lengths, times or causes that are not whole numbers or are negative, a
        missing label, a cause below 1 or a negative exponent.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_gray(
    ...     time_days=np.array([1, 2, 3, 4, 5, 6]),
    ...     cause=np.array([1, 2, 1, 0, 1, 2]),
    ...     group=np.array(["A", "A", "A", "B", "B", "B"]),
    ... )
    >>> round(test.statistic, 4), test.df
    (2.1654, 1)
    """
    times = whole_days(time_days, cause > 0)
    _refuse(cause, of_cause, rho)
    labels, code = codes_of("group", group, times)
    strata = strata_of(stratum, times)
    k, kind = len(labels), np.where(cause == of_cause, 1, np.where(cause > 0, 2, 0))
    difference, covariance, reached = np.zeros(k), np.zeros((k, k)), 0.0
    for rows in strata:
        stratum_days = _Stratum.of(times[rows], kind[rows], code[rows], k)
        score, spread = stratum_days.scores(rho)
        difference += score
        covariance += spread
        reached = max(reached, float(stratum_days.common[-2:-1].max(initial=0)))
    defined = bool(np.isfinite(covariance).all() and np.isfinite(difference).all())
    statistic, df = compute_distance(difference, covariance) if defined else (float("nan"), 0)
    options: tuple[tuple[str, Option], ...] = (("of_cause", of_cause), ("rho", rho))
    if stratum is not None:
        options += (("strata", len(strata)),)
    counts = (np.bincount(code[kind == which], minlength=k) for which in (0, 1, 2))
    censored, events, competing = counts
    return GrayTest(
        statistic=statistic,
        df=df,
        p_value=float(special.chdtrc(df, statistic)) if df else float("nan"),
        n=len(times),
        events=int(events.sum()),
        groups=tuple(
            GrayGroup(
                label=str(labels[g]),
                n=int(censored[g] + events[g] + competing[g]),
                events=int(events[g]),
                competing=int(competing[g]),
                difference=float(difference[g]),
            )
            for g in range(k)
        ),
        covariance=covariance,
        method=Method("Gray's test", options, library_version("numpy")),
        warnings=_warnings(df, k, reached),
    )


def _refuse(cause: Days, of_cause: int, rho: float) -> None:
    if not np.issubdtype(cause.dtype, np.integer) or (cause < 0).any():
        msg = f"cause is {cause.dtype}; expected whole numbers of at least 0, 0 for a censoring"
        raise ValueError(msg)
    if of_cause < 1:
        msg = f"of_cause is {of_cause}; expected a cause, at least 1"
        raise ValueError(msg)
    if not 0 <= rho < float("inf"):
        msg = f"rho is {rho}; expected a number of at least 0, such as 1"
        raise ValueError(msg)


def _warnings(df: int, k: int, reached: float) -> tuple[str, ...]:
    if reached >= 1:
        estimable = "not to be relied on" if df else "not estimable"
        return (f"{estimable}: the incidence of all groups together reaches {reached:.0%}",)
    if df == 0:
        return ("not estimable: no day on which groups at risk together could differ in events",)
    if df < k - 1:
        return (f"{k} groups give {df} degrees of freedom: some are never at risk with the others",)
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class _Stratum:
    """The days with an event and two groups or more at risk; arrays of shape (days, groups)."""

    at_risk: Floats
    own: Floats
    """Events of the cause."""
    other: Floats
    """Events of other causes."""
    free: Floats
    """Share free of any event just before the day; 1 where nobody is at risk."""
    free_after: Floats
    incidence: Floats
    """Of the cause, just before the day."""
    as_free: Floats
    """Subjects at risk as if nobody had left: over `free`."""
    common: Floats
    """Shape (days,). Incidence of all groups under the null hypothesis, at the end of the day."""

    @classmethod
    def of(cls, times: Counts, kind: Counts, code: Counts, k: int) -> "_Stratum":
        days = int(times.max()) + 1
        cell = times * k + code

        def count(rows: Counts) -> Counts:
            return np.bincount(rows, minlength=days * k).reshape(days, k)

        at_risk = np.cumsum(count(cell)[::-1], axis=0)[::-1]
        with_event = np.bincount(times[kind > 0], minlength=days) > 0
        at = np.flatnonzero(with_event & ((at_risk > 0).sum(1) > 1))
        n = at_risk[at].astype(np.float64)
        own, other = (count(cell[kind == which])[at].astype(np.float64) for which in (1, 2))
        after = np.cumprod(1 - (own + other) / np.maximum(n, 1), axis=0, dtype=np.float64)
        free = np.where(n > 0, _before(after, 1), 1)
        incidence = np.cumsum(free * own / np.maximum(n, 1), axis=0, dtype=np.float64)
        as_free = n / free
        common = np.cumsum(own.sum(1) / as_free.sum(1), dtype=np.float64)
        return cls(n, own, other, free, after, _before(incidence, 0), as_free, common)

    def scores(self, rho: float) -> tuple[Floats, Floats]:
        """Differences of the groups and their covariance; not finite where there is none."""
        d, total = self.own.sum(1), self.as_free.sum(1)
        left = 1 - _before(self.common, 0)
        left[np.abs(left) < _ROUNDING] = 0
        still = self.as_free * (1 - self.incidence)
        expected = (d / still.sum(1))[:, None] * still
        share = self.as_free / total[:, None]
        moves = self.as_free[:, :, None] * (np.eye(share.shape[1]) - share[:, None, :])
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = left**rho
            moves *= weight[:, None, None]
            hazard = np.where(d > 0, d / (total * left), 0)
            later = np.cumsum(moves * hazard[:, None, None], axis=0)
            later = later[-1:] - later
            return weight @ (self.own - expected), self._covariance(moves, later, total)

    def _covariance(self, moves: Floats, later: Floats, total: Floats) -> Floats:
        """Add up what the events of each group do to the scores, that day and later."""
        n, d = np.maximum(self.at_risk, 1), self.own.sum(1)[:, None]
        some = self.free_after > 0
        ratio = np.where(some, (1 - self.common)[:, None] / np.where(some, self.free_after, 1), 0)
        among = total[:, None] * self.free
        tied = np.where(d > 1, 1 - (d - 1) / (among - 1), 1)
        own = np.where(self.at_risk > 0, tied * self.free * d / (total[:, None] * n), 0)
        tied = np.where(self.other > 1, 1 - (self.other - 1) / np.maximum(n - 1, 1), 1)
        other = tied * self.other * (self.free / n) ** 2
        by_own = moves + (1 - ratio)[:, None, :] * later
        by_other = ratio[:, None, :] * later
        return np.einsum("mik,mjk,mk->ij", by_own, by_own, own) + np.einsum(
            "mik,mjk,mk->ij", by_other, by_other, other
        )


def _before(after: Floats, first: float) -> Floats:
    """Shift by a day: what stood before each."""
    return np.concatenate((np.full_like(after[:1], first), after[:-1]))
