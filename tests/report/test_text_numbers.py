"""Numbers of a text: how each is told apart, and which result prints it."""

import pytest

from tests.displays.results import result_rows
from topline.report.number_matches import NumberMatch, match_numbers
from topline.report.text_numbers import TextNumber, find_numbers

NB, MINUS, DASH = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}", "\N{EN DASH}"


def first(text: str) -> TextNumber:
    return find_numbers(text)[0]


@pytest.mark.parametrize(
    ("text", "value", "unit", "role"),
    [
        ("The rate was 15.2% there.", 15.2, "%", "number"),
        ("The rate was 15.2 % there.", 15.2, "%", "number"),
        (f"The rate was 15.2{NB}% there.", 15.2, "%", "number"),
        ("The rate was 15.2 percent there.", 15.2, "%", "number"),
        ("The rate was 15·2% there.", 15.2, "%", "number"),
        ("Median 28.5 months.", 28.5, "months", "number"),
        ("Median 28.5-month survival", 28.5, "months", "number"),
        ("P = 0.030 for age", 0.03, "", "p value"),
        ("p<0.0001", 0.0001, "", "p value"),
        ("a P value of .04", 0.04, "", "p value"),
        ("*P*=0.04", 0.04, "", "p value"),
        ("(n = 33)", 33, "", "count"),
        ("Thirty-seven patients enrolled", 37, "", "count"),
        ("twelve deaths", 12, "", "count"),
        ("a total of 12,345 records", 12345, "", "number"),
        (f"change of {MINUS}138.7 pg/mL", -138.7, "pg/mL", "number"),
        ("change of -138.7 pg/mL", -138.7, "pg/mL", "number"),
    ],
)
def test_a_number_has_value_unit_and_role(text: str, value: float, unit: str, role: str) -> None:
    found = first(text)
    assert (found.value, found.unit, found.role, found.apart) == (value, unit, role, "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("in 2021 the first", "year"),
        ("until 30 September 2024", "date"),
        ("on 2024-09-30 it", "date"),
        ("as shown before [12] and", "reference"),
        (f"as shown before [3,5{DASH}7] and", "reference"),
        ("see Table 1 for", "section"),
        ("see Supplementary Fig. 3a for", "section"),
        ("## 2.1 Methods", "section"),
        ("cabozantinib 40 mg daily", "dose"),
        ("temozolomide 100 mg/m2 daily", "dose"),
        ("RECIST 1.1 criteria", "version"),
        ("CTCAE version 5.0 was", "version"),
        ("a phase 2 trial", "phase"),
        ("grade 3 or higher", "grade"),
        ("grade ≥3 events", "grade"),
        ("on cycle 3", "visit"),
        ("antibody, cat. no. 12345", "identifier"),
        ("with 95% CI", "confidence level"),
        ("with 95% confidence intervals", "confidence level"),
        ("90% power and", "design"),
        ("doi: 10.1038/s41467-025-1234-5", "address"),
        ("at https://example.org/12 it", "address"),
        ("MGMT-2 protein", "name"),
        ("177Lu-DOTATATE", "name"),
        ("every 8 weeks", "schedule"),
        ("a 12-month landmark", "time point"),
        ("below <10% of cells", "threshold"),
        ("randomised 2:1 to", "ratio"),
        ("two thirds of them", "idiom"),
    ],
)
def test_what_no_analysis_printed_is_set_apart(text: str, why: str) -> None:
    found = first(text)
    assert found.apart == why


def roles(text: str) -> list[tuple[str, str, str]]:
    return [(n.text, n.unit, n.role) for n in find_numbers(text) if not n.apart]


@pytest.mark.parametrize(
    "written",
    ["5.1-31.9%", f"5.1{DASH}31.9%", "5.1 to 31.9%", "5.1, 31.9%", "5.1%-31.9%", "5.1% to 31.9%"],
)
def test_limits_are_known_however_they_are_joined(written: str) -> None:
    assert roles(f"The rate was 15.2% (95% CI: {written}).") == [
        ("15.2", "%", "number"), ("5.1", "%", "lower"), ("31.9", "%", "upper"),
    ]  # fmt: skip


def test_a_limit_that_is_not_reached_leaves_the_other() -> None:
    assert roles("median 28.5 months (95% CI, 16.8 to not reached)") == [
        ("28.5", "months", "number"), ("16.8", "months", "lower"),
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["5/33", "5 of 33", "5 out of 33", "5 of the 33"])
def test_a_count_and_what_it_is_of(written: str) -> None:
    assert roles(f"in {written} patients") == [("5", "", "count"), ("33", "", "size")]


def test_a_share_with_its_percentage() -> None:
    assert roles("Five of 33 patients (15.2%) responded") == [
        ("Five", "", "count"), ("33", "", "size"), ("15.2", "%", "number"),
    ]  # fmt: skip


