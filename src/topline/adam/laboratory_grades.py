"""CTCAE grades of results as they stand in ADLB, with those at baseline."""

import polars as pl

from topline.adam.laboratory_results import find_analytes
from topline.clinical.ctcae.grades import derive_grades
from topline.protocol.laboratory import Laboratory

DIRECTIONS = {"L": "low", "H": "high"}
"""Last letter of ADaM's variables, and the direction."""
_FROM = {"ATOXDSC": "term", "ATOXGR": "grade", "ATOXBND": "bound", "ATOXWRD": "words"}


def add_grades(rows: pl.DataFrame, laboratory: Laboratory) -> pl.DataFrame:
    """Grade every result.

    Parameters
    ----------
    rows
        Results in the order of ADLB, with baseline, `before`, `after`, and `series`: the number of
        each subject's parameter.
    laboratory
        How to grade.

    Returns
    -------
    DataFrame
        The same rows with the ATOX and BTOX variables.
    """
    graded = derive_grades(_plain(rows, laboratory), laboratory.grading)
    done, written = pl.col("STAT").is_null(), pl.col("AVALC").is_not_null()
    found = rows.hstack(
        graded.select(
            *(
                pl.col(f"{direction}_{plain}").alias(f"{name}{letter}")
                for letter, direction in DIRECTIONS.items()
                for name, plain in _FROM.items()
            ),
            ATOXVAL=pl.col("graded_value") * rows["factor"],
            ATOXASM="assumption",
            ATOXREAS="query",
        )
    ).with_columns(
        *(pl.col(f"ATOXGR{letter}").alias(f"ATOXGR{letter}N") for letter in DIRECTIONS),
        *(pl.col(f"ATOXGR{letter}").cast(pl.String) for letter in DIRECTIONS),
        ATOXREAS=pl.when(done & (pl.col("ATOXREAS") == "value missing") & written)
        .then(pl.lit("result is not a number"))
        .when(done)
        .then("ATOXREAS"),
    )
    names = {f"BTOXGR{letter}{n}": f"ATOXGR{letter}{n}" for letter in DIRECTIONS for n in ("", "N")}
    baseline = found.filter(pl.col("ABLFL") == "Y").select("series", **names)
    return found.join(baseline, on="series", how="left", maintain_order="left")


def _plain(rows: pl.DataFrame, laboratory: Laboratory) -> pl.DataFrame:
    """Return the results under the names of grading."""
    fasting = {"Y": True, "N": False}
    own = {
        "value": "AVAL",
        "lower": "ANRLO",
        "upper": "ANRHI",
        "baseline": "BASE",
        "baseline_lower": "base_lower",
        "baseline_upper": "base_upper",
    }
    return _with_albumin(rows, laboratory).select(
        *(_in_own_unit(name).alias(plain) for plain, name in own.items()),
        test="TESTCD",
        unit="own_unit",
        specimen="SPEC",
        up_to_baseline=~pl.col("after"),
        albumin="albumin",
        albumin_unit="albumin_unit",
        anticoagulated="anticoagulated",
        fasting=pl.col("FAST").replace_strict(fasting, default=None, return_dtype=pl.Boolean),
    )


def _in_own_unit(name: str) -> pl.Expr:
    """Return a number of the parameter's unit in that of the record."""
    return pl.when(pl.col("factor") == 1).then(name).otherwise(pl.col(name) / pl.col("factor"))


def _with_albumin(rows: pl.DataFrame, laboratory: Laboratory) -> pl.DataFrame:
    """Add albumin of the same sample, else of the same day, where a result is corrected by it."""
    analytes = find_analytes(rows, laboratory)
    corrected = [test for test, analyte in analytes.items() if analyte.corrected_by_albumin]
    albumin = [test for test, analyte in analytes.items() if analyte.name == "albumin"]
    given = rows.filter(pl.col("TESTCD").is_in(albumin) & pl.col("AVAL").is_not_null())
    wanted = rows.filter(pl.col("TESTCD").is_in(corrected)).select("place", "subject", "DTC", "ADT")
    found = wanted
    for moment in ("DTC", "ADT"):
        last = given.group_by("subject", moment).agg(
            pl.col("AVAL", "AVALU").last().name.suffix(f"_{moment}")
        )
        found = found.join(last, on=["subject", moment], how="left")
    same = pl.col("AVAL_DTC").is_not_null()
    chosen = found.select(
        "place",
        albumin=pl.when(same).then("AVAL_DTC").otherwise("AVAL_ADT"),
        albumin_unit=pl.when(same).then("AVALU_DTC").otherwise("AVALU_ADT"),
    )
    return rows.join(chosen, on="place", how="left", maintain_order="left")
