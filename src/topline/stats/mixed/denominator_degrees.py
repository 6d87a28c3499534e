r"""Tests of coefficients of models with estimated variances: denominator degrees of freedom.

With $\Phi$ the covariance of the coefficients and $W$ that of the variance parameters:

kenward-roger (default)
    $\Phi$ is replaced by a covariance that counts in the uncertainty of the variances, and an F
    statistic of $q$ rows is scaled by $\lambda$ so that its first two moments are those of
    $F(q, m)$ [1]_, with $W$ from the expected information, as R's ``pbkrtest`` does [2]_. Exact
    where an exact F test exists. Needs a fit by REML.
kenward-roger-observed
    The same with $W$ from the observed information, as SAS and R's ``mmrm`` have it. The two are
    the same for complete data of an unstructured covariance.
satterthwaite
    One row $l$: $m = 2 (l'\Phi l)^2 / (g'Wg)$ with $g$ the gradient of $l'\Phi l$ and $W$ from the
    observed information. Several rows: the eigenvectors of $L \Phi L'$ give independent t
    statistics, whose $m$ are put together [3]_, as R's ``lmerTest`` does. This joint $m$ depends on
    how the rows are written, Kenward and Roger's does not: one reason for the default.
residual
    Values less coefficients, as of independent values.

Where the between-subject variance is estimated as 0 the model is that of independent values, and
Satterthwaite's $m$ is the residual one.

References
----------
.. [1] Kenward MG, Roger JH (1997). Small sample inference for fixed effects from restricted maximum
   likelihood. Biometrics 53(3): 983-997.
.. [2] Halekoh U, Hojsgaard S (2014). A Kenward-Roger approximation and parametric bootstrap methods
   for tests in linear mixed models - the R package pbkrtest. Journal of Statistical Software
   59(9): 1-32.
.. [3] Fai AHT, Cornelius PL (1996). Approximate F-tests of multiple degree of freedom hypotheses in
   generalized least squares analyses of unbalanced split-plot experiments. Journal of Statistical
   Computation and Simulation 54(4): 363-378.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.mixed.fixed_effects import Fitted, FixedEffects, Floats, estimable_part

DegreesMethod = Literal["kenward-roger", "kenward-roger-observed", "satterthwaite", "residual"]

_NAMES = {
    "kenward-roger": "Kenward-Roger",
    "kenward-roger-observed": "Kenward-Roger by the observed information",
    "satterthwaite": "Satterthwaite",
    "residual": "Residual degrees of freedom",
}
_NULL = 1e-8  # eigenvalues of L Φ L' beside the largest, as lmerTest
_EXACT = 1e-11  # a difference from an exact F test that is rounding ...
_ZERO = 1e-6  # ... and what is so near m = 2 that the ratio would be rounding
_NO_ADJUSTED = "Kenward-Roger needs a fit by REML; fit with method='reml' or choose another df"


@dataclass(frozen=True, slots=True)
class EffectTest:
    """F test that linear functions of the coefficients are 0; NaN where it cannot be made."""

    statistic: float
    """F, after scaling."""
    df: int
    """Numerator degrees of freedom: the rows that count."""
    denominator_df: float
    p_value: float
    scale: float
    """What Kenward and Roger multiply F by; 1 otherwise."""
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contrast:
    """A linear function of the coefficients; NaN where it cannot be estimated."""

    label: str
    estimate: float
    std_error: float
    df: float
    t: float
    p_value: float
    """Two-sided, against 0."""
    lower: float
    upper: float
    level: float
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Several linear functions at once, one a row; NaN where not estimable."""

    estimate: Floats
    std_error: Floats
    df: Floats
    estimable: NDArray[np.bool_]

    @property
    def t(self) -> Floats:
        """Estimates in standard errors."""
        return self.estimate / self.std_error


