"""ADEX: exposure. What each subject took of each drug, record by record and over the whole course.

PARAMCD goes by the usage of admiral where it has a name (DOSE, DURD, TDOSE, TPDOSE, TDURD, AVDDSE).
PARCAT2 tells the rows apart: RECORD (one a record of EX), EVENT (an interruption, a change of dose,
a drug stopped) and COURSE (one a parameter, subject and drug; PARCAT1 is the drug, or ALL DRUGS).
"""

from dataclasses import dataclass
from typing import Final

import dataframely as dy
import polars as pl

from topline.adam.core import (
    Finding,
    Record,
    add_core,
    conform_rows,
    flag,
    list_queries,
    number_rows,
)
from topline.adam.dose_events import derive_dose_events
from topline.adam.dosing_records import TIMES_A_DAY, Dosing, read_dosing
from topline.clinical.dosing.exposure import Exposure, derive_exposure
from topline.clinical.dosing.records import derive_doses
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import Exposure as ExposureOptions
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import study_day
from topline.sdtm.queries import Query, shorten

ALL_DRUGS: Final = "ALL DRUGS"
RECORD, EVENT, COURSE = "RECORD", "EVENT", "COURSE"
_KINDS: Final = {RECORD: 0, EVENT: 1, COURSE: 2}
PARAMETERS: Final = {
    "DOSE": ("Dose a day", ""),
    "DURD": ("Days of the record", "days"),
    "INT": ("Interruption", "days"),
    "RED": ("Dose reduction, to", ""),
    "ESC": ("Dose escalation, to", ""),
    "STOP": ("Permanent discontinuation", ""),
    "TDOSE": ("Cumulative dose", ""),
    "TPDOSE": ("Planned cumulative dose", ""),
    "AVDDSE": ("Average dose a day with a dose", ""),
    "DOSINT": ("Dose intensity a week", ""),
    "RDI": ("Relative dose intensity", "%"),
    "TDURD": ("Duration of treatment, first to last dose", "days"),
    "DOSEDAYS": ("Days with a dose", "days"),
    "CRSDAYS": ("Days of the dose intensity", "days"),
    "NCYCDOSE": ("Cycles with a dose", "cycles"),
    "NCYCSTRT": ("Cycles begun", "cycles"),
    "NCYCLE": ("Cycles completed", "cycles"),
    "NINT": ("Interruptions", ""),
    "TINTD": ("Days interrupted", "days"),
    "MAXINT": ("Longest interruption", "days"),
    "NINTOVR": ("Interruptions longer than allowed", ""),
    "NRED": ("Dose reductions", ""),
    "NESC": ("Dose escalations", ""),
    "LOWLVL": ("Lowest level reached, 1 the starting dose", ""),
    "LOWDOSE": ("Lowest level reached", ""),
}
"""Every parameter with its label and unit; no unit where it is the drug's, or a number."""
_AMOUNTS: Final = ("DOSE", "RED", "ESC", "TDOSE", "TPDOSE", "AVDDSE", "DOSINT", "RDI", "LOWDOSE")
_NOT_OF_PLACEBO: Final = ("TDOSE", "TPDOSE", "AVDDSE", "DOSINT", "RDI", "LOWDOSE", "LOWLVL")
DATA_RULES: Final = (
    "drug_is_of_regimen", "drug_has_period", "record_has_start", "end_is_not_before_start",
    "record_is_within_period", "dose_is_not_negative", "dose_is_known", "unit_is_of_regimen",
    "bsa_is_known", "record_has_end", "record_ends_within_period", "no_dose_after_stop",
    "records_do_not_overlap", "doses_go_on_or_stop",
)  # fmt: skip
"""Findings that question the data; the others are departures from the protocol."""


