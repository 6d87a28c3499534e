"""Mixed models in 80-bit numbers and whole matrices, to tell who is right where R and we differ.

The formulas are the textbook's (Kenward and Roger 1997; Jennrich and Schluchter 1986), without the
sums by subject and without the directions that Topline takes. 64 bits of mantissa leave 1e-12 where
an ill-conditioned covariance costs a number of 53 bits eight digits.
"""

from collections.abc import Sequence

import numpy as np

from topline.stats.mixed.fixed_effects import FixedEffects
from topline.stats.mixed.visit_covariance import CovarianceStructure, compute_covariance

Exact = np.ndarray
STEPS = 12


def inverse(matrix: Exact) -> Exact:
    """Invert a positive definite matrix by Gauss and Jordan."""
    n = len(matrix)
    work = np.concatenate([matrix, np.eye(n, dtype=np.longdouble)], axis=1)
    for i in range(n):
        work[i] /= work[i, i]
        column = work[:, i].copy()
        column[i] = 0
        work -= column[:, None] * work[i]
    return work[:, n:]


def covariance_of(
    structure: CovarianceStructure | None, visit: np.ndarray, subject: np.ndarray, theta: Exact
) -> tuple[Exact, Exact, Exact | None]:
    """Covariance of all values and its derivatives; None is a random intercept."""
    same = (subject[:, None] == subject).astype(np.longdouble)
    if structure is None:
        first = np.stack([np.eye(len(same), dtype=np.longdouble), same])
        return np.einsum("r,rij->ij", theta, first), first, None
    found = compute_covariance(structure, int(visit.max()) + 1, theta)
    at = np.ix_(visit, visit)
    second = None if found.second is None else found.second[:, :, at[0], at[1]] * same
    return found.value[at] * same, found.first[:, at[0], at[1]] * same, second


def compute_precisely(  # noqa: PLR0913, PLR0917 - the data of one model
    values: np.ndarray,
    design: np.ndarray,
    names: Sequence[str],
    visit: np.ndarray,
    subject: np.ndarray,
    structure: CovarianceStructure | None,
    theta: Sequence[float],
) -> tuple[FixedEffects, Exact, float]:
    """Climb from parameters near the maximum of the restricted likelihood to it.

    Gives the coefficients, the parameters and the slope that is left; infinite if the curvature is
    not that of a maximum.
    """
    y, at = values.astype(np.longdouble), np.array(theta, np.longdouble)
    free = np.flatnonzero(at)  # a variance of 0 stays there
    to, turn = np.linalg.inv(np.linalg.qr(design)[1]), np.eye(len(at))
    for left in range(STEPS, 0, -1):
        x = design.astype(np.longdouble) @ to
        v, g, h = covariance_of(structure, visit, subject, at)
        g = np.einsum("rs,rij->sij", turn.astype(np.longdouble), g)
        h = None if h is None else np.einsum("ra,rsij,sb->abij", turn, h, turn)
        vi = inverse(v)
        vx = vi @ x
        phi = inverse(x.T @ vx)
        p = vi - vx @ phi @ vx.T
        py = p @ y
        pg, gp = p @ g, g @ py
        expected = np.einsum("rij,sji->rs", pg, pg)
        observed = 2 * gp @ p @ gp.T - expected
        if h is not None:
            observed += np.einsum("ij,rsji->rs", p, h) - np.einsum("i,rsij,j->rs", py, h, py)
        inside = np.zeros_like(observed)
        inside[np.ix_(free, free)] = 2 * inverse(observed[np.ix_(free, free)])
        slope = (np.trace(pg, axis1=1, axis2=2) - gp @ py)[free]
        if left == 1:
            break
        at = at - turn[:, free] @ inside[np.ix_(free, free)] @ slope / 2
        # columns and directions in which the covariances are nearly the identity
        to = to @ np.linalg.cholesky(phi.astype(float))
        if len(free) == len(at):
            turn = turn @ np.linalg.inv(np.linalg.cholesky(expected.astype(float))).T
    known = 2 * inverse(expected)
    fall = np.einsum("ia,rij,jb->rab", vx, g, vx)
    q = np.einsum("rai,ij,sjb->rsab", np.einsum("ia,rij->raj", vx, g), vi, g @ vx)
    apart = q - np.einsum("rab,bc,scd->rsad", fall, phi, fall)
    if h is not None:
        apart -= np.einsum("ia,rsij,jb->rsab", vx, h, vx) / 4
    adjusted = [
        (to @ (phi + 2 * phi @ np.einsum("rs,rsab->ab", w, apart) @ phi) @ to.T).astype(float)
        for w in (known, inside)
    ]
    effects = FixedEffects(
        names=tuple(names),
        estimate=(to @ phi @ (vx.T @ y)).astype(float),
        covariance=(to @ phi @ to.T).astype(float),
        adjusted=adjusted[0],
        adjusted_observed=adjusted[1],
        slopes=(to @ (phi @ fall @ phi) @ to.T).astype(float),
        expected=known.astype(float),
        observed=inside.astype(float),
        residual_df=len(y) - len(names),
        aliases=np.zeros((len(names), 0)),
        n=len(y),
    )
    if np.linalg.eigvalsh(observed[np.ix_(free, free)].astype(float))[0] <= 0:
        return effects, at, float("inf")
    return effects, at, float(np.abs(slope).max())
