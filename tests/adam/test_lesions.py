import polars as pl
import pytest

from tests.adam.study import study
from tests.frames import frame
from topline.adam.lesions import derive_lesions
from topline.protocol.response import Reader

TU = """
    ID  TULNKID  TUSTRESC    TULOC
    01  T01      TARGET      LIVER
    01  T02      TARGET      LYMPH NODE
    01  NT01     NON-TARGET  BONE
    01  NEW01    NEW         LUNG
"""


def lesions(tr: str, tu: str = TU) -> list[tuple[object, ...]]:
    rows = derive_lesions(study(TU=tu, TR=tr), Reader())
    return rows.sort("TRLNKID").select("TRLNKID", "PARCAT1", "NODALFL", "AVAL", "AVALC").rows()


def test_nodes_are_measured_by_the_short_axis_and_others_by_the_longest_diameter() -> None:
    tr = """
        ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC
        01  T01      LPERP     11        11        1         2024-01-02
        01  T01      LDIAM     20        20        1         2024-01-02
        01  T02      DIAMETER  30        30        1         2024-01-02
        01  T02      LDIAM     25        25        1         2024-01-02
        01  T02      LPERP     16        16        1         2024-01-02
    """
    assert lesions(tr) == [
        ("T01", "TARGET", None, 20.0, None),
        ("T02", "TARGET", "Y", 16.0, None),
    ]


def test_what_is_there_is_used() -> None:
    tr = """
        ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC
        01  T01      DIAMETER  20        20        1         2024-01-02
        01  T02      LDIAM     25        25        1         2024-01-02
    """
    assert [row[3] for row in lesions(tr)] == [20.0, 25.0]


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        # lesion, test, number, text, --STAT
        ("T01  LDIAM  0  0  .", (0.0, None)),
        ("T01  LDIAM  2.1  2.1  .", (2.1, None)),
        ("T01  LDIAM  .  .  NOT DONE", (None, "NOT EVALUATED")),
        ("T01  LDIAM  .  TOO SMALL TO MEASURE  .", (None, "TOO SMALL")),
        ("T01  TUMSTATE  .  ABSENT  .", (None, "ABSENT")),
        ("T01  LDIAM  .  shrunk  .", (None, "NOT EVALUATED")),
        ("NT01  TUMSTATE  .  Present  .", (None, "PRESENT")),
        ("NT01  TUMSTATE  .  UNEQUIVOCAL PROGRESSION  .", (None, "UNEQUIVOCAL PROGRESSION")),
        # of a non-target lesion, certainty is certainty of progression
        ("NT01  TUMSTATE  .  UNEQUIVOCAL  .", (None, "UNEQUIVOCAL PROGRESSION")),
        ("NT01  TUMSTATE  .  .  NOT DONE", (None, "NOT EVALUATED")),
        ("NEW01  TUMSTATE  .  UNEQUIVOCAL  .", (None, "UNEQUIVOCAL")),
        ("NEW01  TUMSTATE  .  EQUIVOCAL  .", (None, "EQUIVOCAL")),
    ],
)
def test_results_in_the_words_of_recist(result: str, expected: tuple[object, ...]) -> None:
    tr = f"""
        ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  TRSTAT  VISITNUM  TRDTC
        01  {result}  1  2024-01-02
    """
    assert lesions(tr)[0][3:] == expected


def test_centimetres_are_millimetres_times_ten_and_inches_are_not_guessed() -> None:
    tr = """
        ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  TRSTRESU  VISITNUM  TRDTC
        01  T01      LDIAM     2         2         cm        1         2024-01-02
        01  T02      LPERP     2         2         in        1         2024-01-02
    """
    rows = derive_lesions(study(TU=TU, TR=tr), Reader()).sort("TRLNKID")
    assert rows["AVAL"].to_list() == [20.0, None]
    assert rows["AREASON"].to_list() == [None, "no diameter in mm; counts as not evaluated"]


def test_a_lesion_that_is_absent_and_measured_counts_as_measured_and_is_listed() -> None:
    tr = """
        ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC
        01  T01      LDIAM     12        12        1         2024-01-02
        01  T01      TUMSTATE  .         ABSENT    1         2024-01-02
    """
    row = derive_lesions(study(TU=TU, TR=tr), Reader()).row(0, named=True)
    assert (row["AVAL"], row["AVALC"]) == (12.0, None)
    assert row["AREASON"] == "ABSENT, with a diameter of 12.0 mm; the diameter counts"


def test_the_role_may_stand_in_tr_and_a_lesion_without_role_is_listed() -> None:
    tr = """
        ID  TRLNKID  TRGRPID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC
        01  X01      TARGET   LDIAM     20        20        1         2024-01-02
        01  X02      .        LDIAM     20        20        1         2024-01-02
    """
    rows = derive_lesions(study(TU="ID  TULNKID", TR=tr), Reader()).sort("TRLNKID")
    assert rows["PARCAT1"].to_list() == ["TARGET", "NONE"]
    assert "neither TR nor TU says" in rows["AREASON"][1]


def test_a_second_result_keeps_its_row_and_is_not_used() -> None:
    tr = """
        ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC
        01  T01      LDIAM     20        20        1         2024-01-02
        01  T01      LDIAM     22        22        1         2024-01-02
    """
    rows = derive_lesions(study(TU=TU, TR=tr), Reader())
    assert rows.select("AVAL", "SRCSEQ").rows() == [(20.0, 1), (None, 2)]
    assert rows["AREASON"][1].startswith("a second LDIAM of the lesion at this visit")


def test_a_lesion_read_on_two_days_of_a_visit_makes_two_scans() -> None:
    tr = """
        ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC
        01  T01      LDIAM     20        20        9.2       2024-01-02
        01  T01      LDIAM     22        22        9.2       2024-02-02
        01  T02      LPERP     15        15        3         2024-03-02
        01  T01      LDIAM     16        16        3         2024-03-05     # another day: one scan
    """
    rows = derive_lesions(study(TU=TU, TR=tr), Reader())
    assert rows.select("visit").n_unique() == 3


def test_whose_reading_counts() -> None:
    independent = "INDEPENDENT ASSESSOR"
    tr = f"""
        ID  TRLNKID  TRSTRESN  TREVAL          TREVALID  TRACPTFL
        01  T01      1         INVESTIGATOR    .         .
        01  R1-T01   2         {independent}   R 1       Y
        01  R2-T01   3         {independent}   R 2       .
        01  T02      4         .               .         .    # the investigator
    """
    rows = frame(tr).with_columns(
        TRGRPID=pl.lit("TARGET"), TRTESTCD=pl.lit("LDIAM"), TRDTC=pl.lit("2024-01-02")
    )
    sdtm = study(TR=rows)
    for reader, expected in (
        (Reader(), [1, 4]),
        (Reader(evaluator=independent), [2, 3]),
        (Reader(evaluator=independent, id="R 2"), [3]),
        (Reader(accepted=True), [2]),
        (Reader(evaluator="INVESTIGATOR", accepted=True), []),
    ):
        assert sorted(derive_lesions(sdtm, reader)["AVAL"]) == expected
