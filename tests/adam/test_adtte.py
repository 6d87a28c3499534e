from typing import Any

import polars as pl
import pytest

from tests.adam.study import protocol, study
from tests.adam.times import DAY, PFS, THERAPY, datasets, time
from topline.adam.adam import derive_adam
from topline.adam.adtte import derive_adtte, derive_times, find_adtte_queries
from topline.errors import DataError, ProtocolError

START = {"TRTSDT": "2024-01-01"}
LAST = "Last evaluable tumor assessment"


@pytest.mark.parametrize(
    ("dates", "responses", "expected"),
    [
        # progression, then death: the first counts
        ({"DTHDT": "2024-06-01"}, [("01", "2024-03-01", "PD")], (61, 0, "Disease progression")),
        # both on one day: the first of the list
        ({"DTHDT": "2024-03-01"}, [("01", "2024-03-01", "PD")], (61, 0, "Disease progression")),
        # the earliest, wherever it stands in the list
        ({"DTHDT": "2024-02-01"}, [("01", "2024-03-01", "PD")], (32, 0, "Death")),
        ({"DTHDT": "2024-01-01"}, [], (1, 0, "Death")),  # on the day of the first dose
        # no event: the last assessment but NE
        ({}, [("01", "2024-02-01", "SD"), ("01", "2024-03-01", "NE")], (32, 1, LAST)),
        # both on the day of the first dose
        ({"DTHDT": "2024-01-01"}, [("01", "2024-01-01", "PD")], (1, 0, "Disease progression")),
        # an assessment on the day of death does not hide it
        ({"DTHDT": "2024-02-01"}, [("01", "2024-02-01", "SD")], (32, 0, "Death")),
        # no assessment: the next censoring of the list
        ({}, [], (1, 2, "First dose")),
    ],
)
def test_first_event_or_first_censoring_there_is(
    dates: dict[str, str], responses: list[tuple[str, str, str]], expected: tuple[object, ...]
) -> None:
    assert time(datasets({"01": {**START, **dates}}, responses)) == expected


SEEN = [("01", "2024-02-01", "SD"), ("01", "2024-04-01", "SD"), ("01", "2024-06-01", "PD")]


@pytest.mark.parametrize(
    ("therapy", "expected"),
    [
        # an event on the very day of the limit counts
        ("2024-06-01", (153, 0, "Disease progression")),
        ("2024-07-01", (153, 0, "Disease progression")),
        # the day before: follow-up ends at the last assessment up to it
        ("2024-05-31", (92, 1, f"{LAST} (nothing after New anticancer therapy counts)")),
        ("2024-04-01", (92, 1, f"{LAST} (nothing after New anticancer therapy counts)")),
        ("2024-03-31", (32, 1, f"{LAST} (nothing after New anticancer therapy counts)")),
        ("2024-01-15", (1, 2, "First dose (nothing after New anticancer therapy counts)")),
    ],
)
def test_nothing_counts_after_a_limit(therapy: str, expected: tuple[object, ...]) -> None:
    data = datasets({"01": {**START, "NACTDT": therapy}}, SEEN)
    assert time(data, censor_at=[THERAPY]) == expected


@pytest.mark.parametrize(
    ("therapy", "expected"),
    [
        # progression on the day of the limit does not count, nor does the assessment that shows it
        ("2024-06-01", (92, 1, f"{LAST} (nothing on or after New anticancer therapy counts)")),
        # stable disease on that day still was an assessment
        ("2024-04-01", (92, 1, f"{LAST} (nothing after New anticancer therapy counts)")),
        ("2024-06-02", (153, 0, "Disease progression")),
        ("2024-05-31", (92, 1, f"{LAST} (nothing after New anticancer therapy counts)")),
    ],
)
def test_an_event_on_the_day_of_a_limit_may_not_count(
    therapy: str, expected: tuple[object, ...]
) -> None:
    data = datasets({"01": {**START, "NACTDT": therapy}}, SEEN)
    assert time(data, censor_at=[THERAPY], on_limit_day="does not count") == expected


@pytest.mark.parametrize("events", [["progression", "death"], ["death", "progression"]])
def test_of_events_on_one_day_the_first_of_the_list_counts(events: list[str]) -> None:
    data = datasets({"01": {**START, "DTHDT": "2024-06-01"}}, SEEN)
    names = {"progression": "Disease progression", "death": "Death"}
    assert time(data, events=events) == (153, 0, names[events[0]])


def test_of_limits_on_one_day_the_first_of_the_list_is_named() -> None:
    data = datasets({"01": {**START, "NACTDT": "2024-05-01", "EOTDT": "2024-05-01"}}, SEEN)
    ended = {"date": "EOTDT", "label": "End of treatment"}
    assert "nothing after End of treatment counts" in str(time(data, censor_at=[ended, THERAPY])[2])


def test_of_several_limits_the_first_holds() -> None:
    data = datasets({"01": {**START, "NACTDT": "2024-07-01", "EOTDT": "2024-03-01"}}, SEEN)
    ended = {"date": "EOTDT", "label": "End of treatment"}
    assert time(data, censor_at=[THERAPY, ended])[:2] == (32, 1)


