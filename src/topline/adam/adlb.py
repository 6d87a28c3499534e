"""ADLB: laboratory results with baseline, CTCAE grades in both directions, and the worst ones.

ADEG and ADVS hold electrocardiograms, weight and blood pressure by the same rules.
"""

import dataframely as dy
import polars as pl

from topline.adam.core import Record, add_core, conform_rows, flag, number_rows
from topline.adam.laboratory_grades import add_grades
from topline.adam.laboratory_results import add_parameters, read_results, with_limits
from topline.adam.partial_dates import date_flag
from topline.errors import ProtocolError
from topline.protocol.laboratory import Laboratory
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest, latest, study_day

RANGE = ("LOW", "NORMAL", "HIGH")


class ADLB(Record):
    """Results, one row a record of the domain; those not done or not numeric are rows too."""

    PARAMCD = dy.String(description="--TESTCD; with a letter for a specimen other than blood")
    PARAM = dy.String(description="test and unit")
    PARAMN = dy.Int64(min=1, description="place in print")
    PARCAT1 = dy.String(nullable=True, description="--CAT")
    ADT = dy.Date(nullable=True, description="earliest day that --DTC can mean")
    ADTF = dy.String(nullable=True)
    ADTC = dy.String(nullable=True, description="--DTC as collected")
    ADY = dy.Int64(nullable=True)
    AVISIT = dy.String(nullable=True)
    AVISITN = dy.Float64(nullable=True)
    AVAL = dy.Float64(nullable=True, description="result in the parameter's unit")
    AVALC = dy.String(nullable=True, description="result as text")
    AVALCAT1 = dy.String(
        nullable=True, description="BELOW or ABOVE LIMIT, of a result beyond the range of its assay"
    )
    AVALU = dy.String(nullable=True, description="unit of AVAL")
    ANRLO = dy.Float64(nullable=True, description="lower limit of normal (LLN)")
    ANRHI = dy.Float64(nullable=True, description="upper limit of normal (ULN)")
    ANRIND = dy.String(nullable=True, check=lambda value: value.is_in(RANGE))
    R2A1HI = dy.Float64(nullable=True, description="AVAL / ANRHI")
    ABLFL = dy.String(nullable=True, description="Y: baseline, the last result by the first dose")
    BASE = dy.Float64(nullable=True)
    BNRIND = dy.String(nullable=True, check=lambda value: value.is_in(RANGE))
    CHG = dy.Float64(nullable=True, description="AVAL - BASE, after baseline")
    PCHG = dy.Float64(nullable=True, description="100 x CHG / BASE, after baseline")
    ONTRTFL = dy.String(nullable=True, description="Y: after the first dose, and in time")
    AREASON = dy.String(nullable=True, description="why it is not compared with baseline")
    ATOXDSCL = dy.String(nullable=True, description="CTCAE term for low results")
    ATOXDSCH = dy.String(nullable=True, description="CTCAE term for high results")
    ATOXGRL = dy.String(nullable=True, description="grade as a low result; 0: not abnormal")
    ATOXGRH = dy.String(nullable=True, description="grade as a high result")
    ATOXGRLN = dy.Int64(nullable=True, min=0, max=4)
    ATOXGRHN = dy.Int64(nullable=True, min=0, max=4)
    BTOXGRL = dy.String(nullable=True, description="ATOXGRL at baseline")
    BTOXGRH = dy.String(nullable=True)
    BTOXGRLN = dy.Int64(nullable=True, min=0, max=4)
    BTOXGRHN = dy.Int64(nullable=True, min=0, max=4)
    ATOXBNDL = dy.String(nullable=True, description="bound that gave the grade")
    ATOXBNDH = dy.String(nullable=True)
    ATOXWRDL = dy.String(nullable=True, description="the guideline's words of the grade")
    ATOXWRDH = dy.String(nullable=True)
    ATOXVAL = dy.Float64(nullable=True, description="AVAL as it was graded: calcium as corrected")
    ATOXASM = dy.String(nullable=True, description="what was taken for granted, and matters")
    ATOXREAS = dy.String(nullable=True, description="why a direction with numbers has no grade")
    WOTRTLFL = dy.String(
        nullable=True, description="Y: first of the worst low grade of a subject under treatment"
    )
    WOTRTHFL = dy.String(nullable=True, description="Y: first of the worst high grade")
    LOTRTFL = dy.String(
        nullable=True, description="Y: first of the lowest, by limits of normal, then by result"
    )
    HOTRTFL = dy.String(nullable=True, description="Y: first of the highest")
    SHIFT1 = dy.String(nullable=True, description="BNRIND to ANRIND, after baseline")
    SHIFT2 = dy.String(nullable=True, description="BTOXGRL to ATOXGRL, after baseline")
    SHIFT3 = dy.String(nullable=True, description="BTOXGRH to ATOXGRH, after baseline")

    @dy.rule()
    def only_later_results_are_under_treatment(cls) -> pl.Expr:
        """ONTRTFL is on results after the first dose only."""
        return pl.col("ONTRTFL").is_null() | (pl.col("ADT") >= pl.col("TRTSDT"))

    @dy.rule()
    def worst_is_under_treatment(cls) -> pl.Expr:
        """Worst and extreme results are under treatment."""
        flags = pl.col("WOTRTLFL", "WOTRTHFL", "LOTRTFL", "HOTRTFL")
        return pl.all_horizontal(flags.is_null()) | pl.col("ONTRTFL").is_not_null()

    TRTSDT = dy.Date(nullable=True)


