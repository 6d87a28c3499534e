"""ADSL: one row a subject of DM: treatment, disposition, death, the protocol's variables."""

import math

import dataframely as dy
import polars as pl

from topline.adam.core import conform_rows, domain, flag
from topline.adam.exposure import derive_exposure
from topline.adam.expressions import select
from topline.adam.partial_dates import date_flag
from topline.adam.survival_status import derive_death, derive_last_alive
from topline.adam.variables import derive_from_records
from topline.clinical.dosing.cycles import compute_cycles_completed
from topline.errors import DataError, ProtocolError
from topline.protocol.problems import nearest
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest

RESPONSE = ("NPOSTBAS", "BOR", "BORDT", "CBOR")
"""Variables that ADSL takes from ADRS."""
_END_OF_TREATMENT = ("ONGOING", "COMPLETED", "DISCONTINUED", "NOT TREATED")


class ADSL(dy.Schema):
    """Subject-level analysis dataset; the protocol's variables and flags stand behind these."""

    STUDYID = dy.String()
    USUBJID = dy.String(primary_key=True)
    SUBJID = dy.String()
    SITEID = dy.String()
    COUNTRY = dy.String(nullable=True)
    AGE = dy.Float64(nullable=True, min=0)
    AGEU = dy.String(nullable=True)
    SEX = dy.String(nullable=True)
    RACE = dy.String(nullable=True)
    ETHNIC = dy.String(nullable=True)
    ARM = dy.String(nullable=True)
    ARMCD = dy.String(nullable=True)
    ACTARM = dy.String(nullable=True)
    ACTARMCD = dy.String(nullable=True)
    TRT01P = dy.String(nullable=True, description="label of the planned arm")
    TRT01PN = dy.Int64(nullable=True, min=1, description="its place among the protocol's arms")
    TRT01A = dy.String(nullable=True, description="label of the actual arm")
    TRT01AN = dy.Int64(nullable=True, min=1)
    RFICDT = dy.Date(nullable=True, description="informed consent")
    RANDDT = dy.Date(nullable=True, description="enrolment or randomization")
    TRTSDT = dy.Date(nullable=True, description="first dose")
    TRTEDT = dy.Date(nullable=True, description="last dose")
    TRTDURD = dy.Int64(nullable=True, min=1, description="days from first to last dose, both in")
    NCYCLES = dy.Int64(min=0, description="cycles completed")
    SCRFFL = dy.String(nullable=True)
    ENRLFL = dy.String(nullable=True)
    EOTSTT = dy.String(
        nullable=True, check={"term": lambda column: column.is_in(_END_OF_TREATMENT)}
    )
    EOTDT = dy.Date(nullable=True, description="end of treatment")
    DCTREAS = dy.String(nullable=True, description="why treatment ended or never began")
    DTHFL = dy.String(nullable=True)
    DTHDT = dy.Date(nullable=True)
    DTHDTF = dy.String(nullable=True, description="D: day imputed, M: month and day imputed")
    LSTALVDT = dy.Date(nullable=True, description="last day seen alive")
    DCUTDT = dy.Date(nullable=True, description="data cut")

    @dy.rule()
    def last_dose_not_before_first(cls) -> pl.Expr:
        """TRTEDT is on or after TRTSDT."""
        return (pl.col("TRTEDT") >= pl.col("TRTSDT")).fill_null(value=True)

    @dy.rule()
    def treatment_lasts_from_first_to_last_dose(cls) -> pl.Expr:
        """TRTDURD counts both the first and the last day."""
        days = (pl.col("TRTEDT") - pl.col("TRTSDT")).dt.total_days() + 1
        return (pl.col("TRTDURD") == days).fill_null(value=True)

    @dy.rule()
    def not_seen_alive_after_death(cls) -> pl.Expr:
        """LSTALVDT is not after DTHDT."""
        return (pl.col("LSTALVDT") <= pl.col("DTHDT")).fill_null(value=True)


