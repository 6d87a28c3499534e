r"""Maximum of the Cox partial likelihood, with Efron's or Breslow's ties, and where it has none.

The maximum is found by the `survival` library, which repeats the algorithm of R's
``survival::coxph``. Its Newton iterations stop once the likelihood changes by less than 1e-9 of
itself, as in R; further steps are taken here until they are shorter than 1e-11 standard errors, the
last one without a look at where it leads.

- A covariate that does not vary, or that the ones before it determine, has no coefficient (NaN).
- Where steps do not become short, directions without a maximum are looked for (see
  `monotone_likelihood`). The likelihood and the coefficients that stay finite are then those of the
  limiting model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from topline.stats.cox.data import CoxData, at_risk_on_event_days, varying
from topline.stats.cox.monotone_likelihood import Monotone, find_monotone
from topline.stats.cox.profile_limits import Profile
from topline.stats.survival.kaplan_meier import Flags, Floats

if TYPE_CHECKING:
    from survival._survival import CoxphFitResult

Ties = Literal["efron", "breslow"]

_ITERATIONS = 50
_STEPS = 5
_NEAR = 1e-6  # of a standard error: a search that ends with longer steps has found no maximum
_SHORT = 1e-11  # of a standard error: steps so short end the search
_FLAT = 100.0  # log hazard: standard errors, for one standard deviation more, where the likelihood
# is nearly flat; whether it is flat out to infinity is then asked exactly


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the partial likelihood of p covariates is largest."""

    coefficients: Floats
    """Shape (p,). NaN where there is none; inf or -inf; NaN, too, where it may go either way."""
    covariance: Floats
    """Shape (p, p). Inverse information; NaN but for finite coefficients."""
    determined: Flags
    """Shape (p,). False for a covariate that does not vary apart from those before it."""
    unbounded: Flags
    """Shape (p,). True where the data put no bound on the coefficient."""
    log_likelihood: float
    """Its bound where a coefficient is infinite."""
    null_log_likelihood: float
    score_test: float
    """Chi-square of the score test."""
    iterations: int
    converged: bool
    data: CoxData
    """Those at risk on event days, with the d covariates determined."""
    monotone: Monotone | None
    """Of `data`."""
    inner: "Summit"
    """Of the d covariates, in the limiting model if a coefficient is infinite."""
    inner_data: CoxData
    """What `inner` is fitted to."""

    @property
    def df(self) -> int:
        """Number of coefficients."""
        return int(self.determined.sum())

    @property
    def finite(self) -> Flags:
        """Shape (p,)."""
        return np.isfinite(self.coefficients)


@dataclass(frozen=True, slots=True, eq=False)
class Summit:
    """The end of a search for the maximum, in covariates that need not be determined."""

    coefficients: Floats
    covariance: Floats
    """Rows and columns of coefficients that are not determined are 0."""
    log_likelihood: float
    null_log_likelihood: float
    score: Floats
    """Shape (p,). Slope of the log-likelihood."""
    score_test: float
    """Chi-square of the slope at the start."""
    iterations: int
    converged: bool
    """Whether the last step was short."""

    @property
    def determined(self) -> Flags:
        """Shape (p,)."""
        return np.diag(self.covariance) > 0


def maximise(data: CoxData, ties: Ties) -> Maximum:
    """Find the maximum of the partial likelihood; at least one event is needed."""
    kept, columns, summit = _determined(data, ties)
    monotone = find_monotone(kept) if _is_doubtful(kept, summit) else None
    null = summit.null_log_likelihood, summit.score_test
    inner_data = kept
    if monotone is not None:
        inner_data = at_risk_on_event_days(monotone.limit)
        summit = climb(inner_data, ties)
    coefficients, unbounded = _coefficients(summit, monotone, columns)
    finite = np.isfinite(coefficients)
    covariance = np.full((len(columns), len(columns)), np.nan)
    inside = finite[columns]
    covariance[np.ix_(finite, finite)] = summit.covariance[np.ix_(inside, inside)]
    return Maximum(
        coefficients=coefficients,
        covariance=covariance,
        determined=columns,
        unbounded=unbounded,
        log_likelihood=summit.log_likelihood,
        null_log_likelihood=null[0],
        score_test=null[1],
        iterations=summit.iterations,
        converged=summit.converged,
        data=kept,
        monotone=monotone,
        inner=summit,
        inner_data=inner_data,
    )


def determined_part(data: CoxData, ties: Ties) -> tuple[CoxData, Flags]:
    """Keep those at risk on event days, and covariates that vary apart from those before them.

    Returns
    -------
    tuple
        The data kept, and which of p covariates they have: shape (p,).
    """
    kept, columns, _ = _determined(data, ties)
    return kept, columns


