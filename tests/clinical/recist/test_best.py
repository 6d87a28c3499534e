"""Table 3 and sections 4.4.2 to 4.4.4 of Eisenhauer 2009."""

from datetime import date

import polars as pl
import pytest

from tests.clinical.recist.cases import day, responses, subjects
from topline.clinical.recist.best import derive_best_response
from topline.clinical.recist.criteria import Criteria
from topline.errors import DataError


def _best(text: str, criteria: Criteria, end: int | None = None) -> dict[str, object]:
    return derive_best_response(responses(text), subjects("1", end=end), criteria).row(
        0, named=True
    )


CONFIRMED = {"confirmation": {"required": True}}

TABLE_3 = [
    # first, subsequent, best overall response: SD lasted long enough | SD came too early
    ("CR", "CR", "CR", "CR"),
    ("CR", "PR", "SD", "PD"),  # note a: disease came back
    ("CR", "SD", "SD", "PD"),
    ("CR", "PD", "SD", "PD"),
    ("CR", "NE", "SD", "NE"),
    ("PR", "CR", "PR", "PR"),
    ("PR", "PR", "PR", "PR"),
    ("PR", "SD", "SD", "SD"),
    ("PR", "PD", "SD", "PD"),
    ("PR", "NE", "SD", "NE"),
    ("NE", "NE", "NE", "NE"),
]


@pytest.mark.parametrize(("first", "second", "lasted", "early"), TABLE_3)
def test_row_of_table_3(first: str, second: str, lasted: str, early: str) -> None:
    for needed, expected in ((42, lasted), (70, early)):
        criteria = Criteria.model_validate({**CONFIRMED, "stable_disease_from_days": needed})
        course = f"{first}@56 {second}@112"
        assert _best(course, criteria)["best_response"] == expected, needed


def test_table_3_note_a_makes_the_first_cr_a_pr_where_the_trial_reads_it_so() -> None:
    criteria = Criteria.model_validate(
        {**CONFIRMED, "disease_after_complete_response": "CR WAS PR"}
    )
    assert _best("CR@56 PR@112", criteria)["best_response"] == "PR"
    assert _best("CR@56 NE@84 PR@112", criteria)["best_response"] == "PR"
    assert _best("CR@56 SD@112", criteria)["best_response"] == "SD"
    assert _best("CR@56 PD@112 PR@168", criteria)["best_response"] == "SD"


AS_ASSESSED = [
    pytest.param("CR@56 PR@112", "PR", id="at least PR was seen twice"),
    pytest.param("CR@56 PR@84 CR@112", "PR", id="CR with disease in between"),
    pytest.param("CR@56 SD@84 CR@112", "SD", id="CR with more disease in between"),
    pytest.param("CR@56 CR@84 PR@112", "CR", id="CR confirmed before"),
]


@pytest.mark.parametrize(("course", "expected"), AS_ASSESSED)
def test_reported_pr_after_cr_can_be_taken_as_it_is(course: str, expected: str) -> None:
    criteria = Criteria.model_validate(
        {**CONFIRMED, "disease_after_complete_response": "AS ASSESSED"}
    )
    assert _best(course, criteria)["best_response"] == expected


def test_cr_becomes_pr_by_pr_alone() -> None:  # note a speaks of PR
    criteria = Criteria(disease_after_complete_response="CR WAS PR")
    best = _best("CR@56 NON-CR/NON-PD@112", criteria)
    assert (best["best_response"], best["progression_date"]) == ("CR", day(112))


def test_pd_after_early_sd_dates_itself() -> None:
    criteria = Criteria(stable_disease_from_days=42, early_stable_disease_counts_as="PD")
    best = _best("SD@28 PD@56", criteria)
    assert (best["best_response"], best["best_response_date"]) == ("PD", day(56))
    alone = _best("SD@28", criteria)
    assert (alone["best_response"], alone["best_response_date"]) == ("PD", day(28))


def test_progression_in_between_spoils_a_confirmation_even_where_it_does_not_end_it() -> None:
    criteria = Criteria.model_validate({**CONFIRMED, "assessments_after_progression": "counted"})
    assert _best("PR@56 PD@84 PR@112", criteria)["best_response"] == "SD"


def test_confirmation_is_dated_by_the_first_assessment_that_confirms() -> None:
    for response in ("PR", "CR"):
        course = " ".join(f"{response}@{at}" for at in (56, 70, 84, 112))
        row = _best(course, Criteria.model_validate(CONFIRMED))
        assert (row["first_response_date"], row["confirmation_date"]) == (day(56), day(84))