def derive_adsl(protocol: Protocol, sdtm: Sdtm) -> pl.DataFrame:
    """Derive ADSL without response and analysis sets, which `derive_analysis_sets` adds.

    Parameters
    ----------
    protocol
        Arms, cycle, disposition, partial dates, variables.
    sdtm
        Collected data; a row of DM becomes a row here.

    Returns
    -------
    DataFrame
        `ADSL`, then the protocol's variables that are taken from records; sorted by USUBJID.

    Raises
    ------
    ProtocolError
        Expressions name columns that are not collected, or a variable has the name of another.
    DataError
        Nobody is in an arm of the protocol, or a row breaks a rule of `ADSL`.
    """
    _check_names(protocol)
    adsl = domain(sdtm, "DM").sort("USUBJID")
    adsl = _add_arms(adsl, protocol)
    _check_arms(adsl, protocol)
    adsl = adsl.with_columns(
        AGE=pl.col("AGE").cast(pl.Float64),
        RFICDT=earliest("RFICDTC"),
        DCUTDT=pl.lit(protocol.study.data_cut, dtype=pl.Date),
    )
    adsl = _add_disposition(adsl, protocol, sdtm)
    adsl = derive_last_alive(adsl, protocol, sdtm)
    adsl = derive_death(adsl, protocol).with_columns(DTHDTF=date_flag("DTHDTC"))
    adsl = derive_exposure(adsl, domain(sdtm, "EX"))
    adsl = _add_end_of_treatment(_add_cycles(adsl, protocol), protocol)
    adsl = adsl.select(ADSL.column_names())
    return conform_rows(derive_from_records(protocol, sdtm, adsl), ADSL)


def _check_names(protocol: Protocol) -> None:
    """Refuse variables and flags that would overwrite others."""
    own = {*ADSL.column_names(), *RESPONSE}
    made = [n for n, v in protocol.variables.items() if type(v).__name__ != "Described"]
    taken = [f"variables.{n}: ADSL has {n} anyway; choose another name" for n in made if n in own]
    known = own | set(made)
    taken += [
        f"analysis_sets.{n}.flag: ADSL has {s.flag} anyway; choose another name"
        for n, s in protocol.analysis_sets.items()
        if s.flag in known and s.flag not in {"ENRLFL", "SCRFFL"}
    ]
    if taken:
        raise ProtocolError("\n".join(taken))


