import datetime as dt
from typing import Any

import pytest

from tests.adam.study import protocol, study, treated
from topline.adam.adam import Adam, derive_adam
from topline.errors import ProtocolError

DAY = dt.date
DOSES = {"01": ("2024-01-10", "2024-06-01")}
HEADER = "ID  RSTESTCD  RSSTRESC  RSDTC  VISITNUM  RSSEQ\n"


def reported(rows: list[str], cut: str | None = None, **options: Any) -> Adam:
    plan = protocol(
        response={"source": "reported", "options": options},
        study={**protocol().study.model_dump(), "data_cut": cut},
    )
    return derive_adam(plan, treated(DOSES, RS=HEADER + "\n".join(rows)))


def overall(adam: Adam) -> list[tuple[object, ...]]:
    return adam["ADRS"].filter(PARAMCD="OVR").select("AVALC", "ADY", "ANL01FL").rows()


def summary(adam: Adam, parameter: str) -> tuple[object, ...]:
    return adam["ADRS"].filter(PARAMCD=parameter).select("AVALC", "ADT").row(0)


COURSE = [
    "01  OVRLRESP  SD  2024-03-06  2  1",
    "01  OVRLRESP  PR  2024-05-01  3  2",
    "01  OVRLRESP  NE  2024-06-26  4  3",
    "01  OVRLRESP  PD  2024-08-21  5  4",
    "01  OVRLRESP  CR  2024-10-16  6  5",
]


def test_assessments_count_up_to_the_first_progression() -> None:
    assert overall(reported(COURSE)) == [
        ("SD", 57, "Y"),
        ("PR", 113, "Y"),
        ("NE", 169, "Y"),
        ("PD", 225, "Y"),
        ("CR", 281, None),  # kept, not used
    ]


def test_summaries() -> None:
    adam = reported(COURSE)
    assert summary(adam, "BOR") == ("PR", DAY(2024, 5, 1))
    assert summary(adam, "CBOR")[0] == "SD"  # seen once only
    assert summary(adam, "RSP") == ("Y", DAY(2024, 5, 1))
    assert summary(adam, "PD") == ("Y", DAY(2024, 8, 21))
    assert summary(adam, "LSTA") == ("PD", DAY(2024, 8, 21))
    assert summary(adam, "DEATH") == ("N", None)
    assert adam["ADSL"].select("BOR", "CBOR", "NPOSTBAS").row(0) == ("PR", "SD", 5)


def test_a_response_is_confirmed_where_the_protocol_asks_for_it() -> None:
    adam = reported(COURSE, confirmation={"required": True})
    assert summary(adam, "RSP") == ("N", None)
    # both best responses are there whatever is asked for
    assert summary(adam, "BOR")[0] == "PR"


def test_assessments_after_the_data_cut_do_not_count() -> None:
    adam = reported(COURSE, cut="2024-06-30")
    assert [row[2] for row in overall(adam)] == ["Y", "Y", "Y", None, None]
    assert summary(adam, "PD") == ("N", None)
    assert summary(adam, "LSTA") == ("PR", DAY(2024, 5, 1))


def after_therapy(until: list[str]) -> Adam:
    plan = protocol(
        response={"source": "reported", "until": until},
        variables={
            "NACTDT": {
                "label": "New therapy", "from": "CM", "value": "CMSTDTC", "type": "date",
            }
        },
    )  # fmt: skip
    therapy = "ID  CMSEQ  CMTRT  CMSTDTC\n01  1  Other drug  2024-04-01"
    return derive_adam(plan, treated(DOSES, RS=HEADER + "\n".join(COURSE), CM=therapy))


def test_assessments_after_new_therapy_do_not_count_where_the_protocol_says_so() -> None:
    counted = after_therapy(["NACTDT"])
    assert [row[2] for row in overall(counted)] == ["Y", None, None, None, None]
    assert summary(counted, "BOR") == ("SD", DAY(2024, 3, 6))
    assert summary(counted, "PD") == ("N", None)
    assert summary(after_therapy([]), "BOR")[0] == "PR"


def test_a_limit_that_is_no_date_is_named() -> None:
    with pytest.raises(ProtocolError, match=r"NACT is no date of ADSL \(did you mean NACTDT\?\)"):
        after_therapy(["NACT"])


def test_assessments_before_the_first_dose_do_not_count() -> None:
    adam = reported(["01  OVRLRESP  PD  2024-01-09  1  1", "01  OVRLRESP  SD  2024-03-06  2  2"])
    assert overall(adam) == [("PD", -1, None), ("SD", 57, "Y")]
    assert summary(adam, "PD") == ("N", None)
    assert adam["ADSL"]["NPOSTBAS"].item() == 1


@pytest.mark.parametrize("word", ["CHECK", "<script>", "."])
def test_a_word_that_is_no_response_counts_as_ne_and_is_listed(word: str) -> None:
    adam = reported([f"01  OVRLRESP  {word}  2024-03-06  2  1"])
    assert overall(adam) == [("NE", 57, "Y")]
    query = adam.queries.filter(rule="ADRS.response").row(0, named=True)
    assert query["record"] == "RSSEQ=1"
    assert "no response of RECIST 1.1" in query["found"]


