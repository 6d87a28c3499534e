"""Laboratory results that a reviewer reads first: those of grade 3 or 4 under treatment."""

import polars as pl

_SHOWN = (
    *("USUBJID", "TRT01A", "PARAMCD", "PARAM", "AVISIT", "ADT", "ADY", "AVAL", "AVALU"),
    *("ANRLO", "ANRHI", "BASE", "CHG"),
)
_GRADED = {"TERM": "ATOXDSC", "GRADE": "ATOXGR", "BASEGRADE": "BTOXGR", "BOUND": "ATOXBND"}
_SOURCE = ("SRCDOM", "SRCVAR", "SRCSEQ")


def derive_severe_results(adlb: pl.DataFrame) -> pl.DataFrame:
    """List results of grade 3 or 4 under treatment, with the bound that gave the grade.

    Parameters
    ----------
    adlb
        As `derive_adlb` gives it.

    Returns
    -------
    DataFrame
        A row a result and direction, by subject, test and time.
    """
    treated = adlb.with_row_index("place").filter(pl.col("ONTRTFL") == "Y")
    parts = [
        treated.filter(pl.col(f"ATOXGR{letter}N") >= 3).select(
            "place",
            *_SHOWN,
            *(pl.col(f"{column}{letter}").alias(name) for name, column in _GRADED.items()),
            *_SOURCE,
        )
        for letter in "LH"
    ]
    return pl.concat(parts).sort("place").drop("place")
