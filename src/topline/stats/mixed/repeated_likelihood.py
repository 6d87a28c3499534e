r"""Likelihood of repeated measures by the covariance's parameters, and its maximum.

Subjects seen at the same visits have the same covariance, so that their rows enter only through the
sums of products of the design's columns at each pair of visits. The rows of many subjects are
replaced by as few as have the same sums, so that a fit costs what the number of different patterns
of visits costs. Rows are whitened before they are multiplied: where values of a subject are very
much alike, sums of raw products would lose twice as many digits.

With $P = V^{-1} - V^{-1}X\Phi X'V^{-1}$, minus twice the restricted log-likelihood has the slope
$\mathrm{tr}(P \dot V_i) - y'P\dot V_iPy$ and the expected curvature
$\mathrm{tr}(P\dot V_iP\dot V_j)$ [1]_. Steps are Fisher's while far from the maximum and Newton's
near it, halved until the likelihood rises.

References
----------
.. [1] Jennrich RI, Schluchter MD (1986). Unbalanced repeated-measures models with structured
   covariance matrices. Biometrics 42(4): 805-820.
.. [2] Kenward MG, Roger JH (1997). Small sample inference for fixed effects from restricted maximum
   likelihood. Biometrics 53(3): 983-997.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topline.stats.mixed.fixed_effects import Counts, Floats, inverted
from topline.stats.mixed.visit_covariance import CovarianceStructure, compute_covariance

_STEPS = 200
_HALVES = 30
_NEAR = 1.0  # gain in deviance that a step promises, below which Newton takes over
_DONE = 1e-9  # ... and below which the last steps are taken, without looking back
_LAST = 3
_FLAT = 1e-13  # information on a combination of parameters beside the others'


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Subjects seen at the same visits."""

    visits: Counts
    """Shape (m,). Places of the visits, ascending."""
    subjects: int
    rows: Floats
    """Shape (g, m, k). The subjects' k columns, or those of as few as have the same products."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is fitted: data by pattern, and a structure over v visits."""

    structure: CovarianceStructure
    visits: int
    patterns: tuple[Pattern, ...]
    reml: bool


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Parameters, and the s directions in which they may change."""

    theta: Floats
    """Shape (r,)."""
    directions: Floats
    """Shape (r, s). Turned on the way so that the information on each is 1 and of pairs 0, which
    keeps the derivatives accurate where visits are nearly collinear."""


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Minus twice the log-likelihood, without constants, and its derivatives by the directions."""

    place: Place
    deviance: float
    slope: Floats
    """Shape (s,)."""
    curvature: Floats
    """Shape (s, s)."""
    information: Floats
    """Shape (s, s). Expected curvature."""
    root: Floats
    """Shape (k, k). A square root C of the coefficients' covariance CC'."""
    change: Floats
    """Shape (k,). Of the coefficients, from those of least squares, with the sign turned."""
    slopes: Floats
    """Shape (s, k, k). Fall with each direction of that covariance's inverse, as C'(...)C."""


@dataclass(frozen=True, slots=True, eq=False)
class _White:
    """A pattern in coordinates in which its covariance is the identity."""

    subjects: int
    log_det: float
    """Of the covariance."""
    first: Floats
    """Shape (s, m, m). Derivatives of the covariance."""
    second: Floats | None
    """Shape (s, s, m, m)."""
    products: Floats
    """Shape (m², k²). Sums of products of the columns, at each pair of visits."""


def patterns_of(columns: Floats, subject: Counts, visit: Counts, visits: int) -> list[Pattern]:
    """Gather rows, in order of subject and visit, by the visits that subjects have."""
    mask = np.zeros((int(subject.max()) + 1, visits), np.bool_)
    mask[subject, visit] = True
    kinds, kind = np.unique(mask, axis=0, return_inverse=True)
    kind, k = kind.ravel()[subject], columns.shape[1]
    found: list[Pattern] = []
    for place, has in enumerate(kinds):
        at = np.flatnonzero(has).astype(np.int64)
        rows = columns[kind == place].reshape(-1, len(at) * k)
        few = (
            np.asarray(np.linalg.qr(rows, mode="r"), np.float64)
            if len(rows) > len(at) * k
            else rows
        )
        found.append(Pattern(at, len(rows), few.reshape(-1, len(at), k)))
    return found


def _products(rows: Floats) -> Floats:
    """Sum up the products of columns at each pair of visits, shape (m², k²)."""
    g, m, k = rows.shape
    flat = rows.reshape(g, m * k)
    return (flat.T @ flat).reshape(m, k, m, k).swapaxes(1, 2).reshape(m * m, k * k)


def known_parameters(
    structure: CovarianceStructure, visits: int, theta: Floats, patterns: Sequence[Pattern]
) -> Counts:
    """Places of the parameters that some subject's covariance depends on."""
    first = compute_covariance(structure, visits, theta).first
    seen = np.zeros((visits, visits), np.bool_)
    for pattern in patterns:
        seen[np.ix_(pattern.visits, pattern.visits)] = True
    return np.flatnonzero((first != 0)[:, seen].any(axis=1)).astype(np.int64)


def maximise(problem: Problem, start: Place) -> Likelihood | None:
    """Climb to the maximum; None where the likelihood has none that can be reached."""
    here, last = evaluate(problem, start), 0
    for _ in range(_STEPS):
        turn = None if here is None else _turn(here.information)
        if here is None or turn is None:
            return None
        if last > _LAST:
            return here
        toward = turn.T @ here.slope
        gain = float(toward @ toward) / 2
        step = -toward
        if gain < _NEAR:
            bends, axes = np.linalg.eigh(turn.T @ here.curvature @ turn)
            if bends[0] > _FLAT:
                step = -axes @ (axes.T @ toward / bends)
        last += gain < _DONE
        directions = here.place.directions @ turn
        here = _advance(problem, here, Place(here.place.theta, directions), step, look=not last)
    return None