class ADEX(Record):
    """Exposure, one row a record, event, or parameter of a course."""

    PARAMCD = dy.String(check=lambda value: value.is_in(list(PARAMETERS)))
    PARAM = dy.String()
    PARCAT1 = dy.String(nullable=True, description="the drug as the protocol names it, else EXTRT")
    PARCAT2 = dy.String(check=lambda value: value.is_in(list(_KINDS)))
    AVAL = dy.Float64(nullable=True)
    AVALC = dy.String(
        nullable=True, description="of a change, whether it is in the order of levels"
    )
    AVALU = dy.String(nullable=True)
    ADT = dy.Date(nullable=True, description="day of an event: its first")
    ADY = dy.Int64(nullable=True)
    ASTDT = dy.Date(nullable=True)
    ASTDTF = dy.String(nullable=True)
    ASTDY = dy.Int64(nullable=True)
    AENDT = dy.Date(nullable=True, description="last day; of an open record, as it is counted")
    AENDTF = dy.String(nullable=True)
    AENDY = dy.Int64(nullable=True)
    DOSELVL = dy.Int64(nullable=True, description="level of the dose, 1 the starting dose")
    DOSLVLFR = dy.Int64(nullable=True, description="level before a change")
    AREASON = dy.String(nullable=True, description="why, as collected; why a dose is not known")
    ACAUSE = dy.String(nullable=True, description="the event that a change answered, else AREASON")
    DCREAS = dy.String(nullable=True, description="why a drug was stopped, in the words of tables")
    AESEQ = dy.Int64(nullable=True, description="that event in ADAE")
    AEOUT = dy.String(nullable=True)
    AERESFL = dy.String(nullable=True, description="Y: it was over afterwards, N: it was not")
    AELINK = dy.String(nullable=True, description="by RELREC, by the REASON, by the ACTION taken")
    OVERFL = dy.String(nullable=True, description="Y: interruption longer than allowed")
    ALONEFL = dy.String(nullable=True, description="Y: stopped while another drug went on")
    ANL01FL = dy.String(nullable=True, description="Y: counts; null for a record left out")

    @dy.rule()
    def records_come_from_ex(cls) -> pl.Expr:
        """Let a row of a record name its EX record."""
        return (pl.col("PARCAT2") != RECORD) | (pl.col("SRCDOM") == "EX")


@dataclass(frozen=True)
class Taken:
    """ADEX, and what the rules of dosing found in the records."""

    adex: pl.DataFrame
    findings: pl.DataFrame
    """`Findings` with USUBJID, drug, EXSEQ and ADT, the start of the record or course."""
    other_arm: pl.DataFrame
    """Records of a drug that is not of the subject's arm: USUBJID, drug, arm, EXSEQ, ADT."""
    unclear: pl.DataFrame
    """Records with a frequency that does not tell doses a day: USUBJID, EXTRT, EXSEQ, EXDOSFRQ."""


def derive_adex(
    protocol: Protocol,
    sdtm: Sdtm,
    adsl: pl.DataFrame,
    adae: pl.DataFrame,
    relrec: pl.DataFrame | None = None,
) -> Taken:
    """Derive ADEX.

    Parameters
    ----------
    protocol
        Drugs, levels, schedule; `treatments.exposure`, or its defaults.
    sdtm
        EX, DS and VS.
    adsl, adae
        Complete ADSL; ADAE for the events that changed a dose.
    relrec
        Related records, where they were collected.

    Returns
    -------
    Taken
        Every record of EX has its row, those that cannot count without ANL01FL.
    """
    options = protocol.treatments.exposure or ExposureOptions()
    dosing = read_dosing(protocol, sdtm, adsl, options.body_surface)
    exposure = derive_exposure(dosing.records, dosing.periods, dosing.regimen, options.counting)
    doses, _ = derive_doses(dosing.records, dosing.periods, dosing.regimen, options.counting)
    parts = [
        _record_rows(dosing, doses),
        derive_dose_events(protocol, dosing, exposure, adae, relrec),
        _course_rows(dosing, exposure, doses),
        _overall_rows(exposure, adsl),
    ]
    rows = _described(pl.concat(parts, how="diagonal"), dosing)
    rows = add_core(rows, protocol, adsl).with_columns(
        study_day(pl.col(date), pl.col("TRTSDT")).alias(day)
        for date, day in (("ADT", "ADY"), ("ASTDT", "ASTDY"), ("AENDT", "AENDY"))
    )
    rows = conform_rows(number_rows(rows), ADEX).select(
        *ADEX.column_names(), pl.exclude(*ADEX.column_names(), "place", "kind", "which", "number")
    )
    strays = dosing.records.filter("known", ~pl.col("own_arm")).select(
        "USUBJID", "arm", "EXSEQ", drug="EXTRT", ADT="start_date"
    )
    unclear = dosing.records.filter("frequency_unclear").select(
        "USUBJID", "EXTRT", "EXSEQ", "EXDOSFRQ"
    )
    return Taken(rows, _dated_findings(dosing, exposure), strays, unclear)


