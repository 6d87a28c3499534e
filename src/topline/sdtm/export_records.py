"""Records of domains from the rows of raw exports, as the mapping has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from topline.protocol.yaml_file import Loc
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.export_values import as_text, column_name, compute_expression, compute_source
from topline.sdtm.formats.table import Table
from topline.sdtm.mapping import DomainMapping, Source
from topline.sdtm.queries import Rule, gather_queries
from topline.sdtm.records import FILE, ROW, list_rows

PLACE: Final = "_PLACE"
"""Which of the exports a record comes from."""
_REDCAP: Final = "REDCAP_"


@dataclass(frozen=True)
class Export:
    """One raw table."""

    place: int
    """Of the table among those that the mapping names."""
    file: str
    table: Table
    frame: pl.DataFrame
    """Rows with text trimmed, empty text missing."""


@dataclass(frozen=True)
class Entry:
    """One entry of the mapping with the table it speaks of."""

    loc: Loc
    says: DomainMapping
    export: Export
    study: str
    subject: tuple[str, ...]
    """Columns that identify the subject."""


@dataclass(frozen=True)
class Records:
    """Records of one domain in the mapping's order, each with PLACE and ROW."""

    frame: pl.DataFrame
    numbered: bool
    """Whether --SEQ was counted here, and says nothing to those who know the export."""


def derive_records(entries: Sequence[Entry]) -> tuple[Mapping[str, Records], pl.DataFrame]:
    """Return the records of each domain, and a query for each code that no term explains.

    --SEQ is counted within the subject, in the order of the entries, where no entry gives it.
    """
    parts: dict[str, list[pl.DataFrame]] = {}
    queries: list[pl.DataFrame] = []
    for entry in entries:
        rows = _rows(entry)
        for variable, terms in entry.says.terms.items():
            rows, unexplained = _translate(rows, entry, variable, terms)
            queries.append(unexplained)
        if entry.says.sequence:
            rows = rows.sort(entry.says.sequence, nulls_last=True, maintain_order=True)
        parts.setdefault(entry.says.domain, []).append(rows)
    return {name: _numbered(name, frames) for name, frames in parts.items()}, gather_queries(
        queries
    )


def source_columns(source: Source) -> list[str]:
    """Return the columns that a source reads, those of its rule included."""
    named = list(source.columns)
    if source.rule is not None:
        named += expression_columns(source.rule)
    return [column_name(name) for name in named]


def expression_columns(expression: str) -> list[str]:
    """Return the columns of an expression as it writes them, each once."""
    return list(dict.fromkeys(pl.sql_expr(expression).meta.root_names()))


def _numbered(domain: str, frames: Sequence[pl.DataFrame]) -> Records:
    frame = pl.concat(frames, how="diagonal_relaxed")
    sequence = f"{domain}SEQ"
    if sequence in frame.columns or sequence not in SCHEMAS[domain].columns():
        return Records(frame, numbered=False)
    number = pl.int_range(1, pl.len() + 1).over("USUBJID").alias(sequence)
    return Records(frame.with_columns(number), numbered=True)


def _rows(entry: Entry) -> pl.DataFrame:
    """Return the records of one entry in the order of the file."""
    says, rows = entry.says, entry.export.frame
    if says.where is not None:
        rows = rows.filter(compute_expression(rows, says.where))
    if not says.unpivot:
        rows = rows.filter(_any_filled(_content(entry)))
        return _variables(entry, rows, says.columns, says.constants)
    parts: list[pl.DataFrame] = []
    for part in says.unpivot:
        there = rows if part.where is None else rows.filter(compute_expression(rows, part.where))
        names = [name for source in part.columns.values() for name in source_columns(source)]
        there = there.filter(_any_filled(names))
        columns, constants = says.columns | part.columns, says.constants | part.constants
        parts.append(_variables(entry, there, columns, constants))
    return pl.concat(parts, how="diagonal_relaxed").sort(ROW, maintain_order=True)


def _content(entry: Entry) -> list[str]:
    """Return the columns that say something of their own: not who, and not which instrument."""
    context = {column_name(name) for name in entry.subject}
    named = [name for _, source in entry.says.sources() for name in source_columns(source)]
    return [n for n in named if n not in context and not n.startswith(_REDCAP)]


def _any_filled(columns: Sequence[str]) -> pl.Expr:
    filled = [pl.col(name).is_not_null() for name in dict.fromkeys(columns)]
    return pl.any_horizontal(filled) if filled else pl.lit(value=True)


def _variables(
    entry: Entry,
    rows: pl.DataFrame,
    columns: Mapping[str, Source],
    constants: Mapping[str, str | int | float],
) -> pl.DataFrame:
    """Return one record a row, with the variables of SDTM."""
    values = {name: compute_source(rows, source) for name, source in columns.items()}
    given = {name: pl.lit(value) for name, value in constants.items()}
    out = rows.select(ROW, **values).with_columns(**given)
    if "USUBJID" not in out.columns:
        parts = [pl.lit(entry.study), *(as_text(name) for name in entry.subject)]
        out = out.with_columns(rows.select(USUBJID=pl.concat_str(parts, separator="-")))
    return out.with_columns(
        pl.lit(entry.export.place).alias(PLACE),
        STUDYID=pl.lit(entry.study),
        DOMAIN=pl.lit(entry.says.domain),
    )


def _translate(
    rows: pl.DataFrame, entry: Entry, variable: str, terms: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put words in the place of codes; a code without a word is emptied and listed."""
    code = rows.select(as_text(variable))[variable]
    constants = (entry.says, *entry.says.unpivot)
    words = {*terms.values(), *(str(c.constants.get(variable)) for c in constants)}
    word = code.replace_strict(terms, default=None, return_dtype=pl.String)
    word = word.zip_with(word.is_not_null() | ~code.is_in(sorted(words)), code)
    expected = f"one of {', '.join(terms)}, as terms of {variable} in mapping.yaml, or a term more"
    rule = Rule(
        f"{entry.says.domain}.{variable}.code", expected, "error", "value not used", [variable]
    )
    lost = rows.with_columns(code, pl.lit(entry.export.file).alias(FILE))
    lost = lost.filter(code.is_not_null() & word.is_null())
    return rows.with_columns(word.alias(variable)), list_rows(lost, entry.says.domain, rule)
