"""What `mapping.yaml` says: how the columns of raw exports become the variables of domains."""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from topline.protocol.words import Expression, Text, Variable
from topline.values import Value

DATE_PIECE: Final = "YYYY|MMM|MM|DD"
"""Parts of a date's format, as a pattern."""


def _several(value: object) -> object:
    """Read one word as a list of one."""
    if isinstance(value, list):
        return tuple(cast("list[object]", value))
    return (value,) if isinstance(value, str) else value


def _written(text: str) -> str:
    pieces = re.findall(DATE_PIECE, text)
    month = sum(piece.startswith("M") for piece in pieces)
    if (len(pieces), pieces.count("YYYY"), month, pieces.count("DD")) != (3, 1, 1, 1):
        msg = "year, month and day as YYYY, MM or MMM, and DD, such as DD/MM/YYYY or DDMMMYYYY"
        raise ValueError(msg)
    return text


DateFormat = Annotated[Text, BeforeValidator(lambda text: _written(str(text)))]


class Source(Value):
    """Where a variable's value comes from: a column, a date, or a rule over columns.

    Written as the name of a column alone, or as a mapping with one of the keys `column`, `date`
    and `rule`. Names of columns are the same in upper and lower case.

    Examples
    --------
    >>> Source.model_validate("ae_term").column
    'ae_term'
    >>> Source(date=("ae_year", "ae_month", "ae_day")).columns
    ('ae_year', 'ae_month', 'ae_day')
    """

    column: Text | None = None
    date: Annotated[
        tuple[Text, ...], BeforeValidator(_several), Field(min_length=1, max_length=3)
    ] = Field(default=(), validate_default=False)
    """A column with the whole date, or the columns of year, month and day as far as there are."""
    format: DateFormat | None = None
    """How one column writes the date, such as DD/MM/YYYY; ISO 8601 unless said."""
    time: Text | None = None
    """Column with the time of day, such as 08:30."""
    rule: Expression | None = None
    """Expression over the file's columns, which hold text unless the file knows better."""

    @model_validator(mode="before")
    @classmethod
    def _column_alone(cls, value: object) -> object:
        return {"column": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_way(self) -> "Source":
        if (self.column is not None) + bool(self.date) + (self.rule is not None) != 1:
            msg = "the name of a column, or one of the keys column, date and rule"
            raise ValueError(msg)
        if (self.format or self.time) and not self.date:
            msg = "format and time with a date only"
            raise ValueError(msg)
        if self.format and len(self.date) > 1:
            msg = "a format with one column that holds the whole date"
            raise ValueError(msg)
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that are named; those of a rule stand in its expression."""
        named = (self.column, *self.date, self.time)
        return tuple(name for name in named if name is not None)


Columns = dict[Variable, Source]
Constants = dict[Variable, str | int | float]


class Unpivoted(Value):
    """One of the records that a wide row holds, such as one of ten laboratory tests."""

    columns: Columns = Field(default_factory=dict)
    """The record is there when any of these holds something."""
    constants: Constants = Field(default_factory=dict)
    where: Expression | None = None
    """The record is there only when this holds, such as metastases___1 = '1' for a checkbox."""

    @model_validator(mode="after")
    def _tells(self) -> "Unpivoted":
        if not self.columns and self.where is None:
            msg = "columns that hold the record, or where it is there"
            raise ValueError(msg)
        return self


class DomainMapping(Value):
    """How rows of one file become records of one domain."""

    domain: Text
    """Name of the domain, such as AE."""
    file: Text
    """Name in the data folder: CSV, Excel, Parquet, SAS or Dataset-JSON."""
    sheet: Text | None = None
    """Sheet of a workbook that has several."""
    where: Expression | None = None
    """Which rows, such as redcap_repeat_instrument = 'adverse_events'; all unless said."""
    subject: Annotated[tuple[Text, ...], BeforeValidator(_several)] = ()
    """Columns of the subject's identifier, where they differ from the other files'."""
    columns: Columns = Field(default_factory=dict)
    """Variable and where its value comes from."""
    constants: Constants = Field(default_factory=dict)
    """Variable and the value of every record."""
    terms: dict[Variable, dict[str, Text]] = Field(default_factory=dict)
    """Variable, and for each code of the export the word that it means."""
    unpivot: tuple[Unpivoted, ...] = ()
    """Records that stand side by side in one row."""
    sequence: tuple[Variable, ...] = ()
    """Variables by which --SEQ counts within the subject; the order of the file unless said."""

    def sources(self) -> Iterator[tuple[tuple[str | int, ...], Source]]:
        """Give every source with its place in the entry."""
        for variable, source in self.columns.items():
            yield ("columns", variable), source
        for i, part in enumerate(self.unpivot):
            for variable, source in part.columns.items():
                yield ("unpivot", i, "columns", variable), source

    def conditions(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Give every condition with its place in the entry."""
        if self.where is not None:
            yield ("where",), self.where
        for i, part in enumerate(self.unpivot):
            if part.where is not None:
                yield ("unpivot", i, "where"), part.where


class StudyMapping(Value):
    """All of `mapping.yaml`."""

    topline: Literal[1]
    """Version of this file's format."""
    study: Text
    """STUDYID of every record."""
    subject: Annotated[tuple[Text, ...], BeforeValidator(_several)] = ()
    """Columns that identify the subject; USUBJID is the study and these, joined by hyphens."""
    ignore: tuple[Text, ...] = ()
    """Columns left out on purpose, `*` standing for anything; others are listed."""
    domains: tuple[DomainMapping, ...] = Field(min_length=1)
    """In the order in which --SEQ counts, where a domain has several."""
