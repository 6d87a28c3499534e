r"""Intraclass correlation: how much of the variation of a measurement lies between the subjects.

Each of $n$ subjects is measured by $k$ raters. The analysis of variance gives the mean squares
between subjects ($B$), within subjects ($W$), between raters ($J$) and the rest ($E$). Six forms
[1]_ answer six questions:

======== ========================================================= ============================
Form     Raters                                                    Estimate
======== ========================================================= ============================
ICC(1,1) others for each subject                                   (B - W) / (B + (k - 1) W)
ICC(2,1) the same, a sample of all raters (absolute agreement)     (B - E) / (B + (k - 1) E +
                                                                   k (J - E) / n)
ICC(3,1) the same, no others of interest (consistency)             (B - E) / (B + (k - 1) E)
ICC(1,k) as ICC(1,1), of the mean of the k ratings                 (B - W) / B
ICC(2,k) as ICC(2,1), of the mean of the k ratings                 (B - E) / (B + (J - E) / n)
ICC(3,k) as ICC(3,1), of the mean of the k ratings                 (B - E) / B
======== ========================================================= ============================

Limits are exact for the first and third forms; those of the second use Satterthwaite's degrees of
freedom [1]_ [2]_. The F test is of no variation between subjects, B / W or B / E. A negative
estimate is left as it is: subjects differ less than the ratings of one subject. Where a single
rating's number is -1 / (k - 1) or less, that of the mean is minus infinite; the formula, taken
further, would give limits above 1 there, as R's psych does.

One subject, or ratings that are all the same, give no estimate and a warning. Ratings without any
error, E (or W) = 0, give F infinite and, but for raters apart by a constant, limits of no width.

References
----------
.. [1] Shrout PE, Fleiss JL (1979). Intraclass correlations: uses in assessing rater reliability.
   Psychological Bulletin 86(2): 420-428.
.. [2] McGraw KO, Wong SP (1996). Forming inferences about some intraclass correlation coefficients.
   Psychological Methods 1(1): 30-46.
"""

from dataclasses import dataclass
from math import inf, isinf, nan
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.agreement.ratings import refuse_level
from topline.stats.method import Method, library_version

IntraclassForm = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
Floats = NDArray[np.float64]

_ROUNDING = 1e-20  # share of a sum of squares that should be 0
_NO_MEAN = 1e-14  # below it the reliability of a mean is minus infinite


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """Reliability of measurements; NaN where not estimable."""

    form: IntraclassForm
    estimate: float
    lower: float
    upper: float
    level: float
    f: float
    """Of no variation between subjects."""
    df1: int
    df2: int
    p_value: float
    """One-sided, as of any F."""
    n: int
    """Subjects."""
    raters: int
    method: Method
    warnings: tuple[str, ...] = ()


def compute_icc(
    ratings: Floats, *, form: IntraclassForm = "ICC(2,1)", level: float = 0.95
) -> IntraclassCorrelation:
    """Estimate an intraclass correlation.

    Parameters
    ----------
    ratings
        Shape (subjects, raters), any unit, none missing.
    form
        Which of the six, in the notation of Shrout and Fleiss; the module says what each is.
    level
        Coverage of the two-sided limits.

    Raises
    ------
    ValueError
        Ratings of another shape, by fewer than two raters, missing or infinite; a form that does
        not exist; a level outside 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> ratings = np.array([[9.0, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6]])
    >>> icc = compute_icc(ratings, form="ICC(3,1)")
    >>> round(icc.estimate, 3), round(icc.lower, 3), round(icc.upper, 3)
    (0.637, 0.127, 0.966)
    """
    _refuse(ratings, form)
    refuse_level(level)
    n, k = ratings.shape
    squares = _MeanSquares.of(ratings)
    error, df2 = (
        (squares.within, n * (k - 1)) if form[4] == "1" else (squares.rest, (n - 1) * (k - 1))
    )
    numbers, f, p_value = (nan, nan, nan), nan, nan
    if squares.between > 0 or error > 0:
        f = squares.between / error if error else inf
        p_value = float(special.fdtrc(float(n - 1), float(df2), f)) if error else 0.0
        tail = (1 - level) / 2
        numbers = _absolute(squares, tail) if form[4] == "2" else _ratio(f, (n - 1, df2), k, tail)
        if form.endswith("k)"):
            numbers = _of_mean(numbers[0], k), _of_mean(numbers[1], k), _of_mean(numbers[2], k)
    estimate, lower, upper = numbers
    return IntraclassCorrelation(
        form=form,
        estimate=estimate,
        lower=lower,
        upper=upper,
        level=level,
        f=f,
        df1=n - 1,
        df2=df2,
        p_value=p_value,
        n=n,
        raters=k,
        method=Method(
            "Intraclass correlation", (("form", form), ("level", level)), library_version("scipy")
        ),
        warnings=_warnings(n, f, numbers),
    )


