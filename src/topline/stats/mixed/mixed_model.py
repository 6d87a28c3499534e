r"""Linear mixed model with a random intercept for each subject.

$y_{ij} = x_{ij}'\beta + b_i + e_{ij}$ with independent $b_i \sim N(0, \tau)$ and
$e_{ij} \sim N(0, \sigma^2)$ [1]_, fitted by restricted (REML) or full (ML) maximum likelihood.

A subject's $m$ values have covariance $\sigma^2 I + \tau J$, of which $\sigma^2$ and
$\sigma^2 + m\tau$ are the only eigenvalues. So the sums of squares within subjects, and those
between subjects by their number of values, are all that the likelihood needs: it costs the same for
25 subjects as for 100,000. $\beta$ and $\sigma^2$ are profiled out [1]_ and the ratio
$\rho = \tau / \sigma^2$ is found on a grid from 0 up and then by Newton's method, so that of two
maxima the higher one is taken.

- $\tau = 0$ (a singular fit) is an answer, with a warning: values of a subject are then no more
  alike than those of others.
- Where $\tau$ cannot be told from $\sigma^2$ (one value a subject, or a coefficient for each
  subject) it is put at 0, with a warning. R's ``lmer`` stops, or stays where it began.
- Where subjects' values follow the model exactly, standard errors are not estimable (NaN).
- Rows without a value are left out and counted.

The likelihood is that of all constants, as R's ``logLik(lmer(...))`` gives it.

References
----------
.. [1] Laird NM, Ware JH (1982). Random-effects models for longitudinal data. Biometrics 38(4):
   963-974.
.. [2] Bates D, Maechler M, Bolker B, Walker S (2015). Fitting linear mixed-effects models using
   lme4. Journal of Statistical Software 67(1): 1-48.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log, nan, pi
from typing import Literal

import numpy as np

from topline.stats.method import Method, library_version
from topline.stats.mixed.fixed_effects import (
    Basis,
    Counts,
    FixedEffects,
    Floats,
    Information,
    Labels,
    compute_basis,
    effects_of,
    effects_without_errors,
    inverted,
    left_out_warnings,
    refuse_shapes,
)

FitMethod = Literal["reml", "ml"]

_GRID = np.append(0.0, 10.0 ** (0.4 * np.arange(-10, 26)))  # times values a subject
_LEVEL = 1e-10  # slope of the deviance a value that is rounding
_CLOSE = 4e-16
_STEPS = 100
_SAME = 1e-10  # information that tells the two variances apart, beside what it would be


@dataclass(frozen=True, slots=True, eq=False)
class MixedModel:
    """A fitted model; standard errors and variances are NaN where not estimable."""

    effects: FixedEffects
    subject_variance: float
    """Between subjects, of the random intercept."""
    residual_variance: float
    """Within subjects."""
    log_likelihood: float
    """Restricted where fitted by REML."""
    n: int
    """Values used."""
    n_missing: int
    """Rows left out, having no value."""
    subjects: int
    singular: bool
    """Whether the between-subject variance is 0."""
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """Sums of squares and products of the design's columns and the residuals, k + 1 in all."""

    within: Floats
    """Shape (k + 1, k + 1)."""
    between: Floats
    """Shape (s, k + 1, k + 1), by the subjects' number of values."""
    size: Floats
    """Shape (s,). Numbers of values that subjects have."""
    subjects: Floats
    """Shape (s,). Subjects with so many."""

    @property
    def n(self) -> int:
        """Values."""
        return int(self.size @ self.subjects)

    @property
    def rank(self) -> int:
        """Columns of the design."""
        return len(self.within) - 1


