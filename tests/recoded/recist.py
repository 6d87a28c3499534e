"""RECIST 1.1 written a second time, from the guideline alone, to check the engine against.

One patient at a time, in plain loops over plain dicts, in the order in which the guideline tells
it. Nothing here is shared with `topline.clinical.recist` but the options and their meaning.

Sections and tables are those of Eisenhauer EA et al. (2009), European Journal of Cancer 45:
228-247. Where the guideline leaves a choice, the option of `Criteria` that names it decides.
"""

import datetime as dt
import itertools
from typing import TypedDict

from tests.recoded.histories import History, Lesion, Visit
from topline.clinical.recist.criteria import Criteria


class Target(TypedDict):
    """The target lesions of one visit."""

    expected: int
    measured: list[tuple[Lesion, float]]
    missing: int
    sum_mm: float | None
    measured_mm: float | None


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


def of_role(visit: Visit, role: str) -> list[Lesion]:
    """Return the lesions of one role."""
    return [lesion for lesion in visit["lesions"] if lesion["role"] == role]


# 4.3.1 and 4.3.2: target lesions


def read_diameter(lesion: Lesion, criteria: Criteria) -> float | None:
    """4.3.2: the actual measure if there is one, 0 if gone, the default if too small to measure."""
    if lesion["state"] == "NOT EVALUATED":
        return None
    if lesion["diameter_mm"] is not None:
        return lesion["diameter_mm"]
    if lesion["state"] == "ABSENT":
        return 0.0
    if lesion["state"] == "TOO SMALL":
        return criteria.too_small_to_measure_mm
    return None


def ever(visits: list[Visit], state: str) -> set[str]:
    """Name the target lesions that had this state at one of the visits."""
    return {
        lesion["lesion"]
        for visit in visits
        for lesion in of_role(visit, "target")
        if lesion["state"] == state
    }


def read_target(
    visits: list[Visit], number: int, baseline: Visit | None, criteria: Criteria
) -> Target:
    """Sum the diameters (4.2), fragments and coalesced lesions included (4.3.2)."""
    expected = [lesion["lesion"] for lesion in of_role(baseline, "target")] if baseline else []
    seen = {lesion["lesion"]: lesion for lesion in of_role(visits[number], "target")}
    parts = (ever(visits, "SPLIT") | ever(visits, "MERGED")) - set(expected)
    measured: list[tuple[Lesion, float]] = []
    elsewhere: list[Lesion] = []
    missing = 0
    for name in expected + sorted(parts & set(seen)):
        lesion = seen.get(name)
        diameter = None if lesion is None else read_diameter(lesion, criteria)
        if lesion is not None and diameter is not None:
            measured.append((lesion, diameter))
        elif lesion is not None and lesion["state"] in {"MERGED", "SPLIT"}:
            elsewhere.append(lesion)
        else:
            missing += 1
    with_diameter = {lesion["lesion"] for lesion, _ in measured}
    so_far = visits[: number + 1]
    fragments, coalesced = ever(so_far, "SPLIT") - set(expected), ever(so_far, "MERGED")
    for lesion in elsewhere:
        # What split is measured by its fragments, all of them; what coalesced, as one lesion.
        split = lesion["state"] == "SPLIT" and fragments <= set(seen)
        if with_diameter & (fragments if split else coalesced) and (
            split or lesion["state"] == "MERGED"
        ):
            measured.append((lesion, 0.0))
        else:
            missing += 1
    total = sum(diameter for _, diameter in measured)
    return {
        "expected": len(expected),
        "measured": measured,
        "missing": missing,
        "sum_mm": total if expected and not missing else None,
        "measured_mm": total if measured else None,
    }


def is_gone(lesion: Lesion, diameter: float, criteria: Criteria) -> bool:
    """4.3.1: a lesion has disappeared, a lymph node is below 10 mm."""
    return diameter == 0 or (lesion["nodal"] and diameter < criteria.normal_node_below_mm)


def has_grown(total: float, nadir: float, criteria: Criteria) -> bool:
    """4.3.1: at least 20 % and at least 5 mm above the smallest sum on study."""
    enough_mm = total - nadir >= criteria.progression_increase_mm - criteria.tolerance
    if nadir == 0:
        return total > 0 and enough_mm
    percent = 100 * (total - nadir) / nadir
    return enough_mm and percent >= criteria.progression_increase_percent - criteria.tolerance


def respond_target(
    target: Target, baseline_mm: float | None, nadir_mm: float | None, criteria: Criteria
) -> str:
    """4.3.1, with 4.4.2 where lesions were not measured."""
    total = target["measured_mm"]
    if not target["expected"]:
        return "NE"
    nothing_left = all(is_gone(lesion, mm, criteria) for lesion, mm in target["measured"])
    grown = total is not None and nadir_mm is not None and has_grown(total, nadir_mm, criteria)
    nodes_decide = criteria.growth_within_normal_nodes_counts_as
    if target["missing"]:
        # 4.4.2 asks that the missing lesion could not change the response: were it gone too,
        # growth within normal nodes would be CR.
        sure = grown and not (nothing_left and nodes_decide == "CR")
        return "PD" if sure and criteria.incomplete_sum_can_show_progression else "NE"
    if nothing_left:
        return nodes_decide if grown else "CR"
    if grown:
        return "PD"
    if baseline_mm is None or total is None:
        return "NE"
    shrunk = 100 * (baseline_mm - total) / baseline_mm if baseline_mm else 0.0
    least = criteria.partial_response_decrease_percent - criteria.tolerance
    return "PR" if shrunk >= least else "SD"


