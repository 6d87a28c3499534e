"""Weave the numbers of a run into a manuscript, and hold its other numbers against the results.

Nothing is written where a placeholder cannot be filled: all are listed, each with its place.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from topline.errors import DataError, UsageError
from topline.report.number_matches import NumberMatch, match_numbers
from topline.report.paragraphs.write import markdown
from topline.report.placeholders import LOOSE, PLACEHOLDER, Filling, Placeholders
from topline.report.run_tables import RunTable, find_picture, list_displays, read_table
from topline.report.text_numbers import find_numbers
from topline.report.word_file import BODY, Change, WordFile, WordParagraph
from topline.report.word_parts import add_picture, table_xml

_INSERTED: Final = re.compile(r"\s*(table|figure)\s*:\s*(.+?)\s*", re.IGNORECASE)
_NEEDED: Final = frozenset(
    {
        "result_id", "analysis_id", "kind", "section", "parameter", "parameter_label", "by",
        "group", "group_label", "level", "level_label", "statistic", "value", "unit", "display",
        "n",
    }
)  # fmt: skip
_TEXTS: Final = frozenset({".md", ".markdown", ".txt"})


@dataclass(frozen=True, slots=True)
class Filled:
    """A placeholder that was filled."""

    where: str
    placeholder: str
    text: str
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A placeholder that cannot be filled, and why."""

    where: str
    placeholder: str
    why: str

    def __str__(self) -> str:
        """One sentence on one line."""
        return f"{self.where}: {{{{ {self.placeholder} }}}}: {self.why}"


@dataclass(frozen=True, slots=True)
class PlacedMatch:
    """A number that has no placeholder, where it stands, and what prints it."""

    where: str
    match: NumberMatch


@dataclass(frozen=True, slots=True)
class Woven:
    """A manuscript woven with a run."""

    filled: tuple[Filled, ...]
    problems: tuple[Problem, ...]
    numbers: tuple[PlacedMatch, ...]
    content: bytes
    """The manuscript filled; what could not be filled stands as it was."""


def read_results(run: Path) -> pl.DataFrame:
    """Read the result rows of a run.

    Raises
    ------
    UsageError
        The folder holds none.
    """
    path = run / "results.parquet"
    if not path.is_file():
        msg = f"{run}: holds no results.parquet; give the folder that `topline run` wrote"
        raise UsageError(msg)
    try:
        rows = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{path} cannot be read ({error}); run the analysis again"
        raise UsageError(msg) from error
    missing = sorted(_NEEDED - set(rows.columns))
    if missing:
        msg = f"{path}: found no column {', '.join(missing)}; run the analysis again"
        raise UsageError(msg)
    return rows


def weave(manuscript: Path, run: Path, out: Path) -> Woven:
    """Fill the placeholders of a manuscript and write it; whole, or not at all.

    Parameters
    ----------
    manuscript
        Markdown, plain text or Word (.docx).
    run
        Folder that `topline run` wrote.
    out
        File to write, of the same kind; never the manuscript itself.

    Raises
    ------
    UsageError
        A file or a folder is not what is needed.
    DataError
        Placeholders cannot be filled; the message has a line for each, and nothing is written.
    """
    woven = weave_manuscript(manuscript, run, out)
    if woven.problems:
        count = len(woven.problems)
        head = f"{manuscript.name} has {count} placeholder{'s' if count > 1 else ''} to mend; "
        lines = [f"{head}nothing was written:", *(f"  {each}" for each in woven.problems)]
        raise DataError("\n".join(lines))
    write_woven(woven, out)
    return woven


