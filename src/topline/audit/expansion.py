"""A printed table as claims: each cell, each p-value, each sum, each size in a head."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from topline.audit.book import Item, Variable
from topline.audit.claim_text import READERS
from topline.audit.claims import (
    AnyClaim,
    ClaimsFile,
    Column,
    Mean,
    Number,
    Percent,
    PrintedTable,
    PValue,
    Range,
    Sum,
)
from topline.audit.quantities import Place
from topline.audit.table_results import cell_result, difference, p_result, rule_faults
from topline.audit.table_rows import TableRow, read_rows
from topline.protocol.problems import Problem, listed, nearest, shown

_N_IN_HEAD = re.compile(r"\bn\s*=\s*(\d+)", re.IGNORECASE)
_BLANK = {"", "-", "\u2013", "\u2014"}
_STATISTICS = ("median", "mean", "range")
Has = Literal["one", "at most one", "several"]


@dataclass
class Expansion:
    """What the tables of a file say."""

    items: list[Item] = field(default_factory=list[Item])
    variables: dict[str, Variable] = field(default_factory=dict[str, Variable])
    problems: list[Problem] = field(default_factory=list[Problem])


def expand_tables(file: ClaimsFile, path: Path, lines: dict[str, int]) -> Expansion:
    """Work out the claims of every table.

    Parameters
    ----------
    file
        The claims file.
    path
        Where it is; tables' own files are named relative to it.
    lines
        Line of each table's entry.
    """
    expansion = Expansion()
    for name, spec in file.tables.items():
        rows, problems = read_rows(spec, name, path, lines[name])
        expansion.problems += problems
        for fault in rule_faults(spec, rows, file.groups):
            loc = ("tables", name, *fault.loc)
            problem = Problem(path, lines[name], loc, fault.found, fault.expected, fault.suggestion)
            expansion.problems.append(problem)
        _OneTable(file, name, spec, path.parent / spec.file if spec.file else path, expansion).add(
            rows, lines[name]
        )
    return expansion


@dataclass
class _OneTable:
    file: ClaimsFile
    name: str
    spec: PrintedTable
    path: Path
    into: Expansion

    def add(self, rows: list[TableRow], line: int) -> None:
        """Add the claims of the rows, variable by variable."""
        self._sizes(line)
        for variable in dict.fromkeys(row.variable for row in rows):
            block = [row for row in rows if row.variable == variable]
            self._declare(variable, block)
            for row in block:
                self._cells(row)
            self._sums(variable, block)
            self._p_values(variable, block)

    def _sizes(self, line: int) -> None:
        """Claim the sizes of groups that stand in the heads."""
        for head, column in self.spec.columns.items():
            found = _N_IN_HEAD.search(head)
            if found and column.group and column.group in self.file.groups:
                claim = Number(
                    kind="count", where=self.spec.where, printed=found[0], quantity=column.group
                )
                self._item(f"{self.name}/{column.group}", claim, line)

    def _declare(self, variable: str, block: list[TableRow]) -> None:
        """Note the variable's levels."""
        spec = self.spec
        has: Has = "several" if variable in spec.several else spec.levels
        has = "at most one" if variable in spec.at_most_one else has
        in_rows = [row.level for row in block if not _is_statistic(row.level)]
        in_heads = [c.level for c in spec.columns.values() if c.level]
        levels = [each for each in dict.fromkeys(in_heads or in_rows) if each]
        has = has if levels else "several"
        known = self.into.variables.get(variable)
        total = spec.total or ""
        if known is not None:
            levels = list(dict.fromkeys([*known.levels, *levels]))
            has = known.has if known.has != has and has == "one" else has
            total = total or known.total
        if any(not _is_statistic(row.level) for row in block):
            self.into.variables[variable] = Variable(
                variable, tuple(each for each in levels if each != total), has, total
            )

    def _place(self, row: TableRow, column: Column) -> Place | None:
        """Say whose cell it is; None, and a problem, where nobody can know."""
        group = column.group or row.group or self.spec.of
        if group in self.file.groups:
            return Place(group, row.variable, column.level or row.level)
        known = self.file.groups
        found = f"the group {group}" if group else "a cell of no group"
        expected = f"one of {listed(known)}, as group of the column, the row or the table (of)"
        hint = nearest(group, known) if group else None
        loc = (self.name, row.variable)
        if not any(p.loc == loc and p.line == row.line for p in self.into.problems):
            self.into.problems.append(Problem(self.path, row.line, loc, found, expected, hint))
        return None

    def _cells(self, row: TableRow) -> None:
        for head, text in self._counts(row):
            place = self._place(row, self.spec.columns[head])
            if place is None:
                continue
            claim = self._claim(place, text)
            names = READERS[claim.kind](text).numbers.keys() if claim else set[str]()
            if claim is None or not {"estimate", "count", "lower"} & names:
                expected = "a count, a count with its percentage, a median, a mean or a range"
                loc = (self.name, row.variable, row.level or head)
                self.into.problems.append(Problem(self.path, row.line, loc, shown(text), expected))
                continue
            self._item(self._named(place), self._answered(claim, place), row.line)

    def _answered(self, claim: AnyClaim, place: Place) -> AnyClaim:
        """Say which result of a run answers a cell."""
        rules = self.spec.results
        if rules is None:
            return claim
        level = "" if _is_statistic(place.level) else place.level
        result = cell_result(rules, place.variable, level, place.group)
        why = difference(rules, place.variable, place.level, place.group)
        return claim.model_copy(update={"result": result, "differs": why})

    def _counts(self, row: TableRow) -> Iterator[tuple[str, str]]:
        """Yield head and text of each cell with numbers, its percentage put behind it."""
        heads = list(self.spec.columns)
        for head, following in zip(heads, [*heads[1:], ""], strict=True):
            text = row.cells[head]
            if self.spec.columns[head].holds != "cells" or text in _BLANK:
                continue
            after = self.spec.columns.get(following)
            share = row.cells[following] if after and after.holds == "percentages" else ""
            if share not in _BLANK:
                text = f"{text} ({share.removesuffix('%').strip()}%)"
            yield head, text

    def _claim(self, place: Place, text: str) -> AnyClaim | None:
        where = f"{self.spec.where}, {place.variable}" + (f": {place.level}" if place.level else "")
        where += f" ({place.group})"
        level = place.level.lower()
        if level.startswith("mean"):
            return Mean(kind="mean", where=where, printed=text, of=place.group)
        if _is_statistic(level):
            quantity = f"{place.group}/{place.variable}"
            whole = place.variable in self.spec.whole
            return Range(
                kind="range", where=where, printed=text, of=place.group, whole=whole,
                quantity=quantity,
            )  # fmt: skip
        if re.fullmatch(r"\d+", text):
            return Number(kind="count", where=where, printed=text, quantity=str(place))
        return Percent(
            kind="percent", where=where, printed=text, of=place.group, quantity=str(place)
        )

    def _sums(self, variable: str, block: list[TableRow]) -> None:
        """Claim that levels add up to the group, or to the total where one is printed."""
        known = self.into.variables.get(variable)
        if known is None or known.has == "several":
            return
        cells = self._printed_cells(block)
        for group in dict.fromkeys(place.group for place in cells):
            parts = [str(p) for p in cells if p.group == group and p.level in known.levels]
            total = Place(group, variable, known.total)
            if known.total and total in cells:
                printed = cells[total]
            elif known.has == "one" and len(parts) > 1:
                printed = f"n = {self.file.groups[group].n}"
            else:
                continue
            where = f"{self.spec.where}, {variable} ({group}): sum"
            quantity = str(total) if known.total else group
            claim = Sum(
                kind="sum", where=where, printed=printed, parts=tuple(parts), quantity=quantity
            )
            self._item(f"{self.name}/{variable}/{group}/sum", claim, block[0].line)

    def _printed_cells(self, block: list[TableRow]) -> dict[Place, str]:
        cells: dict[Place, str] = {}
        for row in block:
            for head, text in self._counts(row):
                column = self.spec.columns[head]
                group = column.group or row.group or self.spec.of
                if group in self.file.groups and not _is_statistic(row.level):
                    cells[Place(group, row.variable, column.level or row.level)] = text
        return cells

    def _p_values(self, variable: str, block: list[TableRow]) -> None:
        heads = [head for head, c in self.spec.columns.items() if c.holds == "p-values"]
        for row in block:
            for head in heads:
                if row.cells[head] in _BLANK:
                    continue
                claim = self._p_value(variable, block, row.cells[head])
                if self.spec.results is not None:
                    result = p_result(self.spec.results, variable)
                    why = difference(self.spec.results, variable, "p")
                    claim = claim.model_copy(update={"result": result, "differs": why})
                level = f"/{row.level}" if row is not block[0] else ""
                self._item(f"{self.name}/{variable}{level}/p", claim, row.line)

    def _p_value(self, variable: str, block: list[TableRow], text: str) -> PValue:
        where = f"{self.spec.where}, {variable}: p"
        known = self.into.variables.get(variable)
        cells = self._printed_cells(block)
        groups = [g for g in dict.fromkeys(p.group for p in cells) if g]
        levels = list(dict.fromkeys(p.level for p in cells))
        counts = [[_count(cells.get(Place(g, variable, v))) for v in levels] for g in groups]
        table = tuple(tuple(c for c in line if c is not None) for line in counts)
        complete = all(len(line) == len(levels) > 0 for line in table) and len(table) > 1
        sizes = tuple(self.file.groups[g].n for g in groups)
        several = bool(known and (known.has == "several" or len(levels) == 1))
        if not complete or (len(levels) < 2 and not several):
            needs = f"{variable} of each patient with the groups compared"
            return PValue(kind="p-value", where=where, printed=text, needs=needs)
        if len(levels) == 1:
            table = tuple((line[0], n - line[0]) for line, n in zip(table, sizes, strict=True))
            levels, several = [levels[0] or variable, "other"], False
        return PValue(
            kind="p-value", where=where, printed=text, table=table,
            columns=tuple(levels), several=several, sizes=sizes if several else (),
        )  # fmt: skip

    def _named(self, place: Place) -> str:
        parts = (self.name, place.variable, place.level, place.group)
        return "/".join(part for part in parts if part)

    def _item(self, name: str, claim: AnyClaim, line: int) -> None:
        reading = READERS[claim.kind](claim.printed if claim.kind != "same" else "")
        if any(item.name == name for item in self.into.items):
            found, expected = f"{name} a second time", "each variable with its level once"
            self.into.problems.append(Problem(self.path, line, (self.name,), found, expected))
            return
        self.into.items.append(Item(name, claim, reading, line))


def _is_statistic(level: str) -> bool:
    return level.lower().startswith(_STATISTICS)


def _count(text: str | None) -> int | None:
    found = re.match(r"\s*(\d+)", text or "")
    return int(found[1]) if found else None
