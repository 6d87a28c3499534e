r"""Cox regression of times in whole days, with what R's ``summary(coxph(...))`` tells.

- Ties are Efron's [1]_ unless Breslow's are asked for [2]_; equal days of a stratum are ties.
- Subjects with a missing covariate are left out; a warning counts the complete cases.
- Without an event nothing can be estimated. Neither can the coefficient of a covariate that does
  not vary among those at risk together, or that the covariates before it determine: it is NaN and
  counts no degree of freedom; the others are those of the model without it.
- Where the likelihood has no maximum a coefficient is infinite, the hazard ratio 0 or infinity, and
  a warning says so (`monotone_likelihood` says how this is decided). Wald's limits and tests do not
  exist there, nor does Wald's test of the whole model. With ``limits="profile"`` there is one
  limit, and a p-value. A coefficient that may be infinite either way is NaN. Log-likelihood, AIC,
  likelihood ratio, and the coefficients that stay finite are the bounds that they tend to.
- Firth's penalty (`firth`) keeps every coefficient finite; limits and p-values are then by profile
  and likelihood ratio unless Wald's are asked for. The likelihood is then the penalised one; it has
  neither AIC nor a score test.
- Robust standard errors are by the infinitesimal jackknife [3]_, over clusters where they are
  given; Wald's tests and the concordance use them, the tests of likelihood ratio and score take
  subjects to be independent.
- Concordance is Harrell's C with its standard error (`harrells_c`); predictions that differ by less
  than 1e-12 are equal.
- What cannot be computed in double precision, such as a limit where hazards differ by hundreds of
  orders of magnitude, is NaN, and a warning says what.

References
----------
.. [1] Efron B (1977). The efficiency of Cox's likelihood function for censored data. Journal of the
   American Statistical Association 72(359): 557-565.
.. [2] Breslow N (1974). Covariance analysis of censored survival data. Biometrics 30(1): 89-99.
.. [3] Lin DY, Wei LJ (1989). The robust inference for the Cox proportional hazards model. Journal
   of the American Statistical Association 84(408): 1074-1078.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import get_args

import numpy as np
from scipy import special

from topline.stats.cox.data import CoxData, Labels, complete_cases, left_out
from topline.stats.cox.inference import (
    Choices,
    Limits,
    fit_penalised,
    fit_plain,
    nothing_fitted,
)
from topline.stats.cox.maximum import Ties
from topline.stats.cox.terms import CoxTerm
from topline.stats.method import Method, Option, library_version
from topline.stats.survival.kaplan_meier import Days, Flags, Floats


@dataclass(frozen=True, slots=True)
class CoxTest:
    """A test of several coefficients at once; NaN where it does not exist."""

    statistic: float
    """Chi-square."""
    df: int
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class Cox:
    """A fitted model."""

    terms: tuple[CoxTerm, ...]
    """In the order of the covariates."""
    log_likelihood: float
    null_log_likelihood: float
    """With all coefficients 0."""
    likelihood_ratio: CoxTest
    """Of all coefficients, as the next two."""
    wald: CoxTest
    score: CoxTest
    aic: float
    concordance: float
    concordance_std_error: float
    n: int
    """Complete cases."""
    n_missing: int
    """Subjects left out for a missing covariate."""
    events: int
    iterations: int
    covariance: Floats
    """Shape (p, p). Of the coefficients, robust if asked for; NaN for those that are not finite."""
    level: float
    method: Method
    warnings: tuple[str, ...] = ()

    @property
    def df(self) -> int:
        """Coefficients estimated."""
        return self.likelihood_ratio.df


def compute_cox(  # noqa: PLR0913 - the data and one option a choice
    time_days: Days,
    event: Flags,
    covariates: Floats,
    names: Sequence[str],
    *,
    stratum: Labels | None = None,
    ties: Ties = "efron",
    robust: bool = False,
    cluster: Labels | None = None,
    firth: bool = False,
    limits: Limits | None = None,
    level: float = 0.95,
    concordance: bool = True,
) -> Cox:
    """Regress the hazard on covariates.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring, at least 0. Equal days are ties.
    event
        Shape (n,). True where the event was seen, False where the subject was censored.
    covariates
        Shape (n, p). Numbers; NaN leaves the subject out. p may be 0.
    names
        p different names.
    stratum
        Shape (n,). Label of each subject's stratum, which has a baseline hazard of its own.
    ties
        Approximation for events of one day.
    robust
        Whether standard errors are to hold if the model does not.
    cluster
        Shape (n,). Label of those who belong together; makes standard errors robust.
    firth
        Whether to penalise the likelihood.
    limits
        "wald" or "profile", for the p-values of terms, too; None: profile with Firth's penalty,
        else Wald.
    level
        Coverage of the two-sided limits.
    concordance
        Whether to compute it: of a million subjects it takes most of the time. NaN if not.

    Raises
    ------
    ValueError
        Arrays that do not fit, times that are not whole days, infinite covariates, a missing label,
        a level outside 0 to 1, an option that does not exist, or robust standard errors with
        Firth's penalty or profile limits, which they have no part in.

    Examples
    --------
    >>> import numpy as np
    >>> cox = compute_cox(
    ...     np.array([6, 9, 11, 13, 18, 20]),
    ...     np.array([True, True, True, False, True, False]),
    ...     np.array([[1.0], [0], [1], [0], [1], [0]]),
    ...     ["ECOG"],
    ... )
    >>> round(cox.terms[0].hazard_ratio, 2), round(cox.likelihood_ratio.p_value, 2)
    (3.35, 0.26)
    """
    robust = robust or cluster is not None
    limits = limits or ("profile" if firth else "wald")
    choices = Choices(ties, robust, firth, limits, level, concordance)
    _refuse(choices)
    data = complete_cases(time_days, event, covariates, names, stratum, cluster)
    if not data.event.any():
        fit = nothing_fitted(data)
    else:
        fit = fit_penalised(data, choices) if firth else fit_plain(data, choices)
    return Cox(
        terms=fit.terms,
        log_likelihood=fit.log_likelihood,
        null_log_likelihood=fit.null_log_likelihood,
        likelihood_ratio=_test(2 * (fit.log_likelihood - fit.null_log_likelihood), fit.df),
        wald=_test(*fit.wald),
        score=_test(fit.score, fit.df),
        aic=float("nan") if firth else 2 * fit.df - 2 * fit.log_likelihood,
        concordance=fit.concordance[0],
        concordance_std_error=fit.concordance[1],
        n=len(data.time_days),
        n_missing=data.n_missing,
        events=int(data.event.sum()),
        iterations=fit.iterations,
        covariance=fit.covariance,
        level=level,
        method=_method(data, choices),
        warnings=left_out(data) + fit.warnings,
    )


def compare(smaller: Cox, larger: Cox) -> CoxTest:
    """Test by likelihood ratio what a model has more than one nested in it.

    Parameters
    ----------
    smaller, larger
        Fitted to the same subjects; the larger has all terms of the smaller.

    Raises
    ------
    ValueError
        Models that are not nested, of other subjects or fitted in another way, or with Firth's
        penalty, which is another one in each model.

    Examples
    --------
    >>> import numpy as np
    >>> time, event = np.array([6, 9, 11, 13, 18, 20]), np.array([1, 1, 1, 0, 1, 0]) == 1
    >>> x = np.array([[1.0, 3], [0, 1], [1, 2], [0, 1], [1, 0], [0, 2]])
    >>> one = compute_cox(time, event, x[:, :1], ["ECOG"])
    >>> test = compare(one, compute_cox(time, event, x, ["ECOG", "AGE"]))
    >>> test.df, round(test.p_value, 2)
    (1, 0.34)
    """
    extra = {term.name for term in smaller.terms} - {term.name for term in larger.terms}
    if extra:
        msg = f"the larger model lacks {', '.join(sorted(extra))}; only nested models compare"
        raise ValueError(msg)
    ours = smaller.n, smaller.events, smaller.null_log_likelihood
    theirs = larger.n, larger.events, larger.null_log_likelihood
    if ours[:2] != theirs[:2] or not np.isclose(ours[2], theirs[2], rtol=1e-9):
        msg = (
            f"the models have {smaller.n} and {larger.n} subjects, {smaller.events} and "
            f"{larger.events} events; fit both to the same subjects, strata and ties"
        )
        raise ValueError(msg)
    if "Firth" in smaller.method.name or "Firth" in larger.method.name:
        msg = "penalised likelihoods of two models do not compare; fit both without firth"
        raise ValueError(msg)
    return _test(2 * (larger.log_likelihood - smaller.log_likelihood), larger.df - smaller.df)


def _test(statistic: float, df: int) -> CoxTest:
    if df <= 0:
        return CoxTest(float("nan"), 0, float("nan"))
    statistic = max(0.0, statistic) if not isnan(statistic) else statistic
    return CoxTest(statistic, df, float(special.chdtrc(df, statistic)))


def _method(data: CoxData, choices: Choices) -> Method:
    options: list[tuple[str, Option]] = [
        ("ties", choices.ties), ("limits", choices.limits), ("level", choices.level)
    ]  # fmt: skip
    if data.stratum is not None:
        options.append(("strata", len(np.unique(data.stratum))))
    if choices.robust:
        of = "subjects" if data.cluster is None else "clusters"
        options.append(("robust", f"infinitesimal jackknife over {of}"))
    if choices.firth:
        return Method(
            "Cox regression with Firth's penalty", tuple(options), library_version("numpy")
        )
    return Method("Cox regression", tuple(options), library_version("survival"))


def _refuse(choices: Choices) -> None:
    if not 0 < choices.level < 1:
        msg = f"level is {choices.level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)
    for name, value, kind in (("ties", choices.ties, Ties), ("limits", choices.limits, Limits)):
        if value not in get_args(kind):
            msg = f"there are no {name} {value!r}; choose one of {', '.join(get_args(kind))}"
            raise ValueError(msg)
    if choices.robust and (choices.firth or choices.limits == "profile"):
        partner = "Firth's penalty" if choices.firth else "profile limits"
        msg = f"robust standard errors have no part in {partner}; choose one of the two"
        raise ValueError(msg)
