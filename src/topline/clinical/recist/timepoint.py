"""Response of one assessment: the guideline's tables 1 and 2 as data (section 4.4.1)."""

from itertools import product

import polars as pl

from topline.clinical.recist.criteria import Criteria

_T = ("CR", "PR", "SD", "PD", "NE")
_NT = ("CR", "NON-CR/NON-PD", "PD", "NE")
_ANY_NEW = ("NO", "YES")
_NOT_PD = ("NONE", "CR", "NON-CR/NON-PD", "NE")

Row = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]

TABLE_1: tuple[Row, ...] = (
    # target, non-target, new lesion -> response; NONE: no non-target lesions
    (("CR",), ("CR", "NONE"), ("NO",), "CR"),
    (("CR",), ("NON-CR/NON-PD",), ("NO",), "PR"),
    (("CR",), ("NE",), ("NO",), "PR"),
    (("PR",), _NOT_PD, ("NO",), "PR"),
    (("SD",), _NOT_PD, ("NO",), "SD"),
    (("NE",), _NOT_PD, ("NO",), "NE"),
    (("PD",), (*_NT, "NONE"), _ANY_NEW, "PD"),
    (_T, ("PD",), _ANY_NEW, "PD"),
    (_T, (*_NT, "NONE"), ("YES",), "PD"),
)
"""Patients with target lesions, with or without non-target lesions."""

TABLE_2: tuple[Row, ...] = (
    (("NONE",), ("CR",), ("NO",), "CR"),
    (("NONE",), ("NON-CR/NON-PD",), ("NO",), "NON-CR/NON-PD"),
    (("NONE",), ("NE",), ("NO",), "NE"),
    (("NONE",), ("PD",), _ANY_NEW, "PD"),
    (("NONE",), _NT, ("YES",), "PD"),
)
"""Patients with non-target lesions only."""

NO_DISEASE: tuple[Row, ...] = (
    (("NONE",), ("NONE",), ("NO",), "NED"),
    (("NONE",), ("NONE",), ("YES",), "PD"),
)
"""Patients without disease at baseline; the guideline has no table for them (4.1)."""


def time_point_table() -> pl.DataFrame:
    """Return the three tables in one, a row for every combination.

    Examples
    --------
    >>> table = time_point_table()
    >>> table.filter(target="CR", non_target="NE", new="NO")["response"].item()
    'PR'
    """
    rows = [
        (*combination, response)
        for *choices, response in (*TABLE_1, *TABLE_2, *NO_DISEASE)
        for combination in product(*choices)
    ]
    columns = ["target", "non_target", "new", "response"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").unique(
        maintain_order=True
    )


def derive_response(assessments: pl.DataFrame) -> pl.DataFrame:
    """Look up `response` from the three parts; null at baseline.

    A doubtful new lesion is none until it is certain (4.3.5).
    """
    keys = assessments.with_columns(
        target=pl.col("target_response").fill_null("NONE"),
        non_target=pl.coalesce(
            "non_target_response",
            pl.when(pl.col("disease_unknown")).then(pl.lit("NE")).otherwise(pl.lit("NONE")),
        ),
        new=pl.when(pl.col("new_lesion") == "YES").then(pl.lit("YES")).otherwise(pl.lit("NO")),
    )
    found = keys.join(
        time_point_table(),
        on=["target", "non_target", "new"],
        how="left",
        maintain_order="left",
        validate="m:1",
    )
    after = pl.when(pl.col("assessment") > 0).then("response")
    return found.with_columns(response=after).drop("target", "non_target", "new")


def derive_after_complete_response(responses: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Judge what follows CR (table 3, note a): disease that is seen came back, or had never gone.

    Where CR cannot be claimed again and yet nobody saw disease (a non-target lesion not evaluated,
    or doubtful), it is NE: table 1 says PR, which would stand for disease.

    Parameters
    ----------
    responses
        One row an assessment, sorted by `who` and `assessment`, with `response` and `disease_seen`.

    Returns
    -------
    DataFrame
        The same rows with `response` changed, and `came_back` (disease is seen after CR).
    """
    option = criteria.disease_after_complete_response
    if option == "AS ASSESSED":
        return responses.with_columns(came_back=pl.lit(value=False))
    if option == "CR WAS PR":
        responses = responses.with_columns(response=_never_gone())
    response, complete = pl.col("response"), pl.col("response") == "CR"
    first = pl.when(complete).then("assessment").min().over("who")
    after = (~complete & (pl.col("assessment") > first)).fill_null(value=False)
    back, unseen = after & pl.col("disease_seen"), response.is_in(["PR", "SD", "NON-CR/NON-PD"])
    settled = pl.when(back).then(pl.lit("PD")).when(after & unseen).then(pl.lit("NE"))
    return responses.with_columns(came_back=back, response=settled.otherwise(response))


def _never_gone() -> pl.Expr:
    """Make CR PR where PR is the next sign of disease, until one CR proves to have been real."""
    response, seen = pl.col("response"), pl.col("disease_seen")
    complete = response == "CR"
    sign = (
        pl.when(complete)
        .then(None)
        .when((response == "PR") & seen)
        .then(pl.lit("PR"))
        .when(seen | (response == "PD"))
        .then(pl.lit("PD"))
    )
    following = pl.when(complete).then(sign.backward_fill().over("who"))
    real = pl.when(following == "PD").then("assessment").min().over("who")
    never_gone = (following == "PR") & (pl.col("assessment") < real).fill_null(value=True)
    return pl.when(never_gone).then(pl.lit("PR")).otherwise(response)
