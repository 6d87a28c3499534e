"""Statements on times: what numbers they take from a claim, and what else a file can hold."""

from math import inf
from pathlib import Path

import pytest

from tests.reconstruct.tiny import PUBLISHED, write_tiny
from topline.reconstruct.courses.aims import Aim, gather_aims
from topline.reconstruct.courses.measure import distance
from topline.reconstruct.read import check_published, read_published

MONTH = 30.4375


def aims(tmp_path: Path, text: str = PUBLISHED) -> dict[tuple[str, str], Aim]:
    publication = read_published(write_tiny(tmp_path, text))
    found = gather_aims(publication.published.courses, publication.book, publication.folder)
    return {(aim.claim, aim.what): aim for aim in found}


def test_a_claim_gives_every_number_that_it_prints(tmp_path: Path) -> None:
    found = aims(tmp_path)
    months = {
        key: (round(aim.low / MONTH, 6), round(aim.high / MONTH, 6)) for key, aim in found.items()
    }
    assert months["OS", "median"] == (13.75, 13.85)
    assert months["OS", "median lower"] == (1.95, 2.05)
    assert found["OS", "median upper"].low == inf
    assert months["follow-up", "most"] == (22.95, 23.05)
    rate = found["OS6", "rate"]
    assert (rate.low, rate.high, rate.at) == (0.7495, 0.7505, 6 * MONTH)
    assert (found["OS6", "error"].low, found["OS6", "error"].high) == (0.1525, 0.1535)


def test_single_numbers_of_a_claim_can_weigh_otherwise(tmp_path: Path) -> None:
    light = PUBLISHED.replace(
        "{claim: OS, endpoint: OS}",
        "{claim: OS, endpoint: OS, weight: 3, weights: {upper: 0.1, spread: 0.2}}",
    ).replace("{claim: OS6, endpoint: OS}", "{claim: OS6, endpoint: OS, weights: {spread: 0.2}}")
    found = aims(tmp_path, light)
    assert found["OS", "median"].weight == found["OS", "median lower"].weight == 3
    assert found["OS", "median upper"].weight == 0.1
    assert (found["OS6", "rate"].weight, found["OS6", "error"].weight) == (1, 0.2)


def test_numbers_at_risk_and_digitised_curves_are_aims_too(tmp_path: Path) -> None:
    (tmp_path / "os.csv").write_text("month,survival\n3,0.875\n12,0.6\n")
    more = """
  at_risk: [{endpoint: OS, where: Figure, at: {"0": 8, "12": 4}}]
  curves: [{endpoint: OS, where: Figure, file: os.csv, within: 0.02}]
"""
    found = aims(tmp_path, PUBLISHED + more.removeprefix("\n"))
    risk = found["at risk 1", "at risk"]
    assert (risk.low, risk.at) == (4, 12 * MONTH)
    curve = found["curve 1", "rate"]
    assert (curve.low, curve.high) == pytest.approx((0.58, 0.62))


def test_a_curve_without_its_columns_is_told(tmp_path: Path) -> None:
    (tmp_path / "os.csv").write_text("x,y\n3,0.875\n")
    more = "  curves: [{endpoint: OS, where: Figure, file: os.csv}]\n"
    _, problems = check_published(write_tiny(tmp_path, PUBLISHED + more))
    assert ["month and survival" in problem.expected for problem in problems] == [True]


def test_nearer_is_better_and_within_rounding_is_right(tmp_path: Path) -> None:
    median = aims(tmp_path)["OS", "median"]
    off = [distance(median, month * MONTH) for month in (13.8, 13.9, 14.5, 20.0)]
    assert off[0] == 0
    assert off == sorted(off)
    assert off[-1] < 1
    assert distance(median, inf) > off[2]
    assert distance(aims(tmp_path)["OS", "median upper"], inf) == 0