def find_adex_queries(taken: Taken) -> pl.DataFrame:
    """List what is wrong with the dosing records, with what it was expected to be."""
    rows = taken.findings.filter(pl.col("rule").is_in(DATA_RULES))
    left_out = ~pl.col("counted")
    listed = rows.select(
        domain=pl.lit("EX"),
        subject="USUBJID",
        record=pl.when(pl.col("EXSEQ").is_not_null()).then(pl.format("EXSEQ={}", "EXSEQ")),
        rule=pl.concat_str(pl.lit("ADEX."), "rule"),
        found=shorten(pl.format("{}: {}", pl.col("drug").fill_null("no drug"), "found")),
        expected="expected",
        severity=pl.lit("warning"),
        consequence=pl.when(left_out).then(pl.lit("value not used")).otherwise(pl.lit("none")),
        file=pl.lit(None, dtype=pl.String),
    )
    unnamed = taken.adex.filter(
        pl.col("PARCAT2") == EVENT,
        pl.col("AESEQ").is_null(),
        pl.col("AREASON").str.to_uppercase().str.contains("ADVERSE EVENT", literal=True),
        pl.col("SRCDOM") == "EX",
    )
    found = pl.format("{} {}: {}", "PARCAT1", pl.col("PARAM").str.to_lowercase(), "AREASON")
    cause = Finding("ADEX.cause", "an adverse event of that name or action, begun by that day")
    record = pl.when(pl.col("SRCSEQ").is_not_null()).then(pl.format("EXSEQ={}", "SRCSEQ"))
    asked = list_queries(unnamed, cause, found, record).with_columns(domain=pl.lit("EX"))
    return pl.concat([Query.cast(listed), asked, _unclear_frequencies(taken)])


def _unclear_frequencies(taken: Taken) -> pl.DataFrame:
    """List frequencies that do not tell how many doses a day; such records count one."""
    expected = f"one of {', '.join(TIMES_A_DAY)}, or a record a dose; EXDOSE is counted once a day"
    finding = Finding("ADEX.frequency_is_known", expected)
    found = pl.format("{}: EXDOSFRQ = {}", "EXTRT", "EXDOSFRQ")
    listed = list_queries(taken.unclear, finding, found, pl.format("EXSEQ={}", "EXSEQ"))
    return listed.with_columns(domain=pl.lit("EX"))


def _record_rows(dosing: Dosing, doses: pl.DataFrame) -> pl.DataFrame:
    """Return two rows a record of EX: its daily dose and its days."""
    counted = doses.select("subject", "record", "dose", "level", "days", last="end_date")
    rows = dosing.records.drop("dose").join(
        counted.with_columns(counted=pl.lit(value=True)),
        on=["subject", "record"], how="left", maintain_order="left",
    )  # fmt: skip
    amount = pl.col("drug").is_in(dosing.planned.amounts)
    shared = {
        "USUBJID": pl.col("USUBJID"), "drug": pl.col("drug"), "number": pl.col("record"),
        "PARCAT2": pl.lit(RECORD), "ASTDT": pl.col("start_date"),
        "ASTDTF": pl.col("ASTDTF"), "AENDTF": pl.col("AENDTF"),
        "AENDT": pl.coalesce("last", "end_date"), "AREASON": pl.col("reason"),
        "SRCDOM": pl.lit("EX"), "SRCSEQ": pl.col("EXSEQ"),
        "ANL01FL": flag(pl.col("counted").fill_null(value=False)),
    }  # fmt: skip
    dose = rows.select(
        **shared, PARAMCD=pl.lit("DOSE"), SRCVAR=pl.lit("EXDOSE"), DOSELVL="level",
        AVAL=pl.when(amount).then("dose").otherwise("EXDOSE"),
    )  # fmt: skip
    days = rows.select(
        **shared, PARAMCD=pl.lit("DURD"), SRCVAR=pl.lit("EXSTDTC"),
        AVAL=pl.col("days").cast(pl.Float64),
    )  # fmt: skip
    return pl.concat([dose, days], how="diagonal")


