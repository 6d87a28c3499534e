"""ADAE: adverse events with dates, grade, causality, and whether they came under treatment."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from topline.adam.core import (
    Finding,
    Record,
    add_core,
    conform_rows,
    domain,
    flag,
    list_queries,
    number_rows,
)
from topline.adam.episodes import add_episodes
from topline.adam.expressions import Rule, compute_condition, refuse
from topline.adam.partial_dates import date_flag, not_after, not_before
from topline.protocol.adverse_events import LedTo
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest, latest, study_day
from topline.sdtm.domains.ae import ACTIONS

_SEVERITY = {"MILD": 1, "MODERATE": 2, "SEVERE": 3, "LIFE THREATENING": 4, "FATAL": 5}


class ADAE(Record):
    """Adverse events, one row a record of AE; all of AE's variables stand behind these."""

    AESEQ = dy.Int64(nullable=True)
    AETERM = dy.String(nullable=True)
    AEDECOD = dy.String(nullable=True)
    AEBODSYS = dy.String(nullable=True)
    AESER = dy.String(nullable=True)
    AEREL = dy.String(nullable=True)
    AEACN = dy.String(nullable=True)
    AEOUT = dy.String(nullable=True)
    AETOXGR = dy.String(nullable=True)
    AESEV = dy.String(nullable=True)
    ATOXGRN = dy.Int64(nullable=True, min=1, max=5, description="grade, or severity as a number")
    ASTDT = dy.Date(nullable=True)
    ASTDTF = dy.String(nullable=True, description="D: day imputed, M: month and day imputed")
    AENDT = dy.Date(nullable=True)
    AENDTF = dy.String(nullable=True)
    ASTDY = dy.Int64(nullable=True)
    AENDY = dy.Int64(nullable=True)
    TRTEMFL = dy.String(nullable=True, description="Y: treatment-emergent")
    AREL = dy.String(nullable=True, description="Y or N; null where causality is not recorded")
    RELFL = dy.String(nullable=True, description="Y: related")
    AOCCPIFL = dy.String(
        nullable=True,
        description="Y: first of the worst grade of a subject and term under treatment",
    )

    LEDREDFL = dy.String(nullable=True, description="Y: led to a lower dose of some drug")
    LEDINTFL = dy.String(nullable=True, description="Y: led to an interruption")
    LEDDISFL = dy.String(nullable=True, description="Y: led to the end of some drug")
    AESIFL = dy.String(nullable=True, description="Y: of special interest; CQ01NAM ... say which")
    EPISODE = dy.Int64(nullable=True, min=1, description="number within the subject and term")
    EPISENDT = dy.Date(nullable=True, description="end of the episode")
    EPISOUT = dy.String(nullable=True, description="outcome of the episode")
    EPRESFL = dy.String(nullable=True, description="Y: the episode resolved")

    @dy.rule()
    def under_treatment_needs_treatment(cls) -> pl.Expr:
        """Only events of treated subjects are treatment-emergent."""
        return pl.col("TRTEMFL").is_null() | pl.col("TRTSDT").is_not_null()

    TRTSDT = dy.Date(nullable=True)


