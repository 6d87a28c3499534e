"""From arrays to SDTM: the same domains and words that a real trial collects."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.domains import SCHEMAS
from topline.simulate.baseline import Place, place_of, record_of
from topline.simulate.course import NEVER, Entry, Integers, Latent, Scans, Tumors, whole
from topline.simulate.hazards import Texts
from topline.simulate.plan import Plan
from topline.simulate.treatment import REASONS, Treatment, compute_doses, compute_last_dose
from topline.simulate.truth import Truth
from topline.simulate.tumor_domains import tumor_rows

_CONSENT = ("Informed consent obtained", "INFORMED CONSENT OBTAINED")
_ENROLLED = ("Enrolled", "ENROLLED")
_NEVER_TREATED = ("Never treated", "WITHDRAWAL BY SUBJECT")


@dataclass(frozen=True)
class Drawn:
    """Everything drawn of some trials, before it is written as domains."""

    truth: Truth
    plan: Plan
    entry: Entry
    tumors: Tumors
    latent: Latent
    scans: Scans
    treatment: Treatment
    baseline: Mapping[str, Texts]
    names: pl.DataFrame
    """USUBJID, SUBJID of each patient, in order."""

    @property
    def dead(self) -> Integers:
        """Day of a death that was seen, else `NEVER`."""
        day = whole(self.latent.death)
        known = self.entry.treated & (day <= self.entry.cut) & (day <= whole(self.latent.leaving))
        return np.where(known, day, NEVER)

    @property
    def last_contact(self) -> Integers:
        """Last day on which anything is known of a patient."""
        last = np.minimum(np.minimum(whole(self.latent.leaving), self.entry.cut), self.dead)
        return np.where(self.entry.treated, last, -self.plan.dose_days)


class Calendar:
    """Dates as text, by the day counted from the data cut."""

    def __init__(self, cut: dt.date, earliest: int) -> None:
        first = cut + dt.timedelta(days=earliest)
        days = pl.date_range(first, cut, eager=True)
        self._texts, self._earliest = days.dt.to_string("%Y-%m-%d"), earliest

    def text(self, day: Integers) -> pl.Series:
        """Return ISO dates; null after the data cut."""
        place = day - self._earliest
        known = pl.Series(np.where(day <= 0, place, -1)).replace(-1, None)
        return self._texts.gather(known)


def collect(protocol: Protocol, drawn: Drawn, *, every_record: bool) -> Sdtm:
    """Write what was seen as SDTM.

    Parameters
    ----------
    protocol
        Names of drugs and arms, the reader of scans, where variables are looked for.
    drawn
        Some trials.
    every_record
        False leaves out what no endpoint reads: of each drug only the first and last day of
        dosing, adverse events, and study days.
    """
    earliest = (
        int((drawn.entry.start - drawn.plan.dose_days - drawn.plan.consent_days).min(initial=0))
        - drawn.plan.baseline_days
    )
    calendar = Calendar(drawn.plan.data_cut, earliest)
    study = protocol.study.id
    frames = {
        "DM": _dm(protocol, drawn, calendar),
        "DS": _ds(drawn, calendar),
        "EX": _ex(protocol, drawn, calendar, every_record=every_record),
        "SS": _ss(drawn, calendar),
        **tumor_rows(protocol, drawn, calendar),
    }
    if every_record:
        frames["AE"] = _ae(protocol, drawn, calendar)
    frames |= _baseline(protocol, drawn, calendar, frames)
    domains = {name: _complete(frames.get(name), name, study, drawn.names) for name in SCHEMAS}
    return Sdtm(domains)


def _complete(
    frame: pl.DataFrame | None, name: str, study: str, names: pl.DataFrame
) -> pl.DataFrame:
    """Give a domain its standard columns, its subjects' names and sequence numbers."""
    schema = {column: kind.dtype for column, kind in SCHEMAS[name].columns().items()}
    if frame is None or not frame.height:
        return pl.DataFrame(schema=schema)
    made: dict[str, pl.Expr | pl.Series] = {"STUDYID": pl.lit(study)}
    made["RDOMAIN" if name.startswith("SUPP") else "DOMAIN"] = pl.lit(name.removeprefix("SUPP"))
    made["USUBJID"] = names["USUBJID"].gather(frame["patient"])
    if f"{name}SEQ" in schema:
        made[f"{name}SEQ"] = _number(frame["patient"].to_numpy())
    found = frame.with_columns(**made)
    absent = [pl.lit(None, kind).alias(c) for c, kind in schema.items() if c not in found.columns]
    return found.with_columns(absent).select(
        pl.col(column).cast(kind) for column, kind in schema.items()
    )


def _number(patient: Integers) -> pl.Series:
    """Count rows within each patient, whose rows stand together."""
    first = np.searchsorted(patient, patient, side="left")
    return pl.Series(np.arange(len(patient)) - first + 1)


