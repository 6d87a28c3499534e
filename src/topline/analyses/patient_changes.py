"""Change of each patient's tumor, or of another value, from baseline: the best, and over time."""

import polars as pl

from topline.analyses.formats import change
from topline.analyses.levels import RESPONSES, label_of
from topline.analyses.patient_dates import date_rows, print_times, time_since, with_start
from topline.analyses.patients import (
    Adam,
    Everyone,
    complete_rows,
    no_rows,
    own_rows,
    patients_of,
    shown_row,
    variable_rows,
)
from topline.analyses.trace import equals, own, where
from topline.protocol.patient_figures import PatientChanges
from topline.protocol.protocol import Protocol

_BEST = "PARAMCD = 'BPCHG'"


def of_target_lesions(analysis: PatientChanges) -> bool:
    """Whether the changes are those of the sum of diameters, which responses rest on."""
    return (analysis.dataset, analysis.parameter, analysis.best) == ("ADTR", "SUMDIAM", "lowest")


def list_changes(protocol: Protocol, analysis: PatientChanges, adam: Adam) -> pl.DataFrame:
    """List the changes of each patient.

    Parameters
    ----------
    protocol
        Gives the analysis set and labels.
    analysis
        Which values, and which dates.
    adam
        ADSL, the dataset of the values, ADRS, and the datasets of the dates.

    Returns
    -------
    DataFrame
        Rows of results. Of each patient: the best change, without a value and with the reason
        where there is none; the best response; time and change of every assessment, whose section
        is the day; the dates; the values of variables. Before those of the patients, how many
        they are.
    """
    everyone = with_start(adam, analysis.start, patients_of(protocol, analysis, adam))
    patients = everyone.frame
    points = _points(analysis, adam, patients)
    best = _best(analysis, adam, patients, points)
    has = best.filter(pl.col("value").is_not_null())["level"]
    about = _named(analysis, adam)
    return pl.concat(
        [
            shown_row(everyone, has, about),
            best,
            _responses(protocol, analysis, adam, everyone),
            _over_time(analysis, points, about),
            date_rows(adam, analysis.dates, everyone, analysis.unit),
            variable_rows(protocol, analysis.by, everyone),
        ]
    )


def _named(analysis: PatientChanges, adam: Adam) -> dict[str, str]:
    data = adam[analysis.dataset]
    labels = pl.Series([], dtype=pl.String)
    if "PARAM" in data.columns:
        labels = data.filter(PARAMCD=analysis.parameter)["PARAM"].drop_nulls()
    label = labels[0] if len(labels) else analysis.parameter
    return {"parameter": analysis.parameter, "parameter_label": label}


def _points(analysis: PatientChanges, adam: Adam, patients: pl.DataFrame) -> pl.DataFrame:
    """Return the values after the baseline that count, with their day, in the order of time."""
    data = adam[analysis.dataset]
    chosen = where(
        equals("PARAMCD", analysis.parameter),
        own(analysis.rows),
        f"{analysis.value} IS NOT NULL",
        "ASSESSN > 0" if analysis.dataset == "ADTR" else "ABLFL IS NULL",
    )
    rows = (
        data.filter(pl.sql_expr(chosen))
        .select(
            "USUBJID", "ADT", "ASEQ", change=pl.col(analysis.value).cast(pl.Float64)
        )
        .join(patients.select("USUBJID", "SUBJID", "start"), on="USUBJID")
        .filter(pl.col("ADT") >= pl.col("start"))
    )  # fmt: skip
    if of_target_lesions(analysis):
        used = pl.sql_expr("PARAMCD = 'OVR' AND ANL01FL = 'Y'")
        last = adam["ADRS"].filter(used).group_by("USUBJID").agg(until=pl.col("ADT").max())
        rows = rows.join(last, on="USUBJID").filter(pl.col("ADT") <= pl.col("until"))
    return rows.sort("USUBJID", "ADT", "ASEQ")


