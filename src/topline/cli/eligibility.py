"""One subject's eligibility, told criterion by criterion."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import typer

from topline.check import CheckedSubject, check_subject

_ELIGIBLE = "ELIGIBLE"
_AFTER = "Baseline values are the last on or before the first dose."
_BEFORE = "No first dose: baseline values are the last ones known."
_VALUE = {
    "variable": "VARIABLE",
    "label": "LABEL",
    "value": "VALUE",
    "unit": "UNIT",
    "date": "ADT",
    "domain": "SRCDOM",
    "seq": "SRCSEQ",
    "missing": "MISSING",
}
_CRITERION = {
    "id": "PARAMCD",
    "kind": "PARCAT1",
    "text": "PARAM",
    "verdict": "AVALC",
    "against_entry": "VIOLFL",
    "basis": "BASIS",
    "reason": "AREASON",
    "missing": "MISSING",
    "site": "SITEAVAL",
    "agrees": "AGREEFL",
}


def tell_subject(study: Path, subject: str, *, as_json: bool) -> bool:
    """Print a subject's verdicts with values and dates; return whether the subject is eligible."""
    checked = check_subject(study, subject)
    if as_json:
        typer.echo(json.dumps(_content(checked), indent=2, ensure_ascii=False, default=_text))
    else:
        typer.echo("\n".join(_lines(checked)))
    return checked.eligible == _ELIGIBLE


def _lines(checked: CheckedSubject) -> Iterator[str]:
    yield f"{checked.subject}: {checked.eligible}"
    yield _AFTER if checked.treated else _BEFORE
    kind = ""
    for row in checked.criteria.iter_rows(named=True):
        if row["PARCAT1"] != kind:
            kind = row["PARCAT1"]
            yield from ("", f"{kind.capitalize()} criteria")
        against = "  <- against entry" if row["VIOLFL"] else ""
        yield f"  {row['PARAMCD']:<5} {row['AVALC']:<16} {row['PARAM']}{against}"
        for words in (row["USED"], _missing(row["MISSING"]), _site(row)):
            if words:
                yield f"{'':25}{words}"
    if checked.queries.height:
        yield from ("", "Data of the subject that could not be used:")
    for row in checked.queries.iter_rows(named=True):
        yield f"  {row['record']}: {row['rule']}: found {row['found']}; expected {row['expected']}"


def _missing(words: str | None) -> str | None:
    return f"missing: {words}" if words else None


def _site(row: dict[str, object]) -> str | None:
    if row["BASIS"] == "SITE":
        return str(row["AREASON"])
    return f"but by the site's record {row['SITEAVAL']}" if row["AGREEFL"] == "N" else None


def _content(checked: CheckedSubject) -> dict[str, object]:
    values = checked.values
    return {
        "subject": checked.subject,
        "eligible": checked.eligible,
        "baseline": _AFTER if checked.treated else _BEFORE,
        "criteria": [
            {name: row[column] for name, column in _CRITERION.items()}
            | {
                "against_entry": row["VIOLFL"] == "Y",
                "values": [
                    {name: value[column] for name, column in _VALUE.items()}
                    for value in values.filter(pl.col("PARAMCD") == row["PARAMCD"]).iter_rows(
                        named=True
                    )
                ],
            }
            for row in checked.criteria.iter_rows(named=True)
        ],
        "queries": checked.queries.rows(named=True),
    }


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    msg = f"no JSON for {value!r}"
    raise TypeError(msg)
