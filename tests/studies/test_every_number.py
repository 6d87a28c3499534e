"""Every printed number leads back to its result, its rows and its subjects, and is right."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.studies.recomputed import counted_number, recompute, rows_of, subjects
from topline.analyses.trace import row_numbers
from topline.displays.figure import Figure
from topline.displays.table import Table
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.trial import Trial, analyse_trial

STUDIES = ("cabotem", "pilot")
NUMBERS_AT_LEAST, KINDS_AT_LEAST = 3_000, 60
"""Of printed numbers, and of pairs of a kind of analysis and a statistic."""
_KEYS = ("analysis_id", "section", "parameter", "by", "group", "level")


class Whole:
    """A study gone the whole way, with the rows behind each result."""

    def __init__(self, folder: Path) -> None:
        self.trial: Trial = analyse_trial(read_protocol(folder), read_sdtm(folder / "data"))
        self.results = {r["result_id"]: r for r in self.trial.results.rows.iter_rows(named=True)}
        self._rows = {
            (dataset, where): rows
            for dataset, where, rows in row_numbers(
                self.trial.results.rows, self.trial.adam
            ).iter_rows()
        }
        self._counts = {
            (*(r[key] for key in _KEYS), r["statistic"]): r for r in self.results.values()
        }

    def rows(self, result: Mapping[str, object]) -> list[dict[str, object]]:
        dataset, where = str(result["trace_dataset"]), str(result["trace_where"])
        return rows_of(self.trial.adam, dataset, self._rows[dataset, where])

    def counted(self, result: Mapping[str, object]) -> list[list[dict[str, object]]]:
        """Rows behind the count beside an interval."""
        about = tuple(result[key] for key in _KEYS)
        names = ("responders", "n") if result["kind"] != "subgroups" else ("events",)
        found = [self._counts.get((*about, name)) for name in names]
        return [self.rows(each) for each in found if each is not None]


@pytest.fixture(scope="module", params=STUDIES)
def whole(request: pytest.FixtureRequest) -> Whole:
    return Whole(request.getfixturevalue(request.param))


def tables(whole: Whole) -> list[Table]:
    """Tables of results; text of the protocol rests on none."""
    every = (each for each in whole.trial.displays if isinstance(each, Table))
    return [table for table in every if not table.listed]


def shown(whole: Whole, name: str) -> list[str]:
    """What a result prints, and the number of subjects that it can stand over."""
    return [str(whole.results[name]["display"]), str(whole.results[name]["n"])]


def without(text: str, displays: list[str]) -> str:
    """Text with what results print taken out, the longest first."""
    for display in sorted(displays, key=len, reverse=True):
        text = text.replace(display, "", 1)
    return text


def test_every_cell_with_a_number_names_results_that_it_prints(whole: Whole) -> None:
    naked = Counter[str]()
    wrong = list[str]()
    for table in tables(whole):
        for row in table.rows:
            for cell in row.cells[1:]:
                printed = [text for name in cell.results for text in shown(whole, name)]
                if re.search(r"\d", without(cell.text, printed)):
                    naked[f"{table.number}: {cell.text}"] += 1
                wrong += [
                    f"{table.number}: {cell.text!r} does not print {name}"
                    for name in cell.results
                    if shown(whole, name)[0] not in cell.text
                ]
    assert not naked
    assert not wrong


def test_every_display_prints_results_of_the_run(whole: Whole) -> None:
    for display in whole.trial.displays:
        assert set(display.results) <= set(whole.results), display.number
        if isinstance(display, Figure):
            named = {
                name
                for block in re.findall(r'data-results="([^"]+)"', display.svg)
                for name in block.replace("&#10;", "\n").split("\n")
            }
            unescaped = {n.replace("&lt;", "<").replace("&gt;", ">") for n in named}
            assert {n.replace("&amp;", "&") for n in unescaped} <= set(whole.results)


def test_every_result_rests_on_the_subjects_of_its_trace(whole: Whole) -> None:
    wrong = list[str]()
    for name, result in whole.results.items():
        rows = whole.rows(result)
        found, expected = counted_number(result, rows), result["value"]
        if result["statistic"] == "total":
            found = float(len(rows))
        if found is None and result["statistic"] != "percent":
            found, expected = subjects(rows), result["n"]
        if found != expected:
            wrong.append(f"{name}: {expected}, of the trace {found}")
    assert not wrong, wrong[:20]


def test_printed_numbers_are_the_same_by_another_path(whole: Whole) -> None:
    """All that plain loops can give again, not a sample of them."""
    done = Counter[tuple[object, object]]()
    wrong = list[str]()
    for name in sorted({name for display in whole.trial.displays for name in display.results}):
        result = whole.results[name]
        plan = whole.trial.protocol.analyses[result["analysis_id"]]
        again = recompute(result, whole.rows(result), whole.counted(result), plan)
        if again is None:
            continue
        done[result["kind"], result["statistic"]] += 1
        if result["value"] is None or abs(again - result["value"]) > 1e-9 * max(1, abs(again)):
            wrong.append(f"{name}: {result['value']}, by hand {again}")
    assert not wrong, wrong[:20]
    assert done.total() >= NUMBERS_AT_LEAST
    assert len(done) >= KINDS_AT_LEAST
