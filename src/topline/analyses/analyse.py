"""Carry out every analysis of the protocol."""

from collections.abc import Mapping

import polars as pl

from topline.analyses.adverse_event_onset import describe_onsets
from topline.analyses.adverse_events import count_events, count_overview
from topline.analyses.censoring_sensitivity import estimate_censoring_sensitivity
from topline.analyses.deviations import count_deviations
from topline.analyses.eligibility import count_eligibility
from topline.analyses.exposure import summarise_exposure
from topline.analyses.flow import count_flow
from topline.analyses.laboratory_grades import count_grades
from topline.analyses.laboratory_shift import count_shifts
from topline.analyses.patient_changes import list_changes
from topline.analyses.patient_courses import list_courses
from topline.analyses.patient_events import list_events
from topline.analyses.patient_pictures import list_pictures
from topline.analyses.patient_values import list_values
from topline.analyses.rate import estimate_rate
from topline.analyses.requirements import refuse_unmet
from topline.analyses.results import Curve, Result, Results
from topline.analyses.rows import Row, frame_of
from topline.analyses.summary import summarise
from topline.analyses.survival import estimate_follow_up, estimate_survival
from topline.frames import conform
from topline.protocol.adverse_events import EventOnset, PatientEvents
from topline.protocol.analyses import (
    Analysis,
    CensoringSensitivity,
    EventCounts,
    EventOverview,
    Flow,
    FollowUp,
    Rate,
    Summary,
    Survival,
)
from topline.protocol.comparisons import CompetingRisks
from topline.protocol.eligibility import EligibilityCounts
from topline.protocol.laboratory import LaboratoryGrades, LaboratoryShift
from topline.protocol.patient_figures import (
    OfPatients,
    PatientChanges,
    PatientCourses,
    PatientPictures,
    PatientValues,
)
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import DeviationCounts, ExposureSummary

_ID_PARTS = ["analysis_id", "section", "parameter", "by_group", "level", "statistic"]
_NOTHING = pl.lit(None, pl.Float64)
_NONE = Result.create_empty().drop("result_id")
_CONTROL = r"[\p{Cc}\x{FFFE}\x{FFFF}]"


def analyse(protocol: Protocol, adam: Mapping[str, pl.DataFrame]) -> Results:
    """Carry out the analyses in the protocol's order.

    Parameters
    ----------
    protocol
        Planned analyses with their sets and endpoints.
    adam
        ADSL, ADRS, ADTTE and ADAE by name; those that no analysis needs may be absent.

    Returns
    -------
    Results
        Numbers with the trace to their rows, and the curves that figures draw.

    Raises
    ------
    ProtocolError
        Analyses name datasets, columns or conditions that the data do not have; all are listed.
    """
    refuse_unmet(protocol, adam)
    rows = [_NONE]
    curves: list[pl.DataFrame] = [Curve.create_empty()]
    for name, analysis in protocol.analyses.items():
        found, steps = _found(protocol, analysis, adam)
        rows.append(_headed(name, analysis, found))
        if steps is not None:
            curves.append(_as_curves(name, steps))
    numbered = _numbered(pl.concat(rows))
    return Results(conform(numbered, Result), conform(pl.concat(curves), Curve))


def _as_curves(name: str, steps: pl.DataFrame) -> pl.DataFrame:
    """Say of which analysis curves are; what has no cause, or is none, has none."""
    absent = {"section": pl.lit(""), "survival": _NOTHING, "incidence": _NOTHING}
    added = {column: value for column, value in absent.items() if column not in steps.columns}
    named = steps.with_columns(analysis_id=pl.lit(name), **added)
    return named.select(Curve.column_names())


