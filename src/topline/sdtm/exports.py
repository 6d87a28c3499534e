"""Raw exports by way of the mapping, then through the same gate as SDTM files.

A column that no entry takes is listed, and a row that gives no record is set aside and listed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import polars as pl

from topline.protocol.problems import Problem, listed, nearest, shown
from topline.protocol.yaml_file import Loc
from topline.sdtm.collected import Sdtm
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.export_records import (
    PLACE,
    Entry,
    Export,
    Records,
    derive_records,
    expression_columns,
)
from topline.sdtm.export_values import column_name, compute_expression, trim_text
from topline.sdtm.formats.table import Table
from topline.sdtm.mapping import DomainMapping
from topline.sdtm.mapping_file import MappingFile, read_mapping, refusal
from topline.sdtm.queries import Rule, file_query, gather_queries, sort_queries
from topline.sdtm.records import FILE, ROW, list_rows
from topline.sdtm.tables import Loaded, gather_sdtm

UNMAPPED: Final = "UNMAPPED"
"""Key of `Sdtm.set_aside` for rows that give no record."""
_CONTEXT: Final = ("REDCAP_EVENT_NAME", "REDCAP_REPEAT_INSTRUMENT", "REDCAP_REPEAT_INSTANCE")


def gather_mapped(loaded: Sequence[Loaded], path: Path) -> Sdtm:
    """Put tables together by domain as `gather_sdtm` does, raw exports by way of a mapping.

    Parameters
    ----------
    loaded
        Files of the data folder; those that the mapping does not name are SDTM.
    path
        `mapping.yaml`; without such a file every table is SDTM.

    Returns
    -------
    Sdtm
        Rows of exports that give no record are in `set_aside["UNMAPPED"]`.

    Raises
    ------
    DataError
        The mapping cannot be used: every problem with its line.
    """
    if not path.exists():
        return gather_sdtm(loaded)
    file = read_mapping(path)
    entries = _match(file, loaded)
    records, unexplained = derive_records(entries)
    repeated = [p for domain, made in records.items() for p in _repeated(file, domain, made)]
    if repeated:
        raise refusal(repeated)
    exports = list({entry.export.place: entry.export for entry in entries}.values())
    sdtm = gather_sdtm(_as_sdtm(loaded, exports, records))
    left = [_rows_left(entries, export, records) for export in exports]
    queries = [sdtm.queries, unexplained, *(query for _, query in left)]
    queries += [note for export in exports for note in _columns_left(file, entries, export)]
    queries += [note for entry in entries for note in _variables_unknown(entry)]
    aside = pl.concat([rows for rows, _ in left], how="diagonal_relaxed")
    named = _name_rows(gather_queries(queries), exports, records)
    return replace(sdtm, queries=sort_queries(named), set_aside={**sdtm.set_aside, UNMAPPED: aside})


def _match(file: MappingFile, loaded: Sequence[Loaded]) -> list[Entry]:
    """Find the table of each entry; raise what tables and entries do not agree in."""
    files = {one.source.path: one for one in loaded}
    exports: dict[tuple[str, str], Export] = {}
    entries: list[Entry] = []
    problems: list[Problem] = []
    for i, says in enumerate(file.mapping.domains):
        loc: Loc = ("domains", i)
        table = _table(file, loc, says, files)
        if isinstance(table, Problem):
            problems.append(table)
            continue
        key = says.file, table.name
        if key not in exports:
            exports[key] = Export(len(exports), says.file, table, trim_text(table.frame))
        subject = says.subject or file.mapping.subject
        entries.append(Entry(loc, says, exports[key], file.mapping.study, subject))
    problems += [p for entry in entries for p in _misfits(file, entry)]
    if problems:
        raise refusal(problems)
    return entries


def _table(
    file: MappingFile, loc: Loc, says: DomainMapping, files: Mapping[str, Loaded]
) -> Table | Problem:
    """Return the table that an entry speaks of."""
    one = files.get(says.file)
    if one is None:
        expected = f"a file of the data folder: {listed(sorted(files)) or 'it holds none'}"
        return file.problem((*loc, "file"), says.file, expected, nearest(says.file, files))
    if not one.tables:
        found, expected = one.queries.select("found", "expected").row(0)
        return file.problem((*loc, "file"), f"{says.file}: {found}", expected)
    sheets = {table.name: table for table in one.tables}
    if len(sheets) == 1:
        return one.tables[0]
    expected = f"a sheet of {says.file}: {listed(sheets)}"
    if says.sheet is None:
        found = f"a workbook of {len(sheets)} sheets and no key sheet"
        return file.problem((*loc, "file"), found, expected)
    if says.sheet not in sheets:
        return file.problem((*loc, "sheet"), says.sheet, expected, nearest(says.sheet, sheets))
    return sheets[says.sheet]


def _misfits(file: MappingFile, entry: Entry) -> Iterator[Problem]:
    """Find what an entry asks of its table that the table cannot give."""
    columns = [name for name in entry.export.frame.columns if name != ROW]
    named = [(loc, name) for loc, names in _named(entry) for name in names]
    unknown = [(loc, name) for loc, name in named if column_name(name) not in columns]
    for loc, name in dict.fromkeys(unknown):
        expected = f"a column of {entry.export.file}: {listed(c.lower() for c in columns)}"
        hint = nearest(name, [column.lower() for column in columns])
        yield file.problem(loc, f"the column {name}", expected, hint)
    astray = {loc for loc, _ in unknown}
    for loc, expression, condition in _expressions(entry):
        if loc in astray:
            continue
        try:
            kind = compute_expression(entry.export.frame, expression).dtype
        except pl.exceptions.PolarsError as error:
            found = f"{shown(expression)}, which cannot be computed ({_reason(error)})"
            expected = "values of CSV and Excel files taken as text, or CAST(... AS DOUBLE)"
            yield file.problem(loc, found, expected)
            continue
        if condition and not isinstance(kind, pl.Boolean | pl.Null):
            yield file.problem(loc, shown(expression), "a condition, such as ae_term IS NOT NULL")


def _repeated(file: MappingFile, domain: str, made: Records) -> Iterator[Problem]:
    """Find rows of which two entries make the same record."""
    rows = made.frame.drop(f"{domain}SEQ", strict=False)
    again = rows.filter(rows.is_duplicated())[ROW].unique().sort()
    if again.len() == 0:
        return
    last = max(i for i, says in enumerate(file.mapping.domains) if says.domain == domain)
    named = f"row{'s' if again.len() > 1 else ''} {listed(again, 5)}"
    found = f"the same record of {domain} twice from {named}"
    yield file.problem(("domains", last), found, "a where that tells the entries apart")


def _reason(error: pl.exceptions.PolarsError) -> str:
    return str(error).splitlines()[0]


def _named(entry: Entry) -> Iterator[tuple[Loc, Sequence[str]]]:
    """Give every place that names columns, with their names as written."""
    for place, source in entry.says.sources():
        yield (*entry.loc, *place), source.columns
    for loc, expression, _ in _expressions(entry):
        yield loc, expression_columns(expression)
    if "USUBJID" not in entry.says.columns:
        yield ((*entry.loc, "subject") if entry.says.subject else ("subject",)), entry.subject


def _expressions(entry: Entry) -> Iterator[tuple[Loc, str, bool]]:
    """Give every expression with its place, and whether it is a condition."""
    for place, source in entry.says.sources():
        if source.rule is not None:
            yield (*entry.loc, *place, "rule"), source.rule, False
    for place, where in entry.says.conditions():
        yield (*entry.loc, *place), where, True


def _as_sdtm(
    loaded: Sequence[Loaded], exports: Sequence[Export], records: Mapping[str, Records]
) -> list[Loaded]:
    """Put the records of its domains in the place of each export's own table."""
    out: list[Loaded] = []
    for one in loaded:
        own = [export for export in exports if export.file == one.source.path]
        if not own:
            out.append(one)
            continue
        places = [export.place for export in own]
        tables: dict[str, Table] = {}
        for domain, made in records.items():
            frame = made.frame.filter(pl.col(PLACE).is_in(places)).drop(PLACE)
            if frame.height:
                tables[domain] = Table(domain, frame)
        notes = [table.queries.with_columns(file=pl.lit(one.source.path)) for table in one.tables]
        source = replace(one.source, domains=tuple(sorted(tables)))
        queries = gather_queries([one.queries, *notes])
        out.append(Loaded(source, list(tables.values()), queries))
    return out