UNCONFIRMED = [
    pytest.param("SD@56 PR@112 PD@168", "PR", id="best of all until PD"),
    pytest.param("SD@56 SD@112 PD@168", "SD", id="the guideline's example of 4.4.3"),
    pytest.param("PR@56 CR@112", "CR", id="CR beats PR"),
    pytest.param("PD@56", "PD", id="PD at first assessment"),
    pytest.param("PD@56 CR@112", "PD", id="CR after PD is not counted"),
    pytest.param("NE@56 PD@112", "PD", id="PD beats NE"),
    pytest.param("NE@56 SD@112", "SD", id="NE then SD"),
    pytest.param("NON-CR/NON-PD@56 PD@112", "NON-CR/NON-PD", id="non-target disease only"),
    pytest.param("NON-CR/NON-PD@56 CR@112", "CR", id="non-target disease gone"),
    pytest.param("NED@56 NED@112", "NED", id="no disease at baseline"),
]


@pytest.mark.parametrize(("course", "expected"), UNCONFIRMED)
def test_without_confirmation_the_best_assessment_counts(course: str, expected: str) -> None:
    assert _best(course, Criteria())["best_response"] == expected


SEQUENCES = [
    # 4.4.4: one NE between two PR does not spoil the confirmation
    pytest.param("PR@56 NE@84 PR@112", {}, "PR", id="NE between PR and PR"),
    pytest.param("PR@56 NE@84 PR@112", {"not_evaluable_between": 0}, "SD", id="NE not allowed"),
    pytest.param("PR@56 NE@84 NE@98 PR@112", {}, "SD", id="two NE are too many"),
    pytest.param("PR@56 NE@84 NE@98 PR@112", {"not_evaluable_between": 2}, "PR", id="two allowed"),
    pytest.param("CR@56 NE@84 CR@112", {}, "CR", id="NE between CR and CR"),
    pytest.param("PR@56 SD@84 PR@112", {}, "SD", id="SD between PR and PR"),
    pytest.param("PR@56 SD@84 PR@112", {"stable_disease_between": 1}, "PR", id="SD allowed"),
    pytest.param("PR@56 SD@84 PR@112 PR@140", {}, "PR", id="the later pair confirms"),
    pytest.param("PR@56 PR@83", {}, "SD", id="27 days are too few"),
    pytest.param("PR@56 PR@84", {}, "PR", id="28 days are enough"),
    pytest.param("PR@56 PR@70 PR@84", {}, "PR", id="first and last are 28 days apart"),
    pytest.param("PR@56 PR@84", {"interval_days": 35}, "SD", id="trial asks for 35 days"),
    pytest.param("PR@56 CR@112", {}, "PR", id="CR confirms PR"),
    pytest.param("PR@56 CR@84 CR@112", {}, "CR", id="CR confirmed after PR"),
    pytest.param("PR@56 CR@70 NE@77 CR@98", {}, "CR", id="NE inside a confirmed CR"),
    pytest.param("CR@56 PR@112 PR@168", {}, "SD", id="CR, PR, PR: disease came back"),
    pytest.param("CR@56 CR@112 PR@168", {}, "CR", id="CR was confirmed before that"),
    pytest.param("PR@56 PD@112 PR@168", {}, "SD", id="PD ends it"),
    pytest.param("SD@56 PR@112", {}, "SD", id="last PR unconfirmed"),
    pytest.param("PR@56", {"unconfirmed_response_counts_as": "NE"}, "NE", id="counts as NE"),
    pytest.param(
        "PR@56 PD@84", {"unconfirmed_response_counts_as": "NE"}, "PD", id="PD beats that NE"
    ),
    pytest.param("NON-CR/NON-PD@56 CR@112", {}, "NON-CR/NON-PD", id="CR without target lesions"),
    pytest.param("CR@112 NON-CR/NON-PD@168", {}, "SD", id="relapse of non-target disease"),
]


@pytest.mark.parametrize(("course", "options", "expected"), SEQUENCES)
def test_confirmation_looks_at_what_lies_between(
    course: str, options: dict[str, object], expected: str
) -> None:
    criteria = Criteria.model_validate({"confirmation": {"required": True, **options}})
    assert _best(course, criteria)["best_response"] == expected


EARLY = [
    # the guideline's two examples (4.4.3): SD too early, then PD; SD too early, then lost
    pytest.param("SD@30 PD@86", "NE", "PD", id="PD follows"),
    pytest.param("SD@30", "NE", "NE", id="lost to follow-up"),
    pytest.param("SD@30 NE@86", "NE", "NE", id="nothing evaluable follows"),
    pytest.param("SD@30 SD@41", "NE", "NE", id="day 41 of 42"),
    pytest.param("SD@30 SD@42", "NE", "SD", id="day 42 of 42"),
    pytest.param("PR@30", "NE", "PR", id="a response has no minimum"),
    pytest.param("NON-CR/NON-PD@30", "NE", "NE", id="non-target disease has the same minimum"),
    pytest.param("SD@30", "PD", "PD", id="trial counts it as PD"),
]


@pytest.mark.parametrize(("course", "counts_as", "expected"), EARLY)
def test_stable_disease_must_last(course: str, counts_as: str, expected: str) -> None:
    criteria = Criteria.model_validate(
        {"stable_disease_from_days": 42, "early_stable_disease_counts_as": counts_as}
    )
    assert _best(course, criteria)["best_response"] == expected


