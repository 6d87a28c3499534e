r"""Firth's penalty: Cox regression whose coefficients are finite whatever the data.

The partial log-likelihood $\ell$, with Efron's or Breslow's ties, is raised by half the log
determinant of its information, $\ell^*(\beta) = \ell(\beta) + \frac12 \log |I(\beta)|$. That
takes the first-order bias out of the estimate [1]_ and bounds it under monotone likelihood [2]_.
The score gets the term $\frac12 \mathrm{tr}(I^{-1} \partial I / \partial \beta_r)$, in which each
event adds the third central moments of the covariates at risk. Standard errors are from
$I(\hat\beta)^{-1}$ without the penalty ([2]_, section 2). Tests and limits compare maxima of
$\ell^*$: with a coefficient held at a value the others are fitted again, the penalty still that of
all coefficients.

The maximum is found by Newton's method, with second derivatives from differences of the score; they
steer the search and do not bear on where it ends.

References
----------
.. [1] Firth D (1993). Bias reduction of maximum likelihood estimates. Biometrika 80(1): 27-38.
.. [2] Heinze G, Schemper M (2001). A solution to the problem of monotone likelihood in Cox
   regression. Biometrics 57(1): 114-119.
"""

from dataclasses import dataclass

import numpy as np

from topline.stats.cox.data import CoxData
from topline.stats.cox.maximum import Ties
from topline.stats.cox.profile_limits import Profile
from topline.stats.cox.risk_sets import RiskSets, risk_sets, sums_at_risk
from topline.stats.survival.kaplan_meier import Counts, Flags, Floats

_ITERATIONS = 100
_HALVINGS = 30
_SHORT = 1e-11  # of a standard error: a step so short is the last
_NEAR = 1e-7  # of a standard error: a search that ends with longer steps has found no maximum
_LEVEL = 1e-10  # a likelihood lower by so little is not lower
_FURTHEST = 5.0  # change of a log hazard in one step
_DIFFERENCE = 1e-6  # of a standard error


