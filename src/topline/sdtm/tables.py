"""From tables to domains: which domain each table is, and all domains through their gates."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import dataframely as dy
import polars as pl

from topline.sdtm.across import check_across
from topline.sdtm.casting import cast_table
from topline.sdtm.collected import Sdtm, SourceFile
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.formats.table import Table
from topline.sdtm.gate import Checked, check_domain
from topline.sdtm.pictures import match_pictures
from topline.sdtm.queries import Query, Rule, file_query, gather_queries, sort_queries
from topline.sdtm.records import FILE, HIDDEN, ID, ROW, list_rows
from topline.sdtm.study_tables import STUDY_TABLES, TABLE_KEYS, name_study_table

_ALL = SCHEMAS | STUDY_TABLES


_ORDER = ("STUDYID", "USUBJID")
_ORDER_WITHIN = ("IDVAR", "IDVARVAL", "QNAM")


@dataclass(frozen=True)
class Loaded:
    """A file and the tables it held."""

    source: SourceFile
    tables: Sequence[Table]
    queries: dy.DataFrame[Query] = field(default_factory=Query.create_empty)
    picture: bytes | None = None
    """A picture as it is."""


@dataclass(frozen=True)
class _Part:
    """One table on its way into its domain."""

    file: str
    frame: pl.DataFrame
    aside: pl.DataFrame
    queries: dy.DataFrame[Query]


def name_domain(table: Table) -> str | None:
    """Return the domain a table belongs to: by its DOMAIN or RDOMAIN column, else by its name.

    The tables of `topline.sdtm.study_tables` are known by their columns or name.
    """
    stem = "".join(char if char.isalnum() else " " for char in table.name.upper()).split()
    stem_name = stem[0] if stem else ""
    by_name = next((d for d in SCHEMAS if _is_split(stem_name, d)), None)
    columns = table.frame.columns
    if "RELID" in columns:
        return "RELREC"
    if "QNAM" in columns:
        named = _only_value(table.frame, "RDOMAIN")
        return f"SUPP{named}" if named and f"SUPP{named}" in SCHEMAS else _known_supp(by_name)
    named = _only_value(table.frame, "DOMAIN")
    if named:
        return named if named in SCHEMAS else None
    beside = name_study_table(stem_name, columns)
    if beside:
        return beside
    return by_name if "USUBJID" in columns or stem_name in SCHEMAS else None


def split_domains(table: Table) -> list[Table]:
    """Part a table of several domains, such as all qualifiers in one SUPPQUAL, by their codes."""
    column = "RDOMAIN" if "QNAM" in table.frame.columns else "DOMAIN"
    if name_domain(table) is not None or column not in table.frame.columns:
        return [table]
    rows = table.frame.partition_by(column, maintain_order=True)
    first, *others = [replace(table, name=str(part[column][0]), frame=part) for part in rows] or [
        table
    ]
    return [first, *(Table(other.name, other.frame) for other in others)]


def gather_sdtm(loaded: Sequence[Loaded]) -> Sdtm:
    """Put tables together by domain, check each, then all of them against each other."""
    queries: list[pl.DataFrame] = [one.queries for one in loaded]
    parts: dict[str, list[_Part]] = {name: [] for name in _ALL}
    for one in loaded:
        for table in one.tables:
            domain = name_domain(table)
            if domain is None:
                queries.append(_no_domain(one.source.path, table))
            else:
                parts[domain].append(_fit(table, domain, one.source.path))
    checked = {name: _check(name, parts[name]) for name in _ALL}
    checked = check_across(checked)
    pictures = {one.source.path: one.picture for one in loaded if one.picture is not None}
    checked["IMAGES"] = match_pictures(checked["IMAGES"], pictures)
    queries += [domain.queries for domain in checked.values()]
    frames = {name: _in_order(one.frame, name) for name, one in checked.items()}
    return Sdtm(
        domains={name: frames[name] for name in SCHEMAS},
        tables={name: frames[name] for name in STUDY_TABLES},
        queries=sort_queries(gather_queries(queries)),
        set_aside={name: _with_origin(one.aside) for name, one in checked.items()},
        files=tuple(one.source for one in loaded),
        pictures=pictures,
    )


def _is_split(stem: str, domain: str) -> bool:
    """Return whether a name is the domain's or of one part of it: LB, LBCH, LB1, SUPPLBCH."""
    return stem.startswith(domain) and len(stem) <= len(domain) + 2


def _name_query(table: Table, domain: str, file: str) -> dy.DataFrame[Query]:
    """Say so where the file's name is one domain and its rows are another's."""
    name = table.name.upper()
    if name not in SCHEMAS or name == domain:
        return Query.create_empty()
    rule = Rule("file.name", "one domain in name and rows; it was read by its rows", "warning")
    return file_query(rule, f"named {name}, its rows are {domain}", domain=domain, file=file)


def _only_value(frame: pl.DataFrame, column: str) -> str | None:
    if column not in frame.columns or frame[column].dtype != pl.String:
        return None
    values = frame[column].str.strip_chars().str.to_uppercase().drop_nulls().unique()
    kept = values.filter(values != "")
    return kept[0] if kept.len() == 1 else None


def _known_supp(name: str | None) -> str | None:
    return name if name and name.startswith("SUPP") else None


