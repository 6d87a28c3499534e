"""Adverse events: the planned highest grade, and what each led to."""

from collections.abc import Mapping

import polars as pl
import pytest

from tests.reconstruct.records import meadow
from topline.errors import DataError
from topline.reconstruct.cohort import Cohort
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.specification import Records


def test_highest_grades_are_those_planned(domains: Mapping[str, pl.DataFrame]) -> None:
    worst = (
        domains["AE"]
        .filter(pl.col("AEDECOD").is_in(["Rash", "Platelet count decreased", "Pyrexia"]))
        .group_by("USUBJID", "AEDECOD")
        .agg(pl.col("AETOXGR").cast(int).max())
        .sort("AEDECOD", "USUBJID")
    )
    assert worst.rows() == [
        ("MEADOW-002", "Platelet count decreased", 3),
        ("MEADOW-004", "Platelet count decreased", 4),
        ("MEADOW-005", "Platelet count decreased", 1),
        ("MEADOW-001", "Pyrexia", 1),
        ("MEADOW-005", "Pyrexia", 2),
        ("MEADOW-001", "Rash", 2),
        ("MEADOW-003", "Rash", 1),
        ("MEADOW-004", "Rash", 3),
        ("MEADOW-006", "Rash", 5),
    ]


def test_an_event_begins_before_the_change_of_dose_that_it_leads_to(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    event = domains["AE"].filter(USUBJID="MEADOW-002", AEACN="DRUG INTERRUPTED")
    assert event["AEDECOD"].to_list() == ["Platelet count decreased"]
    late = domains["EX"].filter(USUBJID="MEADOW-002").filter(pl.col("EXADJ").is_not_null())
    assert event["AESTDY"].item() < late["EXSTDY"].item() <= event["AEENDY"].item()


def test_a_grade_four_event_ends_treatment_and_is_serious(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    event = domains["AE"].filter(USUBJID="MEADOW-004", AETOXGR="4").row(0, named=True)
    assert (event["AEACN"], event["AESER"]) == ("DRUG WITHDRAWN", "Y")
    assert 590 <= event["AESTDY"] < 600  # the end of treatment
    assert event["AEENDY"] > 600


def test_an_event_that_led_to_more_has_a_record_for_each_action(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    rash = domains["AE"].filter(USUBJID="MEADOW-004", AEDECOD="Rash")
    assert rash["AEACN"].to_list()[-1] == "DRUG WITHDRAWN"
    assert "DOSE REDUCED" in rash["AEACN"].to_list()[:-1]
    ends, starts = rash["AEENDY"].to_list()[:-1], rash["AESTDY"].to_list()[1:]
    assert ends == starts
    clover = domains["SUPPAE"].filter(USUBJID="MEADOW-004", QNAM="AEACNCLO")
    last = clover.filter(IDVARVAL=str(rash["AESEQ"].to_list()[-1]))
    assert last["QVAL"].item() == "DRUG WITHDRAWN"
    assert last["QLABEL"].item() == "Action Taken with Clover"


def test_a_fatal_event_ends_with_death(domains: Mapping[str, pl.DataFrame]) -> None:
    fatal = domains["AE"].filter(AETOXGR="5").select("USUBJID", "AEOUT", "AEENDY")
    assert fatal.rows() == [("MEADOW-006", "FATAL", 19)]


def test_a_fatal_event_without_a_death_is_refused() -> None:
    cohort = meadow.cohort()
    deathless = cohort.patients.with_columns(DEATH=pl.lit(None, pl.Int64))
    with pytest.raises(DataError, match="MEADOW-006: Rash has grade 5, but there is no death"):
        write_records(meadow.protocol(), meadow.records(), Cohort(deathless, cohort.seed))


def test_an_event_apart_from_treatment_changes_no_dose(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    apart = domains["AE"].filter(AEREL="NOT RELATED")
    assert set(apart["AEDECOD"]) == {"Pyrexia", "Headache", "Fall"}
    assert set(apart["AEACN"]) == {"DOSE NOT CHANGED"}
    assert apart.filter(AEDECOD="Pyrexia")["AESTDY"].to_list() == [12, 12]  # as its rule says


def test_an_event_that_was_not_over_after_a_change_has_no_end() -> None:
    spec = meadow.records().model_dump()
    spec["exposure"]["changes"][0]["resolved"] = "AGE < 50"
    domains = write_records(meadow.protocol(), Records.model_validate(spec), meadow.cohort())
    rash = domains["AE"].filter(AEDECOD="Rash", AEACN="DOSE REDUCED", USUBJID="MEADOW-001")
    assert rash.select("AEOUT", "AEENDY").rows() == [("RECOVERING/RESOLVING", None)]


def test_an_event_may_be_over_after_one_change_and_come_back() -> None:
    spec = meadow.records().model_dump()
    for change in spec["exposure"]["changes"]:
        if change["drug"] == "CLOVER" and change["kind"] == "reduced":
            change["resolved"] = "AGE < 50"
    domains = write_records(meadow.protocol(), Records.model_validate(spec), meadow.cohort())
    rash = domains["AE"].filter(AEDECOD="Rash", USUBJID="MEADOW-004")
    outcomes = rash.select("AEACN", "AEOUT").rows()
    assert ("DOSE REDUCED", "RECOVERED/RESOLVED") in outcomes[:-1]
    assert outcomes[-1] == ("DRUG WITHDRAWN", "RECOVERED/RESOLVED")


@pytest.mark.parametrize("seed", range(6))
def test_steps_of_an_event_follow_each_other_within_life(seed: int) -> None:
    domains = write_records(meadow.protocol(), meadow.records(), meadow.cohort(seed))
    events = domains["AE"].join(
        meadow.cohort().patients.select("USUBJID", last=pl.coalesce("DEATH", "LAST_SEEN")),
        on="USUBJID",
    )
    ends = pl.coalesce("AEENDY", "last")
    assert events.filter(pl.col("AESTDY") > ends).is_empty()
    assert events.filter(ends > pl.col("last")).is_empty()
    assert events.filter(pl.col("AESTDY") < 1).is_empty()
