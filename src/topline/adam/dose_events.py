"""Events of dosing: interruptions, changes of dose, drugs stopped, and what they answered."""

import polars as pl

from topline.adam.core import flag
from topline.adam.dose_causes import add_causes
from topline.adam.dosing_records import Dosing
from topline.clinical.dosing.exposure import Exposure
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import Exposure as ExposureOptions


def derive_dose_events(
    protocol: Protocol,
    dosing: Dosing,
    exposure: Exposure,
    adae: pl.DataFrame,
    relrec: pl.DataFrame | None,
) -> pl.DataFrame:
    """Derive the events of ADEX: INT, RED, ESC and STOP, each with its adverse event."""
    options = protocol.treatments.exposure or ExposureOptions()
    events = _event_rows(protocol, dosing, exposure)
    return _with_causes(events, adae, relrec, dosing, options)


def _event_rows(protocol: Protocol, dosing: Dosing, exposure: Exposure) -> pl.DataFrame:
    """Return a row an interruption, a change of dose and a drug stopped for good."""
    numbers = dosing.records.select("subject", "drug", "record", "EXSEQ", start="start_date")
    source = {"SRCDOM": pl.lit("EX"), "SRCVAR": pl.lit("EXDOSE"), "SRCSEQ": pl.col("EXSEQ")}
    after = exposure.interruptions.with_columns(start=pl.col("to_date") + pl.duration(days=1))
    resumed = numbers.sort("record").unique(["subject", "drug", "start"], keep="first")
    after = after.join(resumed, on=["subject", "drug", "start"], how="left", maintain_order="left")
    interruptions = after.select(
        **source, drug="drug", USUBJID="subject", PARAMCD=pl.lit("INT"), date="from_date",
        ASTDT="from_date", AENDT="to_date", AVAL=pl.col("length_days").cast(pl.Float64),
        OVERFL=flag(pl.col("over_limit").fill_null(value=False)), AREASON="reason", EXSEQ="EXSEQ",
    )  # fmt: skip
    changed = exposure.changes.join(
        numbers, on=["subject", "drug", "record"], how="left", maintain_order="left"
    )
    kind = pl.col("kind").replace_strict({"REDUCTION": "RED", "ESCALATION": "ESC"})
    changes = changed.select(
        **source, drug="drug", USUBJID="subject", PARAMCD=kind, date="date", ASTDT="date",
        AVAL="to_dose", AVALC="order", DOSELVL="to_level", DOSLVLFR="from_level",
        AREASON="reason", EXSEQ="EXSEQ",
    )  # fmt: skip
    stops = _stop_rows(protocol, dosing, exposure)
    return pl.concat([interruptions, changes, stops], how="diagonal")


def _stop_rows(protocol: Protocol, dosing: Dosing, exposure: Exposure) -> pl.DataFrame:
    """Return a row a drug that was begun and stopped for good, other than by completion."""
    courses = exposure.courses.select("subject", "drug", "last_dose_date", "stopped_date")
    kept = ["subject", "drug", "alone_date", "DSDECOD", "DSTERM", "DSSEQ", "EOTSTT", "DCTREAS"]
    rows = dosing.periods.select(kept).join(courses, on=["subject", "drug"], maintain_order="left")
    others = courses.select("subject", other="drug", went="last_dose_date")
    went = rows.join(others, on="subject").filter(
        pl.col("other") != pl.col("drug"), pl.col("went") > pl.col("alone_date")
    )
    alone = went.select("subject", "drug").unique().with_columns(ALONEFL=pl.lit("Y"))
    rows = rows.join(alone, on=["subject", "drug"], how="left", maintain_order="left")
    own = pl.col("alone_date").is_not_null()
    words = protocol.disposition.reasons
    reason = pl.concat_str("DSDECOD", "DSTERM", separator=": ", ignore_nulls=True)
    return rows.filter(
        pl.col("stopped_date").is_not_null() & pl.col("last_dose_date").is_not_null(),
        own | (pl.col("EOTSTT") != "COMPLETED"),
    ).select(
        drug="drug", USUBJID="subject", PARAMCD=pl.lit("STOP"), date="stopped_date",
        ASTDT="stopped_date", ALONEFL="ALONEFL",
        DCREAS=pl.when(own).then(pl.col("DSDECOD").replace(words)).otherwise("DCTREAS"),
        AREASON=pl.when(own).then(reason).otherwise("DCTREAS"),
        SRCDOM=pl.when(own).then(pl.lit("DS")).otherwise(pl.lit("ADSL")),
        SRCVAR=pl.when(own).then(pl.lit("DSSTDTC")).otherwise(pl.lit("EOTDT")),
        SRCSEQ="DSSEQ", EXSEQ=pl.lit(None, pl.Int64),
    )  # fmt: skip


def _with_causes(
    events: pl.DataFrame,
    adae: pl.DataFrame,
    relrec: pl.DataFrame | None,
    dosing: Dosing,
    options: ExposureOptions,
) -> pl.DataFrame:
    """Add the adverse event behind each change, and whether it was over afterwards."""
    rows = add_causes(events, adae, relrec, dosing.planned.drugs)
    over = pl.col("AEOUT").str.strip_chars().str.to_uppercase()
    resolved = over.is_in([term.upper() for term in options.resolved])
    verdict = pl.when(resolved).then(pl.lit("Y")).when(over.is_not_null()).then(pl.lit("N"))
    return rows.with_columns(
        AERESFL=verdict,
        ACAUSE=pl.coalesce("AEDECOD", "DCREAS", "AREASON"),
        PARCAT2=pl.lit("EVENT"),
        ADT="date",
        ANL01FL=pl.lit("Y"),
    ).drop("AEDECOD", "date", "EXSEQ")
