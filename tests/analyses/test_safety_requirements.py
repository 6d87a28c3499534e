import polars as pl
import pytest

from tests.analyses.safety import SAFETY_KINDS
from tests.analyses.study import adam, protocol
from topline.analyses.analyse import analyse
from topline.errors import ProtocolError

GRADES: dict[str, object] = {"kind": "laboratory-grades", "analysis_set": "SAFETY"}


def refused(plan: object, datasets: dict[str, pl.DataFrame] | None = None) -> list[str]:
    with pytest.raises(ProtocolError) as error:
        analyse(protocol({"X": plan}), adam() if datasets is None else datasets)
    return [line.strip() for line in str(error.value).splitlines()[1:]]


def test_a_dataset_that_is_not_there_is_told_once() -> None:
    rest = {name: frame for name, frame in adam().items() if name != "ADLB"}
    (problem,) = refused(GRADES, rest)
    assert problem.startswith("analyses.X: found no dataset ADLB; there is ADSL, ")
    (problem,) = refused(GRADES | {"dataset": "ADVS"})
    assert problem.startswith("analyses.X: found no dataset ADVS")


def test_a_test_that_is_not_there_is_told_with_the_nearest() -> None:
    (problem,) = refused(GRADES | {"tests": ["HGB", "ALTT"]})
    assert problem == (
        "analyses.X.tests[1]: found ALTT, a test that ADLB does not have (did you mean ALT?); "
        "it has ALT, HGB"
    )


def test_a_test_of_the_protocol_that_nobody_has_yet_is_no_problem() -> None:
    plan = protocol({"X": GRADES | {"tests": ["PLAT", "HGB"]}}, laboratory={"tests": {"PLAT": {}}})
    parameters = analyse(plan, adam()).rows["parameter"].unique().sort().to_list()
    assert parameters == ["HGB.high", "HGB.low"]
    empty = adam() | {"ADLB": adam()["ADLB"].clear()}
    assert analyse(protocol({"X": GRADES | {"tests": ["PLAT"]}}), empty).rows.height == 0


def test_conditions_and_columns_of_onset_are_tried() -> None:
    lines = [{"label": "x", "where": "AEDECD = 'Nausea'"}, {"label": "y", "where": "AESER"}]
    plan = {"kind": "adverse-event-onset", "analysis_set": "SAFETY", "lines": lines}
    problems = refused(plan | {"where": "TRTEMF = 'Y'"})
    assert [problem.split(":")[0] for problem in problems] == [
        "analyses.X.where",
        "analyses.X.lines[0].where",
        "analyses.X.lines[1].where",
    ]
    assert "did you mean AEDECOD?" in problems[1]
    bare = adam() | {"ADAE": adam()["ADAE"].drop("EPISODE", "ASTDY")}
    bare["ADSL"] = bare["ADSL"].drop("TRTEDT", "TRTDURD")
    told = " ".join(refused(SAFETY_KINDS["AE-ONSET"], bare))
    for name in ("EPISODE", "ASTDY", "TRTEDT", "TRTDURD"):
        assert f"found {name}" in told


def test_columns_of_results_are_asked_for_as_far_as_they_are_used() -> None:
    bare = adam() | {"ADLB": adam()["ADLB"].drop("ATOXGRH", "LOTRTFL")}
    (problem,) = refused(GRADES, bare)
    assert "found ATOXGRH" in problem
    low = {"kind": "laboratory-shift", "analysis_set": "SAFETY", "directions": ["low"]}
    assert analyse(protocol({"X": low}), bare).rows.height > 0
    (problem,) = refused(low | {"of": "range"}, bare)
    assert "found LOTRTFL" in problem
