r"""Test whether the hazards of a Cox regression stay proportional over time.

A coefficient that changes as $\beta + \gamma g(t)$ breaks proportionality; the test is the score
test of $\gamma = 0$, with the full covariance of $\beta$ and $\gamma$, as R's ``cox.zph`` since
survival 3.0 does it. (Before, and in [1]_, the covariance of the covariates was taken to be the
same on all event days.) Scaled Schoenfeld residuals plus the coefficient, smoothed over $g(t)$,
show how the coefficient moves [1]_.

Time is counted by a transform $g$:

km
    1 less the Kaplan-Meier curve of all subjects just before the day: long times do not dominate.
rank
    Rank of the event day among the event days.
identity, log
    The day, and its logarithm, which a time of 0 has none of.

An infinite coefficient leaves nothing to test, and events on too few days cannot tell time from the
covariates: NaN for all, with a warning. A covariate without a coefficient is left out of the model.

References
----------
.. [1] Grambsch PM, Therneau TM (1994). Proportional hazards tests and diagnostics based on weighted
   residuals. Biometrika 81(3): 515-526.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import special

from topline.stats.cox.data import CoxData, Labels, complete_cases, left_out
from topline.stats.cox.maximum import Maximum, Ties, maximise
from topline.stats.method import Method, library_version
from topline.stats.survival.kaplan_meier import Days, Flags, Floats

TimeTransform = Literal["km", "rank", "identity", "log"]

GLOBAL = "GLOBAL"
_NOTHING = (float("nan"), 0.0)


@dataclass(frozen=True, slots=True)
class ProportionalHazardsTerm:
    """Test of one term, or of all; NaN where it does not exist."""

    name: str
    statistic: float
    """Chi-square."""
    df: int
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class ProportionalHazards:
    """Tests of each term and of all, and residuals to draw."""

    terms: tuple[ProportionalHazardsTerm, ...]
    """In the order of the covariates."""
    overall: ProportionalHazardsTerm
    """Of all terms at once, named "GLOBAL"."""
    event_days: Floats
    """Shape (e,). Day of each event, ascending within strata."""
    transformed: Floats
    """Shape (e,). The same on the scale of the transform."""
    residuals: Floats
    """Shape (e, terms). Scaled Schoenfeld residuals plus the coefficient (of a term of several, of
    their weighted sum). NaN for a term without a coefficient."""
    transform: TimeTransform
    n: int
    """Complete cases."""
    events: int
    method: Method
    warnings: tuple[str, ...] = ()


def compute_proportional_hazards_test(  # noqa: PLR0913 - the data and one option a choice
    time_days: Days,
    event: Flags,
    covariates: Floats,
    names: Sequence[str],
    *,
    terms: Sequence[str] | None = None,
    stratum: Labels | None = None,
    ties: Ties = "efron",
    transform: TimeTransform = "km",
) -> ProportionalHazards:
    """Test proportional hazards, term by term and over all.

    Parameters
    ----------
    time_days, event, covariates, names, stratum, ties
        The regression, as `topline.stats.cox.regression.compute_cox` takes them.
    terms
        p names of the terms that covariates belong to; those of one term, such as the categories of
        one variable, are tested together. None: each covariate by itself.
    transform
        How time is counted.

    Raises
    ------
    ValueError
        What `compute_cox` refuses, other than p names of terms, a transform that does not exist, or
        an event on day 0 under "log".

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_proportional_hazards_test(
    ...     np.array([6, 9, 11, 13, 18, 20, 21, 24]),
    ...     np.array([True, True, True, False, True, False, True, True]),
    ...     np.array([[1.0], [0], [1], [0], [1], [0], [0], [1]]),
    ...     ["ECOG"],
    ... )
    >>> round(test.overall.statistic, 3), test.overall.df, round(test.overall.p_value, 2)
    (0.569, 1, 0.45)
    """
    terms = names if terms is None else terms
    _refuse(transform, terms, names)
    data = complete_cases(time_days, event, covariates, names, stratum)
    if transform == "log" and (data.time_days[data.event] == 0).any():
        msg = "transform is 'log', and there are events on day 0; choose 'km' or 'rank'"
        raise ValueError(msg)
    labels = tuple(dict.fromkeys(terms))
    found = maximise(data, ties) if data.event.any() else None
    tested = _tested(data, found, terms, labels, ties, transform) if found else None
    if tested is None:
        tested = _Tested(np.empty(0), np.empty(0), np.empty((0, len(labels))), {})
    return ProportionalHazards(
        terms=tuple(_term(name, tested.tests.get(name, _NOTHING)) for name in labels),
        overall=_term(GLOBAL, tested.tests.get(GLOBAL, _NOTHING)),
        event_days=tested.event_days,
        transformed=tested.transformed,
        residuals=tested.residuals,
        transform=transform,
        n=len(data.time_days),
        events=int(data.event.sum()),
        method=Method(
            "Score test of proportional hazards",
            (("transform", transform), ("ties", ties)),
            library_version("survival"),
        ),
        warnings=_warnings(data, found, tested),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Tested:
    event_days: Floats
    transformed: Floats
    residuals: Floats
    tests: dict[str, tuple[float, float]]
    """Chi-square and degrees of freedom by term, and of all."""


def _tested(  # noqa: PLR0913, PLR0917 - a model and what is asked of it
    data: CoxData,
    found: Maximum,
    terms: Sequence[str],
    labels: Sequence[str],
    ties: Ties,
    transform: str,
) -> _Tested | None:
    """Test a model with finite coefficients; None where nothing can be tested."""
    from survival._survival import cox_zph, coxph_fit  # a quarter of a second

    if found.monotone is not None or not found.df:
        return None
    fitted = coxph_fit(
        data.time_days,
        data.event,
        data.covariates[:, found.determined],
        strata=data.stratum,
        method=ties,
        init=found.inner.coefficients.tolist(),
        iter_max=0,
    )
    inner = np.array(terms, object)[found.determined]
    known = [label for label in labels if label in inner]
    columns = [np.flatnonzero(inner == label).tolist() for label in known]
    try:
        tested = cox_zph(fitted, transform, assign=columns)
    except RuntimeError:  # the covariance of coefficients and their changes is singular
        return None
    residuals = np.full((len(tested.x), len(labels)), np.nan)
    residuals[:, [label in known for label in labels]] = np.array(tested.y)
    tests = {label: (row.chisq, row.df) for label, row in zip(known, tested.table, strict=True)}
    if tested.global_test is not None:
        tests[GLOBAL] = tested.global_test.chisq, tested.global_test.df
    return _Tested(np.array(tested.time), np.array(tested.x), residuals, tests)


def _term(name: str, test: tuple[float, float]) -> ProportionalHazardsTerm:
    statistic, df = test
    p_value = float(special.chdtrc(df, statistic)) if df else float("nan")
    return ProportionalHazardsTerm(name, statistic, int(df), p_value)


def _warnings(data: CoxData, found: Maximum | None, tested: _Tested) -> tuple[str, ...]:
    said = list(left_out(data))
    if found is None:
        return (*said, "not estimable: no events")
    names = np.array(data.names, object)
    if found.unbounded.any():
        infinite = ", ".join(names[found.unbounded])
        said.append(f"nothing to test: the coefficients of {infinite} are infinite")
    elif not tested.tests:
        said.append("nothing to test: events on too few days for the covariates")
    if not found.determined.all():
        without = ", ".join(names[~found.determined])
        said.append(f"no coefficient: {without} do not vary apart from the other covariates")
    return tuple(said)


def _refuse(transform: str, terms: Sequence[str], names: Sequence[str]) -> None:
    if transform not in get_args(TimeTransform):
        choices = ", ".join(get_args(TimeTransform))
        msg = f"there is no transform {transform!r}; choose one of {choices}"
        raise ValueError(msg)
    if len(terms) != len(names):
        msg = f"terms has {len(terms)} names; expected {len(names)}, one for each covariate"
        raise ValueError(msg)
    if GLOBAL in terms:
        msg = f"a term is named {GLOBAL}, as the test of all terms; choose another name"
        raise ValueError(msg)
