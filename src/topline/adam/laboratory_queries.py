"""What keeps results from being graded, compared or dated, one query a record."""

import polars as pl

from topline.adam.adlb import SOURCES
from topline.adam.core import Finding, list_queries
from topline.sdtm.queries import Query


def find_adlb_queries(adlb: pl.DataFrame, dataset: str = "ADLB") -> pl.DataFrame:
    """List results without a grade, without comparison, and those found twice.

    Parameters
    ----------
    adlb
        As `derive_adlb` gives it.
    dataset
        ADLB, ADEG or ADVS.

    Returns
    -------
    DataFrame
        Schema `Query`, and one note a parameter that CTCAE does not grade.
    """
    return pl.concat(
        [
            Query.create_empty(),
            _ungraded(adlb, dataset),
            _not_compared(adlb, dataset),
            _twice(adlb, dataset),
            _without_term(adlb, dataset),
        ]
    )


def _listed(rows: pl.DataFrame, finding: Finding, found: pl.Expr) -> pl.DataFrame:
    """List one query a row, each naming its record."""
    source = SOURCES[finding.rule.split(".", 1)[0]][0]
    return list_queries(rows, finding, found, pl.format(f"{source}SEQ={{}}", "SRCSEQ"))


def _result() -> pl.Expr:
    """Return the result in words: HGB = 7.1 g/dL."""
    value = pl.coalesce("AVALC", pl.col("AVAL").cast(pl.String), pl.lit("(empty)"))
    return pl.concat_str(
        pl.format("{} = {}", "PARAMCD", value), pl.format(" {}", "AVALU"), ignore_nulls=True
    )


def _ungraded(adlb: pl.DataFrame, dataset: str) -> pl.DataFrame:
    finding = Finding(
        f"{dataset}.grade",
        "a number, its unit and its limits of normal; what cannot be graded has no CTCAE grade",
        consequence="value not used",
    )
    agreed = pl.col("AVALCAT1").is_not_null() & pl.col("AVAL").is_null()
    rows = adlb.filter(pl.col("ATOXREAS").is_not_null() & ~agreed)
    return _listed(rows, finding, pl.format("{}: {}", _result(), "ATOXREAS"))


def _not_compared(adlb: pl.DataFrame, dataset: str) -> pl.DataFrame:
    """List results that cannot be compared with baseline, if the unit is not told already."""
    finding = Finding(
        f"{dataset}.compared",
        "a unit that converts to the parameter's, and the day; without them the result is neither "
        "baseline nor compared with it",
        consequence="value not used",
    )
    told = pl.col("AREASON").str.starts_with("unit") & pl.col("ATOXREAS").str.contains("unit")
    rows = adlb.filter(pl.col("AREASON").is_not_null() & ~told.fill_null(value=False))
    return _listed(rows, finding, pl.format("{}: {}", _result(), "AREASON"))


def _twice(adlb: pl.DataFrame, dataset: str) -> pl.DataFrame:
    """List different results of one test at one time, of which only the last can be baseline."""
    finding = Finding(f"{dataset}.twice", "one result a test, specimen and time", "note")
    repeated = dataset != "ADLB"  # tracings and blood pressure are taken several times on purpose
    used = ["USUBJID", "PARAMCD", "ADT", "ADTC", "AVAL", "AVALC", "AVALU", "SRCSEQ"]
    known = pl.all_horizontal(pl.col("AVAL", "ADT").is_not_null())
    rows = adlb.lazy().select(used).filter(known, not repeated)
    at_once = pl.col("USUBJID", "PARAMCD", "ADTC")
    again = pl.all_horizontal(at_once == at_once.shift()).fill_null(value=False)
    runs = rows.with_columns(run=(~again).cum_sum(), again=again).collect()
    other = runs.filter(pl.col("again") & (pl.col("AVAL") != pl.col("AVAL").shift()))["run"]
    return _listed(
        runs.filter(pl.col("run").is_in(other.unique().implode())),
        finding,
        pl.format("{} on {}, and another", _result(), "ADTC"),
    )


def _without_term(adlb: pl.DataFrame, dataset: str) -> pl.DataFrame:
    """Note the parameters in numbers that CTCAE does not grade."""
    terms = pl.col("ATOXDSCL", "ATOXDSCH").is_not_null()
    used = adlb.select("PARAMN", "PARAM", "AVAL", "ATOXDSCL", "ATOXDSCH")
    counted = used.filter(pl.col("AVAL").is_not_null()).group_by("PARAMN")
    silent = counted.agg(
        pl.col("PARAM").first(), results=pl.len(), known=pl.any_horizontal(terms).any()
    )
    finding = Finding(
        f"{dataset}.test",
        "nothing to do; or its analyte under laboratory.grading.tests, if CTCAE grades it",
        "note",
    )
    rows = silent.filter(~pl.col("known")).sort("PARAMN").with_columns(
        USUBJID=pl.lit(None, pl.String)
    )  # fmt: skip
    return list_queries(
        rows, finding, pl.format("{}: {} results that are not graded", "PARAM", "results")
    )