def test_a_source_may_take_the_latest_of_several_dates() -> None:
    data = datasets({"01": START}, SEEN)
    seen = {"dataset": "ADRS", "date": "ADT", "where": "AVALC = 'SD'", "label": "SD"}
    assert time(data, events=[{**seen, "take": "latest"}])[0] == 92
    assert time(data, events=[seen])[0] == 32


def test_an_event_may_be_an_adverse_event() -> None:
    data = datasets({"01": START})
    data["ADAE"] = pl.DataFrame(
        {"USUBJID": ["01"], "ASTDT": [DAY(2024, 1, 11)], "AEDECOD": ["NAUSEA"], "AESEQ": [7]}
    )
    nausea = {"dataset": "ADAE", "date": "ASTDT", "where": "AEDECOD = 'NAUSEA'", "label": "Nausea"}
    plan = protocol(endpoints={"T": {**PFS, "events": [nausea]}})
    row = derive_adtte(plan, data).row(0, named=True)
    assert (row["AVAL"], row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"]) == (11, "ADAE", "ASTDT", 7)


def test_the_endpoint_applies_only_to_those_named() -> None:
    data = datasets({"01": START, "02": START})
    data["ADSL"] = data["ADSL"].with_columns(BOR=pl.Series(["PR", "SD"]))
    plan = protocol(endpoints={"DOR": {**PFS, "among": "BOR IN ('CR', 'PR')"}})
    assert derive_adtte(plan, data)["USUBJID"].to_list() == ["01"]


@pytest.mark.parametrize(
    ("dates", "changes", "problem"),
    [
        ({}, {}, "no start date"),
        (
            {"TRTSDT": "2024-02-01", "DTHDT": "2024-01-15"},
            {},
            "Death on 2024-01-15, before the start on 2024-02-01",
        ),
        (START, {"censor": ["last known alive"]}, "neither an event nor a date"),
        (
            {**START, "LSTALVDT": "2023-12-30"},
            {"censor": ["last known alive"]},
            "Last known alive on 2023-12-30, before the start on 2024-01-01",
        ),
    ],
)
def test_a_subject_without_a_time_has_no_row_and_is_listed(
    dates: dict[str, str], changes: dict[str, Any], problem: str
) -> None:
    data = datasets({"01": dates})
    plan = protocol(endpoints={"PFS": {**PFS, **changes}})
    assert derive_adtte(plan, data).is_empty()
    query = find_adtte_queries(derive_times(plan, data)).row(0, named=True)
    assert (query["subject"], query["record"]) == ("01", "PARAMCD=PFS")
    assert query["found"].startswith(problem)


def test_every_subject_has_a_row_or_a_query() -> None:
    data = datasets({"01": START, "02": {}, "03": {**START, "DTHDT": "2024-05-05"}})
    plan = protocol(endpoints={"PFS": PFS, "OS": {**PFS, "events": ["death"]}})
    times = derive_times(plan, data)
    assert times.height == 6
    assert derive_adtte(plan, data).height + find_adtte_queries(times).height == 6


def test_all_unknown_columns_are_listed() -> None:
    broken = {**PFS, "among": "BORR = 'CR'", "censor_at": [{"date": "NACTDTT", "label": "New"}]}
    with pytest.raises(ProtocolError) as caught:
        derive_adtte(protocol(endpoints={"PFS": broken}), datasets({"01": START}))
    assert "endpoints.PFS.among: BORR = 'CR': ADSL has no column BORR" in str(caught.value)
    assert "ADSL has no column NACTDTT (did you mean NACTDT?)" in str(caught.value)


def test_a_date_that_is_text_is_refused() -> None:
    broken = {**PFS, "events": [{"date": "SEX", "label": "No date"}]}
    with pytest.raises(ProtocolError, match="SEX of ADSL is no date"):
        derive_adtte(protocol(endpoints={"PFS": broken}), datasets({"01": START}))


def test_the_gate_refuses_a_wrong_number_of_days() -> None:
    from topline.adam.adtte import ADTTE
    from topline.adam.core import conform_rows

    plan = protocol(endpoints={"PFS": PFS})
    rows = derive_adtte(plan, datasets({"01": START}))
    with pytest.raises(DataError, match=r"aval_counts_days_from_start: 1 \(01 PFS\)"):
        conform_rows(rows.with_columns(AVAL=pl.lit(30.0)), ADTTE)


def test_screen_failures_have_no_times() -> None:
    sdtm = study(
        DM="ID  ARMCD\n01  A\n02  SCRNFAIL",
        DS="ID  DSDECOD  DSSTDTC\n01  ENROLLED  2024-01-01\n02  SCREEN FAILURE  2024-01-01",
    )
    adam = derive_adam(protocol(endpoints={"PFS": {**PFS, "from": "randomization"}}), sdtm)
    assert adam["ADTTE"].is_empty()
    assert adam.queries.filter(rule="ADTTE.time")["subject"].to_list() == ["01"]
