"""What the page carries for its receipts."""

from typing import Any, cast

import polars as pl
import pytest

from tests.displays import example
from topline.analyses.trace import rows_behind
from topline.displays.compose import compose
from topline.report.payload import describe_results, script_json

Payload = dict[str, Any]


@pytest.fixture(scope="module")
def carried() -> tuple[Payload, list[str], dict[str, pl.DataFrame], pl.DataFrame]:
    protocol, adam, results = example.pilot()
    printed = list(dict.fromkeys(r for d in compose(protocol, results) for r in d.results))
    payload = describe_results(protocol, results.rows, printed, adam, patient_level=True)
    return cast("Payload", payload), printed, adam, results.rows


def told(payload: Payload, name: str, place: int) -> str:
    return payload["words"][payload["results"][payload["texts"].index(name)][place]]


def test_each_result_keeps_its_words_and_numbers(
    carried: tuple[Payload, list[str], dict[str, pl.DataFrame], pl.DataFrame],
) -> None:
    payload, printed, _, rows = carried
    by_id = {row["result_id"]: row for row in rows.iter_rows(named=True)}
    for place, result in enumerate(printed):
        row = by_id[result]
        assert all(told(payload, name, place) == row[name] for name in payload["texts"])
        kept = [column[place] for column in payload["values"]]
        assert kept == [row[name] for name in payload["numbers"]]


def reached(
    printed: list[str], adam: dict[str, pl.DataFrame], rows: pl.DataFrame
) -> dict[str, list[int]]:
    """All subjects, and every row that a condition of a printed result selects."""
    numbered = {name: data.with_row_index("place") for name, data in adam.items()}
    places: dict[str, set[int]] = {name: set() for name in adam}
    places["ADSL"] = set(range(adam["ADSL"].height))
    traces = rows.filter(pl.col("result_id").is_in(printed))
    for dataset, condition in traces.select("trace_dataset", "trace_where").unique().iter_rows():
        if dataset:
            places[dataset].update(rows_behind(dataset, condition, numbered)["place"])
    return {name: sorted(found) for name, found in places.items()}


def test_each_trace_leads_to_the_rows_that_its_condition_selects(
    carried: tuple[Payload, list[str], dict[str, pl.DataFrame], pl.DataFrame],
) -> None:
    payload, printed, adam, rows = carried
    by_id = {row["result_id"]: row for row in rows.iter_rows(named=True)}
    numbered = {name: data.with_row_index("place") for name, data in adam.items()}
    kept = reached(printed, adam, rows)
    for place, result in list(enumerate(printed))[::37]:
        row = by_id[result]
        behind = rows_behind(row["trace_dataset"], row["trace_where"], numbered)
        runs = payload["traces"][place]
        found = [
            first + i
            for first, length in zip(runs[::2], runs[1::2], strict=True)
            for i in range(length)
        ]
        carried_rows = [kept[row["trace_dataset"]][i] for i in found]
        assert carried_rows == (behind["place"].to_list() if "place" in behind.columns else [])


def test_rows_behind_numbers_come_back_as_they_were(
    carried: tuple[Payload, list[str], dict[str, pl.DataFrame], pl.DataFrame],
) -> None:
    payload, printed, adam, rows = carried
    for name, places in reached(printed, adam, rows).items():
        frame, kept = adam[name][places], payload["data"][name]
        assert kept["columns"] == frame.columns
        for column, stored in zip(frame.columns, kept["values"], strict=True):
            values = stored.get("v")
            if values is None:
                values = [None if i < 0 else stored["w"][i] for i in stored["i"]]
            expected = frame[column]
            assert (
                values
                == (expected if expected.dtype.is_numeric() else expected.cast(pl.String)).to_list()
            )


def test_conditions_that_name_subjects_are_not_told_without_patients() -> None:
    protocol, adam, results = example.pilot()
    named = results.rows.filter(pl.col("trace_where").str.contains("USUBJID"))
    assert named.height
    payload = cast(
        "Payload",
        describe_results(
            protocol, results.rows, named["result_id"].to_list(), adam, patient_level=False
        ),
    )
    assert {told(payload, "trace_where", i) for i in range(named.height)} == {""}


@pytest.mark.parametrize("text", ["</script>", "<!--", "\u2028\u2029", "&amp;", "]]>"])
def test_json_closes_nothing_and_comes_back(text: str) -> None:
    import json

    written = script_json({"a": text})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"a": text}
