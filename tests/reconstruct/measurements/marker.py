"""A trial of 24 patients, 20 with a marker at three times, whose printed figures can all be."""

from pathlib import Path

import numpy as np

from topline.reconstruct.conditions import Column
from topline.reconstruct.read import Publication, read_published
from topline.reconstruct.strata import Strata

CLAIMS = """
topline: 1
source: {title: A marker}
groups:
  all: {n: 24, where: Abstract, parts: [responders, others]}
  responders: {n: 9, where: Results}
  others: {n: 15, where: Results}
claims:
  women: {kind: count, where: Table 1, printed: 12 women, quantity: "all/Sex: Female"}
  first: {kind: median, where: Results, printed: "100.5; 95% CI, 60-180", needs: values}
  later: {kind: value, where: Results, printed: 71 ng/mL, needs: values}
  first-range: {kind: range, where: Results, printed: 100.5 (21.0-400.0), of: all, needs: values}
  responding: {kind: value, where: Results, printed: 152 ng/mL, needs: values}
  mean: {kind: mean, where: Results, printed: 120.0 (SD 90.0), of: all, needs: values}
  by-response: {kind: p-value, where: Results, printed: p = 0.04, needs: values}
  by-grade: {kind: p-value, where: Results, printed: p = 0.3, needs: values}
  change: {kind: p-value, where: Results, printed: p < 0.01, needs: values}
  over-time: {kind: p-value, where: Results, printed: p = 0.2, needs: values}
  model: {kind: statistic, where: Results, printed: "F(2,38) = 3.30, p = 0.05"}
"""

MEASUREMENTS = """
measurements:
  MARKER:
    known: KNOWN
    columns:
      FIRST: {least: 10, most: 500, step: 0.5, around: 100, spread: 0.7}
      LATER: {least: 10, most: 500, step: 0.5, around: 80, spread: 0.7}
      LAST: {least: 10, most: 500, step: 0.5, around: 100, spread: 0.7}
    near: 0.6
    differences: {CHANGE: LATER - FIRST}
    rules:
      - BASE = HIGH same as FIRST >= 100
      - GROUP = responders implies CHANGE <= 10
    statements:
      - {claim: first, of: FIRST}
      - {claim: later, of: LATER}
      - {claim: responding, of: FIRST, among: responders}
      - {claim: by-response, of: FIRST, by: GROUP = responders, test: mann-whitney}
      - {claim: by-grade, of: LAST, by: GRADE, test: kruskal-wallis}
      - {claim: change, of: [FIRST, LATER], test: signed-rank}
      - {claim: over-time, of: [FIRST, LATER, LAST], test: kruskal-wallis}
      - {claim: model, of: [FIRST, LATER, LAST], test: repeated-measures}
    steps: 30000
"""

PUBLISHED = """
topline: 1
seed: 3
patients: all
enrollment: {first: 2020-01-06, last: 2021-06-30}
data_cut: 2022-12-31
attributes:
  SEX: {levels: [F, M]}
  AGE: {least: 40, most: 80}
  GRADE: {levels: [G1, G2, G3]}
  BASE: {levels: [HIGH, LOW]}
  KNOWN: {}
variables:
  Sex: {Female: SEX = F}
assumed:
  - {are: KNOWN, least: 20, most: 20}
  - {are: KNOWN and BASE = HIGH, least: 10, most: 10}
"""


def write_marker(folder: Path, measurements: str = MEASUREMENTS, claims: str = CLAIMS) -> Path:
    """Write claims and `published.yaml`, and return the latter."""
    (folder / "claims.yaml").write_text(claims)
    path = folder / "published.yaml"
    path.write_text(PUBLISHED + measurements)
    return path


def read_marker(folder: Path, measurements: str = MEASUREMENTS) -> tuple[Publication, Strata]:
    """Read the trial with its patients in order."""
    publication = read_published(write_marker(folder, measurements))
    return publication, publication.strata()


def columns_of(strata: Strata) -> dict[str, Column]:
    """Return attributes of the 24: of the first 20 the marker is known, of half of them high."""
    places = np.arange(strata.size)
    known = (places % 6) != 5
    high = (places % 2 == 0) | (places == 1)
    return {
        "GROUP": strata.groups,
        "SEX": np.where(places % 2 == 0, "F", "M"),
        "AGE": np.full(strata.size, 60.0),
        "GRADE": np.array(["G1", "G2", "G3"])[places % 3],
        "BASE": np.where(high, "HIGH", "LOW"),
        "KNOWN": known,
    }
