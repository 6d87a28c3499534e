"""Hazard ratios by covariate, with the categories that they are against."""

from tests.displays.tiny import heads, lines, tabled, unsupported


def test_categories_have_events_and_the_reference_its_line() -> None:
    table = tabled("regression-table", "PFS-COX")
    assert heads(table) == [
        ("", "Covariate"), ("", "Events / N"),
        ("Univariable", "HR (95% CI)"), ("Univariable", "P"),
        ("Multivariable", "HR (95% CI)"), ("Multivariable", "P"),
    ]  # fmt: skip
    found = lines(table)
    assert found[:2] == [
        ["Age", "", "", "", "", ""],
        ["per 10 years", "6 / 8", "0.35 (0.06 to 2.00)", "0.240", "0.13 (0.00 to 1.60)", "0.116"],
    ]
    assert ["Female", "4 / 4", "Reference", "", "Reference", ""] in found
    assert unsupported(table) == ["Reference"] * 4


def test_a_model_tells_its_events_and_subjects() -> None:
    assert ["Model, events / N", "", "", "", "5 / 7", ""] in lines(
        tabled("regression-table", "PFS-COX")
    )


def test_footnotes_give_no_advice_that_only_a_programmer_can_follow() -> None:
    said = " ".join(tabled("regression-table", "PFS-COX").footnotes)
    assert "Without Firth's penalty a hazard ratio has no bound." in said
    assert "=" not in said
