"""A colour belongs to a value of a variable, in every figure."""

import pytest

from tests.analyses.study import protocol
from tests.displays.results import result_rows
from topline.displays import theme
from topline.displays.palettes import DATE_SHAPES, Palettes

REGION = {"label": "Region", "rule": "COUNTRY", "levels": {"EU": "Europe", "AS": "Asia"}}
GRADE = {"label": "Grade", "rule": "1", "levels": {"G1": "1", "G2": "2", "G3": "3"}}


def palettes(*values: tuple[str, str], **parts: object) -> Palettes:
    variables = {"REGION": REGION, "TUMGRADE": GRADE}
    plan = protocol({}, variables=variables, **parts)
    return Palettes(plan, result_rows(*({"by": by, "group": group} for by, group in values)))


def test_values_take_colours_in_the_protocols_order_not_in_that_of_the_data() -> None:
    found = palettes(("REGION", "AS"))
    assert found.paint("REGION", "AS") == theme.series(1)
    assert found.paint("REGION", "AS") == palettes(("REGION", "EU"), ("REGION", "AS")).paint(
        "REGION", "AS"
    )


def test_values_that_only_the_data_have_come_after_sorted() -> None:
    found = palettes(("REGION", "ZZ"), ("REGION", "AF"))
    assert found.paint("REGION", "AF") == theme.series(2)
    assert found.paint("REGION", "ZZ") == theme.series(3)


def test_arms_stand_in_the_order_of_the_study() -> None:
    found = palettes(("TRT01P", "Control"))
    assert found.paint("TRT01P", "Active") == theme.series(0)
    assert found.paint("TRT01P", "Control") == theme.series(1)


def test_values_that_rise_go_from_light_to_dark() -> None:
    found = palettes(("TUMGRADE", "G2"), appearance={"ordered": ["TUMGRADE"]})
    assert [found.paint("TUMGRADE", g).colour for g in ("G1", "G2", "G3")] == [
        theme.SCALE[0], theme.SCALE[2], theme.SCALE[4],
    ]  # fmt: skip


@pytest.mark.parametrize("response", theme.RESPONSES)
def test_responses_have_their_own_colours(response: str) -> None:
    found = palettes(("BOR", "PR"), ("BOR", "SD"))
    assert found.paint("BOR", response).colour == theme.RESPONSES[response]


def test_a_value_that_happens_to_be_called_pd_is_no_response() -> None:
    found = palettes(("DCTREAS", "PD"), ("DCTREAS", "Toxicity"))
    assert found.paint("DCTREAS", "PD") == theme.series(0)


@pytest.mark.parametrize("value", ["(missing)", "", "nobody has it", "UNKNOWN", "OTHER"])
def test_missing_unknown_and_other_are_grey(value: str) -> None:
    found = palettes(("REGION", "EU"), ("REGION", "UNKNOWN"), ("REGION", "OTHER"))
    assert found.paint("REGION", value).colour == theme.ABSENT


def test_what_is_grey_takes_no_colour_from_the_others() -> None:
    found = palettes(("SITE", "A"), ("SITE", "OTHER"), ("SITE", "UNKNOWN"), ("SITE", "Z"))
    assert found.paint("SITE", "Z") == theme.series(1)


def test_dates_have_the_same_shape_in_every_figure() -> None:
    names = ["X", "progression", "X", "Y"]
    rows = result_rows(*({"statistic": "time", "level": "1", "parameter": n} for n in names))
    found = Palettes(protocol({}), rows)
    assert found.shape("progression") == "diamond"
    assert len({found.shape(name) for name in (*names, "death", "New lesion")}) == 5
    assert found.shape("X") in DATE_SHAPES
