"""Changes of single patients, by hand."""

import pytest

from tests.analyses.patients import PATIENT_ANALYSES
from tests.analyses.study import adam, found
from topline.errors import ProtocolError

CHANGES = PATIENT_ANALYSES["CHANGES"]


@pytest.mark.parametrize(
    ("subject", "change", "shown"),
    [
        ("T-01", -100, "\u2212100"),  # nothing left
        ("T-02", -0.5, "\u22120.5"),
        ("T-03", 0, "0"),
        ("T-04", 20, "20.0"),
        ("T-07", None, "NE"),  # never measured
    ],
)
def test_the_best_change_is_that_of_adrs(subject: str, change: float | None, shown: str) -> None:
    cell = found(CHANGES)[f"SUMDIAM.{subject}.best_change"]
    assert (cell["value"], cell["display"], cell["unit"]) == (change, shown, "%")
    assert cell["trace_dataset"] == ("ADRS" if change is not None else "ADSL")


def test_who_has_none_is_counted_with_the_reason() -> None:
    cells = found(CHANGES)
    assert (cells["SUMDIAM.n"]["value"], cells["SUMDIAM.n"]["n_missing"]) == (6, 3)
    assert cells["SUMDIAM.T-07.best_change"]["warning"] == "no value at baseline"


def test_a_baseline_without_a_later_value_is_another_reason() -> None:
    data = adam()
    first = data["ADTR"]
    only = first.filter((first["USUBJID"] != "T-02") | (first["ASSESSN"] == 0))
    adrs = data["ADRS"].filter(
        (data["ADRS"]["USUBJID"] != "T-02") | (data["ADRS"]["PARAMCD"] != "BPCHG")
    )
    cells = found(CHANGES, data | {"ADTR": only, "ADRS": adrs})
    told = "no value after baseline that counts"
    assert cells["SUMDIAM.T-02.best_change"]["warning"] == told


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("day 29.SUMDIAM.T-01.change", -60),  # 50 mm, then 20
        ("day 57.SUMDIAM.T-01.change", -100),
        ("day 29.SUMDIAM.T-02.change", -25),
        ("day 57.SUMDIAM.T-02.change", -37.5),
        ("day 29.SUMDIAM.T-04.change", 10),
        ("day 57.SUMDIAM.T-01.time", 57),
    ],
)
def test_changes_over_time_are_those_of_the_sums(key: str, value: float) -> None:
    assert found(CHANGES)[key]["value"] == pytest.approx(value)


@pytest.mark.parametrize(
    "key",
    [
        "day 57.SUMDIAM.T-04.change",  # after day 45, the last response that is used
        "day 57.SUMDIAM.T-06.change",  # not measured
        "day -11.SUMDIAM.T-01.change",  # the baseline itself
    ],
)
def test_what_does_not_count_is_no_point(key: str) -> None:
    assert key not in found(CHANGES)


def test_responses_are_told_and_counted_in_their_order() -> None:
    cells = found(CHANGES)
    counted = [key for key in cells if key.startswith("BOR") and key.endswith(".n")]
    assert counted == [f"BOR.BOR={r}.n" for r in ("CR", "PR", "SD", "PD", "NE")]
    assert [cells[key]["value"] for key in counted] == [1, 2, 2, 2, 2]
    assert cells["BOR.BOR=CR.T-01.value"]["display"] == "CR"


def test_new_lesion_and_progression_have_their_day() -> None:
    cells = found(CHANGES)
    assert cells["New lesion.T-04.time"]["value"] == 45
    assert "New lesion.T-05.time" not in cells  # after what counts
    assert cells["progression.T-04.time"]["value"] == 45


def test_the_best_may_be_the_highest_of_the_values_themselves() -> None:
    cells = found(PATIENT_ANALYSES["DIAMETERS"])
    # T-02: -25 on day 29; T-04: 20 on day 57, for of another best nothing is left out
    assert cells["SUMDIAM.T-02.best_change"]["value"] == -25
    assert cells["SUMDIAM.T-04.best_change"]["value"] == pytest.approx(20)
    assert cells["SUMDIAM.T-04.best_change"]["trace_dataset"] == "ADTR"
    assert cells["day 29.SUMDIAM.T-02.time"]["value"] == pytest.approx(29 / 7)


def test_an_unknown_value_column_is_named() -> None:
    with pytest.raises(ProtocolError, match="found PCHNG, a variable that ADTR does not have"):
        found(CHANGES | {"value": "PCHNG"})
