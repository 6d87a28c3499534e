r"""Weights that let those still followed stand for those who left for a reason (IPCW).

A subject still at risk on an event day $u$ weighs

$$ W_i(u) = \hat G_0(u^-) / \hat G(u^- \mid x_i), $$

where $G$ is the chance not to have left informatively before that day: given the subject's
covariates below, for everyone alike above (the stabilised weights of [1]_, section 3). Other
censorings are taken to be independent, so they are censorings of the model of leaving, too.

- Events of a day come before censorings of that day, as for the Kaplan-Meier curve: whoever has
  the event on a day is no longer at risk of leaving on it, and weights of a day look back to the
  days before it.
- By strata, $G$ is the Kaplan-Meier curve of leaving. By Cox regression (Efron's ties) it is
  $\exp(-H_0(t) e^{x'\beta})$ with Efron's baseline hazard, as ``survfit(coxph(...))`` in R; [1]_
  write the product of $1 - dH_0 e^{x'\beta}$, which can become negative.
- The numerator cancels from the weighted curve unless weights are cut at a largest value.

References
----------
.. [1] Robins JM, Finkelstein DM (2000). Correcting for noncompliance and dependent censoring in an
   AIDS clinical trial with inverse probability of censoring weighted (IPCW) log-rank tests.
   Biometrics 56(3): 779-788.
.. [2] Cole SR, Hernan MA (2008). Constructing inverse probability weights for marginal structural
   models. American Journal of Epidemiology 168(6): 656-664 (truncation, pages 660-661).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.stats.method import Method, Option, library_version
from topline.stats.survival.adjusted_curve import count_days
from topline.stats.survival.informative_censoring import FollowUp
from topline.stats.survival.kaplan_meier import Counts, Days, Flags, Floats

_INFINITE = 1e-9**0.5  # R's toler.inf: a Newton step still so long means no finite maximum
_ENDLESS = 10.0  # a standard deviation that multiplies the hazard by more than 20,000
_ITERATIONS = 100  # R's 20 end before the likelihood of an infinite coefficient is level
_RAN_OUT = 1000  # flag of a fit that ran out of iterations ...
_FLAT = 1e-6  # ... which it does, too, where the covariates tell exactly who leaves next


@dataclass(frozen=True, slots=True, eq=False)
class CensoringWeights:
    """Weights of subjects on the days with events."""

    event_days: Counts
    """Shape (m,), ascending."""
    weight: Floats
    """Shape (n, m). 0 where the subject is no longer at risk."""
    method: Method
    warnings: tuple[str, ...] = ()

    @property
    def largest(self) -> float:
        """Largest weight of a subject at risk; NaN without event days."""
        return float(self.weight.max()) if self.weight.size else float("nan")

    @property
    def mean(self) -> float:
        """Mean weight of those at risk, over subjects and event days; near 1 if the model fits."""
        at_risk = self.weight > 0
        return float(self.weight[at_risk].mean()) if at_risk.any() else float("nan")


def compute_cox_weights(
    follow_up: FollowUp,
    covariates: Floats,
    *,
    names: Sequence[str],
    at_most: float | None = None,
) -> CensoringWeights:
    """Weigh by a Cox regression of leaving on baseline covariates.

    Parameters
    ----------
    follow_up
        At least one subject.
    covariates
        Shape (n, p). Finite numbers.
    names
        p names, for warnings.
    at_most
        Largest weight; greater ones are cut to it. None cuts nothing.

    Raises
    ------
    ValueError
        Covariates of other subjects or not finite, or a largest weight of at most 1.
    ArithmeticError
        The regression does not converge.

    Examples
    --------
    >>> import numpy as np
    >>> weights = compute_cox_weights(
    ...     FollowUp(
    ...         time_days=np.array([10, 20, 30, 40, 50]),
    ...         event=np.array([False, True, False, True, True]),
    ...         informative=np.array([True, False, True, False, False]),
    ...     ),
    ...     np.array([[1.0], [1.0], [0.0], [0.0], [1.0]]),
    ...     names=["ECOG"],
    ... )
    >>> weights.weight[:, 0].round(3)  # day 20: who shares the covariate of the lost weighs more
    array([0.   , 1.011, 0.983, 0.983, 1.011])
    """
    times, event, informative = follow_up.time_days, follow_up.event, follow_up.informative
    _refuse_covariates(covariates, len(times), len(names))
    days = _event_days(follow_up)
    method = _method("Cox regression of censoring", at_most, ("covariates", ", ".join(names)))
    if not informative.any():
        everyone = np.ones((len(times), len(days)))
        return _complete(follow_up, _cut(everyone, at_most), method)
    from survival._survival import coxph_fit  # a quarter of a second

    clock = _clock(times, event)
    spread = covariates.std(axis=0)
    scaled = (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1)
    fit = coxph_fit(
        clock.astype(np.float64), informative.astype(np.int64), scaled, iter_max=_ITERATIONS
    )
    baseline = fit.basehaz(centered=True)
    before = _value_before(np.array(baseline.time), np.array(baseline.hazard), 2 * days)
    overall = _value_before(*_null_hazard(clock, informative), 2 * days)
    at_risk = times[:, None] >= days
    with np.errstate(over="ignore", invalid="ignore"):
        hazard = np.outer(np.exp(np.array(fit.linear_predictors)), before)
        weight = np.exp(np.where(at_risk, hazard - overall, 0))
    if (fit.flag == _RAN_OUT and fit.loglik[1] < -_FLAT) or not np.isfinite(weight).all():
        msg = f"the Cox regression of censoring on {', '.join(names)} does not converge"
        raise ArithmeticError(msg)
    warnings = _fit_warnings(
        np.array(fit.coefficients), np.array(fit.first), np.array(fit.var), names
    )
    return _complete(follow_up, _cut(weight, at_most), method, warnings)


def compute_stratified_weights(
    follow_up: FollowUp,
    stratum: NDArray[np.generic],
    *,
    at_most: float | None = None,
) -> CensoringWeights:
    """Weigh by the Kaplan-Meier curve of leaving within strata.

    Parameters
    ----------
    follow_up, at_most
        As for `compute_cox_weights`.
    stratum
        Shape (n,). Label of each subject's stratum, none missing.

    Raises
    ------
    ValueError
        Strata of other subjects, or a largest weight of at most 1.

    Examples
    --------
    >>> import numpy as np
    >>> weights = compute_stratified_weights(
    ...     FollowUp(
    ...         time_days=np.array([10, 20, 30, 40]),
    ...         event=np.array([False, True, True, True]),
    ...         informative=np.array([True, False, False, False]),
    ...     ),
    ...     np.array(["A", "A", "B", "B"]),
    ... )
    >>> weights.weight[:, 0]  # the one left of A stands for two, as both of B for themselves
    array([0.  , 1.5 , 0.75, 0.75])
    """
    times, event, informative = follow_up.time_days, follow_up.event, follow_up.informative
    if stratum.shape != times.shape:
        msg = f"stratum has shape {stratum.shape}; expected {times.shape}, as time_days"
        raise ValueError(msg)
    days = _event_days(follow_up)
    clock = _clock(times, event)
    labels, code = np.unique(stratum, return_inverse=True)
    weight = np.ones((len(times), len(days)))
    overall = _stays(clock, informative, days)
    warnings: list[str] = []
    for i, label in enumerate(labels):  # strata, not subjects
        inside = code == i
        stays = _stays(clock[inside], informative[inside], days)
        weight[inside] = overall / np.where(stays > 0, stays, np.nan)
        warnings += _exhausted(str(label), times[inside], informative[inside], days)
    method = _method("Kaplan-Meier of censoring by stratum", at_most, ("strata", len(labels)))
    return _complete(follow_up, _cut(weight, at_most), method, tuple(warnings))


def _refuse_covariates(covariates: Floats, subjects: int, names: int) -> None:
    if covariates.shape != (subjects, names):
        msg = f"covariates have shape {covariates.shape}; expected {(subjects, names)}"
        raise ValueError(msg)
    wrong = ~np.isfinite(covariates).all(axis=1)
    if wrong.any():
        msg = f"{int(wrong.sum())} subjects have a covariate that is missing; leave them out"
        raise ValueError(msg)


def _clock(times: Days, event: Flags) -> Counts:
    """Half days since the start: an event in the first half of its day, a censoring in the last."""
    return 2 * times.astype(np.int64) + ~event


def _value_before(at: Floats | Counts, value: Floats, moments: Counts) -> Floats:
    """Value of a step function just before each moment; 0 before its first step."""
    return np.append(0.0, value)[np.searchsorted(at, moments, side="left")]


def _null_hazard(clock: Counts, informative: Flags) -> tuple[Counts, Floats]:
    """Cumulative hazard of leaving without covariates, tied days one subject after another."""
    moments, at_risk, lost, _ = count_days(clock, informative)
    harmonic = np.append(0.0, np.cumsum(1 / np.arange(1, len(clock) + 1)))
    steps = harmonic[at_risk] - harmonic[at_risk - lost]
    return moments, np.cumsum(steps, dtype=np.float64)


def _stays(clock: Counts, informative: Flags, days: Counts) -> Floats:
    """Kaplan-Meier share that has not left before each day."""
    moments, at_risk, lost, _ = count_days(clock, informative)
    stays = np.cumprod(1 - lost / at_risk, dtype=np.float64)
    return 1 + _value_before(moments, stays - 1, 2 * days)


def _exhausted(label: str, times: Days, informative: Flags, days: Counts) -> list[str]:
    """Say where nobody of a stratum is left to stand for those of it who left."""
    last = int(times.max())
    if not informative[times == last].any() or not (days > last).any():
        return []
    return [f"from day {last} nobody of stratum {label} is left to stand for those who left it"]


def _fit_warnings(
    coefficients: Floats, score: Floats, variance: Floats, names: Sequence[str]
) -> tuple[str, ...]:
    """Say which covariates the others determine, and which have no finite coefficient."""
    dropped = np.isnan(coefficients)
    step = np.abs(np.where(dropped, 0, score) @ np.where(np.isfinite(variance), variance, 0))
    size = np.abs(np.where(dropped, 0, coefficients))
    endless = (size > _ENDLESS) | (~dropped & (step > _INFINITE * (1 + size)))
    warnings: list[str] = []
    for name, is_dropped, is_endless in zip(names, dropped, endless, strict=True):
        if is_dropped:
            warnings.append(f"{name} does not vary apart from the others and is left out")
        if is_endless:
            warnings.append(f"the coefficient of {name} is infinite: at one end of it nobody left")
    return tuple(warnings)


def _method(name: str, at_most: float | None, *options: tuple[str, Option]) -> Method:
    cut = () if at_most is None else (("weights_at_most", at_most),)
    return Method(name, (*options, *cut), library_version("survival"))


def _complete(
    follow_up: FollowUp, weight: Floats, method: Method, warnings: tuple[str, ...] = ()
) -> CensoringWeights:
    """Give no weight to those no longer at risk."""
    days = _event_days(follow_up)
    at_risk = follow_up.time_days[:, None] >= days
    return CensoringWeights(days, np.where(at_risk, weight, 0.0), method, warnings)


def _event_days(follow_up: FollowUp) -> Counts:
    return np.unique(follow_up.time_days[follow_up.event]).astype(np.int64)


def _cut(weight: Floats, at_most: float | None) -> Floats:
    if at_most is None:
        return weight
    if not at_most > 1:
        msg = f"at_most is {at_most}; expected more than 1, the weight of a subject on average"
        raise ValueError(msg)
    return np.minimum(weight, at_most)
