"""Survival rates with standard errors and limits."""

from pathlib import Path

import pytest

from tests.audit.files import finding
from topline.audit.verdict import Verdict

GROUPS = """
groups: {all: {n: 37, where: Abstract}, done: {n: 33, where: Abstract}}
curves: {OS: {of: done}}
"""


def test_the_scale_of_the_limits_is_found(tmp_path: Path) -> None:
    # R: rate 0.822, error 0.067: z <- qnorm(.975), s -+ z se; s exp(-+ z se / s);
    # exp(-exp(log(-log s) +- z se / (s |log s|))); plogis(qlogis(s) -+ z se / (s (1 - s)))
    limits = {
        "plain": "69.1-95.3", "log": "70.1-96.4", "log-log": "64.2-91.7", "logit": "65.3-91.9",
    }  # fmt: skip
    for scale, printed in limits.items():
        claim = f'kind: rate, at: 12, of: 40, printed: "82.2% (SE 6.7; 95% CI, {printed}%)"'
        found = finding(tmp_path, f"{claim}, method: {scale}")
        assert (found.verdict, found.methods[0]) == (Verdict.REPRODUCED, scale), printed
        other = "plain" if scale != "plain" else "log-log"
        found = finding(tmp_path, f"{claim}, method: {other}")
        assert (found.verdict, found.methods) == (Verdict.ANOTHER_METHOD, (scale,))


def test_limits_alone_are_checked_against_each_other(tmp_path: Path) -> None:
    claim = 'kind: rate, at: 12, of: 33, printed: "82.2% (95% CI, 69.1-95.3%)"'
    assert finding(tmp_path, claim).methods == ("plain",)
    claim = 'kind: rate, at: 12, of: 33, printed: "82.2% (95% CI, 75.1-95.3%)"'
    assert finding(tmp_path, claim).verdict is Verdict.NO_METHOD


@pytest.mark.parametrize(
    ("printed", "verdict", "words"),
    [
        ("84.4% (\u00b1 7.2)", Verdict.UNCHECKED, "Possible among 33 patients"),
        ("82.2% (\u00b1 6.6%)", Verdict.INCONSISTENT, "The 37 of all can."),
        ("50.0% (\u00b1 2.1%)", Verdict.INCONSISTENT, "the least there is"),
        ("100% (\u00b1 0.0%)", Verdict.UNCHECKED, "Possible"),
    ],
)
def test_a_standard_error_is_possible_or_not(
    tmp_path: Path, printed: str, verdict: Verdict, words: str
) -> None:
    found = finding(tmp_path, f'kind: rate, at: 12, curve: OS, printed: "{printed}"', GROUPS)
    assert found.verdict is verdict
    assert words in found.words


def test_half_the_width_of_limits_in_place_of_an_error_is_seen(tmp_path: Path) -> None:
    found = finding(tmp_path, 'kind: rate, at: 12, of: 33, printed: "84.4% (\u00b1 14.1%)"')
    assert found.verdict is Verdict.ANOTHER_METHOD
    assert found.words.endswith("14.1 can be half the width of 95% limits.")
