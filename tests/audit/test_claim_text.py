"""Printed words to numbers, in the forms that papers use."""

import pytest

from topline.audit.claim_text import READERS


def said(kind: str, text: str) -> dict[str, str | None]:
    numbers = READERS[kind](text).numbers
    return {name: number.text if number else None for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("kind", "text", "numbers"),
    [
        ("percent", "20 (54%)", {"count": "20", "estimate": "54"}),
        ("percent", "12 (33)", {"count": "12", "estimate": "33"}),
        ("percent", "9/37 (24%) patients", {"count": "9", "of": "37", "estimate": "24"}),
        ("percent", "5/17 samples (29%)", {"count": "5", "of": "17", "estimate": "29"}),
        ("percent", "Twenty patients (54%)", {"estimate": "54"}),
        ("percent", "Ki-67 >=10% (43%)", {"estimate": "43"}),
        ("percent", "33 of 37", {"count": "33", "of": "37"}),
        ("proportion", "15% (95% CI, 5\u201331%)", {"estimate": "15", "lower": "5", "upper": "31"}),
        ("proportion", "9% (95% CI, 0.\u201341.3%)",
         {"estimate": "9", "lower": "0.", "upper": "41.3"}),
        ("proportion", "5 of 33 (15.2; 6.7-30.9)",
         {"count": "5", "of": "33", "estimate": "15.2", "lower": "6.7", "upper": "30.9"}),
        ("proportion", "38% (13/34; 95% CI, 22\u201356%)",
         {"count": "13", "of": "34", "estimate": "38", "lower": "22", "upper": "56"}),
        ("median", "28.5 months (95% CI, 16.8\u201328.5 months)",
         {"estimate": "28.5", "lower": "16.8", "upper": "28.5"}),
        ("median", "not reached (95% CI, 14.3 months to not reached)",
         {"estimate": None, "lower": "14.3", "upper": None}),
        ("median", "5.2 months (95% CI, not reached)",
         {"estimate": "5.2", "lower": None, "upper": None}),
        ("odds-ratio", "OR = 63; 95% CI, 3.2\u20131234 (p = 0.002)",
         {"estimate": "63", "lower": "3.2", "upper": "1234", "p": "0.002"}),
        ("odds-ratio", "3.3 (0.3 to 38.2)", {"estimate": "3.3", "lower": "0.3", "upper": "38.2"}),
        ("hazard-ratio", "HR: 0.09, 95% CI 0.01\u20130.87; p = 0.04",
         {"estimate": "0.09", "lower": "0.01", "upper": "0.87", "p": "0.04"}),
        ("rate", "82.2% (\u00b1 6.6%)", {"estimate": "82.2", "spread": "6.6"}),
        ("rate", "0.822 (SE 0.066)", {"estimate": "0.822", "spread": "0.066"}),
        ("rate", "82.2% (SE 6.6; 95% CI, 70.1-94.3%)",
         {"estimate": "82.2", "lower": "70.1", "upper": "94.3", "spread": "6.6"}),
        ("mean", "5.5 (2.1)", {"estimate": "5.5", "sd": "2.1"}),
        ("mean", "4, 3", {"estimate": "4, 3"}),
        ("range", "59 (31\u201378) years", {"estimate": "59", "lower": "31", "upper": "78"}),
        ("range", "between 1% and 50%", {"lower": "1", "upper": "50"}),
        ("range", "3,1", {"estimate": "3,1"}),
        ("decision-rule", "\u226513 of 35 evaluable patients", {"count": "13", "of": "35"}),
        ("p-value", "p < 0.0001", {"p": "<0.0001"}),
        ("statistic", "F(2,41.1) = 1.67, p = 0.2",
         {"estimate": "1.67", "df": "2", "df2": "41.1", "p": "0.2"}),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_do(
    kind: str, text: str, numbers: dict[str, str | None]
) -> None:
    assert said(kind, text) == numbers


def test_the_level_of_an_interval_is_read() -> None:
    assert READERS["proportion"]("11 (34.4%; 90% CI 20-50)").level == 0.9
    assert READERS["proportion"]("11 (34.4%; 20-50)").level is None


def test_shares_may_be_printed_from_0_to_1() -> None:
    assert READERS["proportion"]("0.15 (95% CI 0.05-0.31)").scale == 1
    assert READERS["proportion"]("15% (95% CI 5-31)").scale == 100


def test_a_p_value_of_1_has_two_decimals() -> None:
    p = READERS["p-value"]("1").numbers["p"]
    assert p is not None
    assert (p.text, float(p.step)) == ("1", 0.01)
