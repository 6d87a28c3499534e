"""What each lesion counts for, before anything is added up (section 4.3.2).

Rows are sorted by subject, assessment, role and lesion; `who`, `at` and `track` number the
subjects, the assessments and the lesions, so that what follows compares and groups integers.
"""

import polars as pl

from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.schemas import ROLES, STATES

_ELSEWHERE = ("MERGED", "SPLIT")


def derive_lesions(measurements: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Give every lesion its size and what it means.

    A target lesion that merged, or one of the baseline that split, needs no diameter of its own
    when what it merged into, or a part that split off, has one: its size is counted there.

    Parameters
    ----------
    measurements
        `Measurements`, sorted by subject.

    Returns
    -------
    DataFrame
        The same rows with `who`, `at`, `track` and `size_mm` (what the lesion adds to the sum; null
        if not evaluated), `gone` (absent, or a normal node), `of_baseline` and `followed` (of the
        baseline, or grown out of a lesion that was).
    """
    rows = _number(measurements)
    rows = rows.with_columns(
        of_baseline=_among(rows, "track", rows.filter(pl.col("assessment") == 0)),
        part=_among(rows, "track", rows.filter(pl.col("state").is_in(_ELSEWHERE))),
        size_mm=_size(criteria),
    )
    carried = _among(rows, "row", _carried(rows.filter(pl.col("part"))))
    rows = rows.with_columns(
        size_mm=pl.when(carried).then(0.0).otherwise("size_mm"),
        followed=pl.col("of_baseline") | pl.col("part"),
    ).with_columns(gone=_gone(criteria))
    gone = _among(rows, "row", _merged_and_gone(rows.filter(pl.col("part"))))
    return rows.with_columns(gone=pl.col("gone") | gone)


def _number(measurements: pl.DataFrame) -> pl.DataFrame:
    """Sort, with subjects, assessments and lesions as numbers and terms as categories."""
    lesions = pl.Enum(measurements["lesion"].unique().sort())
    rows = measurements.with_columns(
        pl.col("role").cast(pl.Enum(ROLES)),
        pl.col("state").cast(pl.Enum(STATES)),
        pl.col("lesion").cast(lesions),
        who=pl.col("subject").rle_id().cast(pl.Int64),
    ).sort("who", "assessment", "role", "lesion")
    changed = pl.any_horizontal(pl.col("who", "assessment") != pl.col("who", "assessment").shift(1))
    role = pl.col("who") * len(ROLES) + pl.col("role").to_physical()
    return rows.with_columns(
        at=changed.fill_null(value=True).cum_sum(),
        track=role * len(lesions.categories) + pl.col("lesion").to_physical(),
    ).with_row_index("row")


def _among(rows: pl.DataFrame, key: str, some: pl.DataFrame) -> pl.Series:
    """Whether the key of a row is one of some rows."""
    return rows[key].is_in(some[key].unique().implode())


def _carried(parts: pl.DataFrame) -> pl.DataFrame:
    """Find the target lesions without a size whose size stands with a part or with the mass."""
    state, sized = pl.col("state"), pl.col("size_mm").is_not_null()
    targets = parts.filter(pl.col("role") == "target").with_columns(
        split_from=_first(state == "SPLIT"),
        merged_from=_first((state == "MERGED") & pl.col("diameter_mm").is_not_null()),
    )
    part = sized & ~pl.col("of_baseline") & (pl.col("at") >= pl.col("split_from"))
    mass = sized & (pl.col("at") >= pl.col("merged_from"))
    split = (state == "SPLIT") & pl.col("of_baseline") & part.any().over("at")
    return targets.filter(~sized & (split | ((state == "MERGED") & mass.any().over("at"))))


def _merged_and_gone(parts: pl.DataFrame) -> pl.DataFrame:
    """Find the lesions without a size that merged into something that is no disease any more."""
    merged, sized = pl.col("state") == "MERGED", pl.col("diameter_mm").is_not_null()
    mass = merged & sized
    normal = mass.any().over("at") & (pl.col("gone") | ~mass).all().over("at")
    return parts.filter(merged & pl.col("size_mm").is_null() & normal)


def _first(what: pl.Expr) -> pl.Expr:
    """First assessment in which something holds for the lesion."""
    return pl.when(what).then("at").min().over("track")


def _size(criteria: Criteria) -> pl.Expr:
    """Size in mm that the lesion has by itself; null where it was not evaluated."""
    state, diameter = pl.col("state"), pl.col("diameter_mm")
    return (
        pl.when(state == "ABSENT")
        .then(0.0)
        .when(diameter.is_not_null())
        .then(diameter)
        .when(state == "TOO SMALL")
        .then(criteria.too_small_to_measure_mm)
    )


def _gone(criteria: Criteria) -> pl.Expr:
    """Whether a lesion is no disease any more: absent, or a node below 10 mm (4.3.1, 4.3.3)."""
    normal = pl.col("nodal") & (pl.col("size_mm") < criteria.normal_node_below_mm)
    return ((pl.col("size_mm") == 0) | normal).fill_null(value=False)
