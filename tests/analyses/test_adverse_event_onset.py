import polars as pl
import pytest

from tests.analyses.safety import SAFETY_KINDS
from tests.analyses.study import adae, adam, found, values

ONSET = SAFETY_KINDS["AE-ONSET"]
ANY, NAUSEA, PLAGUE = "1.", "2.", "3."


def test_subjects_are_counted_whether_or_not_their_onset_is_known() -> None:
    cells = found(ONSET)
    assert values(cells, ANY, "n", "percent") == [7, 87.5]
    assert cells["1.n"]["parameter_label"] == "Any"
    assert values(cells, f"{ANY}TRT01A=", "Active.n", "Control.n") == [3, 4]


def test_days_to_first_onset_are_of_those_for_whom_it_is_known() -> None:
    # 3, 5, 10, 28, 29, 60; T-06's headache began nobody knows when
    cells = found(ONSET)
    assert values(cells, f"{ANY}onset.", "median", "min", "max") == [19, 3, 60]
    assert (cells["1.onset.median"]["n"], cells["1.onset.median"]["n_missing"]) == (6, 1)
    assert cells["1.onset.median"]["unit"] == "days"


def test_an_event_before_the_first_dose_is_no_onset() -> None:
    every = ONSET | {"where": "TRUE"}
    assert values(found(every), f"{NAUSEA}onset.", "min", "max") == [5, 29]


def test_cycles_count_first_onsets_among_those_treated_and_without_the_event() -> None:
    cells = found(ONSET)
    # nausea on days 5 (T-01), 28 (T-02) and 29 (T-03); treated more than 28 days: T-03 (29), T-04,
    # T-05, T-06 and T-07; more than 56: T-05 and T-06 (57), but not T-07 (56)
    assert values(cells, f"{NAUSEA}cycle 1.", "at_risk", "n", "percent") == [8, 2, 25]
    assert values(cells, f"{NAUSEA}cycle 2.", "at_risk", "n", "percent") == [5, 1, 20]
    assert values(cells, f"{NAUSEA}cycle 3.", "at_risk", "n", "percent") == [2, 0, 0]
    # any: without T-06, whose onset is unknown; T-04's came ten days after the last dose
    assert values(cells, f"{ANY}cycle 1.", "at_risk", "n") == [7, 4]
    assert values(cells, f"{ANY}cycle 2.", "at_risk", "n") == [2, 1]
    assert values(cells, f"{ANY}cycle 3.", "at_risk", "n", "percent") == [0, 0, None]
    assert values(cells, ANY, "later.n", "after treatment.n") == [0, 1]


def test_onsets_in_cycles_later_and_after_treatment_are_all_that_are_known() -> None:
    cells = found(ONSET | {"cycles": 1})
    parts = ("cycle 1.n", "later.n", "after treatment.n")
    assert values(cells, ANY, *parts) == [4, 1, 1]
    assert "1.cycle 2.n" not in cells


def test_no_cycles_are_asked_for_and_none_are_there() -> None:
    cells = found(ONSET | {"cycles": 0, "rates_at": []})
    assert not [name for name in cells if "cycle" in name or "rate" in name or "later" in name]


def test_the_share_with_the_event_is_one_minus_kaplan_meier() -> None:
    # 8 at risk on day 5 (T-01); T-08 died on day 20; 6 at risk on day 28 (T-02)
    cells = found(ONSET)
    assert cells["2.28 days.rate"]["value"] == pytest.approx(100 * (1 - 7 / 8 * 5 / 6))
    lower, upper = values(cells, f"{NAUSEA}28 days.", "rate_lower", "rate_upper")
    assert float(str(lower)) < 27.1 < float(str(upper))
    # the day before, T-02 is still free of it
    assert found(ONSET | {"rates_at": ["27 days"]})["2.27 days.rate"]["value"] == 12.5


def test_who_stops_treatment_is_censored_when_events_no_longer_count() -> None:
    # counted to the last dose: T-03 (day 29) still has nausea, 5 at risk then: 7/8 5/6 4/5;
    # counted for 30 days after it, T-04 (day 50), T-05, T-06, T-07 are at risk as before
    week = ONSET | {"rates_at": ["29 days"]}
    expected = pytest.approx(100 * (1 - 7 / 8 * 5 / 6 * 4 / 5))
    assert found(week)["2.29 days.rate"]["value"] == expected
    short = found(week, adverse_events={"emergent_until": "0 days"})
    assert short["2.29 days.rate"]["value"] == expected
    for_ever = found(week, adverse_events={"emergent_until": None})
    assert for_ever["2.29 days.rate"]["value"] == expected
    # on day 60 T-04's event comes after the last dose: 10 of the 30 days in which it counts
    disease: dict[str, object] = {"label": "x", "where": "AEDECOD = 'Crohn''s disease'"}
    late = ONSET | {"lines": [disease], "rates_at": ["60 days"]}
    # 7 at risk on day 60 (T-08 died), but T-02 (28 + 30) and T-03 (29 + 30) no longer: 5
    assert found(late)["1.60 days.rate"]["value"] == pytest.approx(100 / 5)


def test_a_subject_has_resolved_when_every_episode_has() -> None:
    cells = found(ONSET)
    assert values(cells, f"{NAUSEA}resolved.", "n", "percent") == [2, pytest.approx(200 / 3)]
    # T-02, T-06 and T-07; T-01's and T-05's rash goes on
    assert values(cells, f"{ANY}resolved.", "n", "percent") == [3, pytest.approx(300 / 7)]


def test_episodes_last_from_the_first_record_that_fits_to_their_end() -> None:
    # T-01 days 5 to 20, T-02 28 to 30
    cells = found(ONSET)
    assert values(cells, f"{NAUSEA}duration.", "median", "min", "max") == [9.5, 3, 16]
    assert values(cells, f"{NAUSEA}duration.", "episodes") == [2]
    severe = ONSET | {"lines": [{"label": "x", "where": "ATOXGRN >= 3"}], "cycles": 0}
    # of grade 3 from day 11 on
    assert values(found(severe), "1.duration.", "min", "max") == [10, 10]


def test_nobody_with_the_event_gives_zeros_and_no_days() -> None:
    cells = found(ONSET)
    assert values(cells, PLAGUE, "n", "onset.median", "resolved.n", "resolved.percent") == [
        0, None, 0, None,
    ]  # fmt: skip
    assert values(cells, PLAGUE, "cycle 2.at_risk", "28 days.rate") == [6, 0]


def test_terms_that_are_not_coded_are_described_too() -> None:
    bare = adam() | {"ADAE": adae().with_columns(AEDECOD=pl.lit(None, pl.String))}
    lines = {"lines": [{"label": "Any", "where": "TRTEMFL = 'Y'"}]}
    assert values(found(ONSET | lines, bare), ANY, "n", "onset.median") == [7, 19]