def _turn(information: Floats) -> Floats | None:
    """Directions that share no information and have 1 each; None where there is too little."""
    diagonal = np.diag(information)
    if not np.isfinite(information).all() or (diagonal <= 0).any():
        return None
    scale = 1 / np.sqrt(diagonal)
    values, vectors = np.linalg.eigh(information * np.outer(scale, scale))
    if values[0] <= _FLAT:
        return None
    return scale[:, None] * vectors / np.sqrt(values)


def _advance(
    problem: Problem, here: Likelihood, place: Place, step: Floats, *, look: bool
) -> Likelihood | None:
    """Go a step, or the largest half of a half of it that leads upwards."""
    for _ in range(_HALVES):
        there = evaluate(problem, Place(place.theta + place.directions @ step, place.directions))
        if there is not None and (not look or there.deviance < here.deviance):
            return there
        step = step / 2
    return None


def evaluate(problem: Problem, place: Place) -> Likelihood | None:
    """Compute the likelihood and its derivatives; None where the covariance is not one."""
    whites = _whitened(problem, place)
    if whites is None:
        return None
    s, size = place.directions.shape[1], problem.patterns[0].rows.shape[-1] ** 2
    k = int(size**0.5) - 1
    traces, pairs, bends = np.zeros(s), np.zeros((s, s)), np.zeros((s, s))
    cross, slopes = np.zeros(size), np.zeros((s, size))
    for white in whites:
        flat, identity = white.first.reshape(s, -1), np.eye(white.first.shape[-1])
        traces += white.subjects * (flat @ identity.ravel())
        pairs += white.subjects * (flat @ flat.T)
        cross += identity.ravel() @ white.products
        slopes += flat @ white.products
        if white.second is not None:
            bends += white.subjects * np.tensordot(white.second, identity, 2)
    cross, slopes = cross.reshape(k + 1, k + 1), slopes.reshape(s, k + 1, k + 1)
    try:
        root = inverted(np.asarray(np.linalg.cholesky(cross[:k, :k]), np.float64)).T
    except np.linalg.LinAlgError:
        return None
    u = np.append(-root @ (root.T @ cross[:k, k]), 1.0)
    toward = slopes @ u
    pull, falls = toward[:, :k] @ root, root.T @ slopes[:, :k, :k] @ root
    information, slope = pairs, traces - toward @ u
    deviance = sum(white.subjects * white.log_det for white in whites) + float(u @ cross @ u)
    twice, bend = _second_sums(whites, np.outer(u, u))
    squares = 2 * (twice - pull @ pull.T) - bend
    if problem.reml:
        deviance -= 2 * float(np.log(np.diag(root)).sum())
        slope -= np.trace(falls, axis1=1, axis2=2)
        twice, bend = _second_sums(whites, np.pad(root @ root.T, (0, 1)))
        information = pairs - 2 * twice + falls.reshape(s, -1) @ falls.reshape(s, -1).T
        bends = bends - bend
    return Likelihood(
        place, deviance, slope, squares - information + bends, information, root, u[:k],
        falls,
    )  # fmt: skip


def kenward_roger_bias(problem: Problem, here: Likelihood, known: Floats) -> Floats:
    """Sum of W (Q - P Φ P - R / 4) over pairs of parameters, [2]_ page 985; NaN without REML."""
    k = len(here.change)
    if not problem.reml:
        return np.full((k, k), np.nan)
    total = np.zeros((k + 1) ** 2)
    for white in _whitened(problem, here.place) or ():
        between = np.einsum("rs,rab,sbc->ac", known, white.first, white.first)
        if white.second is not None:
            between -= np.einsum("rs,rsab->ab", known, white.second) / 4
        total += between.ravel() @ white.products
    within = np.einsum("rs,rij,sjk->ik", known, here.slopes, here.slopes)
    return here.root.T @ total.reshape(k + 1, k + 1)[:k, :k] @ here.root - within


def _whitened(problem: Problem, place: Place) -> list[_White] | None:
    """Whiten each pattern; None unless all covariances are positive definite."""
    if not np.isfinite(place.theta).all():
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        found = compute_covariance(problem.structure, problem.visits, place.theta)
    if not np.isfinite(found.value).all():
        return None
    to = place.directions
    first = np.tensordot(to.T, found.first, 1)
    second = None if found.second is None else np.einsum("ri,rsab,sj->ijab", to, found.second, to)
    whites: list[_White] = []
    for pattern in problem.patterns:
        at = np.ix_(pattern.visits, pattern.visits)
        try:
            cholesky = np.asarray(np.linalg.cholesky(found.value[at]), np.float64)
        except np.linalg.LinAlgError:
            return None
        root = inverted(cholesky)
        whites.append(
            _White(
                subjects=pattern.subjects,
                log_det=2 * float(np.log(np.diag(cholesky)).sum()),
                first=root @ first[:, at[0], at[1]] @ root.T,
                second=None if second is None else root @ second[:, :, at[0], at[1]] @ root.T,
                products=_products(root @ pattern.rows),
            )
        )
    return whites


def _second_sums(whites: Sequence[_White], weight: Floats) -> tuple[Floats, Floats]:
    """Traces, with a weight, of the sums of products at V̇V̇ and at V̈."""
    s = len(whites[0].first)
    twice, bend = np.zeros((s, s)), np.zeros((s, s))
    for white in whites:
        at = (white.products @ weight.ravel()).reshape(white.first.shape[1:])
        twice += (at @ white.first).reshape(s, -1) @ white.first.reshape(s, -1).T
        if white.second is not None:
            bend += np.tensordot(white.second, at, 2)
    return twice, bend
