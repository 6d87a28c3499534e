import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adam.study import protocol, study, treated
from topline.adam.adam import derive_adam
from topline.adam.adlb import derive_adlb
from topline.adam.adsl import derive_adsl
from topline.adam.laboratory_listings import derive_severe_results
from topline.adam.laboratory_queries import find_adlb_queries
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm

DOSES = {"01": ("2024-03-05", "2024-05-01")}
HEAD = "ID  LBTESTCD  LBTEST  LBSTRESN  LBSTRESU  LBSTNRLO  LBSTNRHI  LBDTC  LBSEQ\n"


def plan(**laboratory: object) -> Protocol:
    return protocol(laboratory=laboratory)


def results(
    rows: str | pl.DataFrame, dataset: str = "ADLB", sdtm: Sdtm | None = None, **laboratory: object
) -> pl.DataFrame:
    """ADLB of results in LB, by --SEQ."""
    rules = plan(**laboratory)
    sdtm = sdtm or treated(DOSES, LB=rows)
    adlb = derive_adlb(rules, sdtm, derive_adsl(rules, sdtm), dataset)
    return adlb.sort("USUBJID", "SRCSEQ")


def found(adlb: pl.DataFrame, dataset: str = "ADLB") -> list[tuple[str, str | None, str]]:
    """Rule without the dataset's name, record, and what was found."""
    queries = find_adlb_queries(adlb, dataset).select("rule", "record", "found").sort("record")
    return [(rule.partition(".")[2], record, text) for rule, record, text in queries.rows()]


def hemoglobin(*days_and_values: tuple[str, str]) -> str:
    lines = [
        f"01  HGB  Hemoglobin  {value}  g/L  120  160  {day}  {i}"
        for i, (day, value) in enumerate(days_and_values, 1)
    ]
    return HEAD + "\n".join(lines)


# Grades of CTCAE v5.0, anemia: 1 below LLN (120) to 100, 2 below 100 to 80, 3 below 80 g/L.


@pytest.mark.parametrize(
    ("rule", "day", "baseline"),
    [
        # first dose on 5 March
        ("on or before first dose", "2024-03-04", "Y"),
        ("on or before first dose", "2024-03-05", "Y"),
        ("on or before first dose", "2024-03-06", None),
        ("before first dose", "2024-03-04", "Y"),
        ("before first dose", "2024-03-05", None),
    ],
)
def test_baseline_is_the_last_result_by_the_first_dose(
    rule: str, day: str, baseline: str | None
) -> None:
    rows = hemoglobin(("2024-02-01", "140"), (day, "130"))
    flags = results(rows, baseline=rule)["ABLFL"].to_list()
    assert flags == ([None, "Y"] if baseline else ["Y", None])


def test_of_one_day_the_last_time_is_baseline_and_a_missing_value_is_none() -> None:
    rows = hemoglobin(
        ("2024-03-05T08:00", "140"),
        ("2024-03-05T07:00", "130"),
        ("2024-03-05T09:00", "."),
        ("2024-03-20", "110"),
    )
    adlb = results(rows)
    assert adlb["ABLFL"].to_list() == ["Y", None, None, None]
    assert adlb["BASE"].to_list() == [140, 140, 140, 140]
    assert adlb.select("CHG", "PCHG", "ADY").rows()[3] == (-30, 100 * -30 / 140, 16)
    assert adlb["CHG"].to_list()[:3] == [None, None, None]


@pytest.mark.parametrize(
    ("until", "day", "expected"),
    [
        # last dose on 1 May
        ("30 days", "2024-03-05", None),
        ("30 days", "2024-03-06", "Y"),
        ("30 days", "2024-05-31", "Y"),
        ("30 days", "2024-06-01", None),
        ("0 days", "2024-05-01", "Y"),
        ("0 days", "2024-05-02", None),
        (None, "2029-01-01", "Y"),
    ],
)
def test_results_are_under_treatment_until_so_long_after_the_last_dose(
    until: str | None, day: str, expected: str | None
) -> None:
    adlb = results(hemoglobin((day, "130")), on_treatment_until=until)
    assert adlb["ONTRTFL"].to_list() == [expected]


