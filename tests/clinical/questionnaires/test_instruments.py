"""What the manuals say of items, scales and directions."""

import pytest
from pydantic import ValidationError

from topline.clinical.questionnaires.instrument import Questionnaire, Scale
from topline.clinical.questionnaires.qlq_c30 import QLQ_C30
from topline.clinical.questionnaires.qlq_ginet21 import QLQ_GINET21, QLQ_GINET21_WEIGHT_APART

C30 = {
    # table 1 of the scoring manual, 3rd edition: items, range, function scale
    "QL": ((29, 30), 6, True),
    "PF": ((1, 2, 3, 4, 5), 3, True),
    "RF": ((6, 7), 3, True),
    "EF": ((21, 22, 23, 24), 3, True),
    "CF": ((20, 25), 3, True),
    "SF": ((26, 27), 3, True),
    "FA": ((10, 12, 18), 3, False),
    "NV": ((14, 15), 3, False),
    "PA": ((9, 19), 3, False),
    "DY": ((8,), 3, False),
    "SL": ((11,), 3, False),
    "AP": ((13,), 3, False),
    "CO": ((16,), 3, False),
    "DI": ((17,), 3, False),
    "FI": ((28,), 3, False),
}
GINET21 = {
    "ED": (31, 32, 33),
    "GI": (34, 35, 36, 37, 38),
    "TR": (39, 40, 46),
    "SF21": (42, 44, 49),
    "DRW": (41, 43, 47),
    "MBP": (48,),
    "SX": (51,),
    "INF": (50,),
    "BI": (45,),
}


def test_scales_of_the_core_questionnaire() -> None:
    found = {}
    for scale in QLQ_C30.scales:
        low, high = QLQ_C30.range_of(scale.items[0])
        assert low == 1
        found[scale.name] = (scale.items, high - low, scale.high_is_good)
    assert found == C30


def test_every_item_is_in_one_scale() -> None:
    for questionnaire, items in (
        (QLQ_C30, range(1, 31)),
        (QLQ_GINET21, range(31, 52)),
        (QLQ_GINET21_WEIGHT_APART, range(31, 52)),
    ):
        assert sorted(i for scale in questionnaire.scales for i in scale.items) == list(items)


def test_scales_of_the_neuroendocrine_module_are_all_of_trouble() -> None:
    assert {scale.name: scale.items for scale in QLQ_GINET21.scales} == GINET21
    assert not any(scale.high_is_good for scale in QLQ_GINET21.scales)


def test_weight_gain_apart() -> None:
    found = {scale.name: scale.items for scale in QLQ_GINET21_WEIGHT_APART.scales}
    assert found == {**GINET21, "TR": (39, 40), "WG": (46,)}


FAULTS = [
    pytest.param((1, 9), (), "items \\[9\\] are unknown", id="unknown item"),
    pytest.param((1, 1), (), "items \\[1\\] are in two scales", id="item twice"),
    pytest.param((1, 2), ((2, (1, 7)),), "items of A have different answers", id="two ranges"),
]


@pytest.mark.parametrize(("items", "other", "message"), FAULTS)
def test_an_instrument_hangs_together(
    items: tuple[int, ...], other: tuple[tuple[int, tuple[int, int]], ...], message: str
) -> None:
    scale = Scale(name="A", label="a", kind="symptom", items=items)
    with pytest.raises(ValidationError, match=message):
        Questionnaire(
            name="X",
            version="1",
            items=(1, 2),
            other_answers=other,
            scales=(scale,),
            citation="none",
        )