def compute_effects_test(
    model: Fitted, contrasts: Floats, *, df: DegreesMethod = "kenward-roger"
) -> EffectTest:
    """Test that all of several linear functions of the coefficients are 0.

    Parameters
    ----------
    model
        A mixed model or a model for repeated measures.
    contrasts
        Shape (q, p). Rows that say the same twice count once; rows that the data cannot estimate
        are left out, with a warning.
    df
        Denominator degrees of freedom; the module says what each is.

    Raises
    ------
    ValueError
        Contrasts of another width, Kenward-Roger without REML, or no such `df`.

    Examples
    --------
    >>> import numpy as np
    >>> from topline.stats.mixed.mixed_model import compute_mixed_model
    >>> visit, subject = np.tile([0.0, 1.0], 3), np.repeat(["A", "B", "C"], 2)
    >>> fit = compute_mixed_model(
    ...     np.array([1.0, 3.0, 2.0, 3.0, 5.0, 8.0]),
    ...     np.column_stack([np.ones(6), visit]),
    ...     ["baseline", "change"],
    ...     subject,
    ... )
    >>> test = compute_effects_test(fit, np.array([[0.0, 1.0]]))
    >>> round(test.statistic, 6), test.df, round(test.denominator_df, 6)
    (12.0, 1, 2.0)
    """
    effects = model.effects
    rows = _rows(effects, contrasts, df)
    part = _independent_rows(estimable_part(effects, rows))
    statistic, denominator, scale = nan, nan, 1.0
    if len(part) and not np.isnan(effects.covariance).any():
        statistic, denominator, scale = _TESTS[df](effects, part, df)
    p_value = _f_tail(statistic, len(part), denominator)
    warnings = tuple(_test_warnings(effects, rows, part, denominator, scale))
    if scale < 0:
        statistic = nan
    used = Method(f"F test, {_NAMES[df]}", (("df", df),), library_version("numpy"))
    return EffectTest(statistic, len(part), denominator, p_value, scale, effects.n, used, warnings)


def compute_contrast(
    model: Fitted,
    vector: Floats,
    *,
    df: DegreesMethod = "kenward-roger",
    level: float = 0.95,
    label: str = "",
) -> Contrast:
    """Estimate a linear function of the coefficients, with its limits and t test.

    Parameters
    ----------
    model
        A mixed model or a model for repeated measures.
    vector
        Shape (p,). Weights of the coefficients.
    df
        Degrees of freedom; Kenward-Roger also gives the standard error.
    level
        Coverage of the two-sided limits, between 0 and 1.
    label
        What it is called in print.

    Raises
    ------
    ValueError
        A vector of another length, a level outside 0 to 1, Kenward-Roger without REML.
    """
    refuse_level(level)
    found = compute_estimates(model, vector[None, :], df=df)
    estimate, error = float(found.estimate[0]), float(found.std_error[0])
    m, t = float(found.df[0]), float(found.t[0])
    half = t_quantile(level, m) * error
    warnings = () if found.estimable[0] else ("not estimable: the data do not determine it",)
    if not warnings and np.isnan(error):
        warnings = ("not estimable: the model has no standard errors",)
    used = Method(f"t, {_NAMES[df]}", (("df", df), ("level", level)), library_version("numpy"))
    return Contrast(
        label, estimate, error, m, t, t_tails(t, m), estimate - half, estimate + half, level,
        model.effects.n, used, warnings,
    )  # fmt: skip


def compute_estimates(model: Fitted, contrasts: Floats, *, df: DegreesMethod) -> Estimates:
    """Estimate many linear functions, shape (q, p), one by one.

    Raises
    ------
    ValueError
        As `compute_effects_test`.
    """
    effects = model.effects
    rows = _rows(effects, contrasts, df)
    adjusted, known = _matrices(effects, df)
    variance = np.einsum("qi,ij,qj->q", rows, effects.covariance, rows)
    with np.errstate(invalid="ignore"):
        error = np.sqrt(np.einsum("qi,ij,qj->q", rows, adjusted, rows))
    m = (
        np.full(len(rows), float(effects.residual_df))
        if df == "residual"
        else _satterthwaite(rows, variance, effects.slopes, known)
    )
    estimable = np.array([len(estimable_part(effects, row[None, :])) == 1 for row in rows], bool)
    hidden = np.where(estimable, 1.0, np.nan)
    estimate = rows @ np.nan_to_num(effects.estimate)
    return Estimates(estimate * hidden, error * hidden, m * hidden, estimable)