class ADEG(ADLB):
    """Electrocardiograms, as ADLB."""


class ADVS(ADLB):
    """Vital signs, as ADLB."""


SOURCES: dict[str, tuple[str, type[ADLB]]] = {
    "ADLB": ("LB", ADLB), "ADEG": ("EG", ADEG), "ADVS": ("VS", ADVS),
}  # fmt: skip
"""Domain and schema of each dataset."""


def derive_adlb(
    protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, dataset: str = "ADLB"
) -> pl.DataFrame:
    """Derive ADLB, ADEG or ADVS.

    Baseline is the last result whose day is known to be on or before that of the first dose (or
    before it, as the protocol says); results after that are under treatment until so long after
    the last dose.

    Parameters
    ----------
    protocol
        Conventions for laboratory results; without them there is no dataset.
    sdtm
        LB, EG or VS.
    adsl
        Treatment dates.
    dataset
        ADLB, ADEG or ADVS.

    Returns
    -------
    DataFrame
        As many rows as the domain has, by subject, parameter and time.

    Raises
    ------
    ProtocolError
        An option names what is not there: a CTCAE term, an analyte, a unit, a variable.
    DataError
        A row breaks a rule of the dataset.
    """
    laboratory = protocol.laboratory
    if laboratory is None:
        msg = f"laboratory: {dataset} needs this part of the protocol; write laboratory: {{}}"
        raise ProtocolError(msg)
    source, schema = SOURCES[dataset]
    read = with_limits(read_results(sdtm, source), laboratory.out_of_range, source)
    rows = add_parameters(read, laboratory)
    rows = _in_order(_add_dates(rows, adsl, laboratory))
    rows = _add_baseline(rows)
    rows = add_grades(rows, laboratory)
    rows = _add_shifts(_add_worst(rows)).with_columns(SRCDOM=pl.lit(source))
    wanted = [name for name in schema.column_names() if name in rows.columns]
    rows = number_rows(rows.select("USUBJID", pl.col(wanted).exclude("USUBJID", "TRTSDT")))
    return conform_rows(add_core(rows, protocol, adsl), schema)


def _add_dates(rows: pl.DataFrame, adsl: pl.DataFrame, laboratory: Laboratory) -> pl.DataFrame:
    """Add day, and whether it lies up to baseline, after it, and under treatment.

    A day of which too little is known to tell is neither.
    """
    days = rows.select("DTC").unique().with_columns(
        ADT=earliest("DTC"), last=latest("DTC"), ADTF=date_flag("DTC")
    )  # fmt: skip
    days = (
        days.sort("ADT", "DTC", nulls_last=True).with_row_index("moment").cast({"moment": pl.Int64})
    )
    known = adsl.select(
        "USUBJID", "TRTSDT", "TRTEDT", anticoagulated=_anticoagulated(adsl, laboratory)
    )
    subjects = (
        rows.select("USUBJID")
        .unique()
        .sort("USUBJID")
        .with_row_index("subject")
        .cast({"subject": pl.Int64})
    )
    subjects = subjects.join(known, on="USUBJID", how="left")
    joined = rows.join(days, on="DTC", how="left", nulls_equal=True).join(
        subjects, on="USUBJID", how="left"
    )
    same_day = laboratory.baseline == "on or before first dose"
    first, last = pl.col("ADT"), pl.col("last")
    before = last <= pl.col("TRTSDT") if same_day else last < pl.col("TRTSDT")
    after = first > pl.col("TRTSDT") if same_day else first >= pl.col("TRTSDT")
    until = laboratory.on_treatment_until
    in_time = pl.lit(value=True)
    if until is not None:
        in_time = first <= pl.col("TRTEDT") + pl.duration(days=int(until.days))
    return joined.with_columns(
        before=before.fill_null(value=False),
        after=after.fill_null(value=False),
        ADY=study_day(first, pl.col("TRTSDT")),
    ).with_columns(
        ONTRTFL=flag(pl.col("after") & in_time),
        ADTC="DTC",
        AREASON=pl.coalesce("AREASON", _day_unclear()),
    )


def _day_unclear() -> pl.Expr:
    """Say where a result of a treated subject is neither surely up to baseline nor after it."""
    treated = pl.col("TRTSDT").is_not_null() & pl.col("AVAL").is_not_null()
    unclear = treated & ~pl.col("before") & ~pl.col("after")
    words = pl.format("day unclear, {}", pl.col("DTC").fill_null("no date"))
    return pl.when(unclear).then(words)


