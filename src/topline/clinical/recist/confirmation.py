"""Which responses are confirmed, and when (sections 4.4.3, 4.4.4 and 4.6.1).

A response and a later assessment confirm each other when enough days lie between them and nothing
in between speaks against it. What lies in between is counted by running totals, so each pair is
judged without a walk through the assessments.
"""

import polars as pl

from topline.clinical.recist.criteria import Criteria

_KINDS = {"ne": ["NE"], "sd": ["SD"], "pr": ["PR"], "other": ["NON-CR/NON-PD", "NED", "PD", "iUPD"]}


def derive_confirmation(responses: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Add `confirmed` (CR, PR or null) and `confirmed_on` to responses.

    CR is confirmed by CR with CR and NE in between; PR by PR or CR with PR, CR, NE and, if allowed,
    SD in between. A CR that only PR follows counts as PR, if the criteria leave it so far.

    Parameters
    ----------
    responses
        Counted assessments, sorted by `who` and `assessment`, with `date` and `response`.

    Returns
    -------
    DataFrame
        The same rows in the same order. Where no confirmation is required, `confirmed` is the
        response itself and `confirmed_on` is null.
    """
    response = pl.col("response")
    if not criteria.confirmation.required:
        return responses.with_columns(
            confirmed=pl.when(response.is_in(["CR", "PR"])).then(response),
            confirmed_on=pl.lit(None, pl.Date),
        )
    pairs = _pairs(responses).filter(_between(criteria))
    complete = (
        pairs.filter(_complete())
        .group_by("who", "assessment")
        .agg(complete_on=pl.col("date_later").min())
    )
    partial = pairs.group_by("who", "assessment").agg(partial_on=pl.col("date_later").min())
    joined = responses
    for found in (complete, partial):
        joined = joined.join(found, on=["who", "assessment"], how="left", maintain_order="left")
    confirmed = (
        pl.when(pl.col("complete_on").is_not_null())
        .then(pl.lit("CR"))
        .when(pl.col("partial_on").is_not_null())
        .then(pl.lit("PR"))
    )
    return joined.with_columns(
        confirmed=confirmed, confirmed_on=pl.coalesce("complete_on", "partial_on")
    ).drop("complete_on", "partial_on")


def _pairs(responses: pl.DataFrame) -> pl.DataFrame:
    """Every response with every later one of the subject, and the totals up to each."""
    totals = [
        pl.col("response").is_in(terms).cast(pl.Int32).cum_sum().over("who").alias(kind)
        for kind, terms in _KINDS.items()
    ]
    rows = responses.select("who", "assessment", "date", "response", *totals).filter(
        pl.col("response").is_in(["CR", "PR"])
    )
    return rows.join(rows, on="who", suffix="_later").filter(
        pl.col("assessment_later") > pl.col("assessment")
    )


def _between(criteria: Criteria) -> pl.Expr:
    """Whether the days and the assessments between a pair let it confirm a response."""
    rule = criteria.confirmation
    days = (pl.col("date_later") - pl.col("date")).dt.total_days()
    return (
        (days >= rule.interval_days)
        & (_passed("ne") <= rule.not_evaluable_between)
        & (_passed("sd") <= rule.stable_disease_between)
        & (_passed("other") == 0)
    )


def _complete() -> pl.Expr:
    """Whether a pair is CR twice with no disease seen in between."""
    both = (pl.col("response") == "CR") & (pl.col("response_later") == "CR")
    return both & (_passed("sd") == 0) & (_passed("pr") == 0)


def _passed(kind: str) -> pl.Expr:
    """Count the assessments of a kind after the first and up to the second."""
    return pl.col(f"{kind}_later") - pl.col(kind)
