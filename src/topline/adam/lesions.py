"""Lesions as they were read: one row a subject, visit and lesion, from TR and TU.

A lymph node is measured by its short axis (LPERP), another lesion by its longest diameter (LDIAM),
and either by DIAMETER where that is all there is (RECIST 1.1, section 3.1.1).
"""

import polars as pl

from topline.adam.reading import select_reading
from topline.protocol.response import Reader
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest

_SHORT_AXIS_FIRST = {"LPERP": 1, "DIAMETER": 2, "LDIAM": 3}
_LONG_AXIS_FIRST = {"LDIAM": 1, "DIAMETER": 2, "LPERP": 3}
_ROLES = {"TARGET": "TARGET", "NON-TARGET": "NON-TARGET", "NON TARGET": "NON-TARGET", "NEW": "NEW"}
_STATES = {
    "PRESENT": "PRESENT",
    "ABSENT": "ABSENT",
    "TOO SMALL": "TOO SMALL",
    "TOO SMALL TO MEASURE": "TOO SMALL",
    "NOT EVALUABLE": "NOT EVALUATED",
    "NOT EVALUATED": "NOT EVALUATED",
    "NOT ASSESSED": "NOT EVALUATED",
    "NE": "NOT EVALUATED",
    "UNEQUIVOCAL PROGRESSION": "UNEQUIVOCAL PROGRESSION",
    "UNEQUIVOCAL": "UNEQUIVOCAL",
    "EQUIVOCAL": "EQUIVOCAL",
    "MERGED": "MERGED",
    "COALESCED": "MERGED",
    "SPLIT": "SPLIT",
}
"""TRSTRESC of a state, and what RECIST calls it."""
COUNTS = "the diameter counts"
"""How AREASON ends where a row is used although it contradicts itself."""
_TESTS = ("LPERP", "LDIAM", "DIAMETER", "TUMSTATE")
_RESULT = (
    *("USUBJID", "visit", "VISIT", "VISITNUM", "ADT", "TRLNKID", "PARCAT1", "TULOC", "nodal"),
    *("TRTESTCD", "TRSTRESC", "TRSTAT", "TRSEQ", "size"),
)


def derive_lesions(sdtm: Sdtm, reader: Reader) -> pl.DataFrame:
    """Bring the results of each lesion and visit together in one row.

    Parameters
    ----------
    sdtm
        TR, and TU for role and location.
    reader
        Whose reading.

    Returns
    -------
    DataFrame
        USUBJID, VISIT and VISITNUM, `planned` (VISITNUM, else the assessment's link or date),
        `visit` (the same, with the date where a lesion was read on several days of it), ADT,
        TRLNKID, PARCAT1 (TARGET, NON-TARGET, NEW, or NONE for a scan without a lesion to name),
        TULOC, NODALFL, AVAL in mm, AVALC (state), AREASON (why a value is not used, else null),
        SRCVAR, SRCSEQ. A second result for the same lesion, visit and test has its own row.
    """
    results = _split_visits(_results(sdtm, reader))
    results = results.with_columns(test=pl.col("TRTESTCD") == "TUMSTATE")
    keys = ["USUBJID", "visit", "PARCAT1", "TRLNKID", "test"]
    rank = pl.when("nodal").then(_rank(_SHORT_AXIS_FIRST)).otherwise(_rank(_LONG_AXIS_FIRST))
    unknown = pl.col("size").is_null() & pl.col("TRSTAT").is_null() & ~pl.col("test")
    ranked = results.with_columns(rank=rank + pl.when(unknown).then(10).otherwise(0))
    ranked = ranked.sort(*keys, "rank", "ADT", "TRSEQ", nulls_last=True)
    best = pl.struct(keys).is_first_distinct()
    again = ~best & (pl.col("TRTESTCD") == pl.col("TRTESTCD").first().over(keys))
    ranked = ranked.with_columns(again=again, best=best)
    used = ranked.filter(pl.col("best") | pl.col("again"))
    return _merge(used)


