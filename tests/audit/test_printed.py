"""Rounding, exactly: what rounds to print, and what got there by a slip."""

from fractions import Fraction

import pytest

from topline.audit.printed import Printed, fit, read_number


def number(text: str) -> Printed:
    found = read_number(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("82.2", Fraction(822, 10), Fraction(1, 10)),
        ("37", Fraction(37), Fraction(1)),
        ("0.50", Fraction(1, 2), Fraction(1, 100)),  # the zero counts
        ("4, 3", Fraction(43, 10), Fraction(1, 10)),  # decimal comma, set apart
        ("3,1", Fraction(31, 10), Fraction(1, 10)),
        ("1,500", Fraction(1500), Fraction(1)),  # thousands
        ("12·5", Fraction(125, 10), Fraction(1, 10)),  # raised point
        (".05", Fraction(5, 100), Fraction(1, 100)),
        ("0.", Fraction(0), Fraction(1)),
        ("\u22121.5", Fraction(-15, 10), Fraction(1, 10)),  # minus sign
    ],
)
def test_a_printed_number_keeps_its_last_digit(text: str, value: Fraction, step: Fraction) -> None:
    assert (number(text).value, number(text).step) == (value, step)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "p"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5.1", 5.11),
        ("13", Fraction(25, 2)),  # half away from zero
        ("12", Fraction(25, 2)),  # half to even
        ("14", Fraction(27, 2)),
        ("0.13", 0.125),
        ("0.12", 0.125),
        ("-1.3", -1.25),
        ("<0.001", 0.0009),
        (">0.999", 0.9999),
        ("24", Fraction(900, 37)),
    ],
)
def test_values_that_round_to_print_agree(text: str, value: float | Fraction) -> None:
    assert fit(number(text), value).agrees


@pytest.mark.parametrize(
    ("text", "value", "slip"),
    [
        ("31", 31.9, "cut off"),
        ("13", Fraction(27, 2), "cut off"),  # half to even and half up both give 14
        ("87", Fraction(3200, 37), "rounded twice"),  # 86.49, 86.5, 87
        ("33", Fraction(1200, 37), "rounded up"),  # 32.43
        ("0.60", 0.593, "rounded to a digit less, then written with a 0"),
        ("29", Fraction(900, 37), ""),  # 24.3: no slip leads to 29
        ("<0.001", 0.0011, ""),
    ],
)
def test_a_slip_is_named(text: str, value: float | Fraction, slip: str) -> None:
    found = fit(number(text), value)
    assert not found.agrees
    assert found.slip == slip
    assert found.off > 0


def test_not_reached_agrees_with_nothing_found_alone() -> None:
    assert fit(None, None).agrees
    assert fit(None, float("inf")).agrees
    assert not fit(None, 28.5).agrees
    assert not fit(number("28.5"), None).agrees


@pytest.mark.parametrize(
    ("text", "low", "inside", "outside"),
    [
        ("5.5", "5.45", "5.549", "5.55"),
        ("5.6", "5.55", "5.65", "5.651"),
        ("367", "366.5", "367.4", "367.5"),
    ],
)
def test_half_a_digit_goes_down_to_an_even_one_only(
    text: str, low: str, inside: str, outside: str
) -> None:
    least, most = number(text).rounding()
    assert least == Fraction(low)
    assert Fraction(inside) <= most < Fraction(outside)
    assert fit(number(text), Fraction(inside)).agrees
    assert not fit(number(text), Fraction(outside)).agrees
