"""What holds for every result, whatever its kind."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.analyses.study import EVERY_KIND, SINGLE_STAGE, adam, protocol
from topline.analyses.analyse import analyse
from topline.analyses.trace import row_numbers, rows_behind

COUNTS = {"n", "N", "responders", "others", "unknown", "events", "censored", "at_risk"}
TEST = {"kind": "rate", "endpoint": "ORR", "analysis_set": "FULL", "test": "design"}
ALL_ANALYSES = EVERY_KIND | {"DECISION": TEST}
ARMS = [("Active", "Control"), ("Active",), ("Control", "Third", "Active")]


def results_of(arms: tuple[str, ...], datasets: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return analyse(protocol(ALL_ANALYSES, arms=arms, design=SINGLE_STAGE), datasets).rows


@pytest.mark.parametrize("arms", ARMS)
def test_every_number_rests_on_the_subjects_of_its_trace(arms: tuple[str, ...]) -> None:
    datasets = adam()
    checked = set[str]()
    for row in results_of(arms, datasets).iter_rows(named=True):
        behind = rows_behind(row["trace_dataset"], row["trace_where"], datasets)
        subjects = behind["USUBJID"].n_unique()
        name, value = row["statistic"], row["value"]
        if row["kind"] == "adverse-event-overview" and name == "events":
            assert value == behind.height, row
        elif name in COUNTS:
            assert value == subjects, row
        elif name == "percent":
            assert (None if not row["n"] else 100 * subjects / row["n"]) == value, row
        else:
            assert row["n"] == subjects, row
        checked.add(row["kind"])
    assert checked == {plan["kind"] for plan in EVERY_KIND.values()}


@pytest.mark.parametrize("arms", ARMS)
def test_traces_run_together_give_the_same_rows(arms: tuple[str, ...]) -> None:
    datasets = {name: frame.with_row_index("place") for name, frame in adam().items()}
    rows = results_of(arms, adam())
    for dataset, condition, numbers in row_numbers(rows, datasets).iter_rows():
        one_by_one = rows_behind(dataset, condition, datasets)["place"].to_list()
        assert numbers == one_by_one


def test_ids_are_unique_and_say_what_they_are() -> None:
    ids = results_of(("Active", "Control"), adam())["result_id"]
    assert ids.is_unique().all()
    assert "AE.Gut.Nausea.TRT01A=Active.>=3.percent" in ids.to_list()


def test_ids_that_would_be_the_same_are_numbered() -> None:
    twice = {"kind": "summary", "analysis_set": "FULL", "variables": ["AGE", "AGE"]}
    ids = analyse(protocol({"T": twice}), adam()).rows["result_id"].to_list()
    assert "T.AGE.mean" in ids
    assert "T.AGE.mean#2" in ids


def test_ids_are_lines_that_any_document_can_hold() -> None:
    swapped = adam() | {
        "ADAE": adam()["ADAE"].with_columns(
            AEDECOD=pl.Series([f"nul\x00 bell\x07\nline \ufffe{i}" for i in range(11)])
        )
    }
    rows = analyse(protocol({"AE": EVERY_KIND["AE"]}), swapped).rows
    assert rows["result_id"].is_unique().all()
    assert not rows["result_id"].str.contains(r"[\p{Cc}\x{FFFE}]").any()
    assert rows["parameter"].str.contains("\x07").any()


def test_analyses_come_in_the_protocols_order() -> None:
    order = results_of(("Active",), adam())["analysis_id"].unique(maintain_order=True).to_list()
    assert order == list(ALL_ANALYSES)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    shuffled = {
        name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in adam().items()
    }
    plan = protocol(ALL_ANALYSES, design=SINGLE_STAGE)
    before, after = analyse(plan, adam()), analyse(plan, shuffled)
    assert_frame_equal(before.rows, after.rows)
    assert_frame_equal(before.curves, after.curves)


def test_no_analyses_give_no_rows() -> None:
    results = analyse(protocol({}), adam())
    assert (results.rows.height, results.curves.height) == (0, 0)


@pytest.mark.parametrize("arms", ARMS)
def test_empty_datasets_are_analysed_too(arms: tuple[str, ...]) -> None:
    empty = {name: frame.clear() for name, frame in adam().items()}
    rows = results_of(arms, empty)
    assert rows["value"].drop_nulls().eq(0).all()


@pytest.mark.parametrize("arms", ARMS)
def test_a_single_subject_is_analysed_too(arms: tuple[str, ...]) -> None:
    one = {name: frame.filter(pl.col("USUBJID") == "T-01") for name, frame in adam().items()}
    rows = results_of(arms, one)
    assert rows.filter(pl.col("result_id") == "ORR.ORR.responders")["value"].item() == 1


def test_hostile_words_pass_through_unchanged() -> None:
    words = ["</script><b>", "' OR 1=1 --", "{{ 7*7 }}", "=HYPERLINK(1)", "(any)", "a.b"]
    swapped = adam() | {
        "ADAE": adam()["ADAE"].with_columns(
            AEDECOD=pl.Series([words[i % len(words)] for i in range(11)])
        )
    }
    rows = analyse(protocol({"AE": EVERY_KIND["AE"]}), swapped).rows
    assert set(words) <= set(rows["parameter"])
    counted = rows.filter((pl.col("statistic") == "n") & (pl.col("level") == "any"))
    for row in counted.iter_rows(named=True):
        behind = rows_behind(row["trace_dataset"], row["trace_where"], swapped)
        assert behind["USUBJID"].n_unique() == row["value"]


def test_importing_the_analyses_does_not_import_scipy_stats() -> None:
    import subprocess
    import sys

    code = "import sys, topline.analyses.analyse; print('scipy.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
