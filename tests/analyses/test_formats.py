import pytest

from topline.analyses.formats import (
    collected_decimals,
    number,
    p_value,
    percent,
    printed_name,
    printed_unit,
    rounded,
    statistic,
)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (6.25, "6.3"),  # half away from zero; Python's own format gives 6.2
        (-6.25, "\u22126.3"),  # the minus sign of print
        (0.05, "0.1"),
        (2.675, "2.7"),
        (-0.01, "0.0"),  # no minus before zero
        (1e-12, "0.0"),
        (1e15, "1000000000000000.0"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: float, printed: str) -> None:
    assert rounded(value, 1) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0.0, "0"), (100.0, "100"), (100 * 1 / 3, "33.3"), (100 * 29 / 100, "29.0"), (99.96, "100.0")],
)
def test_only_none_and_all_have_no_decimal(value: float, printed: str) -> None:
    assert percent(value) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.0, "<0.0001"),
        (0.0001, "0.0001"),
        (0.00099, "0.0010"),
        (0.001, "0.001"),
        (0.05, "0.050"),
        (0.9985, "0.999"),
        (1.0, ">0.999"),
    ],
)
def test_p_values_are_never_zero_or_one(value: float, printed: str) -> None:
    assert p_value(value) == printed


@pytest.mark.parametrize("absent", [None, float("nan"), float("inf")])
def test_what_cannot_be_estimated_is_printed_as_ne(absent: float | None) -> None:
    assert [f(absent) for f in (percent, p_value)] == ["NE", "NE"]
    assert number(absent, 1) == statistic("mean", absent, 0) == "NE"


def test_mean_has_one_decimal_more_than_the_data_and_the_range_as_many() -> None:
    printed = {s: statistic(s, 7.25, 1) for s in ("mean", "sd", "median", "min", "max")}
    assert printed == {"mean": "7.25", "sd": "7.25", "median": "7.25", "min": "7.3", "max": "7.3"}


def test_derived_values_are_printed_with_one_decimal() -> None:
    assert collected_decimals([100 / 30.4375]) is None
    assert collected_decimals([1e-7]) is None
    assert [statistic(s, 31.2148, None) for s in ("mean", "median", "max")] == ["31.2"] * 3


def test_without_values_there_are_no_decimals() -> None:
    assert collected_decimals([]) == 0


@pytest.mark.parametrize(
    ("unit", "printed"),
    [
        ("10^9/L", "10\u2079/L"),
        ("10^-3", "10\u207b\u00b3"),
        ("umol/L", "\u00b5mol/L"),
        ("ug", "\u00b5g"),
        ("mg/m2/week", "mg/m\u00b2/week"),
        ("g/L", "g/L"),
        ("<b>%", "<b>%"),
        ("", ""),
    ],
)
def test_units_are_printed_as_print_writes_them(unit: str, printed: str) -> None:
    assert printed_unit(unit) == printed
    assert printed_name(f"Platelets ({unit})") == f"Platelets ({printed})"


def test_a_name_without_a_unit_stays_as_it_is() -> None:
    for name in ("Number (10^9 of them) counted", "umol", "H2 antagonists", "\u767d\u7d30\u80de"):
        assert printed_name(name) == name