def test_numbers_know_their_line_and_sentence() -> None:
    found = find_numbers("One rate was 12%.\n\nThe other was 13%. The last 14%.")
    told = [(n.text, n.line, n.sentence) for n in found if n.unit == "%"]
    assert told == [
        ("12", 1, "One rate was 12%."),
        ("13", 3, "The other was 13%."),
        ("14", 3, "The last 14%."),
    ]


@pytest.mark.parametrize("text", ["", "   ", "No numbers here.", "x" * 10_000, "(((((", "%%%"])
def test_texts_without_numbers_have_none(text: str) -> None:
    assert find_numbers(text) == ()


def test_a_long_text_without_breaks_is_read_in_time() -> None:
    assert len(find_numbers("1.5, " * 20_000)) == 20_000


RESULTS = result_rows(
    {
        "result_id": "ORR.estimate", "analysis_id": "ORR", "kind": "rate", "parameter": "ORR",
        "parameter_label": "Overall response rate", "statistic": "estimate", "value": 15.1515,
        "unit": "%", "display": "15.2", "n": 33,
    },
    {
        "result_id": "ORR.lower", "analysis_id": "ORR", "kind": "rate", "parameter": "ORR",
        "parameter_label": "Overall response rate", "statistic": "lower", "value": 5.1089,
        "unit": "%", "display": "5.1", "n": 33,
    },
    {
        "result_id": "ORR.upper", "analysis_id": "ORR", "kind": "rate", "parameter": "ORR",
        "parameter_label": "Overall response rate", "statistic": "upper", "value": 31.899,
        "unit": "%", "display": "31.9", "n": 33,
    },
    {
        "result_id": "ORR.responders", "analysis_id": "ORR", "kind": "rate", "parameter": "ORR",
        "parameter_label": "Overall response rate", "statistic": "responders", "value": 5.0,
        "display": "5", "n": 33,
    },
    {
        "result_id": "PFS.median", "analysis_id": "PFS", "kind": "survival", "parameter": "PFS",
        "parameter_label": "Progression-free survival", "statistic": "median", "value": 28.48,
        "unit": "months", "display": "28.5", "n": 33,
    },
    {
        "result_id": "PFS.p", "analysis_id": "PFS", "kind": "survival", "parameter": "PFS",
        "parameter_label": "Progression-free survival", "statistic": "p_value", "value": 0.0304,
        "display": "0.030", "n": 33,
    },
    {
        "result_id": "P1.value", "analysis_id": "CHANGES", "kind": "patient-changes",
        "parameter": "CHANGE", "statistic": "value", "value": -48.3, "unit": "%",
        "display": "-48.3", "n": 1,
    },
)  # fmt: skip


def only(text: str) -> NumberMatch:
    (found,) = [m for m in match_numbers(find_numbers(text), RESULTS) if m.verdict != "apart"]
    return found


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("The overall response rate was 15.2%.", "ORR.estimate"),
        ("The overall response rate was 15%.", "ORR.estimate"),
        ("The overall response rate was 15.15%.", "ORR.estimate"),
        ("The response rate of five patients", "ORR.responders"),
        ("Median progression-free survival was 28.5 months.", "PFS.median"),
        ("Progression-free survival differed (P = 0.03).", "PFS.p"),
        ("Progression-free survival differed (P < 0.05).", "PFS.p"),
    ],
)
def test_the_result_that_prints_a_number_is_named(text: str, result: str) -> None:
    found = only(text)
    assert (found.verdict, found.results) == ("same", (result,))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The overall response rate was 15.2% (95% CI, 5.1 to 31.8%).", "cut off"),
        ("The overall response rate was 51.2%.", "two digits changed places"),
    ],
)
def test_a_near_miss_says_what_happened(text: str, why: str) -> None:
    *_, found = match_numbers(find_numbers(text), RESULTS)
    assert found.verdict == "near"
    assert why in found.why


@pytest.mark.parametrize(
    "text",
    [
        "The overall response rate was 44.4%.",
        "Median progression-free survival was 28.5%.",
        "The overall response rate was 15.2 months.",
        "One patient's change was 48.3%.",
    ],
)
def test_what_no_result_prints_is_said_to_be_in_none(text: str) -> None:
    found = [m for m in match_numbers(find_numbers(text), RESULTS) if m.verdict != "apart"]
    assert found[-1].verdict == "none"
    assert found[-1].results == ()


def test_without_results_every_number_is_in_none() -> None:
    empty = RESULTS.clear()
    found = match_numbers(find_numbers("It was 15.2% (P = 0.03)."), empty)
    assert [m.verdict for m in found] == ["none", "none"]


def test_a_number_whose_result_the_sentence_does_not_name_is_only_somewhere() -> None:
    found = only("The visits were 28.5 months apart.")
    assert (found.verdict, found.results) == ("somewhere", ("PFS.median",))


def test_numbers_with_letters_before_them_are_names() -> None:
    assert find_numbers("NCT04893785 and a two-sided test") == ()