def refuse_degrees(df: str) -> None:
    """Refuse degrees of freedom that are not known."""
    if df not in _NAMES:
        msg = f"there is no df {df!r}; choose one of {', '.join(_NAMES)}"
        raise ValueError(msg)


def refuse_level(level: float) -> None:
    """Refuse a level that is not between 0 and 1."""
    if not 0 < level < 1:
        msg = f"level is {level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)


def t_tails(t: float, df: float) -> float:
    """Two-sided p-value; NaN where there are no degrees of freedom."""
    return _f_tail(t * t, 1, df)


def t_quantile(level: float, df: float) -> float:
    """Half width of a two-sided interval in standard errors."""
    if np.isnan(df) or df <= 0:
        return nan
    if df == inf:
        return float(-special.ndtri((1 - level) / 2))
    return float(-special.stdtrit(df, (1 - level) / 2))


def _f_tail(f: float, q: int, m: float) -> float:
    if np.isnan(f) or np.isnan(m) or m <= 0 or q == 0 or f < 0:
        return nan
    if m == inf:
        return float(special.chdtrc(q, q * f))
    return float(special.betainc(m / 2, q / 2, m / (m + q * f)))


def _rows(effects: FixedEffects, contrasts: Floats, df: DegreesMethod) -> Floats:
    refuse_degrees(df)
    p = len(effects.names)
    if contrasts.ndim != 2 or contrasts.shape[1] != p or not np.isfinite(contrasts).all():
        msg = f"contrasts have shape {contrasts.shape}; expected (q, {p}), finite weights"
        raise ValueError(msg)
    lacking = np.isnan(_matrices(effects, df)[0]).any() and not np.isnan(effects.covariance).any()
    if lacking:
        raise ValueError(_NO_ADJUSTED)
    return contrasts.astype(np.float64)


def _test_warnings(
    effects: FixedEffects, rows: Floats, part: Floats, denominator: float, scale: float
) -> Iterator[str]:
    """Say why a test lacks rows, or numbers."""
    asked = int(np.linalg.matrix_rank(rows)) if rows.size else 0
    if not asked:
        yield "not estimable: there is nothing to compare"
    elif np.isnan(effects.covariance).any():
        yield "not estimable: the model has no standard errors"
    elif len(part) < asked:
        yield f"{asked} contrasts, of which the data can estimate {len(part)}"
    if denominator <= 0 or scale < 0:
        yield (
            f"not estimable: Kenward and Roger's approximation fails, with {denominator:.3g} "
            f"denominator degrees of freedom and a scale of {scale:.3g}; choose satterthwaite"
        )


def _matrices(effects: FixedEffects, df: DegreesMethod) -> tuple[Floats, Floats]:
    """Covariance of the coefficients and of the variance parameters that a method goes by."""
    if df == "kenward-roger":
        return effects.adjusted, effects.expected
    if df == "kenward-roger-observed":
        return effects.adjusted_observed, effects.observed
    return effects.covariance, effects.observed


def _independent_rows(rows: Floats) -> Floats:
    """Rows as they are where none follows from the others, else an orthonormal basis of them."""
    if not len(rows) or np.linalg.matrix_rank(rows) == len(rows):
        return rows
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    return basis[sizes > _NULL * sizes[0]] if sizes[0] else basis[:0]