def compute_mixed_model(
    values: Floats,
    design: Floats,
    names: Sequence[str],
    subject: Labels,
    *,
    method: FitMethod = "reml",
) -> MixedModel:
    """Fit coefficients and a random intercept for each subject.

    Parameters
    ----------
    values
        Shape (n,). NaN leaves the row out.
    design
        Shape (n, p). A column a coefficient, the intercept's ones among them.
    names
        Names of the p coefficients.
    subject
        Shape (n,). Label of each row's subject, none missing.
    method
        "reml" for restricted maximum likelihood, "ml" for full.

    Raises
    ------
    ValueError
        Arrays that do not belong together, no values, or no such method.

    Examples
    --------
    >>> import numpy as np
    >>> fit = compute_mixed_model(
    ...     np.array([1.0, 2.0, 5.0, 8.0]), np.ones((4, 1)), ["mean"], np.array([1, 1, 2, 2])
    ... )
    >>> float(fit.effects.estimate[0]), round(fit.residual_variance, 9)
    (4.0, 2.5)
    >>> round(float(fit.subject_variance), 9)
    11.25
    """
    refuse_shapes(values, design, names, {"subject": subject})
    if method not in {"reml", "ml"}:
        msg = f"there is no method {method!r}; choose reml or ml"
        raise ValueError(msg)
    there = ~np.isnan(values)
    n_missing = len(values) - int(there.sum())
    if n_missing == len(values):
        msg = "no values to fit a model to; expected at least one that is not NaN"
        raise ValueError(msg)
    if n_missing:
        values, design, subject = values[there], design[there], subject[there]
    code: Counts = np.unique(subject, return_inverse=True)[1]
    basis = compute_basis(values, design, names)
    spread = _spread(basis.columns, code)
    reml = method == "reml"
    ratio, warning = _ratio(basis, spread, reml=reml)
    residual, effects = _effects(basis, spread, ratio, names, reml=reml)
    return MixedModel(
        effects=effects,
        subject_variance=ratio * residual,
        residual_variance=residual,
        log_likelihood=_log_likelihood(basis, spread, ratio, reml=reml),
        n=len(values),
        n_missing=n_missing,
        subjects=int(spread.subjects.sum()),
        singular=ratio == 0,
        method=Method(
            "Linear mixed model, random intercept", (("fit", method),), library_version("numpy")
        ),
        warnings=left_out_warnings(n_missing, n_missing + len(values), basis.left_out) + warning,
    )


def _spread(columns: Floats, code: Counts) -> _Spread:
    """Split the sums of squares into those within and those between subjects."""
    size = np.bincount(code)
    sums = np.stack([np.bincount(code, column) for column in columns.T], axis=1)
    inner = columns - (sums / size[:, None])[code]
    sums /= np.sqrt(size)[:, None]
    sizes, which = np.unique(size, return_inverse=True)
    between = np.stack(
        [part.T @ part for part in (sums[which == place] for place in range(len(sizes)))]
    )
    return _Spread(
        inner.T @ inner, between, sizes.astype(np.float64), np.bincount(which).astype(np.float64)
    )


def _ratio(basis: Basis, spread: _Spread, *, reml: bool) -> tuple[float, tuple[str, ...]]:
    """Between-subject variance over residual variance, NaN where nothing is left to estimate."""
    if basis.scale == 0:
        return nan, ("not estimable: the coefficients explain every value exactly",)
    if not _told_apart(spread, reml=reml):
        return 0.0, (
            "the variance between subjects cannot be told from the residual one; it is put at 0",
        )
    grid = _GRID / float(spread.size.max())
    deviance = _deviance(spread, grid, reml=reml)
    best = int(np.nanargmin(deviance))
    if best == len(grid) - 1 or np.isnan(deviance[best + 1]):
        return inf, ("not estimable: no residual variance within subjects",)
    ratio = _newton(spread, grid[max(best - 1, 0) : best + 2], grid[best], reml=reml)
    if ratio > 0:
        return ratio, ()
    return 0.0, ("singular fit: the variance between subjects is estimated as 0",)


def _told_apart(spread: _Spread, *, reml: bool) -> bool:
    """Whether values of a subject could be alike to another degree than those of others."""
    size, n = spread.size, spread.n
    if not reml:
        return bool((size > 1).any())
    cross = spread.between[:, :-1, :-1]
    first = spread.subjects @ size - float(size @ np.trace(cross, axis1=1, axis2=2))
    inner = np.einsum("s,sij->ij", size, cross)
    most = float(spread.subjects @ size**2)
    second = (
        most - 2 * float(size**2 @ np.trace(cross, axis1=1, axis2=2)) + float((inner * inner).sum())
    )
    return bool(second * (n - spread.rank) - first**2 > _SAME * most * n)


def _deviance(spread: _Spread, ratio: Floats, *, reml: bool) -> Floats:
    """Minus twice the profile log-likelihood of each ratio, without its constants.

    NaN where a ratio is so large that nothing is left within subjects but rounding.
    """
    shrink = 1 / (1 + np.outer(ratio, spread.size))
    cross = spread.within + np.tensordot(shrink, spread.between, 1)
    root = np.log(np.diagonal(_cholesky(cross), axis1=1, axis2=2))
    free = spread.n - spread.rank if reml else spread.n
    fixed = 2 * root[:, :-1].sum(axis=1) if reml else 0.0
    return 2 * free * root[:, -1] - np.log(shrink) @ spread.subjects + fixed


def _cholesky(matrices: Floats) -> Floats:
    """Triangular roots, NaN where a matrix has none."""
    try:
        return np.asarray(np.linalg.cholesky(matrices), np.float64)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.full_like(matrices, nan)
        return np.concatenate([_cholesky(matrix[None]) for matrix in matrices])


