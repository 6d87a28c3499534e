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

    A lesion that merged, or a lesion of the baseline that split, needs no diameter of its own when
    another lesion of the assessment with the same state has one: its size is counted there.

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
    parts = rows.filter(pl.col("state").is_in(_ELSEWHERE))
    rows = rows.with_columns(
        of_baseline=_among(rows, "track", rows.filter(pl.col("assessment") == 0)),
        part=_among(rows, "track", parts),
        carried=_among(rows, "row", _carried(parts)),
    )
    return rows.with_columns(
        size_mm=_size(criteria), followed=pl.col("of_baseline") | pl.col("part")
    ).with_columns(gone=_gone(criteria))


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
    """Parts whose size may stand with another part of the assessment."""
    return parts.filter(pl.col("diameter_mm").is_not_null().any().over("at", "state"))


def _size(criteria: Criteria) -> pl.Expr:
    """Size in mm; null where the lesion was not evaluated."""
    state, diameter = pl.col("state"), pl.col("diameter_mm")
    return (
        pl.when(state == "ABSENT")
        .then(0.0)
        .when(diameter.is_not_null())
        .then(diameter)
        .when(state == "TOO SMALL")
        .then(criteria.too_small_to_measure_mm)
        .when(pl.col("carried") & ((state == "MERGED") | pl.col("of_baseline")))
        .then(0.0)
    )


def _gone(criteria: Criteria) -> pl.Expr:
    """Whether a lesion is no disease any more: absent, or a node below 10 mm (4.3.1, 4.3.3)."""
    normal = pl.col("nodal") & (pl.col("size_mm") < criteria.normal_node_below_mm)
    return ((pl.col("size_mm") == 0) | normal).fill_null(value=False)