# 4.3.3 and 4.3.4: non-target lesions


def read_non_target(lesion: Lesion, criteria: Criteria) -> str:
    """Return one non-target lesion as absent, present, doubtful, progressed or not evaluated."""
    if lesion["state"] == "NOT EVALUATED":
        return "not evaluated"
    if lesion["state"] == "UNEQUIVOCAL PROGRESSION":
        return "progressed"
    if lesion["state"] == "EQUIVOCAL":
        return "doubtful"
    diameter = read_diameter(lesion, criteria)
    if diameter is not None:
        return "absent" if is_gone(lesion, diameter, criteria) else "present"
    return "not evaluated" if lesion["state"] is None else "present"


def read_non_targets(
    visits: list[Visit], baseline: Visit | None, criteria: Criteria
) -> list[dict[str, str]]:
    """Return what became of each non-target lesion of the baseline, and of any that progressed."""
    expected = [one["lesion"] for one in of_role(baseline, "non-target")] if baseline else []
    out: list[dict[str, str]] = []
    for visit in visits:
        found = dict.fromkeys(expected, "not evaluated")
        for lesion in of_role(visit, "non-target"):
            status = read_non_target(lesion, criteria)
            if lesion["lesion"] in found or status == "progressed":
                found[lesion["lesion"]] = status
        out.append(found)
    if criteria.equivocal_new_lesion_dated_back:
        # 4.4.4: doubt about an existing lesion too, if the next assessment confirms it.
        for found, following in reversed(list(itertools.pairwise(out))):
            for name, status in found.items():
                if status == "doubtful" and following.get(name) == "progressed":
                    found[name] = "progressed"
    return out


def respond_non_target(found: dict[str, str]) -> str:
    """4.3.3."""
    if "progressed" in found.values():
        return "PD"
    if not found or "not evaluated" in found.values():
        return "NE"
    if all(one == "absent" for one in found.values()):
        return "CR"
    return "NON-CR/NON-PD"


# 4.3.5: new lesions


def read_new(lesion: Lesion, criteria: Criteria) -> str:
    """Return one new lesion as YES, EQUIVOCAL, NO or not evaluated."""
    if lesion["state"] == "NOT EVALUATED":
        return "not evaluated"
    if lesion["state"] in {"EQUIVOCAL", "UNEQUIVOCAL"}:
        return "YES" if lesion["state"] == "UNEQUIVOCAL" else "EQUIVOCAL"
    diameter = read_diameter(lesion, criteria)
    # 4.2: a node below 10 mm is not pathological.
    if diameter is not None and is_gone(lesion, diameter, criteria):
        return "NO"
    return "YES"


def read_new_lesions(visits: list[Visit], criteria: Criteria) -> list[dict[str, str]]:
    """Return each visit's new lesions; what proved certain was certain when first doubtful."""
    found = [
        {lesion["lesion"]: read_new(lesion, criteria) for lesion in of_role(visit, "new")}
        for visit in visits
    ]
    if criteria.equivocal_new_lesion_dated_back:
        certain: set[str] = set()
        for visit in reversed(found):
            for name, status in visit.items():
                if status == "YES":
                    certain.add(name)
                elif status == "NO":
                    certain.discard(name)  # looked for and not there: the doubt before was right
                elif status == "EQUIVOCAL" and name in certain:
                    visit[name] = "YES"
    return found


def respond_new(found: dict[str, str]) -> str:
    """Any certain lesion is a new lesion; else any doubtful one is doubt."""
    for status in ("YES", "EQUIVOCAL"):
        if status in found.values():
            return status
    return "NO"


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
    """Return whether any lesion of the baseline is there to be seen."""
    if any(not is_gone(lesion, mm, criteria) for lesion, mm in target["measured"]):
        return True
    return any(one in {"present", "progressed"} for one in non_targets.values())


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
    """Table 3, note a: disease seen after CR came back (PD), or had never gone (CR was PR)."""
    if criteria.disease_after_complete_response == "AS ASSESSED":
        return
    complete: list[Reading] = []  # the CRs so far
    decided = False  # whether disease or PD has followed them
    for reading in readings:
        seen = sees_disease(reading["target"], reading["non_targets"], criteria)
        if reading["response"] == "CR":
            complete.append(reading)
        elif complete and seen:
            never_gone = criteria.disease_after_complete_response == "CR WAS PR"
            if never_gone and reading["response"] == "PR" and not decided:
                for earlier in complete:
                    earlier["response"] = "PR"
                complete = []
            else:
                reading["response"], reading["came_back"] = "PD", True
                decided = True
        elif complete and reading["response"] == "PD":
            decided = True


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