def _course_rows(dosing: Dosing, exposure: Exposure, doses: pl.DataFrame) -> pl.DataFrame:
    """Return the parameters of every course, one a row."""
    total = exposure.interruptions.group_by("subject", "drug").agg(
        TINTD=pl.col("length_days").sum()
    )
    cycles = _cycles_with_dose(exposure, doses, dosing.regimen.cycle_days)
    rows = exposure.courses
    for more in (total, cycles):
        rows = rows.join(more, on=["subject", "drug"], how="left", maintain_order="left")
    first, last = pl.col("first_dose_date"), pl.col("last_dose_date")
    levels = {drug.drug: drug.levels for drug in dosing.regimen.drugs}
    lowest = pl.lit(None, pl.Float64)
    for drug, each in levels.items():
        for number, level in enumerate(each, 1):
            here = (pl.col("drug") == drug) & (pl.col("lowest_level") == number)
            lowest = pl.when(here).then(level).otherwise(lowest)
    days = pl.col("dosing_days")
    wide = rows.with_columns(
        TDOSE="actual_dose", TPDOSE="planned_dose",
        RDI=pl.col("relative_dose_intensity_percent").round(9),
        AVDDSE=pl.when(days > 0).then(pl.col("actual_dose") / days), DOSINT="dose_per_week",
        TDURD=(last - first).dt.total_days() + 1, DOSEDAYS=days, CRSDAYS="course_days",
        NCYCDOSE=pl.col("NCYCDOSE").fill_null(0), NINT="interruptions",
        TINTD=pl.col("TINTD").fill_null(0), MAXINT="longest_interruption_days",
        NINTOVR="interruptions_over_limit", NRED="reductions", NESC="escalations",
        LOWLVL="lowest_level", LOWDOSE=lowest,
    )  # fmt: skip
    codes = [code for code in PARAMETERS if code in wide.columns]
    long = wide.with_columns(pl.col(codes).cast(pl.Float64)).unpivot(
        codes, index=["subject", "drug", "first_dose_date", "last_dose_date",
                      "dose_unknown_because"],
        variable_name="PARAMCD", value_name="AVAL",
    )  # fmt: skip
    no_amount = ~pl.col("drug").is_in(dosing.planned.amounts)
    long = long.filter(~(no_amount & pl.col("PARAMCD").is_in(_NOT_OF_PLACEBO)))
    unknown = pl.when(pl.col("AVAL").is_null() & pl.col("PARAMCD").is_in(_AMOUNTS))
    return long.select(
        "PARAMCD", "AVAL", "drug", USUBJID="subject", PARCAT2=pl.lit(COURSE), ANL01FL=pl.lit("Y"),
        ASTDT="first_dose_date", AENDT="last_dose_date",
        AREASON=unknown.then("dose_unknown_because"),
        SRCDOM=pl.lit("EX"), SRCVAR=pl.lit("EXDOSE"),
    )  # fmt: skip


def _cycles_with_dose(exposure: Exposure, doses: pl.DataFrame, cycle_days: int) -> pl.DataFrame:
    """Count the cycles of the subject's treatment in which a drug was taken."""
    start = exposure.cycles.select("subject", first="first_dose_date")
    day = [
        (pl.col(date) - pl.col("first")).dt.total_days() // cycle_days
        for date in ("start_date", "end_date")
    ]
    return (
        doses.filter("taken")
        .join(start, on="subject")
        .with_columns(cycle=pl.int_ranges(day[0], day[1] + 1))
        .explode("cycle")
        .group_by("subject", "drug")
        .agg(NCYCDOSE=pl.col("cycle").n_unique().cast(pl.Int64))
    )


