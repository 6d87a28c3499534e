"""Derived against reported responses, and reader against reader: who says what, and why.

Two records are of the same assessment if visit and date agree; else if each side has one left of
the visit; else if each has one left of the date. What is left then stands alone, in a row of its
own. A reader who gave a response and recorded no new lesion saw none: RS has a record of new
lesions where there are some.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import dataframely as dy
import polars as pl

from topline.adam.adrs import derive_adrs
from topline.adam.adtr import assess_tumors, derive_tumors
from topline.adam.core import domain
from topline.adam.reading import describe, select_reading
from topline.clinical.recist.schemas import one_of
from topline.frames import conform
from topline.protocol.protocol import Protocol
from topline.protocol.response import Reader
from topline.sdtm.collected import Sdtm

WHATS = ("OVR", "TRGRESP", "NTRGRESP", "NEWLESN", "BOR", "CBOR")
_BEST = ("BOR", "CBOR")
KINDS = ("derived-reported", "reader-reader", "best response")
_RESPONSE_TESTS = ("OVRLRESP", "TRGRESP", "NTRGRESP", "NEWLPROG", "NEWLIND")
_MOST_CERTAIN_FIRST = {"Y": 1, "EQUIVOCAL": 2, "N": 3}
_SECOND = "a second record of this visit and date"


class Comparisons(dy.Schema):
    """One row for every response that one side gave or both did: of one reader, or of two."""

    USUBJID = dy.String(primary_key=True)
    number = dy.Int64(primary_key=True, min=1, description="of the row within the subject")
    kind = one_of(KINDS)
    what = one_of(WHATS)
    reader = dy.String()
    other_reader = dy.String(nullable=True, description="null: derived against reported")
    VISITNUM = dy.Float64(nullable=True)
    VISIT = dy.String(nullable=True)
    date = dy.Date(nullable=True, description="of what was derived, or of the first reader")
    other_date = dy.Date(nullable=True, description="of what was reported, or of the other reader")
    derived = dy.String(nullable=True, description="null between readers")
    reported = dy.String(nullable=True)
    other_reported = dy.String(nullable=True)
    compared = dy.Bool(description="both sides have it")
    agree = dy.Bool()
    analyzed = dy.String(nullable=True, description="Y: the protocol's reading")
    accepted = dy.String(nullable=True, description="the reader whose record has RSACPTFL = Y")
    reason = dy.String(nullable=True, description="why it was derived so, or what there is not")


class Agreement(dy.Schema):
    """Counts of comparisons by kind, response and reader."""

    kind = one_of(KINDS, primary_key=True)
    what = one_of(WHATS, primary_key=True)
    reader = dy.String(primary_key=True)
    other_reader = dy.String(primary_key=True, description="empty: derived against reported")
    compared = dy.Int64(min=0, description="both sides have it")
    agree = dy.Int64(min=0)
    percent = dy.Float64(nullable=True, description="of those compared")
    only_first = dy.Int64(min=0, description="derived only, or the first reader only")
    only_other = dy.Int64(min=0, description="reported only, or the other reader only")


@dataclass(frozen=True)
class _Reading:
    """A reader, whether the protocol analyzes this reading, and both kinds of response."""

    name: str
    reader: Reader
    analyzed: bool
    individual: bool


def derive_comparisons(
    protocol: Protocol, sdtm: Sdtm, datasets: Mapping[str, pl.DataFrame]
) -> dy.DataFrame[Comparisons]:
    """Compare derived with reported responses of every reader, and every two readers.

    Readers of whom only lesions, or only responses, were collected are not compared with
    themselves. Best responses follow from all responses of a reader by the protocol's rules.

    Parameters
    ----------
    protocol
        Criteria and reader.
    sdtm
        TR, TU and RS of all readers, cut at the data cut.
    datasets
        ADSL, ADTR and ADRS of the protocol's reader.

    Returns
    -------
    Comparisons
        Every response of either side is in one row of its kind and readers; sorted by subject,
        kind, readers, date and visit.
    """
    readings = _find_readings(protocol, sdtm)
    parts = [Comparisons.create_empty().drop("number")]
    reported: dict[str, pl.DataFrame] = {}
    for reading in readings:
        ours, theirs = _derive_responses(protocol, sdtm, datasets, reading)
        matched = _match(ours, theirs)
        why = matched.drop_nulls("id_other").select(id="id_other", why="reason")
        reported[reading.name] = theirs.join(why, on="id", how="left")
        if ours.height and theirs.height:
            parts.append(_against_reported(matched, reading))
    people = [reading for reading in readings if reading.individual]
    for one, other in combinations(people, 2):
        pair = reported[one.name], reported[other.name]
        if pair[0].height and pair[1].height:
            parts.append(_between_readers(_match(*pair), one, other))
    return _number(pl.concat(parts, how="diagonal_relaxed"))


def derive_discrepancies(comparisons: pl.DataFrame) -> pl.DataFrame:
    """Keep the comparisons that do not agree, or that one side only has.

    Returns
    -------
    DataFrame
        `Comparisons` in their order, with their numbers.
    """
    return comparisons.filter(~pl.col("agree"))


def derive_agreement(comparisons: pl.DataFrame) -> dy.DataFrame[Agreement]:
    """Count what agrees.

    Returns
    -------
    Agreement
        One row a kind, response and reader or pair of readers, in this order.
    """
    both = pl.col("compared")
    first = pl.coalesce("derived", pl.when(pl.col("other_reader").is_not_null()).then("reported"))
    counts = comparisons.group_by(
        "kind", "what", "reader", other_reader=pl.col("other_reader").fill_null("")
    ).agg(
        compared=both.sum().cast(pl.Int64),
        agree=pl.col("agree").sum().cast(pl.Int64),
        only_first=(~both & first.is_not_null()).sum().cast(pl.Int64),
        only_other=(~both & first.is_null()).sum().cast(pl.Int64),
    )
    share = 100 * pl.col("agree") / pl.col("compared")
    ordered = counts.sort(_place("kind", KINDS), "reader", "other_reader", _place("what", WHATS))
    return conform(
        ordered.with_columns(percent=pl.when(pl.col("compared") > 0).then(share)), Agreement
    )


def _find_readings(protocol: Protocol, sdtm: Sdtm) -> list[_Reading]:
    """Name every reader of TR and RS, and the protocol's reading where it is not one of them."""
    records = [
        domain(sdtm, name)
        .filter((pl.lit(name) == "TR") | pl.col(f"{name}TESTCD").is_in(_RESPONSE_TESTS))
        .select(
            evaluator=pl.col(f"{name}EVAL").fill_null("INVESTIGATOR").str.to_uppercase(),
            id=pl.col(f"{name}EVALID").fill_null("").str.to_uppercase(),
        )
        for name in ("TR", "RS")
    ]
    people = pl.concat(records).unique().sort("evaluator", "id").rows()
    chosen = protocol.response.reader
    wanted = _records(sdtm, chosen)
    readings: list[_Reading] = []
    for evaluator, number in people:
        reader = Reader(evaluator=evaluator, id=number)
        analyzed = _records(sdtm, reader).equals(wanted)
        readings.append(_Reading(describe(reader), reader, analyzed, individual=True))
    if wanted.height and not any(reading.analyzed for reading in readings):
        readings.append(_Reading(describe(chosen), chosen, analyzed=True, individual=False))
    return readings


