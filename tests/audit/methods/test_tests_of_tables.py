"""The test behind a p-value, on the tables of the founding paper."""

from pathlib import Path

import pytest

from tests.audit.files import finding
from topline.audit.verdict import Verdict


@pytest.mark.parametrize(
    ("table", "printed", "verdict", "method"),
    [
        ("[[4, 1], [12, 16]]", "0.17", Verdict.REPRODUCED, "fisher"),
        ("[[5, 0], [25, 3]]", "1", Verdict.REPRODUCED, "fisher"),
        ("[[4, 1], [26, 2]]", "0.36", Verdict.ANOTHER_METHOD, "pearson"),
        ("[[3, 2], [21, 7]]", "0.49", Verdict.ANOTHER_METHOD, "pearson"),
        ("[[2, 3], [14, 14]]", "0.68", Verdict.ANOTHER_METHOD, "pearson"),
        ("[[3, 1], [0, 13]]", "0.002", Verdict.ANOTHER_METHOD, "barnard"),
        ("[[3, 1], [0, 13]]", "0.006", Verdict.REPRODUCED, "fisher"),
        ("[[4, 1], [15, 13]]", "0.86", Verdict.NO_METHOD, ""),
        ("[[10, 1], [1, 10]]", "<0.001", Verdict.REPRODUCED, "fisher"),
        ("[[10, 1], [1, 10]]", "1.2", Verdict.NO_METHOD, ""),
    ],
)
def test_the_test_is_found(
    tmp_path: Path, table: str, printed: str, verdict: Verdict, method: str
) -> None:
    found = finding(
        tmp_path, f'kind: p-value, method: fisher, table: {table}, printed: "{printed}"'
    )
    assert found.verdict is verdict
    assert found.methods[:1] == ((method,) if method else ())


def test_unknowns_are_tried_with_and_without(tmp_path: Path) -> None:
    claim = (
        "kind: p-value, method: fisher, table: [[1, 2, 2], [10, 6, 12]], columns: [a, b, Unknown]"
    )
    found = finding(tmp_path, f'{claim}, printed: "0.70"')
    assert found.words == "Fisher exact test gives 0.6963."
    found = finding(tmp_path, f'{claim}, printed: "0.55"')
    assert found.words == "Fisher exact test without Unknown gives 0.5459."


def test_several_answers_a_patient_are_tried_each_against_the_rest(tmp_path: Path) -> None:
    claim = (
        "kind: p-value, method: fisher, several: true, sizes: [5, 28], columns: [Liver, Nodes], "
        "table: [[5, 1], [24, 17]]"
    )
    found = finding(tmp_path, f'{claim}, printed: "0.15"')
    assert found.words == "Fisher exact test of Nodes against the rest gives 0.1523."


def test_without_a_table_the_data_are_asked_for(tmp_path: Path) -> None:
    found = finding(tmp_path, 'kind: p-value, printed: "0.04", needs: times by arm')
    assert (found.verdict, found.words) == (Verdict.UNCHECKED, "Needed: times by arm.")
