import json
from typing import Any

from tests.analyses.study import EVERY_KIND, SINGLE_STAGE, adam, protocol
from topline.analyses.analyse import analyse
from topline.analyses.ars import write_ars

PLAN = protocol(EVERY_KIND, design=SINGLE_STAGE)


def event() -> dict[str, Any]:
    return json.loads(write_ars(PLAN, analyse(PLAN, adam())))


def test_every_result_is_in_the_event_once() -> None:
    rows = analyse(PLAN, adam()).rows
    results = [r for a in event()["analyses"] for r in a["results"]]
    assert len(results) == rows.height
    assert sorted(r["formattedValue"] for r in results) == sorted(rows["display"])


def test_what_analyses_refer_to_is_there() -> None:
    ars = event()
    sets = {each["id"] for each in ars["analysisSets"]}
    groupings = {each["id"] for each in ars["analysisGroupings"]}
    operations = {m["id"]: {o["id"] for o in m["operations"]} for m in ars["methods"]}
    assert len({a["id"] for a in ars["analyses"]}) == len(ars["analyses"])
    for analysis in ars["analyses"]:
        assert analysis["analysisSetId"] in sets
        assert {g["groupingId"] for g in analysis["orderedGroupings"]} <= groupings
        for result in analysis["results"]:
            assert result["operationId"] in operations[analysis["methodId"]]
            assert {g["groupingId"] for g in result["resultGroups"]} <= groupings


def test_a_result_names_its_groups_and_its_value_raw_and_as_printed() -> None:
    rate = next(a for a in event()["analyses"] if a["id"] == "ORR.FULL.Clopper-Pearson-interval")
    assert rate["dataset"] == "ADRS"
    active = [{"groupingId": "TRT01P", "groupValue": "Active"}]
    assert {
        "operationId": "Clopper-Pearson-interval.estimate",
        "resultGroups": [*active, {"groupingId": "parameter", "groupValue": "ORR"}],
        "rawValue": "50",
        "formattedValue": "50.0",
    } in rate["results"]


def test_only_the_endpoint_of_the_design_is_primary() -> None:
    terms = {
        a["name"]: a["purpose"]["controlledTerm"] for a in event()["analyses"] if "purpose" in a
    }
    primary = {name for name, term in terms.items() if term == "PRIMARY OUTCOME MEASURE"}
    assert primary == {"ORR", "ORR-TREATED", "ORR-SEX", "ORR-SUBGROUPS"}


def test_the_same_results_give_the_same_text() -> None:
    assert write_ars(PLAN, analyse(PLAN, adam())) == write_ars(PLAN, analyse(PLAN, adam()))