def test_a_day_that_may_be_before_or_after_the_first_dose_is_neither() -> None:
    rows = hemoglobin(
        ("2024-02", "125"), ("2024-03", "90"), ("2024-04", "95"), (".", "70"), ("2024", "60")
    )
    adlb = results(rows)
    assert adlb["ABLFL"].to_list() == ["Y", None, None, None, None]
    assert adlb["ONTRTFL"].to_list() == [None, None, "Y", None, None]
    assert adlb["ADTF"].to_list() == ["D", "D", "D", None, "M"]
    assert adlb["ADT"].to_list()[1] == dt.date(2024, 3, 1)
    assert found(adlb) == [
        ("compared", "LBSEQ=2", "HGB = 90.0 g/L: day unclear, 2024-03"),
        ("compared", "LBSEQ=4", "HGB = 70.0 g/L: day unclear, no date"),
        ("compared", "LBSEQ=5", "HGB = 60.0 g/L: day unclear, 2024"),
    ]


def test_grades_terms_bounds_and_shifts_stand_beside_the_results() -> None:
    rows = hemoglobin(("2024-03-01", "119.9"), ("2024-03-10", "79.9"), ("2024-03-20", "120"))
    adlb = results(rows)
    assert adlb["ATOXGRL"].to_list() == ["1", "3", "0"]
    assert adlb["ATOXGRLN"].to_list() == [1, 3, 0]
    assert set(adlb["ATOXDSCL"]) == {"Anemia"}
    assert adlb["ATOXBNDL"].to_list() == ["< LLN", "< 80 g/L", None]
    assert str(adlb["ATOXWRDL"][1]).startswith("Hgb <8.0 g/dL")
    assert adlb["BTOXGRL"].to_list() == ["1", "1", "1"]
    assert adlb["ANRIND"].to_list() == ["LOW", "LOW", "NORMAL"]
    assert adlb.select("SHIFT1", "SHIFT2", "SHIFT3").rows() == [
        (None, None, None),
        ("LOW to LOW", "1 to 3", "0 to 0"),
        ("LOW to NORMAL", "1 to 0", "0 to 0"),
    ]


def test_the_first_of_the_worst_under_treatment_is_flagged_in_each_direction() -> None:
    rows = hemoglobin(
        ("2024-03-01", "70"),  # worse, but baseline
        ("2024-03-10", "95"),
        ("2024-03-20", "85"),  # grade 2 as the one before, and lower
        ("2024-04-20", "170"),
        ("2024-04-25", "85"),
        ("2024-06-20", "60"),  # worse, but too late
    )
    adlb = results(rows)
    assert adlb["WOTRTLFL"].to_list() == [None, "Y", None, None, None, None]
    assert adlb["LOTRTFL"].to_list() == [None, None, "Y", None, None, None]
    assert adlb["WOTRTHFL"].to_list() == [None, None, None, "Y", None, None]
    assert adlb["HOTRTFL"].to_list() == [None, None, None, "Y", None, None]


def test_lowest_goes_by_the_limits_of_each_result_first() -> None:
    rows = f"""{HEAD}
        01  LYM  Lymphocytes  1.2  10^9/L  1.5  4  2024-03-10  1     # low by its own limits
        01  LYM  Lymphocytes  1.1  10^9/L  1.0  4  2024-03-20  2     # normal, though less
    """
    assert results(rows)["LOTRTFL"].to_list() == ["Y", None]


