import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adam.study import protocol, study, treated
from topline.adam.adae import derive_adae
from topline.adam.adam import derive_adam
from topline.adam.adsl import derive_adsl
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm

DOSES = {"01": ("2024-03-05", "2024-05-01")}


def events(
    rows: str, plan: Protocol | None = None, sdtm: Sdtm | None = None
) -> list[tuple[object, ...]]:
    plan = plan or protocol()
    sdtm = sdtm or treated(DOSES, AE=rows)
    adae = derive_adae(plan, sdtm, derive_adsl(plan, sdtm)).sort("AESEQ")
    return adae.select("ASTDT", "ASTDTF", "TRTEMFL").rows()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # the day before, the day of, and 30 and 31 days after the last dose
        ("2024-03-04", ".", ("2024-03-04", None, None)),
        ("2024-03-05", ".", ("2024-03-05", None, "Y")),
        ("2024-05-31", ".", ("2024-05-31", None, "Y")),
        ("2024-06-01", ".", ("2024-06-01", None, None)),
        # month of the first dose: on the first dose, as it can have been
        ("2024-03", ".", ("2024-03-05", "D", "Y")),
        # unless it had ended before
        ("2024-03", "2024-03-02", ("2024-03-01", "D", None)),
        ("2024", ".", ("2024-03-05", "M", "Y")),
        ("2024-02", ".", ("2024-02-01", "D", None)),
        ("2024-04", ".", ("2024-04-01", "D", "Y")),
        # nothing known of the start: emergent unless it ended before the first dose
        (".", ".", (None, None, "Y")),
        (".", "2024-03-04", (None, None, None)),
        (".", "2024-03-05", (None, None, "Y")),
    ],
)
def test_start_and_emergence(start: str, end: str, expected: tuple[str | None, ...]) -> None:
    day = dt.date.fromisoformat(expected[0]) if expected[0] else None
    found = events(f"ID  AETERM  AESTDTC  AEENDTC\n01  RASH  {start}  {end}")
    assert found == [(day, *expected[1:])]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("earliest", dt.date(2024, 3, 1)), ("latest", dt.date(2024, 3, 20))],
)
def test_other_rules_for_partial_starts(rule: str, expected: dt.date) -> None:
    plan = protocol(partial_dates={"adverse_event_start": rule})
    # latest: not after the event ended
    rows = "ID  AETERM  AESTDTC  AEENDTC\n01  RASH  2024-03  2024-03-20"
    assert events(rows, plan)[0][0] == expected


def test_emergent_for_ever_when_the_protocol_sets_no_end() -> None:
    plan = protocol(adverse_events={"emergent_until": None})
    assert events("ID  AETERM  AESTDTC\n01  RASH  2029-01-01", plan)[0][2] == "Y"


def test_nothing_is_emergent_without_treatment() -> None:
    sdtm = study(DM="ID  ARMCD\n01  A", AE="ID  AETERM  AESTDTC\n01  RASH  2024-03-05")
    assert events("", sdtm=sdtm)[0][2] is None


def test_no_record_is_lost_and_qualifiers_are_kept() -> None:
    sdtm = treated(
        DOSES,
        AE="ID  AETERM  AESTDTC\n01  RASH  .\n01  RASH  2024-03-09\n01  .  2024-03-08",
        SUPPAE="ID  RDOMAIN  IDVAR  IDVARVAL  QNAM  QVAL\n01  AE  AESEQ  2  AEACNTMZ  REDUCED",
    )
    adae = derive_adam(protocol(), sdtm)["ADAE"]
    assert adae.select("ASEQ", "SRCDOM", "SRCSEQ", "AEACNTMZ").rows() == [
        (1, "AE", 3, None),
        (2, "AE", 2, "REDUCED"),
        (3, "AE", 1, None),
    ]


def test_grade_and_causality_follow_the_protocol() -> None:
    rows = """
        ID  AETERM  AETOXGR  AESEV     AEREL        AESTDTC
        01  A       3        MILD      Related      2024-03-05
        01  B       7        MODERATE  NOT RELATED  2024-03-05     # no such grade
        01  C       .        Severe    .            2024-03-05
    """
    sdtm = treated(DOSES, AE=rows)
    graded = derive_adam(protocol(), sdtm)
    assert graded["ADAE"].select("ATOXGRN", "AREL", "RELFL").rows() == [
        (3, "Y", "Y"),
        (None, "N", None),
        (None, None, None),
    ]
    rules = graded.queries.filter(subject="01").select("rule", "record").rows()
    assert ("ADAE.grade", "AESEQ=2") in rules
    assert ("ADAE.causality", "AESEQ=3") in rules
    worded = derive_adam(protocol(adverse_events={"severity": "AESEV"}), sdtm)
    assert worded["ADAE"]["ATOXGRN"].to_list() == [1, 2, 3]


def test_the_first_record_of_the_worst_grade_under_treatment_is_flagged() -> None:
    rows = """
        ID  AETERM  AEDECOD  AETOXGR  AESTDTC
        01  x       NAUSEA   4        2024-01-01      # before treatment
        01  x       NAUSEA   2        2024-03-10
        01  x       NAUSEA   3        2024-03-20
        01  x       NAUSEA   3        2024-03-12      # first of the worst
        01  x       RASH     1        2024-03-12
    """
    sdtm = treated(DOSES, AE=rows)
    adae = derive_adam(protocol(), sdtm)["ADAE"].sort("AESEQ")
    assert adae["AOCCPIFL"].to_list() == [None, None, None, "Y", "Y"]


