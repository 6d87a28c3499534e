import datetime as dt
from typing import Any

import polars as pl
import pytest

from tests.adam.study import protocol, treated
from topline.adam.adam import derive_adam
from topline.adam.adsl import derive_adsl
from topline.adam.core import with_qualifiers
from topline.adam.variables import find_unusable_values
from topline.errors import ProtocolError
from topline.sdtm.collected import Sdtm

LB = """
    ID  LBTESTCD  LBDTC       LBSTRESN  LBSTRESC  LBSEQ
    01  CGA       2023-12-20  300       300       1
    01  CGA       2024-01-10  250       250       2     # the day of the first dose
    01  CGA       2024-02-01  900       900       3
    01  HGB       2024-01-09  120       120       4
    02  CGA       2024-01-31  .         .         5     # not measured: not a baseline
    02  CGA       2024-01     80        80        6     # can have been on the 1st
    02  CGA       2024-03-01  500       500       7
    03  CGA       2024-03-01  70        70        8     # after the first dose only
"""
DOSES = {
    "01": ("2024-01-10", "2024-02-10"),
    "02": ("2024-02-01", "2024-03-10"),
    "03": ("2024-02-01", "2024-03-10"),
}


def data(**domains: str | pl.DataFrame) -> Sdtm:
    return treated(DOSES, **{"LB": LB, **domains})


def values(variable: dict[str, Any], sdtm: Sdtm | None = None) -> list[object]:
    plan = protocol(variables={"X": {"label": "X", **variable}})
    return derive_adsl(plan, sdtm or data())["X"].to_list()


CGA = {"from": "LB", "where": "LBTESTCD = 'CGA'", "value": "LBSTRESN", "type": "number"}


@pytest.mark.parametrize(
    ("take", "expected"),
    [
        ("first", [300, 80, 70]),
        ("last", [900, 500, 70]),
        ("last before treatment", [250, 80, None]),
        ("minimum", [250, 80, 70]),
        ("maximum", [900, 500, 70]),
        ("mean", [1450 / 3, 290, 70]),
        ("sum", [1450, 580, 70]),
    ],
)
def test_take(take: str, expected: list[float | None]) -> None:
    assert values({**CGA, "take": take}) == expected


def test_those_never_treated_have_the_last_record_as_baseline() -> None:
    sdtm = data(EX="ID  EXSTDTC\n01  2024-01-10")
    assert values({**CGA, "take": "last before treatment"}, sdtm) == [250, 500, 70]


def test_count_is_0_for_those_without_records_and_any_is_empty() -> None:
    hgb = {"from": "LB", "where": "LBTESTCD = 'HGB'"}
    assert values({**hgb, "take": "count"}) == [1, 0, 0]
    assert values({**hgb, "take": "any"}) == ["Y", None, None]


def test_a_value_that_is_a_condition_is_counted_where_it_holds() -> None:
    high = {"from": "LB", "value": "LBSTRESN > 290", "take": "count"}
    assert values(high) == [2, 1, 0]


def test_the_order_of_records_does_not_matter() -> None:
    plan = protocol(variables={"X": {"label": "X", **CGA, "take": "last"}})
    lb = data()["LB"]
    mixed = treated(
        DOSES, LB=lb.select("USUBJID", "LBTESTCD", "LBDTC", "LBSTRESN", "LBSEQ").reverse()
    )
    assert derive_adsl(plan, mixed)["X"].to_list() == [900, 500, 70]


def test_same_day_records_follow_their_sequence_number() -> None:
    lb = """
        ID  LBDTC       LBSTRESC  LBSEQ
        01  2024-01-02  second    2
        01  2024-01-02  first     1
    """
    assert values({"from": "LB", "value": "LBSTRESC", "take": "last"}, data(LB=lb))[0] == "second"


def test_qualifiers_are_columns_and_their_text_is_a_number_where_asked() -> None:
    sdtm = data(
        CM="ID  CMTRT  CMSEQ\n01  A  1\n01  B  2\n02  C  3\n03  D  4",
        SUPPCM="""
            ID  RDOMAIN  IDVAR  IDVARVAL  QNAM    QVAL
            01  CM       CMSEQ  1         CMLINE  2
            01  CM       CMSEQ  2         CMLINE  10
            02  CM       CMSEQ  3         CMLINE  1
            03  CM       CMSEQ  4         CMLINE  second
        """,
    )
    most = {"from": "CM", "value": "CMLINE", "take": "maximum"}
    assert values(most, sdtm) == [10, 1, None]  # as numbers: 10 is more than 2
    assert values({"from": "CM", "value": "CMLINE + CMLINE", "take": "maximum"}, sdtm) == [
        20,
        2,
        None,
    ]
    plan = protocol(variables={"LINES": {"label": "Lines", **most}})
    prepared = with_qualifiers(sdtm)
    queries = find_unusable_values(plan, prepared, derive_adsl(plan, prepared))
    # not silently null
    assert queries.select("subject", "rule", "found", "consequence").rows() == [
        ("03", "ADSL.LINES.type", "CMLINE = second", "value not used")
    ]