def test_units_of_a_test_become_one_with_limits_and_baseline() -> None:
    rows = f"""{HEAD}
        01  HGB    Hemoglobin  13.0  g/dL    12    16    2024-03-01  1
        01  HGB    Hemoglobin  99    g/L     120   160   2024-03-10  2
        01  HGB    Hemoglobin  8.1   mmol/L  7.4   9.9   2024-03-20  3
        01  HGB    Hemoglobin  110   g/L     120   160   2024-03-25  4
        01  CREAT  Creatinine  1.0   mg/dL   0.7   1.2   2024-03-01  5
        01  CREAT  Creatinine  176.8  umol/L  62   106   2024-03-10  6
        01  CREAT  Creatinine  1.2   mg/dL   0.7   1.2   2024-03-12  7
    """
    adlb = results(rows)
    assert adlb["AVALU"].to_list() == ["g/L"] * 4 + ["mg/dL"] * 3
    # 1 mmol/L of hemoglobin is 16.1145 g/L (monomer), 88.4 umol/L of creatinine are 1 mg/dL
    assert adlb["AVAL"].to_list()[4:] == pytest.approx([1.0, 2.0, 1.2], rel=1e-4)
    assert adlb["PCHG"].to_list()[5:] == pytest.approx([100.0, 20.0], rel=1e-4)
    assert adlb["AVAL"].to_list()[:4] == pytest.approx([130, 99, 8.1 * 16.1145, 110])
    assert adlb["ANRLO"].to_list()[:3] == pytest.approx([120, 120, 7.4 * 16.1145])
    assert adlb["BASE"].to_list()[:4] == pytest.approx([130] * 4)
    assert adlb["ATOXGRL"].to_list()[:4] == ["0", "2", "0", "1"]
    assert set(adlb["PARAM"]) == {"Hemoglobin (g/L)", "Creatinine (mg/dL)"}


def test_results_are_graded_in_the_unit_in_which_they_were_recorded() -> None:
    # the guideline: grade 2 below 6.2 mmol/L, 10.0 g/dL or 100 g/L; 6.2 mmol/L are 99.91 g/L
    rows = f"""{HEAD}
        01  HGB  Hemoglobin  6.2  mmol/L  7.4  9.9  2024-03-10  1
        01  HGB  Hemoglobin  99.91  g/L   120  160  2024-03-11  2
        01  HGB  Hemoglobin  130  g/L   120  160  2024-03-12  3
    """
    adlb = results(rows)
    assert adlb["AVAL"].to_list()[0] == pytest.approx(99.91, abs=0.001)
    assert adlb["ATOXGRL"].to_list() == ["1", "2", "0"]
    assert adlb["ATOXVAL"].to_list() == pytest.approx(adlb["AVAL"].to_list())


def test_the_unit_of_the_protocol_comes_before_the_most_frequent() -> None:
    tests = {"HGB": {"label": "Hb", "unit": "g/dL"}}
    adlb = results(hemoglobin(("2024-03-01", "130"), ("2024-03-10", "99")), tests=tests)
    assert adlb["AVAL"].to_list() == pytest.approx([13.0, 9.9])
    assert set(adlb["PARAM"]) == {"Hb (g/dL)"}
    assert adlb["ATOXGRL"].to_list() == ["0", "2"]


def test_what_cannot_be_graded_or_compared_is_told_and_kept() -> None:
    rows = f"""{HEAD}
        01  HGB   Hemoglobin  130  g/L      120  160  2024-03-01  1
        01  HGB   Hemoglobin  99   .        120  160  2024-03-10  2     # no unit
        01  HGB   Hemoglobin  7.1  furlong  120  160  2024-03-11  3     # unit that nobody knows
        01  HGB   Hemoglobin  99   g/L      120  .    2024-03-12  4     # low is graded, high not
        01  ALT   ALT         80   U/L      5    .    2024-03-12  5     # multiples of ULN
        01  VEGF  VEGF        210  pg/mL    .    .    2024-03-12  6     # nothing that CTCAE grades
        01  VEGF  VEGF        0.3  furlong  .    .    2024-03-13  7
        01  VEGF  VEGF        220  pg/mL    .    .    2024-03-14  8
    """
    adlb = results(rows)
    assert adlb.height == 8
    assert adlb["AVAL"].to_list() == [130, 99, 7.1, 99, 80, 210, 0.3, 220]
    assert adlb["BASE"].to_list()[:4] == [130, None, None, 130]
    assert adlb["ATOXGRL"].to_list()[:4] == ["0", None, None, "2"]
    units = "g/dL or mmol/L or g/L"
    assert found(adlb) == [
        ("test", None, "VEGF (pg/mL): 3 results that are not graded"),
        ("grade", "LBSEQ=2", f"HGB = 99.0: unit missing, expected {units}"),
        (
            "grade",
            "LBSEQ=3",
            f"HGB = 7.1 furlong: unit 'furlong' is not known, expected {units}",
        ),
        ("grade", "LBSEQ=4", "HGB = 99.0 g/L: ULN missing"),
        ("grade", "LBSEQ=5", "ALT = 80.0 U/L: ULN missing"),
        ("compared", "LBSEQ=7", "VEGF = 0.3 furlong: unit furlong among results in pg/mL"),
    ]


