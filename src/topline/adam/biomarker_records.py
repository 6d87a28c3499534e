"""Records of a biomarker: which sample each belongs to, and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from topline.adam.core import Finding, domain, list_queries
from topline.adam.expressions import select
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest

SAMPLE = "sample_id"
KEYS = ("USUBJID", "VISITNUM", "VISIT", "DTC", "REFID")
"""What tells samples apart."""
_PLACED = ("VISITNUM", "VISIT", "DTC", "REFID", "EVALID", "STRESC", "STRESN", "STRESU", "ORRES",
           "STAT", "REASND", "STNRHI")  # fmt: skip
_TYPES = {"VISITNUM": pl.Float64(), "STRESN": pl.Float64(), "STNRHI": pl.Float64()}
YES = ("Y", "YES", "POSITIVE", "PRESENT", "DETECTED")
NO = ("N", "NO", "NEGATIVE", "ABSENT", "NOT DETECTED")


@dataclass(frozen=True)
class Biomarkers:
    """Rows of ADBM before what all rows share is added, and what could not be used."""

    rows: pl.DataFrame
    queries: tuple[pl.DataFrame, ...] = ()


def read_records(
    sdtm: Sdtm, source: str, where: tuple[str, str | None], tests: Mapping[str, str | None]
) -> pl.DataFrame:
    """Read the records of an assay, without the two letters of their domain.

    Parameters
    ----------
    sdtm
        Collected data.
    source
        Domain.
    where
        Place in the protocol, and the condition that stands there.
    tests
        What each test is for, and its --TESTCD; None: it is not recorded.

    Returns
    -------
    DataFrame
        USUBJID, `role`, SEQ, TESTCD, `number` and `truth` as far as the result is one, the columns
        of the record, and `sample_id`; sorted by subject, day and number.
    """
    place, condition = where
    chosen = select(domain(sdtm, source), condition, place, source)
    rows = chosen.select(
        "USUBJID",
        SEQ=pl.col(f"{source}SEQ").cast(pl.Int64),
        TESTCD=f"{source}TESTCD",
        **{name: _column(chosen, f"{source}{name}", name) for name in _PLACED},
    )
    codes = {code: role for role, code in tests.items() if code is not None}
    result = pl.coalesce("STRESC", "ORRES").str.strip_chars()
    word = result.str.to_uppercase()
    rows = rows.filter(pl.col("TESTCD").is_in(list(codes))).with_columns(
        role=pl.col("TESTCD").replace_strict(codes, default=None, return_dtype=pl.String),
        result=result,
        number=pl.coalesce("STRESN", result.cast(pl.Float64, strict=False)),
        truth=pl.when(word.is_in(YES)).then(True).when(word.is_in(NO)).then(False),
        day=earliest("DTC"),
        SRCDOM=pl.lit(source),
    )
    rows = rows.sort("USUBJID", "day", "SEQ", nulls_last=True)
    first = pl.struct(KEYS).rank("dense").cast(pl.String)
    return rows.with_columns(first.alias(SAMPLE))


def _column(frame: pl.DataFrame, name: str, short: str) -> pl.Expr:
    """Return a column, or nothings where VISIT and its like have no prefix or it is not there."""
    dtype = _TYPES.get(short, pl.String())
    found = short if short.startswith("VISIT") else name
    return pl.col(found).cast(dtype) if found in frame.columns else pl.lit(None, dtype=dtype)


def samples_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a sample: whose it is, its visit and day, the first of its records."""
    return (
        rows.group_by(SAMPLE, *KEYS, maintain_order=True)
        .agg(
            ADT=pl.col("day").first(),
            SRCSEQ=pl.col("SEQ").min(),
            SRCDOM=pl.col("SRCDOM").first(),
            not_done=pl.col("REASND").filter(pl.col("STAT") == "NOT DONE").first(),
        )
        .rename({"VISIT": "AVISIT", "VISITNUM": "AVISITN", "REFID": "SPREFID"})
    )


def spread(rows: pl.DataFrame, by: Sequence[str], kinds: Mapping[str, str]) -> pl.DataFrame:
    """Set the tests side by side: a row each of `by`, a column each role.

    Parameters
    ----------
    rows
        As `read_records` gives them.
    by
        Columns that make a row.
    kinds
        Roles, and what each holds: `number` or `truth`. Results that differ give null.
    """
    values = {
        role: pl.col(kind).filter(pl.col("role") == role).drop_nulls()
        for role, kind in kinds.items()
    }
    return rows.group_by(by, maintain_order=True).agg(
        pl.when(value.n_unique() == 1).then(value.first()).alias(role)
        for role, value in values.items()
    )


def find_unusable(
    rows: pl.DataFrame, name: str, kinds: Mapping[str, str], by: Sequence[str]
) -> list[pl.DataFrame]:
    """List the results that are not of their kind, and those that contradict each other."""
    found: list[pl.DataFrame] = []
    expected = {"number": "a number", "truth": f"one of {', '.join((*YES[:3], *NO[:3]))}"}
    for kind, words in expected.items():
        roles = [role for role, other in kinds.items() if other == kind]
        wrong = rows.filter(
            pl.col("role").is_in(roles), pl.col(kind).is_null(), pl.col("result").is_not_null()
        )
        finding = Finding("ADBM.result", words, "error", "value not used")
        found.append(list_queries(wrong, finding, _said(name), record_of()))
    read = rows.filter(pl.col("number").is_not_null() | pl.col("truth").is_not_null())
    key = [*by, "role"]
    differing = pl.struct("number", "truth").n_unique().over(key) > 1
    finding = Finding("ADBM.twice", "one result of a test", "error", "value not used")
    found.append(list_queries(read.filter(differing), finding, _said(name), record_of()))
    return found


def _said(name: str) -> pl.Expr:
    return pl.format("{}: {} = {}", pl.lit(name), "TESTCD", "result")


def record_of(sequence: str = "SEQ") -> pl.Expr:
    """Name the record of a domain, such as MISEQ=3."""
    return pl.format("{}SEQ={}", "SRCDOM", sequence)
