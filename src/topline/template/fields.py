"""Fields of REDCap instruments, in the words of REDCap's data dictionary."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from topline.sdtm.domains import SCHEMAS

Validation = Literal["", "date_ymd", "integer", "number"]


@dataclass(frozen=True)
class Field:
    """One question of an instrument."""

    name: str
    """Column of the export: lower case, at most 26 characters."""
    label: str
    validation: Validation = ""
    terms: tuple[str, ...] = ()
    """Words to choose from; none for a text field."""
    low: str = ""
    high: str = ""
    note: str = ""
    show_if: str = ""
    """REDCap's branching logic."""
    required: bool = False


@dataclass(frozen=True)
class Instrument:
    """One form, for the records of one domain."""

    name: str
    domain: str
    fields: tuple[Field, ...]
    repeats: bool = True
    """Whether the form has to be made a repeating instrument in REDCap's project setup."""


def date(name: str, label: str, *, required: bool = False, show_if: str = "") -> Field:
    """Ask for a date of which the day is known."""
    return Field(name, label, "date_ymd", required=required, show_if=show_if)


def partial_date(prefix: str, label: str) -> tuple[Field, Field, Field]:
    """Ask for a date as far as it is known: year, month and day apart."""
    note = "Leave empty what is not known"
    return (
        Field(f"{prefix}_year", f"{label}: year", "integer", low="1900", high="2100", note=note),
        Field(f"{prefix}_month", f"{label}: month", "integer", low="1", high="12", note=note),
        Field(f"{prefix}_day", f"{label}: day", "integer", low="1", high="31", note=note),
    )


def number(name: str, label: str, low: str = "0", high: str = "", note: str = "") -> Field:
    """Ask for a number."""
    return Field(name, label, "number", low=low, high=high, note=note)


def choice(
    name: str, label: str, terms: Sequence[str], *, required: bool = False, show_if: str = ""
) -> Field:
    """Ask for one of several words."""
    return Field(name, label, terms=tuple(terms), required=required, show_if=show_if)


def visit(prefix: str) -> Field:
    """Ask which visit it is."""
    note = "0 is screening, then 1, 2, 3, ... as planned"
    return Field(
        f"{prefix}_visit", "Visit number", "integer", low="0", high="999", note=note, required=True
    )


def terms_of(variable: str) -> tuple[str, ...]:
    """Return the words that SDTM permits for a variable, such as AEOUT.

    Examples
    --------
    >>> terms_of("AETOXGR")
    ('1', '2', '3', '4', '5')
    """
    for schema in SCHEMAS.values():
        if variable in schema.columns():
            facts = schema.columns()[variable].metadata or {}
            return tuple(facts["terms"])
    msg = f"no domain has a variable {variable}"
    raise ValueError(msg)


def code(term: str) -> str:
    """Return a word as REDCap codes it: letters, digits and underscores only.

    Examples
    --------
    >>> code("NOT RECOVERED/NOT RESOLVED")
    'NOT_RECOVERED_NOT_RESOLVED'
    """
    return re.sub(r"[^A-Za-z0-9]+", "_", term)
