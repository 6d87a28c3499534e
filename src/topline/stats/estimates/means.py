r"""Means compared: t intervals, t tests and one-way analysis of variance.

mean
    Student's t on n - 1 degrees of freedom; of paired differences, the paired t test.
difference of two means
    Welch's [1]_, which lets the variances differ, unless `equal_variances` asks for Student's.
several means
    Welch's F [2]_, or the classical F where `equal_variances`.

Edges: one value has no limits; a group with fewer than two values cannot be compared by Welch's
methods, nor by the others unless another group has a variance. Where no value differs from its
group's mean (up to rounding, judged as R's ``t.test`` does), limits and tests are not estimable: a
standard error of 0 is not a measure of certainty. Each comes with a warning.

References
----------
.. [1] Welch BL (1947). The generalization of "Student's" problem when several different population
   variances are involved. Biometrika 34(1-2): 28-35.
.. [2] Welch BL (1951). On the comparison of several mean values: an alternative approach.
   Biometrika 38(3-4): 330-336.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.ranks.ranking import (
    Counts,
    Floats,
    Labels,
    group_codes,
    refuse_options,
    refuse_values,
)

_NAN = float("nan")
_CONSTANT = 10 * np.finfo(np.float64).eps  # R's bound for "data are essentially constant"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean in the unit of the values, and its test against a fixed one."""

    estimate: float
    lower: float
    upper: float
    level: float
    standard_error: float
    null: float
    statistic: float
    """t."""
    df: int
    p_value: float
    """Two-sided, against `null`."""
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """Difference of two means, in the unit of the values."""

    estimate: float
    """Mean of the values less that of the reference."""
    lower: float
    upper: float
    level: float
    standard_error: float
    statistic: float
    """t."""
    df: float
    p_value: float
    """Two-sided."""
    n: int
    n_reference: int
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anova:
    """One-way analysis of variance."""

    statistic: float
    """F."""
    df: int
    """Degrees of freedom between groups."""
    df_within: float
    p_value: float
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


def compute_mean(values: Floats, *, null: float = 0.0, level: float = 0.95) -> Mean:
    """Estimate a mean.

    Parameters
    ----------
    values
        Shape (n,), any one unit, none missing.
    null
        Mean that the test is against.
    level
        Coverage of the two-sided interval, between 0 and 1.

    Raises
    ------
    ValueError
        Values missing or infinite, or a level outside 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> change = compute_mean(np.array([1.0, -2.0, 3.0, 6.0]))
    >>> round(change.estimate, 2), round(change.lower, 2), round(change.upper, 2)
    (2.0, -3.36, 7.36)
    """
    refuse_values("values", values)
    refuse_options(level)
    n = len(values)
    mean = float(values.mean()) if n else _NAN
    error = sqrt(float(values.var(ddof=1)) / n) if n > 1 else _NAN
    doubts = ()
    if n < 2:
        doubts = (f"limits not estimable: {n} value{'s' * (n != 1)}",)
    elif error <= _CONSTANT * abs(mean):
        error, doubts = _NAN, ("limits not estimable: all values are equal",)
    lower, upper = _limits(mean, error, n - 1, level)
    statistic = (mean - null) / error
    return Mean(
        estimate=mean,
        lower=lower,
        upper=upper,
        level=level,
        standard_error=error,
        null=null,
        statistic=statistic,
        df=max(n - 1, 0),
        p_value=_two_sided(statistic, n - 1),
        n=n,
        method=Method("t interval", (("null", null), ("level", level)), library_version("scipy")),
        warnings=doubts,
    )


def compute_mean_difference(
    values: Floats, reference: Floats, *, equal_variances: bool = False, level: float = 0.95
) -> MeanDifference:
    """Compare two means.

    Parameters
    ----------
    values, reference
        Shapes (n,) and (m,), in one unit, none missing.
    equal_variances
        Whether the variances are taken to be equal (Student) or not (Welch).
    level
        Coverage of the two-sided interval, between 0 and 1.

    Raises
    ------
    ValueError
        Values missing or infinite, or a level outside 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_mean_difference(np.array([5.0, 7.0, 9.0]), np.array([1.0, 2.0, 3.0, 6.0]))
    >>> test.estimate, round(test.statistic, 3), round(test.df, 3), round(test.p_value, 3)
    (4.0, 2.53, 4.655, 0.056)
    """
    refuse_values("values", values)
    refuse_values("reference", reference)
    refuse_options(level)
    n, m = len(values), len(reference)
    least, total = (1, 3) if equal_variances else (2, 4)
    difference, error, df, doubts = _NAN, _NAN, _NAN, ()
    if n and m:
        difference = float(values.mean() - reference.mean())
    if min(n, m) < least or n + m < total:
        doubts = (f"not estimable: {n} and {m} values",)
    else:
        error, df = _standard_error(values, reference, equal_variances=equal_variances)
        if error <= _CONSTANT * max(abs(values.mean()), abs(reference.mean())):
            error, doubts = _NAN, ("not estimable: no values differ within the groups",)
    lower, upper = _limits(difference, error, df, level)
    name = "Student's t test" if equal_variances else "Welch's t test"
    return MeanDifference(
        estimate=difference,
        lower=lower,
        upper=upper,
        level=level,
        standard_error=error,
        statistic=difference / error,
        df=df,
        p_value=_two_sided(difference / error, df),
        n=n,
        n_reference=m,
        method=Method(name, (("level", level),), library_version("scipy")),
        warnings=doubts,
    )


