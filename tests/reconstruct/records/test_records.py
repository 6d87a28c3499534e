"""Six patients' plans, written as records and read back by the pipeline."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest

from tests.frames import frame
from tests.reconstruct.records import meadow
from topline.adam.adam import Adam, derive_adam
from topline.errors import DataError
from topline.protocol.response import Response
from topline.reconstruct.cohort import Cohort
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.specification import Records
from topline.sdtm.read import sdtm_from_frames

# As planned in meadow.PATIENTS: first response, first progression, best response.
PLANNED = """
USUBJID     BOR  RSP  PD
MEADOW-001  PR   64   .
MEADOW-002  SD   .    211
MEADOW-003  PD   .    64
MEADOW-004  CR   128  .
MEADOW-005  PR   64   316
MEADOW-006  NE   .    .
"""


def test_responses_and_progressions_are_on_their_planned_days(adam: Adam) -> None:
    found = (
        adam["ADRS"]
        .filter(pl.col("PARAMCD").is_in(["BOR", "RSP", "PD"]))
        .with_columns(shown=pl.when(PARAMCD="BOR").then("AVALC").otherwise(pl.col("ADY").cast(str)))
        .pivot("PARAMCD", index="USUBJID", values="shown")
    )
    assert found.select("USUBJID", "BOR", "RSP", "PD").equals(frame(PLANNED))


def test_best_changes_are_the_planned_ones_to_half_a_millimetre(adam: Adam) -> None:
    found = dict(adam["ADSL"].select("USUBJID", "BESTPCHG").iter_rows())
    planned = {"MEADOW-001": -42, "MEADOW-002": -12, "MEADOW-003": 31, "MEADOW-004": -100}
    planned |= {"MEADOW-005": -37.5}
    assert {who: found[who] for who in planned} == pytest.approx(planned, abs=0.3)
    assert found["MEADOW-006"] is None


def test_the_investigator_reads_what_the_lesions_show(adam: Adam) -> None:
    reported = adam["ADRS"].filter(PARAMCD="OVR", ANL01FL="Y").select("USUBJID", "ADY", "AVALC")
    assert reported.height > 20
    rs = write_records(meadow.protocol(), meadow.records(), meadow.cohort())["RS"]
    read = rs.filter(RSTESTCD="OVRLRESP").select("USUBJID", "RSDY", "RSORRES")
    both = reported.join(read, left_on=["USUBJID", "ADY"], right_on=["USUBJID", "RSDY"])
    assert both.height == reported.height
    assert both.filter(pl.col("AVALC") != pl.col("RSORRES")).is_empty()


def test_subjects_have_their_arm_and_their_death(adam: Adam) -> None:
    found = adam["ADSL"].select("USUBJID", "TRT01P", pl.col("DTHDT").cast(str))
    expected = """
    USUBJID     TRT01P            DTHDT
    MEADOW-001  Grass             .
    MEADOW-002  Grass             2022-02-07
    MEADOW-003  Grass             .
    MEADOW-004  Grass and clover  .
    MEADOW-005  Grass and clover  2022-04-28
    MEADOW-006  Grass and clover  2021-01-22
    """
    assert found.equals(frame(expected))


def test_the_end_of_treatment_has_its_reason_and_the_event_behind_it(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    ends = domains["DS"].filter(DSSCAT="STUDY TREATMENT").select("USUBJID", "DSDECOD", "DSTERM")
    assert ends.rows() == [
        ("MEADOW-002", "PROGRESSIVE DISEASE", "Progression"),
        ("MEADOW-003", "PROGRESSIVE DISEASE", "Progression"),
        ("MEADOW-004", "ADVERSE EVENT", "Toxicity: platelet count decreased"),
        ("MEADOW-005", "WITHDRAWAL BY SUBJECT", "Withdrawal"),
        ("MEADOW-006", "DEATH", "Death"),
    ]


def test_the_records_raise_no_query(domains: Mapping[str, pl.DataFrame]) -> None:
    collected = sdtm_from_frames(domains)
    assert collected.queries.is_empty()
    assert not any(rows.height for rows in collected.set_aside.values())


def test_nothing_is_recorded_after_death_or_the_data_cut(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    ends = meadow.cohort().patients.select(
        "USUBJID",
        last=pl.min_horizontal(
            pl.lit(meadow.DATA_CUT),
            pl.col("FIRST_DOSE") + pl.duration(days=pl.coalesce("DEATH", "LAST_SEEN") - 1),
        ),
    )
    seen = 0
    for name, rows in domains.items():
        dates = [column for column in rows.columns if column.endswith("DTC")]
        dated = rows.filter(pl.lit("USUBJID" in rows.columns)).join(ends, on="USUBJID")
        for column in dates:
            days = dated.select(pl.col(column).cast(str).str.to_date(strict=False), "last")
            late = days.filter(pl.col(column) > pl.col("last"))
            assert late.is_empty(), f"{name}.{column}"
            seen += days.drop_nulls().height
    assert seen > 2000


def test_the_same_seed_gives_the_same_records_and_another_does_not(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    again = write_records(meadow.protocol(), meadow.records(), meadow.cohort())
    assert list(again) == list(domains)
    assert all(again[name].equals(domains[name]) for name in domains)
    other = write_records(meadow.protocol(), meadow.records(), meadow.cohort(seed=12))
    assert not other["TR"].equals(domains["TR"])


def test_the_order_of_the_patients_changes_nothing(domains: Mapping[str, pl.DataFrame]) -> None:
    cohort = meadow.cohort()
    turned = replace(cohort, patients=cohort.patients.reverse())
    again = write_records(meadow.protocol(), meadow.records(), turned)
    assert all(again[name].equals(domains[name]) for name in domains)


@pytest.mark.parametrize(
    ("part", "moved"),
    [
        ({"tests": ()}, {"LB", "VS", "PLATES"}),
        ({"rows": ()}, {"LB", "CM", "MH", "PR", "SUPPDM", "PLATES"}),
        ({"prior_therapy": {}}, {"CM", "SUPPCM"}),
        ({"questionnaires": {}}, {"QS"}),
        ({"tumors": {"baseline": (1, 1)}}, {"TU", "TR", "RS", "LB"}),
    ],
)
def test_a_change_of_one_domain_moves_no_other(
    domains: Mapping[str, pl.DataFrame], part: dict[str, object], moved: set[str]
) -> None:
    spec = Records.model_validate(meadow.records().model_dump() | part)
    changed = write_records(meadow.protocol(), spec, meadow.cohort())
    same = {name for name in changed if name in domains and changed[name].equals(domains[name])}
    assert set(domains) - moved <= same


def test_an_empty_specification_gives_the_core_domains() -> None:
    written = write_records(meadow.protocol(), Records(), meadow.cohort())
    assert list(written) == ["DM", "DS", "SS", "EX", "TU", "TR", "RS"]


def test_all_problems_are_told_at_once_with_their_place() -> None:
    part = {
        "subjects": {"arm": "SIDE"},
        "columns": {"TWICE": {"rule": "AGE * WAIGHT"}},
        "rows": [{"domain": "MH", "source": "XX"}, {"domain": "PR", "where": "AGE"}],
        "questionnaires": {"forms": {"B23": {"category": "B", "label": "B"}}},
        "plates": {"C30": {"standards": [0, 1, 2, 3, 4]}},
    }
    spec = Records.model_validate(part)
    with pytest.raises(DataError) as told:
        write_records(meadow.protocol(), spec, meadow.cohort())
    message = str(told.value)
    assert "records.columns.TWICE: 'AGE * WAIGHT' cannot be worked out" in message
    assert "records.subjects.arm: 'SIDE' cannot be worked out" in message
    assert "records.rows[0]: no source XX; there are PATIENTS, AE" in message
    assert "records.rows[1].where: 'AGE' gives 61, not true or false" in message
    assert "records.questionnaires.forms.B23: the protocol has no such form; it has C30" in message
    assert "records.plates.C30: the protocol has no such elisa" in message


def test_a_cohort_without_its_columns_is_refused() -> None:
    short = Cohort(meadow.cohort().patients.drop("BOR_PLANNED", "AGE"), 1)
    with pytest.raises(DataError, match="has no column AGE, BOR_PLANNED"):
        write_records(meadow.protocol(), Records(), short)


@pytest.mark.parametrize(
    ("course", "problem"),
    [
        ("  .    .    120  PR  -40", "best response is PR, but there is no day of response"),
        ("  120  64   120  PR  -40", "progression is not after the response"),
        ("  .    .    .    SD  -10", "best response is SD without any assessment"),
        ("  .    .    120  SD  40 ", "a best change of 40 % is progression at once"),
        ("  .    .    130  PD  -5 ", "best response is PD, but progression is not at the first"),
        ("  .    64   64   SD  -5 ", "best response is SD, but the first assessment is progr"),
        ("  64   .    64   SD  -5 ", "best response is SD, but there is a day of response"),
    ],
)
def test_a_plan_that_no_lesion_can_show_is_refused(course: str, problem: str) -> None:
    first, worse, scan, best, change = course.split()
    text = f"""
    KEY  SEX  AGE  STOP  REASON  RESPONSE  PROGRESSION  SCAN    SEEN  DEATH  CHANGE    BEST
    P1   F    61   .     .       {first}   {worse}      {scan}  760   .      {change}  {best}
    """
    with pytest.raises(DataError, match=f"MEADOW-001: {problem}"):
        write_records(meadow.protocol(), Records(), Cohort(meadow.courses(text), 1))


def test_readings_are_those_of_the_reader_whom_the_protocol_analyses() -> None:
    central = Response.model_validate(
        {"reader": {"evaluator": "INDEPENDENT ASSESSOR", "id": "RADIOLOGIST 1", "accepted": True}}
    )
    protocol = meadow.protocol().model_copy(update={"response": central})
    written = write_records(protocol, Records(), meadow.cohort())
    for name in ("TU", "TR", "RS"):
        named = written[name].select(f"{name}EVAL", f"{name}EVALID", f"{name}ACPTFL").unique()
        assert named.rows() == [("INDEPENDENT ASSESSOR", "RADIOLOGIST 1", "Y")]
    adrs = derive_adam(protocol, sdtm_from_frames(written))["ADRS"]
    assert adrs.filter(PARAMCD="BOR")["AVALC"].to_list() == ["PR", "SD", "PD", "CR", "PR", "NE"]