def _warnings(n: int, f: float, numbers: tuple[float, float, float]) -> tuple[str, ...]:
    if n < 2:
        return (f"not estimable: {'one subject' if n else 'no subjects'}",)
    if np.isnan(f):
        return ("not estimable: all ratings are the same, but for raters apart by a constant",)
    if isinf(numbers[0]):
        return ("minus infinite: the variances of subjects and raters are none or negative",)
    if numbers[1] == numbers[2]:
        why = "no error in any rating" if f else "the subjects' means are all the same"
        return (f"limits have no width: {why}",)
    return ()


def _refuse(ratings: Floats, form: IntraclassForm) -> None:
    if ratings.ndim != 2 or ratings.shape[1] < 2:
        msg = f"ratings have shape {ratings.shape}; expected (subjects, raters), two raters or more"
        raise ValueError(msg)
    wrong = int((~np.isfinite(ratings)).any(axis=1).sum())
    if wrong:
        msg = f"{wrong} of {len(ratings)} subjects have a rating that is missing; leave them out"
        raise ValueError(msg)
    if form not in get_args(IntraclassForm):
        msg = f"there is no form {form!r}; choose one of {', '.join(get_args(IntraclassForm))}"
        raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    """Of the analysis of variance by subject and rater."""

    n: int
    k: int
    between: float
    raters: float
    rest: float
    within: float

    @classmethod
    def of(cls, ratings: Floats) -> "_MeanSquares":
        n, k = ratings.shape
        if n < 2:
            return cls(n, k, nan, nan, nan, nan)
        x = ratings - ratings[0, 0]  # equal ratings are exactly 0
        x = x - x.mean()
        subject, rater = x.mean(1), x.mean(0)
        total = float((x**2).sum())
        parts = (
            k * float((subject**2).sum()),
            n * float((rater**2).sum()),
            float(((x - subject[:, None] - rater) ** 2).sum()),
        )
        between, raters, rest = (part if part > _ROUNDING * total else 0.0 for part in parts)
        return cls(
            n,
            k,
            between / (n - 1),
            raters / (k - 1),
            rest / ((n - 1) * (k - 1)),
            (raters + rest) / (n * (k - 1)),
        )


def _ratio(f: float, df: tuple[int, int], k: int, tail: float) -> tuple[float, float, float]:
    """Single ratings from F alone: (F - 1) / (F + k - 1), and with the limits of F."""
    if isinf(f):
        return 1.0, 1.0, 1.0
    df1, df2 = df
    low, high = f / _f_quantile(df1, df2, tail), f * _f_quantile(df2, df1, tail)
    estimate, lower, upper = ((x - 1) / (x + k - 1) for x in (f, low, high))
    return estimate, lower, upper


def _absolute(squares: _MeanSquares, tail: float) -> tuple[float, float, float]:
    """Absolute agreement of single ratings; Shrout and Fleiss 1979, p. 424."""
    n, k, b, j, e = squares.n, squares.k, squares.between, squares.raters, squares.rest
    rho = (b - e) / (b + (k - 1) * e + k * (j - e) / n)
    if j == e == 0:
        return 1.0, 1.0, 1.0
    other = (n * (1 + (k - 1) * rho) - k * rho) * e
    df = (k - 1) * (n - 1) * (k * rho * j + other) ** 2
    df /= (n - 1) * (k * rho * j) ** 2 + other**2
    low, high = _f_quantile(n - 1, df, tail), _f_quantile(df, n - 1, tail)
    spread = k * j + (k * n - k - n) * e
    return (
        rho,
        n * (b - low * e) / (low * spread + n * b),
        n * (high * b - e) / (spread + n * high * b),
    )


def _of_mean(single: float, k: int) -> float:
    """Spearman and Brown's step from one rating to the mean of k."""
    below = 1 + (k - 1) * single
    return k * single / below if below > _NO_MEAN else -inf


def _f_quantile(df1: float, df2: float, tail: float) -> float:
    """Value that F exceeds with a probability."""
    x = float(special.betaincinv(df2 / 2, df1 / 2, tail))
    return df2 * (1 - x) / (df1 * x)
