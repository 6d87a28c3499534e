"""ADDV: departures from the protocol, each with what was found and what was planned.

Doses and schedule come from the rules of dosing, visits from the plan of tumor assessments, consent
from ADSL, eligibility from ADIE. What only questions the data is a query, not a deviation.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple, get_args

import dataframely as dy
import polars as pl

from topline.adam.adex import Taken
from topline.adam.adherence import derive_adherence
from topline.adam.core import Record, add_core, conform_rows, number_rows
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import DeviationCategory, DeviationKind
from topline.sdtm.dates import study_day

CATEGORIES: Final = {
    "dose": "Dose",
    "interruption": "Interruption of treatment",
    "schedule": "Schedule of doses",
    "visits": "Tumor assessments",
    "consent": "Consent",
    "eligibility": "Eligibility",
}


class Kind(NamedTuple):
    """A kind of deviation."""

    category: DeviationCategory
    label: str


KINDS: Final[dict[DeviationKind, Kind]] = {
    "DOSE OUTSIDE LEVELS": Kind("dose", "Dose outside the allowed levels"),
    "NOT STARTING DOSE": Kind("dose", "First dose below the starting dose"),
    "LEVEL SKIPPED": Kind("dose", "Reduction by more than one level"),
    "RE-ESCALATION": Kind("dose", "Dose raised again after a reduction"),
    "DRUG OF ANOTHER ARM": Kind("dose", "Drug of another arm"),
    "STOPPED ALONE": Kind("dose", "Drug stopped alone that may not be"),
    "INTERRUPTION TOO LONG": Kind("interruption", "Interruption longer than allowed"),
    "TOO MANY DAYS ON": Kind("schedule", "More dosing days in a row than planned"),
    "TOO FEW DAYS OFF": Kind("schedule", "Fewer days off than planned"),
    "EARLY": Kind("visits", "Assessment early"),
    "LATE": Kind("visits", "Assessment late"),
    "MISSED": Kind("visits", "Assessment missed"),
    "BASELINE TOO EARLY": Kind("visits", "Baseline assessment too early"),
    "NO BASELINE": Kind("visits", "No baseline assessment"),
    "TREATED BEFORE CONSENT": Kind("consent", "First dose before consent"),
    "ENROLLED BEFORE CONSENT": Kind("consent", "Enrolled before consent"),
    "INCLUSION NOT MET": Kind("eligibility", "Inclusion criterion not met"),
    "EXCLUSION MET": Kind("eligibility", "Exclusion criterion met"),
}
"""Every DVDECOD with its category and its words in tables."""
_RULES: Final[dict[str, DeviationKind]] = {
    "dose_is_a_level": "DOSE OUTSIDE LEVELS",
    "first_dose_is_starting_dose": "NOT STARTING DOSE",
    "days_on_are_kept": "TOO MANY DAYS ON",
    "days_off_are_kept": "TOO FEW DAYS OFF",
}
_VISITS: Final = ("EARLY", "LATE", "MISSED", "BASELINE TOO EARLY", "NO BASELINE")
_TYPES: Final = {
    "USUBJID": pl.String(), "DVDECOD": pl.String(), "PARCAT1": pl.String(), "ADT": pl.Date(),
    "FOUND": pl.String(), "PLANNED": pl.String(), "SRCDOM": pl.String(), "SRCVAR": pl.String(),
    "SRCSEQ": pl.Int64(),
}  # fmt: skip


class ADDV(Record):
    """Protocol deviations, one row each."""

    DVCAT = dy.String(check=lambda value: value.is_in(get_args(DeviationCategory)))
    DVDECOD = dy.String(check=lambda value: value.is_in(list(KINDS)))
    DVTERM = dy.String(description="the kind in words")
    PARCAT1 = dy.String(nullable=True, description="drug, or criterion")
    ADT = dy.Date(nullable=True)
    ADY = dy.Int64(nullable=True)
    FOUND = dy.String()
    PLANNED = dy.String()


def derive_addv(
    protocol: Protocol, datasets: Mapping[str, pl.DataFrame], taken: Taken | None
) -> pl.DataFrame:
    """Derive ADDV.

    Parameters
    ----------
    protocol
        `deviations` chooses among the categories.
    datasets
        ADSL, ADTR, ADRS; ADIE where there are criteria.
    taken
        Exposure; None: no deviations of doses.

    Returns
    -------
    DataFrame
        Sorted by subject, category, day.
    """
    adsl = datasets["ADSL"]
    parts = [pl.DataFrame(schema=_TYPES), _visits(protocol, datasets), *_consent(adsl)]
    if taken is not None:
        parts += _doses(protocol, taken)
    if "ADIE" in datasets:
        parts.append(_eligibility(adsl, datasets["ADIE"]))
    options = protocol.deviations
    chosen = [] if options is None else list(options.of)
    left_out = [] if options is None else list(options.except_for)
    code = pl.col("DVDECOD")
    typed = [pl.col(name).cast(dtype) for name, dtype in _TYPES.items()]
    rows = pl.concat([part.select(typed) for part in parts]).with_columns(
        DVCAT=code.replace_strict({n: k.category for n, k in KINDS.items()}),
        DVTERM=code.replace_strict({n: k.label for n, k in KINDS.items()}),
    )
    rows = rows.filter(pl.col("DVCAT").is_in(chosen), ~code.is_in(left_out))
    place = {name: i for i, name in enumerate(chosen)}
    rank = pl.col("DVCAT").replace_strict(place, default=None, return_dtype=pl.Int64)
    kind = code.replace_strict({n: i for i, n in enumerate(KINDS)}, return_dtype=pl.Int64)
    keys = ["USUBJID", rank, "ADT", kind, "PARCAT1", "SRCSEQ", "FOUND"]
    rows = add_core(number_rows(rows.sort(keys, nulls_last=True)), protocol, adsl)
    rows = rows.with_columns(ADY=study_day(pl.col("ADT"), pl.col("TRTSDT")))
    return conform_rows(rows, ADDV).select(*ADDV.column_names(), pl.exclude(ADDV.column_names()))


def _doses(protocol: Protocol, taken: Taken) -> list[pl.DataFrame]:
    """List what the rules of dosing found that is not a question about the data."""
    found = taken.findings.filter(pl.col("rule").is_in(list(_RULES)))
    by_rule = found.select(
        "USUBJID", "ADT", DVDECOD=pl.col("rule").replace_strict(_RULES, return_dtype=pl.String),
        PARCAT1="drug", FOUND="found", PLANNED="expected", SRCDOM=pl.lit("EX"),
        SRCVAR=pl.lit("EXDOSE"), SRCSEQ="EXSEQ",
    )  # fmt: skip
    limits = {
        drug.name: str(drug.interruption_at_most)
        for drug in protocol.treatments.drugs
        if drug.interruption_at_most is not None
    }
    events = taken.adex.filter(pl.col("PARCAT2") == "EVENT")
    source = ["USUBJID", "ADT", "PARCAT1", "SRCDOM", "SRCVAR", "SRCSEQ"]
    limit = pl.col("PARCAT1").replace_strict(limits, default=None, return_dtype=pl.String)
    long = events.filter(pl.col("OVERFL") == "Y").select(
        *source, DVDECOD=pl.lit("INTERRUPTION TOO LONG"),
        FOUND=pl.format("{} days from {} to {}", pl.col("AVAL").cast(pl.Int64), "ADT", "AENDT"),
        PLANNED=pl.format("at most {}", limit),
    )  # fmt: skip
    wrong = events.filter(pl.col("AVALC").is_in(["LEVEL SKIPPED", "RE-ESCALATION"])).select(
        *source, DVDECOD="AVALC", FOUND=pl.format("level {} to {}", "DOSLVLFR", "DOSELVL"),
        PLANNED=pl.lit("one level down at a time"),
    )  # fmt: skip
    together = [drug.name for drug in protocol.treatments.drugs if not drug.may_stop_alone]
    alone = (pl.col("ALONEFL") == "Y") & pl.col("PARCAT1").is_in(together)
    stopped = events.filter(alone).select(
        *source, DVDECOD=pl.lit("STOPPED ALONE"), FOUND=pl.format("stopped on {}", "ADT"),
        PLANNED=pl.lit("stopped with the other drugs"),
    )  # fmt: skip
    other = taken.other_arm.select(
        "USUBJID", "ADT", DVDECOD=pl.lit("DRUG OF ANOTHER ARM"), PARCAT1="drug",
        FOUND=pl.format("{} in {}", "drug", pl.col("arm").fill_null("no arm")),
        PLANNED=pl.lit("a drug of the subject's arm"), SRCDOM=pl.lit("EX"),
        SRCVAR=pl.lit("EXTRT"), SRCSEQ="EXSEQ",
    )  # fmt: skip
    return [by_rule, long, wrong, stopped, other]


def _visits(protocol: Protocol, datasets: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """List assessments out of their window, and those that were missed."""
    visits = derive_adherence(protocol, datasets["ADSL"], datasets["ADTR"], datasets["ADRS"])
    status = pl.col("status")
    planned = pl.format("{} to {}", "window_start_date", "window_end_date")
    where = pl.col("date").is_not_null()
    days = pl.col("outside_days").abs()
    side = pl.when(status == "LATE").then(pl.lit("after")).otherwise(pl.lit("before"))
    seen = pl.format("{}, {} days {} the window", "date", days, side)
    return visits.filter(status.is_in(_VISITS)).select(
        "USUBJID", DVDECOD="status", PARCAT1=pl.lit(None, pl.String),
        ADT=pl.coalesce("date", "planned_date"),
        FOUND=pl.when(where).then(seen).otherwise(pl.lit("none")), PLANNED=planned,
        SRCDOM=pl.lit("TU"), SRCVAR=pl.lit("TUDTC"), SRCSEQ=pl.lit(None, pl.Int64),
    )  # fmt: skip


def _consent(adsl: pl.DataFrame) -> list[pl.DataFrame]:
    """List first doses and enrolments before consent."""
    kinds = {"TRTSDT": ("TREATED BEFORE CONSENT", "first dose"),
             "RANDDT": ("ENROLLED BEFORE CONSENT", "enrolled")}  # fmt: skip
    return [
        adsl.filter(pl.col(date) < pl.col("RFICDT")).select(
            "USUBJID", DVDECOD=pl.lit(code), PARCAT1=pl.lit(None, pl.String), ADT=date,
            FOUND=pl.format(f"{words} {{}}", date),
            PLANNED=pl.format("on or after consent, {}", "RFICDT"),
            SRCDOM=pl.lit("ADSL"), SRCVAR=pl.lit(date), SRCSEQ=pl.lit(None, pl.Int64),
        )
        for date, (code, words) in kinds.items()
    ]  # fmt: skip


def _eligibility(adsl: pl.DataFrame, adie: pl.DataFrame) -> pl.DataFrame:
    """List criteria that stand against the entry of those who entered."""
    entered = adsl.filter((pl.col("ENRLFL") == "Y") | pl.col("TRTSDT").is_not_null())
    day = entered.select("USUBJID", entry=pl.coalesce("RANDDT", "TRTSDT"))
    inclusion = pl.col("PARCAT1") == "INCLUSION"
    against = adie.filter(pl.col("VIOLFL") == "Y").join(day, on="USUBJID", maintain_order="left")
    return against.select(
        "USUBJID", ADT="entry",
        DVDECOD=pl.when(inclusion).then(pl.lit("INCLUSION NOT MET"))
        .otherwise(pl.lit("EXCLUSION MET")),
        PARCAT1="PARAMCD", FOUND=pl.coalesce("USED", "AREASON"), PLANNED="PARAM",
        SRCDOM=pl.lit("ADIE"), SRCVAR=pl.lit("AVALC"), SRCSEQ="ASEQ",
    )  # fmt: skip
