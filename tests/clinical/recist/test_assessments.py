import polars as pl
import pytest

from tests.clinical.recist.cases import day, sheet
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.criteria import Criteria
from topline.errors import DataError

BROKEN = [
    pytest.param({"diameter_mm": -1.0}, r"diameter_mm\|min: 1 \(1 1 target T1\)", id="negative"),
    pytest.param(
        {"state": "GONE"}, r"state\|check__one of PRESENT, ABSENT, .*: 1", id="unknown state"
    ),
    pytest.param({"role": "index"}, r"one of target, non-target, new, none: 1", id="unknown role"),
    pytest.param(
        {"state": "ABSENT"}, "absent_or_not_evaluated_has_no_diameter: 1", id="absent, 30"
    ),
    pytest.param(
        {"state": "NOT EVALUATED"}, "absent_or_not_evaluated_has_no_diameter: 1", id="unseen, 30"
    ),
    pytest.param({"state": "UNEQUIVOCAL"}, "state_suits_role: 1", id="certain target"),
    pytest.param({"state": "EQUIVOCAL"}, "state_suits_role: 1", id="doubtful target"),
    pytest.param({"state": "UNEQUIVOCAL PROGRESSION"}, "state_suits_role: 1", id="target grew"),
    pytest.param({"role": "new", "assessment": 0}, "new_lesions_come_after_baseline: 1", id="new"),
    pytest.param({"assessment": -1}, r"assessment\|min: 1", id="before baseline"),
    pytest.param({"assessment": 0}, "primary_key: 2", id="lesion twice"),
    pytest.param({"date": None}, r"date\|nullability: 1", id="no date"),
]


@pytest.mark.parametrize(("change", "message"), BROKEN)
def test_row_that_breaks_a_rule_is_refused_by_name(change: dict[str, object], message: str) -> None:
    lesions = sheet("day  T1\n0  50\n56  30")
    changed = lesions.with_columns(
        pl.when(pl.col("assessment") == 1)
        .then(pl.lit(value, lesions.schema[name]))
        .otherwise(pl.col(name))
        .alias(name)
        for name, value in change.items()
    )
    with pytest.raises(DataError, match=message):
        derive_assessments(changed, Criteria())


def test_state_of_no_lesion_is_refused() -> None:
    with pytest.raises(DataError, match="state_suits_role: 1"):
        derive_assessments(sheet("day  -\n0  ?\n56  PRESENT"), Criteria())


def test_assessments_numbered_against_their_dates_are_refused() -> None:
    lesions = sheet("day  T1\n0  50\n112  40\n56  30")
    with pytest.raises(
        DataError, match=r"1: assessment 2 on 2024-02-26, the one before on 2024-04"
    ):
        derive_assessments(lesions, Criteria())


def test_no_lesions_give_no_assessments() -> None:
    assert derive_assessments(sheet("day  T1\n0  50").clear(), Criteria()).is_empty()


def test_baseline_alone_gives_one_row_without_response() -> None:
    row = derive_assessments(sheet("day  T1  N1\n0  50  PRESENT"), Criteria()).row(0, named=True)
    assert (row["response"], row["sum_mm"], row["date"]) == (None, 50, day(0))
    assert row["reason"] == "Baseline: sum 50 mm"


REASONS = [
    ("T1\n0  50\n56  35", "PR: sum 35 mm, -30.0 % from baseline 50 mm; no new lesion"),
    ("T1\n0  50\n56  55.5", "SD: sum 55.5 mm, +11.0 % from baseline 50 mm; no new lesion"),
    (
        "T1\n0  50\n56  60",
        "PD: sum 60 mm, +10 mm, +20.0 % from nadir 50 mm of 2024-01-01; no new lesion",
    ),
    (
        "T1  T2\n0  25  25\n56  70  ?",
        "PD: 1 of 2 target lesions evaluated, together 70 mm, +20 mm, +40.0 % from nadir 50 mm of "
        "2024-01-01; no new lesion",
    ),
    ("T1  T2\n0  25  25\n56  20  ?", "NE: 1 of 2 target lesions evaluated; no new lesion"),
    (
        "T1  N1\n0  50  PRESENT\n56  ABSENT  ?",
        "PR: all target lesions absent; 0 of 1 non-target lesions evaluated; no new lesion",
    ),
    ("Tnode\n0  20\n56  8", "CR: only normal nodes left (sum 8 mm); no new lesion"),
    (
        "T1  N1\n0  50  PRESENT\n56  50  UNEQUIVOCAL PROGRESSION",
        "PD: sum 50 mm, 0.0 % from baseline 50 mm; unequivocal progression of non-target lesions; "
        "no new lesion",
    ),
    (
        "T1  X1\n0  50  .\n56  50  EQUIVOCAL",
        "SD: sum 50 mm, 0.0 % from baseline 50 mm; possible new lesion (X1)",
    ),
    (
        "T1  -\n0  50  .\n56  .  NOT EVALUATED",
        "NE: 0 of 1 target lesions evaluated; no new lesion; imaging not evaluated",
    ),
    (
        "N1  X1\n0  PRESENT  .\n56  ABSENT  .",
        "CR: non-target lesions CR; no new lesion",
    ),
    ("T1  T2\n0  50  ?\n56  30  10", "NE: sum 40 mm, baseline incomplete; no new lesion"),
]


@pytest.mark.parametrize(("text", "reason"), REASONS)
def test_reason_gives_the_numbers_that_decided(text: str, reason: str) -> None:
    assert derive_assessments(sheet(f"day  {text}"), Criteria())["reason"][1] == reason


def test_reason_of_sd_after_shrinkage_gives_nadir_too() -> None:
    rows = derive_assessments(sheet("day  T1\n0  50\n56  38\n112  40"), Criteria())
    assert rows["reason"][2] == (
        "SD: sum 40 mm, -20.0 % from baseline 50 mm, +2 mm, +5.3 % from nadir 38 mm of 2024-02-26; "
        "no new lesion"
    )


def test_reason_says_what_the_tables_alone_would_give() -> None:
    rows = derive_assessments(sheet("day  T1\n0  50\n56  ABSENT\n112  4"), Criteria())
    assert rows["reason"][2] == (
        "PD after complete response (tables 1 and 2 alone: PR): sum 4 mm, -92.0 % from baseline "
        "50 mm; no new lesion"
    )
