"""What trials may set differently, on the smallest sheet that shows it."""

import pytest

from tests.clinical.ctcae.sheet import differences, graded, sheet
from topline.clinical.ctcae.grades import derive_grades
from topline.clinical.ctcae.options import CalciumCorrection, GradingOptions
from topline.errors import UsageError

# what v5.0 says, a case each; the grade after the semicolon is that of the option
CASES = [
    # LLN 9.5 g/dL lies below the bound of grade 2; 1.6 x baseline lies within normal limits
    (GradingOptions(), "HGB low g/dL LLN 9.5 ULN 16 | 9.8 2 | 9.4 2"),
    (GradingOptions(), "CREAT high mg/dL ULN 1.2 BASE 0.6 | 1 2 | 1.2 2 | 1.21 2"),
    (
        GradingOptions(within_normal_limits="grade 0"),
        "HGB low g/dL LLN 9.5 ULN 16 | 9.8 0 | 9.5 0 | 9.4 2",
    ),
    (
        GradingOptions(within_normal_limits="grade 0"),
        "CREAT high mg/dL ULN 1.2 BASE 0.6 | 1 0 | 1.2 0 | 1.21 2",
    ),
    # whole numbers leave gaps
    (
        GradingOptions(),
        "SODIUM low mmol/L LLN 135 ULN 145 not-symptomatic | 130 1 | 129.5 2 | 124.5 3",
    ),
    (GradingOptions(), "QTCF high ms BASE 440 | 480 1 | 480.5 2 | 500.5 3"),
    (GradingOptions(), "GFRE low mL/min/1.73m2 LLN 90 ULN 120 | 60 1 | 59.5 2 | 29.5 3"),
    (GradingOptions(), "SYSBP high mmHg | 139.5 2 | 159.5 3"),
    (
        GradingOptions(between_grades="milder"),
        "SODIUM low mmol/L LLN 135 ULN 145 not-symptomatic | 129.5 1 | 129 2 | 124.5 2 | 124 3",
    ),
    (GradingOptions(between_grades="milder"), "QTCF high ms BASE 445 | 480.5 1 | 500.5 2 | 501 3"),
    (GradingOptions(between_grades="milder"), "SYSBP high mmHg | 139.5 1 | 159.5 2 | 160 3"),
    # a baseline that nobody has
    (GradingOptions(), "ALT high U/L ULN 40 | 40 0 | 50 1 | 130 2"),
    (GradingOptions(), "CREAT high mg/dL ULN 1.2 | 1.2 0 | 1.3 1"),
    (GradingOptions(), "EOS high 10^9/L LLN 0 ULN 0.5 | 0.5 0 | 0.6 1"),
    (GradingOptions(), "INR high . anticoagulated | 1.2 0 | 1.4 1"),
    (GradingOptions(), "FIBRINO low mg/dL LLN 200 ULN 400 | 200 0 | 150 1 | 149 2"),
    (GradingOptions(), "WEIGHT high kg | 80 ?"),
    (GradingOptions(baseline_missing="query"), "ALT high U/L ULN 40 | 50 ? | 900 ?"),
    (GradingOptions(baseline_missing="query"), "CREAT high mg/dL ULN 1.2 | 1.2 ? | 7.3 4"),
    (GradingOptions(baseline_missing="query"), "EOS high 10^9/L LLN 0 ULN 0.5 | 0.5 0 | 0.6 ?"),
    # baseline is not judged against itself
    (GradingOptions(), "ALT high U/L ULN 40 BASE 90 up_to_baseline | 90 1 | 121 2"),
    (GradingOptions(), "EOS high 10^9/L LLN 0 ULN 0.5 BASE 0.8 up_to_baseline | 0.8 1"),
    (GradingOptions(), "CREAT high mg/dL ULN 1.2 BASE 0.8 up_to_baseline | 0.8 0 | 1.25 1"),
    (GradingOptions(), "INR high . BASE 2.4 anticoagulated up_to_baseline | 2.4 2"),
    (GradingOptions(), "WEIGHT low kg BASE 80 up_to_baseline | 60 0 | 80 0"),
    (
        GradingOptions(up_to_baseline="baseline"),
        "ALT high U/L ULN 40 BASE 90 up_to_baseline | 90 0 | 135 1",
    ),
    # limits of another laboratory at baseline; below normal is not abnormal for a rise
    (GradingOptions(), "ALT high U/L ULN 40 BASEULN 60 BASE 50 | 50 1 | 75 1"),
    (GradingOptions(), "ALT high U/L ULN 60 BASEULN 40 BASE 50 | 74 0 | 75 1"),
    (GradingOptions(), "ALT high U/L LLN 10 ULN 40 BASE 5 | 40 0 | 41 1"),
    # nobody said whether there are symptoms, anticoagulants, food
    (GradingOptions(), "K low mmol/L LLN 3.5 ULN 5 | 3.2 1"),
    (GradingOptions(symptoms_unknown="present"), "K low mmol/L LLN 3.5 ULN 5 | 3.2 2 | 3.5 0"),
    (GradingOptions(symptoms_unknown="query"), "K low mmol/L LLN 3.5 ULN 5 | 3.2 ? | 2.9 3 | 4 0"),
    (GradingOptions(), "INR high . BASE 2 | 2 2 | 2.6 3"),
    (GradingOptions(anticoagulation_unknown="present"), "INR high . BASE 2 | 2 0 | 2.6 1"),
    (GradingOptions(anticoagulation_unknown="query"), "INR high . BASE 2 | 2 ? | 1.1 0"),
    (GradingOptions(version="4.03"), "GLUC high mg/dL ULN 100 | 100 0 | 120 ? | 240 ? | 260 3"),
    (
        GradingOptions(version="4.03", fasting_unknown="present"),
        "GLUC high mg/dL ULN 100 | 120 1 | 240 2",
    ),
    (
        GradingOptions(version="4.03", fasting_unknown="absent"),
        "GLUC high mg/dL ULN 100 | 240 0 | 260 3",
    ),
    # other readings
    (
        GradingOptions(readings={"Fibrinogen decreased": "baseline abnormal"}),
        "FIBRINO low mg/dL LLN 200 ULN 400 BASE 400 | 180 1 | 149 2",
    ),
    (
        GradingOptions(readings={"Fibrinogen decreased": "baseline abnormal"}),
        "FIBRINO low mg/dL LLN 200 ULN 400 BASE 160 | 160 0 | 159 1 | 121 1 | 120 2 | 80 3 | 49 4",
    ),
    (
        GradingOptions(readings={"Hemoglobin increased": "above baseline"}),
        "HGB high g/dL LLN 12 ULN 16 BASE 13 | 16 0 | 16.1 2 | 17 2 | 17.1 3",
    ),
    (
        GradingOptions(readings={"INR increased": "worst of both"}),
        "INR high . BASE 2 anticoagulated | 2 2 | 2.6 3",
    ),
    (
        GradingOptions(readings={"Ejection fraction decreased": "percent of baseline"}),
        "LVEF low % BASE 70 | 63.1 0 | 63 2 | 56.1 2 | 56 3",
    ),
    # numbers of v4.03 where v5.0 has none
    (GradingOptions(), "PHOS low mg/dL LLN 2.7 ULN 4.5 | 1.9 ?"),
    (
        GradingOptions(numbers_from_v4_03=("Hypophosphatemia",)),
        "PHOS low mg/dL LLN 2.7 ULN 4.5 | 2.6 1 | 1.9 3",
    ),
    # limits that the unit makes impossible
    (GradingOptions(), "HGB low g/L LLN 12 ULN 16 | 11 ? | 14 ?"),
    (GradingOptions(), "WBC high 10^9/L LLN 4000 ULN 11000 | 5000 ?"),
    (GradingOptions(), "FIBRINO low mg/dL LLN 2 ULN 4 | 3 ?"),
    (GradingOptions(contradicting_limits="graded"), "HGB low g/L LLN 12 ULN 16 | 11 3"),
    # a test code of one's own; the guideline's tolerance
    (
        GradingOptions(tests={"MYHB": "hemoglobin"}),
        "MYHB low g/dL LLN 12 ULN 16 | 12 0 | 9 2",
    ),
    (GradingOptions(tolerance=0.01), "K high mmol/L LLN 3.5 ULN 5 | 5.05 0 | 5.06 1"),
]


