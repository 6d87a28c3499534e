"""Response rates as they are printed."""

from tests.displays.example import ROOT, cabotem, pilot
from tests.displays.results import result_rows
from topline.displays.compose import compose
from topline.displays.footnotes import footnotes
from topline.displays.numbers import Numbers
from topline.displays.table import Table
from topline.protocol.read import read_protocol
from topline.protocol.tables import RateTable


def lines(number: str, displays: tuple[object, ...]) -> dict[str, tuple[str, ...]]:
    table = next(d for d in displays if isinstance(d, Table) and d.number == number)
    return {row.cells[0].text: tuple(c.text for c in row.cells[1:]) for row in table.rows}


def test_one_arm_has_one_pair_of_columns_and_the_decision() -> None:
    protocol, adam, results = cabotem()
    found = lines("Table S5", compose(protocol, results))
    evaluable = adam["ADSL"].filter(PPROTFL="Y")
    responders = evaluable.filter(evaluable["BOR"].is_in(["CR", "PR"])).height
    share, _ = found["Overall response rate"]
    assert share.startswith(f"{responders} / {evaluable.height} (")
    assert found["Primary endpoint"][0] == ("met" if responders >= 12 else "not met")
    assert "Overall response rate, without symptomatic decline" in found


def test_subgroups_of_a_trial_with_arms_stand_under_all() -> None:
    protocol, _, results = pilot()
    found = lines("Table 2", compose(protocol, results))
    assert found["Female"][:-2] == ("",) * 6
    assert all(found["Female"][-2:])
    assert all(found["Objective response rate"])


def test_intervals_run_from_the_lower_to_the_upper_limit() -> None:
    protocol, _, results = cabotem()
    found = lines("Table S5", compose(protocol, results))
    rows = results.rows.filter(analysis_id="ORR", by="")
    shown = {(r["level"], r["statistic"]): r["display"] for r in rows.to_dicts()}
    assert found["Overall response rate"][1] == f"{shown['', 'lower']} to {shown['', 'upper']}"
    assert found["Stable disease"][1] == f"{shown['SD', 'lower']} to {shown['SD', 'upper']}"


def test_those_whom_rates_leave_out_are_counted_below() -> None:
    """Two rates with the same text share a note; of groups and limits nothing is repeated."""
    without = "14 in the analysis set without a value, left out; 2 not evaluable, left out"
    said = {"CMET-POSITIVE": without, "AXL-POSITIVE": without, "CBR": ""}
    whole = read_protocol(ROOT / "src/topline/studies/cabotem/protocol.yaml")
    numbers = {
        name: Numbers(
            result_rows(
                {"analysis_id": name, "statistic": "estimate", "warning": text},
                {"analysis_id": name, "statistic": "estimate", "group": "X", "warning": "other"},
                {"analysis_id": name, "statistic": "lower", "warning": "another"},
            ),
            name,
        )
        for name, text in said.items()
    }
    plan = RateTable(kind="rate-table", number="T", title="T", analyses=tuple(said))
    notes = footnotes(plan, whole, numbers)
    assert [note for note in notes if "left out" in note or "other" in note] == [
        "c-MET expressed; AXL expressed: 14 in the analysis set without a value, left out.",
        "c-MET expressed; AXL expressed: 2 not evaluable, left out.",
    ]