def _satterthwaite(rows: Floats, variance: Floats, slopes: Floats, known: Floats) -> Floats:
    """Degrees of freedom of each row: 2 v² over the variance of v."""
    gradient = np.einsum("qi,rij,qj->qr", rows, slopes, rows)
    spread = np.einsum("qr,rs,qs->q", gradient, known, gradient)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * variance**2 / spread


def _wald(effects: FixedEffects, rows: Floats, covariance: Floats) -> float:
    """F statistic without any scaling."""
    difference = rows @ np.nan_to_num(effects.estimate)
    return float(difference @ np.linalg.solve(rows @ covariance @ rows.T, difference)) / len(rows)


def _residual_test(
    effects: FixedEffects, rows: Floats, _: DegreesMethod
) -> tuple[float, float, float]:
    return _wald(effects, rows, effects.covariance), float(effects.residual_df), 1.0


def _satterthwaite_test(
    effects: FixedEffects, rows: Floats, _: DegreesMethod
) -> tuple[float, float, float]:
    """Fai and Cornelius: independent t statistics, whose squares have mean m / (m - 2)."""
    variance, vectors = np.linalg.eigh(rows @ effects.covariance @ rows.T)
    independent = vectors.T @ rows
    m = _satterthwaite(independent, variance, effects.slopes, effects.observed)
    statistic = _wald(effects, rows, effects.covariance)
    if np.ptp(m) < 1e-8:
        return statistic, float(m.mean()), 1.0
    if (m <= 2).any():
        return statistic, 2.0, 1.0
    mean = float((m / (m - 2)).sum())
    return statistic, 2 * mean / (mean - len(m)), 1.0


def _kenward_roger_test(
    effects: FixedEffects, rows: Floats, df: DegreesMethod
) -> tuple[float, float, float]:
    """Moments of the Wald statistic matched to those of a scaled F [1]_, section 3."""
    q = len(rows)
    share = np.linalg.solve(
        rows @ effects.covariance @ rows.T, rows @ effects.slopes @ rows.T
    )  # Θ Φ P Φ of each variance parameter, in the rows' own space
    traces = np.trace(share, axis1=1, axis2=2)
    adjusted, known = _matrices(effects, df)
    a1 = float(traces @ known @ traces)
    a2 = float(np.einsum("rs,rij,sji->", known, share, share))
    statistic = _wald(effects, rows, adjusted)
    if a2 <= 0:
        return statistic, inf, 1.0
    denominator, scale = _matched(q, a1, a2)
    return scale * statistic, denominator, scale


def _matched(q: int, a1: float, a2: float) -> tuple[float, float]:
    """Denominator degrees of freedom and scale, [1]_ page 987.

    There E = q / (q - a2) and m - 2 are divided by; both become 0 at m = 2, exact F tests among
    them. With r = (1 - a2 / q) / v1, which is 1 for exact tests, 2 v0 + q v2 = (q + 2) v1 takes
    the zero out.
    """
    if q == 1:
        return 2 / a1, 1.0
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    below = 3 * q + 2 * (1 - g)
    c1, c2, c3 = g / below, (q - g) / below, (q + 2 - g) / below
    v0, v1, v2, e = 1 + c1 * b, 1 - c2 * b, 1 - c3 * b, 1 - a2 / q
    if abs(e - v1) < _EXACT or max(abs(e), abs(v1)) < _ZERO:
        m = 4 + (q + 2) * v2 / (v0 - v2)
        return m, m * (v0 - v2) / (q + 2)
    r = np.float64(e) / v1
    with np.errstate(divide="ignore", invalid="ignore"):
        m = 4 + (q + 2) * v2 / (r * r * v0 - v2)
        return float(m), float(m * e * (r * r * v0 - v2) / (2 * r * r * v0 + q * v2))


_TESTS = {
    "kenward-roger": _kenward_roger_test,
    "kenward-roger-observed": _kenward_roger_test,
    "satterthwaite": _satterthwaite_test,
    "residual": _residual_test,
}
