"""From attributes and study days to the frame of patients."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.reconstruct.cohort import COURSE, Cohort
from topline.reconstruct.courses.dates import PLACES
from topline.reconstruct.courses.measure import State
from topline.reconstruct.published import Published
from topline.reconstruct.strata import GROUP

_OPTIONAL = ("END_OF_TREATMENT", "RESPONSE", "PROGRESSION", "LAST_SCAN")


def make_cohort(
    state: State,
    measured: Mapping[str, NDArray[np.float64]],
    published: Published,
    study: str,
    seed: int,
) -> Cohort:
    """Write patients down, numbered by the day of their first dose.

    Parameters
    ----------
    state
        Days and attributes of every patient.
    measured
        Measured numbers of every patient by name, NaN where there is none.
    published
        Sites and the data cut.
    study
        Begins every USUBJID.
    seed
        What all was drawn with.
    """
    days, present = state.days, state.present
    cut_days = days[:, PLACES["DATA_CUT"]]
    order = np.lexsort((np.arange(len(days)), -cut_days))
    first = [published.data_cut - timedelta(days=int(d) - 1) for d in cut_days[order]]
    sites = _sites(published, len(days), seed)
    numbers = _within(sites)
    subjects = [f"{n:03d}" for n in numbers]
    width = max(3, len(str(len(days))))
    columns: dict[str, pl.Series] = {
        "KEY": pl.Series([f"P{k + 1:0{width}d}" for k in range(len(days))]),
        "USUBJID": pl.Series([f"{study}-{s}-{n}" for s, n in zip(sites, subjects, strict=True)]),
        "SUBJID": pl.Series([f"{s}-{n}" for s, n in zip(sites, subjects, strict=True)]),
        "SITEID": pl.Series(sites),
        "FIRST_DOSE": pl.Series(first),
        "DATA_CUT": pl.Series([published.data_cut] * len(days)),
    }
    for name in _OPTIONAL:
        place = PLACES[name]
        columns[name] = _days(days[order, place], present[order, place])
    seen = days[order, PLACES["LAST_SEEN"]]
    columns["LAST_SEEN"] = _days(seen, np.ones_like(seen, dtype=np.bool_))
    columns["DEATH"] = _days(seen, present[order, -1])
    for name, column in state.columns.items():
        columns[name] = _attribute(column[order])
    numbers = [_attribute(column[order]).alias(name) for name, column in measured.items()]
    return Cohort(_completed(pl.DataFrame(columns), published).with_columns(numbers), seed)


def _completed(frame: pl.DataFrame, published: Published) -> pl.DataFrame:
    """Add what no attribute says, and put the columns in their order."""
    has_end, scanned = pl.col("END_OF_TREATMENT").is_not_null(), pl.col("LAST_SCAN").is_not_null()
    if "END_REASON" not in frame.columns:
        frame = frame.with_columns(END_REASON=pl.lit(None, pl.String))
    if "BEST_CHANGE" not in frame.columns:
        frame = frame.with_columns(BEST_CHANGE=pl.lit(None, pl.Float64))
    if "BOR_PLANNED" not in frame.columns:
        best = pl.when(pl.col("RESPONSE").is_not_null()).then(pl.lit("PR"))
        best = best.when(scanned).then(pl.lit("SD")).otherwise(pl.lit("NE"))
        frame = frame.with_columns(BOR_PLANNED=best)
    frame = frame.with_columns(
        END_REASON=pl.when(has_end).then("END_REASON"),
        BEST_CHANGE=pl.when(scanned).then("BEST_CHANGE"),
        AGE=pl.col("AGE").cast(pl.Int64),
    )
    others = [n for n in (GROUP, *published.attributes) if n not in COURSE]
    return frame.select(pl.col(n).cast(t) for n, t in COURSE.items()).with_columns(
        frame.select(others)
    )


def _days(days: NDArray[np.int64], present: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(
        [int(d) if p else None for d, p in zip(days, present, strict=True)], dtype=pl.Int64
    )


def _attribute(column: NDArray[np.generic]) -> pl.Series:
    if column.dtype.kind == "U":
        return pl.Series(column.tolist(), dtype=pl.String)
    if column.dtype.kind == "b":
        return pl.Series(column.tolist(), dtype=pl.Boolean)
    numbers = column.astype(np.float64)
    return pl.Series(
        [None if np.isnan(v) else round(float(v), 9) for v in numbers], dtype=pl.Float64
    )


def _sites(published: Published, size: int, seed: int) -> list[str]:
    """Give each patient a center, as many to each as its weight says, in random order."""
    names = list(published.sites)
    weights = np.array([published.sites[name] for name in names])
    ideal = np.cumsum(weights) / weights.sum() * size
    ends = np.rint(ideal).astype(int)
    counts = np.diff(np.concatenate([[0], ends]))
    sites = [name for name, n in zip(names, counts, strict=True) for _ in range(int(n))]
    order = np.random.default_rng([seed, 10_000]).permutation(size)
    return [sites[int(k)] for k in order]


def _within(sites: list[str]) -> list[int]:
    """Count the patients of each center up."""
    seen: dict[str, int] = {}
    numbers: list[int] = []
    for site in sites:
        seen[site] = seen.get(site, 0) + 1
        numbers.append(seen[site])
    return numbers