def write_woven(woven: Woven, out: Path) -> None:
    """Write a woven manuscript; an earlier file there is replaced at once, or stays."""
    draft = out.with_name(f".{out.name}-{os.getpid()}")
    try:
        draft.write_bytes(woven.content)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def weave_manuscript(manuscript: Path, run: Path, out: Path) -> Woven:
    """Fill the placeholders of a manuscript without writing it; see `weave`.

    Parameters
    ----------
    manuscript
        Markdown, plain text or Word.
    run
        Folder that `topline run` wrote.
    out
        Where the result will stand, to which links to figures are relative.

    Raises
    ------
    UsageError
        A file or a folder is not what is needed.
    """
    if out.resolve() == manuscript.resolve():
        msg = f"{out} is the manuscript itself; give another file with --out"
        raise UsageError(msg)
    if out.suffix.lower() != manuscript.suffix.lower():
        msg = f"{out}: expected a {manuscript.suffix} file, as the manuscript is one"
        raise UsageError(msg)
    if not manuscript.is_file():
        msg = f"{manuscript}: found no such file; expected a manuscript (.md or .docx)"
        raise UsageError(msg)
    results = read_results(run)
    weaving = _Weaving(run, out, Placeholders(results))
    suffix = manuscript.suffix.lower()
    if suffix == ".docx":
        content, lines = weaving.word(WordFile(manuscript))
    elif suffix in _TEXTS:
        content, lines = weaving.text(_read_text(manuscript))
    else:
        msg = f"{manuscript}: found {suffix or 'no ending'}; expected .md, .txt or .docx"
        raise UsageError(msg)
    return Woven(
        tuple(weaving.filled), tuple(weaving.problems), tuple(_numbers(lines, results)), content
    )


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8"
        raise UsageError(msg) from error


def _numbers(lines: Sequence[tuple[str, str]], results: pl.DataFrame) -> Iterator[PlacedMatch]:
    """Match the numbers of lines, each with its place."""
    text = "\n".join(line.replace("\n", " ") for _, line in lines)
    for match in match_numbers(find_numbers(text), results):
        yield PlacedMatch(lines[match.number.line - 1][0], match)


