"""Placeholders of a manuscript, such as ``{{ PFS.rate[12 months] | 0 }}``, and what fills them.

A placeholder names an analysis and a statistic, and where that is not enough a parameter between
them and, in square brackets, groups (``SITEGR1=LUNG`` or a label), levels and sections. The id of a
result names it too. Without a group it means everyone, without a level the result of no level.
Statistics ending in ``ci`` print both limits. Behind a bar stand decimals (``0``), ``%`` for a sign
behind the number, ``unit``, ``words`` for a small number in words, ``of`` for how many the result
rests on.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import polars as pl

from topline.analyses.formats import rounded
from topline.analyses.results import PATIENT_KINDS
from topline.report.paragraphs.language import spelled, unit_words

PLACEHOLDER: Final = re.compile(r"(?<!\\)\{\{(?P<inside>(?:[^{}\n]|\n(?!\s*\n))*)\}\}")
"""Two braces on either side; a line may break inside. A backslash before them makes them text."""
LOOSE: Final = re.compile(r"(?<!\\)\{\{")
"""Braces that begin a placeholder which does not end."""
_NAME: Final = re.compile(r"(?P<name>[^\[\]]+?)\s*(?:\[(?P<selected>.*)\])?")
_PARTS: Final = re.compile(r'\s*(?:"([^"]*)"|([^,"]+))\s*(?:,|$)')
_WORDS: Final = {"NR": "not reached", "NE": "not estimable"}
_TYPED: Final = str.maketrans(
    {"\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"'}
)
"""Quotation marks as word processors change them."""
_FORMS: Final = "decimals such as 0 or 1, %, unit, words, of"
_SHOWN: Final = 6
_SPELLED_AT_MOST: Final = 99
_COLUMNS: Final = (
    "result_id", "analysis_id", "section", "parameter", "by", "group", "group_label", "level",
    "level_label", "statistic", "value", "unit", "display", "n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """A result, as far as placeholders need it."""

    result_id: str
    analysis_id: str
    section: str
    parameter: str
    by: str
    group: str
    group_label: str
    level: str
    level_label: str
    statistic: str
    value: float | None
    unit: str
    display: str
    n: int | None


@dataclass(frozen=True, slots=True)
class Filling:
    """What a placeholder becomes, or why it becomes nothing."""

    text: str
    results: tuple[str, ...] = ()
    problem: str = ""


class Placeholders:
    """Fills placeholders from the results of a run.

    Parameters
    ----------
    results
        Result rows, as in `results.parquet`; those of single patients fill nothing.
    """

    def __init__(self, results: pl.DataFrame) -> None:
        told = results.filter(~pl.col("kind").is_in(list(PATIENT_KINDS))).select(_COLUMNS)
        self._rows = [_Row(*row) for row in told.iter_rows()]
        self._by_id = {row.result_id: row for row in self._rows}
        self._by_analysis: dict[str, list[_Row]] = {}
        for row in self._rows:
            self._by_analysis.setdefault(row.analysis_id, []).append(row)

    def fill(self, inside: str) -> Filling:
        """Return what stands in place of a placeholder.

        Parameters
        ----------
        inside
            Text between the braces.
        """
        said = " ".join(inside.translate(_TYPED).split())
        name, bar, form = (said, "", "") if said in self._by_id else _divided(said)
        if not name or (bar and not form):
            return Filling("", problem="a name such as ORR.estimate, and a form behind the bar")
        rows, problem = self._found(name)
        if problem:
            return Filling("", problem=problem)
        text, wrong = _formed(rows, form)
        return Filling(text, tuple(row.result_id for row in rows), wrong)

    def _found(self, name: str) -> tuple[list[_Row], str]:
        """Return the result that a placeholder names, or both limits of an interval."""
        if name in self._by_id:
            return [self._by_id[name]], ""
        parsed = _NAME.fullmatch(name)
        if parsed is None:
            return [], "a name such as PFS.rate[12 months]"
        path, selected = parsed["name"].strip(), parsed["selected"] or ""
        head, dot, statistic = path.rpartition(".")
        if not dot or not head or not statistic:
            return [], self._unknown(name)
        if statistic.endswith("ci"):
            stem = statistic.removesuffix("ci")
            ends = [self._one(f"{head}.{stem}{end}", selected) for end in ("lower", "upper")]
            problem = next((p for _, p in ends if p), "")
            return [row for row, _ in ends if row is not None], problem
        row, problem = self._one(path, selected)
        return ([row], "") if row is not None else ([], problem)

    def _one(self, path: str, selected: str) -> tuple[_Row | None, str]:
        head, _, statistic = path.rpartition(".")
        fitting = [
            row
            for row in self._candidates(head)
            if row.statistic == statistic and _selects(selected, row)
        ]
        chosen = _plainest(fitting, selected)
        if len(chosen) == 1:
            return chosen[0], ""
        said = f"{path}[{selected}]" if selected else path
        if not chosen:
            return None, self._unknown(said)
        names = [self._short(row) for row in chosen[:_SHOWN]]
        more = f" and {len(chosen) - _SHOWN} more" if len(chosen) > _SHOWN else ""
        return None, f"{len(chosen)} results fit: {'; '.join(names)}{more}"

    def _candidates(self, head: str) -> list[_Row]:
        """Return the results of an analysis, or of one of its parameters or sections."""
        if head in self._by_analysis:
            return self._by_analysis[head]
        parts = head.split(".")
        for end in range(len(parts) - 1, 0, -1):
            analysis, rest = ".".join(parts[:end]), ".".join(parts[end:])
            rows = self._by_analysis.get(analysis, [])
            found = [row for row in rows if rest in {row.parameter, row.section}]
            if found:
                return found
        return [row for row in self._rows if row.parameter == head]

    def _unknown(self, name: str) -> str:
        """Say that nothing has the name, with the nearest names that there are."""
        head = name.partition(".")[0]
        analyses = get_close_matches(head, list(self._by_analysis), n=3, cutoff=0.5)
        if head in self._by_analysis:
            analyses = [head]
        pool = [self._short(row) for each in analyses for row in self._by_analysis[each][:400]]
        near = get_close_matches(name, list(dict.fromkeys(pool)), n=3, cutoff=0.4)
        hint = f" (did you mean {', '.join(near)}?)" if near else ""
        return f"no result has that name{hint}"

    def _short(self, row: _Row) -> str:
        """Return the shortest name that means only this result."""
        parts = [row.level_label or row.level] if row.level else []
        if row.by:
            parts.insert(0, f"{row.by}={row.group_label or row.group}")
        if any("," in part or '"' in part for part in parts):
            return row.result_id
        selected = ", ".join(parts)
        behind = f"[{selected}]" if selected else ""
        for path in (row.analysis_id, f"{row.analysis_id}.{row.parameter}"):
            name = f"{path}.{row.statistic}"
            rows = [
                r
                for r in self._candidates(path)
                if r.statistic == row.statistic and _selects(selected, r)
            ]
            if _plainest(rows, selected) == [row]:
                return f"{name}{behind}"
        return row.result_id


def _divided(said: str) -> tuple[str, str, str]:
    """Divide a placeholder at its last bar."""
    name, bar, form = said.rpartition("|")
    return (name.strip(), bar, form.strip()) if bar else (said, "", "")


def _selectors(selected: str) -> Iterator[str]:
    for quoted, bare in _PARTS.findall(selected):
        yield (quoted or bare).strip()


def _selects(selected: str, row: _Row) -> bool:
    """Whether the words in brackets fit a result; as a whole or one by one."""
    if not selected or _means(selected.strip(), row):
        return True
    return all(_means(each, row) for each in _selectors(selected))


def _means(selector: str, row: _Row) -> bool:
    """Whether one selector fits: a group, a level or a section, by its code or its label."""
    key, equals, value = selector.partition("=")
    if equals and key.strip() and row.by.lower().startswith(key.strip().lower()):
        return _same(value, row.group, row.group_label)
    names = [row.level, row.level_label, row.section]
    if row.by:
        names += [row.group, row.group_label]
    return _same(selector, *names)


def _same(said: str, *names: str) -> bool:
    """Whether a word is one of some names, in capitals or not, with spaces or not."""
    return _bare(said) in {_bare(name) for name in names if name}


def _bare(text: str) -> str:
    """Return a name without what may be typed in more than one way.

    Examples
    --------
    >>> _bare("Grade \N{GREATER-THAN OR EQUAL TO} 3")
    'grade>=3'
    """
    return "".join(text.lower().split()).replace("\N{GREATER-THAN OR EQUAL TO}", ">=")


def _plainest(rows: Sequence[_Row], selected: str) -> list[_Row]:
    """Leave out groups, levels and sections that nobody asked for, where something is left."""
    said = [each for each in [selected.strip(), *_selectors(selected)] if each]
    kept = list(rows)
    for name, label in (("group", "group_label"), ("level", "level_label"), ("section", "section")):
        plain = [row for row in kept if not _asked(row, name, label, said)]
        asked = [row for row in kept if _asked(row, name, label, said)]
        unasked = [row for row in plain if not getattr(row, name)]
        kept = asked or unasked or kept
    return kept


def _asked(row: _Row, name: str, label: str, said: Sequence[str]) -> bool:
    names = (str(getattr(row, name)), str(getattr(row, label)))
    return any(_same(each, *names) or _same(each.partition("=")[2], *names) for each in said)


def _formed(rows: Sequence[_Row], form: str) -> tuple[str, str]:
    """Return results in the form asked for, or what is wrong with the form."""
    options = form.split()
    known = [o for o in options if o.isdigit() or o in {"%", "unit", "words", "of"}]
    if known != options or sum(o.isdigit() for o in options) > 1:
        return "", f"a form: {_FORMS}; not {form}"
    decimals = next((int(o) for o in options if o.isdigit()), None)
    said: list[str] = []
    for row in rows:
        if "of" in options:
            said.append("not known" if row.n is None else str(row.n))
            continue
        text = _number(row, decimals)
        if row.value is None:
            said.append(text)
            continue
        if "words" in options:
            if not float(row.value).is_integer() or not 0 <= row.value <= _SPELLED_AT_MOST:
                return "", f"words only for whole numbers to {_SPELLED_AT_MOST}; it is {text}"
            text = spelled(int(row.value))
        said.append(text + _unit(row, options, text))
    return " to ".join(said), ""


def _number(row: _Row, decimals: int | None) -> str:
    """Print a result as it is displayed, or with so many decimals."""
    if row.value is None:
        return _WORDS.get(row.display, row.display)
    if decimals is None:
        return row.display
    if row.statistic.startswith("p_") and abs(row.value) < 0.5 * 10.0**-decimals:
        return f"<{rounded(10.0**-decimals, decimals)}"
    return rounded(row.value, decimals)


def _unit(row: _Row, options: Sequence[str], text: str) -> str:
    if "%" in options:
        return "%"
    if "unit" not in options or not row.unit:
        return ""
    return "%" if row.unit == "%" else f" {unit_words(row.unit, text)}"
