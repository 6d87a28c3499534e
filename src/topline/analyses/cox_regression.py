"""Hazard ratios of covariates: one by one, together, and chosen step by step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.cox_covariates import Covariate, covariate_of
from topline.analyses.effects import ratio_rows
from topline.analyses.formats import number
from topline.analyses.outcomes import left_out
from topline.analyses.rows import Row, bounded, made_by, test_rows, warned
from topline.analyses.subjects import HAS_ROW, Parameter, Subjects, subjects_of
from topline.analyses.survival_tests import strata_of, subjects_and_events, times_of
from topline.analyses.trace import where_in
from topline.protocol.comparisons import CoxRegression
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.stats.cox.proportional_hazards import compute_proportional_hazards_test
from topline.stats.cox.regression import Cox, CoxTerm, compare, compute_cox
from topline.stats.cox.selection import Selection, select_cox
from topline.stats.method import Method


@dataclass(frozen=True)
class _Data:
    """Subjects whose covariates and strata are all known, and how the model is fitted."""

    analysis: CoxRegression
    rows: pl.DataFrame
    columns: frozenset[str]
    """Of the dataset that traces select from."""
    start: Row

    @property
    def stratum(self) -> NDArray[np.str_] | None:
        return strata_of(self.rows, self.analysis.strata)

    def fit(self, covariates: Sequence[Covariate], *, firth: bool) -> Cox:
        """Fit the model; without covariates, its likelihood alone."""
        names = [f"{c.name} {term.level}".rstrip() for c in covariates for term in c.terms]
        columns = [covariate.columns(self.rows) for covariate in covariates]
        return compute_cox(
            *times_of(self.rows),
            np.column_stack(columns) if columns else np.empty((self.rows.height, 0)),
            names,
            stratum=self.stratum,
            ties=self.analysis.ties,
            robust=self.analysis.robust,
            firth=firth,
            level=self.analysis.level,
        )


def regress(
    protocol: Protocol, analysis: CoxRegression, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Regress a time-to-event endpoint on covariates.

    Returns
    -------
    list of Row
        Model by model (`section`), covariate by covariate (`by`), category by category (`group`):
        subjects and events, the reference included; hazard ratio, limits and P; P of a covariate
        of several categories as a whole, by the likelihood ratio; subjects, events and concordance
        of the model; the test of proportional hazards; the steps of the selection. A subject
        without a covariate is left out of the models that need it, and counted.
    """
    endpoint = protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    parameter = Parameter("ADTTE", analysis.endpoint, endpoint.among)
    subjects = subjects_of(protocol, adam, analysis, parameter)
    rows = subjects.frame.filter(pl.col(HAS_ROW))
    covariates = tuple(covariate_of(protocol, analysis, c, rows) for c in analysis.covariates)
    found: list[Row] = []
    if "univariable" in analysis.models:
        for covariate in covariates:
            data = _complete(analysis, endpoint.label, subjects, (covariate,))
            start = replace(data.start, section="univariable")
            found += _model(replace(data, start=start), (covariate,), by=covariate.name)
    whole = _complete(analysis, endpoint.label, subjects, covariates)
    if "multivariable" in analysis.models:
        start = replace(whole.start, section="multivariable")
        found += _model(replace(whole, start=start), covariates)
    if "stepwise" in analysis.models:
        start = replace(whole.start, section="stepwise")
        found += _stepwise(replace(whole, start=start), covariates)
    return found


def _complete(
    analysis: CoxRegression, label: str, subjects: Subjects, covariates: Sequence[Covariate]
) -> _Data:
    """Keep the subjects with every covariate and stratum."""
    known = [covariate.known for covariate in covariates if covariate.known]
    known += [f"{name} IS NOT NULL" for name in analysis.strata]
    condition = " AND ".join(known)
    rows = subjects.frame.filter(pl.col(HAS_ROW))
    rows = rows.filter(pl.sql_expr(condition)) if condition else rows
    missing = subjects.frame.height - rows.height
    start = Row(
        "", None, "",
        parameter=analysis.endpoint, parameter_label=label, n=rows.height, n_missing=missing,
        trace_dataset="ADTTE",
        trace_where=where_in(subjects.columns, [*subjects.conditions, *known], rows["USUBJID"]),
        warning=left_out(missing),
    )  # fmt: skip
    return _Data(analysis, rows, frozenset(subjects.columns), start)


def _model(data: _Data, covariates: Sequence[Covariate], by: str = "") -> Iterator[Row]:
    """Fit one model and tell its terms."""
    used = [covariate for covariate in covariates if covariate.terms]
    for covariate in covariates:
        if not covariate.terms:
            said = [f"all subjects have the same {covariate.label}: nothing to compare"]
            row = warned(replace(data.start, by=covariate.name), said)
            yield replace(row, statistic="estimate", value=None, display="NE")
    if not used:
        return
    fitted, firth = _fit(data, used)
    why = ["without Firth's penalty a hazard ratio has no bound"]
    needed = firth and data.analysis.firth == "where infinite"
    start = warned(data.start, why) if needed else data.start
    place = 0
    for covariate in used:
        terms = fitted.terms[place : place + len(covariate.terms)]
        place += len(terms)
        yield from _categories(data, covariate)
        yield from _terms(start, covariate, terms, fitted)
        if len(terms) > 1:
            yield from _whole(data, covariate, used, fitted, firth=firth)
    yield from _fit_rows(replace(data.start, by=by), data, fitted)
    if data.analysis.check and not firth and fitted.events:
        yield from _check(data, used, fitted, by)


