"""Worked by hand: target lesion of 40 mm at baseline, then as each table says."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.adam.study import protocol, treated
from topline.adam.adam import derive_adam
from topline.adam.core import with_qualifiers
from topline.adam.discrepancies import derive_agreement, derive_comparisons, derive_discrepancies
from topline.sdtm.collected import Sdtm

DOSES = {"01": ("2024-01-10", "2024-09-01")}
TR = "ID  TRLNKID  TRGRPID  TRTESTCD  TRSTRESN  VISITNUM  TRDTC\n"
RS = "ID  RSTESTCD  RSSTRESC  VISITNUM  RSDTC  RSSEQ\n"
LESIONS = [
    "01  T01  TARGET  LDIAM  40  1  2024-01-02",
    "01  T01  TARGET  LDIAM  28  2  2024-03-06",  # -30 %: PR
    "01  T01  TARGET  LDIAM  40  3  2024-05-01",  # +12 mm, +42.9 % from 28 mm: PD
]
SAID = [
    "01  OVRLRESP  PR  2  2024-03-06  1",
    "01  TRGRESP   PR  2  2024-03-06  2",
    "01  OVRLRESP  SD  3  2024-05-01  3",  # no change from baseline, says the reader
    "01  TRGRESP   SD  3  2024-05-01  4",
]


def compared(sdtm: Sdtm, **response: Any) -> pl.DataFrame:
    plan = protocol(response=response)
    return derive_comparisons(plan, with_qualifiers(sdtm), derive_adam(plan, sdtm).datasets)


def of_one(lesions: list[str], said: list[str]) -> pl.DataFrame:
    return compared(treated(DOSES, TR=TR + "\n".join(lesions), RS=RS + "\n".join(said)))


def sides(rows: pl.DataFrame, what: str) -> list[tuple[object, ...]]:
    """Visit, derived and reported of each row."""
    return rows.filter(what=what).select("VISITNUM", "derived", "reported").rows()


def test_derived_and_reported_stand_side_by_side() -> None:
    rows = of_one(LESIONS, SAID)
    assert sides(rows, "OVR") == [(2, "PR", "PR"), (3, "PD", "SD")]
    assert sides(rows, "TRGRESP") == [(2, "PR", "PR"), (3, "PD", "SD")]
    assert sides(rows, "NEWLESN") == [(2, "N", "N"), (3, "N", "N")]  # no record: none seen
    assert sides(rows, "NTRGRESP") == []  # there are none
    assert sides(rows, "BOR") == [(None, "PR", "PR")]
    assert set(rows["reader"]) == {"INVESTIGATOR"}
    assert set(rows["analyzed"]) == {"Y"}


def test_discrepancies_have_the_reason_of_the_assessment() -> None:
    rows = derive_discrepancies(of_one(LESIONS, SAID))
    assert rows.select("kind", "what", "VISITNUM").rows() == [
        ("derived-reported", "OVR", 3),
        ("derived-reported", "TRGRESP", 3),
    ]
    because = "PD: sum 40 mm, +12 mm, +42.9 % from nadir 28 mm of 2024-03-06; no new lesion"
    assert rows["reason"].to_list() == [because, because]


def test_best_response_of_the_lesions_and_of_the_reports() -> None:
    rows = of_one(LESIONS, ["01  OVRLRESP  SD  2  2024-03-06  1", *SAID[2:]])
    best = rows.filter(kind="best response", what="BOR").row(0, named=True)
    assert (best["derived"], best["reported"], best["agree"]) == ("PR", "SD", False)
    assert best["reason"].startswith("PR on 2024-03-06")


def test_what_one_side_only_has_is_a_row() -> None:
    rows = of_one(LESIONS, [*SAID[:2], "01  OVRLRESP  NE  1  2024-01-02  9"])
    alone = rows.filter(~pl.col("compared")).select("what", "derived", "reported", "reason").rows()
    pd = "not reported; PD: sum 40 mm, +12 mm, +42.9 % from nadir 28 mm of 2024-03-06"
    nothing = "no lesion was recorded to derive it from"
    assert alone == [
        ("OVR", None, "NE", nothing),  # a response at baseline
        ("NEWLESN", None, "N", nothing),
        ("OVR", "PD", None, f"{pd}; no new lesion"),
        ("TRGRESP", "PD", None, f"{pd}; no new lesion"),
        ("NEWLESN", "N", None, f"{pd}; no new lesion"),
    ]
    assert not rows.filter(~pl.col("compared"))["agree"].any()


def test_the_visit_tells_where_the_dates_differ() -> None:
    rows = of_one(LESIONS, ["01  OVRLRESP  PR  2  2024-03-09  1"])
    row = rows.filter(what="OVR", VISITNUM=2).row(0, named=True)
    assert (str(row["date"]), str(row["other_date"])) == ("2024-03-06", "2024-03-09")
    assert row["agree"]


def test_the_date_tells_where_a_visit_was_repeated() -> None:
    lesions = [
        "01  T01  TARGET  LDIAM  40  1    2024-01-02",
        "01  T01  TARGET  LDIAM  28  9.2  2024-03-06",  # PR
        "01  T01  TARGET  LDIAM  36  9.2  2024-05-01",  # +8 mm, +28.6 %: PD
    ]
    said = ["01  OVRLRESP  PD  9.2  2024-05-01  1", "01  OVRLRESP  PR  9.2  2024-03-06  2"]
    assert sides(of_one(lesions, said), "OVR") == [(9.2, "PR", "PR"), (9.2, "PD", "PD")]
    # the second record of one date is not of the other date
    twice = [said[1], "01  OVRLRESP  SD  9.2  2024-03-06  3"]
    assert sides(of_one(lesions, twice), "OVR") == [
        (9.2, "PR", "PR"),
        (9.2, None, "SD"),
        (9.2, "PD", None),
    ]
    # neither date is known: nobody can tell which is which
    unknown = [line.replace("2024-05-01", ".").replace("2024-03-06", ".") for line in said]
    lone = derive_discrepancies(of_one(lesions, unknown)).filter(what="OVR")
    assert lone["compared"].to_list() == [False, False, False, False]


@pytest.mark.parametrize(("visit", "name"), [("5", "."), (".", "WEEK 8"), (".", ".")])
def test_the_date_alone_tells_where_readers_name_visits_in_their_own_way(
    visit: str, name: str
) -> None:
    rs = f"""
        ID  RSTESTCD  RSSTRESC  VISITNUM  VISIT   RSDTC       RSEVAL
        01  OVRLRESP  PR        2         .       2024-03-06  INVESTIGATOR
        01  OVRLRESP  SD        {visit}   {name}  2024-03-06  RADIOLOGIST
    """
    rows = compared(treated(DOSES, RS=rs)).filter(what="OVR")
    assert rows.select("reported", "other_reported").rows() == [("PR", "SD")]


def test_a_second_record_stands_alone() -> None:
    rows = of_one(LESIONS[:2], [*SAID[:1], "01  OVRLRESP  SD  2  2024-03-06  9"])
    assert sides(rows, "OVR") == [(2, "PR", "PR"), (2, None, "SD")]
    assert (
        rows.filter(what="OVR")["reason"].to_list()[1] == "a second record of this visit and date"
    )


@pytest.mark.parametrize("word", ["CHECK", "."])
def test_words_are_shown_as_they_were_reported(word: str) -> None:
    rows = of_one(LESIONS[:2], [f"01  OVRLRESP  {word}  2  2024-03-06  1"])
    shown = "NE" if word == "." else word  # nothing was said
    assert sides(rows, "OVR") == [(2, "PR", shown)]


NEW_LESIONS = [
    (["01  NTRGRESP  NE  2  2024-03-06  5"], "N"),  # no record of new lesions
    (["01  NEWLIND  N  2  2024-03-06  5"], "N"),
    (["01  NEWLPROG  EQUIVOCAL  2  2024-03-06  5"], "EQUIVOCAL"),
    (
        [
            "01  NEWLPROG  EQUIVOCAL  2  2024-03-06  5",
            "01  NEWLPROG  UNEQUIVOCAL  2  2024-03-06  6",
        ],
        "Y",
    ),
    (["01  NEWLPROG  UNEQUIVOCAL  2  2024-03-08  5"], "Y"),  # its own date, the visit's only scan
]


@pytest.mark.parametrize(("records", "answer"), NEW_LESIONS)
def test_an_assessment_has_one_answer_as_to_new_lesions(records: list[str], answer: str) -> None:
    assert sides(of_one(LESIONS[:2], [*SAID[:2], *records]), "NEWLESN") == [(2, "N", answer)]


READERS = """
    ID  RSTESTCD  RSSTRESC  VISITNUM  RSDTC       RSEVAL                RSEVALID  RSACPTFL
    01  OVRLRESP  PR        2         2024-03-06  INDEPENDENT ASSESSOR  R 1       Y
    01  OVRLRESP  SD        2         2024-03-06  INDEPENDENT ASSESSOR  R 2       .
    01  OVRLRESP  PR        2         2024-03-06  .                     .         .
    02  OVRLRESP  PD        2         2024-03-06  INDEPENDENT ASSESSOR  R 1       .
    02  OVRLRESP  SD        2         2024-03-06  INDEPENDENT ASSESSOR  R 2       Y
