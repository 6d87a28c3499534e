"""Questionnaires from answers to ADQS: scores, change, deterioration, what cannot be used.

Scores by hand with the EORTC QLQ-C30 scoring manual, 3rd edition (2001): raw score = mean of the
items; functional 100 - 100 (raw - 1) / 3, symptom 100 (raw - 1) / 3, global 100 (raw - 1) / 6.
"""

import polars as pl
import pytest

from tests.adam.study import ESTIMAND, protocol, treated
from topline.adam.adam import Adam, derive_adam
from topline.adam.biomarker_listings import derive_missing_scores
from topline.errors import ProtocolError

TREATED = {"01": ("2024-01-10", "2024-06-30")}
C30 = {"instrument": "EORTC QLQ-C30 3.0", "where": "QSCAT = 'C30'", "prefix": "EC30Q"}
GINET = {
    "instrument": "EORTC QLQ-GINET21", "where": "QSCAT = 'GINET'", "prefix": "G", "first_item": 1,
}  # fmt: skip
VISITS = {"BASE": "2024-01-09", "C2": "2024-02-07", "C3": "2024-03-06", "C4": "2024-04-03"}


def item(visit: str, number: int, answer: object, category: str = "C30", code: str = "") -> str:
    code = code or f"EC30Q{number:02d}"
    status = "NOT DONE" if answer == "." else "."
    at = list(VISITS).index(visit)
    return f"01  {code}  {category}  {answer}  {status}  {visit}  {at}  {VISITS[visit]}\n"


HEAD = "ID  QSTESTCD  QSCAT  QSSTRESC  QSSTAT  VISIT  VISITNUM  QSDTC\n"


def derived(text: str, **forms: object) -> Adam:
    plan = protocol(questionnaires=forms or {"C30": C30})
    return derive_adam(plan, treated(TREATED, QS=HEAD + text))


def rows(adam: Adam, parameter: str, *columns: str) -> list[tuple[object, ...]]:
    return adam["ADQS"].filter(PARAMCD=parameter).select(pl.col(columns)).rows()


