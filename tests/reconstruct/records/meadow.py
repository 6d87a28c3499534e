"""MEADOW, an invented two-arm trial of two drugs, and six of its patients."""

import datetime as dt
from pathlib import Path

import polars as pl
import yaml

from tests.frames import frame
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.reconstruct.cohort import COURSE, Cohort
from topline.reconstruct.records.specification import Records

HERE = Path(__file__).parent
FIRST_DOSE = dt.date(2021, 1, 4)
DATA_CUT = dt.date(2023, 12, 31)

# Every course of the guideline's best responses. Days: first dose is day 1.
PATIENTS = """
KEY  ARM   SEX  AGE  STOP  REASON       RESPONSE  PROGRESSION  SCAN  SEEN  DEATH  CHANGE  BEST
P1   MONO  F    61   .     .            64        .            700   760   .      -42     PR
P2   MONO  M    55   210   PROGRESSION  .         211          211   400   400    -12     SD
P3   MONO  F    70   66    PROGRESSION  .         64           64    180   .      31      PD
P4   DUO   M    48   600   TOXICITY     128       .            590   800   .      -100    CR
P5   DUO   F    66   300   WITHDRAWAL   64        316          316   500   480    -37.5   PR
P6   DUO   M    59   19    DEATH        .         .            .     19    19     .       NE
"""
# Attributes: metastases, highest grades, changes of dose, marker, earlier treatment.
ATTRIBUTES = """
KEY  LUNGMET  NODES  RASH  PLTS  PYREXIA  LESS  IVDELAY  TABSTOP  CA125  LINES  PLATIN  TAXANE
P1   Y        N      2     0     1        1     N        N        40     1      Y       N
P2   N        Y      0     3     0        0     Y        N        210    2      Y       Y
P3   Y        Y      1     0     0        0     N        N        20     3      Y       Y
P4   N        N      3     4     0        1     N        Y        900    1      Y       Y
P5   Y        N      0     1     2        0     N        N        35     2      N       Y
P6   N        Y      5     0     0        0     N        N        77     1      Y       N
"""
_NAMES = {
    "STOP": "END_OF_TREATMENT",
    "REASON": "END_REASON",
    "SCAN": "LAST_SCAN",
    "SEEN": "LAST_SEEN",
    "CHANGE": "BEST_CHANGE",
    "BEST": "BOR_PLANNED",
}
_WHOLE = ("AGE", "END_OF_TREATMENT", "RESPONSE", "PROGRESSION", "LAST_SCAN", "LAST_SEEN", "DEATH")


def protocol() -> Protocol:
    """Return the trial's protocol."""
    return read_protocol(HERE / "meadow_protocol.yaml")


def records() -> Records:
    """Return how the trial's records are written."""
    text = (HERE / "meadow_records.yaml").read_text(encoding="utf-8")
    return Records.model_validate(yaml.safe_load(text))


def courses(text: str) -> pl.DataFrame:
    """Read courses as on paper, with everything else that every cohort has."""
    table = frame(text).rename(_NAMES)
    order = pl.int_range(1, table.height + 1).cast(pl.String).str.zfill(3)
    given = table.with_columns(
        pl.col(_WHOLE).cast(pl.Int64),
        pl.col("BEST_CHANGE").cast(pl.Float64),
        SUBJID=order,
        USUBJID=pl.format("MEADOW-{}", order),
        SITEID=pl.lit("01"),
        FIRST_DOSE=pl.lit(FIRST_DOSE),
        DATA_CUT=pl.lit(DATA_CUT),
    )
    return given.select(*COURSE, *(name for name in given.columns if name not in COURSE))


def cohort(seed: int = 11) -> Cohort:
    """Return the six patients with their attributes."""
    attributes = frame(ATTRIBUTES).with_columns(
        pl.col("LUNGMET", "NODES", "IVDELAY", "TABSTOP", "PLATIN", "TAXANE") == "Y",
        pl.col("CA125", "LINES").cast(pl.Float64),
    )
    return Cohort(courses(PATIENTS).join(attributes, on="KEY", how="left"), seed)
