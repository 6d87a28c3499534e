"""The numbers of a manuscript: as written, with unit, and the part that each plays.

`number_matches` says which results print them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from topline.report.number_patterns import (
    DASHES,
    NUMBER,
    UNIT,
    find_apart,
    find_words,
    plain_unit,
    word_value,
)

Role = Literal["number", "lower", "upper", "p value", "count", "size", "error"]
"""number: an estimate, a percentage, or anything else; size: what a count is of."""
_P: Final = re.compile(
    r"(?<![A-Za-z])[Pp]\W?\s*(?:-?\s*values?)?\s*(?:was|of|is)?\s*(=|<|>|≤|≥|<=|>=)?\s*\$?\s*$"
)
_N: Final = re.compile(r"(?<![A-Za-z])[nN]\s*=\s*$")
_ERROR: Final = re.compile(r"(?:±|\+/-|\\pm|\bSE[ ,=:]*|\bSD[ ,=:]*)\s*\$?\s*$")
_BETWEEN: Final = re.compile(rf"\s*(?:[{DASHES}]|to|and|,|;)\s*")
_RANGE: Final = re.compile(rf"\s*(?:[{DASHES}]|to)\s*")
_SHARE: Final = re.compile(r"\s*(?:/|of|out of)\s*(?:the\s+|all\s+)?")
_INTERVAL: Final = re.compile(
    r"(?:CI|[Cc]onfidence interval|[Ii]nterquartile range|IQR|[Rr]ange)[^.;()]{0,12}$"
)
_SENTENCE_END: Final = re.compile(r"(?<=[a-z\])%\d])\.\s+(?=[A-Z\[(])|\n")
_PEOPLE: Final = re.compile(r"\s+(?:\w+\s+){0,2}(?:patients?|subjects?|participants?|deaths?)\b")
_OPEN_END: Final = re.compile(
    rf"\s*(?:[{DASHES}]|to|,)\s*(?:[Nn]ot\s+(?:reached|estimable|evaluable)|N[RE]\b)"
)
_FLAT: Final = str.maketrans({"\n": " ", "\r": " ", "\t": "|"})
_LOOKED_BACK: Final = 40
_HEADING_AT_MOST: Final = 80


@dataclass(frozen=True, slots=True)
class TextNumber:
    """A number as a text has it."""

    text: str
    value: float
    decimals: int
    unit: str
    """%, months, pg/mL ...; empty where the text says none."""
    role: Role
    start: int
    end: int
    relation: str = ""
    """<, > and the like before a P value; empty for equal."""
    line: int = 0
    """From 1."""
    sentence: str = ""
    at: int = 0
    """Where in the sentence."""
    apart: str = ""
    """Why it is no result, such as year or dose; empty for numbers to be matched."""


def find_numbers(text: str) -> tuple[TextNumber, ...]:
    """Find the numbers of a text, in figures and in words, in their order.

    Parameters
    ----------
    text
        Plain text or Markdown; lines are paragraphs.

    Returns
    -------
    tuple of TextNumber
        Those that are no results carry why in `apart`.

    Examples
    --------
    >>> found = find_numbers("Five patients (15%; 95% CI, 5-31%) responded in 2021.")
    >>> [(n.text, n.unit, n.role) for n in found if not n.apart]
    [('Five', '', 'count'), ('15', '%', 'number'), ('5', '%', 'lower'), ('31', '%', 'upper')]
    >>> [(n.text, n.apart) for n in found if n.apart]
    [('95', 'confidence level'), ('2021', 'year')]
    """
    raw = sorted([*_figures(text), *_words(text)], key=lambda n: n.start)
    kept = [n for i, n in enumerate(raw) if not i or n.start >= raw[i - 1].end]
    return tuple(_placed(text, _with_roles(text, _set_apart(text, kept))))


def _figures(text: str) -> Iterator[TextNumber]:
    for match in NUMBER.finditer(text):
        plain = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", match["digits"])
        plain = plain.replace("·", ".").replace(",", ".")
        negative = bool(match["sign"]) and _is_sign(text, match.start())
        start = match.start() if negative else match.start("digits")
        yield TextNumber(
            text[start : match.end()],
            -float(plain) if negative else float(plain),
            len(plain.partition(".")[2]),
            _unit(text, match.end()),
            "number",
            start,
            match.end(),
        )


def _is_sign(text: str, start: int) -> bool:
    """Whether a dash is the sign of the number behind it, and not between two numbers."""
    touching = text[max(0, start - _LOOKED_BACK) : start]
    before = touching.rstrip()[-1:]
    if before.isalpha() and before != touching[-1:]:
        return True
    return not (before.isalnum() or (before and before in f"%.){DASHES}"))


def _unit(text: str, end: int) -> str:
    found = UNIT.match(text, end)
    return plain_unit(found["unit"]) if found else ""


def _words(text: str) -> Iterator[TextNumber]:
    for match in find_words(text):
        value, unit = float(word_value(match[0])), _unit(text, match.end())
        yield TextNumber(match[0], value, 0, unit, "count", match.start(), match.end())


def _set_apart(text: str, numbers: Sequence[TextNumber]) -> list[TextNumber]:
    stretches = find_apart(text)
    out: list[TextNumber] = []
    i = 0
    for number in numbers:
        while i < len(stretches) and stretches[i].end <= number.start:
            i += 1
        inside = i < len(stretches) and stretches[i].start < number.end
        out.append(replace(number, apart=stretches[i].why) if inside else number)
    return out


def _with_roles(text: str, numbers: list[TextNumber]) -> list[TextNumber]:
    """Say which part each number plays, from what stands before it and between it and the next."""
    told: list[TextNumber] = []
    for i, number in enumerate(numbers):
        after = numbers[i + 1] if i + 1 < len(numbers) else None
        if number.apart:
            told.append(number)
            continue
        said = (
            _said(text, told, number)
            or _after(text, told, number)
            or _before(text, told, number, after)
        )
        told.append(said or _counted(text, number))
    return told


def _said(text: str, told: Sequence[TextNumber], number: TextNumber) -> TextNumber | None:
    """Return the number with a part that the words before it say."""
    before = text[max(0, number.start - _LOOKED_BACK) : number.start]
    p = _P.search(before)
    if p:
        return replace(number, role="p value", relation=(p[1] or "").replace("=", "", p[1] == "="))
    if _N.search(before):
        return replace(number, role="count")
    if _ERROR.search(before):
        return replace(number, role="error")
    unit = UNIT.match(text, number.end)
    open_end = _OPEN_END.match(text, unit.end() if unit else number.end)
    if not open_end:
        return None
    return replace(number, role="lower", unit=number.unit or _unit_before(text, told, number))


def _gap(text: str, one: TextNumber, other: TextNumber) -> str:
    """Return what stands between two numbers, without the unit of the first."""
    unit = UNIT.match(text, one.end)
    return text[unit.end() if unit and unit.end() <= other.start else one.end : other.start]


def _after(text: str, told: list[TextNumber], number: TextNumber) -> TextNumber | None:
    """Return the number as the second of two: an upper limit, or what a count is of."""
    last = told[-1] if told else None
    if last is None or last.apart:
        return None
    between = _gap(text, last, number)
    if last.role == "lower" and _BETWEEN.fullmatch(between):
        return replace(number, role="upper", unit=number.unit or last.unit)
    larger = number.value >= last.value
    if _SHARE.fullmatch(between) and _whole(last) and _whole(number) and larger:
        told[-1] = replace(last, role="count")
        return replace(number, role="size")
    return None


def _before(
    text: str, told: list[TextNumber], number: TextNumber, after: TextNumber | None
) -> TextNumber | None:
    """Return the number as the first of two: a lower limit."""
    if after is None or after.apart or after.value < number.value:
        return None
    between = _gap(text, number, after)
    interval = _INTERVAL.search(text[max(0, number.start - _LOOKED_BACK) : number.start])
    if not _RANGE.fullmatch(between) and not (interval and _BETWEEN.fullmatch(between)):
        return None
    unit = number.unit or after.unit or _unit_behind(text, after)
    last = told[-1] if told else None
    if last is not None and last.role == "number" and text[last.end : number.start].strip() == "(":
        told[-1] = replace(last, unit=last.unit or unit)
    return replace(number, role="lower", unit=unit or _unit_before(text, told, number))


def _counted(text: str, number: TextNumber) -> TextNumber:
    """Return a whole number before a word for people as a count."""
    people = _whole(number) and number.role == "number" and _PEOPLE.match(text, number.end)
    return replace(number, role="count") if people else number


def _whole(number: TextNumber) -> bool:
    return number.decimals == 0 and not number.unit and number.value >= 0


def _unit_behind(text: str, number: TextNumber) -> str:
    """Return the unit that stands behind the bracket of a range, as in 59 (31-78) years."""
    closed = re.compile(r"\s*\)").match(text, number.end)
    return _unit(text, closed.end()) if closed else ""


def _unit_before(text: str, told: Sequence[TextNumber], number: TextNumber) -> str:
    """Return the unit of the estimate that an interval without one stands behind."""
    for last in reversed(told[-3:]):
        near = number.start - last.end < _LOOKED_BACK
        if not last.apart and near and "(" in text[last.end : number.start]:
            return last.unit
    return ""


def _placed(text: str, numbers: Sequence[TextNumber]) -> Iterator[TextNumber]:
    """Give each number its line and its sentence."""
    ends = [0, *(m.end() for m in _SENTENCE_END.finditer(text)), len(text)]
    i, line, counted, heading = -1, 1, 0, ""
    sentence, at = "", 0
    for number in numbers:
        while i < 0 or (i + 2 < len(ends) and ends[i + 1] <= number.start):
            if i >= 0:
                heading = _heading(text[ends[i] : ends[i + 1]]) or heading
            i += 1
            sentence, at = "", 0
        line += text.count("\n", counted, number.start)
        counted = number.start
        if not sentence:
            whole = text[ends[i] : ends[i + 1]]
            own = whole.strip().translate(_FLAT)
            above = f"{heading} | " if heading and "|" in own else ""
            sentence = above + own
            at = len(above) - ends[i] - (len(whole) - len(whole.lstrip()))
        yield replace(number, line=line, sentence=sentence, at=at + number.start)


def _heading(line: str) -> str:
    """Return a short line without numbers, which names the rows of a table below it."""
    words = _one_line(line).strip("| ")
    return words if 0 < len(words) < _HEADING_AT_MOST and not re.search(r"\d", words) else ""


def _one_line(text: str) -> str:
    """Join words by one space; cells of a table keep a bar between them."""
    return " ".join(text.translate(_FLAT).split())