def _determined(data: CoxData, ties: Ties) -> tuple[CoxData, Flags, Summit]:
    kept = at_risk_on_event_days(data)
    columns = varying(kept)
    kept = kept if columns.all() else kept.select(slice(None), columns)
    summit = climb(kept, ties)
    if _is_doubtful(kept, summit):  # at 0 the information lacks only what the data lack
        inner = climb(kept, ties, iterations=0).determined
        if not inner.all():
            columns[columns] = inner
            kept = kept.select(slice(None), inner)
            summit = climb(kept, ties)
    return kept, columns, summit


def climb(
    data: CoxData,
    ties: Ties,
    *,
    iterations: int = _ITERATIONS,
    start: Floats | None = None,
    offset: Floats | None = None,
) -> Summit:
    """Search from 0, or from `start`, for the coefficients with the largest likelihood.

    Parameters
    ----------
    data
        Those at risk on event days.
    ties
        Approximation for events of a day.
    iterations
        0 looks at the start alone.
    start
        Shape (p,).
    offset
        Shape (n,). Part of the linear predictor that stays as it is.
    """
    found = _fit(data, ties, iterations, None if start is None else start.tolist(), offset)
    null, score_test, taken = found.loglik[0], found.score, found.iter
    place, step, error = _place(found)
    for _ in range(_STEPS if iterations else 0):
        if (np.abs(step) <= _SHORT * error).all() or not np.isfinite(step).all():
            break
        found = _fit(data, ties, 0, (place + step).tolist(), offset)
        taken += 1
        place, step, error = _place(found)
    converged = bool((np.abs(step) <= _NEAR * error).all())
    return Summit(
        coefficients=place + step if converged and iterations else place,
        covariance=np.array(found.var).reshape(len(place), len(place)),
        log_likelihood=found.loglik[1],
        null_log_likelihood=null,
        score=np.array(found.first),
        score_test=score_test,
        iterations=taken,
        converged=converged,
    )


def _is_doubtful(data: CoxData, summit: Summit) -> bool:
    """Whether the search did not end, or ended where the likelihood hardly bends."""
    if not summit.converged or not summit.determined.all():
        return True
    errors = np.sqrt(np.diag(summit.covariance)) * data.covariates.std(axis=0)
    return bool((errors > _FLAT).any())


def profile_of(maximum: Maximum, ties: Ties, column: int) -> Profile:
    """Profile of one covariate's likelihood.

    Parameters
    ----------
    maximum
        Of the likelihood.
    ties
        As for the maximum.
    column
        Which of the covariates determined.
    """
    rest = np.arange(maximum.df) != column
    bounded = maximum.monotone is None or not maximum.monotone.unbounded[column]
    data = maximum.inner_data if bounded else maximum.data
    if not bounded and rest.any():  # the others may run away, too, whatever this one is
        monotone = find_monotone(data.select(slice(None), rest))
        if monotone is not None:
            data = at_risk_on_event_days(replace(data, stratum=monotone.limit.stratum))
    others, held = data.select(slice(None), rest), data.covariates[:, column]
    place = maximum.inner.coefficients.copy()

    def profile(b: float) -> tuple[float, float]:
        place[column] = b
        place[rest] = climb(others, ties, start=place[rest], offset=b * held).coefficients
        there = climb(data, ties, iterations=0, start=place)
        return there.log_likelihood, float(there.score[column])

    return profile


def _fit(
    data: CoxData, ties: Ties, iterations: int, start: Sequence[float] | None, offset: Floats | None
) -> "CoxphFitResult":
    from survival._survival import coxph_fit_raw  # a quarter of a second

    return coxph_fit_raw(
        data.time_days,
        data.event,
        data.covariates,
        strata=data.stratum,
        offset=offset,
        method=ties,
        init=start,
        iter_max=iterations,
        resid=False,
    )


def _place(found: "CoxphFitResult") -> tuple[Floats, Floats, Floats]:
    """Coefficients, the next Newton step, and the scale that it is measured on."""
    place = np.nan_to_num(np.array(found.coefficients))
    covariance = np.array(found.var).reshape(len(place), len(place))
    with np.errstate(invalid="ignore", over="ignore"):  # variances can be infinite
        step = covariance @ np.array(found.first)
        return place, step, np.abs(place) + np.sqrt(np.diag(covariance))


def _coefficients(
    summit: Summit, monotone: Monotone | None, columns: Flags
) -> tuple[Floats, Flags]:
    coefficients = np.full(len(columns), np.nan)
    unbounded = np.zeros(len(columns), np.bool_)
    inside = np.where(summit.determined, summit.coefficients, np.nan)
    if monotone is not None:
        inside = np.where(monotone.unbounded, np.nan, inside)
        inside[monotone.sign != 0] = np.inf * monotone.sign[monotone.sign != 0]
        unbounded[columns] = monotone.unbounded
    coefficients[columns] = inside
    return coefficients, unbounded
