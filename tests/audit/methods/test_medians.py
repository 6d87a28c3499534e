"""Medians with limits: order, and every pattern of a few patients."""

from pathlib import Path

import pytest

from tests.audit.files import finding
from topline.audit.verdict import Verdict

GROUPS = """
groups: {done: {n: 33, where: Abstract}}
curves: {PFS: {of: done}}
"""


@pytest.mark.parametrize(
    ("claim", "verdict", "words"),
    [
        ('printed: "28.5 months (95% CI, 16.8-28.5)", curve: PFS', Verdict.UNCHECKED, "Needed"),
        ('printed: "146.3 pg/ml (95% CI, 164-456.4)"', Verdict.NO_METHOD,
         "No method gives a lower limit of 164 above the median, 146.3."),
        ('printed: "20 (95% CI, 10-15)"', Verdict.NO_METHOD, "an upper limit of 15 below"),
        ('printed: "not reached (95% CI, 10-15)"', Verdict.NO_METHOD,
         "below the median, not reached"),
        # Three patients: only the last is left when the curve falls to 0, which has no limits
        ('printed: "5.2 months (95% CI, not reached)", curve: PFS, of: 3', Verdict.UNCHECKED,
         "Possible among 3 patients"),
        # The upper limit is reached where the curve is 0: there it has none, unless it is 0 too
        ('printed: "3.7 months (95% CI, 3.2-3.7)", curve: PFS, of: 3', Verdict.UNCHECKED,
         "Possible only if limits are taken as 0"),
        # The lower limit of the curve comes to one half before the upper does
        ('printed: "5.0 months (95% CI, not reached to 9.0)", curve: PFS, of: 2', Verdict.NO_METHOD,
         "No order of events and censorings of 2 patients"),
    ],
)  # fmt: skip
def test_medians(tmp_path: Path, claim: str, verdict: Verdict, words: str) -> None:
    found = finding(tmp_path, f"kind: median, {claim}", GROUPS)
    assert found.verdict is verdict
    assert words in found.words