def test_text_results_and_tests_not_done_are_rows_without_a_grade() -> None:
    rows = """
        ID  LBTESTCD  LBTEST     LBORRES   LBORRESU  LBORNRLO  LBORNRHI  LBSTRESC  LBSTAT    LBDTC       LBSEQ
        01  BILI      Bilirubin  <3.42     umol/L    3         20        <3.42     .         2024-03-10  1
        01  BILI      Bilirubin  .         .         .         .         .         NOT DONE  2024-03-11  2
        01  BILI      Bilirubin  61        umol/L    3         20        .         .         2024-03-12  3
        01  COLOR     Color      YELLOW    .         .         .         YELLOW    .         2024-03-12  4
    """  # noqa: E501
    adlb = results(rows)
    assert adlb.select("AVAL", "AVALC", "ATOXGRH", "SRCVAR").rows() == [
        (None, "<3.42", None, "LBSTRESC"),
        (None, None, None, "LBSTRESC"),
        (61, "61", "3", "LBORRES"),  # as reported, where nothing is standardized; 3.05 x ULN
        (None, "YELLOW", None, "LBSTRESC"),
    ]
    assert found(adlb) == [("grade", "LBSEQ=1", "BILI = <3.42: result is not a number")]


def test_two_results_at_one_time_are_told() -> None:
    rows = hemoglobin(("2024-03-01", "130"), ("2024-03-01", "131"), ("2024-03-02", "120"))
    told = [one for one in found(results(rows)) if one[0] == "twice"]
    assert told == [
        ("twice", "LBSEQ=1", "HGB = 130.0 g/L on 2024-03-01, and another"),
        ("twice", "LBSEQ=2", "HGB = 131.0 g/L on 2024-03-01, and another"),
    ]


def test_the_same_test_in_another_specimen_is_another_parameter() -> None:
    rows = """
        ID  LBTESTCD  LBTEST   LBSTRESN  LBSTRESU  LBSTNRLO  LBSTNRHI  LBSPEC  LBDTC       LBSEQ
        01  GLUC      Glucose  5.0       mmol/L    3.9       6.1       SERUM   2024-03-01  1
        01  GLUC      Glucose  2.0       mmol/L    3.9       6.1       PLASMA  2024-03-10  2
        01  GLUC      Glucose  0.5       mmol/L    0         0.8       URINE   2024-03-10  3
    """
    adlb = results(rows)
    assert adlb["PARAMCD"].to_list() == ["GLUC", "GLUC", "GLUCU"]
    assert adlb["PARAM"].to_list()[2] == "Glucose, urine (mmol/L)"
    assert adlb["BASE"].to_list() == [5.0, 5.0, None]
    # hypoglycemia: grade 3 below 2.2 to 1.7 mmol/L; not in urine
    assert adlb["ATOXGRL"].to_list() == ["0", "3", None]


def test_parameters_come_in_the_protocols_order_then_by_code() -> None:
    rows = f"""{HEAD}
        01  ALT   x  10  U/L     5    40   2024-03-01  1
        01  HGB   x  130  g/L    120  160  2024-03-01  2
        01  PLAT  x  200  10^9/L  150  400  2024-03-01  3
    """
    adlb = results(rows, tests={"PLAT": {}}).sort("ASEQ")
    assert adlb["PARAMCD"].to_list() == ["PLAT", "ALT", "HGB"]
    assert adlb["PARAMN"].to_list() == [1, 2, 3]


