"""RECIST 1.1 written a second time, from the guideline alone, to check the engine against.

One patient at a time, in plain loops over plain dicts, in the order in which the guideline tells
it. Nothing here is shared with `topline.clinical.recist` but the options and their meaning.

Sections and tables are those of Eisenhauer EA et al. (2009), European Journal of Cancer 45:
228-247. Where the guideline leaves a choice, the option of `Criteria` that names it decides.
"""

import datetime as dt
from typing import TypedDict

from tests.recoded.histories import History, Visit
from tests.recoded.lesions import (
    Target,
    is_gone,
    of_role,
    read_new_lesions,
    read_non_targets,
    read_target,
    respond_new,
    respond_non_target,
    respond_target,
)
from topline.clinical.recist.criteria import Criteria


class Assessed(TypedDict):
    """One visit, assessed; the names are those of the engine's `Assessments`."""

    assessment: int
    date: dt.date
    first_date: dt.date
    last_date: dt.date
    sum_mm: float | None
    measured_mm: float | None
    baseline_mm: float | None
    nadir_mm: float | None
    nadir_date: dt.date | None
    target_response: str | None
    non_target_response: str | None
    new_lesion: str
    response: str | None


# 4.4.1: time point response


def respond_overall(target: str | None, non_target: str | None, new: str, *, imaged: bool) -> str:
    """Tables 1 and 2, row by row."""
    if target == "PD" or non_target == "PD" or new == "YES":
        return "PD"
    if target is None and non_target is None:
        return "NED" if imaged else "NE"
    if target is None:  # table 2
        return str(non_target)
    if target == "CR":  # table 1
        return "CR" if non_target in {"CR", None} else "PR"
    return target


def is_imaged(visit: Visit) -> bool:
    """4.4.2: without any imaging nothing is evaluable."""
    unseen = [lesion for lesion in visit["lesions"] if lesion["state"] == "NOT EVALUATED"]
    return len(unseen) < len(visit["lesions"]) and not of_role({**visit, "lesions": unseen}, "none")


def sees_disease(target: Target, non_targets: dict[str, str], criteria: Criteria) -> bool:
    """Return whether a lesion of the baseline is there to be seen; doubt is not sight (4.4.4)."""
    if any(one in {"present", "progressed"} for one in non_targets.values()):
        return True
    if target["missing"] and not criteria.incomplete_sum_can_show_progression:
        return False
    return any(not is_gone(lesion, mm, criteria) for lesion, mm in target["measured"])


class Reading(TypedDict):
    """What one visit shows; `came_back` is disease seen after CR."""

    visit: Visit
    target: Target
    non_targets: dict[str, str]
    new: dict[str, str]
    target_response: str | None
    non_target_response: str | None
    response: str | None
    came_back: bool


def revise_after_cr(readings: list[Reading], criteria: Criteria) -> None:
    """Table 3, note a: disease seen after CR came back (PD), or had never gone (CR was PR).

    Where CR cannot be claimed again and yet nobody saw disease (a non-target lesion not evaluated,
    or doubtful), it is NE: table 1 says PR, which note a would take for disease. CR WAS PR
    asks for PR itself: any other disease seen first has come back.
    """
    if criteria.disease_after_complete_response == "AS ASSESSED":
        return
    never_gone = criteria.disease_after_complete_response == "CR WAS PR"
    complete: list[Reading] = []  # the CRs so far
    decided = False  # whether disease that came back, or PD, has followed them
    for reading in readings:
        response = reading["response"]
        seen = sees_disease(reading["target"], reading["non_targets"], criteria)
        if response == "CR":
            complete.append(reading)
        elif complete and seen and (decided or not never_gone or response != "PR"):
            reading["response"], reading["came_back"] = "PD", True
            decided = True
        elif complete and response == "PD":
            decided = True
        elif complete and seen and response == "PR":
            for earlier in complete:
                earlier["response"] = "PR"
            complete = []
    gone = False
    for reading in readings:
        if reading["response"] == "CR":
            gone = True
        elif gone and reading["response"] != "PD":
            reading["response"] = "NE"


# The whole history


