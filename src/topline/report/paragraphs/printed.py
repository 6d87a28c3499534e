"""Result rows as words: a number with its sign, unit and limits, and NR and NE spelled out."""

import re
from collections.abc import Sequence
from typing import Final

from topline.displays.numbers import Number
from topline.report.paragraphs.language import unit_words, within
from topline.report.paragraphs.spans import Span, Words, fill, listed, plain
from topline.report.paragraphs.templates import template

_SIGNS: Final = {"NR": "not reached", "NE": "not estimable", "∞": "infinite"}
MINUS: Final = "\N{MINUS SIGN}"
_HYPHEN: Final = re.compile(r"(?<![\w.])-(?=\d)")
_SIGNED: Final = re.compile(r"([<>])\s*(.*)")


def shown(number: Number) -> Words:
    """Return the number as it is displayed, with a minus sign; NR and NE in words."""
    text = _SIGNS.get(number.display) or _HYPHEN.sub(MINUS, number.display)
    return instead(text, number)


def percent(number: Number) -> Words:
    """Return a percentage with its sign."""
    ((said),) = shown(number)
    return (Span(f"{said.text}%" if number.value is not None else said.text, said.results),)


def measured(number: Number, unit: str = "") -> Words:
    """Return the number with its unit, or the one given."""
    unit = number.unit or unit
    if unit == "%":
        return percent(number)
    words = unit_words(unit, number.display)
    return (*shown(number), *plain(f" {words}" if words and number.value is not None else ""))


def instead(text: str, number: Number) -> Words:
    """Return a word that stands for a result."""
    return (Span(text, (number.result_id,)),)


def count(number: Number) -> Words:
    """Return a count; of nobody, "none"."""
    return instead("none", number) if number.value == 0 else shown(number)


def denominator(number: Number) -> Words:
    """Return how many the number rests on."""
    return instead(str(number.n or 0), number)


def p_value(number: Number) -> Words:
    """Return a P value with its sign of relation."""
    if number.value is None:
        return instead("P not estimable", number)
    signed = _SIGNED.fullmatch(number.display)
    said = f"{signed[1]} {signed[2]}" if signed else f"= {number.display}"
    return instead(f"P {said}", number)


def interval(
    level: float, lower: Number | None, upper: Number | None, unit: str = "", *, signs: bool = False
) -> Words:
    """Return a confidence interval, or that there is none.

    Parameters
    ----------
    level
        Confidence level between 0 and 1.
    lower, upper
        Its limits.
    unit
        Said after the first limit that is a number; for limits beside an estimate that has none.
    signs
        Percent signs after both limits.
    """
    said = plain(f"{100 * level:g}")
    if lower is None or upper is None or lower.value is None is upper.value:
        return fill(template("words", "no_interval"), {"level": said})
    ends = [percent(end) if signs else shown(end) for end in (lower, upper)]
    if unit:
        first = 0 if lower.value is not None else 1
        ends[first] = (*ends[first], *plain(f" {unit_words(unit)}"))
    return fill(template("words", "interval"), {"level": said, "lower": ends[0], "upper": ends[1]})


def share(n: Number, of: Number | None, people: Words = ()) -> Words:
    """Return a count with its percentage, with or without whom it counts; of nobody, "none"."""
    if n.value == 0 or of is None or of.value is None:
        return count(n)
    slots = {"n": _counted(shown(n), people), "percent": percent(of)}
    return fill(template("words", "share"), slots)


def _counted(number: Words, people: Words) -> Words:
    return (*number, *plain(" "), *people) if people else number


def share_of(n: Number, of: Number | None, people: Words = ()) -> Words:
    """Return a count, how many it is of, with or without whom it counts, and its percentage."""
    slots = {"n": count(n), "all": _counted(denominator(n), people)}
    if n.value == 0 or of is None or of.value is None:
        return fill(template("words", "out_of"), slots)
    return fill(template("words", "share_of"), slots | {"percent": percent(of)})


def named_test(p: Number, name: str = "") -> Words:
    """Return a test with its P value."""
    said = plain(within(name or p.level_label or p.method))
    return fill(template("words", "test"), {"test": said, "p": p_value(p)})


def effect_name(label: str, *, arms: bool) -> str:
    """Return what an effect is against as it stands within a sentence; arms keep their names.

    Examples
    --------
    >>> effect_name("odds ratio against High (3)", arms=False)
    'odds ratio against high (3)'
    """
    for word in (" against ", " from ", " to "):
        head, found, group = label.partition(word)
        if found:
            return f"{within(head)}{found}{group if arms else within(group)}"
    return within(label)


def semicolons(items: Sequence[Words]) -> Words:
    """List words that hold commas of their own."""
    return listed(items, "; ", "; and " if len(items) > 2 else "; ")
