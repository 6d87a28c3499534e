"""The numbers in a claim's printed text, by name; None where it says "not reached".

What is not in the text is not in the reading: "5/33 (15%; 95% CI, 5.1-31%)" has a count, a size, an
estimate and two limits, "15%" an estimate alone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from topline.audit.printed import Printed, read_number

_N = r"(?:\d+(?:[.,·]\d+)*\.?|\.\d+)"
_NOT_REACHED = r"not reached|not estimable|not evaluable|not attained|NR\b|NE\b"
_VALUE = rf"(?:[<>≤≥]?\s*{_N}|{_NOT_REACHED})"
_UNIT = r"\s*(?:%|[A-Za-zµ²/]+)?\s*"
_DASH = r"\s*(?:\u2013|\u2014|-|\u2212|\bto\b|,|;)\s*"
_CI = re.compile(
    rf"(?:(?P<level>{_N})\s*%[\s-]*)?(?:\bCI\b|confidence (?:interval|limits?))\s*[,:=]?\s*[\[(]?",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(?P<lower>{_VALUE}){_UNIT}?{_DASH}(?P<upper>{_VALUE})", re.IGNORECASE)
_ENDS = re.compile(
    rf"(?P<lower>{_VALUE}){_UNIT}?\s*(?:\u2013|\u2014|-|\u2212|\bto\b|\band\b)\s*(?P<upper>{_VALUE})",
    re.IGNORECASE,
)
_BRACKET = re.compile(
    rf"(?:(?P<estimate>{_N})\s*%?\s*[;,]\s+)?(?P<lower>{_VALUE}){_UNIT}?\s*(?:\u2013|\u2014|-|\u2212|\bto\b)\s*(?P<upper>{_VALUE})",
    re.IGNORECASE,
)
_FIRST = re.compile(_VALUE, re.IGNORECASE)
_OF = re.compile(r"(\d+)\s*(?:/|\bof\b)\s*(\d+)")
_PERCENT = re.compile(rf"({_N})\s*%(?!\s*-?\s*(?:CI|confidence))", re.IGNORECASE)
_IN_FRONT = re.compile(rf"\(\s*({_N})\s*%(?!\s*-?\s*(?:CI|confidence))", re.IGNORECASE)
_COUNT_BEFORE = re.compile(rf"(\d+)\s*\(\s*(?:{_N})\s*%?\s*[);]")
_IN_BRACKETS = re.compile(rf"\(\s*({_N})\s*%?\s*\)")
_P = re.compile(r"\bp\b\s*(?:-?value)?\s*=?\s*([<>≤≥]?\s*=?\s*(?:\d*[.,·]?\d+))", re.IGNORECASE)
_SPREAD = re.compile(rf"(?:±|\\pm|\+/-|\+-|\bS[DE]\b\s*[=:]?)\s*({_N})", re.IGNORECASE)
_STATISTIC = re.compile(
    r"(?P<letter>χ2|χ²|chi2|chi-square|[FtTzZr])\s*"
    r"(?:\(\s*(?P<df>\d+(?:\.\d+)?)\s*(?:,\s*(?P<df2>\d+(?:\.\d+)?|[Nn]\s*=\s*\d+))?\s*\))?"
    rf"\s*=\s*(?P<value>[-\u2212]?\s*{_N})"
)

Numbers = Mapping[str, Printed | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says in numbers."""

    numbers: Numbers
    level: float | None = None
    """Coverage of the interval, where the text has it."""
    scale: int = 100
    """100 where shares are printed as percent, 1 where they are printed as such."""
    letter: str = ""
    """Of a test statistic: F, t, chi2, z or r."""

    def has(self, *names: str) -> bool:
        """Whether the text has these numbers."""
        return all(name in self.numbers for name in names)


def read_share(text: str) -> Reading:
    """Read a count, a percentage and an interval, as far as they are there.

    Examples
    --------
    >>> found = read_share("5/33 (15%; 95% CI, 5.1-31%)")
    >>> {name: number.text for name, number in found.numbers.items()}
    {'count': '5', 'of': '33', 'estimate': '15', 'lower': '5.1', 'upper': '31'}
    """
    numbers: dict[str, Printed | None] = {}
    before, interval, level = _interval(text)
    if found := _OF.search(text):
        numbers |= {"count": read_number(found[1]), "of": read_number(found[2])}
    elif (found := _COUNT_BEFORE.search(text)) and "count" not in numbers:
        numbers["count"] = read_number(found[1])
    scale = 100
    without_count = _OF.sub(" ", before)
    percent = (
        _IN_FRONT.search(before)
        or _PERCENT.search(before)
        or _PERCENT.search(text.replace(before, "", 1))
    )
    if found := percent or _IN_BRACKETS.search(without_count):
        numbers["estimate"] = read_number(found[1])
    elif interval and (found := re.search(_N, without_count)):
        estimate = numbers["estimate"] = read_number(found[0])
        share = "%" not in _CI.sub("", text) and estimate and estimate.value <= 1 > estimate.step
        scale = 1 if share else 100
    return Reading(numbers | interval, level, scale)


def read_estimate(text: str) -> Reading:
    """Read an estimate with its limits and its p-value, such as an odds ratio or a median.

    Examples
    --------
    >>> found = read_estimate("not reached (95% CI, 14.3 months to not reached)")
    >>> found.numbers["estimate"], found.numbers["lower"].text, found.numbers["upper"]
    (None, '14.3', None)
    """
    before, interval, level = _interval(text)
    numbers: dict[str, Printed | None] = {}
    if found := _FIRST.search(_P.sub("", before)):
        numbers["estimate"] = _value(found[0])
    numbers |= interval
    if found := _P.search(text):
        numbers["p"] = read_p(found[1])
    return Reading(numbers, level)


