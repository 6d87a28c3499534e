r"""Survival curves under assumptions about those who left for a reason, computed exactly.

*Worst case*: whoever left had the event that day. *Best case*: whoever left stayed free of it to
the longest follow-up. Between the two, and below the plain curve, the *delta-adjusted* curve:
after leaving, the hazard is `delta` times that of the subjects still followed [1]_ [2]_.

Those two papers impute times for the subjects who left and pool the analyses by Rubin's rules.
The limit of ever more imputations has a closed form, which is computed here: no seed, no Monte
Carlo error, and at delta = 1 the Kaplan-Meier curve with Greenwood's variance to the last digit,
because a censored subject's mass goes to the days after it as in self-consistency [3]_.

Of the $n$ subjects at risk on a day, $d$ have the event and $a n$ leave informatively; $h = d/n$.
The share still followed ($Q_0$) and the share that left and is free of the event ($Q_1$) become

$$ Q_1 \leftarrow Q_1 (1 - h)^\delta + Q_0\,a, \qquad Q_0 \leftarrow Q_0\,(1 - h - a), $$

and $S = Q_0 + Q_1$ ($Q_0$ alone is the worst case). Other censorings are independent and change
only $n$. $(1 - h)^\delta$ is what hazards in proportion make of a day's share [1]_. The variance
follows from the multinomial counts of each day by the delta method, as Greenwood's does; delta is
an assumption and has none.

After the last event day no hazard is known, so leaving later than that costs nothing.

References
----------
.. [1] Lipkovich I, Ratitch B, O'Kelly M (2016). Sensitivity to censored-at-random assumption in the
   analysis of time-to-event endpoints. Pharmaceutical Statistics 15(3): 216-229.
.. [2] Zhao Y, Herring AH, Zhou H, Ali MW, Koch GG (2014). A multiple imputation method for
   sensitivity analyses of time-to-event data with possibly informative censoring. Journal of
   Biopharmaceutical Statistics 24(2): 229-253.
.. [3] Efron B (1967). The two sample problem with censored data. Proceedings of the Fifth Berkeley
   Symposium on Mathematical Statistics and Probability 4: 831-853.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from topline.stats.method import Method, library_version
from topline.stats.survival.adjusted_curve import Steps, compute_adjusted_curve, count_days
from topline.stats.survival.kaplan_meier import (
    Counts,
    Days,
    Flags,
    Floats,
    KaplanMeier,
    Transform,
    compute_kaplan_meier,
    whole_days,
)

_CLOSE = 1e-10  # relative width at which the search for the tipping delta stops


@dataclass(frozen=True, slots=True, eq=False)
class FollowUp:
    """Subjects with their time, and which of them left for a reason; checked when it is made.

    Raises
    ------
    ValueError
        Arrays of different lengths, times that are not whole days, or an informative event.

    Examples
    --------
    >>> import numpy as np
    >>> time, event = np.array([10, 20]), np.array([True, False])
    >>> FollowUp(time, event, informative=np.array([True, False]))
    Traceback (most recent call last):
    ValueError: 1 subjects have the event and left before it; expected one or the other
    """

    time_days: Days
    """Shape (n,). Whole days to event or censoring. Equal days are ties."""
    event: Flags
    """Shape (n,). True where the event was seen, False where the subject was censored."""
    informative: Flags
    """Shape (n,). True where the subject was censored by leaving for a reason."""

    def __post_init__(self) -> None:
        """Check the arrays."""
        times = whole_days(self.time_days, self.event)
        if self.informative.shape != times.shape or self.informative.dtype != np.bool_:
            msg = (
                f"informative is {self.informative.dtype} of shape {self.informative.shape}; "
                f"expected bool of shape {times.shape}"
            )
            raise ValueError(msg)
        both = int((self.event & self.informative).sum())
        if both:
            msg = f"{both} subjects have the event and left before it; expected one or the other"
            raise ValueError(msg)
        object.__setattr__(self, "time_days", times)


@dataclass(frozen=True, slots=True)
class TippingDelta:
    """Smallest factor on the hazard of those who left that changes a conclusion."""

    delta: float
    """1 where the plain curve gives the other conclusion already; NaN where none was found."""
    largest: float
    """Search ended here."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_worst_case(
    follow_up: FollowUp,
    *,
    transform: Transform = "log-log",
    level: float = 0.95,
) -> KaplanMeier:
    """Estimate the curve as if whoever left informatively had the event on that day.

    Parameters
    ----------
    follow_up
        Any number of subjects.
    transform, level
        As for `compute_kaplan_meier`.

    Examples
    --------
    >>> import numpy as np
    >>> time, event = np.array([10, 20, 30, 40]), np.array([True, False, True, False])
    >>> left = np.array([False, True, False, False])
    >>> compute_worst_case(FollowUp(time, event, left)).survival
    array([0.75, 0.5 , 0.25, 0.25])
    """
    event = follow_up.event | follow_up.informative
    return compute_kaplan_meier(follow_up.time_days, event, transform=transform, level=level)


