"""Which results of a run answer the cells of a printed table."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from topline.audit.claims import PrintedTable, TableResults
from topline.audit.faults import Fault
from topline.audit.table_rows import TableRow
from topline.protocol.problems import listed, nearest

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_CELLS: Final = ("variable", "level", "group")


def cell_result(rules: TableResults, variable: str, level: str, group: str) -> str | None:
    """Return the id, or its beginning, that answers a cell; None where no rule says it.

    Parameters
    ----------
    rules
        Of the table.
    variable, level
        As printed; the level is empty for yes or no, and for medians, means and ranges.
    group
        A group of the file.

    Examples
    --------
    >>> rules = TableResults(cells="B.{variable}.{level}", rows={"Sex": "SEX"})
    >>> cell_result(rules, "Sex", "Male", "all"), cell_result(rules, "Sex", "", "all")
    ('B.SEX.Male', 'B.SEX')
    """
    if rules.cells is None:
        return None
    own, its_level = _row(rules, variable, level)
    text = rules.cells if its_level else rules.cells.replace(".{level}", "")
    words = {"variable": own, "level": its_level, "group": rules.groups.get(group, group)}
    return _filled(text, words)


def p_result(rules: TableResults, variable: str) -> str | None:
    """Return the id, or its beginning, that answers a variable's p-value.

    None where no rule says it, and where each level of the printed variable is one of its own.
    """
    levels = (value for key, value in rules.rows.items() if key.startswith(f"{variable}/"))
    apart = variable not in rules.rows and any(isinstance(value, tuple) for value in levels)
    if rules.p is None or apart:
        return None
    return _filled(rules.p, {"variable": _row(rules, variable, "")[0]})


def difference(rules: TableResults | None, *parts: str) -> str | None:
    """Return what the file says of a difference; the narrowest place that it names counts.

    Parameters
    ----------
    rules
        Of the table.
    parts
        Variable, then level and group, or p.
    """
    if rules is None:
        return None
    named = [part for part in parts if part]
    keys = ("/".join(named[:n]) for n in range(len(named), 0, -1))
    return next((rules.differs[key] for key in keys if key in rules.differs), None)


def rule_faults(
    spec: PrintedTable, rows: Sequence[TableRow], groups: Iterable[str]
) -> Iterator[Fault]:
    """Yield what is wrong with a table's rules: places, rows and groups that are not there."""
    rules = spec.results
    if rules is None:
        return
    for name, text, known in (("cells", rules.cells, _CELLS), ("p", rules.p, ("variable",))):
        for place in _PLACE.findall(text or ""):
            if place not in known:
                expected = f"one of {listed(f'{{{each}}}' for each in known)}"
                yield Fault(("results", name), f"{{{place}}}", expected)
    for key in rules.groups:
        if key not in groups:
            hint = nearest(key, groups)
            yield Fault(("results", "groups", key), key, "a group of the file", hint)
    printed = _printed(spec, rows)
    for part, keys in (("rows", rules.rows), ("levels", rules.levels), ("differs", rules.differs)):
        there = printed[part]
        for key in keys:
            if there and key not in there:
                hint = nearest(key, there)
                expected = "a variable, level or cell as the table prints it"
                yield Fault(("results", part, key), key, expected, hint)


def _row(rules: TableResults, variable: str, level: str) -> tuple[str, str]:
    """Return the run's variable and level of a printed row."""
    row = rules.rows.get(variable, variable)
    cell = rules.rows.get(f"{variable}/{level}") if level else None
    own, its_level = (row, "") if isinstance(row, str) else row
    if isinstance(cell, str):
        return own, cell
    if cell is not None:
        return cell
    return own, rules.levels.get(level, level) or its_level


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: words.get(place[1], place[0]), text)


def _printed(spec: PrintedTable, rows: Sequence[TableRow]) -> dict[str, set[str]]:
    """Return the variables, levels and cells of a table as its rules can name them."""
    heads = {column.level for column in spec.columns.values() if column.level}
    groups = {column.group for column in spec.columns.values() if column.group}
    groups |= {row.group for row in rows if row.group} | ({spec.of} if spec.of else set())
    variables = {row.variable for row in rows}
    levels = {row.level for row in rows if row.level} | heads
    cells = {f"{row.variable}/{row.level}" for row in rows if row.level}
    cells |= {f"{variable}/{level}" for variable in variables for level in heads}
    narrow = {f"{cell}/{group}" for cell in (*cells, *variables) for group in groups}
    p_values = {f"{variable}/p" for variable in variables}
    return {
        "rows": variables | cells,
        "levels": levels,
        "differs": variables | cells | narrow | p_values,
    }
