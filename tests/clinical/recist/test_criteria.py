import subprocess
import sys

import pytest
from pydantic import ValidationError

from topline.clinical.recist.criteria import Confirmation, Criteria

GUIDELINE = {
    # Eisenhauer 2009
    "partial_response_decrease_percent": 30,  # 4.3.1
    "progression_increase_percent": 20,  # 4.3.1
    "progression_increase_mm": 5,  # 4.3.1
    "normal_node_below_mm": 10,  # 4.3.1
    "too_small_to_measure_mm": 5,  # 4.3.2
    "measurable_lesion_mm": 10,  # 3.1.1
    "measurable_node_mm": 15,  # 3.1.1
    "measurable_on_chest_xray_mm": 20,  # 3.1.1
    "most_target_lesions": 5,  # 4.2
    "most_target_lesions_per_organ": 2,  # 4.2
}


@pytest.mark.parametrize(("name", "value"), GUIDELINE.items())
def test_default_is_the_guideline_s_number(name: str, value: float) -> None:
    assert getattr(Criteria(), name) == value


def test_confirmation_comes_four_weeks_later_when_it_is_required() -> None:  # 4.4.3
    assert Confirmation().interval_days == 28


def test_protocol_may_write_nested_options() -> None:
    options = {"confirmation": {"required": True, "interval_days": 35}}
    assert Criteria.model_validate(options).confirmation == Confirmation(
        required=True, interval_days=35
    )


@pytest.mark.parametrize(
    "options",
    [
        {"partial_response_decrease": 30},  # no such option
        {"partial_response_decrease_percent": 0},
        {"progression_increase_percent": -20},
        {"progression_increase_mm": -1},
        {"tolerance": 1},
        {"stable_disease_from_days": -1},
        {"missing_counts_as": "PD"},
        {"confirmation": {"interval": 28}},
    ],
)
def test_option_that_makes_no_sense_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Criteria.model_validate(options)


def test_every_option_says_what_it_is() -> None:
    for model in (Criteria, Confirmation):
        for name, field in model.model_fields.items():
            assert field.description, name


def test_criteria_load_without_frames() -> None:  # the protocol package imports them
    code = "import sys, topline.clinical.recist.criteria; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