def test_subject_without_assessment_follows_the_option() -> None:
    nobody = responses("SD@56", subject="2").clear()
    for option in ("NE", "MISSING"):
        criteria = Criteria.model_validate({"missing_counts_as": option})
        row = derive_best_response(nobody, subjects("1"), criteria).row(0, named=True)
        assert row["best_response"] == option
        assert row["assessments_counted"] == 0
        assert row["reason"] == "no assessment after baseline that counts"


def test_assessment_on_the_end_date_counts_and_a_later_one_does_not() -> None:
    row = _best("SD@56 PR@112", Criteria(), end=112)
    assert row["best_response"] == "PR"
    row = _best("SD@56 PR@112", Criteria(), end=111)
    assert (row["best_response"], row["assessments_not_counted"]) == ("SD", 1)
    row = _best("SD@56 PR@112", Criteria(assessments_after_end="counted"), end=111)
    assert row["best_response"] == "PR"


def test_confirmation_after_the_end_date_is_none() -> None:
    criteria = Criteria.model_validate(CONFIRMED)
    assert _best("PR@56 PR@112", criteria, end=100)["best_response"] == "SD"


def test_assessment_before_start_is_not_counted_and_said() -> None:
    assert _best("PR@0 SD@56", Criteria())["best_response"] == "PR"
    early = responses("PR@0 SD@56").with_columns(pl.col("date").dt.offset_by("-1d"))
    row = derive_best_response(early, subjects("1"), Criteria()).row(0, named=True)
    assert (row["best_response"], row["assessments_not_counted"]) == ("SD", 1)
    assert "1 not counted" in row["reason"]


def test_assessments_after_progression_count_where_the_trial_says_so() -> None:
    criteria = Criteria(assessments_after_progression="counted")
    row = _best("SD@56 PD@112 PR@168", criteria)
    assert (row["best_response"], row["progression_date"]) == ("PR", day(112))


def test_dates_are_those_of_the_assessments_that_count() -> None:
    criteria = Criteria.model_validate({**CONFIRMED, "stable_disease_from_days": 42})
    row = _best("SD@30 SD@56 PR@84 CR@112 CR@140 NE@168 PD@196", criteria)
    assert row["best_response"] == "CR"
    assert row["best_response_date"] == row["first_complete_response_date"] == day(112)
    assert row["first_response_date"] == day(84)  # 4.6.2: CR or PR, whichever comes first
    assert row["confirmation_date"] == day(112)
    assert row["first_stable_disease_date"] == day(56)
    assert row["progression_date"] == day(196)
    assert row["last_evaluable_date"] == day(196)
    assert (row["assessments_counted"], row["assessments_not_counted"]) == (7, 0)


def test_unconfirmed_response_has_no_response_date() -> None:
    row = _best("PR@56 SD@112 NE@168", Criteria.model_validate(CONFIRMED))
    assert (row["first_response_date"], row["confirmation_date"]) == (None, None)
    assert (row["best_response_date"], row["last_evaluable_date"]) == (day(56), day(112))


REASONS = [
    ("PR@56 PR@112", "PR on 2024-02-26, confirmed on 2024-04-22"),
    ("PR@56 SD@112", "PR on 2024-02-26 was not confirmed and counts as SD"),
    ("SD@56", "SD on 2024-02-26, 56 days from start (42 needed)"),
    ("SD@30", "SD on day 30 came before the 42 days that SD needs, and nothing later counts"),
    ("SD@30 PD@86", "PD on 2024-03-27; SD on day 30 came before the 42 days that SD needs"),
    ("NE@56", "no assessment could be evaluated"),
    (
        "PD@56 PR@112",
        "PD on 2024-02-26; 1 not counted (before start, after progression or after end)",
    ),
    ("NED@56", "no disease at baseline and no new lesion"),
]


@pytest.mark.parametrize(("course", "expected"), REASONS)
def test_reason_says_what_decided(course: str, expected: str) -> None:
    criteria = Criteria.model_validate({**CONFIRMED, "stable_disease_from_days": 42})
    assert _best(course, criteria)["reason"] == expected


def test_response_of_a_subject_nobody_asked_about_is_refused() -> None:
    with pytest.raises(DataError, match=r"1 subjects are not in Subjects \(2\)"):
        derive_best_response(responses("PR@56", subject="2"), subjects("1"), Criteria())


def test_response_that_recist_does_not_know_is_refused() -> None:
    with pytest.raises(DataError, match=r"response\|check__one of CR, PR, .*: 1 \(1 1\)"):
        derive_best_response(responses("MR@56"), subjects("1"), Criteria())


def test_baseline_row_without_response_is_no_assessment() -> None:
    baseline = pl.DataFrame(
        {"subject": ["1"], "assessment": [0], "date": [date(2023, 12, 20)], "response": [None]},
        schema_overrides={"response": pl.String},
    )
    rows = pl.concat([baseline, responses("SD@56")])
    best = derive_best_response(rows, subjects("1"), Criteria()).row(0, named=True)
    assert (best["assessments_counted"], best["assessments_not_counted"]) == (1, 0)