def _dm(protocol: Protocol, drawn: Drawn, calendar: Calendar) -> pl.DataFrame:
    entry, labels = drawn.entry, {arm.id: arm.label for arm in protocol.study.arms}
    enrolled = entry.start - drawn.plan.dose_days
    dose = calendar.text(np.where(entry.treated, entry.start, 1))
    ended = np.where(drawn.treatment.end < NEVER, entry.start + drawn.treatment.end, 1)
    died = np.where(drawn.dead < NEVER, entry.start + drawn.dead, 1)
    arm = pl.Series(entry.arm)
    rows = pl.DataFrame({
        "patient": np.arange(len(entry.start)),
        "SUBJID": drawn.names["SUBJID"],
        "RFSTDTC": dose,
        "RFENDTC": calendar.text(ended),
        "RFXSTDTC": dose,
        "RFICDTC": calendar.text(enrolled - drawn.plan.consent_days),
        "RFPENDTC": calendar.text(entry.start + drawn.last_contact),
        "DTHDTC": calendar.text(died),
        "ARMCD": arm,
        "ARM": arm.replace_strict(labels, return_dtype=pl.String),
    })  # fmt: skip
    return rows.with_columns(
        DTHFL=pl.when(pl.col("DTHDTC").is_not_null()).then(pl.lit("Y")),
        SITEID=pl.lit("01"),
        ACTARMCD=pl.when(pl.col("RFSTDTC").is_not_null()).then("ARMCD"),
        ACTARM=pl.when(pl.col("RFSTDTC").is_not_null()).then("ARM"),
    )


def _ds(drawn: Drawn, calendar: Calendar) -> pl.DataFrame:
    """Write consent, enrolment, and the end of treatment where it has ended."""
    entry, plan, everyone = drawn.entry, drawn.plan, np.arange(len(drawn.entry.start))
    enrolled = entry.start - plan.dose_days
    ended = np.flatnonzero(drawn.treatment.end < NEVER)
    never = np.flatnonzero(~entry.treated & (entry.start <= 0))
    words = np.array(REASONS)[drawn.treatment.reason[ended]].reshape(-1, 2)
    milestones = [
        _records(everyone, 1, calendar.text(enrolled - plan.consent_days), *_CONSENT),
        _records(everyone, 2, calendar.text(enrolled), *_ENROLLED),
    ]
    last = calendar.text((entry.start + drawn.treatment.end)[ended])
    events = [
        _records(never, 3, calendar.text(entry.start[never]), *_NEVER_TREATED),
        _records(ended, 3, last, words[:, 1], words[:, 0]),
    ]
    parts = [
        *(each.with_columns(DSCAT=pl.lit("PROTOCOL MILESTONE")) for each in milestones),
        *(
            each.with_columns(DSCAT=pl.lit("DISPOSITION EVENT"), DSSCAT=pl.lit("STUDY TREATMENT"))
            for each in events
        ),
    ]
    rows = pl.concat(parts, how="diagonal").sort("patient", "order")
    return rows.with_columns(DSDTC="DSSTDTC")


def _records(
    who: Integers, order: int, day: pl.Series, term: str | Texts, decod: str | Texts
) -> pl.DataFrame:
    """Write a record of each of these patients."""
    words = {"DSTERM": term, "DSDECOD": decod}
    return pl.DataFrame({"patient": who, "DSSTDTC": day}).with_columns(
        order=pl.lit(order),
        **{
            name: pl.lit(each) if isinstance(each, str) else pl.Series(each, dtype=pl.String)
            for name, each in words.items()
        },
    )


def _ex(
    protocol: Protocol, drawn: Drawn, calendar: Calendar, *, every_record: bool
) -> pl.DataFrame:
    """Write dosing records, of each drug in turn."""
    parts = [pl.DataFrame(schema={"patient": pl.Int64})]
    for order, drug in enumerate(protocol.treatments.drugs):
        if every_record:
            doses = compute_doses(drug, drawn.entry, drawn.treatment, drawn.dead)
            patient, first, last, dose = doses.patient, doses.first, doses.last, doses.dose
        else:
            ends = compute_last_dose(drug, drawn.entry, drawn.treatment, drawn.dead)
            patient = np.repeat(np.flatnonzero(ends >= 0), 2)
            first = last = np.where(np.arange(len(patient)) % 2, ends[patient], 0)
            dose = np.full(len(patient), float(drug.levels[0]))
        start = drawn.entry.start[patient]
        parts.append(pl.DataFrame({
            "patient": patient,
            "order": order,
            "EXTRT": drug.name,
            "EXDOSE": dose,
            "EXDOSU": drug.unit,
            "EXROUTE": drug.route,
            "EXDOSFRQ": "QD",
            "EPOCH": "TREATMENT",
            "EXSTDTC": calendar.text(start + first),
            "EXENDTC": calendar.text(start + last),
            "EXSTDY": first + 1,
            "EXENDY": last + 1,
        }, schema_overrides={"EXROUTE": pl.String}))  # fmt: skip
    rows = pl.concat(parts, how="diagonal")
    return rows.sort("patient", "EXSTDTC", "order") if rows.height else rows


