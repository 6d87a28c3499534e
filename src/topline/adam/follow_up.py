"""Where follow-up for tumors ends early: before missed assessments, or without a baseline.

References
----------
.. [1] FDA (2018). Clinical trial endpoints for the approval of cancer drugs and biologics: guidance
   for industry; appendix with example tables for PFS (in the edition of 2007: appendix 3).
"""

from collections.abc import Mapping

import polars as pl

from topline.clinical.visits import (
    MissedRule,
    compute_planned_days,
    derive_missed_before,
    derive_visits,
)
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.schedule import TumorAssessment

Datasets = Mapping[str, pl.DataFrame]
_END = ("USUBJID", "ADT", "SRCDOM", "SRCVAR", "SRCSEQ", "CNSR", "CNSDTDSC")


def derive_early_ends(
    times: pl.DataFrame, endpoint: TimeToEvent, plan: TumorAssessment, datasets: Datasets
) -> pl.DataFrame:
    """Derive where an endpoint's options end follow-up instead of where the dates alone would.

    Parameters
    ----------
    times
        One row a subject: STARTDT, ADT, CNSR and EVNTDESC as the dates alone give them, and the
        start's `label_start`, `SRCDOM_start`, `SRCVAR_start`, `SRCSEQ_start`.
    endpoint
        Its options for missed assessments and for subjects without a baseline.
    plan
        Planned tumor assessments.
    datasets
        ADSL and ADRS.

    Returns
    -------
    DataFrame
        ADT, SRCDOM, SRCVAR, SRCSEQ, CNSR and CNSDTDSC of the subjects whose follow-up ends early.
        CNSR goes on where the protocol's censorings end: next missed assessments, then no baseline.
    """
    started = times.filter(pl.col("STARTDT").is_not_null())
    number = len(endpoint.censor)
    ends = [pl.DataFrame(schema=times.select(_END).schema)]
    if endpoint.without_baseline == "censored at start" and lesions_collected(datasets["ADRS"]):
        without = _without_baseline(started, datasets["ADRS"])
        why = pl.format("{} (no baseline tumor assessment)", "label_start")
        ends.append(_at_start(without, why, number + 2))
        started = started.join(without, on="USUBJID", how="anti")
    if endpoint.missed_assessments is not None:
        ends.append(_before_missed(started, endpoint, plan, datasets))
    return pl.concat(ends, how="diagonal_relaxed")


def lesions_collected(adrs: pl.DataFrame) -> bool:
    """Tell whether anybody's lesions were collected; if not, nobody's baseline can be missing."""
    return bool((adrs["PARAMCD"] == "TUMBASE").any())


def _without_baseline(times: pl.DataFrame, adrs: pl.DataFrame) -> pl.DataFrame:
    seen = adrs.filter((pl.col("PARAMCD") == "TUMBASE") & (pl.col("AVALC") == "Y"))
    return times.join(seen, on="USUBJID", how="anti")


def _at_start(rows: pl.DataFrame, why: pl.Expr, number: int) -> pl.DataFrame:
    return rows.select(
        "USUBJID",
        ADT="STARTDT",
        SRCDOM="SRCDOM_start",
        SRCVAR="SRCVAR_start",
        SRCSEQ="SRCSEQ_start",
        CNSR=pl.lit(number, dtype=pl.Int64),
        CNSDTDSC=why,
    )


