r"""What a linear model with dependent values knows of its coefficients, and the design behind it.

Mixed models and models for repeated measures differ in the covariance $V(\theta)$ of the values;
tests and limits of their coefficients need the same few matrices of each, kept here:
$\Phi = (X'V^{-1}X)^{-1}$, how $\Phi$ changes with each variance parameter, and how well these
parameters are known, by the expected and by the observed information.

A column of the design that follows from columns before it is left out (with R's tolerance, and as
R's ``lm`` and ``lme4::lmer`` do); its coefficient is NaN. What does not depend on the choice of the
column left out can still be estimated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from topline.stats.labels import Labels, missing_labels

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_DEPENDENT = 1e-7  # R's tolerance: what is left of a column beside those before it
_ALIASED = 1e-8
_EXACT = 1e-12  # residuals this small beside the values are rounding


@dataclass(frozen=True, slots=True, eq=False)
class FixedEffects:
    """Coefficients with all that their tests need; p of them, r variance parameters."""

    names: tuple[str, ...]
    estimate: Floats
    """Shape (p,). NaN where the design's column was left out."""
    covariance: Floats
    """Shape (p, p). Of the estimates, at the estimated variances; 0 where left out."""
    adjusted: Floats
    """Shape (p, p). Kenward and Roger's covariance by the expected information; NaN where the fit
    is not by REML."""
    adjusted_observed: Floats
    """Shape (p, p). The same by the observed information."""
    slopes: Floats
    """Shape (r, p, p). Change of `covariance` with each variance parameter, or with as many
    combinations of them, in which the next two are as well."""
    expected: Floats
    """Shape (r, r). Covariance of the variance parameters by the expected information."""
    observed: Floats
    """Shape (r, r). The same by the observed information."""
    residual_df: int
    """Values less coefficients."""
    aliases: Floats
    """Shape (p, left out). Changes of the coefficients that change no fitted value."""
    n: int

    @property
    def std_error(self) -> Floats:
        """Shape (p,). At the estimated variances, as ``summary(lmer(...))`` prints them."""
        return np.where(np.isnan(self.estimate), np.nan, np.sqrt(np.diag(self.covariance)))


class Fitted(Protocol):
    """Any model with fixed effects."""

    @property
    def effects(self) -> FixedEffects:
        """Coefficients and what their tests need."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """A design in orthonormal columns, and values in what is left of them."""

    columns: Floats
    """Shape (n, k + 1). Orthonormal columns Q, then the residuals over `scale`."""
    start: Floats
    """Shape (k,). Least-squares coefficients of Q, over `scale`."""
    scale: float
    """Residual standard deviation of least squares; 0 where the columns explain all."""
    inverse: Floats
    """Shape (p, k). Takes coefficients of Q to those of the design, 0 where left out."""
    log_det: float
    """Logarithm of |det R|."""
    aliases: Floats
    """Shape (p, p - k)."""
    left_out: tuple[str, ...]

    @property
    def rank(self) -> int:
        """Columns kept."""
        return len(self.start)

    @property
    def residual_df(self) -> int:
        """Values less columns kept."""
        return len(self.columns) - self.rank


def compute_basis(values: Floats, design: Floats, names: Sequence[str]) -> Basis:
    """Write a design in orthonormal columns, which keeps every later sum well conditioned."""
    kept, left_out = list(range(design.shape[1])), list[int]()
    size = np.sqrt((design * design).sum(axis=0))
    while True:
        q, r = np.linalg.qr(design[:, kept])
        left = np.zeros(len(kept))
        left[: min(r.shape)] = np.abs(np.diag(r))
        dependent = np.flatnonzero(left <= _DEPENDENT * size[kept])
        if not len(dependent):
            break
        left_out.append(kept.pop(int(dependent[0])))
    inverse = np.zeros((design.shape[1], len(kept)))
    inverse[kept] = np.linalg.inv(r)
    aliases = np.zeros((design.shape[1], len(left_out)))
    aliases[kept] = -inverse[kept] @ (q.T @ design[:, left_out])
    aliases[left_out, range(len(left_out))] = 1
    start = q.T @ values
    residuals = values - q @ start
    again = q.T @ residuals
    start, residuals = start + again, residuals - q @ again
    length, df = float(np.sqrt(residuals @ residuals)), len(values) - len(kept)
    exact = df <= 0 or length <= _EXACT * float(np.sqrt(values @ values))
    scale = 0.0 if exact else length / df**0.5
    return Basis(
        columns=np.column_stack([q, residuals / (scale or 1.0)]),
        start=start / (scale or 1.0),
        scale=scale,
        inverse=inverse,
        log_det=float(np.log(np.abs(np.diag(r))).sum()),
        aliases=aliases,
        left_out=tuple(names[j] for j in sorted(left_out)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Information:
    """What a fit found, for the orthonormal columns and in units of the basis's scale."""

    change: Floats
    """Shape (k,). From the least-squares coefficients, with the sign turned."""
    root: Floats
    """Shape (k, k). A square root C of the coefficients' covariance Φ = CC'. The next and the
    biases are in the coordinates that it makes, C'(...)C, where nothing large cancels."""
    slopes: Floats
    """Shape (r, k, k). Fall of Φ's inverse with each variance parameter."""
    expected: Floats
    """Shape (r, r). Covariance of the variance parameters by the expected information."""
    observed: Floats
    """Shape (r, r). The same by the observed information."""
    bias: Floats
    """Shape (k, k). Kenward and Roger's sum of W (Q - P Φ P - R / 4) with W the expected
    information's; NaN without REML."""
    bias_observed: Floats
    """Shape (k, k). The same with the observed information's."""