def _fit(data: _Data, covariates: Sequence[Covariate]) -> tuple[Cox, bool]:
    """Fit with Firth's penalty where the protocol asks for it, or where an estimate is infinite."""
    wish = data.analysis.firth
    fitted = data.fit(covariates, firth=wish == "always")
    if wish == "where infinite" and any(term.infinite for term in fitted.terms):
        return data.fit(covariates, firth=True), True
    return fitted, wish == "always"


def _categories(data: _Data, covariate: Covariate) -> Iterator[Row]:
    """Count subjects and events of each category, the reference included."""
    for level in covariate.categories:
        members = data.rows.filter(pl.sql_expr(level.condition))
        trace = where_in(
            data.columns, [data.start.trace_where, level.condition], members["USUBJID"]
        )
        row = replace(
            data.start,
            by=covariate.name,
            group=level.value,
            group_label=level.label,
            level="category",
            level_label=covariate.label,
            n=members.height,
            trace_where=trace,
        )
        yield from subjects_and_events(row, members)


def _terms(
    start: Row, covariate: Covariate, terms: Sequence[CoxTerm], fitted: Cox
) -> Iterator[Row]:
    for term, named in zip(terms, covariate.terms, strict=True):
        against = f"{named.label} against {covariate.reference}" if covariate.reference else ""
        row = replace(
            start,
            by=covariate.name,
            group=named.level,
            group_label=against or named.label,
            level_label=covariate.label,
        )
        limits = (term.hazard_ratio, term.lower, term.upper)
        yield from ratio_rows(made_by(row, fitted), limits, term.p_value)


def _whole(
    data: _Data, covariate: Covariate, used: Sequence[Covariate], fitted: Cox, *, firth: bool
) -> Iterator[Row]:
    """Test a covariate of several terms as a whole, by the likelihood ratio."""
    if firth:
        return
    rest = data.fit([other for other in used if other is not covariate], firth=False)
    found = compare(rest, fitted)
    method = Method("Likelihood ratio test", (("df", found.df),), fitted.method.library)
    row = replace(
        data.start,
        by=covariate.name,
        level="overall",
        level_label=covariate.label,
        method=method,
    )
    yield from test_rows(row, found.statistic, found.df, found.p_value)


def _fit_rows(start: Row, data: _Data, fitted: Cox) -> Iterator[Row]:
    row = replace(start, level="model", level_label="Model", method=fitted.method)
    yield from subjects_and_events(row, data.rows)
    for name, value, decimals in (
        ("concordance", fitted.concordance, 3), ("aic", fitted.aic, 2),
    ):  # fmt: skip
        known = bounded(value)
        yield replace(row, statistic=name, value=known, display=number(known, decimals))


def _check(data: _Data, covariates: Sequence[Covariate], fitted: Cox, by: str) -> Iterator[Row]:
    """Test whether the hazards are proportional, all terms at once."""
    if any(not np.isfinite(term.coefficient) for term in fitted.terms):
        return
    columns = np.column_stack([covariate.columns(data.rows) for covariate in covariates])
    found = compute_proportional_hazards_test(
        *times_of(data.rows), columns, [term.name for term in fitted.terms],
        stratum=data.stratum, ties=data.analysis.ties,
    )  # fmt: skip
    row = replace(
        data.start, by=by, level="proportional hazards", level_label="Proportional hazards"
    )
    whole = found.overall
    yield from test_rows(made_by(row, found), whole.statistic, whole.df, whole.p_value)


def _stepwise(data: _Data, covariates: Sequence[Covariate]) -> Iterator[Row]:
    """Choose covariates step by step; then tell the steps, and the model chosen."""
    by_name = {covariate.name: covariate for covariate in covariates if covariate.terms}
    wish = data.analysis.selection
    chosen = select_cox(
        *times_of(data.rows),
        {name: covariate.columns(data.rows) for name, covariate in by_name.items()},
        by=wish.by,
        direction=wish.direction,
        enter=wish.enter,
        stay=wish.stay,
        stratum=data.stratum,
    )
    yield from _steps(made_by(data.start, chosen), chosen, by_name)
    kept = [covariate for name, covariate in by_name.items() if name in chosen.chosen]
    if kept:
        yield from _model(data, kept)


def _steps(start: Row, chosen: Selection, covariates: Mapping[str, Covariate]) -> Iterator[Row]:
    """Tell each step taken: which covariate, and the test that judged it."""
    if not chosen.steps:
        row = replace(start, level="step 0", level_label="No covariate entered or left")
        yield replace(row, statistic="p_value", value=None, display="NE")
    for number_, step in enumerate(chosen.steps, start=1):
        taken = step.taken
        did = "enters" if taken.action == "enter" else "leaves"
        row = replace(
            start,
            level=f"step {number_}",
            level_label=f"{covariates[taken.term].label} {did}",
        )
        yield from test_rows(row, taken.statistic, taken.df, taken.p_value)
        aic = bounded(taken.aic)
        yield replace(row, statistic="aic", value=aic, display=number(aic, 2))