def _overall_rows(exposure: Exposure, adsl: pl.DataFrame) -> pl.DataFrame:
    """Return duration and cycles of all drugs together; cycles completed are ADSL's NCYCLES."""
    first, last = pl.col("first_dose_date"), pl.col("last_dose_date")
    completed = adsl.select(subject="USUBJID", NCYCLE="NCYCLES")
    wide = exposure.cycles.join(
        completed, on="subject", how="left", maintain_order="left"
    ).with_columns(TDURD=(last - first).dt.total_days() + 1, NCYCSTRT="cycles_started")
    codes = ["TDURD", "NCYCSTRT", "NCYCLE"]
    long = wide.with_columns(pl.col(codes).cast(pl.Float64)).unpivot(
        codes, index=["subject", "first_dose_date", "last_dose_date"],
        variable_name="PARAMCD", value_name="AVAL",
    )  # fmt: skip
    return long.select(
        "PARAMCD", "AVAL", USUBJID="subject", drug=pl.lit(ALL_DRUGS), PARCAT2=pl.lit(COURSE),
        ANL01FL=pl.lit("Y"), ASTDT="first_dose_date", AENDT="last_dose_date",
        SRCDOM=pl.when(pl.col("PARAMCD") == "NCYCLE").then(pl.lit("ADSL")).otherwise(pl.lit("EX")),
        SRCVAR=pl.when(pl.col("PARAMCD") == "NCYCLE").then(pl.lit("NCYCLES"))
        .otherwise(pl.lit("EXSTDTC")),
    )  # fmt: skip


def _described(rows: pl.DataFrame, dosing: Dosing) -> pl.DataFrame:
    """Add label, unit and name of the drug; put rows in order."""
    drugs = dosing.planned.drugs
    code = pl.col("PARAMCD")
    labels = {name: label for name, (label, _) in PARAMETERS.items()}
    units = {name: unit or None for name, (_, unit) in PARAMETERS.items()}
    of_drug = pl.col("drug").replace_strict(
        {key: drug.unit for key, drug in drugs.items()}, default=None, return_dtype=pl.String
    )
    names = {key: drug.name for key, drug in drugs.items()}
    places = {key: i for i, key in enumerate([*drugs, ALL_DRUGS])}
    unit = code.replace_strict(units, return_dtype=pl.String)
    amount = code.is_in(_AMOUNTS)
    per = pl.when(code == "DOSINT").then(pl.concat_str(of_drug, pl.lit("/week"))).otherwise(of_drug)
    absent = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in _OPTIONAL.items() if name not in rows.columns
    ]  # fmt: skip
    last = len(places)
    return rows.with_columns(
        *absent,
        PARAM=code.replace_strict(labels, return_dtype=pl.String),
        PARCAT1=pl.col("drug").replace(names),
        AVALU=pl.coalesce(unit, pl.when(amount).then(per)),
        place=pl.col("drug").replace_strict(places, default=last, return_dtype=pl.Int64),
        kind=pl.col("PARCAT2").replace_strict(_KINDS, return_dtype=pl.Int64),
        which=code.replace_strict({n: i for i, n in enumerate(PARAMETERS)}, return_dtype=pl.Int64),
    ).sort(
        "USUBJID", "place", "drug", "kind", "which", "ASTDT", "number", "SRCSEQ", nulls_last=True
    ).drop("drug")  # fmt: skip


_OPTIONAL: Final = {
    "AVALC": pl.String(), "DOSELVL": pl.Int64(), "DOSLVLFR": pl.Int64(), "OVERFL": pl.String(),
    "ALONEFL": pl.String(), "DCREAS": pl.String(),
}  # fmt: skip


def _dated_findings(dosing: Dosing, exposure: Exposure) -> pl.DataFrame:
    """Give findings the record's number in EX and a day; an open record of the ongoing is none."""
    numbers = dosing.records.select("subject", "record", "EXSEQ", "start_date", "EOTDT")
    rows = exposure.findings.join(
        numbers, on=["subject", "record"], how="left", maintain_order="left"
    )
    first = exposure.courses.select("subject", "drug", "first_dose_date", "last_dose_date")
    rows = rows.join(first, on=["subject", "drug"], how="left", maintain_order="left")
    late = pl.col("rule") == "doses_go_on_or_stop"
    of_course = pl.when(late).then("last_dose_date").otherwise("first_dose_date")
    names = {key: drug.name for key, drug in dosing.planned.drugs.items()}
    going_on = (pl.col("rule") == "record_has_end") & pl.col("EOTDT").is_null()
    return rows.filter(~going_on).select(
        "EXSEQ", "rule", "found", "expected", "counted", USUBJID="subject",
        drug=pl.col("drug").replace(names), ADT=pl.coalesce("start_date", of_course),
    )  # fmt: skip