def test_calcium_is_corrected_by_albumin_of_the_sample_else_of_the_day() -> None:
    rows = f"""{HEAD}
        01  CA   Calcium  8.0  mg/dL  8.5  10.5  2024-03-10T08:00  1
        01  ALB  Albumin  30   g/L    35   50    2024-03-10T08:00  2
        01  ALB  Albumin  45   g/L    35   50    2024-03-10T12:00  3
        01  CA   Calcium  8.0  mg/dL  8.5  10.5  2024-03-20T08:00  4
        01  ALB  Albumin  20   g/L    35   50    2024-03-20T09:00  5
        01  CA   Calcium  8.0  mg/dL  8.5  10.5  2024-03-25        6
    """
    adlb = results(rows)
    values = adlb.filter(pl.col("PARAMCD") == "CA")
    # 8.0 + 0.8 (4.0 - 3.0), 8.0 + 0.8 (4.0 - 2.0), and as measured
    assert values["ATOXVAL"].to_list() == pytest.approx([8.8, 9.6, 8.0])
    assert values["AVAL"].to_list() == [8.0, 8.0, 8.0]
    assert values["ATOXASM"].to_list() == [None, None, "no usable albumin: calcium as measured"]


def test_bounds_that_rest_on_baseline_use_it() -> None:
    # ALT, abnormal baseline: grade 1 from 1.5 to 3.0 times baseline, 2 above that
    rows = f"""{HEAD}
        01  ALT  ALT  100  U/L  5  40  2024-03-01  1
        01  ALT  ALT  149  U/L  5  40  2024-03-10  2
        01  ALT  ALT  150  U/L  5  40  2024-03-11  3
        01  ALT  ALT  301  U/L  5  40  2024-03-12  4
    """
    # the baseline result itself by limits of normal: 2.5 x ULN
    assert results(rows)["ATOXGRH"].to_list() == ["1", "0", "1", "2"]


def test_anticoagulation_comes_from_adsl() -> None:
    # INR: grade 1 above 1.2 to 1.5 off anticoagulants, above 1.0 to 1.5 times baseline on them
    rows = f"""{HEAD}
        01  INR  INR  2.0  RATIO  0.8  1.2  2024-03-01  1
        01  INR  INR  2.4  RATIO  0.8  1.2  2024-03-10  2
    """
    taken = "ID  CMTRT  CMCAT\n01  WARFARIN  CONCOMITANT"
    sdtm = treated(DOSES, LB=rows, CM=taken)
    variables = {
        "ANTICOFL": {"label": "On anticoagulants", "from": "CM", "take": "any"},
    }
    rules = protocol(laboratory={"anticoagulated": "ANTICOFL"}, variables=variables)
    adlb = derive_adlb(rules, sdtm, derive_adsl(rules, sdtm)).sort("SRCSEQ")
    bare = results("", sdtm=sdtm)
    assert (adlb["ATOXGRH"][1], bare["ATOXGRH"][1]) == ("1", "2")


def test_vital_signs_and_electrocardiograms_go_the_same_way() -> None:
    sdtm = treated(
        DOSES,
        VS="""
            ID  VSTESTCD  VSTEST  VSSTRESN  VSSTRESU  VSDTC       VSSEQ
            01  WEIGHT    Weight  80        kg        2024-03-01  1
            01  WEIGHT    Weight  76        kg        2024-03-20  2     # 5 % lost: grade 1
            01  WEIGHT    Weight  76.1      kg        2024-03-25  3
        """,
        EG="""
            ID  EGTESTCD  EGTEST  EGSTRESN  EGSTRESU  EGDTC       EGSEQ
            01  QTCF      QTcF    420       msec      2024-03-01  1
            01  QTCF      QTcF    481       msec      2024-03-20  2     # more than 60 ms: grade 3
            01  QTCF      QTcF    480       msec      2024-03-25  3
        """,
    )
    vital = results("", "ADVS", sdtm, also=["VS"])
    assert vital["ATOXGRL"].to_list() == ["0", "1", "0"]
    ecg = results("", "ADEG", sdtm, also=["EG"])
    assert ecg["ATOXGRH"].to_list() == ["0", "3", "1"]
    assert set(ecg["SRCDOM"]) == {"EG"}