def _rank(order: dict[str, int]) -> pl.Expr:
    return pl.col("TRTESTCD").replace_strict(order, default=4, return_dtype=pl.Int64)


def _results(sdtm: Sdtm, reader: Reader) -> pl.DataFrame:
    """Results of the reader with role, place, size in mm and date."""
    tr = select_reading(sdtm, "TR", reader).filter(pl.col("TRTESTCD").is_in(_TESTS))
    located = pl.col("TRLOC") if "TRLOC" in tr.columns else pl.lit(None, dtype=pl.String)
    lesion = pl.coalesce("TRLNKID", "TRSPID")
    tr = tr.with_columns(TRLNKID=lesion, TRLOC=located, ADT=earliest("TRDTC")).join(
        _places(sdtm, reader), on=["USUBJID", "TRLNKID"], how="left", maintain_order="left"
    )
    visit = pl.coalesce(
        pl.col("VISITNUM").cast(pl.String), "TRLNKGRP", "VISIT", pl.col("TRDTC").str.head(10)
    )
    known = _known(_ROLES, pl.col("TRGRPID").str.to_uppercase())
    return (
        tr.with_columns(
            visit=visit.fill_null(""),
            PARCAT1=pl.coalesce(known, "role").fill_null("NONE"),
            TULOC=pl.coalesce("TULOC", "TRLOC"),
            size=_millimetres(),
        )
        .with_columns(
            nodal=pl.col("TULOC")
            .str.to_uppercase()
            .str.contains("LYMPH NODE")
            .fill_null(value=False),
            ADT=pl.coalesce("ADT", pl.col("ADT").min().over("USUBJID", "visit")),
            TRLNKID=pl.col("TRLNKID").fill_null("-"),
        )
        .select(_RESULT)
    )


def _split_visits(results: pl.DataFrame) -> pl.DataFrame:
    """Tell scans apart that share a visit: those in which a lesion was read on several days."""
    lesion = ["USUBJID", "visit", "PARCAT1", "TRLNKID", "TRTESTCD"]
    several = results.group_by(lesion).agg(days=pl.col("ADT").n_unique()).filter(pl.col("days") > 1)
    visits = ["USUBJID", "visit"]
    read_again = several.select(visits).unique().with_columns(again=pl.lit(value=True))
    dated = pl.format("{} {}", "visit", "ADT")
    return results.join(read_again, on=visits, how="left", maintain_order="left").with_columns(
        planned="visit", visit=pl.when("again").then(dated).otherwise("visit")
    )


def _places(sdtm: Sdtm, reader: Reader) -> pl.DataFrame:
    """Role and location of each lesion, as first identified."""
    tu = select_reading(sdtm, "TU", reader).filter(pl.col("TULNKID").is_not_null())
    word = pl.coalesce("TUSTRESC", "TUORRES").str.to_uppercase()
    tu = tu.with_columns(role=_known(_ROLES, word), found=earliest("TUDTC"))
    return (
        tu.sort("USUBJID", "found", "TUSEQ", nulls_last=True)
        .group_by("USUBJID", "TULNKID", maintain_order=True)
        .agg(pl.col("role").drop_nulls().first(), pl.col("TULOC").drop_nulls().first())
        .rename({"TULNKID": "TRLNKID"})
    )


def _known(words: dict[str, str], column: pl.Expr) -> pl.Expr:
    return column.str.strip_chars().replace_strict(words, default=None, return_dtype=pl.String)


def _millimetres() -> pl.Expr:
    """Return the diameter in mm; null where the unit is neither mm nor cm."""
    unit = pl.col("TRSTRESU").fill_null("mm").str.to_lowercase()
    size = pl.col("TRSTRESN")
    in_mm = pl.when(unit == "mm").then(size).when(unit == "cm").then(size * 10)
    return pl.when((pl.col("TRTESTCD") != "TUMSTATE") & (size >= 0)).then(in_mm)


