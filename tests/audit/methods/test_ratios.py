"""Odds ratios and hazard ratios."""

from pathlib import Path

import pytest

from tests.audit.files import finding
from tests.reference import reference
from topline.audit.methods.score_odds_ratio import compute_score_limits
from topline.audit.verdict import Verdict


def test_score_limits_agree_with_r() -> None:
    for case in reference("audit")["odds_ratios"]:
        (a, b), (c, d) = case["table"]
        table = ((a, b), (c, d))
        for method in ("cornfield", "miettinen-nurminen", "cornfield-cc"):
            expected = case[method.replace("-", "_")]
            assert compute_score_limits(table, method, 0.95) == pytest.approx(expected, rel=1e-6)


def test_score_limits_at_an_empty_cell_are_open() -> None:
    lower, upper = compute_score_limits(((3, 1), (0, 13)), "cornfield", 0.95)
    assert lower > 1
    assert upper == float("inf")


@pytest.mark.parametrize(
    ("table", "printed", "verdict", "words"),
    [
        ("[[3, 1], [0, 13]]", "63 (95% CI, 2.1-1906)", Verdict.REPRODUCED,
         "Haldane-Anscombe gives"),
        ("[[3, 1], [0, 13]]", "63 (95% CI, 3.2-1234)", Verdict.NO_METHOD,
         "lower off by 1.118; upper off by 672.12"),
        # 17.857, whose limits are 0.686 to 464.9; 466 is 17.9 times the same factor
        ("[[2, 3], [0, 12]]", "17.9 (95% CI, 0.69-466)", Verdict.SLIP,
         "the limits are worked out from the rounded estimate"),
        ("[[2, 6], [1, 10]]", "3.33 (95% CI, 0.32-31.99)", Verdict.ANOTHER_METHOD,
         "Odds ratio, Miettinen-Nurminen gives"),
        ("[[2, 6], [1, 10]]", "0.30 (95% CI, 0.02-4.06)", Verdict.ANOTHER_METHOD,
         "groups exchanged"),
    ],
)  # fmt: skip
def test_the_method_of_an_odds_ratio_is_found(
    tmp_path: Path, table: str, printed: str, verdict: Verdict, words: str
) -> None:
    claim = f'kind: odds-ratio, method: haldane-anscombe, table: {table}, printed: "{printed}"'
    found = finding(tmp_path, claim)
    assert found.verdict is verdict
    assert words in found.words


@pytest.mark.parametrize(
    ("claim", "verdict", "words"),
    [
        ('printed: "0.58 (95% CI, 0.37-0.91; p = 0.018)"', Verdict.REPRODUCED, "as Wald's do"),
        ('printed: "0.58 (95% CI, 0.37-0.91; p = 0.18)"', Verdict.NO_METHOD, "not 0.18"),
        ('printed: "0.85 (95% CI, 0.37-0.91)"', Verdict.NO_METHOD, "lie around 0.5803"),
        ('printed: "0.09 (95% CI, 0.01-0.87; p = 0.04)"', Verdict.REPRODUCED, "as Wald's do"),
        ('printed: "0.09 (95% CI, 0.01-0.87)", direction: higher', Verdict.INCONSISTENT,
         "A ratio of 0.09 is a lower risk; the text says higher."),
        ('printed: "0.09 (95% CI, 0.01-0.87; p = 1.04)"', Verdict.NO_METHOD, "above 1"),
        ('printed: "0.58 (95% CI, 0.91-0.37)"', Verdict.NO_METHOD, "above the upper"),
    ],
)  # fmt: skip
def test_hazard_ratios_are_held_against_their_own_limits(
    tmp_path: Path, claim: str, verdict: Verdict, words: str
) -> None:
    found = finding(tmp_path, f"kind: hazard-ratio, {claim}")
    assert found.verdict is verdict
    assert words in found.words