def _best(
    analysis: PatientChanges, adam: Adam, patients: pl.DataFrame, points: pl.DataFrame
) -> pl.DataFrame:
    """Tell the best change of each patient; of the sum of diameters that of ADRS."""
    if of_target_lesions(analysis):
        found = (
            adam["ADRS"]
            .filter(pl.sql_expr(where(_BEST, "AVAL IS NOT NULL")))
            .select("USUBJID", best="AVAL", **own_rows("ADRS", _BEST))
        )
    else:
        ordered = points.sort(
            "USUBJID", "change", "ADT", descending=[False, analysis.best == "highest", False]
        )
        found = ordered.unique("USUBJID", keep="first", maintain_order=True).select(
            "USUBJID",
            best="change",
            **own_rows(analysis.dataset, pl.format("ASEQ = {}", "ASEQ")),
        )
    known = pl.col("best").is_not_null()
    own_record = own_rows("ADSL")
    rows = patients.join(found, on="USUBJID", how="left", maintain_order="left").select(
        "USUBJID",
        "SUBJID",
        statistic=pl.lit("best_change"),
        value="best",
        unit=pl.lit("%"),
        warning=pl.when(known).then(pl.lit("")).otherwise(_reason(analysis, adam, points)),
        trace_dataset=pl.coalesce("trace_dataset", own_record["trace_dataset"]),
        trace_where=pl.coalesce("trace_where", own_record["trace_where"]),
        **{name: pl.lit(text) for name, text in _named(analysis, adam).items()},
    )
    return complete_rows(rows.with_columns(display=_print(rows["value"])))


def _reason(analysis: PatientChanges, adam: Adam, points: pl.DataFrame) -> pl.Expr:
    """Say why a patient has no change."""
    data = adam[analysis.dataset].filter(PARAMCD=analysis.parameter)
    measured = data.filter(pl.col("AVAL").is_not_null())
    baseline = measured.filter(
        pl.col("ASSESSN") == 0 if analysis.dataset == "ADTR" else pl.col("ABLFL") == "Y"
    )["USUBJID"]
    subject = pl.col("USUBJID")
    return (
        pl.when(~subject.is_in(baseline.implode()))
        .then(pl.lit("no value at baseline"))
        .when(~subject.is_in(points["USUBJID"].implode()))
        .then(pl.lit("no value after baseline that counts"))
        .otherwise(pl.lit("not evaluable"))
    )


def _print(values: pl.Series) -> pl.Series:
    return pl.Series([change(value) for value in values.to_list()], dtype=pl.String)


def _responses(
    protocol: Protocol, analysis: PatientChanges, adam: Adam, everyone: Everyone
) -> pl.DataFrame:
    """Tell the best overall response of each patient who has one, and how many have each."""
    if analysis.response is None:
        return no_rows()
    name = analysis.response
    chosen = where(equals("PARAMCD", name), "AVALC IS NOT NULL")
    found = adam["ADRS"].filter(pl.sql_expr(chosen)).select("USUBJID", response="AVALC")
    told = everyone.frame.select("USUBJID", "SUBJID").join(found, on="USUBJID")
    known = set(told["response"])
    parts = [no_rows()]
    for response in (*(r for r in RESPONSES if r in known), *sorted(known - set(RESPONSES))):
        rows = told.filter(response=response).sort("USUBJID")
        about = {
            "parameter": name, "parameter_label": label_of(protocol, name),
            "by": name, "group": response, "group_label": response,
        }  # fmt: skip
        parts.append(everyone.count_row(rows["USUBJID"], about))
        parts.append(
            complete_rows(
                rows.with_columns(
                    **{key: pl.lit(text) for key, text in about.items()},
                    statistic=pl.lit("value"),
                    display="response",
                    **own_rows("ADRS", equals("PARAMCD", name)),
                )
            )
        )
    return pl.concat(parts)


def _over_time(
    analysis: PatientChanges, points: pl.DataFrame, about: dict[str, str]
) -> pl.DataFrame:
    """Tell the time and the change of every assessment, one after the other."""
    day = (pl.col("ADT") - pl.col("start")).dt.total_days() + 1
    rows = points.with_columns(
        section=pl.format("day {}", day),
        **own_rows(analysis.dataset, pl.format("ASEQ = {}", "ASEQ")),
        **{name: pl.lit(text) for name, text in about.items()},
    )
    times = rows.with_columns(
        statistic=pl.lit("time"),
        value=time_since("start", "ADT", analysis.unit),
        unit=pl.lit(analysis.unit),
    )
    times = times.with_columns(display=print_times(times["value"], analysis.unit))
    changes = rows.with_columns(
        statistic=pl.lit("change"), value="change", unit=pl.lit("%"), display=_print(rows["change"])
    )
    both = [complete_rows(frame).with_row_index("(place)") for frame in (times, changes)]
    return pl.concat(both).sort("(place)", maintain_order=True).drop("(place)")
