"""Percentages and proportions: which method, which slip, which denominator."""

from pathlib import Path

import pytest

from tests.audit.files import finding
from tests.reference import reference
from topline.audit.methods.intervals import (
    compute_arcsine,
    compute_logit,
    compute_wald_corrected,
)
from topline.audit.verdict import Verdict

GROUPS = "groups: {all: {n: 37, where: Abstract}, done: {n: 33, where: Abstract}}"


def test_added_intervals_agree_with_r() -> None:
    for case in reference("audit")["proportions"]:
        x, n = case["events"], case["n"]
        assert compute_wald_corrected(x, n, 0.95) == pytest.approx(case["wald_cc"], abs=1e-9)
        assert compute_arcsine(x, n, 0.95) == pytest.approx(case["arcsine"], abs=1e-9)
        if case["logit"][0] is not None:
            assert compute_logit(x, n, 0.95) == pytest.approx(case["logit"], rel=1e-7)


def test_wald_corrected_as_printed() -> None:
    # Newcombe 1998, Statistics in Medicine 17: 857-872, Table I, method 2
    assert compute_wald_corrected(81, 263, 0.95) == pytest.approx((0.2503, 0.3657), abs=5e-5)


@pytest.mark.parametrize(
    ("printed", "verdict", "words"),
    [
        ("20 (54%)", Verdict.REPRODUCED, "20 of 37 is 54.05%."),
        ("12 (33%)", Verdict.SLIP, "12 of 37 is 32.43%: 33 is rounded up."),
        ("32 (87%)", Verdict.SLIP, "32 of 37 is 86.49%: 87 is rounded twice."),
        ("9 (29%)", Verdict.NO_METHOD, "9 of 37 is 24.32%. 29% would be 9 of 31."),
        ("9 (27%)", Verdict.ANOTHER_METHOD,
         "9 of 37 is 24.32%; 27% would be a share of the 33 of done."),
        ("38 (103%)", Verdict.NO_METHOD, "38 of 37 patients cannot be."),
        ("65%", Verdict.REPRODUCED, "24 of 37 rounds to it."),
        ("66%", Verdict.NO_METHOD, "No count of 37 gives it; 24 is 64.86%."),
        ("21/37", Verdict.UNCHECKED, "A count alone, 21 of 37. No other place prints it."),
    ],
)  # fmt: skip
def test_percentages(tmp_path: Path, printed: str, verdict: Verdict, words: str) -> None:
    found = finding(tmp_path, f'kind: percent, of: all, printed: "{printed}"', GROUPS)
    assert (found.verdict, found.words) == (verdict, words)


def test_a_printed_denominator_is_held_against_the_group(tmp_path: Path) -> None:
    found = finding(tmp_path, 'kind: percent, of: done, printed: "13/34 (38%)"', GROUPS)
    assert found.verdict is Verdict.INCONSISTENT
    assert found.words.startswith("Its denominator is 34, and done are 33. 13 of 34 is 38.24%.")


@pytest.mark.parametrize(
    ("count", "of", "printed", "verdict", "methods"),
    [
        # 11 of 17: limits of Wilson, printed under a declaration of exact ones
        (11, 17, "65% (95% CI, 41.3-82.7%)", Verdict.ANOTHER_METHOD, ("wilson",)),
        (2, 8, "25% (95% CI, 3.2-65.1%)", Verdict.REPRODUCED, ("clopper-pearson",)),
        (3, 4, "75% (95% CI, 21.9-98.7%)", Verdict.ANOTHER_METHOD, ("wilson-cc",)),
        (5, 33, "15% (95% CI, 5-31%)", Verdict.SLIP, ("clopper-pearson",)),  # 31.90 cut off
        (33, 33, "100% (95% CI, 89.5-100%)", Verdict.SLIP, ("clopper-pearson",)),  # 89.42
        (0, 12, "0% (95% CI, 0-14%)", Verdict.NO_METHOD, ()),
        (17, 38, "44.7% (90% CI, 30.9-59.3%)", Verdict.REPRODUCED, ("clopper-pearson",)),
        (17, 38, "0.447 (95% CI, 0.286-0.617)", Verdict.REPRODUCED, ("clopper-pearson",)),
        (17, 38, "44.7% (95% CI, 30.9-59.3%)", Verdict.ANOTHER_METHOD,
         ("clopper-pearson at 0.9",)),
    ],
)  # fmt: skip
def test_the_method_of_an_interval_is_found(  # noqa: PLR0913, PLR0917 - a row of the table
    tmp_path: Path, count: int, of: int, printed: str, verdict: Verdict, methods: tuple[str, ...]
) -> None:
    found = finding(
        tmp_path,
        f"kind: proportion, of: {of}, count: {count}, method: clopper-pearson, "
        f'printed: "{printed}"',
    )
    assert (found.verdict, found.methods) == (verdict, methods)


def test_without_a_declared_method_any_will_do(tmp_path: Path) -> None:
    found = finding(tmp_path, 'kind: proportion, printed: "11/17 (65%; 95% CI, 41.3-82.7%)"')
    assert found.verdict is Verdict.REPRODUCED
    assert found.words == "Wilson interval gives 64.71 (41.300 to 82.690) (no method is declared)."


def test_the_count_is_found_from_the_percentage(tmp_path: Path) -> None:
    found = finding(tmp_path, 'kind: proportion, of: 29, printed: "14% (95% CI, 4-32%)"')
    assert found.verdict is Verdict.REPRODUCED
    assert "13.79" in found.words


def test_a_size_that_would_do_is_named(tmp_path: Path) -> None:
    found = finding(
        tmp_path,
        "kind: proportion, of: 11, count: 1, method: clopper-pearson, "
        'printed: "8% (95% CI, 0.2-38%)"',
    )
    assert found.verdict is Verdict.NO_METHOD
    assert found.words.endswith("1 of 12 would give it, by the Clopper-Pearson interval.")


def test_large_denominators_take_no_time(tmp_path: Path) -> None:
    found = finding(tmp_path, 'kind: percent, of: 9000000, printed: "12.3456%"')
    assert found.verdict is Verdict.REPRODUCED
