"""Days of treatment, onset of events and laboratory results of the trial in `study`."""

import datetime as dt

import polars as pl

from tests.frames import frame

_BEFORE_FIRST = pl.date(2023, 12, 31)

SAFETY_KINDS: dict[str, dict[str, object]] = {
    "AE-ONSET": {
        "kind": "adverse-event-onset",
        "analysis_set": "SAFETY",
        "cycles": 3,
        "rates_at": ["28 days"],
        "lines": [
            {"label": "Any", "where": "TRTEMFL = 'Y'"},
            {"label": "Nausea", "where": "AEDECOD = 'Nausea'"},
            {"label": "None has it", "where": "AEDECOD = 'Plague'"},
        ],
    },
    "LAB-GRADES": {"kind": "laboratory-grades", "analysis_set": "SAFETY"},
    "LAB-WORSENED": {"kind": "laboratory-grades", "analysis_set": "SAFETY", "worsened": True},
    "LAB-SHIFT": {"kind": "laboratory-shift", "analysis_set": "SAFETY"},
    "LAB-RANGE": {"kind": "laboratory-shift", "analysis_set": "SAFETY", "of": "range"},
}


def add_treatment(adsl: pl.DataFrame) -> pl.DataFrame:
    """Treat T-01 to T-08 for some days from 1 January on; T-08 died on the last of them."""
    subjects = [f"T-0{i}" for i in range(1, 9)]
    days = dict(zip(subjects, (70, 28, 29, 50, 100, 57, 56, 20), strict=True))
    given = pl.col("USUBJID").replace_strict(days, default=None, return_dtype=pl.Int64)
    last, cut = _BEFORE_FIRST + pl.duration(days=given), pl.lit(dt.date(2025, 2, 1))
    died = pl.when(pl.col("USUBJID") == "T-08").then(last)
    return adsl.with_columns(
        TRTDURD=given, TRTEDT=last, DTHDT=died, DCUTDT=cut, LSTALVDT=pl.coalesce(died, cut)
    )


def add_onset(adae: pl.DataFrame) -> pl.DataFrame:
    """Say when events began and their episodes ended; T-06's headache nobody knows since when."""
    days = frame(
        """
        USUBJID  AESEQ  ASTDY  EPISODE  ENDY  EPRESFL
        T-01     1      5      1        20    Y
        T-01     2      11     1        20    Y
        T-01     3      40     1        .     .
        T-02     1      28     1        30    Y
        T-03     1      29     1        .     .
        T-04     1      60     1        61    .
        T-05     1      3      1        9     Y
        T-05     2      90     2        .     .
        T-06     1      .      1        40    Y
        T-07     1      10     1        11    Y
        T-07     2      -3     1        10    Y
        """
    ).with_columns(pl.col("AESEQ", "ASTDY", "EPISODE", "ENDY").cast(pl.Int64))
    # there is no day 0
    start = pl.col("ASTDY") + (pl.col("ASTDY") < 0).cast(pl.Int64)
    days = days.with_columns(
        ASTDT=_BEFORE_FIRST + pl.duration(days=start),
        EPISENDT=_BEFORE_FIRST + pl.duration(days="ENDY"),
    )
    return adae.join(days, on=["USUBJID", "AESEQ"], how="left", maintain_order="left")


def adlb() -> pl.DataFrame:
    """Worst results of hemoglobin and ALT; T-03 has no baseline, T-09 was never treated."""
    rows = frame(
        """
        USUBJID  PARAMCD  WOTRTLFL  WOTRTHFL  LOTRTFL  HOTRTFL  ATOXGRL  ATOXGRH  BTOXGRL  BTOXGRH  ANRIND  BNRIND
        T-01     HGB      Y         Y         Y        Y        3        0        0        0        LOW     NORMAL
        T-02     HGB      Y         Y         Y        Y        2        0        2        0        LOW     LOW
        T-03     HGB      Y         .         Y        .        1        0        .        .        LOW     .
        T-03     HGB      .         Y         .        Y        0        0        .        .        NORMAL  .
        T-04     HGB      Y         Y         Y        Y        0        0        1        0        NORMAL  LOW
        T-05     HGB      .         .         .        .        .        .        0        0        NORMAL  NORMAL
        T-01     ALT      .         Y         .        Y        .        2        .        0        HIGH    NORMAL
        T-05     ALT      .         Y         Y        Y        .        0        .        0        NORMAL  NORMAL
        T-09     ALT      .         Y         .        Y        .        4        .        0        HIGH    NORMAL
        """  # noqa: E501
    )
    low = pl.col("PARAMCD") == "HGB"
    grades = ("ATOXGRL", "ATOXGRH", "BTOXGRL", "BTOXGRH")
    high = pl.when(low).then(pl.lit("Hemoglobin increased")).otherwise(pl.lit("ALT increased"))
    return rows.with_columns(
        *(pl.col(name).cast(pl.Int64).alias(f"{name}N") for name in grades),
        PARAM=pl.when(low).then(pl.lit("Hemoglobin (g/L)")).otherwise(pl.lit("ALT (U/L)")),
        PARAMN=pl.when(low).then(1).otherwise(2),
        PARCAT1=pl.when(low).then(pl.lit("HEMATOLOGY")).otherwise(pl.lit("CHEMISTRY")),
        ATOXDSCL=pl.when(low).then(pl.lit("Anemia")),
        ATOXDSCH=high,
    )