def effects_of(basis: Basis, names: Sequence[str], found: Information) -> FixedEffects:
    """Take coefficients back to the columns and the unit that were given."""
    estimate = basis.inverse @ (basis.start - found.change) * basis.scale
    to, one = basis.inverse @ found.root * basis.scale, np.eye(basis.rank)
    return FixedEffects(
        names=tuple(names),
        estimate=np.where(to.any(axis=1), estimate, np.nan),
        covariance=to @ to.T,
        adjusted=to @ (one + 2 * found.bias) @ to.T,
        adjusted_observed=to @ (one + 2 * found.bias_observed) @ to.T,
        slopes=to @ found.slopes @ to.T,
        expected=found.expected,
        observed=found.observed,
        residual_df=basis.residual_df,
        aliases=basis.aliases,
        n=len(basis.columns),
    )


def effects_without_errors(basis: Basis, names: Sequence[str], *, exact: bool) -> FixedEffects:
    """Coefficients without standard errors, by least squares where these are `exact`."""
    p = len(names)
    estimate = basis.inverse @ basis.start if exact else np.full(p, np.nan)
    nothing = np.full((p, p), np.nan)
    return FixedEffects(
        names=tuple(names),
        estimate=np.where(basis.inverse.any(axis=1), estimate, np.nan),
        covariance=nothing,
        adjusted=nothing,
        adjusted_observed=nothing,
        slopes=nothing[None],
        expected=np.full((1, 1), np.nan),
        observed=np.full((1, 1), np.nan),
        residual_df=basis.residual_df,
        aliases=basis.aliases,
        n=len(basis.columns),
    )


def inverted(matrix: Floats) -> Floats:
    """Invert a matrix, as float64 to the type checker too."""
    return np.asarray(np.linalg.inv(matrix), np.float64)


def estimable_part(effects: FixedEffects, contrasts: Floats) -> Floats:
    """Take of rows the combinations that the data can estimate; as many rows or fewer."""
    if not effects.aliases.size:
        return contrasts
    aliased = contrasts @ effects.aliases
    sizes = np.linalg.norm(contrasts, axis=1)[:, None] * np.linalg.norm(effects.aliases, axis=0)
    if not (np.abs(aliased) > _ALIASED * sizes).any():
        return contrasts
    left, sizes, _ = np.linalg.svd(aliased)
    rank = int((sizes > _ALIASED * sizes[0]).sum())
    return left[:, rank:].T @ contrasts


def refuse_shapes(
    values: Floats, design: Floats, names: Sequence[str], labels: dict[str, Labels]
) -> None:
    """Refuse arrays that do not belong together.

    Raises
    ------
    ValueError
        Another number of rows, or of names than columns; infinite values; a missing covariate or
        label.
    """
    if values.ndim != 1 or np.isinf(values).any():
        msg = f"values have shape {values.shape}; expected (n,), each finite or NaN"
        raise ValueError(msg)
    if design.shape != (len(values), len(names)) or not names:
        msg = (
            f"design has shape {design.shape} for {len(values)} values and {len(names)} names; "
            f"expected ({len(values)}, {max(1, len(names))}): a row a value, a column a name"
        )
        raise ValueError(msg)
    if not np.isfinite(design).all():
        column = int(np.flatnonzero(~np.isfinite(design).all(axis=0))[0])
        rows = int((~np.isfinite(design[:, column])).sum())
        msg = (
            f"design column {names[column]!r} is not finite in {rows} of {len(design)} rows; "
            "leave those rows out"
        )
        raise ValueError(msg)
    for name, label in labels.items():
        if label.shape != values.shape:
            msg = f"{name} has shape {label.shape}; expected {values.shape}, as values"
            raise ValueError(msg)
        if (missing := missing_labels(label)).any():
            msg = (
                f"{name} is missing in {int(missing.sum())} of {len(label)} rows, the first at "
                f"position {int(np.flatnonzero(missing)[0])}; leave them out or give them a label"
            )
            raise ValueError(msg)


def left_out_warnings(n_missing: int, n: int, columns: Sequence[str]) -> tuple[str, ...]:
    """Say which rows and which columns a fit does without."""
    rows = (f"{n_missing} of {n} rows left out: no value",) if n_missing else ()
    if not columns:
        return rows
    return (*rows, f"left out, as other columns say the same: {', '.join(columns)}")