def _merge(used: pl.DataFrame) -> pl.DataFrame:
    """Join the measurement and the state of a lesion; say what cannot be used."""
    keys = ["USUBJID", "visit", "PARCAT1", "TRLNKID"]
    first = used.filter(pl.col("best"))
    said = first.filter(pl.col("test")).select(*keys, said="TRSTRESC", said_seq="TRSEQ")
    measured = first.filter(~pl.col("test"))
    with_size = measured.join(said, on=keys, how="left", maintain_order="left")
    only_state = first.filter(pl.col("test")).join(measured, on=keys, how="anti")
    repeated = used.filter(pl.col("again"))
    rows = pl.concat([with_size, only_state, repeated], how="diagonal")
    words = pl.coalesce("said", pl.when("test").then("TRSTRESC"), _words()).str.to_uppercase()
    rows = rows.with_columns(words=words.str.strip_chars(), state=_known(_STATES, words))
    rows = rows.with_columns(AVALC=_state(), AREASON=_problem())
    return rows.select(
        *keys,
        "planned",
        "VISIT",
        "VISITNUM",
        "ADT",
        "TULOC",
        "AVALC",
        "AREASON",
        NODALFL=pl.when("nodal").then(pl.lit("Y")),
        AVAL=pl.when(pl.col("AREASON").str.ends_with(COUNTS).fill_null(value=True)).then("size"),
        SRCVAR=pl.when("test").then(pl.lit("TRSTRESC")).otherwise(pl.lit("TRSTRESN")),
        SRCSEQ=pl.col("TRSEQ"),
    ).sort(*keys, "ADT", "SRCSEQ", nulls_last=True)


def _words() -> pl.Expr:
    """Return the result of a measurement where it is words, such as TOO SMALL TO MEASURE."""
    text = pl.col("TRSTRESC")
    return pl.when(pl.col("size").is_null() & text.cast(pl.Float64, strict=False).is_null()).then(
        text
    )


def _state() -> pl.Expr:
    """Return the state in RECIST's words; null where the diameter says it all."""
    state, role, size = pl.col("state"), pl.col("PARCAT1"), pl.col("size")
    certain = state.is_in(["UNEQUIVOCAL", "UNEQUIVOCAL PROGRESSION"])
    return (
        pl.when((pl.col("TRSTAT") == "NOT DONE").fill_null(value=False) & size.is_null())
        .then(pl.lit("NOT EVALUATED"))
        .when(certain & (role == "NON-TARGET"))
        .then(pl.lit("UNEQUIVOCAL PROGRESSION"))
        .when(certain & (role == "NEW"))
        .then(pl.lit("UNEQUIVOCAL"))
        .when(certain | ((state == "EQUIVOCAL") & (role == "TARGET")))
        .then(pl.when(size.is_null()).then(pl.lit("PRESENT")))
        .when((state == "ABSENT") & (size > 0) | (state == "NOT EVALUATED") & size.is_not_null())
        .then(None)
        .when(state.is_null() & size.is_null())
        .then(pl.lit("NOT EVALUATED"))
        .otherwise(state)
    )


def _problem() -> pl.Expr:
    """Say why a row is not used as it stands; null where it is."""
    words, size = pl.col("words"), pl.col("size")
    done = pl.col("TRSTAT").is_null()
    return (
        pl.when(pl.col("again"))
        .then(pl.format("a second {} of the lesion at this visit; the first is used", "TRTESTCD"))
        .when((pl.col("PARCAT1") == "NONE") & done)
        .then(pl.lit("neither TR nor TU says whether it is a target, non-target or new lesion"))
        .when(pl.col("ADT").is_null())
        .then(pl.lit("no date at this visit"))
        .when(pl.col("state").is_in(["ABSENT", "NOT EVALUATED"]) & (size > 0))
        .then(pl.format("{}, with a diameter of {} mm; the diameter counts", "words", "size"))
        .when(done & size.is_null() & words.is_not_null() & pl.col("state").is_null())
        .then(pl.format("{} is no state of a lesion; counts as not evaluated", "words"))
        .when(done & size.is_null() & words.is_null() & ~pl.col("test"))
        .then(pl.lit("no diameter in mm; counts as not evaluated"))
    )