@pytest.mark.parametrize(("options", "line"), CASES)
def test_choice_gives_its_grade(options: GradingOptions, line: str) -> None:
    assert differences(line, options) == []


CALCIUM = [
    # 8.0 mg/dL with albumin 2.0 g/dL is 8.0 + 0.8 x 2.0 = 9.6; 11.0 with 5.0 is 10.2
    ({}, "CA low mg/dL LLN 8.5 ULN 10.5 ALB 2 g/dL | 8 0 | 6.8 1"),
    ({}, "CA high mg/dL LLN 8.5 ULN 10.5 ALB 20 g/L | 10 2"),
    ({}, "CA high mg/dL LLN 8.5 ULN 10.5 ALB 5 g/dL | 11 0"),
    # 0.8 mg/dL is 0.01996 mmol/L a g/L: 1.9 mmol/L with 20 g/L is 2.299
    ({}, "CA low mmol/L LLN 2.1 ULN 2.6 ALB 20 g/L | 1.9 0 | 1.65 1"),
    ({"high_albumin": "as measured"}, "CA high mg/dL LLN 8.5 ULN 10.5 ALB 5 g/dL | 11 1"),
    ({"mg_dl_per_g_dl": 0}, "CA low mg/dL LLN 8.5 ULN 10.5 ALB 2 g/dL | 8 1"),
    ({"reference_g_dl": 4.4}, "CA low mg/dL LLN 8.5 ULN 10.5 ALB 4 g/dL | 8.18 0 | 8.17 1"),
    ({}, "CA low mg/dL LLN 8.5 ULN 10.5 | 8 1"),
    ({"without_albumin": "query"}, "CA low mg/dL LLN 8.5 ULN 10.5 | 8 ?"),
    ({}, "CA low mg/dL LLN 8.5 ULN 10.5 ALB 2 furlong | 8 1"),
    # corrected by the laboratory, and ionized, stay as they are
    ({}, "CACORR low mg/dL LLN 8.5 ULN 10.5 ALB 2 g/dL | 8 1"),
    ({}, "CAION low mmol/L LLN 1.15 ULN 1.3 ALB 20 g/L | 1.1 1"),
]


