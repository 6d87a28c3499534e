"""Values of each patient, side by side or visit by visit."""

import polars as pl

from topline.analyses.formats import collected_decimals, statistic
from topline.analyses.levels import label_of, unit_of
from topline.analyses.patients import (
    Adam,
    complete_rows,
    no_rows,
    own_rows,
    patients_of,
    shown_row,
    variable_rows,
)
from topline.analyses.repeated_measures import among_visits
from topline.analyses.trace import equals, own, where
from topline.protocol.patient_figures import PatientValues
from topline.protocol.protocol import Protocol


def list_values(protocol: Protocol, analysis: PatientValues, adam: Adam) -> pl.DataFrame:
    """List the values of each patient.

    Parameters
    ----------
    protocol
        Gives the analysis set, labels and units.
    analysis
        Variables of ADSL, or a parameter of a dataset and its visits.
    adam
        ADSL, and the dataset.

    Returns
    -------
    DataFrame
        Rows of results. Of all: how many have values. Of each patient: the value of each variable,
        whose parameter it is; or of each visit, whose group it is; then the values of `by`.
    """
    everyone = patients_of(protocol, analysis, adam)
    patients = everyone.frame
    if analysis.variables:
        values = _of_variables(protocol, analysis, patients)
        name, label = analysis.variables[0], label_of(protocol, analysis.variables[0])
    else:
        values = _of_visits(analysis, adam, patients)
        name = str(analysis.parameter)
        label = values["parameter_label"][0] if values.height else name
    about = {"parameter": name, "parameter_label": label}
    count = shown_row(everyone, values["level"], about)
    return pl.concat([count, values, variable_rows(protocol, analysis.by, everyone)])


def _of_variables(
    protocol: Protocol, analysis: PatientValues, patients: pl.DataFrame
) -> pl.DataFrame:
    names = list(analysis.variables)
    kept = patients.drop_nulls(names) if analysis.complete else patients
    parts: list[pl.DataFrame] = []
    for name in names:
        rows = kept.filter(pl.col(name).is_not_null()).select(
            "USUBJID",
            "SUBJID",
            parameter=pl.lit(name),
            parameter_label=pl.lit(label_of(protocol, name)),
            statistic=pl.lit("value"),
            value=pl.col(name).cast(pl.Float64),
            unit=pl.lit(unit_of(protocol, name)),
            **own_rows("ADSL", f"{name} IS NOT NULL"),
        )
        parts.append(complete_rows(rows.with_columns(display=_print(rows["value"]))))
    return pl.concat(parts)


def _of_visits(analysis: PatientValues, adam: Adam, patients: pl.DataFrame) -> pl.DataFrame:
    data = adam[str(analysis.dataset)]
    chosen = where(
        equals("PARAMCD", analysis.parameter), own(analysis.rows), f"{analysis.value} IS NOT NULL"
    )
    rows = data.filter(pl.sql_expr(chosen)).with_columns(
        pl.col(analysis.visit).cast(pl.String).alias("(visit)")
    )
    subjects = patients.select("USUBJID", subject="SUBJID")
    rows = rows.join(subjects, on="USUBJID").drop_nulls("(visit)")
    visits = analysis.visits or _visits(analysis, rows)
    kind = data.schema[analysis.visit]
    label = rows["PARAM"][0] if rows.height and "PARAM" in rows.columns else analysis.parameter
    shown = collected_decimals(rows[analysis.value].cast(pl.Float64).to_list())
    parts = [no_rows()]
    for visit in visits:
        at = rows.filter(pl.col("(visit)") == visit).sort("USUBJID")
        inside = where(chosen, among_visits(analysis.visit, (visit,), kind))
        found = at.select(
            "USUBJID",
            SUBJID="subject",
            parameter=pl.lit(analysis.parameter),
            parameter_label=pl.lit(label),
            by=pl.lit(analysis.visit),
            group=pl.lit(visit),
            group_label=pl.lit(visit),
            statistic=pl.lit("value"),
            value=pl.col(analysis.value).cast(pl.Float64),
            unit=pl.col("AVALU").fill_null("") if "AVALU" in at.columns else pl.lit(""),
            **own_rows(str(analysis.dataset), inside),
        )
        parts.append(complete_rows(found.with_columns(display=_print(found["value"], shown))))
    return pl.concat(parts)


def _visits(analysis: PatientValues, rows: pl.DataFrame) -> tuple[str, ...]:
    order = "AVISITN" if "AVISITN" in rows.columns else analysis.visit
    first = rows.group_by("(visit)").agg(pl.col(order).min().alias("(order)"))
    return tuple(first.sort("(order)", "(visit)")["(visit)"])


def _print(values: pl.Series, decimals: int | None = None) -> pl.Series:
    known = values.to_list()
    places = collected_decimals(known) if decimals is None else decimals
    return pl.Series([statistic("value", value, places) for value in known], dtype=pl.String)