def _add_arms(adsl: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Name planned and actual treatment as the protocol names the arm; null outside of its arms."""
    arms = {arm.id: arm.label for arm in protocol.study.arms}
    order = {arm.id: i for i, arm in enumerate(protocol.study.arms, 1)}
    return adsl.with_columns(
        expression.alias(name)
        for code, name in (("ARMCD", "TRT01P"), ("ACTARMCD", "TRT01A"))
        for name, expression in (
            (name, pl.col(code).replace_strict(arms, default=None, return_dtype=pl.String)),
            (f"{name}N", pl.col(code).replace_strict(order, default=None, return_dtype=pl.Int64)),
        )
    )


def _check_arms(adsl: pl.DataFrame, protocol: Protocol) -> None:
    """Refuse data in which nobody was planned to be in the trial."""
    if adsl["TRT01P"].is_not_null().any():
        return
    cut = protocol.study.data_cut
    found = ", ".join(sorted(adsl["ARMCD"].fill_null("(empty)").unique())) or "no subject"
    msg = (
        f"DM: nobody is in an arm of the protocol{f' at the data cut {cut}' if cut else ''}; found "
        f"ARMCD {found}, expected {', '.join(arm.id for arm in protocol.study.arms)}; "
        "correct study.arms of the protocol, or ARMCD and RFICDTC of DM"
    )
    raise DataError(msg)


def _add_disposition(adsl: pl.DataFrame, protocol: Protocol, sdtm: Sdtm) -> pl.DataFrame:
    """Add enrolment, screening failure and the record that ended treatment."""
    rules = protocol.disposition
    records = domain(sdtm, "DS").with_columns(day=earliest("DSSTDTC"))
    records = records.sort("USUBJID", "day", "DSSEQ", nulls_last=True)
    _check_reasons(protocol, records)
    enrolled = select(records, rules.enrolled, "disposition.enrolled", "DS")
    failed = select(records, rules.screen_failure, "disposition.screen_failure", "DS")
    ended = select(records, rules.end_of_treatment, "disposition.end_of_treatment", "DS")
    by = pl.col("USUBJID")
    adsl = adsl.join(
        enrolled.group_by("USUBJID").agg(RANDDT=pl.col("day").first()),
        on="USUBJID",
        how="left",
        maintain_order="left",
    ).join(
        ended.group_by("USUBJID").agg(EOTDT=pl.col("day").last(), ended=pl.col("DSDECOD").last()),
        on="USUBJID",
        how="left",
        maintain_order="left",
    )
    planned = pl.col("TRT01P").is_not_null() & ~by.is_in(failed["USUBJID"].implode())
    entered = by.is_in(enrolled["USUBJID"].implode()) if enrolled.height else planned
    return adsl.with_columns(ENRLFL=flag(entered)).with_columns(
        SCRFFL=flag(by.is_in(failed["USUBJID"].implode()) & pl.col("ENRLFL").is_null())
    )


def _check_reasons(protocol: Protocol, records: pl.DataFrame) -> None:
    """Refuse reasons that can never apply because a term is written in another case."""
    terms = records["DSDECOD"].unique().drop_nulls().to_list()
    wrong = [
        f"disposition.reasons: {term} is {nearest(term, terms)} in DS"
        for term in protocol.disposition.reasons
        if term not in terms and term.upper() in {t.upper() for t in terms}
    ]
    if wrong:
        raise ProtocolError("\n".join(wrong))


def _add_cycles(adsl: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Count whole cycles; planned days off count as far as treatment went on.

    Where several drugs are given, the fewest days off that one of them has count.
    """
    cycle, drugs = protocol.treatments.cycle, protocol.treatments.drugs
    off = {
        arm.label: min(
            (d.schedule.off.days for d in drugs if not d.arms or arm.id in d.arms), default=0.0
        )
        for arm in protocol.study.arms
    }
    given = pl.coalesce("TRT01A", "TRT01P")
    planned = given.replace_strict(off, default=0.0, return_dtype=pl.Float64)
    ended = pl.min_horizontal("EOTDT", "DTHDT", "DCUTDT")
    left = (ended - pl.col("TRTEDT")).dt.total_days().clip(lower_bound=0)
    days = (pl.col("TRTEDT") - pl.col("TRTSDT")).dt.total_days() + 1
    length = max(cycle.length.days, math.ulp(1.0))
    whole = compute_cycles_completed(
        days, pl.min_horizontal(planned, left), length, cycle.window.days
    )
    return adsl.with_columns(TRTDURD=days, NCYCLES=whole)


def _add_end_of_treatment(adsl: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Say how treatment stands and, in the words of tables, why it ended or never began."""
    rules, ended = protocol.disposition, pl.col("ended")
    completed = ended.is_in(list(rules.completed))
    status = (
        pl.when(pl.col("ENRLFL").is_null() & pl.col("TRTSDT").is_null())
        .then(None)
        .when(pl.col("TRTSDT").is_null())
        .then(pl.lit("NOT TREATED"))
        .when(ended.is_null())
        .then(pl.lit("ONGOING"))
        .when(completed)
        .then(pl.lit("COMPLETED"))
        .otherwise(pl.lit("DISCONTINUED"))
    )
    reason = pl.when(~completed & status.is_not_null()).then(ended.replace(rules.reasons))
    return adsl.with_columns(EOTSTT=status, DCTREAS=reason)
