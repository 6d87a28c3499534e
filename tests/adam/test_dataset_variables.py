"""Variables from datasets below subject level, and splits at the median."""

import pytest

from tests.adam.study import protocol, treated
from topline.adam.adam import derive_adam
from topline.errors import ProtocolError

DAYS = ("2024-01-10", "2024-06-30")
VEGF = {"assay": "concentration", "label": "VEGF-A", "from": "LB", "test": "VEGF", "unit": "pg/mL"}
HEAD = "ID  LBTESTCD  LBSTRESC  LBSTRESU  LBDTC  VISIT\n"
# 01 has three samples, the last without a day; 02 to 04 one each; 05 none
TEXT = HEAD + "".join(
    f"{who}  VEGF  {value}  pg/mL  {day}  {visit}\n"
    for who, value, day, visit in (
        ("01", 20, "2024-01-08", "V1"),
        ("01", 10, "2024-03-08", "V2"),
        ("01", 30, ".", "V3"),
        ("02", 40, "2024-01-08", "V1"),
        ("03", 60, "2024-01-08", "V1"),
        ("04", 80, "2024-01-08", "V1"),
    )
)
FROM = {"label": "VEGF-A", "dataset": "ADBM", "where": "PARAMCD = 'VEGF'", "type": "number"}


def values(**variables: object) -> dict[str, list[object]]:
    plan = protocol(biomarkers={"VEGF": VEGF}, variables=variables)
    subjects = {f"0{i}": DAYS for i in range(1, 6)}
    adsl = derive_adam(plan, treated(subjects, LB=TEXT))["ADSL"]
    return {name: adsl[name].to_list() for name in variables}


@pytest.mark.parametrize(
    ("take", "value"),
    [("first", 20.0), ("last", 10.0), ("minimum", 10.0), ("maximum", 30.0)],
)
def test_undated_rows_are_last_and_never_the_latest(take: str, value: float) -> None:
    assert values(X={**FROM, "take": take})["X"] == [value, 40.0, 60.0, 80.0, None]


# Values 20, 40, 60, 80: the median is 50. Among the three without 04 it is 40, a value itself
@pytest.mark.parametrize(
    ("options", "groups"),
    [
        ({}, ["LOW", "LOW", "HIGH", "HIGH", None]),
        ({"among": "USUBJID <> '04'"}, ["LOW", "LOW", "HIGH", None, None]),
        (
            {"among": "USUBJID <> '04'", "at_median": "HIGH"},
            ["LOW", "HIGH", "HIGH", None, None],
        ),
    ],
)
def test_split_is_at_the_median_of_those_asked_for(
    options: dict[str, object], groups: list[str | None]
) -> None:
    found = values(X=FROM, G={"label": "Split", "median_of": "X", **options})
    assert found["G"] == groups


def test_rules_may_use_what_is_taken_from_a_dataset() -> None:
    rule = {"label": "Twice", "rule": "2 * X", "type": "number"}
    assert values(X=FROM, D=rule)["D"] == [40.0, 80.0, 120.0, 160.0, None]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"X": {**FROM, "where": "PARM = 'VEGF'"}}, "ADBM has no column PARM"),
        ({"X": {**FROM, "value": "AVL"}}, r"ADBM has no column AVL \(did you mean AVAL\?\)"),
        ({"G": {"label": "G", "median_of": "SEX"}}, "SEX is no number"),
        ({"G": {"label": "G", "median_of": "NOBODY"}}, "NOBODY"),
    ],
)
def test_what_cannot_be_taken_is_refused(variables: dict[str, object], message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        values(**variables)
