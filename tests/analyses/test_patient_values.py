"""Values of single patients, by hand."""

import pytest
from pydantic import ValidationError

from tests.analyses.patients import PATIENT_ANALYSES
from tests.analyses.study import found, protocol
from topline.errors import ProtocolError

PAIRS, VISITS = PATIENT_ANALYSES["PAIRS"], PATIENT_ANALYSES["VISITS"]


def test_both_values_of_those_who_have_both() -> None:
    cells = found(PAIRS)
    assert (cells["AGE.T-01.value"]["value"], cells["KI67.T-01.value"]["value"]) == (60, 5)
    assert "AGE.T-03.value" not in cells  # Ki-67 not known
    assert (cells["AGE.n"]["value"], cells["AGE.n"]["n_missing"]) == (7, 2)


def test_one_value_is_enough_where_pairs_need_not_be_complete() -> None:
    cells = found(PAIRS | {"complete": False})
    assert cells["AGE.T-03.value"]["value"] == 64
    assert "KI67.T-03.value" not in cells


def test_values_have_unit_and_label_of_their_variable() -> None:
    cell = found(PAIRS)["KI67.T-04.value"]
    assert (cell["display"], cell["unit"], cell["parameter_label"]) == ("20", "%", "Ki-67")


def test_visits_stand_in_the_order_asked_for() -> None:
    cells = found(VISITS)
    keys = [key for key in cells if key.endswith(".T-02.value")]
    assert keys == [f"SUMDIAM.ASSESSN={visit}.T-02.value" for visit in ("0", "2")]
    assert [cells[key]["value"] for key in keys] == [40, 25]


def test_visits_not_named_are_all_of_them() -> None:
    cells = found(VISITS | {"visits": []})
    assert "SUMDIAM.ASSESSN=1.T-02.value" in cells


def test_rows_may_be_restricted() -> None:
    cells = found(VISITS | {"rows": "AVAL > 45"})
    assert "SUMDIAM.ASSESSN=0.T-01.value" in cells
    assert "SUMDIAM.ASSESSN=2.T-01.value" not in cells


@pytest.mark.parametrize(
    "plan",
    [
        {"kind": "patient-values", "analysis_set": "FULL"},
        PAIRS | {"dataset": "ADTR", "parameter": "SUMDIAM"},
        {"kind": "patient-values", "analysis_set": "FULL", "dataset": "ADTR"},
    ],
)
def test_values_come_from_variables_or_from_a_dataset(plan: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="either variables, or dataset and parameter"):
        protocol({"X": plan})


def test_text_is_no_value() -> None:
    with pytest.raises(ProtocolError, match="found SEX, which is text; expected a number"):
        found(PAIRS | {"variables": ["AGE", "SEX"]})
