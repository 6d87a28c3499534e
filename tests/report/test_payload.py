"""What the page carries for its receipts."""

import json
from typing import Any, cast

import polars as pl
import pytest

from tests.displays import example
from topline.analyses.trace import rows_behind
from topline.displays.compose import compose
from topline.report.payload import describe_results, script_json

Payload = dict[str, Any]
Carried = tuple[Payload, list[str], dict[str, pl.DataFrame], pl.DataFrame]


@pytest.fixture(scope="module")
def carried() -> Carried:
    protocol, adam, results = example.pilot()
    printed = list(dict.fromkeys(r for d in compose(protocol, results) for r in d.results))
    payload = describe_results(results.rows, printed, adam, patient_level=True)
    return cast("Payload", payload), printed, adam, results.rows


def told(payload: Payload, name: str, place: int) -> str:
    return payload["words"][payload["results"][payload["texts"].index(name)][place]]


def rows_of(payload: Payload, place: int) -> list[int]:
    trace = payload["trace"][place]
    runs, rows, after = payload["traces"][trace] if trace >= 0 else [], list[int](), 0
    for step, length in zip(runs[::2], runs[1::2], strict=True):
        rows += range(after + step, after + step + length)
        after += step + length
    return rows


def test_each_result_keeps_its_words_and_numbers(carried: Carried) -> None:
    payload, printed, _, rows = carried
    by_id = {row["result_id"]: row for row in rows.iter_rows(named=True)}
    for place, result in enumerate(printed):
        row = by_id[result]
        assert all(told(payload, name, place) == row[name] for name in payload["texts"])
        kept = [column[place] for column in payload["values"]]
        assert kept == [row[name] for name in payload["numbers"]]


def test_each_trace_leads_to_the_rows_that_its_condition_selects(carried: Carried) -> None:
    payload, printed, adam, rows = carried
    by_id = {row["result_id"]: row for row in rows.iter_rows(named=True)}
    numbered = {name: data.with_row_index("place") for name, data in adam.items()}
    for place, result in list(enumerate(printed))[::37]:
        row = by_id[result]
        behind = rows_behind(row["trace_dataset"], row["trace_where"], numbered)
        expected = behind["place"].to_list() if "place" in behind.columns else []
        assert rows_of(payload, place) == expected


def test_results_on_the_same_rows_share_a_trace(carried: Carried) -> None:
    payload, printed, _, rows = carried
    traced = rows.filter(pl.col("result_id").is_in(printed), pl.col("trace_dataset") != "")
    assert len(payload["traces"]) == traced.n_unique(["trace_dataset", "trace_where"])
    assert len(payload["traces"]) < len(printed)


def test_conditions_that_name_subjects_are_not_told_without_patients() -> None:
    _, adam, results = example.pilot()
    named = results.rows.filter(pl.col("trace_where").str.contains("USUBJID"))
    assert named.height
    ids = named["result_id"].to_list()
    payload = cast("Payload", describe_results(results.rows, ids, adam, patient_level=False))
    assert {told(payload, "trace_where", i) for i in range(named.height)} == {""}
    assert not {"traces", "trace"} & set(payload)


@pytest.mark.parametrize("text", ["</script>", "<!--", "\u2028\u2029", "&amp;", "]]>"])
def test_json_closes_nothing_and_comes_back(text: str) -> None:
    written = script_json({"a": text})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"a": text}
