r"""Estimated (least-squares) means of a model's factors, and their differences.

A mean is the model's prediction for levels of some factors, averaged with equal weights over the
levels of the others and at the mean of each covariate over the rows used [1]_, as R's ``emmeans``
gives it. Differences of pairs are the first less the second, or each level less a reference.

Adjustment of p-values and limits in a family, which is the differences within one level of the
`within` factors:

none
    Each difference by itself.
bonferroni
    p-values times the number of differences, limits at 1 - (1 - level) / number.
holm
    Step-down p-values [2]_; limits are Bonferroni's, as Holm's method has no simple ones.
tukey
    The studentized range of all the levels, each difference with its own degrees of freedom
    (Tukey-Kramer) [3]_. For all pairs only.

What the data cannot estimate is NaN and does not count in its family.

References
----------
.. [1] Searle SR, Speed FM, Milliken GA (1980). Population marginal means in the linear model: an
   alternative to least squares means. The American Statistician 34(4): 216-221.
.. [2] Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
   of Statistics 6(2): 65-70.
.. [3] Kramer CY (1956). Extension of multiple range tests to group means with unequal numbers of
   replications. Biometrics 12(3): 307-310.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import Literal

import numpy as np

from topline.stats.estimates.multiplicity import adjust_p_values
from topline.stats.method import Method, library_version
from topline.stats.mixed.denominator_degrees import (
    DegreesMethod,
    Estimates,
    compute_estimates,
    refuse_degrees,
    refuse_level,
    t_quantile,
    t_tails,
)
from topline.stats.mixed.factor_model import FactorModel, FittedModel
from topline.stats.mixed.factor_terms import Factor, Layout, Term
from topline.stats.mixed.studentized_range import compute_range_quantile, compute_range_tail

Adjustment = Literal["none", "bonferroni", "holm", "tukey"]

_ADJUSTMENTS = {
    "none": "unadjusted",
    "bonferroni": "Bonferroni",
    "holm": "Holm",
    "tukey": "Tukey-Kramer",
}


@dataclass(frozen=True, slots=True)
class EstimatedMean:
    """Mean of one combination of levels."""

    levels: Mapping[str, str]
    """Level by factor."""
    estimate: float
    std_error: float
    df: float
    lower: float
    upper: float
    level: float
    n: int
    """Rows used that have these levels."""
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference of the means of two levels of a factor."""

    first: str
    second: str
    """The level taken away."""
    within: Mapping[str, str]
    """Level of each factor held fixed."""
    estimate: float
    std_error: float
    df: float
    t: float
    p_value: float
    """Two-sided, adjusted."""
    unadjusted_p_value: float
    lower: float
    """Adjusted."""
    upper: float
    level: float
    n: int
    """Rows used that have one of the two levels."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_estimated_means(
    fitted: FactorModel[FittedModel],
    factors: Sequence[str],
    *,
    at: Mapping[str, float] | None = None,
    df: DegreesMethod | None = None,
    level: float = 0.95,
) -> tuple[EstimatedMean, ...]:
    """Estimate the mean of each combination of levels of some factors.

    Parameters
    ----------
    fitted
        A model with factors.
    factors
        Names of one or more of them.
    at
        Values of covariates; those not named are at their mean.
    df
        Degrees of freedom; None takes those of the model's tests.
    level
        Coverage of the two-sided limits of each mean by itself, between 0 and 1.

    Returns
    -------
    tuple of EstimatedMean
        By the levels of the factors as they are named, the last one's varying fastest.

    Raises
    ------
    ValueError
        A factor or covariate that the model does not have, or a level outside 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from topline.stats.mixed.factor_model import compute_factor_model
    >>> fitted = compute_factor_model(
    ...     np.array([1.0, 3.0, 2.0, 3.0, 5.0, 8.0]),
    ...     np.repeat(["A", "B", "C"], 2),
    ...     {"visit": np.tile(["C1", "C2"], 3)},
    ... )
    >>> [round(mean.estimate, 3) for mean in compute_estimated_means(fitted, ["visit"])]
    [2.667, 4.667]
    """
    refuse_level(level)
    degrees = df or fitted.df
    refuse_degrees(degrees)
    asked = _asked(fitted.layout, factors)
    rows = fitted.layout.rows(
        {factor.name: np.eye(len(factor.levels)) for factor in asked},
        _covariate_values(fitted.layout, at or {}),
    )
    found = compute_estimates(fitted.model, rows, df=degrees)
    used = Method("Estimated mean", (("df", degrees), ("level", level)), library_version("numpy"))
    places = np.arange(len(rows)).reshape([len(each.levels) for each in asked])
    order = [asked.index(each) for name in factors for each in asked if each.name == name]
    asked, places = [asked[at_] for at_ in order], places.transpose(order).ravel()
    means: list[EstimatedMean] = []
    for place, levels in zip(
        places.tolist(), product(*(range(len(each.levels)) for each in asked)), strict=True
    ):
        estimate, error = float(found.estimate[place]), float(found.std_error[place])
        half = t_quantile(level, float(found.df[place])) * error
        has = [each.code == at_ for each, at_ in zip(asked, levels, strict=True)]
        means.append(
            EstimatedMean(
                levels={e.name: e.levels[at_] for e, at_ in zip(asked, levels, strict=True)},
                estimate=estimate,
                std_error=error,
                df=float(found.df[place]),
                lower=estimate - half,
                upper=estimate + half,
                level=level,
                n=int(np.all(has, axis=0).sum()),
                method=used,
                warnings=not_estimable(found, place),
            )
        )
    return tuple(means)


def compute_differences(  # noqa: PLR0913 - the model and one option a choice
    fitted: FactorModel[FittedModel],
    factor: str,
    *,
    within: Sequence[str] = (),
    reference: str | None = None,
    adjustment: Adjustment = "tukey",
    at: Mapping[str, float] | None = None,
    df: DegreesMethod | None = None,
    level: float = 0.95,
) -> tuple[Difference, ...]:
    """Compare the estimated means of a factor's levels.

    Parameters
    ----------
    fitted
        A model with factors.
    factor
        Whose levels are compared.
    within
        Factors whose levels are held fixed, each combination of them in turn.
    reference
        Level that the others are compared with; None compares all pairs.
    adjustment
        For several differences; the module says what each is.
    at, df, level
        As for `compute_estimated_means`.

    Returns
    -------
    tuple of Difference
        By levels of the `within` factors, then by pairs in the order of their levels.

    Raises
    ------
    ValueError
        A factor, level or covariate that the model does not have; no such adjustment, or Tukey's
        with a reference.
    """
    refuse_level(level)
    degrees, layout = df or fitted.df, fitted.layout
    refuse_degrees(degrees)
    if adjustment not in _ADJUSTMENTS or (reference is not None and adjustment == "tukey"):
        msg = (
            f"adjustment is {adjustment!r}; choose one of {', '.join(_ADJUSTMENTS)}, of which "
            "tukey is for all pairs and not for a reference"
        )
        raise ValueError(msg)
    compared = _asked(layout, (factor,))[0]
    others = _asked(layout, within) if within else []
    pairs = _pairs(compared, reference)
    differ = np.zeros((len(pairs), len(compared.levels)))
    for place, (first, second) in enumerate(pairs):
        differ[place, first], differ[place, second] = 1, -1
    used = Method(
        f"Differences of estimated means, {_ADJUSTMENTS[adjustment]}",
        (("df", degrees), ("adjustment", adjustment), ("level", level)),
        library_version("numpy"),
    )
    found: list[Difference] = []
    for places in product(*(range(len(each.levels)) for each in others)):
        fixed = dict(zip(others, places, strict=True))
        weights = {each.name: np.eye(len(each.levels))[[at_]] for each, at_ in fixed.items()}
        rows = layout.rows({**weights, factor: differ}, _covariate_values(layout, at or {}))
        family = _Family(compared, pairs, fixed, adjustment, level, used)
        found += family.differences(compute_estimates(fitted.model, rows, df=degrees))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """Differences that are adjusted together."""

    factor: Factor
    pairs: list[tuple[int, int]]
    within: Mapping[Factor, int]
    adjustment: Adjustment
    level: float
    method: Method

    def differences(self, found: Estimates) -> list[Difference]:
        """Put estimates into words, with adjusted p-values and limits."""
        alone = [t_tails(t, m) for t, m in zip(found.t, found.df, strict=True)]
        number = int(np.isfinite(alone).sum())
        adjusted = self._p_values(found, alone)
        at_levels = np.ones(len(self.factor.code), np.bool_)
        for each, place in self.within.items():
            at_levels &= each.code == place
        sizes = np.bincount(self.factor.code[at_levels], minlength=len(self.factor.levels))
        made: list[Difference] = []
        for place, (first, second) in enumerate(self.pairs):
            estimate, error = float(found.estimate[place]), float(found.std_error[place])
            df = float(found.df[place])
            half = self._quantile(df, number) * error
            made.append(
                Difference(
                    first=self.factor.levels[first],
                    second=self.factor.levels[second],
                    within={each.name: each.levels[at] for each, at in self.within.items()},
                    estimate=estimate,
                    std_error=error,
                    df=df,
                    t=float(found.t[place]),
                    p_value=adjusted[place],
                    unadjusted_p_value=alone[place],
                    lower=estimate - half,
                    upper=estimate + half,
                    level=self.level,
                    n=int(sizes[first] + sizes[second]),
                    method=self.method,
                    warnings=not_estimable(found, place),
                )
            )
        return made

    def _p_values(self, found: Estimates, alone: list[float]) -> list[float]:
        """Adjust p-values; NaN stays NaN."""
        if self.adjustment != "tukey":
            return adjust_p_values(np.array(alone), self.adjustment).tolist()
        return [
            compute_range_tail(2**0.5 * abs(t), len(self.factor.levels), m)
            for t, m in zip(found.t.tolist(), found.df.tolist(), strict=True)
        ]

    def _quantile(self, df: float, number: int) -> float:
        """Half width of the limits in standard errors."""
        if self.adjustment == "tukey":
            return compute_range_quantile(self.level, len(self.factor.levels), df) / 2**0.5
        share = 1 if self.adjustment == "none" else max(number, 1)
        return t_quantile(1 - (1 - self.level) / share, df)


def not_estimable(found: Estimates, place: int) -> tuple[str, ...]:
    """Say why an estimate is NaN, if it is."""
    if not found.estimable[place]:
        return ("not estimable: the data do not determine it",)
    if np.isnan(found.std_error[place]):
        return ("not estimable: the model has no standard errors",)
    return ()


def _pairs(factor: Factor, reference: str | None) -> list[tuple[int, int]]:
    """Places of the levels compared."""
    if reference is None:
        return list(combinations(range(len(factor.levels)), 2))
    if reference not in factor.levels:
        msg = f"reference is {reference!r}; the levels of {factor.name} are {factor.levels}"
        raise ValueError(msg)
    against = factor.levels.index(reference)
    return [(place, against) for place in range(len(factor.levels)) if place != against]


def _asked(layout: Layout, names: Sequence[str]) -> list[Factor]:
    """Take factors by name, in the model's order."""
    known = [factor.name for factor in layout.factors]
    if not names or len(set(names)) < len(names) or [name for name in names if name not in known]:
        msg = f"factors asked for are {', '.join(names)}; the model's are {', '.join(known)}"
        raise ValueError(msg)
    return [factor for factor in layout.factors if factor.name in names]


def _covariate_values(layout: Layout, at: Mapping[str, float]) -> dict[Term, float]:
    """Multiply each term's covariates, at the values given or else at their means."""
    if unknown := [name for name in at if name not in layout.covariates]:
        msg = f"at names {', '.join(unknown)}; the covariates are {', '.join(layout.covariates)}"
        raise ValueError(msg)
    values = {name: at.get(name, float(x.mean())) for name, x in layout.covariates.items()}
    return {term: prod(values[name] for name in term.covariates) for term in layout.terms}