def test_conditions_compare_text_that_holds_numbers() -> None:
    sdtm = data(RS="ID  RSSTRESC\n01  2\n02  10\n03  1")
    assert values({"from": "RS", "where": "RSSTRESC >= 2", "take": "any"}, sdtm) == ["Y", "Y", None]


def test_dates_are_read_and_the_time_between_them_has_its_unit() -> None:
    sdtm = data(MH="ID  MHSTDTC\n01  2023-01-10\n02  2023\n03  .")
    variables = {
        "DIAGDT": {"label": "Diagnosis", "from": "MH", "value": "MHSTDTC", "type": "date"},
        "DAYS": {"label": "Days", "between": ["DIAGDT", "TRTSDT"], "unit": "days"},
        "MONTHS": {"label": "Months", "between": ["DIAGDT", "TRTSDT"]},
    }
    adsl = derive_adam(protocol(variables=variables), sdtm)["ADSL"]
    assert adsl["DIAGDT"].to_list() == [dt.date(2023, 1, 10), dt.date(2023, 1, 1), None]
    assert adsl["DAYS"].to_list() == [365, 396, None]
    assert adsl["MONTHS"].drop_nulls().to_list() == pytest.approx([365 / 30.4375, 396 / 30.4375])


def test_rules_use_the_variables_before_them_and_response() -> None:
    variables = {
        "CGABL": {"label": "CgA", **CGA, "take": "last before treatment"},
        "HIGH": {"label": "High", "rule": "CGABL > 100", "type": "flag"},
        "GROUP": {"label": "Group", "rule": "CASE WHEN HIGH = 'Y' THEN 'high' ELSE 'other' END"},
        "NOEVAL": {"label": "Not evaluable", "rule": "BOR = 'NE'", "type": "text"},
    }
    adsl = derive_adam(protocol(variables=variables), data())["ADSL"]
    assert adsl.select("HIGH", "GROUP", "NOEVAL").rows() == [
        ("Y", "high", "Y"),
        (None, "other", "Y"),
        (None, "other", "Y"),
    ]


def test_every_unknown_column_is_listed_with_the_nearest_known() -> None:
    variables = {
        "A1": {"label": "A", "from": "LB", "where": "LBTEST_CD = 'X'", "value": "LBSTRESN"},
        "A2": {"label": "B", "from": "LB", "value": "LBSTRES"},
        "A3": {"label": "C", "from": "ZZ", "value": "ZZDTC"},
    }
    with pytest.raises(ProtocolError) as caught:
        derive_adsl(protocol(variables=variables), data())
    message = str(caught.value)
    assert "variables.A1.where: LBTEST_CD = 'X': LB has no column LBTEST_CD" in message
    assert "did you mean LBTESTCD?" in message
    assert "variables.A2.value: LBSTRES: LB has no column LBSTRES (did you mean LBSTRES" in message
    assert "variables.A3.from: no domain ZZ" in message


def test_a_rule_must_not_use_what_comes_later() -> None:
    variables = {
        "EARLY": {"label": "E", "rule": "LATE > 1"},
        "LATE": {"label": "L", "rule": "AGE + 1", "type": "number"},
    }
    with pytest.raises(ProtocolError, match=r"variables\.EARLY\.rule.*no column LATE"):
        derive_adam(protocol(variables=variables), data())


def test_a_described_variable_must_exist() -> None:
    with pytest.raises(ProtocolError, match=r"no column RACES \(did you mean RACE\?\)"):
        derive_adam(protocol(variables={"RACES": {"label": "Race"}}), data())


def test_text_that_is_added_to_a_number_is_refused_in_words() -> None:
    rule = {"from": "LB", "value": "LBTESTCD - 1", "take": "maximum"}
    with pytest.raises(
        ProtocolError, match=r"variables\.X\.value: LBTESTCD - 1 cannot be evaluated"
    ):
        values(rule)


def test_time_between_needs_dates() -> None:
    variables = {"T": {"label": "T", "between": ["SEX", "TRTSDT"]}}
    with pytest.raises(ProtocolError, match="SEX of ADSL is no date"):
        derive_adam(protocol(variables=variables), data())


def test_a_domain_that_was_not_collected_gives_nobody_a_value() -> None:
    sdtm = data()
    assert values({"from": "QS", "value": "QSWHATEVER", "take": "first"}, sdtm) == [None] * 3
    assert values({"from": "QS", "take": "count"}, sdtm) == [0, 0, 0]


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "=1+1", "naïve 漢字 🎗", "'; DROP TABLE adsl; --", "\u202eabc"]
)
def test_hostile_text_passes_through(text: str) -> None:
    mh = pl.DataFrame({"ID": ["01"], "MHTERM": [text]})
    assert values({"from": "MH", "value": "MHTERM"}, data(MH=mh)) == [text, None, None]