def _ss(drawn: Drawn, calendar: Calendar) -> pl.DataFrame:
    """Write what the last contact told: alive, or dead."""
    alive = drawn.dead == NEVER
    rows = pl.DataFrame({
        "patient": np.arange(len(alive)),
        "SSSTRESC": np.where(alive, "ALIVE", "DEAD"),
        "SSDTC": calendar.text(drawn.entry.start + drawn.last_contact),
    })  # fmt: skip
    return rows.with_columns(
        SSTESTCD=pl.lit("SURVSTAT"),
        SSTEST=pl.lit("Survival Status"),
        SSORRES="SSSTRESC",
        VISIT=pl.lit("LAST CONTACT"),
    )


def _ae(protocol: Protocol, drawn: Drawn, calendar: Calendar) -> pl.DataFrame:
    """Write adverse events with what was done about them."""
    events, toxicity = drawn.treatment.events, drawn.truth.toxicity
    if not len(events.patient):
        return pl.DataFrame(schema={"patient": pl.Int64})
    start, over = drawn.entry.start[events.patient], events.end < NEVER
    terms = pl.Series([each.term for each in toxicity]).gather(events.kind)
    related = protocol.adverse_events.related[0] if protocol.adverse_events.related else "RELATED"
    causes = pl.Series([related if each.related else "NOT RELATED" for each in toxicity])
    return pl.DataFrame({
        "patient": events.patient,
        "AETERM": terms,
        "AEDECOD": terms,
        "AEBODSYS": pl.Series([each.system for each in toxicity]).gather(events.kind),
        "AETOXGR": events.grade,
        "AESER": np.where(np.isin(events.grade, ["4"]), "Y", "N"),
        "AEREL": causes.gather(events.kind),
        "AEACN": events.action,
        "AEOUT": np.where(over, "RECOVERED/RESOLVED", "NOT RECOVERED/NOT RESOLVED"),
        "AESTDTC": calendar.text(start + events.onset),
        "AEENDTC": calendar.text(np.where(over, start + events.end, 1)),
        "AESTDY": events.onset + 1,
        "AEENDY": pl.Series(np.where(over, events.end + 1, -1)).replace(-1, None),
    }).sort("patient", "AESTDTC", maintain_order=True)  # fmt: skip


def _baseline(
    protocol: Protocol, drawn: Drawn, calendar: Calendar, frames: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Record the baseline variables where the protocol looks for them."""
    everyone = np.arange(len(drawn.entry.start))
    enrolled = calendar.text(drawn.entry.start - drawn.plan.dose_days)
    parts: dict[str, list[pl.DataFrame]] = {}
    dm = frames["DM"]
    for name, values in drawn.baseline.items():
        place = place_of(protocol, name)
        assert isinstance(place, Place)
        label = protocol.variables[name].label if name in protocol.variables else name
        if place.domain == "DM" and place.column in SCHEMAS["DM"].columns():
            kind = SCHEMAS["DM"].columns()[place.column].dtype
            dm = dm.with_columns(pl.Series(place.column, values).cast(kind))
            continue
        domain, column = place.domain, place.column
        if domain == "DM":
            fixed = {"QNAM": column, "QLABEL": label, "QORIG": "CRF"}
            domain, column = "SUPPDM", "QVAL"
        else:
            fixed = record_of(place, label)
        rows = pl.DataFrame({"patient": everyone, column: values})
        made = rows.with_columns(pl.lit(word).alias(key) for key, word in fixed.items())
        parts.setdefault(domain, []).append(_dated(made, domain, column, enrolled))
    if "AGE" in drawn.baseline:
        dm = dm.with_columns(AGEU=pl.lit("YEARS"))
    found = {
        name: pl.concat(each, how="diagonal_relaxed").sort("patient", maintain_order=True)
        for name, each in parts.items()
    }
    return {**found, "DM": dm}


def _dated(rows: pl.DataFrame, domain: str, column: str, day: pl.Series) -> pl.DataFrame:
    """Date a baseline record, and give its result in the columns that go with it."""
    columns = SCHEMAS[domain].columns()
    dates = [name for name in (f"{domain}DTC", f"{domain}STDTC") if name in columns]
    rows = rows.with_columns(day.alias(name) for name in dates[:1])
    results = [f"{domain}ORRES", f"{domain}STRESC", f"{domain}STRESN"]
    if column not in results:
        return rows
    numeric = pl.col(column).cast(pl.Float64, strict=False)
    return rows.with_columns(
        (numeric if name.endswith("N") else pl.col(column)).alias(name)
        for name in results
        if name in columns
    )
