"""What the comparing analyses ask of the datasets."""

from collections.abc import Iterator, Sequence

import polars as pl

from topline.analyses.levels import is_flag, is_number
from topline.analyses.needs import Need, dataset_of
from topline.analyses.outcomes import compared_groups
from topline.analyses.questionnaire_requirements import questionnaire_needs
from topline.analyses.trace import equals
from topline.protocol.comparisons import (
    Agreement,
    Comparing,
    Comparison,
    CompetingRisks,
    CoxRegression,
    NumberTest,
    PairedComparison,
    RepeatedMeasures,
    Subgroups,
)
from topline.protocol.problems import listed
from topline.protocol.protocol import Protocol
from topline.protocol.questionnaires import (
    Questioned,
    QuestionnaireChanges,
    QuestionnaireCompletion,
)

NUMBER_TESTS: tuple[NumberTest, ...] = (
    "mann-whitney", "kruskal-wallis", "van-elteren", "t-test", "anova",
)  # fmt: skip
_OF_TWO_GROUPS = ("mann-whitney", "t-test", "barnard", "boschloo", "yates")
_STRATIFIED = ("mantel-haenszel", "van-elteren")


def comparing_datasets(protocol: Protocol, analysis: Comparing | Questioned) -> tuple[str, ...]:
    """Name the datasets that an analysis reads, ADSL first."""
    match analysis:
        case Comparison() if analysis.outcome in protocol.endpoints:
            return ("ADSL", dataset_of(protocol, analysis.outcome))
        case Subgroups():
            return ("ADSL", dataset_of(protocol, analysis.endpoint))
        case CoxRegression() | CompetingRisks():
            return ("ADSL", "ADTTE")
        case RepeatedMeasures():
            return ("ADSL", analysis.dataset)
        case QuestionnaireCompletion() | QuestionnaireChanges():
            return ("ADSL", "ADQS")
        case _:
            return ("ADSL",)


def comparing_needs(need: Need, analysis: Comparing | Questioned) -> Iterator[str]:
    """Find what an analysis lacks, and tests that its outcome or its groups do not have."""
    if isinstance(analysis, Questioned):
        yield from questionnaire_needs(need, analysis)
        return
    dataset = comparing_datasets(need.protocol, analysis)[-1]
    problems = list(_columns(need, analysis))
    yield from problems
    if isinstance(analysis, RepeatedMeasures):
        yield from need.condition("ADSL", analysis.where or "TRUE", "where")
    else:
        yield from need.among_subjects(dataset, {"where": analysis.where})
    if isinstance(analysis, Subgroups | CoxRegression | CompetingRisks):
        yield from need.among(analysis.endpoint)
    if not problems and isinstance(analysis, Comparison):
        yield from _tests(need, analysis)
    if not problems and isinstance(analysis, PairedComparison | Agreement):
        yield from _alike(need, analysis)


def _columns(need: Need, analysis: Comparing) -> Iterator[str]:
    """Find the columns that are not there."""
    match analysis:
        case Comparison():
            if analysis.outcome not in need.protocol.endpoints:
                yield from _outcome(need, analysis)
            yield from _by(need, analysis.by)
            yield from need.columns("ADSL", analysis.strata, "strata", values=True)
        case PairedComparison() | Agreement():
            for key, name in (("first", analysis.first), ("second", analysis.second)):
                yield from need.columns("ADSL", [name], key, values=True)
        case CoxRegression():
            yield from need.columns("ADSL", analysis.covariates, "covariates", values=True)
            yield from need.columns("ADSL", analysis.strata, "strata", values=True)
        case Subgroups():
            yield from need.columns("ADSL", analysis.by, "by", values=True)
            yield from need.arms("TRT01P", "ADSL")
        case CompetingRisks():
            yield from need.columns("ADTTE", ["EVNTDESC"], "causes")
            yield from _by(need, analysis.by)
            yield from need.columns("ADSL", analysis.strata, "strata", values=True)
        case RepeatedMeasures():
            names = (analysis.value, analysis.visit)
            yield from need.columns(analysis.dataset, names, "dataset")
            yield from need.columns("ADSL", analysis.covariates, "covariates", values=True)
            if analysis.by is not None:
                yield from _by(need, analysis.by)
            if analysis.rows is not None:
                yield from need.condition(analysis.dataset, analysis.rows, "rows")


