"""New lesions: certain, doubtful, and doubtful then certain (section 4.3.5)."""

import polars as pl

from topline.clinical.recist.criteria import Criteria


def derive_new_lesions(lesions: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Judge the new lesions together: one row an assessment with at least one of them.

    Returns
    -------
    DataFrame
        `at`, `new_lesion` (YES, EQUIVOCAL or NO), `new_lesion_date` (first certain one),
        `new_lesion_later` (one was doubtful here and is certain by what came later) and
        `new_lesion_names`.
    """
    rows = judge_new_lesions(lesions, criteria)
    certain, doubtful = pl.col("certain"), pl.col("doubtful")
    return rows.group_by("at").agg(
        new_lesion=pl.when(certain.any())
        .then(pl.lit("YES"))
        .when(doubtful.any())
        .then(pl.lit("EQUIVOCAL"))
        .otherwise(pl.lit("NO")),
        new_lesion_date=pl.col("date").filter(certain).min(),
        new_lesion_later=(certain & doubtful).any(),
        new_lesion_names=pl.col("lesion")
        .filter(certain | doubtful)
        .cast(pl.String)
        .sort()
        .str.join(", "),
    )


def judge_new_lesions(lesions: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Return the rows of new lesions with `certain` and `doubtful`.

    A new lesion is certain unless its state is EQUIVOCAL, ABSENT or NOT EVALUATED, or it is a node
    of normal size that nobody called unequivocal. A doubtful one is certain from the start when the
    next look that settles it finds it.
    """
    state, settled = pl.col("state"), pl.col("settled")
    judged = (
        pl.when(state.is_in(["EQUIVOCAL", "NOT EVALUATED"]))
        .then(None)
        .when(state.is_in(["UNEQUIVOCAL", "MERGED", "SPLIT", "INCREASED"]))
        .then(statement=True)
        .otherwise(~pl.col("gone"))
    )
    rows = lesions.filter(pl.col("role") == "new").with_columns(settled=judged)
    doubtful = (state == "EQUIVOCAL").fill_null(value=False)
    later = settled.backward_fill().over("track", order_by="assessment")
    back = later if criteria.equivocal_progression_dated_back else settled
    return rows.with_columns(
        certain=pl.when(doubtful).then(back).otherwise(settled).fill_null(value=False),
        doubtful=doubtful,
    )


def derive_growth_of_new_lesions(lesions: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Add up the new lesions, which iRECIST follows: one row an assessment with one of them.

    Returns
    -------
    DataFrame
        `at`, `new_lesions_mm` (those measured), `new_appear` (lesions certain for the first time),
        `new_increased` (one is called INCREASED), `new_present` and `new_gone` (lesions certain by
        now that are still there, or no longer).
    """
    certain, measured = pl.col("certain"), pl.col("diameter_mm").is_not_null()
    since = pl.when(certain).then("at").min().over("track")
    known = pl.col("at") >= pl.col("since")
    rows = judge_new_lesions(lesions, criteria).with_columns(since=since)
    return rows.group_by("at").agg(
        new_lesions_mm=pl.when((known & measured).any()).then(pl.when(known).then("size_mm").sum()),
        new_appear=(pl.col("at") == pl.col("since")).sum().cast(pl.Int64),
        new_increased=(known & (pl.col("state") == "INCREASED")).any(),
        new_present=(known & certain).any(),
        new_gone=(known & ~pl.col("settled")).sum().cast(pl.Int64),
    )