def _before_missed(
    times: pl.DataFrame, endpoint: TimeToEvent, plan: TumorAssessment, datasets: Datasets
) -> pl.DataFrame:
    """End follow-up at the last evaluable assessment before too much was missed, or at the start.

    Every dated assessment is one that was not missed; one that response does not use, such as
    after new therapy, is not evaluable.
    """
    number, adrs = len(endpoint.censor) + 1, datasets["ADRS"]
    day_0 = datasets["ADSL"].select("USUBJID", day_0=pl.coalesce("TRTSDT", "RANDDT"))
    events = times.filter(pl.col("CNSR") == 0).join(day_0, on="USUBJID")
    events = events.filter(pl.col("ADT") >= pl.max_horizontal("day_0", "STARTDT"))
    events = events.filter(pl.col("day_0").is_not_null())
    if events.is_empty():
        return times.select(_END).clear()
    missed = _missed(events, adrs, endpoint, plan).filter("after_missed")
    rows = events.join(missed, left_on="USUBJID", right_on="subject", maintain_order="left")
    evaluable = _assessments(adrs).filter("evaluable").rename({"subject": "USUBJID"})
    last = rows.join(
        evaluable.select("USUBJID", last_evaluable_date="date", SRC="ASEQ"),
        on=["USUBJID", "last_evaluable_date"],
        how="left",
        maintain_order="left",
    ).with_columns(event=pl.format("{} on {} follows {}", "EVNTDESC", "ADT", _gap(endpoint)))
    after_start = (pl.col("last_evaluable_date") >= pl.col("STARTDT")).fill_null(value=False)
    at_assessment = last.filter(after_start).select(
        "USUBJID",
        ADT="last_evaluable_date",
        SRCDOM=pl.lit("ADRS"),
        SRCVAR=pl.lit("ADT"),
        SRCSEQ="SRC",
        CNSR=pl.lit(number, dtype=pl.Int64),
        CNSDTDSC=pl.format("Last evaluable tumor assessment ({})", "event"),
    )
    why = pl.format("{} ({}, none evaluable before)", "label_start", "event")
    return pl.concat([at_assessment, _at_start(last.filter(~after_start), why, number)])


def _missed(
    events: pl.DataFrame, adrs: pl.DataFrame, endpoint: TimeToEvent, plan: TumorAssessment
) -> pl.DataFrame:
    """Return `MissedBefore` of each event; the schedule counts from the first dose."""
    number = endpoint.missed_assessments or 0
    rule = MissedRule(
        reading=endpoint.missed_reading,
        missed_from=number,
        not_evaluable_counts_as=endpoint.not_evaluable_counts_as,
    )
    happened = events.select(subject="USUBJID", event_date="ADT")
    subjects = events.select(subject="USUBJID", start_date="day_0", until_date="ADT")
    seen = _assessments(adrs).join(happened, on="subject", how="semi")
    intervals = [(s.every.days, s.until.days if s.until else None) for s in plan.every]
    longest = max(every for every, _ in intervals)
    days = (pl.col("until_date") - pl.col("start_date")).dt.total_days()
    last_day = int(subjects.select(days.max()).item() + (number + 2) * longest)
    visits = derive_visits(
        seen.drop("ASEQ"),
        subjects,
        compute_planned_days(intervals, last_day),
        window_days=plan.window.days,
        baseline_within_days=plan.baseline_within.days,
    )
    return derive_missed_before(happened, visits, rule)


def _assessments(adrs: pl.DataFrame) -> pl.DataFrame:
    """Return the assessments by date; one is evaluable if it is used and its response is not NE."""
    overall = adrs.filter((pl.col("PARAMCD") == "OVR") & pl.col("ADT").is_not_null())
    evaluable = (pl.col("ANL01FL") == "Y").fill_null(value=False) & (pl.col("AVALC") != "NE")
    return (
        overall.with_columns(evaluable=evaluable)
        .group_by(subject="USUBJID", date="ADT")
        .agg(
            pl.col("evaluable").any(),
            ASEQ=pl.col("ASEQ").filter("evaluable").min().cast(pl.Int64),
        )
        .with_columns(assessment=pl.col("date").rank("dense").over("subject").cast(pl.Int64))
        .sort("subject", "date")
    )


def _gap(endpoint: TimeToEvent) -> pl.Expr:
    """Say how much was missed, in the words of the reading."""
    if endpoint.missed_reading == "gap":
        return pl.format("{} days without an evaluable assessment", "gap_days")
    missed = pl.col("missed_visits")
    if endpoint.not_evaluable_counts_as == "missed":
        missed += pl.col("not_evaluable_visits")
    plural = pl.when(missed == 1).then(pl.lit("")).otherwise(pl.lit("s"))
    return pl.format("{} missed assessment{}", missed, plural)