def read_rate(text: str) -> Reading:
    """Read a rate with a standard error or an interval, such as "84.4% (±7.2)"."""
    share = read_share(_SPREAD.sub(" ", text))
    numbers = dict(share.numbers)
    if "estimate" not in numbers and (found := re.search(_N, text)):
        numbers["estimate"] = read_number(found[0])
    if found := _SPREAD.search(text):
        numbers["spread"] = read_number(found[1])
    estimate = numbers.get("estimate")
    scale = 1 if "%" not in _CI.sub("", text) and estimate and estimate.value <= 1 else 100
    return Reading(numbers, share.level, scale)


def read_mean(text: str) -> Reading:
    """Read a mean, with its standard deviation in brackets or after a plus-minus sign."""
    numbers: dict[str, Printed | None] = {}
    rest = _SPREAD.sub(" ", text)
    if found := re.search(rf"[-\u2212]?\s*{_N}(?:,\s\d)?", rest):
        numbers["estimate"] = read_number(found[0])
        if deviation := re.search(rf"\(\s*({_N})\s*\)", rest[found.end() :]):
            numbers["sd"] = read_number(deviation[1])
    if found := _SPREAD.search(text):
        numbers["sd"] = read_number(found[1])
    return Reading(numbers)


def read_range(text: str) -> Reading:
    """Read a range, a median, or a median with its range: "59 (31-78)"."""
    numbers: dict[str, Printed | None] = {}
    found = _ENDS.search(text)
    if found is None:
        return read_first(text)
    if median := re.search(_N, text[: found.start()]):
        numbers["estimate"] = read_number(median[0])
    numbers |= {"lower": read_number(found["lower"]), "upper": read_number(found["upper"])}
    return Reading(numbers)


def read_first(text: str) -> Reading:
    """Read the first number of a text; "n = 33" and "19.2 months" are such."""
    found = re.search(rf"[<>≤≥]?\s*[-\u2212]?{_N}(?:,\s\d)?", text)
    return Reading({"estimate": read_number(found[0])} if found else {})


def read_p(text: str) -> Printed | None:
    """Read a p-value; "1" counts as printed with two decimals, for no test has p above 1.

    Examples
    --------
    >>> read_p("1").step, read_p("p < 0.0001").bound
    (Fraction(1, 100), '<')
    """
    found = re.search(r"([<>≤≥]?)\s*=?\s*(\d*[.,·]?\d+)", text)
    if found is None:
        return None
    digits = found[2] if re.search(r"[.,·]", found[2]) else f"{found[2]}.00"
    number = read_number(found[1] + digits)
    shown = found[1] + found[2]
    return None if number is None else Printed(shown, number.value, number.step, number.bound)


def read_p_value(text: str) -> Reading:
    """Read a text that is a p-value."""
    p = read_p(text)
    return Reading({"p": p} if p else {})


def read_statistic(text: str) -> Reading:
    """Read a test statistic, degrees of freedom and p-value: "F(2,41.1) = 1.67, p = 0.2"."""
    found = _STATISTIC.search(text)
    if found is None:
        return Reading({})
    numbers = {"estimate": read_number(found["value"])}
    for name in ("df", "df2"):
        if found[name] and not found[name].lower().startswith("n"):
            numbers[name] = read_number(found[name])
    if p := _P.search(text):
        numbers["p"] = read_p(p[1])
    letter = "chi2" if found["letter"].startswith(("χ", "chi")) else found["letter"]
    letter = letter.lower() if letter in "TZ" else letter
    return Reading(numbers, letter=letter)


def _interval(text: str) -> tuple[str, dict[str, Printed | None], float | None]:
    """Split a text into what stands before the interval, the interval, and its level."""
    found = _CI.search(text)
    if found is not None:
        level = read_number(found["level"]) if found["level"] else None
        rest, before = text[found.end() :], text[: found.start()]
        limits = _limits(rest)
        return before, limits, float(level.value / 100) if level else None
    bracket = text.find("(")
    if bracket >= 0 and (limits := _BRACKET.match(text[bracket + 1 :].strip())):
        before = f"{text[:bracket]} {limits['estimate'] or ''}"
        return before, {k: _value(limits[k]) for k in ("lower", "upper")}, None
    return text, {}, None


def _limits(rest: str) -> dict[str, Printed | None]:
    if found := _RANGE.match(rest.strip()):
        return {"lower": _value(found["lower"]), "upper": _value(found["upper"])}
    if re.match(_NOT_REACHED, rest.strip(), re.IGNORECASE):
        return {"lower": None, "upper": None}
    return {}


def _value(text: str) -> Printed | None:
    return None if re.match(_NOT_REACHED, text.strip(), re.IGNORECASE) else read_number(text)


READERS: dict[str, Callable[[str], Reading]] = {
    "count": read_first,
    "percent": read_share,
    "proportion": read_share,
    "p-value": read_p_value,
    "odds-ratio": read_estimate,
    "hazard-ratio": read_estimate,
    "median": read_estimate,
    "rate": read_rate,
    "mean": read_mean,
    "range": read_range,
    "value": read_first,
    "sum": read_first,
    "sample-size": read_first,
    "decision-rule": read_share,
    "statistic": read_statistic,
}
"""How the text of each kind of claim is read."""
