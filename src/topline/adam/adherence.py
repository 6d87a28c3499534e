"""Planned against actual tumor assessments: on time, early, late, missed, unscheduled.

Assessments are due from the first dose (for those never treated: from enrolment) until the first of
progression, death, the protocol's `response.until` dates, the data cut, and the last day on which
the subject was seen: of what should have come later, nothing is known. An assessment is dated by
its first scan.
"""

import dataframely as dy
import polars as pl

from topline.clinical.recist.schemas import one_of
from topline.clinical.visits import STATUSES, Days, compute_planned_days, derive_visits
from topline.frames import conform
from topline.protocol.protocol import Protocol
from topline.protocol.schedule import TumorAssessment
from topline.sdtm.dates import study_day

_LISTED = tuple(status for status in STATUSES if status != "NOT DUE")


class Adherence(dy.Schema):
    """One row a planned visit that was due, baseline included, and one an assessment besides."""

    USUBJID = dy.String(primary_key=True)
    number = dy.Int64(primary_key=True, min=1, description="of the row within the subject")
    planned_visit = dy.Int64(nullable=True, min=0, description="0: baseline; null: unscheduled")
    planned_date = dy.Date(nullable=True, description="of the baseline: the start")
    window_start_date = dy.Date(nullable=True)
    window_end_date = dy.Date(nullable=True, description="last day that is on time")
    VISIT = dy.String(nullable=True, description="as collected")
    date = dy.Date(nullable=True, description="first scan of the assessment")
    ADY = dy.Int64(nullable=True)
    evaluable = dy.Bool(nullable=True, description="its response is not NE")
    deviation_days = dy.Int64(nullable=True, description="assessment less planned date")
    outside_days = dy.Int64(
        nullable=True, description="days before (-) or after (+) the window; 0 within"
    )
    status = one_of(_LISTED)
    until_date = dy.Date(description="assessments were due up to this day")
    until = dy.String(description="what ended on it")


class AdherenceCounts(dy.Schema):
    """How many visits and subjects have each status."""

    status = one_of(_LISTED, primary_key=True)
    visits = dy.Int64(min=0)
    subjects = dy.Int64(min=0)


def derive_adherence(
    protocol: Protocol, adsl: pl.DataFrame, adtr: pl.DataFrame, adrs: pl.DataFrame
) -> dy.DataFrame[Adherence]:
    """Derive what became of every planned tumor assessment, and which were not planned.

    Parameters
    ----------
    protocol
        `schedule.tumor_assessment` and `response.until`.
    adsl
        Subjects; those neither treated nor enrolled are left out.
    adtr
        Baseline, earlier scans, and the days of every assessment.
    adrs
        Assessments after baseline, with their response, and progression.

    Returns
    -------
    Adherence
        Every dated assessment is in one row; visits that were not due are left out.

    """
    plan = protocol.schedule.tumor_assessment
    scans = _derive_scans(adtr, adrs)
    subjects = _derive_follow_up(protocol, adsl, adrs, scans)
    scans = scans.join(subjects, left_on="USUBJID", right_on="subject", how="semi")
    followed = (pl.col("until_date") - pl.col("start_date")).dt.total_days().max()
    visits = derive_visits(
        scans.select("assessment", "date", "evaluable", subject="USUBJID"),
        subjects,
        _plan(plan, subjects.select(followed.fill_null(0)).item()),
        window_days=plan.window.days,
        baseline_within_days=plan.baseline_within.days,
    )
    return _list(visits, scans, subjects)


def derive_adherence_counts(adherence: pl.DataFrame) -> dy.DataFrame[AdherenceCounts]:
    """Count visits and subjects by status, statuses that nobody has included."""
    counts = adherence.group_by("status").agg(
        visits=pl.len().cast(pl.Int64), subjects=pl.col("USUBJID").n_unique().cast(pl.Int64)
    )
    every = pl.DataFrame({"status": _LISTED}).join(
        counts, on="status", how="left", maintain_order="left"
    )
    return conform(every.with_columns(pl.col("visits", "subjects").fill_null(0)), AdherenceCounts)


def _plan(plan: TumorAssessment, followed_days: int) -> Days:
    """Compute the planned days, two intervals past the longest follow-up."""
    intervals = [(step.every.days, step.until.days if step.until else None) for step in plan.every]
    longest = max((every for every, _ in intervals), default=0)
    return compute_planned_days(intervals, followed_days + int(2 * longest))


