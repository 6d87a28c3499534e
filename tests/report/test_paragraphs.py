"""Results in words: grammar by hand for small results, and both studies from top to bottom."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tests.analyses.study import protocol
from tests.displays import example
from tests.displays.results import result_rows
from tests.report.reports import STUDY
from topline.adam.adam import derive_adam
from topline.analyses.analyse import analyse
from topline.analyses.results import PATIENT_KINDS
from topline.displays.documents.formats import Format, Formats
from topline.displays.documents.imprint import imprint_of
from topline.displays.documents.paper import A4
from topline.displays.html import safe
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.protocol.references import broken_references
from topline.report.in_words import put_in_words, write_words
from topline.report.paragraphs.compose import compose_paragraphs, tell_analysis
from topline.report.paragraphs.language import spelled
from topline.report.paragraphs.printed import MINUS
from topline.report.paragraphs.spans import Paragraph, sentence, text_of
from topline.report.paragraphs.word import paragraphs_docx
from topline.report.paragraphs.write import (
    list_numbers,
    paragraphs_html,
    paragraphs_markdown,
    write_paragraphs,
)
from topline.report.receipts import Receipts
from topline.sdtm.cut import cut_data
from topline.sdtm.read import read_sdtm

Row = dict[str, object]
ESTIMAND = {"analysis_set": "SAFETY", "summary": "Proportion"}
ONE, TWO, THREE = ("Drug",), ("Drug", "Control"), ("Low", "High", "Placebo")
PLAN = {"kind": "rate", "endpoint": "ORR", "analysis_set": "SAFETY"}
RATE: dict[str, object] = {"A": PLAN}
SURVIVAL: dict[str, object] = {
    "A": {"kind": "survival", "endpoint": "PFS", "analysis_set": "SAFETY", "rates_at": [12]}
}
EVENTS: dict[str, object] = {
    "A": {
        "kind": "adverse-events",
        "analysis_set": "SAFETY",
        "where": "TRTEMFL = 'Y'",
        "term": "AEDECOD",
    }
}


def said(plan: Protocol, *rows: Row) -> list[str]:
    """Return the sentences about analysis A."""
    told = tell_analysis(plan, result_rows(*rows), "A")
    return [text_of(sentence(words)) for words in told]


def row(statistic: str, display: str, n: int, **others: object) -> Row:
    """One result; its value is the number that it displays."""
    number = re.fullmatch(r"[<>]?(-?[\d.]+)", display)
    value = float(number[1]) if number else None
    return {"statistic": statistic, "display": display, "value": value, "n": n} | others


def arm(label: str) -> dict[str, object]:
    return {"by": "TRT01P", "group": label, "group_label": label}


def rate(
    responders: int, n: int, estimate: str, lower: str, upper: str, **group: object
) -> Iterator[Row]:
    about = {"parameter": "ORR", **group}
    yield row("responders", str(responders), n, **about)
    yield row("estimate", estimate, n, unit="%", **about)
    yield row("lower", lower, n, unit="%", **about)
    yield row("upper", upper, n, unit="%", **about)


def survival(
    events: int, n: int, median: str, lower: str, upper: str, **group: object
) -> Iterator[Row]:
    about = {"parameter": "PFS", **group}
    yield row("n", str(n), n, **about)
    yield row("events", str(events), n, **about)
    for statistic, display in (("median", median), ("median_lower", lower)):
        yield row(statistic, display, n, unit="months", **about)
    yield row("median_upper", upper, n, unit="months", **about)


def test_a_rate_of_one_arm_says_share_limits_and_number() -> None:
    plan = protocol(RATE, ONE)
    assert said(plan, *rate(5, 33, "15.2", "5.1", "31.9")) == [
        "The response rate was 15.2% (95% CI, 5.1 to 31.9; 5 of 33 patients)."
    ]


@pytest.mark.parametrize(
    ("responders", "n", "printed", "expected"),
    [
        (0, 33, ("0", "0", "10.6"), "0% (95% CI, 0 to 10.6; 0 of 33 patients)"),
        (4, 4, ("100", "39.8", "100"), "100% (95% CI, 39.8 to 100; 4 of 4 patients)"),
        (1, 1, ("100", "2.5", "100"), "100% (95% CI, 2.5 to 100; 1 of 1 patient)"),
    ],
)
def test_nobody_everybody_and_one_are_told(
    responders: int, n: int, printed: tuple[str, str, str], expected: str
) -> None:
    told = said(protocol(RATE, ONE), *rate(responders, n, *printed))
    assert told == [f"The response rate was {expected}."]


def test_a_rate_of_an_empty_set_could_not_be_estimated() -> None:
    told = said(protocol(RATE, ONE), *rate(0, 0, "NE", "NE", "NE"))
    assert told == ["The response rate could not be estimated: the analysis set holds no patient."]


def test_arms_follow_each_other_with_all_at_the_end() -> None:
    rows = [
        *rate(3, 10, "30.0", "6.7", "65.2", **arm("Low")),
        *rate(0, 9, "0", "0", "33.6", **arm("High")),
        *rate(0, 0, "NE", "NE", "NE", **arm("Placebo")),
        *rate(3, 19, "15.8", "3.4", "39.6"),
    ]
    assert said(protocol(RATE, THREE), *rows) == [
        "The response rate was 30.0% (95% CI, 6.7 to 65.2; 3 of 10 patients) in the Low arm, 0% "
        "(95% CI, 0 to 33.6; 0 of 9) in the High arm and no estimate (no patient) in the Placebo "
        "arm; overall, it was 15.8% (95% CI, 3.4 to 39.6; 3 of 19)."
    ]


@pytest.mark.parametrize(
    ("responders", "n", "expected"),
    [
        (5, 17, "Five of 17 patients (40.0%; 95% CI, 1.0 to 90.0) met"),
        (1, 1, "One of 1 patient (40.0%; 95% CI, 1.0 to 90.0) met"),
        (17, 17, "All 17 patients (40.0%; 95% CI, 1.0 to 90.0) met"),
        (0, 17, "None of 17 patients (40.0%; 95% CI, 1.0 to 90.0) met"),
        (120, 170, "A total of 120 of 170 patients (40.0%; 95% CI, 1.0 to 90.0) met"),
    ],
)
def test_a_share_begins_with_a_number_in_words(responders: int, n: int, expected: str) -> None:
    plan = protocol({"A": PLAN | {"endpoint": "SHRINKAGE"}}, ONE)
    rows = [r | {"parameter": "SHRINKAGE"} for r in rate(responders, n, "40.0", "1.0", "90.0")]
    assert said(plan, *rows) == [f"{expected} the definition “any decrease”."]


@pytest.mark.parametrize(
    ("decision", "p", "expected"),
    [
        (("met", 1.0), "<0.0001", "was met: 12 of 33 patients had to respond, and 5 did"),
        (("not met", 0.0), "0.941", "was not met: 12 of 33 patients had to respond, and 5 did"),
    ],
)
def test_the_decision_names_what_was_needed(
    decision: tuple[str, float], p: str, expected: str
) -> None:
    design = {
        "kind": "single-stage",
        "endpoint": "ORR",
        "null": 0.25,
        "alternative": 0.5,
        "alpha": {"value": 0.10, "sides": 1},
        "power": 0.9,
        "enrol": 35,
        "success": {"responders_at_least": 13, "of": 35},
    }
    plan = protocol({"A": PLAN | {"test": "design"}}, ONE, design=design)
    about = {"parameter": "ORR"}
    rows = [
        *rate(5, 33, "15.2", "5.1", "31.9"),
        row("responders_needed", "12", 33, **about),
        row("p_value", p, 33, method="Exact binomial test", **about),
        row("decision", decision[0], 33, **about) | {"value": decision[1]},
    ]
    sign = "P < 0.0001" if p.startswith("<") else "P = 0.941"
    assert said(plan, *rows)[1:3] == [
        f"The primary endpoint {expected} (one-sided exact binomial test against a rate of 25%, "
        f"{sign}).",
        "The protocol's rule was 13 responders of 35.",
    ]


def test_a_median_not_reached_and_limits_not_estimable_are_words() -> None:
    rows = survival(8, 33, "NR", "28.5", "NE")
    assert said(protocol(SURVIVAL, ONE), *rows) == [
        "Median progression-free survival was not reached (95% CI, 28.5 months to not estimable; "
        "8 events among 33 patients)."
    ]


@pytest.mark.parametrize(
    ("events", "n", "expected"),
    [
        (0, 12, "(95% CI not estimable; no event among 12 patients)"),
        (1, 12, "(95% CI not estimable; 1 event among 12 patients)"),
        (1, 1, "(95% CI not estimable; 1 event among 1 patient)"),
    ],
)
def test_no_event_and_one_event_have_their_grammar(events: int, n: int, expected: str) -> None:
    rows = survival(events, n, "NR", "NE", "NE")
    told = said(protocol(SURVIVAL, ONE), *rows)
    assert told == [f"Median progression-free survival was not reached {expected}."]


def test_two_arms_have_medians_the_test_and_rates_at_each_landmark() -> None:
    about = {"parameter": "PFS", "level": "12", "level_label": "12 months", "unit": "%"}
    rows: list[Row] = []
    for name, events, numbers in (
        ("Drug", 6, ("9.4", "5.5", "12.1", "40.0", "21.1", "58.2")),
        ("Control", 9, ("4.6", "3.0", "7.7", "10.0", "1.7", "27.2")),
    ):
        rows += survival(events, 10, *numbers[:3], **arm(name))
        for statistic, display in zip(
            ("rate", "rate_lower", "rate_upper"), numbers[3:], strict=True
        ):
            rows.append(row(statistic, display, 10, **about, **arm(name)))
    rows.append(
        row("p_value", "0.021", 20, parameter="PFS", level="log-rank", level_label="Log-rank test")
    )
    assert said(protocol(SURVIVAL, TWO), *rows) == [
        "Median progression-free survival was 9.4 months (95% CI, 5.5 to 12.1; 6 events among 10 "
        "patients) in the Drug arm and 4.6 months (95% CI, 3.0 to 7.7; 9 events among 10) in the "
        "Control arm (log-rank test, P = 0.021).",
        "Progression-free survival was, at 12 months, 40.0% (95% CI, 21.1 to 58.2) in the Drug arm "
        "and 10.0% (95% CI, 1.7 to 27.2) in the Control arm.",
    ]


def test_a_subgroup_of_rates_is_not_called_a_median() -> None:
    plan = protocol(
        {
            "A": {
                "kind": "subgroups",
                "endpoint": "PFS",
                "analysis_set": "SAFETY",
                "by": ["SEX"],
                "rate_at": 12,
            }
        },
        ONE,
    )
    rows: list[Row] = []
    for code, label, events, n, share in (
        ("F", "Female", 4, 17, "83.9"),
        ("M", "Male", 6, 16, "85.6"),
    ):
        about = {"parameter": "PFS", "by": "SEX", "group": code, "group_label": label}
        rows += [row("n", str(n), n, **about), row("events", str(events), n, **about)]
        rows.append(row("estimate", share, n, unit="%", level_label="12 months", **about))
    assert said(plan, *rows) == [
        "By sex, progression-free survival at 12 months was 83.9% (4 events among 17) for female "
        "and 85.6% (6 events among 16) for male."
    ]


def test_a_flow_of_one_spells_its_numbers_and_their_grammar() -> None:
    steps = [
        {"analysis_set": "FULL", "label": "Enrolled"},
        {"analysis_set": "SAFETY", "label": "Treated"},
    ]
    plan = protocol({"A": {"kind": "flow", "steps": steps}}, ONE)
    lost = {"parameter": "SAFETY.lost", "parameter_label": "Not treated"}
    rows = [
        row("n", "11", 11, parameter="FULL", parameter_label="Enrolled"),
        row("n", "1", 11, **lost),
        row("n", "1", 11, level="x", level_label="Withdrew consent", **lost),
        row("n", "10", 10, parameter="SAFETY", parameter_label="Treated"),
    ]
    assert said(plan, *rows) == [
        "Eleven patients were enrolled.",
        "One patient was not treated: withdrew consent (n = 1).",
        "Ten patients were treated.",
    ]


@pytest.mark.parametrize(
    ("arms", "expected"),
    [
        (ONE, ["No adverse events occurred."]),
        (TWO, ["No adverse events occurred."]),
    ],
)
def test_a_trial_without_events_says_so(arms: tuple[str, ...], expected: list[str]) -> None:
    groups: list[Row] = [arm(name) for name in arms] if len(arms) > 1 else [{}]
    rows = [
        row(s, "0", 5, parameter="(any)", level="any", **group)
        for group in groups
        for s in ("n", "percent")
    ]
    assert said(protocol(EVENTS, arms), *rows) == expected


def test_a_difference_has_a_minus_sign_and_of_one_other_arm_no_name() -> None:
    plan = protocol(
        {
            "A": {
                "kind": "comparison",
                "outcome": "ORR",
                "analysis_set": "SAFETY",
                "tests": ["fisher"],
            }
        },
        TWO,
    )
    rows: list[Row] = []
    for name, n, percent in (("Drug", 2, "20.0"), ("Control", 5, "50.0")):
        about = {"parameter": "ORR", **arm(name)}
        rows += [row("n", "10", 10, **about), row("responders", str(n), 10, **about)]
        rows.append(row("percent", percent, 10, unit="%", **about))
    about = {"parameter": "ORR", "level": "difference", "unit": "%", **arm("Drug")}
    about["level_label"] = "difference from Control"
    for statistic, display in (("estimate", "-30.0"), ("lower", "-60.2"), ("upper", "11.1")):
        rows.append(row(statistic, display, 20, **about))
    rows.append(
        row(
            "p_value", "0.350", 20, parameter="ORR", level="fisher", level_label="Fisher exact test"
        )
    )
    assert said(plan, *rows) == [
        "The response rate was 20.0% (2 of 10) in the Drug arm and 50.0% (5 of 10) in the Control "
        f"arm; difference from Control, {MINUS}30.0% (95% CI, {MINUS}60.2 to 11.1); Fisher "
        "exact test, P = 0.350."
    ]


def test_those_who_take_part_are_called_as_the_protocol_says() -> None:
    plan = protocol(RATE, ONE, words={"people": "participants"})
    told = said(plan, *rate(5, 33, "15.2", "5.1", "31.9"))
    assert told[0].endswith("5 of 33 participants).")


def test_the_protocol_says_what_is_told_under_which_heading() -> None:
    words = {"paragraphs": [{"heading": "What we saw", "analyses": ["A"]}]}
    plan = protocol(RATE | {"B": PLAN}, ONE, words=words)
    rows = result_rows(
        *rate(5, 33, "15.2", "5.1", "31.9"),
        *({"analysis_id": "B", **r} for r in rate(6, 33, "18.2", "7.0", "35.5")),
    )
    paragraphs = compose_paragraphs(plan, rows)
    assert [(p.heading, p.analysis) for p in paragraphs] == [("What we saw", "A")]


def test_without_a_plan_a_paragraph_points_to_its_displays() -> None:
    shown = [
        {"kind": "rate-table", "number": number, "title": "Rates", "analyses": ["A"]}
        for number in ("Table 2", "Table S1")
    ]
    plan = protocol(RATE | {"B": PLAN}, ONE, displays=shown)
    rows = result_rows(
        *rate(5, 33, "15.2", "5.1", "31.9"),
        *({"analysis_id": "B", **r} for r in rate(6, 33, "18.2", "7.0", "35.5")),
    )
    (paragraph,) = compose_paragraphs(plan, rows)
    assert paragraph.heading == "Efficacy"
    assert paragraph.text == (
        "The response rate was 15.2% (95% CI, 5.1 to 31.9; 5 of 33 patients; Table 2; Table S1)."
    )


def test_words_about_what_is_not_planned_are_refused() -> None:
    words = {"paragraphs": [{"heading": "H", "analyses": ["ORRR", "P"]}]}
    patients = {"P": {"kind": "patient-changes", "analysis_set": "SAFETY"}}
    found = broken_references(protocol({"ORR": PLAN, **patients}, ONE, words=words))
    assert [(loc, what, meant) for loc, what, _, meant in found] == [
        (("words", "paragraphs", 0, "analyses", 0), "'ORRR'", "ORR"),
        (("words", "paragraphs", 0, "analyses", 1), "P (patient-changes)", None),
    ]


def test_unknown_words_of_a_protocol_file_name_their_place(tmp_path: Path) -> None:
    text = (example.ROOT / "src/topline/studies/cabotem/protocol.yaml").read_text(encoding="utf-8")
    words = "\nwords:\n  people: folks\n  paragraphs: [{heading: H, analyses: []}]\n"
    (tmp_path / "protocol.yaml").write_text(text + words, encoding="utf-8")
    with pytest.raises(ProtocolError, match="words"):
        read_protocol(tmp_path)


HOSTILE = "<script>alert(1)</script> {{ 7*7 }} {n} *a* | b\n# c"


def hostile() -> tuple[Paragraph, ...]:
    endpoint = {
        "ORR": {"kind": "response-rate", "label": f"{HOSTILE} rate", "counts": ["CR"]}
        | {"estimand": ESTIMAND}
    }
    words = {"paragraphs": [{"heading": HOSTILE, "analyses": ["A"]}]}
    plan = protocol(RATE, (HOSTILE, "Control"), endpoints=endpoint, words=words)
    rows = result_rows(*rate(5, 33, "15.2", "5.1", "31.9", **arm(HOSTILE)))
    return compose_paragraphs(plan, rows)


def test_text_of_the_study_stays_text() -> None:
    paragraphs = hostile()
    assert HOSTILE.partition("\n")[0] in paragraphs[0].text
    html = paragraphs_html(paragraphs)
    assert "<script" not in html
    assert safe(HOSTILE) in html
    lines = paragraphs_markdown(paragraphs, protocol(RATE, ONE).study).splitlines()
    assert [line for line in lines if line.startswith("#")] == ["# T: results in words", lines[2]]
    assert "\\<script>" in lines[2]
    assert "\\*a\\* \\|" in lines[2]


def test_the_csv_of_numbers_starts_no_formula(tmp_path: Path) -> None:
    words = {"paragraphs": [{"heading": "=1+1", "analyses": ["A"]}]}
    plan = protocol(RATE, ONE, words=words)
    paragraphs = compose_paragraphs(plan, result_rows(*rate(5, 33, "15.2", "5.1", "31.9")))
    write_paragraphs(paragraphs, plan.study, tmp_path)
    written = (tmp_path / "results-numbers.csv").read_text(encoding="utf-8-sig")
    assert "=1+1" in written
    assert not re.search(r"(^|,)\"?=1", written, re.MULTILINE)


def test_nothing_told_writes_nothing(tmp_path: Path) -> None:
    write_paragraphs((), protocol(RATE, ONE).study, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_number_in_html_carries_its_results() -> None:
    rows = result_rows(*rate(5, 33, "15.2", "5.1", "31.9"))
    words = {"paragraphs": [{"heading": "H", "analyses": ["A"]}]}
    html = paragraphs_html(compose_paragraphs(protocol(RATE, ONE, words=words), rows))
    assert re.findall(r'<span data-results="(\w+)">([^<]+)</span>', html) == [
        ("r1", "15.2%"), ("r2", "5.1"), ("r3", "31.9"), ("r0", "5"), ("r0", "33"),
    ]  # fmt: skip


def test_the_word_file_says_the_same(tmp_path: Path) -> None:
    import docx

    paragraphs = hostile()
    study = protocol(RATE, ONE).study.model_copy(update={"notice": "Made up."})
    content = paragraphs_docx(paragraphs, imprint_of(study, "run"), A4)
    assert content == paragraphs_docx(paragraphs, imprint_of(study, "run"), A4)
    (tmp_path / "results.docx").write_bytes(content)
    texts = [p.text for p in docx.Document(str(tmp_path / "results.docx")).paragraphs]
    assert texts[:3] == ["T: results in words", "No data cut", "Made up."]
    assert texts[-1] == paragraphs[0].text
    assert texts[-2] == HOSTILE


@cache
def analysed(study: str) -> tuple[Protocol, pl.DataFrame]:
    """The bundled study as it is; the pilot made up, with hostile terms and three arms."""
    if study == "pilot":
        plan, _, results = example.pilot()
        return plan, results.rows
    plan = read_protocol(STUDY)
    collected = read_sdtm(STUDY / "data")
    if plan.study.data_cut is not None:
        collected = cut_data(collected, plan.study.data_cut)
    return plan, analyse(plan, derive_adam(plan, collected).datasets).rows


@cache
def told(study: str) -> tuple[Protocol, pl.DataFrame, tuple[Paragraph, ...]]:
    plan, rows = analysed(study)
    return plan, rows, compose_paragraphs(plan, rows)


STUDIES = pytest.mark.parametrize("study", ["cabotem", "pilot"])
IN_WORDS = {"NR": "not reached", "NE": "not estimable", "∞": "infinite"}


@STUDIES
def test_every_number_is_the_display_of_its_result_or_what_it_rests_on(study: str) -> None:
    _, rows, paragraphs = told(study)
    known = {r["result_id"]: r for r in rows.iter_rows(named=True)}
    spans = [span for each in paragraphs for span in each.sentences if span.results]
    assert len(spans) > 300
    wrong: list[tuple[str, list[str]]] = []
    for span in spans:
        printed = [known[result] for result in span.results]
        possible = {form for r in printed for form in forms(r)}
        if span.text.lower() not in possible:
            wrong.append((span.text, [f"{r['result_id']}={r['display']}" for r in printed]))
    assert wrong == []


def forms(result: Mapping[str, object]) -> Iterator[str]:
    """How a result may be printed: as displayed, with its sign, in words; or how many it is of."""
    display = str(result["display"])
    minus = re.sub(r"(?<![\w.])-(?=\d)", MINUS, display)
    yield from (minus.lower(), f"{minus}%", IN_WORDS.get(display, ""))
    relation = f"P {display[0]} {display[1:]}" if display[:1] in "<>" else f"P = {display}"
    yield relation.lower()
    for number in (display, str(result["n"])):
        yield number
        if number.isdigit() and int(number) < 100:
            yield spelled(int(number))
    if result["value"] == 0:
        yield from ("none", "no")


@STUDIES
def test_what_prints_no_result_holds_no_number_of_one(study: str) -> None:
    """Digits outside come from labels, levels, displays and the design, never from results."""
    plan, rows, paragraphs = told(study)
    labels = {
        word
        for column in (
            "parameter_label",
            "group_label",
            "level_label",
            "section",
            "level",
            "method",
        )
        for text in rows[column].unique().drop_nulls().to_list()
        for word in re.findall(r"\d+(?:[.,]\d+)?", str(text))
    }
    plans = set(re.findall(r"\d+(?:\.\d+)?", plan.model_dump_json()))
    constants = {"95", "90", "0.05", "3", "25"} | labels | plans
    stray = {
        (digits, each.analysis)
        for each in paragraphs
        for span in each.sentences
        if not span.results
        for digits in re.findall(r"\d+(?:[.,]\d+)?", span.text)
        if digits not in constants
    }
    assert stray == set()


@STUDIES
def test_paragraphs_are_whole_sentences(study: str) -> None:
    _, _, paragraphs = told(study)
    broken = re.compile(
        r"\bNone\b(?! of)|\bnan\b|  | [,.;)]|\( |\(\)|[,;]\.|\.\.(?!\.)|\bNR\b|\bNE\b|\{\w*\}"
    )
    for each in paragraphs:
        text = example_free(each.text)
        assert not broken.search(text), (each.analysis, broken.search(text))
        assert text.count("(") == text.count(")"), each.analysis
        assert text.count("“") == text.count("”"), each.analysis
        assert text.endswith("."), each.analysis
        assert text[0].isupper() or not text[0].islower(), each.analysis


def example_free(text: str) -> str:
    """Leave out the hostile terms of the made-up study, which are not ours."""
    for term in (*example.HOSTILE, *map(str.lower, example.HOSTILE)):
        text = text.replace(term, "term").replace(" ".join(term.split()), "term")
    return text


@STUDIES
def test_everything_that_a_display_prints_is_told_but_single_patients(study: str) -> None:
    plan, rows, paragraphs = told(study)
    displayed = {
        name
        for display in plan.displays
        for name in (getattr(display, "analyses", None) or (getattr(display, "analysis", ""),))
        if name in plan.analyses
    }
    have = set(rows["analysis_id"].unique().to_list())
    silent = displayed & have - {p.analysis for p in paragraphs}
    assert {plan.analyses[name].kind for name in silent} <= set(PATIENT_KINDS)
    assert not [p for p in paragraphs if plan.analyses[p.analysis].kind in PATIENT_KINDS]


@STUDIES
def test_the_list_of_numbers_leads_to_results(study: str) -> None:
    _, rows, paragraphs = told(study)
    listed = list_numbers(paragraphs)
    assert listed.height > 300
    assert listed.join(rows, on="result_id", how="anti").is_empty()
    assert listed["paragraph"].max() == len(paragraphs)


def test_the_primary_endpoint_comes_first_under_efficacy() -> None:
    _, _, paragraphs = told("cabotem")
    assert next(p.analysis for p in paragraphs if p.heading == "Efficacy") == "ORR"


@STUDIES
def test_the_report_gets_sections_whose_numbers_can_be_pressed(study: str, tmp_path: Path) -> None:
    plan, rows, paragraphs = told(study)
    words = put_in_words(plan, rows)
    assert words.paragraphs == paragraphs
    assert [s.id for s in words.sections] == [
        "in-words", "checklist-consort", "checklist-reporting-summary",
    ]  # fmt: skip
    receipts = Receipts(rows)
    linked = receipts.linked(words.sections[0].html)
    spans = [s for each in paragraphs for s in each.sentences if s.results]
    assert linked.count('<button type="button" data-r=') == len(spans)
    assert "data-results" not in linked
    assert set(receipts.result_ids) == {result for s in spans for result in s.results}
    write_words(words, tmp_path, Formats(), imprint_of(plan.study, "run"))
    written = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*"))
    assert written == [
        "checklists/consort.csv", "checklists/consort.md", "checklists/reporting-summary.csv",
        "checklists/reporting-summary.md", "results-numbers.csv", "results.md",
    ]  # fmt: skip
    write_words(words, tmp_path, Formats((Format.DOCX,)), imprint_of(plan.study, "run"))
    assert (tmp_path / "results.docx").is_file()
