"""What a domain is: variables with type, meaning and rules, in words a data manager reads."""

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeVar

import dataframely as dy
import polars as pl

from topline.sdtm.dates import is_date

Core = Literal["required", "expected", "permissible"]
RuleFunction = TypeVar("RuleFunction", bound=Callable[..., pl.Expr])

NO_YES: Final = ("N", "Y", "U", "NA")
DATE_WORDS: Final = (
    "a date in ISO 8601 as far as it is known, between 1900 and 2100: "
    "2014, 2014-03, 2014-03-05, 2014-03-05T11:45 or 2014---05"
)


def text(
    label: str, core: Core = "permissible", *, terms: Sequence[str] = (), open_list: bool = False
) -> dy.String:
    """Declare a text variable.

    Parameters
    ----------
    label
        What the variable holds, as the data manager knows it.
    core
        `required` never empty, `expected` a column that should be there, or `permissible`.
    terms
        Permitted words, in the guideline's spelling.
    open_list
        True for a list that sponsors extend: another word is a warning and stays.
    """
    return dy.String(
        nullable=core != "required",
        check={"terms": _among(terms)} if terms else None,
        description=label,
        metadata={
            "core": core,
            "terms": tuple(terms),
            "expected": {"terms": f"one of {', '.join(terms)} ({label})"},
            "unused": () if open_list else ("terms",),
        },
    )


def key(label: str) -> dy.String:
    """Declare a text variable without which a record means nothing and is set aside."""
    return dy.String(description=label, metadata={"core": "required", "aside": True})


def when(label: str, core: Core = "permissible") -> dy.String:
    """Declare a --DTC variable: ISO 8601 text, as far as the date is known."""
    return dy.String(
        nullable=True,
        check={"date": is_date},
        description=label,
        metadata={
            "core": core,
            "dated": True,
            "expected": {"date": f"{DATE_WORDS} ({label})"},
            "unused": ("date",),
        },
    )


def number(
    label: str,
    core: Core = "permissible",
    *,
    low: float | None = None,
    high: float | None = None,
) -> dy.Float64:
    """Declare a number, with the least and greatest values that can be true."""
    bounds = low is not None or high is not None
    return dy.Float64(
        nullable=core != "required",
        check={"range": _between(low, high)} if bounds else None,
        description=label,
        metadata={
            "core": core,
            "expected": {"range": f"{_bounds_words(low, high)} ({label})"},
            "unused": ("range",),
        },
    )


def count(label: str, core: Core = "permissible") -> dy.Int64:
    """Declare a whole number, such as --SEQ or --DY."""
    return dy.Int64(nullable=core != "required", description=label, metadata={"core": core})


def _among(terms: Sequence[str]) -> Callable[[pl.Expr], pl.Expr]:
    def among(value: pl.Expr) -> pl.Expr:
        return value.is_in(list(terms))

    return among


def _between(low: float | None, high: float | None) -> Callable[[pl.Expr], pl.Expr]:
    def inside(value: pl.Expr) -> pl.Expr:
        above = pl.lit(value=True) if low is None else value >= low
        return above if high is None else above & (value <= high)

    return inside


def _bounds_words(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{low:g} or more" if low is not None else "a number"
    return f"{high:g} or less" if low is None else f"{low:g} to {high:g}"


def value_not_used(*variables: str) -> Callable[[RuleFunction], RuleFunction]:
    """Mark a rule: where it is broken these variables are emptied, and the record stays."""

    def mark(rule: RuleFunction) -> RuleFunction:
        rule.__dict__["unused"] = variables
        return rule

    return mark


class Domain(dy.Schema):
    """The variables every domain starts with (SDTMIG 3.4, section 4.1).

    A rule without a mark is a warning and changes nothing; its docstring says what is expected.
    """

    STUDYID = text("Study identifier", "required")
    DOMAIN = text("Two-letter code of the domain")
    USUBJID = key("Unique subject identifier")