def _records(sdtm: Sdtm, reader: Reader) -> pl.DataFrame:
    """Return which records of TR and RS are the reader's."""
    parts = [
        select_reading(sdtm, name, reader)
        .filter((pl.lit(name) == "TR") | pl.col(f"{name}TESTCD").is_in(_RESPONSE_TESTS))
        .select("USUBJID", domain=pl.lit(name), record=f"{name}SEQ")
        for name in ("TR", "RS")
    ]
    return pl.concat(parts).sort(pl.all())


def _derive_responses(
    protocol: Protocol, sdtm: Sdtm, datasets: Mapping[str, pl.DataFrame], reading: _Reading
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the responses of one reading: as its lesions give them, and as it reported them."""
    plans = [
        protocol.model_copy(
            update={
                "response": protocol.response.model_copy(
                    update={"reader": reading.reader, "source": source}
                )
            }
        )
        for source in ("measurements", "reported")
    ]
    adsl = datasets["ADSL"]
    tumors = (
        assess_tumors(plans[0], datasets["ADTR"])
        if reading.analyzed
        else derive_tumors(plans[0], sdtm, adsl)
    )
    if reading.analyzed and protocol.response.source == "measurements":
        ours = datasets["ADRS"]
    else:
        ours = derive_adrs(plans[0], sdtm, adsl, tumors)
    theirs = derive_adrs(plans[1], sdtm, adsl, tumors)
    said = _as_recorded(_select(theirs), sdtm)
    return _identify(_select(ours)), _identify(said)


def _select(adrs: pl.DataFrame) -> pl.DataFrame:
    """Take what is compared from ADRS: best responses only of those who were assessed."""
    overall, best = pl.col("PARAMCD") == "OVR", pl.col("PARAMCD").is_in(_BEST)
    why = pl.col("AREASON").filter(overall).first().over("USUBJID", "AVISITN", "AVISIT", "ADT")
    wanted = pl.col("PARAMCD").is_in(WHATS) & (~best | overall.any().over("USUBJID"))
    rows = adrs.filter(wanted)
    return rows.select(
        "USUBJID",
        what="PARAMCD",
        VISITNUM="AVISITN",
        VISIT="AVISIT",
        date="ADT",
        value="AVALC",
        reason=pl.when(best).then("AREASON").otherwise(why),
        record="SRCSEQ",
    )


def _as_recorded(reported: pl.DataFrame, sdtm: Sdtm) -> pl.DataFrame:
    """Give the words of RS themselves, and which record was accepted."""
    word = pl.coalesce("RSSTRESC", "RSORRES").str.strip_chars().str.to_uppercase()
    rs = domain(sdtm, "RS").select("USUBJID", record="RSSEQ", word=word, accepted="RSACPTFL")
    rs = rs.unique(["USUBJID", "record"], keep="first", maintain_order=True)
    judged = pl.col("what").is_in(["NEWLESN", *_BEST])
    rows = reported.join(rs, on=["USUBJID", "record"], how="left", maintain_order="left")
    said = pl.when(judged).then("value").otherwise(pl.coalesce("word", "value"))
    return _add_new_lesions(rows.with_columns(value=said).drop("word"))


def _add_new_lesions(rows: pl.DataFrame) -> pl.DataFrame:
    """Give every assessment of a reader one answer as to new lesions: the most certain, or N."""
    new, best = pl.col("what") == "NEWLESN", pl.col("what").is_in(_BEST)
    visit, scan = ["USUBJID", "VISITNUM", "VISIT"], ["USUBJID", "VISITNUM", "VISIT", "date"]
    certain = pl.col("value").replace_strict(_MOST_CERTAIN_FIRST, default=9)
    said = rows.filter(new).sort(*scan, certain, "record").unique(scan, keep="first")
    scans = rows.filter(~best & ~new).sort(*scan, "record").unique(scan, keep="first")
    only_scan = scans.filter(pl.len().over(visit) == 1)
    answered = only_scan.join(said, on=visit, how="semi", nulls_equal=True)
    silent = scans.join(said, on=scan, how="anti", nulls_equal=True).join(
        answered, on=scan, how="anti", nulls_equal=True
    )
    none = silent.with_columns(
        what=pl.lit("NEWLESN"), value=pl.lit("N"), record=pl.lit(None, dtype=pl.Int64)
    )
    return pl.concat([rows.filter(~new), said, none])


def _identify(rows: pl.DataFrame) -> pl.DataFrame:
    """Add what records are paired by: visit, and the record's place among those of its date."""
    day = pl.col("date").dt.to_string("%Y-%m-%d")
    best = pl.col("what").is_in(_BEST)
    visit = pl.coalesce(pl.col("VISITNUM").cast(pl.String), "VISIT", day)
    keyed = rows.with_columns(visit=pl.when(best).then(pl.lit("best")).otherwise(visit))
    keys = ["USUBJID", "what", "visit", "date"]
    ordered = keyed.sort(*keys, "record", nulls_last=True)
    return ordered.with_columns(nth=pl.int_range(pl.len()).over(keys)).with_row_index("id")


def _match(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Pair the records of the same assessment; the others stand alone.

    Returns
    -------
    DataFrame
        One row a pair or a lone record: the columns of `left`, and those of `right` with `_other`.
    """
    one, other, pairs = left, right, list[pl.DataFrame]()
    for keys in (["visit", "date", "nth"], ["visit"], ["date"]):
        found = _pair(one, other, ["USUBJID", "what", *keys])
        pairs.append(found)
        one = one.join(found, on="id", how="anti")
        other = other.join(found, left_on="id", right_on="id_other", how="anti")
    pair = pl.concat(pairs)
    suffixed = right.rename(lambda name: f"{name}_other")
    matched = left.join(pair, on="id", how="left").join(suffixed, on="id_other", how="left")
    alone = suffixed.join(pair, on="id_other", how="anti")
    return pl.concat([matched, alone], how="diagonal").with_columns(
        pl.coalesce(name, f"{name}_other") for name in ("USUBJID", "what", "VISITNUM", "VISIT")
    )


def _pair(one: pl.DataFrame, other: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Pair records whose keys nobody else on their side has; second records need their place."""
    sides = [
        frame.filter(pl.lit("nth" in keys) | (pl.col("nth") == 0)).filter(pl.len().over(keys) == 1)
        for frame in (one, other)
    ]
    right = sides[1].select(*keys, id_other="id")
    return sides[0].join(right, on=keys, how="inner").select("id", "id_other")


def _against_reported(matched: pl.DataFrame, reading: _Reading) -> pl.DataFrame:
    """Compare what the lesions of a reader give with what the reader reported."""
    derived, reported = pl.col("value"), pl.col("value_other")
    lone = pl.when(pl.col("nth_other") > 0).then(pl.lit(_SECOND))
    nothing = lone.otherwise(pl.lit("no lesion was recorded to derive it from"))
    unsaid = pl.concat_str(pl.lit("not reported"), "reason", separator="; ", ignore_nulls=True)
    return matched.select(
        "USUBJID",
        "what",
        "VISITNUM",
        "VISIT",
        "date",
        kind=_kind("derived-reported"),
        reader=pl.lit(reading.name),
        other_date="date_other",
        derived="value",
        reported="value_other",
        compared=derived.is_not_null() & reported.is_not_null(),
        agree=(derived == reported).fill_null(value=False),
        analyzed=pl.when(pl.lit(reading.analyzed)).then(pl.lit("Y")),
        accepted=pl.when(pl.col("accepted_other") == "Y").then(pl.lit(reading.name)),
        reason=pl.when(derived.is_null())
        .then(nothing)
        .when(reported.is_null())
        .then(unsaid)
        .otherwise("reason"),
    )


def _between_readers(matched: pl.DataFrame, one: _Reading, other: _Reading) -> pl.DataFrame:
    """Compare what two readers reported; `reason` is why their lesions give what they give."""
    first, second = pl.col("value"), pl.col("value_other")
    accepted = [
        pl.when(pl.col(column) == "Y").then(pl.lit(reading.name))
        for column, reading in (("accepted", one), ("accepted_other", other))
    ]
    again = pl.when(pl.coalesce("nth", "nth_other") > 0).then(pl.lit(_SECOND))
    reasons = [
        pl.format("{}: {}", pl.lit(reading.name), column)
        for column, reading in (("why", one), ("why_other", other))
    ]
    both = first.is_not_null() & second.is_not_null()
    said = pl.concat_str(*reasons, separator=" | ", ignore_nulls=True).replace("", None)
    return matched.select(
        "USUBJID",
        "what",
        "VISITNUM",
        "VISIT",
        "date",
        kind=_kind("reader-reader"),
        reader=pl.lit(one.name),
        other_reader=pl.lit(other.name),
        other_date="date_other",
        reported="value",
        other_reported="value_other",
        compared=both,
        agree=(first == second).fill_null(value=False),
        analyzed=pl.when(pl.lit(one.analyzed or other.analyzed)).then(pl.lit("Y")),
        accepted=pl.concat_str(*accepted, separator=" and ", ignore_nulls=True).replace("", None),
        reason=pl.when(both).then(said).otherwise(pl.coalesce(again, said)),
    )


def _kind(kind: str) -> pl.Expr:
    """Name the kind; best responses are one of their own."""
    best = pl.col("what").is_in(_BEST)
    return pl.when(best).then(pl.lit("best response")).otherwise(pl.lit(kind))


def _place(column: str, order: tuple[str, ...]) -> pl.Expr:
    return pl.col(column).replace_strict({name: i for i, name in enumerate(order)})


def _number(rows: pl.DataFrame) -> dy.DataFrame[Comparisons]:
    """Sort, and number the rows of each subject."""
    day = pl.coalesce("date", "other_date")
    order = [_place("kind", KINDS), "reader", "other_reader", day, "VISITNUM", "VISIT"]
    ordered = rows.sort(
        "USUBJID", *order, _place("what", WHATS), "derived", "reported", "other_reported",
        nulls_last=True,
    )  # fmt: skip
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("USUBJID")
    return conform(ordered.with_columns(number=number), Comparisons)