def derive_adae(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """Derive ADAE.

    An event is treatment-emergent when it starts on or after the first dose and no later than
    `emergent_until` after the last. One whose start is unknown is so unless it ended before.

    Parameters
    ----------
    protocol
        Conventions for adverse events and partial dates.
    sdtm
        AE with its supplemental qualifiers.
    adsl
        Treatment dates, death and data cut.

    Returns
    -------
    DataFrame
        As many rows as AE has, sorted by subject and start.

    Raises
    ------
    ProtocolError
        A condition on events of special interest names variables that ADAE does not have.
    DataError
        A row breaks a rule of `ADAE`.
    """
    ae = domain(sdtm, "AE")
    known = [name for name in adsl.columns if name not in {"USUBJID", "TRTSDT", "TRTEDT"}]
    bounds = adsl.select("USUBJID", "TRTSDT", "TRTEDT", died="DTHDT", cut="DCUTDT")
    own = ae.select(pl.exclude("TRTSDT", "TRTEDT")).select(
        pl.exclude([name for name in ae.columns if name in known and not name.startswith("AE")])
    )
    rows = own.join(bounds, on="USUBJID", how="left", maintain_order="left")
    rows = _add_dates(rows, protocol).with_columns(
        ATOXGRN=_grade(protocol),
        AREL=_related(protocol),
        SRCDOM=pl.lit("AE"),
        SRCVAR=pl.lit("AETERM"),
    )
    rows = rows.with_columns(
        RELFL=flag(pl.col("AREL") == "Y"), TRTEMFL=_emergent(protocol), SRCSEQ="AESEQ"
    ).drop("died", "cut")
    rows = number_rows(rows.sort("USUBJID", "ASTDT", "AESEQ", nulls_last=True))
    rows = rows.with_columns(AOCCPIFL=_worst())
    rows = add_episodes(_add_consequences(rows, protocol), protocol.adverse_events)
    return conform_rows(_add_special_interest(add_core(rows, protocol, adsl), protocol), ADAE)


def find_adae_queries(protocol: Protocol, adae: pl.DataFrame) -> pl.DataFrame:
    """List the events whose grade, causality, term or consequence analyses will miss."""
    severity = protocol.adverse_events.severity
    wanted = {
        "grade": ("ATOXGRN", severity, "a grade from 1 to 5, or MILD, MODERATE or SEVERE"),
        "causality": (
            "AREL",
            "AEREL",
            "the causality; without it the event is not counted as related",
        ),
    }
    if adae["AEDECOD"].null_count() < adae.height:
        words = "a dictionary term; without it the event is under no term"
        wanted["term"] = ("AEDECOD", "AEDECOD", words)
    return pl.concat(
        [
            *(
                list_queries(
                    adae.filter(pl.col(column).is_null()),
                    Finding(f"ADAE.{name}", expected),
                    pl.format(f"{collected} = {{}}", pl.col(collected).fill_null("(empty)")),
                    _RECORD,
                )
                for name, (column, collected, expected) in wanted.items()
            ),
            _uncoded(adae),
            *_unclear_actions(protocol, adae),
        ]
    )


_RECORD = pl.format("AESEQ={}", "AESEQ")


def _uncoded(adae: pl.DataFrame) -> pl.DataFrame:
    """Note, once, that no event is coded."""
    expected = "dictionary terms; without any, let the analyses take term: AETERM"
    bare = adae.height if adae["AEDECOD"].null_count() == adae.height else 0
    row = pl.DataFrame({"USUBJID": [None] * min(bare, 1)}, schema={"USUBJID": pl.String})
    found = pl.lit(f"AEDECOD empty in all {bare} records")
    return list_queries(row, Finding("ADAE.term", expected, "note"), found)


def _unclear_actions(protocol: Protocol, adae: pl.DataFrame) -> list[pl.DataFrame]:
    """List actions that no word explains: several drugs without a variable each, and odd words."""
    rules = protocol.adverse_events
    others = [pl.col(name).is_null() for name in rules.actions if name != "AEACN"]
    several = pl.col("AEACN").str.strip_chars().str.to_uppercase() == "MULTIPLE"
    known = (*ACTIONS, "MULTIPLE", *_words(rules.led_to))
    multiple = Finding(
        "ADAE.action", "what was done with each drug, in a variable of adverse_events.actions"
    )
    odd = Finding(
        "ADAE.action", "a word of the terminology, or of adverse_events.led_to; else no consequence"
    )
    unread = {
        name: pl.col(name).is_not_null() & ~_says_one_of([name], known) for name in rules.actions
    }
    return [
        list_queries(
            adae.filter(several & pl.all_horizontal(pl.lit(value=True), *others)),
            multiple,
            pl.lit("AEACN = MULTIPLE"),
            _RECORD,
        ),
        *(
            list_queries(adae.filter(found), odd, pl.format(f"{name} = {{}}", name), _RECORD)
            for name, found in unread.items()
            if name != "AEACN"  # the domain's own rule says so
        ),
    ]


def _words(led_to: LedTo) -> tuple[str, ...]:
    return (*led_to.reduction, *led_to.interruption, *led_to.discontinuation)


def _add_dates(rows: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Add start and end; what is not known of them by the protocol's rule, flagged."""
    rule = protocol.partial_dates.adverse_event_start
    over = latest("AEENDTC")
    treated_within = pl.when((over >= pl.col("TRTSDT")).fill_null(value=True)).then("TRTSDT")
    start = {
        "earliest": earliest("AESTDTC"),
        "latest": not_after("AESTDTC", over, pl.col("died"), pl.col("cut")),
    }.get(rule, not_before("AESTDTC", treated_within))
    end = not_after("AEENDTC", pl.col("died"), pl.col("cut"))
    return rows.with_columns(
        ASTDT=start,
        ASTDTF=date_flag("AESTDTC"),
        AENDT=end,
        AENDTF=date_flag("AEENDTC"),
    ).with_columns(
        ASTDY=study_day(pl.col("ASTDT"), pl.col("TRTSDT")),
        AENDY=study_day(pl.col("AENDT"), pl.col("TRTSDT")),
    )


def _grade(protocol: Protocol) -> pl.Expr:
    """Return the grade as a number; null for words that are none."""
    if protocol.adverse_events.severity == "AETOXGR":
        number = pl.col("AETOXGR").cast(pl.Int64, strict=False)
        return pl.when(number.is_between(1, 5)).then(number)
    word = pl.col("AESEV").str.to_uppercase()
    return word.replace_strict(_SEVERITY, default=None, return_dtype=pl.Int64)


def _related(protocol: Protocol) -> pl.Expr:
    words = [word.upper() for word in protocol.adverse_events.related]
    related = pl.col("AEREL").str.strip_chars().str.to_uppercase().is_in(words)
    return pl.when(related).then(pl.lit("Y")).when(~related).then(pl.lit("N"))


def _emergent(protocol: Protocol) -> pl.Expr:
    """Y for events under treatment."""
    until, first = protocol.adverse_events.emergent_until, pl.col("TRTSDT")
    start, end = pl.col("ASTDT"), pl.col("AENDT")
    unknown = start.is_null() & ((end >= first) | end.is_null())
    in_time = start >= first
    if until is not None:
        last = pl.col("TRTEDT") + pl.duration(days=int(until.days))
        in_time = in_time & ((start <= last) | last.is_null())
    return flag(first.is_not_null() & (in_time.fill_null(value=False) | unknown))


def _add_consequences(rows: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Flag what events led to, by any of the action variables; one never collected is empty."""
    rules = protocol.adverse_events
    absent = [name for name in rules.actions if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    led = {"LEDREDFL": "reduction", "LEDINTFL": "interruption", "LEDDISFL": "discontinuation"}
    return rows.with_columns(
        flag(_says_one_of(rules.actions, getattr(rules.led_to, what))).alias(name)
        for name, what in led.items()
    )


def _says_one_of(variables: Sequence[str], words: Sequence[str]) -> pl.Expr:
    """Whether any of the variables has one of the words, in upper or lower case."""
    wanted = [word.upper() for word in words]
    said = [pl.col(name).str.strip_chars().str.to_uppercase().is_in(wanted) for name in variables]
    return pl.any_horizontal(one.fill_null(value=False) for one in said)


def _add_special_interest(adae: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Add CQ01NAM, CQ02NAM ..., which name the kinds of special interest, and AESIFL."""
    kinds = protocol.adverse_events.special_interest
    found: dict[str, pl.Expr] = {}
    for place, kind in enumerate(kinds):
        hit = _says_one_of(["term"], kind.terms)
        if kind.where is not None:
            path = f"adverse_events.special_interest[{place}].where"
            rule = Rule(path, kind.where, "ADAE")
            refuse(rule.unknown(adae.columns))
            hit = hit | pl.lit(compute_condition(adae, rule))
        found[f"CQ{place + 1:02d}NAM"] = pl.when(hit).then(pl.lit(kind.label))
    named = adae.with_columns(term=pl.coalesce("AEDECOD", "AETERM")).with_columns(**found)
    some = pl.any_horizontal(pl.col(*found).is_not_null()) if found else pl.lit(value=False)
    return named.with_columns(AESIFL=flag(some)).drop("term")


def _worst() -> pl.Expr:
    """Y for the first record of the worst grade of each subject and term under treatment."""
    emergent = pl.col("TRTEMFL") == "Y"
    grade = pl.when(emergent).then("ATOXGRN")
    by = ["USUBJID", "AEDECOD"]
    worst = emergent & (grade == grade.max().over(by))
    first = pl.when(worst).then("ASEQ").min().over(by)
    return flag(worst & (pl.col("ASEQ") == first))