def test_of_two_responses_on_one_date_the_worst_counts_and_both_are_kept() -> None:
    adam = reported(["01  OVRLRESP  PR  2024-03-06  2  1", "01  OVRLRESP  SD  2024-03-06  2.1  2"])
    assert sorted(overall(adam), key=str) == [("PR", 57, None), ("SD", 57, "Y")]
    assert summary(adam, "BOR")[0] == "SD"
    assert adam.queries.filter(rule="ADRS.response")["record"].to_list() == ["RSSEQ=1"]


def test_a_response_without_a_date_is_kept_and_listed() -> None:
    adam = reported(["01  OVRLRESP  PR  .  2  1"])
    assert overall(adam) == [("PR", None, None)]
    assert summary(adam, "BOR")[0] == "NE"
    assert adam.queries.filter(rule="ADRS.response").height == 1


def test_target_response_and_new_lesions_go_with_their_assessment() -> None:
    adam = reported(
        [
            *COURSE[:1],
            "01  TRGRESP  SD  2024-03-06  2  11",
            "01  NTRGRESP  NON-CR/NON-PD  2024-03-06  2  12",
            "01  NEWLPROG  EQUIVOCAL  2024-03-06  2  13",
            "01  NEWLPROG  UNEQUIVOCAL  2024-10-16  6  14",
            *COURSE[3:],
        ]
    )
    rows = (
        adam["ADRS"].filter(PARCAT1="By assessment").select("PARAMCD", "AVALC", "ANL01FL", "SRCSEQ")
    )
    assert rows.rows()[3:] == [
        ("TRGRESP", "SD", "Y", 11),
        ("NTRGRESP", "NON-CR/NON-PD", "Y", 12),
        ("NEWLESN", "EQUIVOCAL", "Y", 13),
        ("NEWLESN", "Y", None, 14),
    ]


def test_only_recist_rows_of_the_reader_are_responses() -> None:
    sdtm = treated(
        DOSES,
        RS="""
            ID  RSCAT       RSTESTCD  RSSTRESC  RSDTC       RSEVAL
            01  ECOG        ECOG101   1         2024-03-06  .
            01  LUGANO      OVRLRESP  CR        2024-03-06  INVESTIGATOR
            01  RECIST 1.1  OVRLRESP  SD        2024-03-06  INVESTIGATOR
            01  RECIST 1.1  OVRLRESP  PD        2024-03-06  INDEPENDENT ASSESSOR
        """,
    )
    adam = derive_adam(protocol(response={"source": "reported"}), sdtm)
    assert overall(adam) == [("SD", 57, "Y")]


def test_subjects_read_by_others_only_are_listed() -> None:
    rs = "ID  RSTESTCD  RSSTRESC  RSDTC  RSEVAL\n01  OVRLRESP  PR  2024-03-06  RADIOLOGIST"
    adam = derive_adam(protocol(response={"source": "reported"}), treated(DOSES, RS=rs))
    assert adam.queries.filter(rule="RS.reader")["found"].to_list() == [
        "RS read by RADIOLOGIST only"
    ]


def test_every_enrolled_subject_has_a_best_response_and_nobody_else() -> None:
    sdtm = study(
        DM="ID  ARMCD\n01  A\n02  SCRNFAIL",
        DS="ID  DSDECOD  DSSTDTC\n01  ENROLLED  2024-01-01\n02  SCREEN FAILURE  2024-01-01",
    )
    adrs = derive_adam(protocol(), sdtm)["ADRS"].filter(PARAMCD="BOR")
    assert adrs.select("USUBJID", "AVALC").rows() == [("01", "NE")]
    assert adrs["AREASON"].item()


def test_derived_responses_lead_to_the_sum_behind_them() -> None:
    tr = """
        ID  TRGRPID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC
        01  TARGET   T01      LDIAM     40        40        1         2024-01-02
        01  TARGET   T01      LDIAM     28        28        2         2024-03-06
        01  TARGET   T01      LDIAM     34        34        3         2024-05-01
    """
    adam = derive_adam(protocol(), treated(DOSES, TR=tr))
    rows = adam["ADRS"].filter(PARAMCD="OVR")
    # -30 % is PR; from 28 to 34 is +6 mm, +21.4 %: PD (RECIST 1.1, 4.3.1)
    assert rows["AVALC"].to_list() == ["PR", "PD"]
    sums = adam["ADTR"].filter(PARAMCD="SUMDIAM")
    behind = rows.join(sums, left_on="SRCSEQ", right_on="ASEQ")
    assert behind["AVAL_right"].to_list() == [28.0, 34.0]
    assert rows.select("SRCDOM", "SRCVAR").unique().rows() == [("ADTR", "AVAL")]
    assert "34 mm" in rows["AREASON"][1]


def test_a_best_response_leads_to_the_assessment_that_shows_it() -> None:
    best = reported(COURSE)["ADRS"].filter(PARAMCD="BOR")
    assert best.select("AVALC", "SRCDOM", "SRCVAR", "SRCSEQ").rows() == [
        ("PR", "RS", "RSSTRESC", 2)
    ]
