"""How numbers are written in a manuscript, and which of them are no results at all.

A number is set apart where its surroundings say that no analysis printed it: references, dates,
doses, versions, thresholds, names with digits (`number_patterns.yaml`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from topline.values import Value

_FILE: Final = Path(__file__).with_suffix(".yaml")
_TAKEN: Final = "\N{REPLACEMENT CHARACTER}"
DASHES: Final = "-\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
NUMBER: Final = re.compile(
    rf"(?<![\w.·])(?P<sign>[{DASHES}](?=\d|\.\d))?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.·]\d+|,\d{1,2}(?![\d,]))?|\.\d+)"
    r"(?!\w*[a-zA-Z]\d)"
)
"""A number in figures: with a point, a raised point or a decimal comma; thousands by commas."""
UNIT: Final = re.compile(
    r"\s*-?(?P<unit>\\?%|percent\b|per\s+cent\b|months?\b|mo\b|years?\b|yrs?\b|weeks?\b|wks?\b|"
    r"days?\b|cycles?\b|hours?\b|mm\b|cm\b|kg\b|[pn]g/m[lL]\b|g/d?[lL]\b|[a-zµμ]mol/[lL]\b|"
    r"ms\b|[x\N{MULTIPLICATION SIGN}]\s?ULN\b|[x\N{MULTIPLICATION SIGN}]\s?LLN\b)"
)
TIMES: Final = frozenset({"months", "years", "weeks", "days", "hours", "cycles"})
_UNITS: Final = {
    "percent": "%", "\\%": "%", "mo": "months", "yr": "years", "yrs": "years", "wk": "weeks",
    "wks": "weeks", "percent ": "%",
}  # fmt: skip
_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS: Final = (
    {word: i for i, word in enumerate(_ONES)}
    | {word: 10 * i for i, word in enumerate(_TENS, start=2)}
    | {
        f"{ten}-{one}": 10 * i + j
        for i, ten in enumerate(_TENS, start=2)
        for j, one in enumerate(_ONES[1:10], start=1)
    }
)
_WORD: Final = re.compile(
    r"\b(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b(?!-)", re.IGNORECASE
)
_ONE_COUNTS: Final = re.compile(
    r"\s+(?:of|patients?|subjects?|participants?|responders?|deaths?|events?|cases?)\b"
)


class Apart(Value):
    """Numbers that are no results, and how they are written."""

    why: str
    pattern: str


class Patterns(Value):
    """The content of `number_patterns.yaml`."""

    parts: dict[str, str]
    """Pieces that patterns name in angles."""
    apart: tuple[Apart, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text whose numbers are no results, and why."""

    start: int
    end: int
    why: str


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    said = Patterns.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    out: list[tuple[str, re.Pattern[str]]] = []
    for each in said.apart:
        pattern = each.pattern
        for name, part in said.parts.items():
            pattern = pattern.replace(f"<{name}>", part)
        out.append((each.why, re.compile(pattern, re.MULTILINE)))
    return tuple(out)


def find_apart(text: str) -> tuple[Stretch, ...]:
    """Return the stretches of a text whose numbers are set apart, in their order.

    Examples
    --------
    >>> [a.why for a in find_apart("In 2021, grade 3 [12] at 40 mg (95% CI, 1 to 2; Fig. 3A)")]
    ['year', 'grade', 'reference', 'dose', 'confidence level', 'section']
    """
    free, found = text, list[Stretch]()
    for why, pattern in _patterns():
        found += [
            Stretch(m.start(), m.end(), why) for m in pattern.finditer(free) if m.end() > m.start()
        ]
        free = pattern.sub(lambda m: _TAKEN * len(m[0]), free)
    return tuple(sorted(found, key=lambda a: a.start))


def plain_unit(unit: str) -> str:
    r"""Return a unit as results have it.

    Examples
    --------
    >>> plain_unit("month"), plain_unit("\\%"), plain_unit("pg/ml")
    ('months', '%', 'pg/mL')
    """
    unit = _UNITS.get(unit, unit).replace("\N{MULTIPLICATION SIGN}", "x").replace(" ", "")
    if unit == "percent":
        return "%"
    return f"{unit}s" if f"{unit}s" in TIMES else unit.replace("/ml", "/mL")


def find_words(text: str) -> Iterator[re.Match[str]]:
    """Find numbers in words; "one" only where it counts somebody or something."""
    for match in _WORD.finditer(text):
        if match[0].lower() != "one" or _ONE_COUNTS.match(text, match.end()):
            yield match


def word_value(word: str) -> int:
    """Return the value of a number in words.

    Examples
    --------
    >>> word_value("Thirty-one"), word_value("five")
    (31, 5)
    """
    return _WORDS[word.lower()]