def _derive_scans(adtr: pl.DataFrame, adrs: pl.DataFrame) -> pl.DataFrame:
    """Return every dated assessment: those before treatment by ADTR, the later ones by ADRS."""
    lesions = adtr.filter((pl.col("PARAMCD") != "SUMDIAM") & pl.col("ADT").is_not_null())
    numbered = (
        lesions.filter(pl.col("ASSESSN").is_not_null())
        .sort("USUBJID", "ADT", "ASEQ")
        .group_by("USUBJID", "ASSESSN", maintain_order=True)
        .agg(pl.col("ADT", "AVISIT").first())
    )
    overall = adrs.filter((pl.col("PARAMCD") == "OVR") & pl.col("ADT").is_not_null())
    overall = overall.with_columns(evaluable=pl.col("AVALC") != "NE")
    source = adtr.select("USUBJID", "ASSESSN", SRCSEQ="ASEQ")
    derived = overall.filter(pl.col("SRCDOM") == "ADTR").join(source, on=["USUBJID", "SRCSEQ"])
    later = derived.select("USUBJID", "ASSESSN", "evaluable").join(
        numbered, on=["USUBJID", "ASSESSN"]
    )
    reported = (
        overall.filter(pl.col("SRCDOM") != "ADTR")
        .group_by("USUBJID", "ADT")
        .agg(pl.col("AVISIT").min(), pl.col("evaluable").any())
    )
    before = pl.concat([numbered.filter(ASSESSN=0), _unused_scans(lesions)], how="diagonal")
    before = before.with_columns(evaluable=pl.lit(value=True))
    scans = pl.concat([before, later, reported], how="diagonal")
    number = pl.int_range(pl.len(), dtype=pl.Int64).over("USUBJID")
    return (
        scans.sort("USUBJID", "ADT", "ASSESSN", "AVISIT", nulls_last=True)
        .with_columns(assessment=number)
        .rename({"ADT": "date", "AVISIT": "VISIT"})
    )


def _unused_scans(lesions: pl.DataFrame) -> pl.DataFrame:
    """Return the visits of which no lesion is used, such as scans before the baseline."""
    named = pl.coalesce(pl.col("AVISITN").cast(pl.String), "AVISIT", pl.col("ADT").cast(pl.String))
    visits = lesions.with_columns(visit=named).group_by("USUBJID", "visit")
    return (
        visits.agg(
            pl.col("ADT").min(),
            pl.col("AVISIT").drop_nulls().min(),
            used=pl.col("ASSESSN").is_not_null().any(),
        )
        .filter(~pl.col("used"))
        .select("USUBJID", "ADT", "AVISIT")
    )


def _derive_follow_up(
    protocol: Protocol, adsl: pl.DataFrame, adrs: pl.DataFrame, scans: pl.DataFrame
) -> pl.DataFrame:
    """Return the time in which the assessments of each subject were due, and what ended it."""
    progressed = (pl.col("PARAMCD") == "PD") & (pl.col("AVALC") == "Y")
    progression = adrs.filter(progressed).select("USUBJID", progressed="ADT")
    scanned = scans.group_by("USUBJID").agg(scanned=pl.col("date").max())
    ends = {
        "progression": pl.col("progressed"),
        "death": pl.col("DTHDT"),
        **{name: pl.col(name) for name in protocol.response.until},
        "data cut": pl.col("DCUTDT"),
        "last seen": pl.max_horizontal("LSTALVDT", "DTHDT", "scanned", "start_date"),
    }
    until = pl.max_horizontal("start_date", pl.min_horizontal(*ends.values()))
    ended = pl.coalesce(*(pl.when(end <= until).then(pl.lit(word)) for word, end in ends.items()))
    dated = adsl.with_columns(start_date=pl.coalesce("TRTSDT", "RANDDT"))
    return (
        dated.filter(pl.col("start_date").is_not_null())
        .join(progression, on="USUBJID", how="left")
        .join(scanned, on="USUBJID", how="left")
        .select("start_date", subject="USUBJID", until_date=until, until=ended)
        .sort("subject")
    )


def _list(
    visits: pl.DataFrame, scans: pl.DataFrame, subjects: pl.DataFrame
) -> dy.DataFrame[Adherence]:
    """Add what was collected, and by how much a window was missed."""
    names = scans.select("VISIT", "assessment", subject="USUBJID")
    rows = visits.filter(pl.col("status") != "NOT DUE")
    rows = rows.join(names, on=["subject", "assessment"], how="left", maintain_order="left")
    rows = rows.join(subjects, on="subject", how="left", maintain_order="left")
    day = pl.col("assessment_date")
    before, after = day - pl.col("window_start_date"), day - pl.col("window_end_date")
    outside = (
        pl.when(pl.col("status").is_in(["EARLY", "BASELINE TOO EARLY"]))
        .then(before.dt.total_days())
        .when(pl.col("status") == "LATE")
        .then(after.dt.total_days())
        .when(pl.col("status") == "ON TIME")
        .then(0)
    )
    rows = rows.with_columns(
        USUBJID="subject",
        number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("subject"),
        date=day,
        ADY=study_day(day, pl.col("start_date")),
        outside_days=outside,
    )
    return conform(rows, Adherence)