@settings(max_examples=8)
@given(order=st.permutations(range(4)))
def test_the_order_of_events_does_not_matter(order: list[int]) -> None:
    lines = [
        "01  A  2024-03-10  1",
        "01  B  2024-03  2",
        "01  C  .  3",
        "01  D  2024-03-10  4",
    ]
    header = "ID  AETERM  AESTDTC  AESEQ\n"
    straight = treated(DOSES, AE=header + "\n".join(lines))
    mixed = treated(DOSES, AE=header + "\n".join(lines[i] for i in order))
    plan = protocol()
    adsl = derive_adsl(plan, straight)
    assert derive_adae(plan, mixed, adsl).equals(derive_adae(plan, straight, adsl))


ACTIONS = """
    ID  AETERM  AEDECOD  AESTDTC     AEACN             AETOXGR  AEREL
    01  A       RASH     2024-03-10  DOSE REDUCED      1        RELATED
    01  B       NAUSEA   2024-03-10  MULTIPLE          1        RELATED
    01  C       ANEMIA   2024-03-10  MULTIPLE          1        RELATED
    01  D       CHILLS   2024-03-10  DOSE NOT CHANGED  3        RELATED
    01  E       COUGH    2024-03-10  .                 1        RELATED
"""
EACH_DRUG = """
    ID  RDOMAIN  IDVAR  IDVARVAL  QNAM    QVAL
    01  AE       AESEQ  2         AEACN1  drug withdrawn
    01  AE       AESEQ  2         AEACN2  DRUG INTERRUPTED
    01  AE       AESEQ  5         AEACN2  TAKEN LATER
"""


def test_consequences_come_from_the_action_of_any_drug() -> None:
    sdtm = treated(DOSES, AE=ACTIONS, SUPPAE=EACH_DRUG)
    plan = protocol(adverse_events={"actions": ["AEACN", "AEACN1", "AEACN2"]})
    adam = derive_adam(plan, sdtm)
    flags = adam["ADAE"].sort("AESEQ").select("LEDREDFL", "LEDINTFL", "LEDDISFL").rows()
    nothing = (None, None, None)
    assert flags == [("Y", None, None), (None, "Y", "Y"), nothing, nothing, nothing]
    told = adam.queries.filter(rule="ADAE.action").select("record", "found").rows()
    assert told == [
        ("AESEQ=3", "AEACN = MULTIPLE"),
        ("AESEQ=5", "AEACN2 = TAKEN LATER"),
    ]


def test_other_words_for_consequences_are_an_option_and_a_drug_never_collected_is_empty() -> None:
    sdtm = treated(DOSES, AE=ACTIONS, SUPPAE=EACH_DRUG)
    rules = {"actions": ["AEACN2", "AEACN9"], "led_to": {"interruption": ["Taken later"]}}
    adam = derive_adam(protocol(adverse_events=rules), sdtm)
    adae = adam["ADAE"].sort("AESEQ")
    assert adae["LEDINTFL"].to_list() == [None, None, None, None, "Y"]
    assert adae["AEACN9"].null_count() == 5
    assert adam.queries.filter(rule="ADAE.action")["record"].to_list() == ["AESEQ=3"]


def test_events_of_special_interest_are_named_by_term_or_condition() -> None:
    kinds = [
        {"label": "Skin", "terms": ["Rash", "PRURITUS"]},
        {"label": "Severe or skin", "terms": ["RASH"], "where": "ATOXGRN >= 3"},
    ]
    plan = protocol(adverse_events={"special_interest": kinds})
    adae = derive_adam(plan, treated(DOSES, AE=ACTIONS))["ADAE"].sort("AESEQ")
    assert adae.select("AESIFL", "CQ01NAM", "CQ02NAM").rows() == [
        ("Y", "Skin", "Severe or skin"),
        (None, None, None),
        (None, None, None),
        ("Y", None, "Severe or skin"),
        (None, None, None),
    ]


def test_a_condition_on_special_interest_over_what_is_not_there_is_refused() -> None:
    kinds = [{"label": "Skin", "where": "AEDECODE = 'RASH'"}]
    plan = protocol(adverse_events={"special_interest": kinds})
    with pytest.raises(ProtocolError) as refused:
        derive_adam(plan, treated(DOSES, AE=ACTIONS))
    assert "adverse_events.special_interest[0].where" in str(refused.value)
    assert "did you mean AEDECOD?" in str(refused.value)


def test_without_any_dictionary_term_one_note_says_so() -> None:
    rows = "ID  AETERM  AESTDTC\n01  RASH  2024-03-10\n01  NAUSEA  2024-03-10"
    told = derive_adam(protocol(), treated(DOSES, AE=rows)).queries.filter(rule="ADAE.term")
    assert told.select("record", "found", "severity").rows() == [
        (None, "AEDECOD empty in all 2 records", "note")
    ]
    mixed = rows.replace("AETERM  AE", "AETERM  AEDECOD  AE").replace("RASH  ", "RASH  RASH  ")
    mixed = mixed.replace("NAUSEA  ", "NAUSEA  .  ")
    told = derive_adam(protocol(), treated(DOSES, AE=mixed)).queries.filter(rule="ADAE.term")
    assert told.select("record", "severity").rows() == [("AESEQ=2", "warning")]
