"""Claims against the results of a run, and a text's numbers that stand in neither."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from topline.audit.answers import named_results
from topline.audit.beside import Beside, Recomputed, set_beside
from topline.audit.book import Book, Item
from topline.audit.claims import Same
from topline.audit.run_results import RunResults
from topline.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from topline.report.number_matches import NumberMatch
    from topline.report.text_numbers import TextNumber

RESULTS = "results.parquet"
_WORST = {"none": 0, "near": 1, "somewhere": 2, "same": 3}
_SAID = {
    "same": "printed by",
    "somewhere": "a number of the run, though not named so:",
    "near": "near",
    "none": "in no result",
}


@dataclass(frozen=True, slots=True)
class ClaimMatch:
    """A claim, and what the run prints of it."""

    name: str
    verdict: str
    """same, somewhere, near or none: that of the number that fits worst."""
    words: str
    results: tuple[str, ...]
    """Ids of results, the likeliest first."""


@dataclass(frozen=True, slots=True)
class NumberLeft:
    """A number of the text that is in no claim and no result."""

    line: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Against:
    """What a run and a text say of the claims."""

    run: str
    """Name of the run's folder; empty without one."""
    claims: tuple[ClaimMatch, ...]
    text: str
    """Name of the text's file; empty without one."""
    left: tuple[NumberLeft, ...]
    problems: tuple[str, ...] = ()
    """What claims name as their result and the run does not have, with its place."""

    @property
    def fails(self) -> bool:
        """Whether the run prints other numbers, or the text has some that stand nowhere."""
        others = any(match.verdict == "none" for match in self.claims)
        return bool(self.left) or bool(self.problems) or others


def hold_against(book: Book, run: Path | None, text: Path | None) -> Against:
    """Hold claims against a run's results, and a text's numbers against both.

    A claim that names its result is compared with that; others are looked up by their words.

    Parameters
    ----------
    book
        All claims.
    run
        Folder that `topline run` wrote; None holds against none.
    text
        Markdown or plain text of the manuscript; None looks at none.

    Raises
    ------
    UsageError
        The folder holds no results, or the text cannot be read.
    """
    results = _read_results(run) if run is not None else None
    beside = set_beside(book, RunResults(results)) if results is not None else Recomputed((), ())
    matches = tuple(_answered(beside))
    if results is not None:
        matches += tuple(_matches(book, results, {match.name for match in matches}))
    left = tuple(_left(book, _read_text(text), results)) if text is not None else ()
    problems = tuple(map(str, beside.problems))
    return Against(run.name if run else "", matches, text.name if text else "", left, problems)


def _answered(recomputed: Recomputed) -> Iterator[ClaimMatch]:
    """Yield the claims whose results are known by name."""
    for beside in recomputed.claims:
        if beside.agreement != "not computed":
            verdict = "same" if beside.agreement == "agrees" else "none"
            yield ClaimMatch(beside.item.name, verdict, _told(beside), beside.results)
        elif named_results(beside.item) is not None:
            yield ClaimMatch(beside.item.name, "near", _told(beside), beside.results)


def _told(beside: Beside) -> str:
    recomputed = f"recomputed {beside.recomputed}" if beside.recomputed else "not recomputed"
    return ": ".join(filter(None, (recomputed, beside.why)))


def _read_results(run: Path) -> "pl.DataFrame":
    import polars as pl  # no audit without a run needs frames

    path = run / RESULTS
    if not path.is_file():
        msg = f"{run} holds no {RESULTS}; give the folder that `topline run` wrote"
        raise UsageError(msg)
    return pl.read_parquet(path)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read as text ({error}); give Markdown or plain text in UTF-8"
        raise UsageError(msg) from None


def _matches(book: Book, results: "pl.DataFrame", known: set[str]) -> Iterator[ClaimMatch]:
    """Yield what the run prints of each other claim that has a number to look up."""
    from topline.report.number_matches import match_numbers
    from topline.report.text_numbers import find_numbers

    numbers = (item for item in book.items if not isinstance(item.claim, Same))
    asked = [item for item in numbers if item.name not in known]
    sentences = [_sentence(item) for item in asked]
    found = match_numbers(find_numbers("\n".join(sentences)), results)
    by_line: dict[int, list[NumberMatch]] = {}
    for match in found:
        if match.verdict != "apart":
            by_line.setdefault(match.number.line, []).append(match)
    for line, item in enumerate(asked, start=1):
        own = by_line.get(line)
        if own:
            yield _claim_match(item, own)


def _sentence(item: Item) -> str:
    """Write a claim as a line whose words name the result: what it is of, then what is printed."""
    of = (item.quantity or item.where).replace("/", " ")
    return " ".join(f"{of}: {item.printed}".split())


def _claim_match(item: Item, own: "list[NumberMatch]") -> ClaimMatch:
    worst = min(own, key=lambda match: _WORST[match.verdict])
    behind = ", ".join(worst.results[:2])
    said = f"{worst.number.text}: {_SAID[worst.verdict]} {worst.why or behind}".strip()
    return ClaimMatch(item.name, worst.verdict, said, worst.results)


def _left(book: Book, text: str, results: "pl.DataFrame | None") -> Iterator[NumberLeft]:
    """Yield the numbers of a text that no claim holds and no result prints."""
    from topline.report.number_matches import match_numbers
    from topline.report.text_numbers import find_numbers

    claimed = {
        (float(number.value), number.decimals)
        for item in book.items
        for number in item.reading.numbers.values()
        if number is not None
    }
    claimed |= {
        (float(count), 0)
        for item in book.items
        if (count := getattr(item.claim, "count", None)) is not None
    }
    numbers = [number for number in find_numbers(text) if not number.apart]
    printed = {
        match.number.start
        for match in (match_numbers(numbers, results) if results is not None else ())
        if match.verdict in {"same", "somewhere"}
    }
    for number in numbers:
        if number.start not in printed and (number.value, number.decimals) not in claimed:
            yield _number_left(number)


def _number_left(number: "TextNumber") -> NumberLeft:
    return NumberLeft(number.line, number.text, number.sentence)
