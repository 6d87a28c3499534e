"""Statements on measured numbers: which figures they take from a claim."""

from pathlib import Path

import pytest

from tests.reconstruct.measurements.marker import MEASUREMENTS, read_marker
from topline.reconstruct.measurements.aims import ValueAim, distance
from topline.reconstruct.measurements.search import gather_aims

ROWS = [
    # A median without its limits, and with them
    ("{claim: first, of: FIRST}", {"median": (100.45, 100.55)}),
    (
        "{claim: first, of: FIRST, limits: true}",
        {"median": (100.45, 100.55), "median lower": (59.5, 60.5), "median upper": (179.5, 180.5)},
    ),
    # A range as its kind says, or alone
    (
        "{claim: first-range, of: FIRST}",
        {"median": (100.45, 100.55), "least": (20.95, 21.05), "most": (399.95, 400.05)},
    ),
    (
        "{claim: first-range, of: FIRST, as: range}",
        {"least": (20.95, 21.05), "most": (399.95, 400.05)},
    ),
    # A plain value is a median unless it is said to be a mean; a mean is one by its kind
    ("{claim: later, of: LATER}", {"median": (70.5, 71.499)}),
    ("{claim: later, of: LATER, as: mean}", {"mean": (70.5, 71.499)}),
    ("{claim: mean, of: FIRST}", {"mean": (119.95, 120.05)}),
    # P-values, of which one is only said to be small; a model has its F, too
    (
        "{claim: by-response, of: FIRST, by: GROUP = responders, test: mann-whitney}",
        {"mann-whitney": (0.035, 0.045)},
    ),
    ("{claim: change, of: [FIRST, LATER], test: signed-rank}", {"signed-rank": (0.0, 0.01)}),
    (
        "{claim: model, of: [FIRST, LAST], test: repeated-measures}",
        {"F": (3.295, 3.305), "repeated-measures": (0.045, 0.05499)},
    ),
]


def with_statement(statement: str) -> str:
    head, _, rest = MEASUREMENTS.partition("    statements:\n")
    return f"{head}    statements:\n      - {statement}\n    steps{rest.partition('steps')[2]}"


def aims(folder: Path, text: str) -> dict[str, ValueAim]:
    publication, strata = read_marker(folder, text)
    found = gather_aims(publication.published.measurements["MARKER"], strata)
    return {aim.what: aim for aim in found}


@pytest.mark.parametrize(("statement", "expected"), ROWS)
def test_a_statement_takes_the_figures_that_its_claim_prints(
    statement: str, expected: dict[str, tuple[float, float]], tmp_path: Path
) -> None:
    found = aims(tmp_path, with_statement(statement))
    bounds = {what: (aim.low, aim.high) for what, aim in found.items()}
    assert set(bounds) == set(expected)
    for what, (low, high) in expected.items():
        assert bounds[what] == pytest.approx((low, high))


def test_a_weight_may_be_that_of_one_figure(tmp_path: Path) -> None:
    statement = "{claim: model, of: [FIRST, LAST], test: repeated-measures, weights: {p: 3}}"
    found = aims(tmp_path, with_statement(statement))
    assert (found["F"].weight, found["repeated-measures"].weight) == (1.0, 3.0)


def test_nearer_is_better_and_within_rounding_is_right(tmp_path: Path) -> None:
    aim = aims(tmp_path, with_statement("{claim: first, of: FIRST}"))["median"]
    off = [distance(aim, value, 20.0) for value in (100.5, 101.0, 110.0, 400.0)]
    assert off[0] == 0
    assert off == sorted(off)
    assert off[3] < 1
    assert distance(aim, float("nan"), 20.0) == 1
    assert (aim.shown(101.0), aim.words) == ("101.00", "FIRST: median")
