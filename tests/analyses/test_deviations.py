import pytest

from tests.analyses.study import adam, found, protocol, values
from topline.analyses.analyse import analyse
from topline.errors import ProtocolError
from topline.protocol.references import broken_references

ENROLLED: dict[str, object] = {"kind": "deviations", "analysis_set": "FULL"}


def test_subjects_and_deviations_of_any_kind() -> None:
    cells = found(ENROLLED)
    # T-01 three, T-05 and T-09 one each; T-10 was never enrolled
    assert values(cells, "(any).", "n", "deviations") == [3, 5]
    assert values(cells, "(any).", "percent") == [pytest.approx(100 * 3 / 9)]
    assert values(cells, "(any).TRT01P=Active.", "n", "deviations") == [1, 3]


def test_categories_and_the_kinds_that_occur() -> None:
    cells = found(ENROLLED)
    visits = "Tumor assessments."
    assert values(cells, f"{visits}(any).", "n", "deviations") == [3, 4]
    assert values(cells, f"{visits}LATE.", "n", "deviations") == [1, 2]
    assert values(cells, "Dose.RE-ESCALATION.", "n", "deviations") == [1, 1]
    # looked for, and none found
    assert values(cells, "Consent.(any).", "n", "deviations") == [0, 0]
    assert not [name for name in cells if "MISSED" in name]


def test_only_what_the_protocol_looks_for_has_a_line() -> None:
    cells = found(ENROLLED, deviations={"of": ["dose"]})
    assert {name.split(".")[0] for name in cells} == {"(any)", "Dose"}


def test_an_empty_set_has_no_percentages() -> None:
    empty = {name: frame.clear() for name, frame in adam().items()}
    cell = found(ENROLLED, empty)["(any).percent"]
    assert (cell["value"], cell["warning"]) == (None, "no subjects in this group")


def test_what_is_not_derived_cannot_be_analysed() -> None:
    lacking = {name: frame for name, frame in adam().items() if name != "ADDV"}
    with pytest.raises(ProtocolError, match=r"analyses\.X: found no dataset ADDV"):
        analyse(protocol({"X": ENROLLED}), lacking)
    (broken,) = broken_references(protocol({"X": ENROLLED}, deviations=None))
    assert broken[2] == "the part deviations in the protocol"