def _found(
    protocol: Protocol, analysis: Analysis, adam: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Rows of one analysis, and its curves where it has any."""
    match analysis:
        case Survival() | FollowUp() | CompetingRisks():
            rows, curves = _curves(protocol, analysis, adam)
            return frame_of(rows), curves
        case (
            EventCounts()
            | PatientEvents()
            | PatientCourses()
            | PatientChanges()
            | PatientValues()
            | PatientPictures()
        ):
            return _framed(protocol, analysis, adam), None
        case Flow():
            rows = count_flow(protocol, analysis, adam["ADSL"])
        case Summary():
            rows = summarise(protocol, analysis, adam)
        case Rate():
            rows = estimate_rate(protocol, analysis, adam)
        case CensoringSensitivity():
            rows = estimate_censoring_sensitivity(protocol, analysis, adam)
        case EventOverview():
            rows = count_overview(protocol, analysis, adam)
        case EventOnset():
            rows = describe_onsets(protocol, analysis, adam)
        case LaboratoryGrades():
            rows = count_grades(protocol, analysis, adam)
        case LaboratoryShift():
            rows = count_shifts(protocol, analysis, adam)
        case EligibilityCounts() | ExposureSummary() | DeviationCounts():
            rows = _conduct(protocol, analysis, adam)
        case _:
            # Methods that few protocols ask for cost start-up time.
            from topline.analyses.compare import compare

            rows = compare(protocol, analysis, adam)
    return frame_of(rows), None


def _curves(
    protocol: Protocol,
    analysis: Survival | FollowUp | CompetingRisks,
    adam: Mapping[str, pl.DataFrame],
) -> tuple[list[Row], pl.DataFrame]:
    """Estimate curves of survival, of follow-up, or of the incidence of competing events."""
    if isinstance(analysis, Survival):
        return estimate_survival(protocol, analysis, adam)
    if isinstance(analysis, FollowUp):
        return estimate_follow_up(protocol, analysis, adam)
    from topline.analyses.competing_risks import estimate_incidence

    return estimate_incidence(protocol, analysis, adam)


def _conduct(
    protocol: Protocol,
    analysis: EligibilityCounts | ExposureSummary | DeviationCounts,
    adam: Mapping[str, pl.DataFrame],
) -> list[Row]:
    """Count who entered, what was taken, and what was not as planned."""
    match analysis:
        case EligibilityCounts():
            return count_eligibility(protocol, analysis, adam)
        case ExposureSummary():
            return summarise_exposure(protocol, analysis, adam)
        case DeviationCounts():
            return count_deviations(protocol, analysis, adam)


def _framed(
    protocol: Protocol,
    analysis: EventCounts | PatientEvents | OfPatients,
    adam: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """Return what has many rows: adverse events, and what figures of single patients show."""
    match analysis:
        case EventCounts():
            return count_events(protocol, analysis, adam)
        case PatientEvents():
            return list_events(protocol, analysis, adam)
        case PatientCourses():
            return list_courses(protocol, analysis, adam)
        case PatientChanges():
            return list_changes(protocol, analysis, adam)
        case PatientValues():
            return list_values(protocol, analysis, adam)
        case PatientPictures():
            return list_pictures(protocol, analysis, adam)


def _headed(name: str, analysis: Analysis, found: pl.DataFrame) -> pl.DataFrame:
    """Say of which analysis the rows are."""
    analysis_set = (
        pl.col("analysis_set") if isinstance(analysis, Flow) else pl.lit(analysis.analysis_set)
    )
    return found.with_columns(
        analysis_id=pl.lit(name), kind=pl.lit(analysis.kind), analysis_set=analysis_set
    ).select(_NONE.columns)


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each row its id: what it is, in words; a number where two would be the same."""
    by_group = pl.when(pl.col("by") != "").then(
        pl.concat_str(pl.col("by"), pl.lit("="), pl.col("group"))
    )
    parts = rows.with_columns(by_group=by_group.otherwise(pl.lit("")))
    named = pl.concat_str(
        [pl.when(pl.col(part) != "").then(pl.col(part)) for part in _ID_PARTS],
        separator=".",
        ignore_nulls=True,
    )
    # Documents hold ids in attributes, one a line.
    plain = named.str.replace_all(_CONTROL, "\ufffd")
    numbered = rows.with_columns(parts.select(result_id=plain)["result_id"])
    again = pl.int_range(pl.len()).over("result_id")
    suffix = pl.when(again > 0).then(pl.concat_str(pl.lit("#"), again + 1)).otherwise(pl.lit(""))
    return numbered.with_columns(pl.concat_str("result_id", suffix)).select(
        "result_id", *rows.columns
    )
