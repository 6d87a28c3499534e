"""The grammar that templates need: numbers in words, plurals, capitals within a sentence."""

import re
from typing import Final

from topline.report.paragraphs.templates import names, people

_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS: Final = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_FIRST: Final = re.compile(r"[A-Z][a-z]+(?![A-Za-z0-9]|-\d)")
_AFTER_SLASH: Final = re.compile(r"(?<=/)[A-Z](?=[a-z])")
_CLAUSE: Final = re.compile(r"\s(?:[a-z]+ed|given|taken)\b")
_LETTERS: Final = re.compile(r"[A-Za-z]+")
_WORD: Final = re.compile(r"[A-Z]{5,}")
_UNITS: Final = {
    "umol/L": "µmol/L",
    "ug/L": "µg/L",
    "xULN": "\N{MULTIPLICATION SIGN} ULN",
    "xLLN": "\N{MULTIPLICATION SIGN} LLN",
}
_PARTICIPLES: Final = ("ed", "en", "able", "ible", "ing")
_STATES: Final = {"not", "on", "off", "in", "alive", "dead", "lost", "at"}


def spelled(number: int) -> str:
    """Write a number from 0 to 99 in words.

    Examples
    --------
    >>> spelled(0), spelled(12), spelled(40), spelled(37)
    ('zero', 'twelve', 'forty', 'thirty-seven')
    """
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def capital(text: str) -> str:
    """Begin a text with a capital, unless its first word is written with one inside.

    Examples
    --------
    >>> capital("fatigue"), capital("c-MET score"), capital("“any decrease” was met")
    ('Fatigue', 'c-MET score', '“Any decrease” was met')
    """
    first, *_ = text.split(maxsplit=1) or [""]
    start = len(text) - len(text.lstrip("“("))
    return text if first != first.lower() else text[: start + 1].upper() + text[start + 1 :]


def within(label: str) -> str:
    """Return a label as it stands within a sentence.

    A first word of plain letters loses its capital, and every word of a label that capitalises
    them all; abbreviations, codes and names keep theirs.

    Examples
    --------
    >>> within("Overall response rate"), within("ECOG performance status"), within("G1")
    ('overall response rate', 'ECOG performance status', 'G1')
    >>> within("Kaplan-Meier estimate"), within("Hand-foot syndrome")
    ('Kaplan-Meier estimate', 'hand-foot syndrome')
    >>> within("Blood Urea Nitrogen"), within("Nausea/Vomiting"), within("Dyspepsia/GERD")
    ('blood urea nitrogen', 'nausea/vomiting', 'dyspepsia/GERD')
    """
    first = _FIRST.match(label)
    if first is None or first[0] in names():
        return label
    words = _LETTERS.findall(label)
    if len(words) > 1 and all(_FIRST.fullmatch(word) for word in words):
        return _named(label.lower())
    said = label[:1].lower() + label[1:]
    return _AFTER_SLASH.sub(lambda found: found[0].lower(), said)


def _named(text: str) -> str:
    """Give names their capital back."""
    known = names()
    return _LETTERS.sub(lambda w: w[0].capitalize() if w[0].capitalize() in known else w[0], text)


def named(label: str) -> str:
    """Return a label as a noun within a sentence, in quotation marks where it reads as a clause.

    Examples
    --------
    >>> named("Tumor grade"), named("Elevated baseline CgA"), named("Primary tumor resected")
    ('tumor grade', 'elevated baseline CgA', '“primary tumor resected”')
    """
    said = within(label)
    return f"“{said}”" if _CLAUSE.search(said) else said


def plural(label: str) -> bool:
    """Whether a label names several things, by the last word before a preposition.

    Examples
    --------
    >>> plural("GI symptoms"), plural("Prior lines of systemic therapy"), plural("Tumor status")
    (True, True, False)
    """
    head = re.split(
        r" (?:of|for|in|by|to|with|within|at|on|before|after|during|under|against|from)\b|[,(]",
        label,
    )[0].strip()
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))


def spoken(term: str) -> str:
    """Return a coded term as it stands within a sentence: capitals throughout are no emphasis.

    Examples
    --------
    >>> spoken("CYCLE 3 DAY 1"), spoken("Fatigue"), spoken("ALT increased")
    ('cycle 3 day 1', 'fatigue', 'ALT increased')
    """
    return lowered(term) if term.upper() == term and _WORD.search(term) else within(term)


def lowered(term: str) -> str:
    """Return a term in small letters but for names.

    Examples
    --------
    >>> lowered("NOT HISPANIC OR LATINO")
    'not Hispanic or Latino'
    """
    return _named(term.lower())


def noun(kind: str, number: int | float | None) -> str:
    """Name those who take part, one or several.

    Examples
    --------
    >>> noun("patients", 1), noun("subjects", 0)
    ('patient', 'subjects')
    """
    one, several = people()[kind]
    return one if number == 1 else several


def unit_words(unit: str, display: str = "") -> str:
    """Return a unit as prose has it, in the singular after 1.

    Examples
    --------
    >>> unit_words("days", "1"), unit_words("months", "28.5")
    ('day', 'months')
    """
    if display == "1" and unit in {"days", "weeks", "months", "years", "cycles"}:
        return unit[:-1]
    return _UNITS.get(unit, unit)


def says_state(label: str) -> bool:
    """Whether a label can follow "were", such as "Treated and evaluable for safety".

    Examples
    --------
    >>> says_state("Not treated"), says_state("Evaluable"), says_state("Safety set")
    (True, True, False)
    """
    first = label.split(maxsplit=1)[0].lower().strip(",;:") if label.strip() else ""
    return first in _STATES or first.endswith(_PARTICIPLES)