def _anticoagulated(adsl: pl.DataFrame, laboratory: Laboratory) -> pl.Expr:
    """Return whether subjects are on anticoagulants; null where nobody said."""
    name = laboratory.anticoagulated
    if name is None:
        return pl.lit(None, pl.Boolean)
    if name not in adsl.columns:
        msg = f"laboratory.anticoagulated: ADSL has no variable {name}; make it under variables"
        raise ProtocolError(msg)
    return (pl.col(name) == "Y").fill_null(value=False)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort by subject, parameter and time, and number what belongs together."""
    series = pl.col("subject") * (pl.col("PARAMN").max() + 1) + pl.col("PARAMN")
    rows = rows.with_columns(
        series=series, order=series * (pl.col("moment").max() + 1) + pl.col("moment")
    )
    rows = rows.drop("TEST", "CAT", "fluid", "unit", "last", "TRTSDT", "TRTEDT", "moment")
    rows = rows.sort("order", "AVISITN", "SRCSEQ", "AVAL", nulls_last=True)
    return rows.drop("order").with_columns(place=pl.int_range(pl.len()))


def _add_baseline(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the position against normal limits, the baseline, and change from it."""
    rows = rows.with_columns(ANRIND=_position())
    usable = pl.col("before") & pl.col("AREASON").is_null() & pl.col("AVAL").is_not_null()
    last = pl.when(usable).then("place").max().over("series")
    rows = rows.with_columns(ABLFL=flag(pl.col("place") == last))
    baseline = rows.filter(pl.col("ABLFL") == "Y").select(
        "series", BASE="AVAL", BNRIND="ANRIND", base_lower="ANRLO", base_upper="ANRHI"
    )
    rows = rows.join(baseline, on="series", how="left", maintain_order="left")
    own = pl.col("BASE", "BNRIND", "base_lower", "base_upper")
    rows = rows.with_columns(pl.when(pl.col("AREASON").is_null()).then(own))
    change = pl.when("after").then(pl.col("AVAL") - pl.col("BASE"))
    return rows.with_columns(
        CHG=change,
        PCHG=pl.when(pl.col("BASE") != 0).then(100 * change / pl.col("BASE")),
        R2A1HI=pl.when(pl.col("ANRHI") > 0).then(pl.col("AVAL") / pl.col("ANRHI")),
    )


def _position() -> pl.Expr:
    """Return where the result lies; as collected where it or both limits are missing."""
    collected = pl.col("NRIND").str.strip_chars().str.to_uppercase()
    named = pl.when(collected.is_in(RANGE)).then(collected)
    unknown = pl.col("AVAL").is_null() | (pl.col("ANRLO").is_null() & pl.col("ANRHI").is_null())
    return (
        pl.when(unknown)
        .then(named)
        .when(pl.col("AVAL") < pl.col("ANRLO"))
        .then(pl.lit("LOW"))
        .when(pl.col("AVAL") > pl.col("ANRHI"))
        .then(pl.lit("HIGH"))
        .otherwise(pl.lit("NORMAL"))
    )


def _add_worst(rows: pl.DataFrame) -> pl.DataFrame:
    """Flag the first of the worst grade in each direction, and of the lowest and highest."""
    position = {name: place for place, name in enumerate(RANGE)}
    treated = rows.filter(pl.col("ONTRTFL").is_not_null()).select(
        "series", "place", "AVAL", "ATOXGRLN", "ATOXGRHN",
        position=pl.col("ANRIND").replace_strict(position, default=None, return_dtype=pl.Int64),
    )  # fmt: skip
    extremes = ["position", "AVAL"]
    marks = {
        "WOTRTLFL": _first(treated, ["ATOXGRLN"], highest=True),
        "WOTRTHFL": _first(treated, ["ATOXGRHN"], highest=True),
        "LOTRTFL": _first(treated, extremes, highest=False),
        "HOTRTFL": _first(treated, extremes, highest=True),
    }
    return rows.with_columns(
        flag(pl.col("place").is_in(places.implode())).alias(name) for name, places in marks.items()
    )


def _first(rows: pl.DataFrame, by: list[str], *, highest: bool) -> pl.Series:
    """Return the place of the first row with the highest or lowest values of each series.

    The first of the columns must not be missing; a missing value of another comes last.
    """
    descending = [highest] * len(by)
    found = rows.filter(pl.col(by[0]).is_not_null()).sort(
        "series", *by, "place", descending=[False, *descending, False], nulls_last=True
    )
    return found.unique("series", keep="first", maintain_order=True)["place"]


def _add_shifts(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the ways from baseline, of results after it."""
    pairs = {"SHIFT1": ("BNRIND", "ANRIND"), "SHIFT2": ("BTOXGRL", "ATOXGRL")}
    pairs["SHIFT3"] = ("BTOXGRH", "ATOXGRH")
    return rows.with_columns(
        pl.when("after").then(pl.format("{} to {}", *pair)).alias(name)
        for name, pair in pairs.items()
    )