@dataclass(frozen=True, slots=True, eq=False)
class Penalised:
    """Where the penalised likelihood of p covariates is largest, some coefficients held or none."""

    coefficients: Floats
    """Shape (p,)."""
    covariance: Floats
    """Shape (p, p). Inverse information, without the penalty."""
    log_likelihood: float
    """Penalised."""
    score: Floats
    """Shape (p,). Penalised; 0 but for coefficients held."""
    iterations: int
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class PenalisedLikelihood:
    """Penalised likelihood of p covariates that determine one another in no risk set.

    Terms of the likelihood: one an event. At each of them the l-th of the d events of a day leaves
    of the weight of these d what Efron's share l / d does not take away; Breslow's takes nothing.
    """

    sets: RiskSets
    powers: Floats
    """Shape (n, 1 + p + p²). 1, covariates about their means, and products of these."""
    observed: Floats
    """Shape (p,). Sum of the covariates of those with an event."""
    day: Counts
    """Shape (e,). Group of each event."""
    share: Floats
    """Shape (e,). Share of the day's events that is taken away; empty where it is always 0."""

    @property
    def covariates(self) -> Floats:
        """Shape (n, p). About their means."""
        return self.powers[:, 1 : 1 + self.sets.covariates.shape[1]]

    def at(self, place: Floats) -> tuple[float, Floats, Floats]:
        """Return penalised log-likelihood, its score, and the inverse information."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            try:
                score, covariance, log_weights = self._derivatives(place)
            except np.linalg.LinAlgError:  # so far out that nothing is left to compare
                return -np.inf, np.zeros_like(place), np.zeros((len(place), len(place)))
            sign, log_determinant = np.linalg.slogdet(covariance)
            value = float(self.observed @ place - log_weights.sum() - log_determinant / 2)
        if sign <= 0 or not np.isfinite(value) or np.diag(covariance).min() <= 0:
            value = -np.inf
        return value, score, covariance

    def curvature(self, place: Floats, score: Floats, std_errors: Floats) -> Floats:
        """Shape (p, p). Second derivatives of the penalised log-likelihood, about."""
        rows = np.empty((len(place), len(place)))
        for k, step in enumerate(_DIFFERENCE * std_errors):
            moved = place.copy()
            moved[k] += step
            rows[k] = (self.at(moved)[1] - score) / step
        return (rows + rows.T) / 2

    def _derivatives(self, place: Floats) -> tuple[Floats, Floats, Floats]:
        """Return penalised score, inverse information, and log weight at risk of each event."""
        x, p = self.covariates, len(place)
        predictor = x @ place
        top = predictor.max()
        weight = np.exp(predictor - top)
        sums = self._at_events(weight[:, None] * self.powers)
        total = sums[:, 0]
        mean: Floats = sums[:, 1 : 1 + p] / total[:, None]
        square = (sums[:, 1 + p :] / total[:, None]).reshape(-1, p, p)
        central: Floats = square - mean[:, :, None] * mean[:, None, :]
        information: Floats = np.sum(central, axis=0)
        covariance = np.asarray(np.linalg.inv(information), np.float64)
        size: Floats = np.sum((x @ covariance) * x, axis=1)
        sized = self._at_events((weight * size)[:, None] * self.powers[:, : 1 + p])
        sized = sized / total[:, None]
        pull: Floats = mean @ covariance
        third: Floats = (
            sized[:, 1:] - mean * sized[:, :1] - 2 * (central @ pull[:, :, None])[:, :, 0]
        )
        score = self.observed - mean.sum(axis=0) + third.sum(axis=0) / 2
        return score, covariance, np.log(total) + top

    def _at_events(self, values: Floats) -> Floats:
        """Add up values (n, k) over those at risk of each event, by its share: shape (e, k)."""
        sums = sums_at_risk(self.sets, values)[self.day]
        if not len(self.share):
            return sums
        events = np.add.reduceat(values[self.sets.events], _first_of_each(self.day), axis=0)
        return sums - self.share[:, None] * events[self.day]


def penalised_likelihood(data: CoxData, ties: Ties) -> PenalisedLikelihood:
    """Lay out the data, those at risk on event days, for the penalised likelihood."""
    sets = risk_sets(data)
    x = sets.covariates - sets.covariates.mean(axis=0)
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    day = sets.group[sets.events]
    first = _first_of_each(day)
    place = np.arange(len(day)) - first[day]
    share = place / np.diff(np.append(first, len(day)))[day]
    return PenalisedLikelihood(
        sets=sets,
        powers=np.concatenate([np.ones((len(x), 1)), x, products], axis=1),
        observed=x[sets.events].sum(axis=0),
        day=day,
        share=share if ties == "efron" and share.any() else np.empty(0),
    )


def maximise_penalised(
    likelihood: PenalisedLikelihood, start: Floats, free: Flags | None = None
) -> Penalised:
    """Find the maximum of the penalised likelihood.

    Parameters
    ----------
    likelihood
        Of p covariates.
    start
        Shape (p,). Where the search begins.
    free
        Shape (p,). Which coefficients are fitted; the others are held at the start. None: all.
    """
    free = np.ones(len(start), np.bool_) if free is None else free
    place = start.copy()
    value, score, covariance = likelihood.at(place)
    iterations, last = 0, np.inf
    while iterations < _ITERATIONS and value > -np.inf:
        step = _newton_step(likelihood, place, score, covariance, free)
        scale = np.abs(place) + np.sqrt(np.diag(covariance))
        size = float((np.abs(step) / scale).max())
        if size <= _SHORT or (last <= _NEAR and size > last / 4):  # else rounding rules
            last = size
            place = place + step
            break
        step *= min(1.0, _FURTHEST / np.abs(likelihood.covariates @ step).max())
        reached = _uphill(likelihood, place, step, value)
        if reached is None:
            break
        place, value, score, covariance = reached
        iterations, last = iterations + 1, size
    return Penalised(place, covariance, value, score, iterations, last <= _NEAR)


def _uphill(
    likelihood: PenalisedLikelihood, place: Floats, step: Floats, value: float
) -> tuple[Floats, float, Floats, Floats] | None:
    """Go a step, or the half of it and so on, that does not lead down; None if all do."""
    for _ in range(_HALVINGS):
        reached = likelihood.at(place + step)
        if reached[0] >= value - _LEVEL * (1 + abs(value)):
            return place + step, *reached
        step = step / 2
    return None


def penalised_profile(likelihood: PenalisedLikelihood, best: Penalised, column: int) -> Profile:
    """Profile of one covariate's penalised likelihood.

    Each search starts from the one before, moved along as the coefficients move together: with few
    patients there can be two tops, and the other starts were seen to end on the lower.
    """
    free = np.arange(len(best.coefficients)) != column
    near = best

    def profile(b: float) -> tuple[float, float]:
        nonlocal near
        along = near.covariance[:, column] / near.covariance[column, column]
        start = near.coefficients + along * (b - near.coefficients[column])
        there = maximise_penalised(likelihood, start, free)
        if not there.converged:
            near = best
            return np.nan, np.nan
        near = there
        return there.log_likelihood, float(there.score[column])

    return profile


def _newton_step(
    likelihood: PenalisedLikelihood, place: Floats, score: Floats, covariance: Floats, free: Flags
) -> Floats:
    """Step to the maximum of the parabola here, or just upward where it has none."""
    inside = np.ix_(free, free)
    std_errors = np.sqrt(np.diag(covariance))
    downward = -likelihood.curvature(place, score, std_errors)[inside]
    step = np.zeros(len(place))
    try:
        np.linalg.cholesky(downward)
        step[free] = np.linalg.solve(downward, score[free])
    except np.linalg.LinAlgError:
        step[free] = covariance[inside] @ score[free]
    return step


def _first_of_each(day: Counts) -> Counts:
    """Places at which sorted days change."""
    return np.flatnonzero(np.diff(day, prepend=-1))
