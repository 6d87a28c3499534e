"""How far a time-to-event estimate depends on what became of those who left for a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from topline.analyses.covariates import design_matrix, known, strata
from topline.analyses.formats import NOT_ESTIMABLE, NOT_REACHED, number, percent, shortest, time
from topline.analyses.levels import ALL, Group, arm_groups, groups_of
from topline.analyses.rows import Row, finite
from topline.analyses.subjects import GroupRows, Parameter, Subjects, subjects_of
from topline.analyses.survival import DAYS
from topline.analyses.trace import own, where, where_in
from topline.protocol.analyses import (
    CensoringSensitivity,
    CensoringWeighting,
    MedianBelow,
    RateBelow,
    Survival,
    TippingPoint,
)
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.stats.survival.censoring_weights import (
    CensoringWeights,
    compute_cox_weights,
    compute_stratified_weights,
)
from topline.stats.survival.informative_censoring import (
    FollowUp,
    compute_best_case,
    compute_delta_adjusted,
    compute_worst_case,
    find_tipping_delta,
)
from topline.stats.survival.kaplan_meier import KaplanMeier, compute_kaplan_meier
from topline.stats.survival.weighted_survival import compute_weighted_kaplan_meier

_MODELS = {"cox": "IPCW by Cox regression", "strata": "IPCW by strata"}


@dataclass(frozen=True)
class _Case:
    """A group of subjects, and what is asked of them."""

    protocol: Protocol
    analysis: CensoringSensitivity
    found: GroupRows
    columns: frozenset[str]
    """Columns of ADTTE."""
    follow_up: FollowUp
    start: Row
    unit: str

    def headed(self, section: str, warning: str = "") -> "_Case":
        """Return the same subjects under another heading of the results."""
        warning = _joined(self.start.warning, warning)
        return replace(self, start=replace(self.start, section=section, warning=warning))

    def among(self, condition: str) -> "_Case":
        """Return those of the group for whom a condition over ADSL holds."""
        if not condition:
            return self
        kept = self.found.rows.filter(pl.sql_expr(condition))
        lost = self.found.rows.height - kept.height
        trace = where_in(self.columns, [self.found.trace, condition], kept["USUBJID"])
        warning = f"{lost} without a covariate are left out" if lost else ""
        start = replace(
            self.start,
            n=kept.height,
            n_missing=self.found.without + lost,
            trace_where=trace if lost else self.found.trace,
            warning=_joined(self.start.warning, warning),
        )
        found = GroupRows(kept, self.found.without, start.trace_where)
        return replace(self, found=found, follow_up=_follow_up(self.analysis, kept), start=start)


def estimate_censoring_sensitivity(
    protocol: Protocol, analysis: CensoringSensitivity, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Estimate a time-to-event endpoint under several assumptions about those who left.

    Parameters
    ----------
    protocol
        Gives the endpoint, its unit and the analysis set.
    analysis
        Which censorings are informative, and what to assume of them.
    adam
        ADSL and ADTTE.

    Returns
    -------
    list of Row
        Group by group, `section` naming the assumption: the estimate as censored first, with its
        counts (`informative`: subjects who left for a reason), then in the order of the methods
        median and landmark rates; of weights their mean and largest; of the tipping point one
        section a delta, and the tipping delta itself with the threshold as level.
    """
    endpoint = protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    plain = Survival(
        kind="survival",
        endpoint=analysis.endpoint,
        analysis_set=analysis.analysis_set,
        where=analysis.where,
    )
    parameter = Parameter("ADTTE", analysis.endpoint, endpoint.among)
    subjects = subjects_of(protocol, adam, plain, parameter)
    groups = subjects.kept(_groups(protocol, analysis, subjects))
    cases = (_case(protocol, analysis, endpoint, group, subjects) for group in groups)
    return [row for case in cases for row in _rows(case)]


def _groups(
    protocol: Protocol, analysis: CensoringSensitivity, subjects: Subjects
) -> tuple[Group, ...]:
    if analysis.by is not None:
        return groups_of(protocol, analysis.by, subjects.frame[analysis.by]) or (ALL,)
    return arm_groups(protocol, "TRT01P", subjects.frame) or (ALL,)


