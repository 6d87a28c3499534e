"""Exposure records as the rules of dosing read them: which drug, which days, which daily dose.

Levels go by the arm that was given (else the planned one). A drug whose only level is 0, such as a
placebo, has no amount: its days are counted as doses of one unit, and no amounts are derived.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from topline.adam.core import domain
from topline.adam.expressions import Rule, compute_condition, refuse
from topline.adam.partial_dates import date_flag, not_after
from topline.clinical.dosing.regimen import DrugRegimen, Regimen
from topline.clinical.formulas import compute_bsa_m2
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import BodySurface, Drug
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest

TIMES_A_DAY: Final = {
    "QD": 1, "QAM": 1, "QPM": 1, "QHS": 1, "Q24H": 1, "DAILY": 1, "BID": 2, "Q12H": 2, "TID": 3,
    "Q8H": 3, "QID": 4, "Q6H": 4, "Q4H": 6,
}  # fmt: skip
"""Doses a day, by EXDOSFRQ (CDISC controlled terminology, FREQ)."""
_SELDOM: Final = r"^(ONCE|QOD|QM|Q\d*[DW]|Q\d+M|EVERY .*|.* (PER|EVERY) (WEEK|MONTH|YEAR).*)$"
"""Less often than daily: right for a record of the one day of the dose."""
_BY: Final = ["USUBJID", "drug"]


@dataclass(frozen=True)
class Planned:
    """The drugs of the protocol under names of their own, for a name can stand there twice."""

    drugs: dict[str, Drug]

    @property
    def amounts(self) -> list[str]:
        """Those that have an amount."""
        return [key for key, drug in self.drugs.items() if max(drug.levels) > 0]


@dataclass(frozen=True)
class Dosing:
    """Records, and until when each subject could have taken which drug."""

    planned: Planned
    regimen: Regimen
    records: pl.DataFrame
    """EX, with `subject`, `record` and the other columns of `DosingRecords`, and `own_arm`."""
    periods: pl.DataFrame
    """`Periods`, with the stop as collected: `alone_date`, DSDECOD, DSTERM, DSSEQ."""


def plan_of(protocol: Protocol) -> Planned:
    """Name every drug of the protocol: by its name, numbered where that is not enough."""
    names = [drug.name for drug in protocol.treatments.drugs]
    return Planned(
        {
            drug.name if names.count(drug.name) == 1 else f"{drug.name} #{i}": drug
            for i, drug in enumerate(protocol.treatments.drugs, 1)
        }
    )


def regimen_of(protocol: Protocol, planned: Planned) -> Regimen:
    """Say what was planned in the words of the rules."""
    cycle = protocol.treatments.cycle
    return Regimen(
        drugs=tuple(_regimen(key, drug) for key, drug in planned.drugs.items()),
        cycle_days=max(1, round(cycle.length.days)),
        cycle_window_days=round(cycle.window.days),
    )


def _regimen(key: str, drug: Drug) -> DrugRegimen:
    limit = drug.interruption_at_most
    levels = tuple(sorted({level for level in drug.levels if level > 0}, reverse=True))
    return DrugRegimen(
        drug=key,
        levels=levels or (1.0,),
        unit=drug.unit,
        days_on=max(1, round(drug.schedule.on.days)),
        days_off=round(drug.schedule.off.days),
        slack_days=round(drug.slack.days),
        interruption_at_most_days=None if limit is None else round(limit.days),
        tolerance_percent=drug.tolerance_percent,
        capsule_step_mg=drug.capsule_step,
    )


def read_dosing(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, surface: BodySurface) -> Dosing:
    """Read EX, DS and VS for the rules of dosing.

    Parameters
    ----------
    protocol
        Drugs with levels and schedule.
    sdtm
        EX; DS tells when a drug was stopped, VS the body surface of doses in mg.
    adsl
        Arms, end of treatment, death, data cut.
    surface
        How body surface is found.
    """
    planned = plan_of(protocol)
    regimen = regimen_of(protocol, planned)
    records = _read_records(protocol, sdtm, adsl, planned)
    if any(drug.per_m2 for drug in regimen.drugs):
        records = _with_surface(records, sdtm, surface)
    else:
        records = records.with_columns(bsa_m2=pl.lit(None, pl.Float64))
    periods = _derive_periods(protocol, adsl, records, planned)
    stops = _read_stops(sdtm, planned)
    periods = periods.join(stops, on=_BY, how="left", maintain_order="left")
    ended = pl.when(pl.col("EOTSTT") != "ONGOING").then("EOTDT")
    stopped = pl.coalesce("alone_date", ended)
    periods = periods.with_columns(subject="USUBJID", stopped_date=stopped)
    return Dosing(planned, regimen, records, periods)


def _read_records(
    protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, planned: Planned
) -> pl.DataFrame:
    """Return the numbered records, each with its drug, days and daily dose."""
    bounds = adsl.select("USUBJID", "DTHDT", "DCUTDT", "EOTDT", arm=pl.coalesce("TRT01A", "TRT01P"))
    order = ["USUBJID", "EXSEQ", "EXTRT", "EXSTDTC", "EXENDTC", "EXDOSE", "EXDOSU", "EXADJ"]
    rows = domain(sdtm, "EX").sort(order, nulls_last=True)
    shared = [name for name in rows.columns if name in bounds.columns and name != "USUBJID"]
    rows = rows.drop(shared).join(bounds, on="USUBJID", how="left", maintain_order="left")
    end = not_after("EXENDTC", pl.col("DTHDT"), pl.col("DCUTDT"), pl.col("EOTDT"))
    rows = rows.with_columns(
        name=_plain("EXTRT"),
        subject="USUBJID",
        record=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("USUBJID"),
        start_date=earliest("EXSTDTC"),
        end_date=end,
        ASTDTF=date_flag("EXSTDTC"),
        AENDTF=date_flag("EXENDTC"),
        reason="EXADJ",
    )
    named = _named(protocol, planned)
    first = named.unique("name", keep="first", maintain_order=True).select("name", other="drug")
    rows = rows.join(named, on=["name", "arm"], how="left", maintain_order="left")
    rows = rows.join(first, on="name", how="left", maintain_order="left")
    frequency = _plain("EXDOSFRQ")
    times = frequency.replace_strict(TIMES_A_DAY, default=1, return_dtype=pl.Int64)
    one_day = frequency.str.contains(_SELDOM) & (pl.col("start_date") == pl.col("end_date"))
    unclear = frequency.is_not_null() & ~frequency.is_in(list(TIMES_A_DAY)) & ~one_day
    known = pl.coalesce("drug", "other")
    amount = known.is_in(planned.amounts).fill_null(value=True)
    units = {key: drug.unit for key, drug in planned.drugs.items()}
    unit = known.replace_strict(units, default=None, return_dtype=pl.String)
    return rows.with_columns(
        drug=known.fill_null(pl.col("EXTRT")),
        known=known.is_not_null(),
        own_arm=pl.col("drug").is_not_null(),
        frequency_unclear=unclear.fill_null(value=False),
        dose=pl.when(amount).then(pl.col("EXDOSE") * times).otherwise(1.0),
        unit=pl.when(amount).then("EXDOSU").otherwise(unit),
    ).drop("other", "name")


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_uppercase()


def _named(protocol: Protocol, planned: Planned) -> pl.DataFrame:
    """List under which name each arm has which drug."""
    labels = {arm.id: arm.label for arm in protocol.study.arms}
    listed = [
        (drug.name.strip().upper(), label, key)
        for key, drug in planned.drugs.items()
        for arm, label in labels.items()
        if not drug.arms or arm in drug.arms
    ]
    names = {"name": pl.String, "arm": pl.String, "drug": pl.String}
    rows = pl.DataFrame(listed, schema=names, orient="row")
    return rows.unique(["name", "arm"], keep="first", maintain_order=True)


def _with_surface(records: pl.DataFrame, sdtm: Sdtm, surface: BodySurface) -> pl.DataFrame:
    """Add the body surface by height and weight: the last by the day, else the first there is."""
    day = pl.col("start_date")
    if surface.weight_at == "first dose":
        day = day.min().over("USUBJID")
    rows = records.with_columns(day=day)
    wanted = {"height": (surface.height, "CM"), "weight": (surface.weight, "KG")}
    for name, (test, unit) in wanted.items():
        measured = (
            domain(sdtm, "VS")
            .filter(pl.col("VSTESTCD") == test, _plain("VSSTRESU") == unit)
            .with_columns(at=earliest("VSDTC"))
            .filter(pl.col("VSSTRESN").is_not_null(), pl.col("at").is_not_null())
            .sort("at", "USUBJID", "VSSEQ", "VSSTRESN", nulls_last=True)
            .select("USUBJID", "at", pl.col("VSSTRESN").cast(pl.Float64).alias(name))
        )
        first = measured.group_by("USUBJID", maintain_order=True).agg(first=pl.col(name).first())
        dated = rows.filter(pl.col("day").is_not_null()).sort("day", "USUBJID", "record")
        last = dated.select("USUBJID", "record", "day").join_asof(
            measured, left_on="day", right_on="at", by="USUBJID", check_sortedness=False
        )
        rows = rows.join(
            last.select("USUBJID", "record", name), on=["USUBJID", "record"], how="left",
            maintain_order="left",
        ).join(first, on="USUBJID", how="left", maintain_order="left")  # fmt: skip
        rows = rows.with_columns(pl.coalesce(name, "first").alias(name)).drop("first")
    area = compute_bsa_m2("height", "weight", surface.formula).value
    return rows.with_columns(bsa_m2=area).drop("height", "weight", "day")


def _derive_periods(
    protocol: Protocol, adsl: pl.DataFrame, records: pl.DataFrame, planned: Planned
) -> pl.DataFrame:
    """Say until when each treated subject could have taken each drug of the arm, or any taken."""
    arm = adsl.select("USUBJID", "TRTSDT", arm=pl.coalesce("TRT01A", "TRT01P"))
    due = arm.filter(pl.col("TRTSDT").is_not_null()).join(_named(protocol, planned), on="arm")
    taken = records.filter("known").select(_BY)
    pairs = pl.concat([due.select(_BY), taken]).unique().sort(_BY)
    last = records.group_by("USUBJID").agg(
        recorded=pl.max_horizontal("start_date", "end_date").max()
    )
    ends = ["TRTSDT", "TRTEDT", "EOTDT", "EOTSTT", "DCTREAS", "DTHDT", "DCUTDT", "LSTALVDT"]
    rows = pairs.join(adsl.select("USUBJID", *ends), on="USUBJID", maintain_order="left")
    rows = rows.join(last, on="USUBJID", how="left", maintain_order="left")
    bound = pl.min_horizontal("DTHDT", "DCUTDT")
    ended = pl.when(pl.col("EOTDT").is_not_null()).then(pl.max_horizontal("EOTDT", "recorded"))
    seen = pl.max_horizontal("LSTALVDT", "recorded", "TRTEDT")
    until = pl.min_horizontal(pl.coalesce(ended, bound, seen), bound)
    return rows.with_columns(until_date=until).filter(pl.col("until_date").is_not_null())


def _read_stops(sdtm: Sdtm, planned: Planned) -> pl.DataFrame:
    """Return the record of DS that ends each drug: `alone_date`, DSDECOD, DSTERM, DSSEQ."""
    ds = domain(sdtm, "DS").with_columns(alone_date=earliest("DSSTDTC"))
    stops: list[pl.DataFrame] = []
    for i, (key, drug) in enumerate(planned.drugs.items()):
        if drug.stopped is None:
            category = _plain("DSCAT") == "DISPOSITION EVENT"
            own = ds.filter(category & (_plain("DSSCAT") == drug.name.strip().upper()))
        else:
            rule = Rule(f"treatments.drugs[{i}].stopped", drug.stopped, "DS")
            refuse(rule.unknown(ds.columns))
            own = ds.filter(compute_condition(ds, rule))
        stops.append(own.with_columns(drug=pl.lit(key)))
    rows = pl.concat(stops).filter(pl.col("alone_date").is_not_null())
    rows = rows.sort("USUBJID", "drug", "alone_date", "DSSEQ", "DSDECOD", nulls_last=True)
    columns = ["alone_date", "DSDECOD", "DSTERM", "DSSEQ"]
    return rows.group_by(_BY, maintain_order=True).agg(pl.col(columns).last())