class _Weaving:
    """Fills one manuscript, and keeps what it did."""

    def __init__(self, run: Path, out: Path, placeholders: Placeholders) -> None:
        self._run, self._out, self._placeholders = run, out, placeholders
        self.filled: list[Filled] = []
        self.problems: list[Problem] = []

    def text(self, text: str) -> tuple[bytes, list[tuple[str, str]]]:
        """Fill a text, and return it with its lines and their places."""
        out, done = "", 0
        for match in PLACEHOLDER.finditer(text):
            where = f"line {text.count(chr(10), 0, match.start()) + 1}"
            alone = _alone(text, match.start(), match.end())
            found = self._filling(where, match["inside"], self._markdown if alone else None)
            out += _meant(text[done : match.start()])
            out += match[0] if found.problem else found.text
            done = match.end()
        out += _meant(text[done:])
        for loose in LOOSE.finditer(PLACEHOLDER.sub(lambda m: " " * len(m[0]), text)):
            line = text.count("\n", 0, loose.start()) + 1
            self._refuse(
                f"line {line}", text[loose.end() :][:20].strip(), "found no }} that ends it"
            )
        known = _without_digits(text)
        lines = [(f"line {i}", line) for i, line in enumerate(known.split("\n"), start=1)]
        return out.encode(), lines

    def word(self, file: WordFile) -> tuple[bytes, list[tuple[str, str]]]:
        """Fill a Word file, and return it with its lines and their places."""
        lines: dict[tuple[object, ...], tuple[str, list[str]]] = {}
        for i, paragraph in enumerate(file.paragraphs()):
            self._paragraph(file, paragraph)
            if not paragraph.again:
                own = (paragraph.part, *paragraph.row) if paragraph.row[0] else (paragraph.part, i)
                lines.setdefault(own, (paragraph.where, []))[1].append(
                    _without_digits(paragraph.text)
                )
        told = [(where, "\t".join(texts)) for where, texts in lines.values()]
        return file.content(), told

    def _paragraph(self, file: WordFile, paragraph: WordParagraph) -> None:
        text, changes = paragraph.text, list[Change]()
        for match in PLACEHOLDER.finditer(text):
            alone = text.strip() == match[0].strip() and not paragraph.nested
            into = alone and paragraph.part == BODY
            insert = partial(self._word, file, paragraph) if into else None
            found = self._filling(paragraph.where, match["inside"], insert)
            if not found.problem:
                changes.append(Change(match.start(), match.end(), found.text))
        for loose in LOOSE.finditer(PLACEHOLDER.sub(lambda m: " " * len(m[0]), text)):
            why = "found no }} that ends it in this paragraph"
            self._refuse(paragraph.where, text[loose.end() :][:20].strip(), why)
        if changes:
            file.replace(paragraph, changes)

    def _filling(
        self, where: str, inside: str, insert: Callable[[str, str], Filling] | None
    ) -> Filling:
        """Fill one placeholder, and keep what came of it."""
        inserted = _INSERTED.fullmatch(inside)
        if inserted is None:
            found = self._placeholders.fill(inside)
        elif insert is None:
            found = Filling("", problem=f"a {inserted[1].lower()} needs a paragraph of its own")
        else:
            found = insert(inserted[1].lower(), inserted[2])
        said = " ".join(inside.split())
        if found.problem:
            self._refuse(where, said, found.problem)
        else:
            self.filled.append(Filled(where, said, found.text, found.results))
        return found

    def _refuse(self, where: str, placeholder: str, why: str) -> None:
        self.problems.append(Problem(where, " ".join(placeholder.split()), why))

    def _markdown(self, kind: str, number: str) -> Filling:
        """Return a table or a figure of the run as Markdown."""
        if kind == "table":
            table = read_table(self._run, number)
            return Filling(_markdown_table(table)) if table else self._none(kind, number)
        path = find_picture(self._run, number, word=False)
        if path is None:
            return self._none(kind, number)
        link = os.path.relpath(path.resolve(), self._out.resolve().parent)
        return Filling(f"![{markdown(number)}](<{Path(link).as_posix()}>)")

    def _word(self, file: WordFile, paragraph: WordParagraph, kind: str, number: str) -> Filling:
        """Put a table or a figure of the run into a Word file."""
        if kind == "table":
            table = read_table(self._run, number)
            if table is None:
                return self._none(kind, number)
            file.insert_before(paragraph, table_xml(table, file.namespace))
            return Filling("")
        path = find_picture(self._run, number, word=True)
        if path is None:
            missing = self._none(kind, number)
            drawn = find_picture(self._run, number, word=False)
            hint = "the run has it as SVG only; run again with --formats png"
            return Filling("", problem=hint) if drawn else missing
        file.insert_before(paragraph, add_picture(file, path, number))
        return Filling("")

    def _none(self, kind: str, number: str) -> Filling:
        known = ", ".join(list_displays(self._run, kind)[:12]) or "none"
        why = f"found no {kind} {number} in the run; it has {known}"
        return Filling("", problem=why)


def _without_digits(text: str) -> str:
    """Return a text whose placeholders hold no numbers; their words still say what it is about."""
    return PLACEHOLDER.sub(lambda found: re.sub(r"\d", " ", found[0]), text)


def _meant(text: str) -> str:
    """Take the backslash away that makes braces text."""
    return text.replace("\\{{", "{{")


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a placeholder is all that stands on its line."""
    before = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    return not (text[before:start] + text[end : after if after >= 0 else None]).strip()


def _markdown_table(table: RunTable) -> str:
    lines = [f"**{markdown(table.title)}**", "", _line(table.heads)]
    lines += ["|" + " --- |" * len(table.heads), *(_line(row) for row in table.rows)]
    notes = [line for note in table.notes for line in ("", markdown(note))]
    return "\n".join([*lines, *notes])


def _line(cells: Sequence[str]) -> str:
    indented = ("&emsp;" * ((len(c) - len(c.lstrip(" "))) // 3) + markdown(c) for c in cells)
    return "| " + " | ".join(indented) + " |"