def _case(
    protocol: Protocol,
    analysis: CensoringSensitivity,
    endpoint: TimeToEvent,
    group: Group,
    subjects: Subjects,
) -> _Case:
    found = subjects.group(group)
    follow_up = _follow_up(analysis, found.rows)
    row = found.row(analysis.endpoint, endpoint.label, group)
    start = replace(row, trace_dataset="ADTTE")
    return _Case(protocol, analysis, found, subjects.columns, follow_up, start, endpoint.unit)


def _follow_up(analysis: CensoringSensitivity, rows: pl.DataFrame) -> FollowUp:
    event = rows["CNSR"] == 0
    left = pl.sql_expr(where(*_informative(analysis)))
    informative = rows.select(left.fill_null(value=False)).to_series()
    return FollowUp(
        rows["AVAL"].cast(pl.Int64).to_numpy(), event.to_numpy(), informative.to_numpy()
    )


def _informative(analysis: CensoringSensitivity) -> tuple[str, str]:
    return "CNSR <> 0", own(analysis.informative)


def _rows(case: _Case) -> Iterator[Row]:
    analysis, follow_up = case.analysis, case.follow_up
    transform, level = analysis.transform, analysis.level
    plain = compute_kaplan_meier(
        follow_up.time_days, follow_up.event, transform=transform, level=level
    )
    as_censored = case.headed("as censored")
    yield from _counts(as_censored)
    yield from _estimates(as_censored, plain)
    told = case.headed("", _note(follow_up))
    for method in analysis.methods:
        if isinstance(method, CensoringWeighting):
            yield from _weighted(told.headed(_model(method)), method)
        elif isinstance(method, TippingPoint):
            yield from _tipping(told, method, plain)
        else:
            compute_bound = compute_worst_case if method == "worst case" else compute_best_case
            curve = compute_bound(follow_up, transform=transform, level=level)
            named = replace(curve, method=replace(curve.method, name=f"Kaplan-Meier, {method}"))
            yield from _estimates(told.headed(method), named)


def _note(follow_up: FollowUp) -> str:
    if not len(follow_up.time_days):
        return ""
    nobody = "" if follow_up.informative.any() else "nobody left informatively"
    return _joined(nobody, "" if follow_up.event.any() else "no events")


def _joined(*warnings: str) -> str:
    return "; ".join(dict.fromkeys(filter(None, warnings)))


def _warned(row: Row, warnings: tuple[str, ...]) -> Row:
    return replace(row, warning=_joined(row.warning, *warnings))


def _counts(case: _Case) -> Iterator[Row]:
    event, informative = case.follow_up.event, case.follow_up.informative
    left = case.found.rows.filter(pl.Series(informative))["USUBJID"]
    trace = case.found.trace
    reason = where_in(case.columns, [trace, *_informative(case.analysis)], left)
    for name, count, behind in (
        ("n", len(event), trace),
        ("events", int(event.sum()), where(trace, "CNSR = 0")),
        ("censored", int((~event).sum()), where(trace, "CNSR <> 0")),
        ("informative", int(informative.sum()), reason),
    ):
        yield replace(
            case.start,
            statistic=name,
            value=float(count),
            display=str(count),
            trace_where=behind,
        )


def _estimates(case: _Case, curve: KaplanMeier) -> Iterator[Row]:
    """Read the median and the landmark rates from a curve, each with its limits."""
    median = curve.median()
    missing = NOT_REACHED if curve.n else NOT_ESTIMABLE
    for name, days, otherwise in (
        ("median", median.estimate, missing),
        ("median_lower", median.lower, NOT_ESTIMABLE),
        ("median_upper", median.upper, NOT_ESTIMABLE),
    ):
        known_days = finite(days)
        value = None if known_days is None else known_days / DAYS[case.unit]
        shown = otherwise if value is None else time(value, case.unit)
        row = replace(case.start, statistic=name, value=value, display=shown, unit=case.unit)
        warnings = median.warnings if value is None else curve.warnings
        yield _warned(replace(row, method=replace(median.method, name=curve.method.name)), warnings)
    for landmark in case.analysis.rates_at:
        rate = curve.rate_at(landmark * DAYS[case.unit])
        label = f"{landmark:g} {case.unit if landmark != 1 else case.unit[:-1]}"
        row = replace(case.start, level=f"{landmark:g}", level_label=label, unit="%")
        for name, share in (
            ("rate", rate.estimate),
            ("rate_se", rate.std_error),
            ("rate_lower", rate.lower),
            ("rate_upper", rate.upper),
        ):
            value = None if finite(share) is None else 100 * share
            shown = replace(row, statistic=name, value=value, display=percent(value))
            yield _warned(replace(shown, method=rate.method), rate.warnings)