def date_progression(reading: Reading, criteria: Criteria) -> dt.date:
    """4.6.2: the first date that shows it; a sum shows it with its last diameter."""
    measured = reading["target"]["measured"]
    back = reading["came_back"]
    disease = {"progressed", "present"} if back else {"progressed"}
    shown = [
        lesion["date"]
        for lesion in reading["visit"]["lesions"]
        if (lesion["role"] == "new" and reading["new"][lesion["lesion"]] == "YES")
        or (
            lesion["role"] == "non-target"
            and reading["non_targets"].get(lesion["lesion"]) in disease
        )
    ]
    seen = back and any(not is_gone(one, mm, criteria) for one, mm in measured)
    if seen or reading["target_response"] == "PD":
        shown.append(max(lesion["date"] for lesion, _ in measured))
    return min(shown)


def date_response(reading: Reading, criteria: Criteria) -> dt.date:
    """The date that the options name."""
    dates = [lesion["date"] for lesion in reading["visit"]["lesions"]]
    progressed = reading["response"] == "PD"
    rule = criteria.progression_dated_by if progressed else criteria.response_dated_by
    if rule == "evidence":
        return date_progression(reading, criteria)
    return min(dates) if rule == "first" else max(dates)


def respond(
    reading: Reading, roles: set[str], sums: tuple[float | None, float | None], criteria: Criteria
) -> None:
    """4.4.1: write the responses of one visit after baseline; `sums` are baseline and nadir."""
    if "target" in roles:
        reading["target_response"] = respond_target(reading["target"], *sums, criteria)
    if "non-target" in roles:
        reading["non_target_response"] = respond_non_target(reading["non_targets"])
    reading["response"] = respond_overall(
        reading["target_response"],
        reading["non_target_response"],
        respond_new(reading["new"]),
        imaged="no baseline" not in roles and is_imaged(reading["visit"]),
    )


def read_visits(visits: list[Visit], baseline: Visit | None, criteria: Criteria) -> list[Reading]:
    """Read the lesions of all visits; the responses are still to come."""
    non_targets = read_non_targets(visits, baseline, criteria)
    news = read_new_lesions(visits, criteria)
    return [
        {
            "visit": visit,
            "target": read_target(visits, i, baseline, criteria),
            "non_targets": non_targets[i],
            "new": news[i],
            "target_response": None,
            "non_target_response": None,
            "response": None,
            "came_back": False,
        }
        for i, visit in enumerate(visits)
    ]


def find_baseline(visits: list[Visit]) -> Visit | None:
    """4.2: the first assessment, unless nothing was imaged then."""
    first = visits[0]
    named = any(lesion["role"] != "none" for lesion in first["lesions"])
    return first if first["assessment"] == 0 and (named or is_imaged(first)) else None


def assess(history: History, criteria: Criteria) -> list[Assessed]:
    """Assess every visit of one patient, baseline included."""
    baseline = find_baseline(history["visits"])
    readings = read_visits(history["visits"], baseline, criteria)
    roles = {lesion["role"] for visit in history["visits"] for lesion in visit["lesions"]}
    if baseline is None:
        roles.add("no baseline")
    baseline_mm = readings[0]["target"]["sum_mm"] if baseline else None
    nadirs: list[tuple[float | None, dt.date | None]] = []
    nadir: tuple[float | None, dt.date | None] = (None, None)
    for reading in readings:
        nadirs.append(nadir)
        if reading["visit"]["assessment"] > 0:
            respond(reading, roles, (baseline_mm, nadir[0]), criteria)
        total = reading["target"]["sum_mm"]
        if total is not None and (nadir[0] is None or total < nadir[0]):
            nadir = (total, max(one["date"] for one in reading["visit"]["lesions"]))
    revise_after_cr([one for one in readings if one["visit"]["assessment"] > 0], criteria)
    return [
        tabulate(reading, baseline_mm, nadir, criteria)
        for reading, nadir in zip(readings, nadirs, strict=True)
    ]


def tabulate(
    reading: Reading,
    baseline_mm: float | None,
    nadir: tuple[float | None, dt.date | None],
    criteria: Criteria,
) -> Assessed:
    """Return the row that the engine would give."""
    dates = [lesion["date"] for lesion in reading["visit"]["lesions"]]
    return {
        "assessment": reading["visit"]["assessment"],
        "date": date_response(reading, criteria),
        "first_date": min(dates),
        "last_date": max(dates),
        "sum_mm": reading["target"]["sum_mm"],
        "measured_mm": reading["target"]["measured_mm"],
        "baseline_mm": baseline_mm,
        "nadir_mm": nadir[0],
        "nadir_date": nadir[1],
        "target_response": reading["target_response"],
        "non_target_response": reading["non_target_response"],
        "new_lesion": respond_new(reading["new"]),
        "response": reading["response"],
    }
