import datetime as dt

import pytest

from tests.adam.study import protocol, study, treated
from topline.adam.adsl import derive_adsl
from topline.errors import ProtocolError


def test_every_subject_of_dm_has_one_row() -> None:
    sdtm = study(
        DM="""
            ID  ARMCD     ACTARMCD
            01  A         A
            02  SCRNFAIL  SCRNFAIL     # never enrolled
            03  A         .            # enrolled, never treated
        """,
        DS="""
            ID  DSDECOD         DSSTDTC
            01  ENROLLED        2024-01-01
            02  SCREEN FAILURE  2024-01-02
            03  ENROLLED        2024-01-03
        """,
        EX="""
            ID  EXSTDTC     EXENDTC
            01  2024-01-05  2024-01-06
        """,
    )
    adsl = derive_adsl(protocol(), sdtm)
    assert adsl.select("USUBJID", "TRT01P", "TRT01PN", "TRT01A", "ENRLFL", "SCRFFL").rows() == [
        ("01", "Drug A", 1, "Drug A", "Y", None),
        ("02", None, None, None, None, "Y"),
        ("03", "Drug A", 1, None, "Y", None),
    ]
    assert adsl["EOTSTT"].to_list() == ["ONGOING", None, "NOT TREATED"]
    assert adsl["RANDDT"].to_list() == [dt.date(2024, 1, 1), None, dt.date(2024, 1, 3)]


def test_a_subject_screened_twice_and_enrolled_is_no_screen_failure() -> None:
    sdtm = study(
        DM="ID  ARMCD\n01  A",
        DS="""
            ID  DSDECOD         DSSTDTC
            01  SCREEN FAILURE  2024-01-01
            01  ENROLLED        2024-02-01
        """,
    )
    assert derive_adsl(protocol(), sdtm).select("ENRLFL", "SCRFFL").row(0) == ("Y", None)


def test_without_enrolment_records_the_planned_arm_tells() -> None:
    sdtm = study(DM="ID  ARMCD\n01  A\n02  SCRNFAIL")
    assert derive_adsl(protocol(), sdtm)["ENRLFL"].to_list() == ["Y", None]


@pytest.mark.parametrize(
    ("last_dose", "cycles"),
    [
        ("2024-01-24", 0),  # day 24
        ("2024-01-25", 1),  # day 25: within the window of 3 days before day 28
        ("2024-01-28", 1),
        ("2024-02-21", 1),  # day 52
        ("2024-02-22", 2),  # day 53 = 56 - 3
    ],
)
def test_a_cycle_is_complete_from_its_window_on(last_dose: str, cycles: int) -> None:
    sdtm = treated({"01": ("2024-01-01", last_dose)})
    assert derive_adsl(protocol(), sdtm)["NCYCLES"].item() == cycles


THREE_ON = {"on": "21 days", "off": "7 days"}


@pytest.mark.parametrize(
    ("schedules", "last_dose", "until", "cycles"),
    [
        # three weeks on, one off: the week off belongs to the cycle, less the window of 3 days
        ([THREE_ON], "2024-01-21", None, 1),
        ([THREE_ON], "2024-01-18", None, 1),
        ([THREE_ON], "2024-01-17", None, 0),
        # as far as treatment went on: to day 24, day 25
        ([THREE_ON], "2024-01-21", "2024-01-24", 0),
        ([THREE_ON], "2024-01-21", "2024-01-25", 1),
        # beside a drug taken every day there are no days off
        ([THREE_ON, {"on": "1 day"}], "2024-01-21", None, 0),
        ([THREE_ON, {"on": "1 day"}], "2024-01-25", None, 1),
    ],
)
def test_planned_days_off_belong_to_a_cycle(
    schedules: list[dict[str, str]], last_dose: str, until: str | None, cycles: int
) -> None:
    drugs = [
        {"name": f"D{i}", "levels": [1], "unit": "mg", "schedule": schedule}
        for i, schedule in enumerate(schedules)
    ]
    cycle = {"length": "28 days", "window": "3 days"}
    plan = protocol(treatments={"cycle": cycle, "drugs": drugs})
    ended = (
        "" if until is None else f"01  ADVERSE EVENT  DISPOSITION EVENT  STUDY TREATMENT  {until}"
    )
    ds = f"ID  DSDECOD  DSCAT  DSSCAT  DSSTDTC\n01  ENROLLED  .  .  2024-01-01\n{ended}"
    sdtm = treated({"01": ("2024-01-01", last_dose)}, DS=ds)
    assert derive_adsl(plan, sdtm)["NCYCLES"].item() == cycles


