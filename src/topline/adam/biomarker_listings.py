"""Listings of what could not be evaluated: samples and markers, and questionnaires."""

import polars as pl


def derive_not_evaluable(adbm: pl.DataFrame) -> pl.DataFrame:
    """List samples and markers without a result, each with the reason.

    Parameters
    ----------
    adbm
        As `derive_adam` gives it.

    Returns
    -------
    DataFrame
        One row a row of ADBM without a result, in its order.
    """
    return adbm.filter(pl.col("AREASON").is_not_null()).select(
        "USUBJID", "PARAMCD", "PARAM", "AVISIT", "ADT", "SPREFID", "AVALC", "AREASON", "SRCDOM",
        "SRCSEQ",
    )  # fmt: skip


def derive_missing_scores(adqs: pl.DataFrame) -> pl.DataFrame:
    """List forms that were not filled in, and scales of the others that have no score.

    Parameters
    ----------
    adqs
        As `derive_adam` gives it.

    Returns
    -------
    DataFrame
        One row a form not done, or a scale without a score on a form that was filled in.
    """
    is_form, done = pl.col("FORMFL") == "Y", pl.col("AVALC") != "NOT DONE"
    filled = adqs.filter(is_form & done).select("USUBJID", "PARCAT1", "SRCSEQ")
    forms = adqs.filter(is_form & ~done)
    scales = adqs.filter(pl.col("FORMFL").is_null(), pl.col("AVAL").is_null()).join(
        filled, on=["USUBJID", "PARCAT1", "SRCSEQ"], how="semi", maintain_order="left"
    )
    both = pl.concat([forms, scales]).sort("USUBJID", "ASEQ")
    return both.select(
        "USUBJID", "PARCAT1", "PARAMCD", "PARAM", "AVISIT", "ADT", "ANSWERED", "ITEMS", "REFUSED",
        "AREASON", "SRCSEQ",
    )  # fmt: skip