def _no_domain(file: str, table: Table) -> dy.DataFrame[Query]:
    named = _only_value(table.frame, "DOMAIN")
    found = f"domain {named}, which Topline does not use" if named else "no domain known by name"
    expected = f"one of {', '.join(SCHEMAS)}, by a DOMAIN column or the name of the file"
    severity = "note" if named else "warning"
    rule = Rule("file.domain", expected, severity, "file not read")
    return file_query(rule, f"{table.name}: {found}", file=file)


def _fit(table: Table, domain: str, file: str) -> _Part:
    """Type a table, fill DOMAIN, and set aside the rows that name another domain."""
    own = "RDOMAIN" if domain.startswith("SUPP") else "DOMAIN"
    code = domain.removeprefix("SUPP")
    raw = table.frame.with_columns(pl.lit(file).alias(FILE))
    frame, queries = cast_table(raw, domain, _ALL[domain], file)
    asides = [table.aside.with_columns(pl.lit(file).alias(FILE))] if table.aside.height else []
    notes = [
        queries,
        _name_query(table, domain, file),
        table.queries.with_columns(file=pl.lit(file), domain=pl.lit(domain)),
    ]
    frame, blank, note = _blank_rows(frame, domain, file)
    asides.append(blank)
    notes.append(note)
    if domain != "RELREC" and domain in SCHEMAS:
        other = (pl.col(own).str.to_uppercase() != code).fill_null(value=False)
        expected = f"{own} = {code} in every row of this file"
        rule = Rule(f"{domain}.{own}.other", expected, "error", "row set aside", [own])
        strangers = frame.filter(other)
        notes.append(list_rows(strangers, domain, rule))
        asides.append(strangers.with_columns(REASON=pl.lit(rule.name)))
        frame = frame.filter(~other).with_columns(pl.lit(code).alias(own))
    if frame.is_empty() and not any(one.height for one in asides):
        notes.append(_empty_query(domain, file))
    aside = pl.concat(asides, how="diagonal_relaxed") if asides else pl.DataFrame()
    return _Part(file, frame, aside, gather_queries(notes))


def _blank_rows(
    frame: pl.DataFrame, domain: str, file: str
) -> tuple[pl.DataFrame, pl.DataFrame, dy.DataFrame[Query]]:
    """Part off rows without a single value, which spreadsheets leave at the end."""
    own = [name for name in frame.columns if name not in {*HIDDEN, "DOMAIN", "RDOMAIN"}]
    blank = pl.all_horizontal(pl.col(own).is_null())
    rows = frame.filter(blank)
    if rows.is_empty():
        return frame, rows, Query.create_empty()
    rule = Rule(f"{domain}.row.empty", "rows with values", "note", "row set aside")
    query = file_query(rule, f"{rows.height} rows without any value", domain=domain, file=file)
    return frame.filter(~blank), rows.with_columns(REASON=pl.lit(rule.name)), query


def _empty_query(domain: str, file: str) -> dy.DataFrame[Query]:
    expected = "rows, or nothing to do if the trial collected none"
    rule = Rule(f"{domain}.rows", expected, "note")
    return file_query(rule, "a header and no rows", domain=domain, file=file)


def _check(domain: str, parts: Sequence[_Part]) -> Checked:
    schema = _ALL[domain]
    if not parts:
        empty = schema.create_empty().with_columns(
            pl.lit(None, dtype=pl.String).alias(FILE),
            pl.lit(None, dtype=pl.UInt32).alias(ROW),
            pl.lit(None, dtype=pl.UInt32).alias(ID),
        )
        return Checked(empty, empty.clear(), Query.create_empty())
    frame = pl.concat([part.frame for part in parts], how="diagonal_relaxed", rechunk=True)
    frame = frame.with_row_index(ID).with_columns(pl.col(ID).cast(pl.Int64))
    checked = check_domain(frame, domain, schema)
    aside = [part.aside for part in parts if part.aside.height]
    return replace(
        checked,
        aside=pl.concat([checked.aside, *aside], how="diagonal_relaxed"),
        queries=gather_queries(
            [checked.queries, *(part.queries for part in parts), *_twice(domain, parts)]
        ),
    )


def _twice(domain: str, parts: Sequence[_Part]) -> list[dy.DataFrame[Query]]:
    """List pairs of files whose rows are the same."""
    out: list[dy.DataFrame[Query]] = []
    for one, other in combinations(parts, 2):
        a, b = (part.frame.drop(FILE, ROW) for part in (one, other))
        if a.height and a.equals(b):
            found = f"the same {a.height} rows as {one.file}"
            rule = Rule(f"{domain}.file.twice", "each record once; remove one of the files")
            out.append(file_query(rule, found, domain=domain, file=other.file))
    return out


def _in_order(frame: pl.DataFrame, domain: str) -> pl.DataFrame:
    keys = [
        name
        for name in (*TABLE_KEYS.get(domain, _ORDER), f"{domain}SEQ", *_ORDER_WITHIN, FILE, ROW)
        if name in frame.columns
    ]
    return frame.sort(keys, nulls_last=True, maintain_order=True).drop(HIDDEN).rechunk()


def _with_origin(aside: pl.DataFrame) -> pl.DataFrame:
    if "REASON" not in aside.columns:
        aside = aside.with_columns(REASON=pl.lit(None, dtype=pl.String))
    out = aside.sort(FILE, ROW).drop(ID, strict=False).rename({FILE: "FILE", ROW: "ROW"})
    return out.select(pl.exclude("FILE", "ROW", "REASON"), "FILE", "ROW", "REASON")