def _rows_left(
    entries: Sequence[Entry], export: Export, records: Mapping[str, Records]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of an export that gave no record, and their queries."""
    taken = [made.frame.filter(pl.col(PLACE) == export.place)[ROW] for made in records.values()]
    rows = export.frame.filter(~pl.col(ROW).is_in(pl.concat(taken).implode()))
    rows = rows.with_columns(pl.lit(export.file).alias(FILE))
    who = next(entry for entry in entries if entry.export is export)
    variables = [column_name(name) for name in who.subject]
    variables += [name for name in _CONTEXT if name in rows.columns]
    expected = "a row that an entry of mapping.yaml takes, with something entered in its columns"
    rule = Rule("mapping.row", expected, "warning", "row set aside", variables)
    query = list_rows(rows, "", rule).with_columns(domain=pl.lit(None, pl.String))
    ragged = export.table.aside
    aside = [rows.with_columns(REASON=pl.lit(rule.name))]
    if ragged.height:
        aside.append(ragged.with_columns(pl.lit(export.file).alias(FILE)))
    together = pl.concat(aside, how="diagonal_relaxed").rename({FILE: "FILE", ROW: "ROW"})
    last = ("FILE", "ROW", "REASON")
    return together.sort("ROW").select(pl.exclude(last), *last), query


def _columns_left(
    file: MappingFile, entries: Sequence[Entry], export: Export
) -> Iterator[pl.DataFrame]:
    """List the columns of an export that no entry takes and the mapping does not ignore."""
    own = [entry for entry in entries if entry.export is export]
    used = {column_name(n) for entry in own for _, names in _named(entry) for n in names}
    patterns = [column_name(pattern) for pattern in file.mapping.ignore]
    expected = "a variable that takes it in mapping.yaml, or its name under ignore"
    rule = Rule("mapping.column", expected, "note")
    for name in export.table.frame.columns:
        if name == ROW or name in used or any(fnmatchcase(name, p) for p in patterns):
            continue
        yield file_query(rule, f"column {name.lower()} not mapped", file=export.file)


def _variables_unknown(entry: Entry) -> Iterator[pl.DataFrame]:
    """List variables that SDTM does not know in the domain; they are kept."""
    domain = entry.says.domain
    known = SCHEMAS[domain].columns()
    given = [*entry.says.columns, *entry.says.constants]
    given += [n for part in entry.says.unpivot for n in (*part.columns, *part.constants)]
    for name in dict.fromkeys(given):
        if name in known:
            continue
        near = nearest(name, known)
        hint = f" (did you mean {near}?)" if near else ""
        rule = Rule("mapping.variable", f"a variable of {domain}{hint}, or one of your own", "note")
        yield file_query(rule, f"{name}, kept as it is", domain=domain, file=entry.export.file)


def _name_rows(
    queries: pl.DataFrame, exports: Sequence[Export], records: Mapping[str, Records]
) -> pl.DataFrame:
    """Add the row of the export to a query that names a record by a number counted here."""
    files = pl.DataFrame(
        {PLACE: [export.place for export in exports], "file": [e.file for e in exports]}
    )
    keys = ["domain", "subject", "record", "file"]
    named = [
        made.frame.select(
            PLACE,
            ROW,
            domain=pl.lit(domain),
            subject=pl.col("USUBJID").cast(pl.String),
            record=pl.format(f"{domain}SEQ={{}}", f"{domain}SEQ"),
        )
        for domain, made in records.items()
        if made.numbered
    ]
    if not named:
        return queries
    rows = pl.concat(named).join(files, on=PLACE)
    joined = queries.join(rows, on=keys, how="left", nulls_equal=True, maintain_order="left")
    record = pl.coalesce(pl.format("{}, row {}", "record", ROW), "record")
    return joined.with_columns(record=record).drop(PLACE, ROW)
