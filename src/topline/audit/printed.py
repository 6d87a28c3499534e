"""A number as printed stands for the interval of numbers that round to it, taken exactly.

Values are compared as fractions of whole numbers. A value half-way between two printed ones may
have gone up (half away from zero) or to the even digit; what is reached only by cutting digits off,
by rounding up or by rounding twice is a slip, and named.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isfinite, log10
from typing import Literal

Bound = Literal["", "<", ">"]
Value = float | Fraction | None
"""A number found; None (or NaN, or infinity) where there is none, such as a median not reached."""

_TIE = 1e-9  # of the last printed digit: closer to a half-way value is half-way
_NUMBER = re.compile(r"(?P<bound>[<>≤≥]?)\s*(?P<sign>[-\u2212+]?)\s*(?P<digits>\d[\d.,·\s]*|\.\d+)")
_BOUNDS: dict[str, Bound] = {"": "", "<": "<", "≤": "<", ">": ">", "≥": ">"}


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it stands in print."""

    text: str
    value: Fraction
    step: Fraction
    """One unit of the last printed digit."""
    bound: Bound = ""

    @property
    def decimals(self) -> int:
        """Digits after the point."""
        return max(0, round(-log10(self.step)))

    def interval(self) -> tuple[Fraction, Fraction]:
        """Bounds of the numbers that round to it."""
        half = self.step / 2
        return self.value - half, self.value + half

    def rounding(self) -> tuple[Fraction, Fraction]:
        """Bounds of the numbers that a usual rounding takes to it.

        Half a digit above goes down to an even digit only: the upper bound of an odd one stays a
        thousandth of its digit below.
        """
        low, high = self.interval()
        odd = self.value / self.step % 2 == 1
        return low, high - self.step / 1000 if odd else high


@dataclass(frozen=True, slots=True)
class Fit:
    """How a value found agrees with a printed one."""

    slip: str = ""
    """How the printed number came about where rounding alone does not give it; may be empty."""
    off: float = 0.0
    """Distance from the numbers that round to the printed one, in units of its last digit."""

    @property
    def agrees(self) -> bool:
        """The value rounds to the printed number."""
        return not self.slip and self.off == 0


def read_number(text: str) -> Printed | None:
    """Read a printed number; None where the text is none.

    A comma counts as the decimal point unless three digits follow it; spaces within are passed
    over, as in "4, 3".

    Examples
    --------
    >>> read_number("82.2").step, read_number("<0.0001").bound, read_number("3,1").value
    (Fraction(1, 10), '<', Fraction(31, 10))
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    digits = re.sub(r"\s", "", found["digits"]).replace("·", ".")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", digits):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".").rstrip(".")
    if digits.count(".") > 1:
        return None
    value = Fraction(f"0{digits}" if digits.startswith(".") else digits)
    step = Fraction(1, 10 ** len(digits.partition(".")[2]))
    negative = found["sign"] in {"-", "\u2212"} and found["sign"]
    return Printed(text.strip(), -value if negative else value, step, _BOUNDS[found["bound"]])


def fit(printed: Printed | None, value: Value) -> Fit:
    """Compare a printed number with a value found.

    Parameters
    ----------
    printed
        None stands for "not reached" or "not estimable".
    value
        In the unit of print, so in percent where percent are printed.

    Examples
    --------
    >>> printed = read_number("31")
    >>> fit(printed, 30.92).agrees, fit(printed, 31.9).slip, round(fit(printed, 33.0).off, 1)
    (True, 'cut off', 1.5)
    """
    number = _finite(value)
    if printed is None or number is None:
        return Fit() if printed is None and number is None else Fit(off=float("inf"))
    if printed.bound:
        beyond = (number - printed.value) / printed.step
        beyond = beyond if printed.bound == "<" else -beyond
        return Fit() if beyond <= 0 else Fit(off=float(beyond))
    units, shown = _snapped(number / printed.step), printed.value / printed.step
    if shown in _rounded(units):
        return Fit()
    off = float(abs(units - shown)) - 0.5
    return Fit(_slip(units, int(shown), printed), max(off, 1e-12))


def shown(value: Value, decimals: int) -> str:
    """Print a value found with so many decimals.

    Examples
    --------
    >>> shown(Fraction(900, 37), 1), shown(None, 1)
    ('24.3', 'not estimable')
    """
    number = _finite(value)
    return "not estimable" if number is None else f"{float(number):.{decimals}f}"


def _finite(value: Value) -> Fraction | None:
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return None
    return Fraction(value)


def _snapped(units: Fraction) -> Fraction:
    """Put a value that is half-way but for the noise of floats exactly half-way."""
    nearest = Fraction(round(2 * units), 2)
    return nearest if abs(units - nearest) < _TIE else units


def _rounded(units: Fraction) -> set[int]:
    """Whole numbers that a value may be rounded to: half away from zero, half to even."""
    below = floor(units)
    if units - below != Fraction(1, 2):
        return {round(units)}
    away = below + 1 if units > 0 else below
    return {away, round(units)}


def _slip(units: Fraction, printed: int, what: Printed) -> str:
    """Name the slip by which a value was printed so, if there is one."""
    towards_zero = floor(units) if units > 0 else -floor(-units)
    if printed == towards_zero:
        return "cut off"
    for digits in (10, 100):
        once = Fraction(max(_rounded(units * digits), key=abs), digits)
        if printed in _rounded(once):
            return "rounded twice"
    if what.decimals and printed % 10 == 0 and printed // 10 in _rounded(units / 10):
        return "rounded to a digit less, then written with a 0"
    if abs(printed) == abs(towards_zero) + 1 and units != towards_zero:
        return "rounded up"
    return ""
