"""Course of each patient's treatment: how long, why it ended, and when what happened."""

from collections.abc import Iterator

import polars as pl

from topline.analyses.levels import label_of
from topline.analyses.patient_dates import (
    date_rows,
    derive_dates,
    print_times,
    time_since,
    with_start,
)
from topline.analyses.patients import (
    Adam,
    Everyone,
    complete_rows,
    own_rows,
    patients_of,
    shown_row,
    variable_rows,
)
from topline.analyses.trace import equals, where
from topline.protocol.endpoints import date_source
from topline.protocol.patient_figures import PatientCourses
from topline.protocol.protocol import Protocol

TREATMENT = "TREATMENT"
ONGOING = "ONGOING"
_LABEL = "Time on treatment"


def list_courses(protocol: Protocol, analysis: PatientCourses, adam: Adam) -> pl.DataFrame:
    """List the course of each patient.

    Parameters
    ----------
    protocol
        Gives the analysis set, labels and the order of reasons.
    analysis
        From when to when, which drugs and dates.
    adam
        ADSL, and the datasets of the dates; ADEX where drugs are named.

    Returns
    -------
    DataFrame
        Rows of results. Of each patient: the time on treatment, without a value where there was
        none; the first and last day of each drug; when each date was; why treatment ended, or how
        it stands; the value of each variable. Before those of the patients, how many they are.
    """
    everyone = with_start(adam, analysis.start, patients_of(protocol, analysis, adam))
    source = date_source(analysis.until)
    last = derive_dates(adam, source.dataset, source).select("USUBJID", last="ADT")
    patients = everyone.frame.join(last, on="USUBJID", how="left", maintain_order="left")
    duration = _durations(analysis, patients)
    has = duration.filter(pl.col("value").is_not_null())["level"]
    about = {"parameter": TREATMENT, "parameter_label": _LABEL}
    return pl.concat(
        [
            shown_row(everyone, has, about),
            duration,
            *(_drug(analysis, adam, patients, drug) for drug in analysis.drugs),
            date_rows(adam, analysis.dates, everyone, analysis.unit),
            *_ends(protocol, analysis, everyone),
            variable_rows(protocol, analysis.by, everyone),
        ]
    )


def _durations(analysis: PatientCourses, patients: pl.DataFrame) -> pl.DataFrame:
    possible = pl.col("last") >= pl.col("start")
    known = pl.when(possible).then(time_since("start", "last", analysis.unit))
    rows = patients.select(
        "USUBJID",
        "SUBJID",
        parameter=pl.lit(TREATMENT),
        parameter_label=pl.lit(_LABEL),
        statistic=pl.lit("duration"),
        value=known,
        unit=pl.lit(analysis.unit),
        warning=pl.when(known.is_null()).then(pl.lit("never treated")).otherwise(pl.lit("")),
        **own_rows("ADSL"),
    )
    return complete_rows(rows.with_columns(display=print_times(rows["value"], analysis.unit)))


def _drug(analysis: PatientCourses, adam: Adam, patients: pl.DataFrame, drug: str) -> pl.DataFrame:
    """Tell the first and the last day of a drug, of those who took it."""
    course = where(equals("PARAMCD", "TDURD"), equals("PARCAT1", drug))
    taken = adam["ADEX"].filter(pl.sql_expr(course)).drop_nulls(["ASTDT", "AENDT"])
    found = (
        patients.select("USUBJID", "SUBJID", "start")
        .drop_nulls("start")
        .join(taken.select("USUBJID", "ASTDT", "AENDT"), on="USUBJID", maintain_order="left")
    )
    parts: list[pl.DataFrame] = []
    for name, day in (("first", "ASTDT"), ("last", "AENDT")):
        rows = found.select(
            "USUBJID",
            "SUBJID",
            parameter=pl.lit(drug),
            parameter_label=pl.lit(drug),
            statistic=pl.lit(name),
            value=time_since("start", day, analysis.unit),
            unit=pl.lit(analysis.unit),
            **own_rows("ADEX", course),
        )
        parts.append(
            complete_rows(rows.with_columns(display=print_times(rows["value"], analysis.unit)))
        )
    return pl.concat(parts)


def _ends(
    protocol: Protocol, analysis: PatientCourses, everyone: Everyone
) -> Iterator[pl.DataFrame]:
    """Tell why treatment ended; of those without a reason, how it stands."""
    treated = everyone.frame.filter(pl.col("start").is_not_null())
    reason = pl.col(analysis.reason)
    ended = treated.filter(reason.is_not_null())
    yield variable_rows(protocol, (analysis.reason,), everyone, ended)
    others = treated.filter(reason.is_null())
    for (status,), rows in others.sort("EOTSTT", "USUBJID").group_by("EOTSTT", maintain_order=True):
        text = str(status or "UNKNOWN")
        about = {
            "parameter": analysis.reason, "parameter_label": label_of(protocol, analysis.reason),
            "by": "EOTSTT", "group": text, "group_label": text.capitalize(),
        }  # fmt: skip
        yield everyone.count_row(rows["USUBJID"], about)
        told = rows.select(
            "USUBJID",
            "SUBJID",
            **{name: pl.lit(value) for name, value in about.items()},
            statistic=pl.lit("value"),
            display=pl.lit(text.capitalize()),
            **own_rows("ADSL"),
        )
        yield complete_rows(told)