def compute_best_case(
    follow_up: FollowUp,
    *,
    transform: Transform = "log-log",
    level: float = 0.95,
) -> KaplanMeier:
    """Estimate the curve as if whoever left informatively were free of the event to the end.

    The end is the longest time of all subjects. Parameters and errors are those of
    `compute_worst_case`.

    Examples
    --------
    >>> import numpy as np
    >>> time, event = np.array([10, 20, 30, 40]), np.array([True, False, True, False])
    >>> left = np.array([False, True, False, False])
    >>> compute_best_case(FollowUp(time, event, left)).survival
    array([0.75, 0.5 , 0.5 ])
    """
    longest = follow_up.time_days.max(initial=0)
    times = np.where(follow_up.informative, longest, follow_up.time_days)
    return compute_kaplan_meier(times, follow_up.event, transform=transform, level=level)


def compute_delta_adjusted(
    follow_up: FollowUp,
    delta: float,
    *,
    transform: Transform = "log-log",
    level: float = 0.95,
) -> KaplanMeier:
    """Estimate the curve as if the hazard after leaving were `delta` times that of those followed.

    Parameters
    ----------
    follow_up, transform, level
        As for `compute_worst_case`.
    delta
        At least 1; infinite for an event on the next event day after leaving.

    Raises
    ------
    ValueError
        A delta below 1.

    Examples
    --------
    Of four, one left on day 20. On day 30 half of the rest have the event, so of that quarter a
    half stays free at delta = 1 and a quarter at delta = 2.

    >>> import numpy as np
    >>> time, event = np.array([10, 20, 30, 40]), np.array([True, False, True, False])
    >>> follow_up = FollowUp(time, event, informative=np.array([False, True, False, False]))
    >>> compute_delta_adjusted(follow_up, delta=1).survival
    array([0.75 , 0.75 , 0.375, 0.375])
    >>> compute_delta_adjusted(follow_up, delta=2).survival
    array([0.75  , 0.75  , 0.3125, 0.3125])
    """
    day = _Days.of(follow_up, delta)
    return _curve(day, delta, day.std_error_log(delta), transform, level)


