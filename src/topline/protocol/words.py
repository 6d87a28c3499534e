"""The small words of a protocol: durations, rule expressions, names of variables."""

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

DAYS_A_MONTH = 30.4375
_DAYS = {"day": 1.0, "week": 7.0, "month": DAYS_A_MONTH, "year": 12 * DAYS_A_MONTH}
_DURATION_FORM = "a number and a unit (days, weeks, months or years), such as 28 days"
_DURATION = re.compile(r"(\d+(?:\.\d+)?) (day|week|month|year)s?")


class Duration:
    """A length of time as the protocol words it, such as ``8 weeks`` or ``6 months``.

    Parameters
    ----------
    text
        A number, a space and day(s), week(s), month(s) or year(s). A month is 30.4375 days.

    Raises
    ------
    ValueError
        The text is not of that form.

    Examples
    --------
    >>> Duration("8 weeks").days, Duration("6 months").days
    (56.0, 182.625)
    """

    __slots__ = ("count", "text", "unit")

    def __init__(self, text: str) -> None:
        found = _DURATION.fullmatch(text.strip())
        if found is None:
            raise ValueError(_DURATION_FORM)
        self.text, self.count, self.unit = text.strip(), float(found[1]), found[2]

    @property
    def days(self) -> float:
        """Length in days."""
        return self.count * _DAYS[self.unit]

    def __eq__(self, other: object) -> bool:
        """Equal when as long as the other."""
        return isinstance(other, Duration) and self.days == other.days

    def __hash__(self) -> int:
        """Hash of the length."""
        return hash(self.days)

    def __str__(self) -> str:
        """As it was written."""
        return self.text

    def __repr__(self) -> str:
        """As it would be made."""
        return f"Duration({self.text!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from text, write as text."""
        return core_schema.no_info_plain_validator_function(
            cls._from, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def _from(cls, value: object) -> "Duration":
        if isinstance(value, Duration):
            return value
        if not isinstance(value, str):
            raise ValueError(_DURATION_FORM)
        return cls(value)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the text for editors."""
        return {"type": "string", "pattern": f"^{_DURATION.pattern}$", "examples": ["28 days"]}


def _readable(text: str) -> str:
    """Refuse text that is no expression; columns are checked when the data are there."""
    import polars as pl  # half a second that `topline --help` need not pay

    try:
        pl.sql_expr(text)
    except Exception as error:
        reason = str(error).splitlines()[0]
        msg = f"a rule over columns, such as AGE >= 18 AND SEX = 'F' ({reason})"
        raise ValueError(msg) from None
    return text


Expression = Annotated[str, AfterValidator(_readable)]
"""A closed expression over columns (SQL's operators and functions), never Python."""

_VARIABLE = r"^[A-Z][A-Z0-9_]{0,7}$"
_IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"
FORMS = {
    _VARIABLE: "a CDISC variable name: A to Z, 0 to 9 and _, 8 characters at most",
    _IDENTIFIER: "a name of letters, digits, - and _, beginning with a letter, 40 at most",
    "^[A-Z]{2}$": "the two letters of an SDTM domain, such as LB",
}
"""What a pattern asks, in words."""

Variable = Annotated[str, StringConstraints(pattern=_VARIABLE)]
"""A CDISC variable name: upper case letters, digits and _, 8 characters at most."""

Identifier = Annotated[str, StringConstraints(pattern=_IDENTIFIER)]
"""A name within the protocol: letters, digits, - and _, beginning with a letter."""

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""Text that is not empty."""