def compute_anova(values: Floats, group: Labels, *, equal_variances: bool = False) -> Anova:
    """Compare the means of two or more groups.

    Parameters
    ----------
    values
        Shape (n,), any one unit, none missing.
    group
        Shape (n,). Label of each value's group, none missing.
    equal_variances
        Whether the variances are taken to be equal (classical F) or not (Welch).

    Raises
    ------
    ValueError
        Values or labels missing, or values infinite.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_anova(
    ...     np.array([1.0, 2.0, 3.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]),
    ...     np.repeat(["A", "B", "C"], 3),
    ...     equal_variances=True,
    ... )
    >>> test.statistic, test.df, test.df_within, round(test.p_value, 3)
    (13.0, 2, 6.0, 0.007)
    """
    refuse_values("values", values)
    names, code = group_codes("group", group, values)
    n, k = len(values), len(names)
    sizes = np.bincount(code, minlength=k)
    means = np.bincount(code, values, k) / sizes
    squares = np.bincount(code, (values - means[code]) ** 2, k)
    constant = np.sqrt(squares / sizes) <= _CONSTANT * np.abs(means)
    f, doubts = _NAN, ()
    df_within = float(n - k) if equal_variances and k > 1 else _NAN
    if k < 2:
        doubts = ("not estimable: fewer than two groups have values",)
    elif n == k or not (equal_variances or sizes.min() > 1):
        doubts = (f"not estimable: groups of {', '.join(map(str, sizes))} values",)
    elif constant.all() or not (equal_variances or not constant.any()):
        doubts = ("not estimable: no values differ within a group",)
    elif equal_variances:
        between = float((sizes * (means - values.mean()) ** 2).sum())
        f = between / (k - 1) / (float(squares.sum()) / df_within)
    else:
        f, df_within = _welch(sizes, means, squares / (sizes - 1))
    name = "One-way analysis of variance" if equal_variances else "Welch's analysis of variance"
    return Anova(
        statistic=f,
        df=max(k - 1, 0),
        df_within=df_within,
        p_value=float(special.fdtrc(k - 1, df_within, f)) if k > 1 else _NAN,
        n=n,
        method=Method(name, (), library_version("scipy")),
        warnings=doubts,
    )


def _standard_error(
    values: Floats, reference: Floats, *, equal_variances: bool
) -> tuple[float, float]:
    """Give the standard error of the difference of two means, and its degrees of freedom."""
    n, m = len(values), len(reference)
    if equal_variances:
        squares = n * float(values.var()) + m * float(reference.var())
        return sqrt(squares / (n + m - 2) * (1 / n + 1 / m)), n + m - 2
    one, other = float(values.var(ddof=1)) / n, float(reference.var(ddof=1)) / m
    if one + other == 0:
        return 0.0, _NAN
    return sqrt(one + other), (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (m - 1))


def _welch(sizes: Counts, means: Floats, variances: Floats) -> tuple[float, float]:
    """F and the degrees of freedom below it."""
    k = len(sizes)
    weights = sizes / variances
    share = weights / weights.sum()
    centre = float((share * means).sum())
    doubt = float(((1 - share) ** 2 / (sizes - 1)).sum()) / (k * k - 1)
    f = float((weights * (means - centre) ** 2).sum()) / ((k - 1) * (1 + 2 * (k - 2) * doubt))
    return f, 1 / (3 * doubt)


def _limits(estimate: float, error: float, df: float, level: float) -> tuple[float, float]:
    reach = float(special.stdtrit(df, (1 + level) / 2)) * error if df > 0 else _NAN
    return estimate - reach, estimate + reach


def _two_sided(t: float, df: float) -> float:
    return 2 * float(special.stdtr(df, -abs(t))) if df > 0 else _NAN