@pytest.mark.parametrize(("choice", "line"), CALCIUM)
def test_calcium_is_corrected_by_albumin(choice: dict[str, object], line: str) -> None:
    correction = CalciumCorrection.model_validate(choice)
    assert differences(line, GradingOptions(calcium=correction)) == []


# CTCAE v3.0, remark on hypocalcemia: calcium + 0.8 (4 - albumin) in mg/dL and g/dL; in mmol/L the
# slope is 0.8 / 4.0078 per g/dL, the atomic mass of calcium being 40.078
CORRECTED = [
    ("CA low mg/dL LLN 8.5 ULN 10.5 ALB 2 g/dL | 8 0", 9.6),
    ("CA low mg/dL LLN 8.5 ULN 10.5 ALB 3 g/dL | 8 0", 8.8),
    ("CA low mg/dL LLN 8.5 ULN 10.5 ALB 4 g/dL | 8 0", 8.0),
    ("CA low mg/dL LLN 8.5 ULN 10.5 ALB 4.5 g/dL | 10 0", 9.6),
    ("CA low mmol/L LLN 2.1 ULN 2.6 ALB 30 g/L | 2.0 0", 2.0 + 0.8 / 4.0078),
    ("CA low mmol/L LLN 2.1 ULN 2.6 ALB 40 g/L | 2.0 0", 2.0),
]


