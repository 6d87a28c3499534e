"""A small study: a protocol of few words, and domains written as on paper."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from tests.frames import frame
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.domains import SCHEMAS

ESTIMAND = {"analysis_set": "ALL", "summary": "Median"}


def protocol(**parts: Any) -> Protocol:
    """A one-arm protocol; `parts` replace its own."""
    own = {
        "topline": 1,
        "study": {"id": "S", "title": "Study", "arms": [{"id": "A", "label": "Drug A"}]},
        "design": {"kind": "descriptive", "reason": "Test"},
        "treatments": {
            "cycle": {"length": "28 days", "window": "3 days"},
            "drugs": [{"name": "A", "levels": [40], "unit": "mg", "schedule": {"on": "1 day"}}],
        },
        "schedule": {
            "tumor_assessment": {
                "baseline_within": "28 days",
                "every": [{"every": "8 weeks"}],
                "window": "7 days",
            }
        },
        "analysis_sets": {"ALL": {"label": "Enrolled", "where": "ENRLFL = 'Y'", "flag": "FASFL"}},
    }
    return Protocol.model_validate({**own, **parts})


def study(**domains: str | pl.DataFrame) -> Sdtm:
    """Domains from text; USUBJID may be called ID, --SEQ is counted where it is not given."""
    tables = {name: _table(name, content) for name, content in domains.items()}
    return Sdtm({name: tables.get(name, _typed(name, pl.DataFrame())) for name in SCHEMAS})


def treated(subjects: Mapping[str, tuple[str, str]], **domains: str | pl.DataFrame) -> Sdtm:
    """Subjects enrolled and treated from one day to another, and further domains."""
    rows = "\n".join(f"{who}  {a}  {b}" for who, (a, b) in subjects.items())
    ids = "\n".join(f"{who}  A  A" for who in subjects)
    own = {
        "DM": f"ID  ARMCD  ACTARMCD\n{ids}",
        "DS": "ID  DSDECOD  DSSTDTC\n"
        + "\n".join(f"{who}  ENROLLED  {a}" for who, (a, _) in subjects.items()),
        "EX": "ID  EXSTDTC  EXENDTC\n" + rows,
    }
    return study(**{**own, **domains})


def _table(name: str, content: str | pl.DataFrame) -> pl.DataFrame:
    rows = frame(content) if isinstance(content, str) else content
    rows = rows.rename({"ID": "USUBJID"}, strict=False)
    if f"{name}SEQ" in SCHEMAS[name].columns() and f"{name}SEQ" not in rows.columns:
        number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("USUBJID")
        rows = rows.with_columns(number.alias(f"{name}SEQ"))
    given = {"STUDYID": pl.lit("S"), "DOMAIN": pl.lit(name)}
    if name == "DM":
        given |= {"SUBJID": pl.col("USUBJID"), "SITEID": pl.lit("01")}
    return _typed(name, rows.with_columns(**given))


def _typed(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    types = {column: kind.dtype for column, kind in SCHEMAS[name].columns().items()}
    rows = rows.cast({c: t for c, t in types.items() if c in rows.columns})
    absent = [pl.lit(None, dtype=t).alias(c) for c, t in types.items() if c not in rows.columns]
    return rows.with_columns(absent) if rows.width else pl.DataFrame(schema=types)
