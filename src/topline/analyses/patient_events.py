"""Worst grade of each adverse event that each patient had, for heat maps."""

import polars as pl

from topline.analyses.adverse_events import ANY
from topline.analyses.levels import MISSING
from topline.analyses.patients import (
    Adam,
    Everyone,
    complete_rows,
    no_rows,
    own_rows,
    variable_rows,
)
from topline.analyses.trace import equals, own, where
from topline.protocol.adverse_events import PatientEvents
from topline.protocol.protocol import Protocol


def list_events(protocol: Protocol, analysis: PatientEvents, adam: Adam) -> pl.DataFrame:
    """List the worst grade of each patient by term.

    Parameters
    ----------
    protocol
        Gives the analysis set, and the arms.
    analysis
        Which events, by which term.
    adam
        ADSL and ADAE.

    Returns
    -------
    DataFrame
        Rows of results. First of any event, then term by term, the most frequent first: how many
        patients had it, and of each who had the worst grade (`display` tells where it is missing).
        Patients without any event have grade 0 of any. Last, with several arms, who is in which.
    """
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    everyone = Everyone(adam["ADSL"].filter(pl.sql_expr(inside)).sort("USUBJID"), inside)
    base = where(inside, own(analysis.where))
    events = adam["ADAE"].filter(pl.sql_expr(base)).filter(
        pl.col("USUBJID").is_in(everyone.frame["USUBJID"].implode())
    )  # fmt: skip
    term = pl.col(analysis.term)
    ranked = (
        events.group_by(term.alias("term"))
        .agg(pl.col("USUBJID").n_unique().alias("had"))
        .sort("had", "term", descending=[True, False], nulls_last=True)
    )
    arms = ("TRT01A",) if len(protocol.study.arms) > 1 else ()
    return pl.concat(
        [
            no_rows(),
            _any(everyone, events, base),
            *(_term(everyone, events, analysis.term, name, base) for name in ranked["term"]),
            variable_rows(protocol, arms, everyone),
        ]
    )


def _any(everyone: Everyone, events: pl.DataFrame, base: str) -> pl.DataFrame:
    """Tell the worst grade of any event, and who had none."""
    about = {"parameter": ANY, "parameter_label": "Any adverse event"}
    none = everyone.frame.filter(~pl.col("USUBJID").is_in(events["USUBJID"].implode()))
    without = none.select(
        "USUBJID",
        "SUBJID",
        value=pl.lit(0.0),
        display=pl.lit("0"),
        statistic=pl.lit("grade"),
        **{name: pl.lit(text) for name, text in about.items()},
        **own_rows("ADSL"),
    )
    graded = _grades(everyone, events, about, base)
    patients = pl.concat([graded, complete_rows(without)]).sort("level")
    return pl.concat([everyone.count_row(events["USUBJID"], about), patients])


def _term(
    everyone: Everyone, events: pl.DataFrame, variable: str, term: str | None, base: str
) -> pl.DataFrame:
    """Tell the worst grade of a term."""
    condition = equals(variable, term)
    mine = events.filter(pl.sql_expr(condition))
    about = {"parameter": term or MISSING, "parameter_label": term or MISSING}
    counted = everyone.count_row(mine["USUBJID"], about)
    return pl.concat([counted, _grades(everyone, mine, about, where(base, condition))])


def _grades(
    everyone: Everyone, events: pl.DataFrame, about: dict[str, str], condition: str
) -> pl.DataFrame:
    worst = (
        events.group_by("USUBJID")
        .agg(pl.col("ATOXGRN").cast(pl.Int64).max().alias("grade"))
        .join(everyone.frame.select("USUBJID", "SUBJID"), on="USUBJID", how="inner")
        .sort("USUBJID")
    )
    return complete_rows(
        worst.select(
            "USUBJID",
            "SUBJID",
            value=pl.col("grade").cast(pl.Float64),
            display=pl.col("grade").cast(pl.String).fill_null("Missing"),
            statistic=pl.lit("grade"),
            **{name: pl.lit(text) for name, text in about.items()},
            **own_rows("ADAE", condition),
        )
    )