def _weighted(case: _Case, method: CensoringWeighting) -> Iterator[Row]:
    """Weigh the subjects whose covariates are known."""
    kept = case.among(known(case.protocol, method.covariates))
    transform, level = case.analysis.transform, case.analysis.level
    try:
        weights = _weights(kept, method)
    except ArithmeticError as error:
        nothing = compute_kaplan_meier(
            np.array([], np.int64), np.array([], np.bool_), transform=transform, level=level
        )
        way_out = f"{error}; name fewer covariates, or weigh by strata"
        yield from _estimates(kept, replace(nothing, warnings=(way_out,)))
        return
    curve = compute_weighted_kaplan_meier(kept.follow_up, weights, transform=transform, level=level)
    yield from _estimates(kept, curve)
    for name, value in (("weight_mean", weights.mean), ("weight_max", weights.largest)):
        row = replace(
            kept.start,
            statistic=name,
            value=finite(value),
            display=number(finite(value), 2),
            method=weights.method,
        )
        yield _warned(row, weights.warnings)


def _model(method: CensoringWeighting) -> str:
    at_most = method.weights_at_most
    return _MODELS[method.model] + (f", weights at most {at_most:g}" if at_most else "")


def _weights(case: _Case, method: CensoringWeighting) -> CensoringWeights:
    rows, at_most = case.found.rows, method.weights_at_most
    if method.model == "strata":
        labels = strata(rows, method.covariates)
        return compute_stratified_weights(case.follow_up, labels, at_most=at_most)
    columns, names = design_matrix(case.protocol, rows, method.covariates)
    return compute_cox_weights(case.follow_up, columns, names=names, at_most=at_most)


def _tipping(case: _Case, method: TippingPoint, plain: KaplanMeier) -> Iterator[Row]:
    """Estimate at each delta, then find the one at which the conclusion changes."""
    transform, level = case.analysis.transform, case.analysis.level
    for delta in method.deltas:
        curve = compute_delta_adjusted(case.follow_up, delta, transform=transform, level=level)
        yield from _estimates(case.headed(f"delta {delta:g}"), curve)
    if method.threshold is None:
        return
    threshold, largest = method.threshold, max(method.deltas)
    tipping = find_tipping_delta(
        case.follow_up, lambda curve: _is_below(curve, threshold), largest=largest
    )
    words = _words(threshold)
    start = case.headed("tipping point").start
    row = replace(start, statistic="delta", level=words, level_label=words, method=tipping.method)
    value, unknown = finite(tipping.delta), _undecided(plain, threshold)
    if unknown and value != 1:
        yield _warned(replace(row, display=NOT_ESTIMABLE), (unknown,))
        return
    shown = f">{largest:g}" if value is None else shortest(value, 2)
    yield _warned(replace(row, value=value, display=shown), tipping.warnings)


def _is_below(curve: KaplanMeier, threshold: MedianBelow | RateBelow) -> bool:
    if isinstance(threshold, MedianBelow):
        return curve.median().estimate < threshold.median_below.days
    return 100 * curve.rate_at(threshold.rate_at.days).estimate < threshold.below_percent


def _words(threshold: MedianBelow | RateBelow) -> str:
    if isinstance(threshold, MedianBelow):
        return f"median below {threshold.median_below}"
    return f"rate at {threshold.rate_at} below {threshold.below_percent:g}%"


def _undecided(plain: KaplanMeier, threshold: MedianBelow | RateBelow) -> str:
    """Say why a threshold cannot be compared with: the curve ends before it."""
    day = (
        threshold.median_below.days
        if isinstance(threshold, MedianBelow)
        else threshold.rate_at.days
    )
    if not plain.n:
        return plain.warnings[0]
    last = int(plain.time_days[-1])
    if plain.survival[-1] > 0 and last < day:
        return f"not estimable: follow-up ends on day {last}, before day {day:g}"
    return ""
