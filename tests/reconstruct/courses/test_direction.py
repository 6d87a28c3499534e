"""The group that print says is better off is so, with the p-value in print."""

from pathlib import Path

import polars as pl
import pytest

from tests.reconstruct.tiny import CLAIMS, PUBLISHED, write_tiny
from topline.reconstruct.read import check_published, read_published
from topline.reconstruct.reconstruct import Reconstructor

CLAIM = "  mark: {kind: p-value, where: Results, printed: p > 0.05, needs: times}\n"


def published(statement: str) -> str:
    text = PUBLISHED.replace("  DEAD: {}\n", "  DEAD: {}\n  MARK: {}\n")
    text = text.replace("courses:\n", "assumed: [{are: MARK, least: 4, most: 4}]\ncourses:\n")
    text = text.replace("steps: 20000, chains: 3", "steps: 300, chains: 1")
    line = "    - {claim: OS, endpoint: OS}\n"
    return text.replace(line, f"{line}    - {{claim: mark, endpoint: OS, {statement}}}\n")


def excess(patients: pl.DataFrame) -> float:
    """Deaths of those with the mark beyond those expected, death by death."""
    rows = patients.select("LAST_SEEN", pl.col("DEATH").is_not_null(), "MARK").rows()
    total = 0.0
    for day, dead, mark in rows:
        if dead:
            at_risk = [other for seen, _, other in rows if seen >= day]
            total += mark - sum(at_risk) / len(at_risk)
    return total


@pytest.mark.parametrize(("longer", "sign"), [("yes", -1), ("no", 1)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_those_named_have_fewer_events_than_expected(
    tmp_path: Path, longer: str, sign: int, seed: int
) -> None:
    path = write_tiny(tmp_path, published(f'by: MARK, longer: "{longer}"'), CLAIMS + CLAIM)
    made = Reconstructor(read_published(path)).make(seed)
    assert excess(made.cohort.patients) * sign > 0
    assert all(reading.holds for reading in made.readings if reading.aim.claim == "mark")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ('by: MARK, longer: "maybe"', "a level of by: no, yes"),
        ('plain: true, longer: "yes"', "by, too"),
    ],
)
def test_a_group_that_is_none_is_told(tmp_path: Path, statement: str, told: str) -> None:
    path = write_tiny(tmp_path, published(statement), CLAIMS + CLAIM)
    _, problems = check_published(path)
    assert told in {problem.expected for problem in problems}
