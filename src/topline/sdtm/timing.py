"""When a record starts and ends: the --STDTC, --DTC and --ENDTC variables of each domain."""

from collections.abc import Sequence

import polars as pl

from topline.sdtm.dates import earliest, latest
from topline.sdtm.study_tables import STUDY_TABLES


def start_variables(domain: str, columns: Sequence[str]) -> list[str]:
    """Return the variables that date a record's start, the first that is known counting."""
    if domain in STUDY_TABLES:
        return ["DTC"]
    return [name for name in (f"{domain}STDTC", f"{domain}DTC") if name in columns]


def first_day(variables: Sequence[str]) -> pl.Expr:
    """Return the first day on which the record can have started."""
    return pl.coalesce(earliest(name) for name in variables)


def last_day(variables: Sequence[str]) -> pl.Expr:
    """Return the last day on which the record can have started."""
    return pl.coalesce(latest(name) for name in variables)
