"""Questionnaires by visit, with the arms side by side."""

from tests.analyses.study import protocol
from tests.displays.results import result_rows
from tests.displays.tiny import heads, lines, unsupported
from topline.displays.numbers import Numbers
from topline.displays.questionnaire_table import compose_questionnaires
from topline.protocol.protocol import Protocol
from topline.protocol.tables import QuestionnaireTable

PLAN = QuestionnaireTable(kind="questionnaire-table", number="T", title="T", analysis="A")
SHOWN = {
    "responders": "3", "n": "4", "estimate": "75.0", "lower": "19.4", "upper": "99.4",
    "percent": "60.0",
}  # fmt: skip


def planned() -> Protocol:
    analysis = {"kind": "questionnaire-completion", "analysis_set": "FULL"}
    return protocol({"A": analysis})


def completion(arms: tuple[str, ...], visits: tuple[str, ...]) -> Numbers:
    rows = [
        {
            "parameter": "C30", "parameter_label": "EORTC QLQ-C30", "level": visit,
            "by": "TRT01P" * bool(arm), "group": arm, "group_label": arm or "All",
            "statistic": statistic, "display": display, "value": 1.0,
        }
        for arm in arms
        for visit in visits
        for statistic, display in SHOWN.items()
    ]  # fmt: skip
    return Numbers(result_rows(*rows), "A")


def test_arms_stand_side_by_side() -> None:
    numbers = completion(("Active", "Control", ""), ("BASE", "C2"))
    table = compose_questionnaires(PLAN, planned(), numbers)
    assert [span for span, _ in heads(table)] == [
        "", *["Active"] * 3, *["Control"] * 3, *["All"] * 3,
    ]  # fmt: skip
    assert [line[0] for line in lines(table)] == ["EORTC QLQ-C30", "BASE", "C2"]
    assert lines(table)[1][1:4] == ["3 / 4 (75.0)", "19.4 to 99.4", "60.0"]
    assert unsupported(table) == []


def test_one_arm_has_no_span() -> None:
    table = compose_questionnaires(PLAN, planned(), completion(("",), ("BASE",)))
    assert heads(table) == [
        ("", "Visit"), ("", "Filled in / owed (%)"), ("", "95% CI"), ("", "Of all (%)"),
    ]  # fmt: skip


def test_a_visit_that_an_arm_does_not_have_leaves_its_cells_empty() -> None:
    both = completion(("Active",), ("BASE", "C2")).rows + completion(("Control",), ("BASE",)).rows
    numbers = completion(("Active", "Control"), ("BASE", "C2"))
    kept = {(r.group, r.level) for r in both}
    rows = [
        {name: getattr(r, name) for name in r.__dataclass_fields__}
        for r in numbers.rows
        if (r.group, r.level) in kept
    ]
    table = compose_questionnaires(PLAN, planned(), Numbers(result_rows(*rows), "A"))
    assert lines(table)[-1] == ["C2", "3 / 4 (75.0)", "19.4 to 99.4", "60.0", "", "", ""]


def test_without_results_there_is_no_line() -> None:
    table = compose_questionnaires(PLAN, planned(), Numbers(result_rows(), "A"))
    assert table.rows == ()
