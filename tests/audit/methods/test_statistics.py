"""P-values of printed statistics, against R."""

from pathlib import Path

import pytest

from tests.audit.files import finding
from tests.reference import reference
from topline.audit.verdict import Verdict


def test_p_values_agree_with_r(tmp_path: Path) -> None:
    for case in reference("audit")["statistics"]:
        text = f"{case['text']}, p = {case['p']:.3f}"
        assert (
            finding(tmp_path, f'kind: statistic, printed: "{text}"').verdict is Verdict.REPRODUCED
        )
        text = f"{case['text']}, p = {case['p'] + 0.02:.3f}"
        assert finding(tmp_path, f'kind: statistic, printed: "{text}"').verdict is Verdict.NO_METHOD


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        ("F(2,41.1) = 1.67, p = 0.2", Verdict.REPRODUCED),
        ("t(30) = 2.10, p = 0.022", Verdict.ANOTHER_METHOD),  # one-sided
        ("t(30) = 2.10, p < 0.05", Verdict.REPRODUCED),
        ("t(30) = 2.10, p < 0.01", Verdict.NO_METHOD),
        ("t(30) = 2.10, p = 4.2", Verdict.NO_METHOD),
        ("t = 2.10, p = 0.04", Verdict.UNCHECKED),
    ],
)
def test_statistics(tmp_path: Path, printed: str, verdict: Verdict) -> None:
    assert finding(tmp_path, f'kind: statistic, printed: "{printed}"').verdict is verdict