def _outcome(need: Need, analysis: Comparison) -> Iterator[str]:
    """Find an outcome that is neither an endpoint nor a variable."""
    if analysis.outcome in need.adam["ADSL"].columns:
        yield from need.columns("ADSL", [analysis.outcome], "outcome", values=True)
        return
    endpoints = listed(list(need.protocol.endpoints))
    yield (
        f"{need.path}.outcome: found {analysis.outcome}; expected a variable of ADSL or one of the "
        f"endpoints: {endpoints or 'none'}"
    )


def _by(need: Need, by: str | None) -> Iterator[str]:
    if by is None:
        yield from need.arms("TRT01P", "ADSL")
    else:
        yield from need.columns("ADSL", [by], "by", values=True)


def _tests(need: Need, analysis: Comparison) -> Iterator[str]:
    """Find tests and measures that the outcome, the groups or the strata do not have."""
    protocol, adsl = need.protocol, need.adam["ADSL"]
    flag = protocol.analysis_sets[analysis.analysis_set].flag
    inside = adsl.filter(pl.sql_expr(equals(flag, "Y")))
    names = [group.value for group in compared_groups(protocol, analysis.by, inside)[0]]
    numeric = analysis.outcome not in protocol.endpoints and (
        not is_flag(protocol, analysis.outcome)
        and is_number(protocol, analysis.outcome, adsl.schema[analysis.outcome])
    )
    kind = "numbers" if numeric else "categories"
    for i, test in enumerate(analysis.tests):
        at = f"{need.path}.tests[{i}]: found {test}"
        if (test in NUMBER_TESTS) != numeric:
            yield f"{at}; expected a test of {kind}, for {analysis.outcome} holds {kind}"
        if test in _OF_TWO_GROUPS and len(names) > 2:
            yield f"{at} of {len(names)} groups; expected two groups, or another test"
        if test in _STRATIFIED and not analysis.strata:
            yield f"{at} without strata; expected strata, within which groups are compared"
    yield from _measures(need, analysis, numeric=numeric)
    described = protocol.variables.get(analysis.by or "")
    known = [*names, *(described.levels or () if described is not None else ())]
    if analysis.reference is not None and known and analysis.reference not in known:
        yield (
            f"{need.path}.reference: found {analysis.reference}; expected one of the groups: "
            f"{listed(list(dict.fromkeys(known)))}"
        )


def _measures(need: Need, analysis: Comparison, *, numeric: bool) -> Iterator[str]:
    """Find measures of shares asked of numbers or categories, and the other way round."""
    share = analysis.outcome in need.protocol.endpoints or is_flag(need.protocol, analysis.outcome)
    asked = {
        "odds_ratio": analysis.odds_ratio,
        "difference": analysis.difference,
        "risk_ratio": analysis.risk_ratio,
    }
    for key, method in asked.items():
        if method is not None and not share:
            yield f"{need.path}.{key}: found {method}; expected an endpoint or a flag as outcome"
        if method == "mantel-haenszel" and not analysis.strata:
            yield f"{need.path}.{key}: found {method} without strata; expected strata"
    if analysis.shift is not None and not numeric:
        yield f"{need.path}.shift: found {analysis.shift}; expected a number as outcome"


def _alike(need: Need, analysis: PairedComparison | Agreement) -> Iterator[str]:
    """Find two variables that cannot be compared, and a test that they do not have."""
    schema = need.adam["ADSL"].schema
    kinds: Sequence[bool] = [
        is_number(need.protocol, name, schema[name]) for name in (analysis.first, analysis.second)
    ]
    if kinds[0] != kinds[1]:
        yield (
            f"{need.path}: found {analysis.first} and {analysis.second}, one a number and one not; "
            "expected two numbers or two categories"
        )
    elif isinstance(analysis, PairedComparison) and (analysis.test == "mcnemar") == kinds[0]:
        said = "numbers" if kinds[0] else "categories"
        yield f"{need.path}.test: found {analysis.test} of {said}; expected a test of {said}"