"""
BOTH = {who: ("2024-01-10", "2024-09-01") for who in ("01", "02")}
R1, R2 = "INDEPENDENT ASSESSOR, R 1", "INDEPENDENT ASSESSOR, R 2"


def between(rows: pl.DataFrame) -> list[tuple[object, ...]]:
    pairs = rows.filter(kind="reader-reader", what="OVR")
    names = ["USUBJID", "reader", "other_reader", "reported", "other_reported", "accepted"]
    return pairs.select(names).rows()


def test_every_two_readers_are_compared() -> None:
    assert between(compared(treated(BOTH, RS=READERS))) == [
        ("01", R1, R2, "PR", "SD", R1),
        ("01", R1, "INVESTIGATOR", "PR", "PR", R1),
        ("01", R2, "INVESTIGATOR", "SD", "PR", None),
        ("02", R1, R2, "PD", "SD", R2),
        ("02", R1, "INVESTIGATOR", "PD", None, None),  # one side only
        ("02", R2, "INVESTIGATOR", "SD", None, R2),
    ]


def test_best_responses_of_readers_are_compared() -> None:
    rows = compared(treated(BOTH, RS=READERS)).filter(kind="best response", what="BOR")
    assert rows.select("USUBJID", "reported", "other_reported", "agree").rows()[:3] == [
        ("01", "PR", "SD", False),
        ("01", "PR", "PR", True),
        ("01", "SD", "PR", False),
    ]


def test_lesions_say_why_readers_differ() -> None:
    tr = """
        ID  TRLNKID  TRGRPID  TRTESTCD  TRSTRESN  VISITNUM  TRDTC  TREVAL  TREVALID
        01  T01  TARGET  LDIAM  40  1  2024-01-02  INDEPENDENT ASSESSOR  R 1
        01  T01  TARGET  LDIAM  28  2  2024-03-06  INDEPENDENT ASSESSOR  R 1
        01  T01  TARGET  LDIAM  40  1  2024-01-02  INDEPENDENT ASSESSOR  R 2
        01  T01  TARGET  LDIAM  30  2  2024-03-06  INDEPENDENT ASSESSOR  R 2
    """
    rows = compared(treated(BOTH, RS=READERS, TR=tr))
    assert rows.filter(kind="reader-reader", what="OVR", USUBJID="01")["reason"].to_list()[0] == (
        f"{R1}: PR: sum 28 mm, -30.0 % from baseline 40 mm; no new lesion | "
        f"{R2}: SD: sum 30 mm, -25.0 % from baseline 40 mm; no new lesion"
    )


def test_the_accepted_reading_is_one_of_its_own_where_readers_took_turns() -> None:
    tr = """
        ID  TRLNKID  TRGRPID  TRTESTCD  TRSTRESN  VISITNUM  TRDTC  TREVAL  TREVALID  TRACPTFL
        01  T01  TARGET  LDIAM  40  1  2024-01-02  INDEPENDENT ASSESSOR  R 1  Y
        01  T01  TARGET  LDIAM  28  2  2024-03-06  INDEPENDENT ASSESSOR  R 1  Y
        02  T01  TARGET  LDIAM  40  1  2024-01-02  INDEPENDENT ASSESSOR  R 2  Y
        02  T01  TARGET  LDIAM  28  2  2024-03-06  INDEPENDENT ASSESSOR  R 2  Y
    """
    reader = {"evaluator": "INDEPENDENT ASSESSOR", "accepted": True}
    rows = compared(treated(BOTH, RS=READERS, TR=tr), reader=reader)
    own = rows.filter(kind="derived-reported", what="OVR").sort("reader", "USUBJID")
    assert own.select("reader", "USUBJID", "derived", "reported", "analyzed").rows() == [
        (R1, "01", "PR", "PR", None),
        (R1, "02", None, "PD", None),
        (R2, "01", None, "SD", None),
        (R2, "02", "PR", "SD", None),
        ("INDEPENDENT ASSESSOR, accepted reading", "01", "PR", "PR", "Y"),
        ("INDEPENDENT ASSESSOR, accepted reading", "02", "PR", "SD", "Y"),
    ]
    readers = {name for row in between(rows) for name in row[1:3]}
    assert readers == {R1, R2, "INVESTIGATOR"}


def test_agreement_counts() -> None:
    rows = of_one(LESIONS, [SAID[0], *SAID[2:], "01  OVRLRESP  NE  1  2024-01-02  9"])
    counts = derive_agreement(rows)
    assert counts.drop("kind", "reader", "other_reader").rows() == [
        # what, compared, agree, percent, derived only, reported only
        ("OVR", 2, 1, 50.0, 0, 1),
        ("TRGRESP", 1, 0, 0.0, 1, 0),
        ("NEWLESN", 2, 2, 100.0, 0, 1),
        ("BOR", 1, 1, 100.0, 0, 0),
        ("CBOR", 1, 1, 100.0, 0, 0),
    ]


def test_reported_responses_are_compared_also_where_they_are_the_ones_analyzed() -> None:
    sdtm = treated(DOSES, TR=TR + "\n".join(LESIONS), RS=RS + "\n".join(SAID))
    assert_frame_equal(compared(sdtm, source="reported"), compared(sdtm))


@pytest.mark.parametrize("domains", [{}, {"TR": TR + LESIONS[0]}, {"RS": RS + SAID[0]}])
def test_nothing_is_compared_where_one_side_was_not_collected(domains: dict[str, str]) -> None:
    rows = compared(treated(DOSES, **domains))
    assert rows.is_empty()
    assert derive_agreement(rows).is_empty()


TESTS = ("OVRLRESP", "TRGRESP", "NTRGRESP")
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["01", "02"]),
        st.sampled_from(TESTS),
        st.sampled_from(["CR", "PR", "SD", "PD", "NE"]),
        st.sampled_from(["2", "3", "."]),
        st.sampled_from(["2024-03-06", "2024-03-07", "2024-05-01", "."]),
        st.sampled_from(["INVESTIGATOR", "RADIOLOGIST"]),
    ),
    max_size=9,
)


@settings(max_examples=12)
@given(records=RECORDS, seed=st.integers(0, 9))
def test_every_record_is_in_one_row_whatever_the_order(
    records: list[tuple[str, ...]], seed: int
) -> None:
    rows = [f"{'  '.join(record)}  {k}" for k, record in enumerate(records, start=1)]
    lesions = [line.replace("01", "02", 1) for line in LESIONS] + LESIONS
    said = "\n".join(["ID  RSTESTCD  RSSTRESC  VISITNUM  RSDTC  RSEVAL  RSSEQ", *rows])
    sdtm = treated(BOTH, TR=TR + "\n".join(lesions), RS=said)
    found = compared(sdtm)
    by_visit = found.filter(pl.col("what").is_in(["OVR", "TRGRESP", "NTRGRESP"]))
    own = by_visit.filter(kind="derived-reported", reader="INVESTIGATOR")
    investigator = [record for record in records if record[5] == "INVESTIGATOR"]
    if investigator:
        reported = own.filter(pl.col("reported").is_not_null())
        assert reported.height == len(investigator)
        # two subjects, two assessments, overall and target response; an invented scan is NE
        derived = own.filter(pl.col("derived").is_not_null(), pl.col("derived") != "NE")
        assert derived.height == 8
    pairs = by_visit.filter(kind="reader-reader")
    if pairs.height:
        assert pairs["reported"].count() + pairs["other_reported"].count() == len(records)
    mixed = {
        name: frame.sample(fraction=1, shuffle=True, seed=seed)
        for name, frame in sdtm.domains.items()
    }
    assert_frame_equal(compared(Sdtm(mixed)), found)