def _newton(spread: _Spread, around: Floats, ratio: float, *, reml: bool) -> float:
    """Ratio near the one given where the deviance is level; 0 where it only rises from 0."""
    low, high = float(around[0]), float(around[-1])
    slope, bend = _slope(spread, ratio, reml=reml)
    if ratio == 0 and slope >= -_LEVEL * spread.n:
        return 0.0
    for _ in range(_STEPS):
        low, high = (ratio, high) if slope < 0 else (low, ratio)
        step = ratio - slope / bend if bend > 0 else high
        if not low < step < high:
            step = (low * high) ** 0.5 or (low + high) / 2
        change, ratio = abs(step - ratio), step
        if change <= _CLOSE * ratio:
            break
        slope, bend = _slope(spread, ratio, reml=reml)
    return ratio


def _slope(spread: _Spread, ratio: float, *, reml: bool) -> tuple[float, float]:
    """First and second derivative of `_deviance` by the ratio."""
    size, k = spread.size, spread.rank
    shrink = 1 / (1 + ratio * size)
    weights = np.stack([shrink, -size * shrink**2, 2 * size**2 * shrink**3])
    cross, first, second = np.tensordot(weights, spread.between, 1)
    cross = cross + spread.within
    inverse = inverted(cross[:k, :k])
    u = np.append(-inverse @ cross[:k, k], 1.0)
    squares = float(u @ cross[:, k])
    toward = first @ u
    squares_1 = float(u @ toward) / squares
    squares_2 = float(u @ second @ u - 2 * toward[:k] @ inverse @ toward[:k]) / squares
    free = spread.n - k if reml else spread.n
    slope = free * squares_1 + float(spread.subjects @ (size * shrink))
    bend = free * (squares_2 - squares_1**2) - float(spread.subjects @ (size * shrink) ** 2)
    if reml:
        moved = inverse @ first[:k, :k]
        slope += float(np.trace(moved))
        bend += float((inverse * second[:k, :k]).sum() - (moved * moved.T).sum())
    return slope, bend


def _log_likelihood(basis: Basis, spread: _Spread, ratio: float, *, reml: bool) -> float:
    """Log-likelihood with all its constants, in the values' own unit."""
    if not np.isfinite(ratio):
        return nan
    free = spread.n - spread.rank if reml else spread.n
    deviance = float(_deviance(spread, np.array([ratio]), reml=reml)[0])
    constants = free * (log(2 * pi / free) + 1 + 2 * log(basis.scale))
    return -(deviance + constants) / 2 - (basis.log_det if reml else 0.0)


def _effects(
    basis: Basis, spread: _Spread, ratio: float, names: Sequence[str], *, reml: bool
) -> tuple[float, FixedEffects]:
    """Residual variance, and coefficients with what their tests need."""
    if not np.isfinite(ratio):
        return nan, effects_without_errors(basis, names, exact=np.isnan(ratio))
    k, free = spread.rank, spread.n - (spread.rank if reml else 0)
    shrink = 1 / (1 + ratio * spread.size)
    cross = spread.within + np.tensordot(shrink, spread.between, 1)
    half = inverted(np.asarray(np.linalg.cholesky(cross[:k, :k]), np.float64)).T
    u = np.append(-half @ (half.T @ cross[:k, k]), 1.0)
    variance = float(u @ cross[:, k]) / free
    half, values = half * variance**0.5, variance / shrink
    each = np.stack([np.ones_like(values), spread.size])[: 1 + _told_apart(spread, reml=reml)]
    first = np.tensordot(each / values**2, spread.between, 1)
    second = np.tensordot(each[:, None] * each / values**3, spread.between, 1)
    trace = each * (spread.subjects / values**2) @ each.T
    first[0] += spread.within / variance**2
    second[0, 0] += spread.within / variance**3
    trace[0, 0] += (spread.n - spread.subjects.sum()) / variance**2
    toward = first @ u
    pull = toward[:, :k] @ half
    squares = u @ second @ u - pull @ pull.T
    slopes, bends = half.T @ first[:, :k, :k] @ half, half.T @ second[:, :, :k, :k] @ half
    if reml:
        trace += np.einsum("rij,sji->rs", slopes, slopes)
        trace -= 2 * np.trace(bends, axis1=2, axis2=3)
    expected = 2 * inverted(trace)
    observed = np.zeros_like(trace)
    inside = len(each) if ratio > 0 else 1
    observed[:inside, :inside] = 2 * inverted((2 * squares - trace)[:inside, :inside])
    apart = bends - np.einsum("rij,sjk->rsik", slopes, slopes)
    apart = apart if reml else np.full_like(apart, nan)
    information = Information(
        change=u[:k],
        root=half,
        slopes=slopes,
        expected=expected,
        observed=observed,
        bias=np.einsum("rs,rsij->ij", expected, apart),
        bias_observed=np.einsum("rs,rsij->ij", observed, apart),
    )
    return variance * basis.scale**2, effects_of(basis, names, information)
