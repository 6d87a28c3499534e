"""A value over visits by a mixed model: means at each visit, differences, the test of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.formats import collected_decimals, number, p_value, statistic
from topline.analyses.levels import arm_groups, groups_of, is_number
from topline.analyses.rows import Row, bounded, finite, made_by, test_rows, warned
from topline.analyses.trace import among, equals, own, where, where_in
from topline.protocol.comparisons import RepeatedMeasures
from topline.protocol.protocol import Protocol
from topline.stats.estimates.summary import compute_summary
from topline.stats.mixed.estimated_means import compute_differences, compute_estimated_means
from topline.stats.mixed.factor_model import FactorModel, FittedModel, compute_factor_model
from topline.stats.mixed.repeated_measures import compute_mmrm
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis

VISIT, GROUP, VALUE = "visit", "group", "(value)"


@dataclass(frozen=True)
class _Data:
    """Rows of the model: one a subject and visit, with a value."""

    analysis: RepeatedMeasures
    rows: pl.DataFrame
    visits: tuple[str, ...]
    groups: Mapping[str, str]
    """Label by value; empty where no groups are compared."""
    columns: frozenset[str]
    conditions: tuple[str, ...]
    start: Row

    def about(self, row: Row, rows: pl.DataFrame, *conditions: str) -> Row:
        """Say which rows of the dataset a number rests on."""
        trace = where_in(self.columns, [*self.conditions, *conditions], rows["USUBJID"])
        return replace(row, n=rows["USUBJID"].n_unique(), trace_where=trace)


def estimate_over_visits(
    protocol: Protocol, analysis: RepeatedMeasures, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Model a value over visits.

    Returns
    -------
    list of Row
        Visit by visit (and group by group) subjects, median, and the model's mean with limits; the
        F test of each term; the differences of visits, or at each visit those of the groups,
        with limits and P. Rows without a value are left out, and subjects without any are counted.
    """
    data = _data(protocol, analysis, adam)
    rows = list(_described(data))
    if len(data.visits) < 2 or data.rows["USUBJID"].n_unique() < 2:
        row = warned(data.start, ["a model needs two visits and two subjects with values"])
        return [*rows, replace(row, statistic="p_value", value=None, display="NE")]
    fitted = _fit(protocol, data)
    tests = [*_tests(data, fitted), *_rank_test(data)]
    return [*rows, *_means(data, fitted), *tests, *_differences(data, fitted)]


def _data(
    protocol: Protocol, analysis: RepeatedMeasures, adam: Mapping[str, pl.DataFrame]
) -> _Data:
    flag = protocol.analysis_sets[analysis.analysis_set].flag
    dataset, adsl = adam[analysis.dataset], adam["ADSL"]
    inside = where(equals(flag, "Y"), own(analysis.where))
    subjects = adsl.filter(pl.sql_expr(inside))
    conditions = (
        equals(flag, "Y"), own(analysis.where), equals("PARAMCD", analysis.parameter),
        own(analysis.rows), f"{analysis.value} IS NOT NULL",
    )  # fmt: skip
    more = [name for name in adsl.columns if name not in dataset.columns]
    rows = dataset.join(subjects.select("USUBJID", *more), on="USUBJID", how="inner").filter(
        pl.sql_expr(where(*conditions[2:]))
    )
    visits = _visits(analysis, rows)
    rows = rows.with_columns(pl.col(analysis.visit).cast(pl.String).alias(VISIT)).filter(
        pl.col(VISIT).is_in(visits)
    )
    rows, groups = _grouped(protocol, analysis, rows)
    chosen = among_visits(analysis.visit, visits, dataset.schema[analysis.visit])
    by = analysis.by or ("TRT01P" if groups else None)
    given = (*conditions, chosen, f"{by} IS NOT NULL" if by else "")
    label = dataset.filter(pl.sql_expr(conditions[2]))
    named = label["PARAM"].drop_nulls() if "PARAM" in dataset.columns else pl.Series([])
    start = Row(
        "", None, "",
        parameter=analysis.parameter,
        parameter_label=named[0] if len(named) else analysis.parameter,
        n_missing=subjects.height - rows["USUBJID"].n_unique(),
        trace_dataset=analysis.dataset,
    )  # fmt: skip
    data = _Data(
        analysis, rows.sort("USUBJID", VISIT), visits, groups, frozenset(dataset.columns),
        tuple(filter(None, given)), start,
    )  # fmt: skip
    return replace(data, start=data.about(start, rows))


