"""Analysis datasets of a few subjects, from which times to events follow."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import polars as pl

from tests.adam.study import ESTIMAND, protocol
from topline.adam.adtte import derive_adtte

DAY = dt.date
PFS = {
    "kind": "time-to-event",
    "label": "Progression-free survival",
    "from": "first dose",
    "events": ["progression", "death"],
    "censor": ["last evaluable assessment", "first dose"],
    "estimand": ESTIMAND,
}
THERAPY = {"date": "NACTDT", "label": "New anticancer therapy"}
DATES = ("TRTSDT", "DTHDT", "EOTDT", "LSTALVDT", "NACTDT", "RANDDT")


def datasets(
    subjects: dict[str, dict[str, str]],
    responses: list[tuple[str, str, str]] | None = None,
    without_baseline: Collection[str] = (),
) -> dict[str, pl.DataFrame]:
    """ADSL of subjects and dates, and ADRS of subject, date and overall response."""
    names = list(subjects)
    dates = {name: [_day(subjects[who].get(name)) for who in names] for name in DATES}
    adsl = pl.DataFrame({"USUBJID": names, **dates}, schema_overrides=dict.fromkeys(DATES, pl.Date))
    core = ["STUDYID", "SUBJID", "SITEID", "TRT01P", "TRT01A", "SEX", "EOTSTT"]
    adsl = adsl.with_columns(
        *(pl.lit("x").alias(name) for name in core),
        *(pl.lit(1).alias(name) for name in ("TRT01PN", "TRT01AN", "AGE")),
        TRTEDT=pl.lit(None, dtype=pl.Date),
        ENRLFL=pl.lit("Y"),
        BOR=pl.lit("PR"),
    )
    rows = responses or []
    adrs = pl.DataFrame(
        {
            "USUBJID": [who for who, _, _ in rows],
            "ADT": [_day(day) for _, day, _ in rows],
            "AVALC": [value for _, _, value in rows],
        },
        schema={"USUBJID": pl.String, "ADT": pl.Date, "AVALC": pl.String},
    )
    overall = adrs.with_columns(PARAMCD=pl.lit("OVR"), ANL01FL=pl.lit("Y"))
    progressed = overall.filter(AVALC="PD").with_columns(PARAMCD=pl.lit("PD"), AVALC=pl.lit("Y"))
    baselines = pl.DataFrame({"USUBJID": names}).with_columns(
        ADT=pl.lit(None, dtype=pl.Date),
        AVALC=pl.when(pl.col("USUBJID").is_in(list(without_baseline)))
        .then(pl.lit("N"))
        .otherwise(pl.lit("Y")),
        PARAMCD=pl.lit("TUMBASE"),
        ANL01FL=pl.lit("Y"),
    )
    both = pl.concat([overall, progressed, baselines]).with_columns(
        ASEQ=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    return {
        "ADSL": adsl,
        "ADRS": both,
        "ADAE": pl.DataFrame(
            schema={"USUBJID": pl.String, "ASTDT": pl.Date, "AEDECOD": pl.String, "AESEQ": pl.Int64}
        ),
    }


def _day(text: str | None) -> dt.date | None:
    return None if text is None else DAY.fromisoformat(text)


def time(data: dict[str, pl.DataFrame], **changes: Any) -> tuple[object, ...]:
    plan = protocol(endpoints={"PFS": {**PFS, **changes}})
    rows = derive_adtte(plan, data)
    return rows.select("AVAL", "CNSR", pl.coalesce("EVNTDESC", "CNSDTDSC")).rows()[0]