def test_subjects_never_treated_have_no_baseline_and_are_graded_by_limits() -> None:
    rows = hemoglobin(("2024-03-01", "79"))
    sdtm = study(DM="ID  ARMCD\n01  A", LB=rows)
    adlb = results("", sdtm=sdtm)
    assert adlb.select("ABLFL", "ONTRTFL", "ATOXGRL").rows() == [(None, None, "3")]


def test_datasets_are_there_only_where_the_protocol_asks_for_them() -> None:
    sdtm = treated(DOSES, LB=hemoglobin(("2024-03-01", "130")))
    assert "ADLB" not in derive_adam(protocol(), sdtm).datasets
    asked = derive_adam(plan(also=["VS"]), sdtm)
    assert asked["ADLB"].height == 1
    assert asked["ADVS"].height == 0
    assert asked["ADLB"]["FASFL"].to_list() == ["Y"]
    assert "ADEG" not in asked.datasets


@pytest.mark.parametrize(
    ("laboratory", "words"),
    [
        ({"grading": {"tests": {"HGBX": "hemoglobine"}}}, "laboratory.grading.tests: no analyte"),
        ({"grading": {"readings": {"Anaemia": "x"}}}, "laboratory.grading.readings: CTCAE v5.0"),
        ({"grading": {"numbers_from_v4_03": ("Anemia",)}}, "laboratory.grading.numbers_from_v4_03"),
        ({"tests": {"HGB": {"unit": "furlong"}}}, "laboratory.tests.HGB.unit: found furlong"),
        ({"anticoagulated": "ANTICOFL"}, "laboratory.anticoagulated: ADSL has no variable"),
    ],
)
def test_options_that_name_what_is_not_there_are_refused(
    laboratory: dict[str, object], words: str
) -> None:
    rules = plan(**laboratory)
    sdtm = treated(DOSES, LB=hemoglobin(("2024-03-01", "130")))
    with pytest.raises(ProtocolError) as refused:
        derive_adlb(rules, sdtm, derive_adsl(rules, sdtm))
    assert words in str(refused.value)


def test_own_codes_and_the_older_version_are_options() -> None:
    rows = f"{HEAD}01  HAEM  Haemoglobin  95  g/L  120  160  2024-03-10  1"
    assert results(rows)["ATOXGRL"].to_list() == [None]
    own = {"tests": {"HAEM": "hemoglobin"}}
    assert results(rows, grading=own)["ATOXGRL"].to_list() == ["2"]
    # hyperglycemia has numbers in v4.03 only, and asks whether the patient fasted
    glucose = """
        ID  LBTESTCD  LBTEST   LBSTRESN  LBSTRESU  LBSTNRLO  LBSTNRHI  LBFAST  LBDTC       LBSEQ
        01  GLUC      Glucose  9.0       mmol/L    3.9       6.1       Y       2024-03-10  1
        01  GLUC      Glucose  9.0       mmol/L    3.9       6.1       .       2024-03-11  2
    """
    older = results(glucose, grading={"version": "4.03"})
    assert older["ATOXGRH"].to_list() == ["2", None]
    assert found(older) == [("grade", "LBSEQ=2", "GLUC = 9.0 mmol/L: fasting unknown")]
    assert results(glucose)["ATOXGRH"].to_list() == [None, None]


