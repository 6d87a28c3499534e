"""The search for measured numbers: what it gives, what always holds, what cannot be given."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.reconstruct.measurements.marker import MEASUREMENTS, columns_of, read_marker
from topline.errors import DataError
from topline.reconstruct.measurements.search import Measured, find_measured
from topline.stats.ranks.mann_whitney import compute_mann_whitney
from topline.stats.ranks.signed_rank import compute_signed_rank


def find(folder: Path, text: str = MEASUREMENTS, seed: int = 1) -> Measured:
    _, strata = read_marker(folder, text)
    return find_measured(strata, columns_of(strata), seed)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return find(tmp_path_factory.mktemp("marker"))


def test_figures_that_can_be_are_all_given(found: Measured) -> None:
    assert [reading.aim.words for reading in found.readings if not reading.holds] == []
    assert len(found.readings) == 9


def test_figures_are_those_of_the_analyses(found: Measured, tmp_path: Path) -> None:
    _, strata = read_marker(tmp_path)
    first, later = found.columns["FIRST"], found.columns["LATER"]
    known = ~np.isnan(first)
    responding = strata.groups == "responders"
    values = {reading.aim.claim: reading.value for reading in found.readings}
    assert values["first"] == np.median(first[known])
    assert values["responding"] == np.median(first[known & responding])
    test = compute_mann_whitney(first[known & responding], first[known & ~responding])
    assert values["by-response"] == test.p_value
    assert values["change"] == compute_signed_rank((later - first)[known]).p_value


def test_only_those_in_whom_it_was_measured_have_numbers(found: Measured, tmp_path: Path) -> None:
    _, strata = read_marker(tmp_path)
    known = columns_of(strata)["KNOWN"]
    assert set(found.columns) == {"FIRST", "LATER", "LAST"}
    for column in found.columns.values():
        assert (~np.isnan(column)).tolist() == known.tolist()


# Rules hold of every patient after any number of steps, and numbers stay on their steps
@pytest.mark.parametrize("steps", [100, 2000])
@pytest.mark.parametrize("seed", [1, 2])
def test_rules_hold_at_every_step(steps: int, seed: int, tmp_path: Path) -> None:
    columns = find(tmp_path, MEASUREMENTS.replace("30000", str(steps)), seed).columns
    _, strata = read_marker(tmp_path)
    own = columns_of(strata)
    known = own["KNOWN"].astype(np.bool_)
    first, later = columns["FIRST"][known], columns["LATER"][known]
    assert (first >= 100).tolist() == (own["BASE"] == "HIGH")[known].tolist()
    assert (later - first)[(own["GROUP"] == "responders")[known]].max() <= 10
    for column in columns.values():
        numbers = column[known]
        assert numbers.min() >= 10
        assert numbers.max() <= 500
        assert (numbers * 2 == np.rint(numbers * 2)).all()


def test_a_seed_gives_the_same_numbers_and_another_one_others(tmp_path: Path) -> None:
    text = MEASUREMENTS.replace("30000", "500")
    one, again, other = (find(tmp_path, text, seed) for seed in (1, 1, 2))
    assert one.readings == again.readings
    for name, column in one.columns.items():
        assert column.tobytes() == again.columns[name].tobytes()
        assert column.tobytes() != other.columns[name].tobytes()


def test_a_figure_that_cannot_be_is_not_given_and_the_others_are(tmp_path: Path) -> None:
    # Half of the twenty are at 100 or above, so that a median of 71 is out of reach
    text = MEASUREMENTS.replace("{claim: first, of: FIRST}", "{claim: later, of: FIRST}")
    readings = find(tmp_path, text).readings
    lost = [reading for reading in readings if not reading.holds]
    assert [(each.aim.claim, each.aim.of) for each in lost] == [("later", ("FIRST",))]


def test_rules_that_no_numbers_keep_name_the_patient(tmp_path: Path) -> None:
    text = MEASUREMENTS.replace("FIRST >= 100", "FIRST >= 1000")
    with pytest.raises(DataError, match=r"measurements\.MARKER: .* patient 1 \(responders\)"):
        find(tmp_path, text)


# What print leaves open stays usual: one number without statements, in many patients
@pytest.mark.parametrize(
    ("least", "usual", "transform"),
    [("10", "around: 100, spread: 0.5", np.log), ("0", "around: 250, spread: 40", np.abs)],
)
def test_numbers_stay_usual_where_print_leaves_them_open(
    least: str, usual: str, transform: Callable[[float], float], tmp_path: Path
) -> None:
    text = f"""
measurements:
  MARKER:
    columns:
      FIRST: {{least: {least}, most: 500, step: 0.1, {usual}}}
      LATER: {{least: {least}, most: 500, step: 0.1, {usual}}}
    near: 0.8
    statements: [{{claim: model, of: [FIRST, LATER], test: repeated-measures}}]
    steps: 3000
    chains: 1
"""
    pairs = np.array([list(find(tmp_path, text, seed).columns.values()) for seed in range(4)])
    numbers = np.vectorize(transform)(pairs)
    middle, spread = (float(each.split(": ")[1]) for each in usual.split(", "))
    assert numbers.mean() == pytest.approx(float(transform(middle)), abs=spread / 2)
    assert numbers.std() == pytest.approx(spread, rel=0.4)
    together = np.corrcoef(numbers[:, 0].ravel(), numbers[:, 1].ravel())[0, 1]
    assert together == pytest.approx(0.8, abs=0.15)
