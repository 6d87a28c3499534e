import pytest

from tests.analyses.study import Cell, adam, found, protocol, values
from topline.analyses.analyse import analyse
from topline.errors import ProtocolError
from topline.protocol.references import broken_references

SCREENED: dict[str, object] = {"kind": "eligibility", "analysis_set": "SCREENED"}
ENROLLED: dict[str, object] = {"kind": "eligibility", "analysis_set": "FULL"}


def counts(cells: dict[str, Cell], start: str, *levels: str) -> list[object]:
    return values(cells, start, *(f"{level}.n" for level in levels))


def test_subjects_by_verdict_on_each_criterion() -> None:
    cells = found(SCREENED)
    verdicts = ("MET", "NOT MET", "CANNOT BE JUDGED", "AGAINST ENTRY")
    assert counts(cells, "Inclusion criteria.I01.", *verdicts) == [2, 1, 1, 1]
    assert counts(cells, "Exclusion criteria.E01.", *verdicts) == [1, 2, 1, 1]
    assert cells["Inclusion criteria.I01.MET.percent"]["value"] == pytest.approx(100 * 2 / 11)


def test_subjects_by_verdict_over_all_criteria() -> None:
    verdicts = ("ELIGIBLE", "NOT ELIGIBLE", "CANNOT BE JUDGED")
    assert counts(found(SCREENED), "(all criteria).", *verdicts) == [1, 2, 1]
    # violations among the enrolled: T-10 never was
    assert counts(found(ENROLLED), "(all criteria).", *verdicts) == [1, 1, 1]


def test_subjects_of_whom_rule_and_site_disagree() -> None:
    assert counts(found(SCREENED), "(disagreement).", "N") == [2]
    assert counts(found(ENROLLED), "(disagreement).", "N") == [1]


def test_criteria_come_in_the_protocols_order_with_their_words() -> None:
    rows = analyse(protocol({"X": SCREENED}), adam()).rows.unique("parameter", maintain_order=True)
    assert rows.select("parameter", "section", "parameter_label").rows() == [
        ("(all criteria)", "", "Eligible by all criteria"),
        ("(disagreement)", "", "Rule and site disagree"),
        ("I01", "Inclusion criteria", "Not too old"),
        ("E01", "Exclusion criteria", "Pregnant"),
    ]


def test_an_empty_set_has_no_percentages() -> None:
    empty = {name: frame.clear() for name, frame in adam().items()}
    cell = found(SCREENED, empty)["Inclusion criteria.I01.MET.percent"]
    assert (cell["value"], cell["warning"]) == (None, "no subjects in this set")


def test_without_the_dataset_the_analysis_is_refused_in_words() -> None:
    lacking = {name: frame for name, frame in adam().items() if name != "ADIE"}
    with pytest.raises(ProtocolError, match=r"analyses\.X: found no dataset ADIE"):
        analyse(protocol({"X": SCREENED}), lacking)


def test_without_criteria_the_protocol_is_refused() -> None:
    plan = protocol({"X": SCREENED}, eligibility={})
    (broken,) = broken_references(plan)
    assert broken[:3] == (
        ("analyses", "X", "kind"), "eligibility without criteria", "criteria in eligibility",
    )  # fmt: skip
