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


def derive_unseen_after_complete_response(
    assessments: pl.DataFrame, criteria: Criteria
) -> pl.DataFrame:
    """Make it NE when, after CR, no disease was seen but a non-target lesion was not evaluated.

    Table 1 says PR there, which after CR would stand for disease that nobody saw.
    """
    if criteria.disease_after_complete_response == "AS ASSESSED":
        return assessments
    unseen = (pl.col("target_response") == "CR") & (pl.col("non_target_response") == "NE")
    nothing = (unseen & (pl.col("new_lesion") != "YES")).fill_null(value=False)
    return assessments.with_columns(
        response=pl.when(_after_complete_response("who") & nothing)
        .then(pl.lit("NE"))
        .otherwise("response")
    )


def derive_after_complete_response(
    responses: pl.DataFrame, by: str, criteria: Criteria
) -> pl.DataFrame:
    """Judge disease that is seen after CR (table 3, note a); `response` changes, nothing else.

    Parameters
    ----------
    responses
        One row an assessment, sorted by subject and assessment.
    by
        Column that tells the subjects apart.
    """
    if criteria.disease_after_complete_response == "AS ASSESSED":
        return responses
    response = pl.col("response")
    if criteria.disease_after_complete_response == "CR WAS PR":
        other = pl.when(~response.is_in(["CR", "NE"])).then(response).backward_fill().over(by)
        never_gone = (response == "CR") & other.is_in(["PR", "NON-CR/NON-PD"])
        responses = responses.with_columns(
            response=pl.when(never_gone).then(other).otherwise(response)
        )
    back = _after_complete_response(by) & response.is_in(["PR", "SD", "NON-CR/NON-PD"])
    return responses.with_columns(response=pl.when(back).then(pl.lit("PD")).otherwise(response))


def _after_complete_response(by: str) -> pl.Expr:
    """Whether an earlier assessment of the subject was CR."""
    complete = pl.when(pl.col("response") == "CR").then("assessment")
    return (pl.col("assessment") > complete.min().over(by)).fill_null(value=False)
