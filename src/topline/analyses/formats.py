"""How numbers are printed: the one set of formats, so that displays print and never round.

Halves are rounded away from zero, as in SAS and on paper: 6.25% is printed as 6.3.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite, isnan
from typing import Final

NOT_REACHED = "NR"
NOT_ESTIMABLE = "NE"
INFINITE = "∞"
MINUS = "\u2212"
"""The sign of print, as wide as a plus; a hyphen is shorter and breaks lines."""
_WHOLE = 1e-9
_COLLECTED_AT_MOST = 2
_DIGITS = 4


def rounded(value: float, decimals: int) -> str:
    """Print a number with so many decimals.

    Examples
    --------
    >>> rounded(6.25, 1), rounded(-0.04, 1), rounded(63, 0)
    ('6.3', '0.0', '63')
    """
    return _rounded(value, decimals).replace("-", MINUS)


def _rounded(value: float, decimals: int) -> str:
    step = Decimal(1).scaleb(-decimals)
    text = str(Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP))
    return text.removeprefix("-") if not text.strip("-0.") else text


def shortest(value: float, decimals: int) -> str:
    """Print a number with at most so many decimals, without zeros at its end.

    Examples
    --------
    >>> shortest(63.0, 1), shortest(63.5, 1)
    ('63', '63.5')
    """
    text = rounded(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: float | None) -> str:
    """Print a percentage: one decimal, none where it is exactly none or all.

    Examples
    --------
    >>> percent(25.0), percent(100 / 3), percent(100.0), percent(None)
    ('25.0', '33.3', '100', 'NE')
    """
    if value is None or not isfinite(value):
        return NOT_ESTIMABLE
    return rounded(value, 0 if min(abs(value), abs(value - 100)) < _WHOLE else 1)


def change(value: float | None) -> str:
    """Print a change in percent as percentages are printed, with the sign of a decrease.

    Examples
    --------
    >>> change(-100.0) == MINUS + "100", change(-0.04), change(12.0)
    (True, '0.0', '12.0')
    """
    if value is None or value >= 0:
        return percent(value)
    text = percent(-value)
    return f"{MINUS}{text}" if text.strip("0.") else text


_RAISED: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_TIMES_LIMIT: Final = re.compile(r"^x([UL]LN)$")
_POWER: Final = re.compile(r"\b10\^(-?\d+)")
_SQUARE: Final = re.compile(r"(?<![A-Za-z])m([23])\b")
_MICRO: Final = re.compile(r"\bu(?=(?:mol|g|L|U|IU|kat|m)\b)")


def printed_unit(unit: str) -> str:
    """Print a unit of the data: powers raised, micro and times as their signs.

    Examples
    --------
    >>> printed_unit("umol/L"), printed_unit("10^9/L"), printed_unit("mg/m2/week")
    ('µmol/L', '10⁹/L', 'mg/m²/week')
    """
    raised = _POWER.sub(lambda power: f"10{power[1].translate(_RAISED)}", unit)
    squared = _SQUARE.sub(lambda power: f"m{power[1].translate(_RAISED)}", raised)
    return _TIMES_LIMIT.sub("\u00d7 \\1", _MICRO.sub("µ", squared))


def printed_name(name: str) -> str:
    """Print the name of a parameter, whose unit stands behind it in brackets.

    Examples
    --------
    >>> printed_name("Platelets (10^9/L)"), printed_name("Karnofsky score")
    ('Platelets (10⁹/L)', 'Karnofsky score')
    """
    before, bracket, unit = name.rpartition(" (")
    if not bracket or not unit.endswith(")"):
        return name
    return f"{before} ({printed_unit(unit[:-1])})"


def p_value(value: float | None) -> str:
    """Print a p-value: three decimals, four below 0.001, and never 0 or 1.

    Examples
    --------
    >>> p_value(0.03884), p_value(0.0004), p_value(1e-9), p_value(0.9999)
    ('0.039', '0.0004', '<0.0001', '>0.999')
    """
    if value is None or not isfinite(value):
        return NOT_ESTIMABLE
    if value < 0.0001:
        return "<0.0001"
    if value > 0.999:
        return ">0.999"
    return rounded(value, 4 if value < 0.001 else 3)


def number(value: float | None, decimals: int) -> str:
    """Print a number with so many decimals; NE where there is none."""
    if value is None or not isfinite(value):
        return NOT_ESTIMABLE
    return rounded(value, decimals)


def ratio(value: float) -> str:
    """Print a ratio: three digits, at most two decimals; an infinite one by its sign.

    Examples
    --------
    >>> ratio(0.087), ratio(3.333), ratio(63.0), ratio(1234.4), ratio(float("inf"))
    ('0.09', '3.33', '63.0', '1234', '∞')
    """
    if isnan(value):
        return NOT_ESTIMABLE
    if not isfinite(value):
        return INFINITE
    size = abs(value)
    return rounded(value, 2 if size < 9.995 else 1 if size < 99.95 else 0)


def time(value: float, unit: str) -> str:
    """Print a time: one decimal, days without unless it is half a day.

    Examples
    --------
    >>> time(9.856, "months"), time(40.0, "days"), time(40.5, "days")
    ('9.9', '40', '40.5')
    """
    return shortest(value, 1) if unit == "days" else rounded(value, 1)


def collected_decimals(values: Iterable[float]) -> int | None:
    """Count the decimals with which values were collected, as far as four digits in all.

    Values that nobody wrote down, such as days divided into months, have no such number.

    Examples
    --------
    >>> collected_decimals([63.0, 71.0]), collected_decimals([1.25, 7.5])
    (0, 2)
    >>> collected_decimals([34.02, 107.96])
    1
    >>> collected_decimals([5 / 7]) is None
    True
    """
    most, largest = 0, 0.0
    for value in values:
        largest = max(largest, abs(value))
        text = repr(float(value))
        if "e" in text:
            return None
        most = max(most, len(text.partition(".")[2].rstrip("0")))
        if most > _COLLECTED_AT_MOST:
            return None
    return min(most, max(0, _DIGITS - len(str(int(largest)))))


def statistic(name: str, value: float | None, decimals: int | None) -> str:
    """Print a statistic of a variable that was collected with so many decimals.

    Mean and standard deviation have one decimal more; median and quartiles only where needed. Of
    a variable that was derived, not collected, every statistic has one decimal.

    Examples
    --------
    >>> statistic("mean", 61.26, 0), statistic("median", 63.0, 0), statistic("max", 78.0, 0)
    ('61.3', '63', '78')
    """
    if value is None or not isfinite(value):
        return NOT_ESTIMABLE
    if decimals is None:
        return rounded(value, 1)
    if name in {"mean", "sd"}:
        return rounded(value, decimals + 1)
    if name in {"median", "q1", "q3"}:
        exact = abs(float(_rounded(value, decimals)) - value) < _WHOLE
        return rounded(value, decimals if exact else decimals + 1)
    return rounded(value, decimals)