@pytest.mark.parametrize(
    ("scale", "answers", "score"),
    [
        ("PF", {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, 100.0),
        ("PF", {1: 4, 2: 4, 3: 4, 4: 4, 5: 4}, 0.0),
        ("PF", {1: 2, 2: 2, 3: 1}, 100 - 100 * (5 / 3 - 1) / 3),  # 3 of 5: more than half
        ("PF", {1: 2, 2: 2}, None),  # 2 of 5: fewer than half
        ("RF", {6: 3}, 100 - 100 * 2 / 3),  # 1 of 2: half
        ("FA", {10: 4, 12: 2}, 100 * 2 / 3),
        ("FA", {10: 4}, None),
        ("DY", {8: 2}, 100 / 3),
        ("QL", {29: 6, 30: 7}, 100 * 5.5 / 6),
    ],
)
def test_scores_follow_the_manual(scale: str, answers: dict[int, int], score: float | None) -> None:
    adam = derived("".join(item("BASE", n, a) for n, a in answers.items()))
    ((found, reason),) = rows(adam, scale, "AVAL", "AREASON")
    assert found == (None if score is None else pytest.approx(score))
    assert (reason is None) == (score is not None)


def test_reason_says_how_many_items_were_answered() -> None:
    adam = derived(item("BASE", 1, 2) + item("BASE", 2, 2))
    assert rows(adam, "PF", "AREASON", "ANSWERED", "ITEMS") == [("2 of 5 items answered", 2, 5)]


@pytest.mark.parametrize("answer", ["0", "5", "1.5", "-1"])
def test_impossible_answer_counts_as_missing_and_names_its_record(answer: str) -> None:
    adam = derived(item("BASE", 6, 1) + item("BASE", 7, answer))
    assert rows(adam, "RF", "AVAL", "REFUSED") == [(100.0, 1)]
    found = adam.queries.filter(pl.col("domain") == "ADQS")
    assert found.select("rule", "subject", "record", "found").rows() == [
        ("ADQS.answer_is_possible", "01", "QSSEQ=2", f"EC30Q07 = {answer}, expected 1 to 4")
    ]


def test_seven_is_possible_only_for_global_health() -> None:
    adam = derived(item("BASE", 29, 7) + item("BASE", 30, 7) + item("BASE", 28, 7))
    assert rows(adam, "QL", "AVAL") == [(100.0,)]
    assert rows(adam, "FI", "AVAL") == [(None,)]


def test_answer_that_is_no_number_is_a_query() -> None:
    adam = derived(item("BASE", 6, 1) + item("BASE", 7, "much"))
    assert rows(adam, "RF", "AVAL") == [(100.0,)]
    found = adam.queries.filter(pl.col("domain") == "ADQS").select("rule", "record").rows()
    assert found == [("ADQS.answer_is_a_number", "QSSEQ=2")]


def test_item_answered_twice_is_not_used_and_both_records_are_named() -> None:
    adam = derived(item("BASE", 8, 1) + item("BASE", 8, 2))
    assert rows(adam, "DY", "AVAL") == [(None,)]
    found = adam.queries.filter(pl.col("domain") == "ADQS").select("rule", "record").rows()
    assert found == [
        ("ADQS.item_is_answered_once", "QSSEQ=1"),
        ("ADQS.item_is_answered_once", "QSSEQ=2"),
    ]


def test_item_of_another_questionnaire_is_a_query() -> None:
    adam = derived(item("BASE", 8, 1) + item("BASE", 31, 2))
    found = adam.queries.filter(pl.col("domain") == "ADQS").select("rule", "found").rows()
    assert found == [
        ("ADQS.item_is_of_questionnaire", "EC30Q31 = 2, expected item of EORTC QLQ-C30")
    ]


def test_forms_are_complete_partial_or_not_done() -> None:
    text = "".join(item("BASE", n, 1) for n in range(1, 31))
    text += item("C2", 1, 1) + item("C3", 0, ".", code="QSALL")
    adam = derived(text)
    assert rows(adam, "C30", "AVISIT", "AVALC", "AVAL") == [
        ("BASE", "COMPLETE", 30.0),
        ("C2", "PARTIAL", 1.0),
        ("C3", "NOT DONE", 0.0),
    ]


def test_module_numbered_from_one_is_scored_as_the_same_items() -> None:
    text = "".join(item("BASE", 0, 4, "GINET", f"G{n}") for n in (1, 2, 3))
    adam = derived(text, GINET=GINET)
    assert rows(adam, "ED", "AVAL") == [(100.0,)]  # items 31, 32, 33


def fatigue(visit: str, answer: int) -> str:
    return "".join(item(visit, n, answer) for n in (10, 12, 18))


# 33.3 points a step; of a symptom scale, more is worse. Osoba 1998: over 20 is large
def test_change_is_from_baseline_and_has_its_meaning() -> None:
    adam = derived(fatigue("BASE", 2) + fatigue("C2", 3) + fatigue("C3", 1) + fatigue("C4", 2))
    found = adam["ADQS"].filter(PARAMCD="FA").select("CHG", "CHGCAT1", "CHGCAT2", "ABLFL").rows()
    assert [(None if c is None else round(c, 1), *rest) for c, *rest in found] == [
        (None, None, None, "Y"),
        (33.3, "LARGE WORSE", "WORSE", None),
        (-33.3, "LARGE BETTER", "BETTER", None),
        (0.0, "NO CHANGE", "NO CHANGE", None),
    ]


@pytest.mark.parametrize(
    ("low", "word"),
    [(34, "NO CHANGE"), (33, "SMALL WORSE")],  # one step of one of 3 items is 11.1
)
def test_bounds_of_single_scales_replace_the_usual_ones(low: float, word: str) -> None:
    bounds = {"small_from": low, "moderate_from": 40, "moderate_to": 50}
    form = {**C30, "important_of": {"FA": bounds}}
    adam = derived(fatigue("BASE", 2) + fatigue("C2", 3), C30=form)
    assert rows(adam, "FA", "CHGCAT1") == [(None,), (word,)]


def test_first_deterioration_is_flagged() -> None:
    adam = derived(fatigue("BASE", 2) + fatigue("C2", 2) + fatigue("C3", 3) + fatigue("C4", 4))
    assert rows(adam, "FA", "AVISIT", "DETFL") == [
        ("BASE", None), ("C2", None), ("C3", "Y"), ("C4", None),
    ]  # fmt: skip


def test_definitive_deterioration_is_the_one_that_lasts() -> None:
    form = {**C30, "deterioration": {"definitive": "all later worse"}}
    text = fatigue("BASE", 2) + fatigue("C2", 3) + fatigue("C3", 2) + fatigue("C4", 3)
    assert rows(derived(text, C30=form), "FA", "DETFL") == [(None,), (None,), (None,), ("Y",)]


def test_time_to_deterioration_is_an_endpoint() -> None:
    at = {"dataset": "ADQS", "date": "ADT"}
    endpoint = {
        "kind": "time-to-event",
        "label": "Deterioration of fatigue",
        "from": {**at, "where": "PARAMCD = 'FA' AND ABLFL = 'Y'", "label": "Baseline"},
        "events": [{**at, "where": "PARAMCD = 'FA' AND DETFL = 'Y'", "label": "Deterioration"}],
        "censor": [{**at, "where": "PARAMCD = 'FA'", "take": "latest", "label": "Last form"}],
        "estimand": ESTIMAND,
    }
    plan = protocol(questionnaires={"C30": C30}, endpoints={"TTD": endpoint})
    text = HEAD + fatigue("BASE", 2) + fatigue("C2", 2) + fatigue("C3", 3)
    adtte = derive_adam(plan, treated(TREATED, QS=text))["ADTTE"]
    assert adtte.select("AVAL", "CNSR", "EVNTDESC").rows() == [(58.0, 0, "Deterioration")]


def test_second_form_of_a_visit_is_listed_and_does_not_count() -> None:
    again = item("C2", 8, 3).replace("2024-02-07", "2024-02-09")
    adam = derived(item("BASE", 8, 1) + item("C2", 8, 2) + again)
    assert rows(adam, "DY", "AVISIT", "ANL01FL") == [("BASE", "Y"), ("C2", "Y"), ("C2", None)]
    assert adam.queries.filter(pl.col("rule") == "ADQS.several")["record"].to_list() == ["QSSEQ=3"]


def test_summary_score_needs_all_thirteen_scales() -> None:
    text = "".join(item("BASE", n, 1) for n in range(1, 29))
    adam = derived(text + "".join(item("C2", n, 1) for n in range(1, 28) if n != 8))
    found = rows(adam, "SUMMARY", "AVAL", "AREASON")
    assert found == [(100.0, None), (None, "not all scales have a score")]


def test_order_of_records_changes_nothing() -> None:
    text = fatigue("BASE", 2) + fatigue("C2", 3) + item("C3", 8, 9)
    lines = text.splitlines(keepends=True)
    head = HEAD.rstrip() + "  QSSEQ\n"
    numbered = [f"{line.rstrip()}  {i}\n" for i, line in enumerate(lines, 1)]
    plan = protocol(questionnaires={"C30": C30})
    one, other = (
        derive_adam(plan, treated(TREATED, QS=head + "".join(order)))
        for order in (numbered, numbered[::-1])
    )
    assert one["ADQS"].equals(other["ADQS"])
    assert one.queries.equals(other.queries)


@pytest.mark.parametrize(
    ("forms", "message"),
    [
        ({"FA": C30}, "FA would be two parameters"),
        ({"A": C30, "B": C30}, "take each instrument once"),
        ({"A": {**C30, "important_of": {"XX": {}}}}, "XX is no scale of EORTC QLQ-C30 3.0"),
    ],
)
def test_names_that_clash_are_refused(forms: dict[str, object], message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        derived("", **forms)


def test_forms_not_done_and_scales_without_a_score_are_listed() -> None:
    text = item("BASE", 6, 1) + item("C2", 0, ".", code="QSALL")
    listed = derive_missing_scores(derived(text)["ADQS"])
    assert listed.filter(AVISIT="C2").select("PARAMCD", "AREASON").rows() == [
        ("C30", "no item answered")
    ]
    names = listed.filter(AVISIT="BASE")["PARAMCD"].to_list()
    assert "RF" not in names
    assert "PF" in names


def test_date_from_a_dataset_that_is_not_made_is_refused() -> None:
    at = {"dataset": "ADQS", "date": "ADT", "label": "Form"}
    endpoint = {
        "kind": "time-to-event", "label": "T", "events": [at], "censor": [at], "estimand": ESTIMAND,
    }  # fmt: skip
    with pytest.raises(ProtocolError, match="the protocol makes no dataset ADQS"):
        derive_adam(protocol(endpoints={"T": endpoint}), treated(TREATED))