def among_visits(visit: str, visits: tuple[str, ...], dtype: pl.DataType) -> str:
    """Write the condition that a row belongs to one of the visits."""
    if dtype == pl.String:
        return among(visit, visits)
    listed = ", ".join(visits)
    return f"{visit} IN ({listed})" if visits else among("USUBJID", ())


def _visits(analysis: RepeatedMeasures, rows: pl.DataFrame) -> tuple[str, ...]:
    """List the visits that have values: as the protocol orders them, else by AVISITN or name."""
    present = rows[analysis.visit].drop_nulls().unique()
    found = {str(value) for value in present}
    if analysis.visits:
        return tuple(visit for visit in analysis.visits if visit in found)
    order = "AVISITN" if "AVISITN" in rows.columns else analysis.visit
    named = rows.filter(pl.col(analysis.visit).is_not_null()).group_by(analysis.visit)
    first = named.agg(pl.col(order).min().alias("(order)")).sort("(order)", analysis.visit)
    return tuple(str(value) for value in first[analysis.visit])


def _grouped(
    protocol: Protocol, analysis: RepeatedMeasures, rows: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Name the group of each row, where groups are compared; leave out rows without one."""
    if analysis.by is None:
        groups = arm_groups(protocol, "TRT01P", rows)
    else:
        groups = groups_of(protocol, analysis.by, rows[analysis.by])
    known = [g for g in groups if not g.is_missing]
    place = pl.lit(None, pl.String)
    for group in known:
        inside = pl.sql_expr(group.condition)
        place = pl.when(inside).then(pl.lit(group.value)).otherwise(place)
    if not known:
        return rows, {}
    named = rows.with_columns(place.alias(GROUP)).filter(pl.col(GROUP).is_not_null())
    present = set(named[GROUP])
    return named, {g.value: g.label for g in known if g.value in present}


def _described(data: _Data) -> Iterator[Row]:
    """Summarise the values collected at each visit."""
    decimals = collected_decimals(data.rows[data.analysis.value].cast(pl.Float64).to_list())
    for row, rows in _cells(data):
        values = rows[data.analysis.value].cast(pl.Float64).to_numpy()
        found = compute_summary(np.asarray(values, np.float64))
        yield replace(row, statistic="n", value=float(row.n or 0), display=str(row.n))
        for name, value in (("median", found.median), ("q1", found.q1), ("q3", found.q3)):
            known = finite(value)
            shown = statistic(name, known, decimals)
            yield replace(row, statistic=name, value=known, display=shown, method=found.method)


def _cells(data: _Data) -> Iterator[tuple[Row, pl.DataFrame]]:
    """Give each visit, within each group, its row and its rows of the dataset."""
    for visit in data.visits:
        for group in data.groups or ("",):
            at = pl.col(VISIT) == visit
            rows = data.rows.filter(at & (pl.col(GROUP) == group) if group else at)
            yield _cell(data, rows, visit, group), rows


def _cell(data: _Data, rows: pl.DataFrame, visit: str, group: str) -> Row:
    dtype = data.rows.schema[data.analysis.visit]
    by = data.analysis.by or "TRT01P"
    row = replace(
        data.start,
        level=visit,
        level_label=visit,
        by=by if group else "",
        group=group,
        group_label=data.groups.get(group, ""),
    )
    inside = [among_visits(data.analysis.visit, (visit,), dtype)]
    return data.about(row, rows, *inside, equals(by, group) if group else "")


def _fit(protocol: Protocol, data: _Data) -> FactorModel[FittedModel]:
    """Fit the model of visits, groups, their interaction and the covariates."""
    analysis, rows = data.analysis, data.rows
    values = rows[analysis.value].cast(pl.Float64).to_numpy()
    subject = rows["USUBJID"].to_numpy().astype(np.str_)
    visit = rows[VISIT].to_numpy().astype(np.str_)
    factors: dict[str, NDArray[np.str_]] = {}
    order: dict[str, tuple[str, ...]] = {}
    covariates: dict[str, NDArray[np.float64]] = {}
    if data.groups:
        factors[GROUP] = rows[GROUP].to_numpy().astype(np.str_)
        order[GROUP] = tuple(data.groups)
    for name in analysis.covariates:
        if is_number(protocol, name, rows.schema[name]):
            covariates[name] = rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        else:
            factors[name] = (
                rows[name].cast(pl.String).fill_null("(missing)").to_numpy().astype(np.str_)
            )
    interactions = [(GROUP, VISIT)] if data.groups else []
    if analysis.covariance == "random-intercept":
        return compute_factor_model(
            values, subject, {VISIT: visit, **factors}, covariates, interactions,
            order={VISIT: data.visits, **order}, df=analysis.degrees_of_freedom,
        )  # fmt: skip
    return compute_mmrm(
        values, visit, subject, factors, covariates, interactions,
        order={VISIT: data.visits, **order}, covariance=analysis.covariance,
        df=analysis.degrees_of_freedom,
    )  # fmt: skip


def _means(data: _Data, fitted: FactorModel[FittedModel]) -> Iterator[Row]:
    names = [GROUP, VISIT] if data.groups else [VISIT]
    found = {
        (m.levels[VISIT], m.levels.get(GROUP, "")): m
        for m in compute_estimated_means(fitted, names, level=data.analysis.level)
    }
    for row, _ in _cells(data):
        mean = found.get((row.level, row.group))
        if mean is None:
            continue
        told = made_by(row, mean)
        for name, value in (
            ("estimate", mean.estimate), ("lower", mean.lower), ("upper", mean.upper),
        ):  # fmt: skip
            known = bounded(value)
            yield replace(told, statistic=name, value=known, display=number(known, 2))


def _tests(data: _Data, fitted: FactorModel[FittedModel]) -> Iterator[Row]:
    labels = {VISIT: "Visits", GROUP: "Groups", f"{GROUP}:{VISIT}": "Groups by visits"}
    for term, test in fitted.tests.items():
        name = ":".join(sorted(term.split(":")))
        row = replace(data.start, level=f"F test of {name}", level_label=labels.get(name, term))
        row = warned(made_by(row, test), fitted.warnings)
        for key, value, decimals in (
            ("statistic", test.statistic, 2),
            ("df", float(test.df), 0),
            ("df_error", test.denominator_df, 1),
        ):
            known = bounded(value)
            yield replace(row, statistic=key, value=known, display=number(known, decimals))
        p = finite(test.p_value)
        yield replace(row, statistic="p_value", value=p, display=p_value(p))


def _rank_test(data: _Data) -> Iterator[Row]:
    """Compare the visits by ranks, where the protocol asks for it."""
    if data.analysis.rank_test is None:
        return
    values = data.rows[data.analysis.value].cast(pl.Float64).to_numpy()
    found = compute_kruskal_wallis(values, data.rows[VISIT].to_numpy().astype(np.str_))
    row = replace(data.start, level=data.analysis.rank_test, level_label=found.method.name)
    row = warned(made_by(row, found), ["values of a subject taken as independent"])
    yield from test_rows(row, found.statistic, found.df, found.p_value)


def _differences(data: _Data, fitted: FactorModel[FittedModel]) -> Iterator[Row]:
    """Compare the visits, or where there are groups, each with the last at each visit."""
    analysis = data.analysis
    of, within = (GROUP, [VISIT]) if data.groups else (VISIT, [])
    one = bool(data.groups) or analysis.visits_against == "the first"
    pairs = not one or analysis.adjust == "tukey"
    for found in compute_differences(
        fitted,
        of,
        within=within,
        reference=None if pairs else (list(data.groups) or data.visits[:1])[-1],
        adjustment=analysis.adjust,
        level=analysis.level,
    ):
        at = "".join(f" at {visit}" for visit in found.within.values())
        names = data.groups or {visit: visit for visit in data.visits}
        row = replace(
            data.start,
            level=f"{found.first} - {found.second}{at}",
            level_label=f"{names[found.first]} less {names[found.second]}{at}",
        )
        row = made_by(row, found)
        for name, value in (
            ("estimate", found.estimate), ("lower", found.lower), ("upper", found.upper),
        ):  # fmt: skip
            known = bounded(value)
            yield replace(row, statistic=name, value=known, display=number(known, 2))
        p = finite(found.p_value)
        yield replace(row, statistic="p_value", value=p, display=p_value(p))
