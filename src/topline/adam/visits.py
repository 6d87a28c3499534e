"""Which rows are the baseline, and which assessment each later row belongs to."""

import polars as pl

from topline.adam.lesions import COUNTS

EARLIER = "an earlier scan; the baseline is the last before treatment"
NEW_AT_BASELINE = "a new lesion at baseline; not used"
NOT_EVALUATED = "counts as not evaluated"


def number_assessments(lesions: pl.DataFrame) -> pl.DataFrame:
    """Add ASSESSN: 0 for each lesion's baseline, then 1, 2, ... by date of the visit.

    The baseline of a lesion is its last evaluated row of the visits up to `start`. A subject
    without a visit by then has the first visit as baseline.

    Parameters
    ----------
    lesions
        As `derive_lesions` gives them, with `start`.

    Returns
    -------
    DataFrame
        The same rows; ASSESSN is null where a row is not used, and AREASON says why.
    """
    subject, lesion = ["USUBJID"], ["USUBJID", "PARCAT1", "TRLNKID"]
    usable = pl.any_horizontal(
        pl.col("AREASON").is_null(),
        *(pl.col("AREASON").str.ends_with(end) for end in (NOT_EVALUATED, COUNTS)),
    )
    rows = lesions.with_columns(
        usable=usable, day=pl.col("ADT").min().over("USUBJID", "visit")
    ).with_columns(first=pl.col("day").min().over(subject))
    rows = rows.with_columns(
        before=pl.col("day") <= pl.max_horizontal("start", "first"),
        evaluated=(pl.col("AVALC") != "NOT EVALUATED").fill_null(value=True),
    )
    rows = rows.sort(*lesion, "evaluated", "day", "ADT", "SRCSEQ", nulls_last=True)
    candidate = (pl.col("before") & pl.col("usable")).fill_null(value=False)
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    last = pl.when(candidate).then(place).max().over(lesion)
    rows = rows.with_columns(
        candidate=candidate,
        baseline=(candidate & (place.over(lesion) == last)).fill_null(value=False),
    )
    rows = _number_later(rows)
    new = pl.col("baseline") & (pl.col("PARCAT1") == "NEW")
    return rows.with_columns(
        ASSESSN=pl.when(new).then(None).when("baseline").then(0).otherwise("number"),
        AREASON=pl.when(new)
        .then(pl.lit(NEW_AT_BASELINE))
        .when(pl.col("candidate") & ~pl.col("baseline"))
        .then(pl.lit(EARLIER))
        .otherwise("AREASON"),
    )


def _number_later(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the visits after the baseline their numbers."""
    later = rows.filter(~pl.col("before") & pl.col("usable"))
    visits = later.select("USUBJID", "visit", "day").unique()
    order = pl.struct("day", "visit").rank("dense").over("USUBJID").cast(pl.Int64)
    numbered = visits.with_columns(number=order).drop("day")
    joined = rows.join(numbered, on=["USUBJID", "visit"], how="left", maintain_order="left")
    used = ~pl.col("before") & pl.col("usable")
    return joined.with_columns(number=pl.when(used).then("number"))
