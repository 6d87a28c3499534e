"""Rates of what is no plain response: lasting benefit, freedom from an event, a change reached."""

import pytest

from tests.analyses.study import ENDPOINTS, SINGLE_STAGE, Cell, adam, adsl, found, values

Endpoint = dict[str, object]
NAMES = ("responders", "estimate")


def rate(name: str, endpoint: Endpoint | None = None, **more: object) -> dict[str, Cell]:
    """Results of a rate of one endpoint, whose keys may differ."""
    endpoints = {**ENDPOINTS, name: {**ENDPOINTS[name], **(endpoint or {})}}
    parts = {"endpoints": endpoints}
    if "test" in more:
        parts["design"] = {**SINGLE_STAGE, "endpoint": name}
    return found({"kind": "rate", "endpoint": name, "analysis_set": "FULL", **more}, **parts)


# Best responses: CR T-01; PR T-02, T-05; SD T-03 (168 days, seen for 112), T-06 (167 days)
@pytest.mark.parametrize(
    ("changes", "responders"),
    [
        ({}, 4),  # CR and PR however short; SD of 24 weeks to the day, not of a day less
        ({"lasting": "167 days"}, 5),
        ({"lasting": "169 days"}, 3),
        ({"lasting_until": "last assessment without progression"}, 3),
        ({"lasting_until": "last assessment without progression", "lasting": "112 days"}, 5),
        ({"counts": ["SD"]}, 1),
        ({"counts": ["PR", "SD"]}, 3),
        ({"lasting": None}, 5),
    ],
)
def test_stable_disease_must_last_and_responses_need_not(
    changes: Endpoint, responders: int
) -> None:
    cells = rate("BENEFIT", changes)
    assert values(cells, "BENEFIT.", *NAMES) == [responders, pytest.approx(100 * responders / 9)]
    assert cells["BENEFIT.SD.n"]["value"] == 2  # every stable disease is still shown as such


def test_a_lasting_benefit_is_traced_to_its_days() -> None:
    assert rate("BENEFIT")["BENEFIT.responders"]["trace_where"] == (
        "FASFL = 'Y' AND PARAMCD = 'BOR' AND "
        "(AVALC IN ('CR', 'PR') OR (AVALC IN ('SD') AND NOPDDUR >= 168))"
    )


# Events on days 50 (T-05) and 100 (T-01, T-06); T-07 censored on day 150; T-02, T-03, T-04 and T-08
# followed longer; T-09 never treated
def test_those_not_followed_for_long_enough_are_failures() -> None:
    cells = rate("FREE")
    assert values(cells, "FREE.", *NAMES, "unknown") == [4, 50, 1]
    assert (cells["FREE.estimate"]["n"], cells["FREE.estimate"]["n_missing"]) == (8, 1)
    assert cells["FREE.estimate"]["warning"] == (
        "1 in the analysis set without a value, left out; 1 censored by 150 days, counted as"
        " failures"
    )


def test_or_they_are_left_out() -> None:
    cells = rate("FREE-KNOWN")
    assert values(cells, "FREE-KNOWN.", *NAMES, "unknown") == [4, pytest.approx(400 / 7), 1]
    estimate = cells["FREE-KNOWN.estimate"]
    assert (estimate["n"], estimate["n_missing"]) == (7, 2)
    assert str(estimate["warning"]).endswith("1 censored by 150 days, left out")
    assert cells["FREE-KNOWN.unknown"]["n"] == 8


@pytest.mark.parametrize(
    ("beyond", "free", "unknown"),
    [
        ("49 days", 8, 0),
        ("50 days", 7, 0),  # an event on the very day is within it, as in the survival curve
        ("149 days", 5, 0),
        ("150 days", 4, 1),
        ("199 days", 4, 1),
        ("200 days", 2, 2),
        ("1 year", 1, 2),  # 365.25 days; T-03 progressed on day 300
        ("400 days", 0, 2),
    ],
)
def test_the_landmark_itself_is_not_beyond_it(beyond: str, free: int, unknown: int) -> None:
    cells = rate("FREE", {"beyond": beyond})
    assert values(cells, "FREE.", "responders", "unknown") == [free, unknown]


def test_a_landmark_is_traced_to_the_times() -> None:
    cells = rate("FREE-KNOWN")
    everyone = "FASFL = 'Y' AND PARAMCD = 'PFS'"
    known = "(CNSR = 0 OR AVAL > 150)"
    assert {name: cells[f"FREE-KNOWN.{name}"]["trace_where"] for name in (*NAMES, "unknown")} == {
        "responders": f"{everyone} AND {known} AND AVAL > 150",
        "estimate": f"{everyone} AND {known}",
        "unknown": f"{everyone} AND NOT {known}",
    }
    assert {cell["trace_dataset"] for cell in cells.values()} == {"ADTTE"}
    assert {cell["level"] for cell in cells.values()} == {""}


def test_a_landmark_is_among_those_to_whom_its_endpoint_applies() -> None:
    # responses of T-01 (60 days), T-02 (90 days, ongoing) and T-05 (20 days): beyond 84 days, one
    cells = rate("LASTING")
    assert values(cells, "LASTING.", *NAMES, "unknown") == [1, pytest.approx(100 / 3), 0]
    assert (cells["LASTING.estimate"]["n"], cells["LASTING.estimate"]["n_missing"]) == (3, 0)


def test_a_landmark_can_be_the_designs_endpoint() -> None:
    # P(4 or more of 8) = 0.1138 and P(5 or more) = 0.0273 under 0.25 (binomial sums by hand)
    cells = rate("FREE", test="design")
    assert cells["FREE.p_value"]["value"] == pytest.approx(7459 / 65536)
    assert cells["FREE.decision"]["display"] == "not met"
    assert str(cells["FREE.decision"]["options"]).endswith("found=5 of 8 needed, 4 seen")
    goal = cells["FREE.responders_needed"]
    assert (goal["value"], goal["trace_dataset"]) == (5, "ADTTE")


def test_a_change_counts_below_its_limit() -> None:
    # T-01 -100, T-02 -0.5, T-05 -31; T-03 0, T-04 20, T-06 4; three never measured
    cells = rate("SHRINKAGE")
    assert values(cells, "SHRINKAGE.", *NAMES) == [3, 50]
    assert (cells["SHRINKAGE.estimate"]["n"], cells["SHRINKAGE.estimate"]["n_missing"]) == (6, 3)
    assert values(rate("SHRINKAGE", {"counts_below": -31}), "SHRINKAGE.", "responders") == [1]
    assert values(rate("SHRINKAGE", {"counts_below": -30.5}), "SHRINKAGE.", "responders") == [2]


def test_nobody_followed_gives_no_rate() -> None:
    nobody = adam() | {"ADSL": adsl().clear()}
    cells = found({"kind": "rate", "endpoint": "FREE", "analysis_set": "FULL"}, nobody)
    assert values(cells, "FREE.", *NAMES, "unknown") == [0, None, 0]
    assert cells["FREE.estimate"]["warning"] == "no subjects in this group"
