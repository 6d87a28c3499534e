"""Counts without a percentage: confirmed by another place or by a sum, else left open."""

from pathlib import Path

from tests.audit.files import audited
from topline.audit.verdict import Verdict


def test_another_place_or_a_sum_confirms_a_count(tmp_path: Path) -> None:
    text = """
groups: {all: {n: 37, where: Abstract}}
claims:
  size: {kind: count, where: Results, printed: 37 patients, quantity: all}
  dead: {kind: count, where: Results, printed: 12 died, quantity: all/Dead}
  alive: {kind: count, where: Results, printed: 25 alive, quantity: all/Alive}
  sum: {kind: sum, where: Vital status, printed: "37", parts: [all/Dead, all/Alive]}
  lung: {kind: count, where: Abstract, printed: 9 lung, quantity: "all/Site: Lung"}
  lung2: {kind: percent, where: Table 1, printed: 9 (24%), of: all, quantity: "all/Site: Lung"}
  lone: {kind: count, where: Figure, printed: n = 31}
"""
    found = {f.item.name: (f.verdict, f.words) for f in audited(tmp_path, text).findings}
    same, alone = Verdict.REPRODUCED, Verdict.UNCHECKED
    assert found["size"] == (same, "A count alone, 37. It is the same in Abstract.")
    assert found["dead"] == (same, "A count alone, 12. It adds up in Vital status.")
    assert found["lung"] == (same, "A count alone, 9. It is the same in Table 1.")
    assert found["lone"] == (alone, "A count alone, 31. No other place prints it.")