LINES = [
    "01  HGB  Hemoglobin  130  g/L   120  160  2024-03-01  1",
    "01  HGB  Hemoglobin  9.9  g/dL  12   16   2024-03-10  2",
    "01  HGB  Hemoglobin  99   g/L   120  160  2024-03-10  3",
    "01  ALT  ALT         50   U/L   5    40   2024-03-10  4",
    "01  HGB  Hemoglobin  .    g/L   120  160  2024-03  5",
]


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(range(5)))
def test_the_order_of_results_does_not_matter(order: list[int]) -> None:
    rules = plan()
    straight = treated(DOSES, LB=HEAD + "\n".join(LINES))
    mixed = treated(DOSES, LB=HEAD + "\n".join(LINES[i] for i in order))
    adsl = derive_adsl(rules, straight)
    assert derive_adlb(rules, mixed, adsl).equals(derive_adlb(rules, straight, adsl))


def test_results_of_grade_3_or_4_under_treatment_are_listed() -> None:
    rows = f"""{HEAD}
        01  HGB   Hemoglobin  70   g/L     120  160  2024-03-01  1     # before treatment
        01  HGB   Hemoglobin  79   g/L     120  160  2024-03-10  2
        01  HGB   Hemoglobin  80   g/L     120  160  2024-03-11  3     # grade 2
        01  K     Potassium   6.1  mmol/L  3.5  5.1  2024-03-12  4
        01  K     Potassium   2.4  mmol/L  3.5  5.1  2024-03-12  5
        01  HGB   Hemoglobin  79   g/L     120  160  2024-06-12  6     # too late
    """
    listed = derive_severe_results(results(rows))
    assert listed.select("PARAMCD", "TERM", "GRADE", "BASEGRADE", "BOUND", "SRCSEQ").rows() == [
        ("HGB", "Anemia", "3", "3", "< 80 g/L", 2),
        ("K", "Hyperkalemia", "3", None, "> 6.0 mmol/L", 4),
        ("K", "Hypokalemia", "4", None, "< 2.5 mmol/L", 5),
    ]


TEXT = "ID  LBTESTCD  LBTEST  LBSTRESC  LBSTRESN  LBSTRESU  LBSTNRLO  LBSTNRHI  LBDTC  LBSEQ\n"


@pytest.mark.parametrize(
    ("option", "result", "value", "side", "listed"),
    [
        ("query", "<3.42", None, None, True),
        ("not used", "<3.42", None, "BELOW LIMIT", False),
        ("limit", "<3.42", 3.42, "BELOW LIMIT", False),
        ("half the limit", "<3.42", 1.71, "BELOW LIMIT", False),
        ("half the limit", "> 500", 500.0, "ABOVE LIMIT", False),
        ("limit", "\u2264 3.42", 3.42, "BELOW LIMIT", False),
        ("limit", "hemolyzed", None, None, True),
        ("limit", "4", None, None, True),  # a number that LBSTRESN lacks: not guessed
    ],
)
def test_results_beyond_the_range_of_the_assay_are_what_the_protocol_says(
    option: str, result: str, value: float | None, side: str | None, listed: bool
) -> None:
    cell = result.replace(" ", "")
    rows = f"{TEXT}01  ALT  ALT  {cell}  .  U/L  5  40  2024-03-20  1"
    adlb = results(rows, out_of_range=option)
    assert adlb.select("AVAL", "AVALC", "AVALCAT1").row(0) == (value, cell, side)
    assert [rule for rule, _, _ in found(adlb)] == (["grade"] if listed else [])


def test_a_limit_that_stands_for_a_result_is_graded_and_keeps_its_sign() -> None:
    # platelets below 10 are below 25: grade 4
    rows = f"{TEXT}01  PLAT  Platelets  <10  .  10^9/L  150  400  2024-03-20  1"
    adlb = results(rows, out_of_range="limit")
    assert adlb.select("ATOXGRL", "AVALC", "AVALCAT1", "SRCVAR").row(0) == (
        "4", "<10", "BELOW LIMIT", "LBSTRESC",
    )  # fmt: skip


def test_a_number_of_its_own_stays_as_it_is() -> None:
    rows = f"{TEXT}01  PLAT  Platelets  <10  8  10^9/L  150  400  2024-03-20  1"
    assert results(rows, out_of_range="limit").select("AVAL", "AVALCAT1").row(0) == (8.0, None)