def find_tipping_delta(
    follow_up: FollowUp,
    is_tipped: Callable[[KaplanMeier], bool],
    *,
    largest: float,
) -> TippingDelta:
    """Find the smallest delta at which a conclusion about the curve changes.

    Parameters
    ----------
    follow_up
        Any number of subjects.
    is_tipped
        The conclusion, which must stay true as the curve falls, such as "the median is below 365
        days". The curves it sees have no limits.
    largest
        Search from 1 to this.

    Raises
    ------
    ValueError
        A largest delta below 1.

    Examples
    --------
    >>> import numpy as np
    >>> time, event = np.array([10, 20, 30, 40]), np.array([True, False, True, False])
    >>> follow_up = FollowUp(time, event, informative=np.array([False, True, False, False]))
    >>> find_tipping_delta(
    ...     follow_up, lambda curve: curve.rate_at(30).estimate <= 0.3125, largest=10
    ... ).delta
    2.0
    """
    day = _Days.of(follow_up, largest)
    nothing = np.full(len(day.days), np.nan)

    def tips(delta: float) -> bool:
        return is_tipped(_curve(day, delta, nothing, "log-log", 0.95))

    method = Method(
        "Tipping point by bisection over delta", (("largest", largest),), library_version("numpy")
    )
    if tips(1.0):
        already = "the conclusion holds no longer at delta 1, the curve as it was estimated"
        return TippingDelta(1.0, largest, method, (already,))
    if not tips(largest):
        ever = "a larger one does" if tips(float("inf")) else "nor does any other"
        return TippingDelta(
            float("nan"), largest, method, (f"delta {largest:g} does not tip, {ever}",)
        )
    stays, falls = 1.0, largest
    while falls - stays > _CLOSE * stays:
        middle = (stays + falls) / 2
        stays, falls = (stays, middle) if tips(middle) else (middle, falls)
    return TippingDelta(round(falls, 8), largest, method)


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """What happens on each distinct day."""

    follow_up: FollowUp
    days: Counts
    at_risk: Floats
    hazard: Floats
    """Share of those at risk who have the event that day."""
    leaving: Floats
    """Share of those at risk who leave informatively that day."""
    staying: Counts
    """Subjects at risk who do neither."""

    @classmethod
    def of(cls, follow_up: FollowUp, delta: float) -> "_Days":
        if not delta >= 1:
            msg = f"delta is {delta}; expected at least 1, no change of the hazard after leaving"
            raise ValueError(msg)
        days, at_risk, events, _ = count_days(follow_up.time_days, follow_up.event)
        left = count_days(follow_up.time_days, follow_up.informative)[2]
        n = at_risk.astype(np.float64)
        return cls(follow_up, days, n, events / n, left / n, at_risk - events - left)

    def shares(self, delta: float) -> tuple[Floats, Floats]:
        """Shares still followed, and gone but free of the event; before each day and at the end."""
        still, gone = np.empty(len(self.days) + 1), np.empty(len(self.days) + 1)
        still[0], gone[0] = 1.0, 0.0
        stays, gone_stays = self._factors(delta)
        for i in range(len(self.days)):  # days, not subjects
            still[i + 1] = still[i] * stays[i]
            gone[i + 1] = gone[i] * gone_stays[i] + still[i] * self.leaving[i]
        return still, gone

    def _factors(self, delta: float) -> tuple[Floats, Floats]:
        """Return what a day leaves of the share followed, and of the share gone."""
        return self.staying / self.at_risk, (1 - self.hazard) ** delta

    def std_error_log(self, delta: float) -> Floats:
        """Delta-method standard error of log S; infinite where S is 0."""
        still, gone = self.shares(delta)
        stays, gone_stays = self._factors(delta)
        h, a, n = self.hazard, self.leaving, self.at_risk
        slope = np.where(h > 0, delta * (1 - h) ** (delta - 1), delta) if delta < np.inf else 0 * h
        days = len(self.days)
        by_hazard, by_leaving = np.zeros((2, days)), np.zeros((2, days))  # of still, of gone
        variance = np.empty(days)
        for i in range(days):
            for change in (by_hazard, by_leaving):
                change[1] = change[1] * gone_stays[i] + change[0] * a[i]
                change[0] *= stays[i]
            by_hazard[:, i] = -still[i], -slope[i] * gone[i]
            by_leaving[:, i] = -still[i], still[i]
            of_h, of_a = by_hazard.sum(axis=0), by_leaving.sum(axis=0)
            spread = of_h**2 * h * (1 - h) + of_a**2 * a * (1 - a) - 2 * of_h * of_a * h * a
            variance[i] = (spread / n).sum()
        survival = (still + gone)[1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(survival > 0, np.sqrt(np.maximum(variance, 0)) / survival, np.inf)


def _curve(
    day: _Days, delta: float, std_error_log: Floats, transform: Transform, level: float
) -> KaplanMeier:
    still, gone = day.shares(delta)
    method = Method(
        "Delta-adjusted Kaplan-Meier",
        (("delta", delta), ("transform", transform), ("level", level)),
        library_version("numpy"),
    )
    steps = Steps((still + gone)[1:], std_error_log, method)
    follow_up = day.follow_up
    return compute_adjusted_curve(
        follow_up.time_days, follow_up.event, steps, transform=transform, level=level
    )
