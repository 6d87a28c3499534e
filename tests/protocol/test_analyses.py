"""The analyses of a protocol as they are written, and what is said of wrong ones."""

from pathlib import Path

import pytest

from topline.protocol.analyses import CensoringSensitivity, CensoringWeighting, TippingPoint
from topline.protocol.read import check_protocol, read_protocol

MINIMAL = (Path(__file__).parent / "minimal.yaml").read_text(encoding="utf-8")
SENSITIVITY = """
  LEFT:
    kind: censoring-sensitivity
    endpoint: PFS
    analysis_set: SAF
    informative: CNSR = 1 AND DCTREAS = 'Withdrawal'
    methods:
      - worst case
      - {kind: ipcw, covariates: [AGE, ECOGBL], model: strata}
      - {kind: tipping point, deltas: [1, 2.5], threshold: {median_below: 12 months}}
      - {kind: tipping point, threshold: {rate_at: 6 months, below_percent: 60}}
displays:"""


def problems_of(text: str, folder: Path) -> list[str]:
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in check_protocol(folder / "protocol.yaml")[1]]


def test_sensitivity_to_censoring_reads_as_written(tmp_path: Path) -> None:
    assert problems_of(MINIMAL.replace("\ndisplays:", SENSITIVITY), tmp_path) == []
    analysis = read_protocol(tmp_path).analyses["LEFT"]
    assert isinstance(analysis, CensoringSensitivity)
    worst, weighting, tipping, rate = analysis.methods
    assert worst == "worst case"
    assert isinstance(weighting, CensoringWeighting)
    assert (weighting.model, weighting.weights_at_most) == ("strata", None)
    assert isinstance(tipping, TippingPoint)
    assert tipping.deltas == (1.0, 2.5)
    assert isinstance(rate, TippingPoint)
    assert rate.threshold is not None
    assert rate.threshold.model_dump(mode="json") == {"rate_at": "6 months", "below_percent": 60}


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("- worst case", "- worst csae", "methods[0]", "did you mean worst case?"),
        ("- worst case", "- {}", "methods[0]", "the key kind"),
        ("- worst case", "- [worst case]", "methods[0]", "keys and values"),
        ("kind: ipcw", "kind: ipwc", "methods[1].kind", "did you mean ipcw?"),
        ("covariates:", "covariate:", "methods[1].covariate", "did you mean covariates?"),
        ("model: strata", "model: stratum", "methods[1].model", "did you mean strata?"),
        ("model: strata", "weights_at_most: 1", "methods[1].weights_at_most", "greater than 1"),
        ("[1, 2.5]", "[0.5]", "methods[2].deltas[0]", "greater than or equal to 1"),
        ("12 months", "12 mnths", "methods[2].threshold.median_below", "such as 28 days"),
        ("below_percent: 60", "below: 60", "methods[3].threshold.below", "below_percent"),
        ("below_percent: 60", "below_percent: 0", "methods[3].threshold.below_percent", "than 0"),
        ("informative: CNSR = 1 AND", "informative: CNSR = 1 ANDD", "informative", "a rule over"),
        ("analysis_set: SAF\n    inf", "analysis_set: SFA\n    inf", "analysis_set", "mean SAF?"),
    ],
)
def test_wrong_sensitivity_analyses_are_told(
    old: str, new: str, where: str, words: str, tmp_path: Path
) -> None:
    broken = SENSITIVITY.replace(old, new, 1)
    assert broken != SENSITIVITY
    told = problems_of(MINIMAL.replace("\ndisplays:", broken), tmp_path)
    assert any(f": analyses.LEFT.{where}: " in line and words in line for line in told), told
