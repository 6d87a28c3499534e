import polars as pl
import pytest

from tests.analyses.study import Cell, adam, found, protocol, values
from topline.analyses.analyse import analyse
from topline.errors import ProtocolError
from topline.protocol.references import broken_references
from topline.protocol.treatments import ExposureSummary

PLAN: dict[str, object] = {"kind": "exposure", "analysis_set": "SAFETY"}
# T-01, T-02 and T-04 were given Active; T-03 and T-05 to T-08 Control
ACTIVE, CONTROL = "TRT01A=Active.", "TRT01A=Control."


def counts(cells: dict[str, Cell], *names: str, of: str = "") -> list[object]:
    return [cells[f"D.{name}.{of}n"]["value"] for name in names]


def test_subjects_who_took_the_drug() -> None:
    cells = found(PLAN)
    assert [counts(cells, "TAKEN", of=of) for of in ("", ACTIVE, CONTROL)] == [[4], [2], [2]]
    assert values(cells, f"D.TAKEN.{ACTIVE}", "percent") == [pytest.approx(200 / 3)]


def test_dose_intensity_by_its_bounds() -> None:
    cells = found(PLAN)
    # 79.99; 80 and 99.99; 100
    categories = {"<80": 1, "80 to <100": 2, ">=100": 1}
    assert [cells[f"D.RDIGR.{name}.n"]["value"] for name in categories] == [*categories.values()]
    other = found({**PLAN, "intensity_bounds": [80]})
    assert [other[f"D.RDIGR.{name}.n"]["value"] for name in ("<80", ">=80")] == [1, 3]


def test_numbers_by_their_distribution() -> None:
    cells = found(PLAN)
    names = ("n", "median", "min", "max")
    assert values(cells, "D.RDI.", *names) == [4, pytest.approx(89.995), 79.99, 100]
    assert cells["D.RDI.median"]["n_missing"] == 4
    assert values(cells, "ALL DRUGS.NCYCLE.", *names) == [2, 1.5, 0, 3]


def test_interruptions_by_subject_and_in_all() -> None:
    cells = found(PLAN)
    assert counts(cells, "INTERRUPTED", "INT-OVER") == [2, 1]
    assert (cells["D.INT.total"]["value"], cells["D.INT.total"]["n"]) == (3, 2)
    # T-02 had one for rash and one for nausea
    assert [cells[f"D.INT-CAUSE.{cause}.n"]["value"] for cause in ("Nausea", "Rash")] == [2, 1]


def test_reductions_by_level_and_cause() -> None:
    cells = found(PLAN)
    assert counts(cells, "REDUCED", "RED-RESOLVED", "RED-NOT") == [1, 0, 1]
    causes = [cells[f"D.RED-CAUSE.{cause}.n"]["value"] for cause in ("Nausea", "(missing)")]
    assert causes == [1, 1]
    assert cells["D.LEVEL.Outside the levels.n"]["value"] == 1


def test_discontinuations_with_reason_event_and_whether_alone() -> None:
    cells = found(PLAN)
    assert counts(cells, "STOPPED", "STOP-ALONE") == [3, 1]
    reasons = [cells[f"D.STOP-REASON.{name}.n"]["value"] for name in ("Toxicity", "(missing)")]
    assert reasons == [2, 1]
    assert cells["D.STOP-EVENT.Rash.n"]["value"] == cells["D.ALONE-CAUSE.Rash.n"]["value"] == 1


def test_a_drug_of_one_arm_has_no_column_for_the_other() -> None:
    drug = {"name": "D", "levels": [1], "unit": "mg", "schedule": {"on": "1 day"}, "arms": ["ACT"]}
    treatments = {"cycle": {"length": "28 days"}, "drugs": [drug], "exposure": {}}
    only = {**adam(), "ADEX": adam()["ADEX"].filter(pl.col("TRT01A") == "Active")}
    cells = found(PLAN, only, treatments=treatments)
    assert not [name for name in cells if name.startswith("D.") and "Control" in name]
    # whoever had it all the same has a column
    assert [name for name in found(PLAN, treatments=treatments) if "D.TAKEN.TRT01A=Control" in name]


def test_drugs_can_be_chosen() -> None:
    sections = {name.split(".")[0] for name in found({**PLAN, "drugs": ["D"]})}
    assert sections == {"ALL DRUGS", "D"}


@pytest.mark.parametrize("bounds", [[], [100, 80], [80, 80]])
def test_bounds_ascend(bounds: list[float]) -> None:
    with pytest.raises(ValueError, match="bounds must ascend"):
        ExposureSummary.model_validate({**PLAN, "intensity_bounds": bounds})


def test_what_is_not_derived_cannot_be_analysed() -> None:
    lacking = {name: frame for name, frame in adam().items() if name != "ADEX"}
    with pytest.raises(ProtocolError, match=r"analyses\.X: found no dataset ADEX"):
        analyse(protocol({"X": PLAN}), lacking)
    drug = {"name": "D", "levels": [1], "unit": "mg", "schedule": {"on": "1 day"}}
    treatments = {"cycle": {"length": "28 days"}, "drugs": [drug]}
    plan = protocol({"X": {**PLAN, "drugs": ["E"]}}, treatments=treatments)
    found_ = [(broken[0], broken[2]) for broken in broken_references(plan)]
    assert (("analyses", "X", "kind"), "exposure under treatments") in found_
    assert (("analyses", "X", "drugs", 0), "one of the drugs: D") in found_
