"""Sample sizes of one arm, against R, and the founding paper's."""

from pathlib import Path

import pytest

from tests.audit.files import finding
from tests.reference import reference
from topline.audit.methods.sample_sizes import Goal, exact_design, sizes_of
from topline.audit.verdict import Verdict

DESIGN = '"null": 0.25, alternative: 0.5, alpha: 0.1, power: 0.9'


def test_sizes_agree_with_r() -> None:
    for case in reference("audit")["sizes"]:
        goal = Goal(case["null"], case["alternative"], case["alpha"], case["power"])
        sizes = {method: size for method, _, size in sizes_of(goal)}
        assert exact_design(goal) == tuple(case["exact"])
        for method in ("normal", "normal-cc", "arcsine"):
            assert sizes[method] == pytest.approx(case[method.replace("-", "_")], rel=1e-10)


@pytest.mark.parametrize(
    ("printed", "more", "verdict", "method"),
    [
        ("26 patients", "", Verdict.REPRODUCED, "exact"),
        ("31 patients", "dropout: 0.15", Verdict.REPRODUCED, "exact"),  # 26 / 0.85
        ("30 patients", "dropout: 0.15", Verdict.REPRODUCED, "exact"),  # 26 x 1.15
        # 30 by the normal approximation of a two-sided alpha, times 1.15
        ("35 patients", "dropout: 0.15", Verdict.ANOTHER_METHOD, "normal 2 sides"),
        ("23 patients", "method: exact", Verdict.ANOTHER_METHOD, "normal"),
        ("50 patients", "", Verdict.NO_METHOD, ""),
    ],
)
def test_the_formula_is_found(
    tmp_path: Path, printed: str, more: str, verdict: Verdict, method: str
) -> None:
    found = finding(
        tmp_path, f"kind: sample-size, {DESIGN}, {more or 'sides: 1'}, printed: {printed}"
    )
    assert found.verdict is verdict
    assert found.methods[:1] == ((method,) if method else ())


@pytest.mark.parametrize(
    ("printed", "verdict", "words"),
    [
        # R: 1 - pbinom(12, 35, .25) and 1 - pbinom(12, 35, .5); 12 responders have alpha 0.1421
        ("13 of 35", Verdict.REPRODUCED, "Exact alpha of 13 of 35: 0.0756, power 0.9552."),
        ("12 of 35", Verdict.NO_METHOD, "alpha of 12 of 35: 0.1421"),
        ("14 of 35", Verdict.ANOTHER_METHOD, "two-sided"),
        ("36 of 35", Verdict.NO_METHOD, "cannot be"),
        ("7 of 15", Verdict.NO_METHOD, "The power promised is 0.9."),
    ],
)
def test_decision_rules(tmp_path: Path, printed: str, verdict: Verdict, words: str) -> None:
    found = finding(tmp_path, f"kind: decision-rule, {DESIGN}, printed: {printed}")
    assert found.verdict is verdict
    assert words in found.words