def test_end_of_treatment_takes_the_words_of_the_protocol() -> None:
    days = ("2024-01-01", "2024-03-01")
    ended = "DISPOSITION EVENT  STUDY TREATMENT"
    sdtm = treated(
        dict.fromkeys(("01", "02", "03", "04"), days),
        DS=f"""
            ID  DSDECOD               DSCAT               DSSCAT           DSSTDTC
            01  ENROLLED              PROTOCOL MILESTONE  .                2024-01-01
            02  ENROLLED              PROTOCOL MILESTONE  .                2024-01-01
            03  ENROLLED              PROTOCOL MILESTONE  .                2024-01-01
            04  ENROLLED              PROTOCOL MILESTONE  .                2024-01-01
            01  COMPLETED             {ended}  2024-03-02
            02  ADVERSE EVENT         {ended}  2024-03-03
            03  PHYSICIAN DECISION    {ended}  2024-03
            04  ADVERSE EVENT         DISPOSITION EVENT   STUDY DRUG X     2024-03-04
        """,
    )
    plan = protocol(disposition={"reasons": {"ADVERSE EVENT": "Unacceptable toxicity"}})
    adsl = derive_adsl(plan, sdtm)
    assert adsl.select("EOTSTT", "DCTREAS", "EOTDT").rows() == [
        ("COMPLETED", None, dt.date(2024, 3, 2)),
        ("DISCONTINUED", "Unacceptable toxicity", dt.date(2024, 3, 3)),
        ("DISCONTINUED", "PHYSICIAN DECISION", dt.date(2024, 3, 1)),
        ("ONGOING", None, None),
    ]


def test_why_a_subject_was_never_treated_is_kept() -> None:
    sdtm = study(
        DM="ID  ARMCD\n01  A",
        DS="""
            ID  DSDECOD                DSCAT              DSSCAT           DSSTDTC
            01  ENROLLED               PROTOCOL           .                2024-01-01
            01  WITHDRAWAL BY SUBJECT  DISPOSITION EVENT  STUDY TREATMENT  2024-01-03
        """,
    )
    adsl = derive_adsl(protocol(), sdtm)
    assert adsl.select("EOTSTT", "DCTREAS").row(0) == ("NOT TREATED", "WITHDRAWAL BY SUBJECT")


def test_the_data_cut_is_on_every_row() -> None:
    study_part = {**protocol().study.model_dump(), "data_cut": "2024-06-30"}
    adsl = derive_adsl(protocol(study=study_part), study(DM="ID  ARMCD\n01  A"))
    assert adsl["DCUTDT"].to_list() == [dt.date(2024, 6, 30)]


def test_names_that_adsl_has_are_refused_together() -> None:
    plan = protocol(
        variables={"DTHDT": {"label": "Death", "from": "DM", "value": "DTHDTC"}},
        analysis_sets={"ALL": {"label": "All", "where": "AGE > 0", "flag": "TRTSDT"}},
    )
    with pytest.raises(ProtocolError, match=r"(?s)variables\.DTHDT.*analysis_sets\.ALL\.flag"):
        derive_adsl(plan, study(DM="ID  ARMCD\n01  A"))


def test_columns_that_ds_does_not_have_are_named() -> None:
    plan = protocol(disposition={"enrolled": "DSDECODE = 'ENROLLED'"})
    with pytest.raises(
        ProtocolError, match=r"DS has no column DSDECODE \(did you mean DSDECOD\?\)"
    ):
        derive_adsl(plan, study(DM="ID  ARMCD\n01  A"))


def test_a_reason_in_the_wrong_case_is_refused() -> None:
    plan = protocol(disposition={"reasons": {"Adverse Event": "Toxicity"}})
    sdtm = treated({"01": ("2024-01-01", "2024-01-02")}, DS="ID  DSDECOD\n01  ADVERSE EVENT")
    with pytest.raises(ProtocolError, match="Adverse Event is ADVERSE EVENT in DS"):
        derive_adsl(plan, sdtm)