@pytest.mark.parametrize(("line", "expected"), CORRECTED)
def test_corrected_calcium_is_shown(line: str, expected: float) -> None:
    assert graded(line)["graded_value"].to_list() == [pytest.approx(expected)]


def test_high_albumin_lowers_calcium_unless_the_remark_is_followed() -> None:
    line = "CA low mg/dL LLN 8.5 ULN 10.5 ALB 4.5 g/dL | 10 0"
    remark = GradingOptions(calcium=CalciumCorrection(high_albumin="as measured"))
    assert graded(line, remark)["graded_value"].to_list() == [pytest.approx(10.0)]


ASSUMPTIONS = [
    ("ALT high U/L ULN 40 | 50 1", "baseline missing: taken as normal"),
    ("ALT high U/L ULN 40 | 40 0", None),  # an abnormal baseline would not change it
    ("CREAT high mg/dL ULN 1.2 | 1 0", "baseline missing: taken as normal"),
    ("K low mmol/L LLN 3.5 ULN 5 | 3.2 1", "symptoms unknown: taken as absent"),
    ("K low mmol/L LLN 3.5 ULN 5 | 4 0", None),
    ("LIPASE high U/L ULN 60 | 130 2", "symptoms unknown: taken as absent"),
    ("INR high . BASE 2 | 2.2 2", "anticoagulation unknown: taken as absent"),
    ("INR high . BASE 2 not-anticoagulated | 2.2 2", None),
    ("INR high . anticoagulated | 2.2 2", "baseline missing: taken as normal"),
    ("CA low mg/dL LLN 8.5 ULN 10.5 | 9 0", "no usable albumin: calcium as measured"),
    ("CA low mg/dL LLN 8.5 ULN 10.5 ALB 40 g/dL | 9 0", "no usable albumin: calcium as measured"),
    ("CA low mg/dL LLN 8.5 ULN 10.5 ALB 4 furlong | 9 0", "no usable albumin: calcium as measured"),
    ("CA low mg/dL LLN 8.5 ULN 10.5 ALB 4 g/dL | 9 0", None),
    ("TROPONI high ng/L ULN 20 | 30 1", "level of myocardial infarction unknown: not grade 3"),
    ("TROPONI high ng/L ULN 20 | 20 0", None),
]


@pytest.mark.parametrize(("line", "assumption"), ASSUMPTIONS)
def test_what_was_taken_for_granted_is_told(line: str, assumption: str | None) -> None:
    assert graded(line)["assumption"].to_list() == [assumption]
    assert differences(line) == []


def test_term_without_number_is_named_and_says_so() -> None:
    row = graded("GLUC high mmol/L LLN 3.9 ULN 5.5 | 30 ?").row(0, named=True)
    assert row["high_term"] == "Hyperglycemia"
    assert row["high_words"] == "CTCAE v5.0 has no number for this term"
    assert row["query"] is None
    assert row["low_grade"] == 0


def test_grade_comes_with_its_bound_and_words() -> None:
    row = graded("ALT high U/L ULN 40 BASE 60 | 181 2").row(0, named=True)
    assert row["bound"] == "if baseline abnormal: > 3.0 x baseline"
    assert row["words"] == (
        ">3.0 - 5.0 x ULN if baseline was normal; >3.0 - 5.0 x baseline if baseline was abnormal"
    )


WRONG = [
    (GradingOptions(tests={"HB": "haemoglobin"}), "no analyte 'haemoglobin'; known: hemoglobin, "),
    (GradingOptions(readings={"INR increased": "mine"}), "no reading 'mine'; known: baseline if"),
    (GradingOptions(readings={"Anemia": "mine"}), "no reading 'mine'; known: none"),
    (GradingOptions(readings={"Anaemia": "mine"}), "no term 'Anaemia'"),
    (GradingOptions(numbers_from_v4_03=("Anemia",)), "Anemia; usable: Hyperglycemia, Hypophos"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_option_that_names_nothing_says_what_there_is(
    options: GradingOptions, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        derive_grades(sheet("HGB low g/dL LLN 12 ULN 16 | 12 0"), options)
