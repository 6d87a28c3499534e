"""Courses of single patients, by hand: days of the study, which begins on 1 January."""

import polars as pl
import pytest

from tests.analyses.patients import PATIENT_ANALYSES, with_status
from tests.analyses.study import adam, found, protocol
from topline.analyses.analyse import analyse
from topline.analyses.trace import rows_behind
from topline.errors import ProtocolError

COURSES = PATIENT_ANALYSES["COURSES"]


def cells(**changes: object) -> dict[str, dict[str, object]]:
    return found(COURSES | changes, with_status(adam()))


@pytest.mark.parametrize(
    ("subject", "days", "shown"),
    [
        ("T-01", 70, "70"),  # 1 January to 10 March, both counted
        ("T-08", 20, "20"),  # died on the last day of treatment
        ("T-09", None, "NE"),  # never treated
    ],
)
def test_time_on_treatment_counts_both_days(subject: str, days: float | None, shown: str) -> None:
    cell = cells()[f"TREATMENT.{subject}.duration"]
    assert (cell["value"], cell["display"]) == (days, shown)


def test_one_never_treated_is_counted_and_told() -> None:
    found_ = cells()
    everyone = found_["TREATMENT.n"]
    assert (everyone["value"], everyone["n_missing"]) == (8, 1)
    assert "1 in the analysis set without a value" in str(everyone["warning"])
    assert found_["TREATMENT.T-09.duration"]["warning"] == "never treated"


def test_months_are_days_over_the_one_constant() -> None:
    cell = cells(unit="months")["TREATMENT.T-01.duration"]
    assert cell["value"] == pytest.approx(70 / 30.4375)
    assert (cell["display"], cell["unit"]) == ("2.3", "months")


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("first response.T-01.time", 20),
        ("first response.T-05.time", 32),
        ("progression.T-03.time", 29),
        ("progression.T-04.time", 45),
        ("death.T-08.time", 20),
        ("D stopped alone.T-02.time", 15),  # T-01 and T-05 stopped D too, but nothing went on
    ],
)
def test_dates_stand_at_their_study_day(key: str, day: float) -> None:
    assert cells()[key]["value"] == day


def test_a_date_before_the_start_has_no_place_and_says_so() -> None:
    cell = cells()["first response.T-06.time"]
    assert (cell["value"], cell["display"]) == (None, "NE")
    assert cell["warning"] == "before the first day, not shown"


def test_who_has_a_date_is_counted() -> None:
    found_ = cells()
    named = ("first response", "progression", "death", "D stopped alone")
    assert [found_[f"{name}.n"]["value"] for name in named] == [4, 2, 1, 1]


def test_a_drug_lasts_from_its_first_to_its_last_day() -> None:
    found_ = cells()
    assert [found_[f"D.T-03.{end}"]["value"] for end in ("first", "last")] == [4, 29]
    assert "D.T-07.first" not in found_  # nobody knows its last day
    assert "D.T-04.first" not in found_  # never took it


def test_the_reason_is_told_or_how_treatment_stands() -> None:
    shown = {key: cell["display"] for key, cell in cells().items() if key.startswith("DCTREAS")}
    assert shown["DCTREAS.DCTREAS=Toxicity.n"] == "2"
    assert shown["DCTREAS.DCTREAS=PD.n"] == "4"
    assert shown["DCTREAS.EOTSTT=ONGOING.n"] == "2"
    assert shown["DCTREAS.DCTREAS=Toxicity.T-01.value"] == "Toxicity"
    assert shown["DCTREAS.EOTSTT=ONGOING.T-02.value"] == "Ongoing"
    assert not any("T-09" in key for key in shown)  # never began


def test_variables_are_told_with_their_labels_in_the_order_of_tables() -> None:
    regions = [key for key in cells() if key.startswith("REGION") and key.endswith(".n")]
    assert regions == ["REGION.REGION=EU.n", "REGION.REGION=AS.n", "REGION.REGION=(missing).n"]
    assert cells()["REGION.REGION=EU.T-01.value"]["display"] == "Europe"
    assert cells()["REGION.REGION=(missing).T-06.value"]["display"] == "Missing"


def test_treatment_may_begin_and_end_on_other_dates() -> None:
    until = {"date": "DCUTDT", "label": "Data cut", "take": "latest"}
    cell = found(COURSES | {"until": until}, adam())["TREATMENT.T-01.duration"]
    assert cell["value"] == 398  # 366 days of 2024, 31 of January, and 1 February


@pytest.mark.parametrize("name", list(PATIENT_ANALYSES))
def test_every_result_of_a_patient_rests_on_that_patient_alone(name: str) -> None:
    datasets = with_status(adam())
    rows = analyse(protocol({name: PATIENT_ANALYSES[name]}), datasets).rows
    of_patients = rows.filter(pl.col("level") != "")
    assert of_patients.height > 8
    for row in of_patients.iter_rows(named=True):
        behind = rows_behind(row["trace_dataset"], row["trace_where"], datasets)
        assert behind["USUBJID"].unique().to_list() == [row["level"]], row
        assert row["level_label"] == row["level"].removeprefix("T-"), row


def test_a_quote_in_an_id_stays_in_its_trace() -> None:
    renamed = {
        name: frame.with_columns(pl.col("USUBJID").str.replace("T-01", "O'Hara' OR 1=1 --"))
        for name, frame in adam().items()
    }
    rows = analyse(protocol({"COURSES": COURSES}), renamed).rows
    one = rows.filter(pl.col("level").str.contains("O'Hara"))
    assert one.height > 4
    for row in one.iter_rows(named=True):
        behind = rows_behind(row["trace_dataset"], row["trace_where"], renamed)
        assert behind["USUBJID"].unique().to_list() == ["O'Hara' OR 1=1 --"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"by": ["AGEGR9"]}, "by: found AGEGR9, a variable that ADSL does not have"),
        ({"by": ["KI67"]}, "by[0]: found KI67, a number; expected categories"),
        ({"reason": "DCREASON"}, "reason: found DCREASON"),
        ({"where": "AGEE > 5"}, "where: found AGEE"),
        ({"until": {"date": "TRTEND", "label": "End"}}, "until: found TRTEND"),
        ({"until": {"date": "AGE", "label": "End"}}, "found AGE of ADSL, which holds Float64"),
        ({"dates": [{"date": "DTHDT", "where": "DIED = 'Y'", "label": "X"}]}, "dates[0]: found DI"),
    ],
)
def test_what_the_data_lack_is_said_before_anything_is_computed(
    changes: dict[str, object], told: str
) -> None:
    with pytest.raises(ProtocolError) as error:
        cells(**changes)
    assert told in str(error.value)


def test_a_dataset_that_is_not_there_is_named() -> None:
    without = {name: frame for name, frame in adam().items() if name != "ADEX"}
    with pytest.raises(ProtocolError, match="found no dataset ADEX"):
        found(COURSES, without)
