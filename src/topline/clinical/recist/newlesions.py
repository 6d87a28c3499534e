"""New lesions: certain, doubtful, and doubtful then certain (section 4.3.5)."""

import polars as pl

from topline.clinical.recist.criteria import Criteria


def derive_new_lesions(lesions: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Judge the new lesions together: one row an assessment with at least one of them.

    A new lesion is certain unless its state is EQUIVOCAL, ABSENT or NOT EVALUATED, or it is a node
    of normal size that nobody called unequivocal. A doubtful one is certain from the start when the
    next look that settles it finds it.

    Returns
    -------
    DataFrame
        `at`, `new_lesion` (YES, EQUIVOCAL or NO), `new_lesion_date` (first certain one),
        `new_lesion_later` (one was doubtful here and is certain by what came later) and
        `new_lesion_names`.
    """
    state, settled = pl.col("state"), pl.col("settled")
    judged = (
        pl.when(state.is_in(["EQUIVOCAL", "NOT EVALUATED"]))
        .then(None)
        .when(state.is_in(["UNEQUIVOCAL", "MERGED", "SPLIT"]))
        .then(statement=True)
        .otherwise(~pl.col("gone"))
    )
    rows = lesions.filter(pl.col("role") == "new").with_columns(settled=judged)
    doubtful = (state == "EQUIVOCAL").fill_null(value=False)
    later = settled.backward_fill().over("track", order_by="assessment")
    back = later if criteria.equivocal_new_lesion_dated_back else settled
    rows = rows.with_columns(
        certain=pl.when(doubtful).then(back).otherwise(settled).fill_null(value=False),
        doubtful=doubtful,
    )
    certain = pl.col("certain")
    return rows.group_by("at").agg(
        new_lesion=pl.when(certain.any())
        .then(pl.lit("YES"))
        .when(pl.col("doubtful").any())
        .then(pl.lit("EQUIVOCAL"))
        .otherwise(pl.lit("NO")),
        new_lesion_date=pl.col("date").filter(certain).min(),
        new_lesion_later=(certain & pl.col("doubtful")).any(),
        new_lesion_names=pl.col("lesion")
        .filter(certain | pl.col("doubtful"))
        .cast(pl.String)
        .sort()
        .str.join(", "),
    )
