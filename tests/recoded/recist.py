"""RECIST 1.1 written a second time, from the guideline alone, to check the engine against.

One patient at a time, in plain loops over plain dicts, in the order in which the guideline tells
it. Nothing here is shared with `topline.clinical.recist` but the options and their meaning.

Sections and tables are those of Eisenhauer EA et al. (2009), European Journal of Cancer 45:
228-247. Where the guideline leaves a choice, the option of `Criteria` that names it decides.
"""

import datetime as dt
from typing import TypedDict

from topline.clinical.recist.criteria import Criteria


class Lesion(TypedDict):
    """One lesion at one visit, as read."""

    role: str
    lesion: str
    date: dt.date
    nodal: bool
    diameter_mm: float | None
    state: str | None


class Visit(TypedDict):
    """One assessment; number 0 is the baseline."""

    assessment: int
    lesions: list[Lesion]


class History(TypedDict):
    """One patient, visits in order."""

    subject: str
    start_date: dt.date
    end_date: dt.date | None
    visits: list[Visit]


class Target(TypedDict):
    """The target lesions of one visit."""

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


class Best(TypedDict):
    """One patient's best response; the names are those of the engine's `BestResponses`."""

    best_response: str
    best_response_date: dt.date | None
    first_response_date: dt.date | None
    first_complete_response_date: dt.date | None
    confirmation_date: dt.date | None
    first_stable_disease_date: dt.date | None
    progression_date: dt.date | None
    last_evaluable_date: dt.date | None
    assessments_counted: int
    assessments_not_counted: int


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


def read_target(visit: Visit, baseline: Visit, criteria: Criteria) -> Target:
    """Sum the diameters (4.2), fragments and coalesced lesions included (4.3.2)."""
    expected = [lesion["lesion"] for lesion in of_role(baseline, "target")]
    seen = {lesion["lesion"]: lesion for lesion in of_role(visit, "target")}
    fragments = [name for name in seen if name not in expected]
    measured: list[tuple[Lesion, float]] = []
    elsewhere: list[Lesion] = []
    missing = 0
    for name in expected + fragments:
        lesion = seen.get(name)
        diameter = None if lesion is None else read_diameter(lesion, criteria)
        if lesion is not None and diameter is not None:
            measured.append((lesion, diameter))
        elif lesion is not None and lesion["state"] in {"MERGED", "SPLIT"}:
            elsewhere.append(lesion)
        else:
            missing += 1
    # 4.3.2: what coalesced is measured with the other lesion, what split as its fragments.
    for lesion in elsewhere:
        others = [one for one, _ in measured if one is not lesion]
        parts = [one for one in others if one["lesion"] in fragments]
        if others if lesion["state"] == "MERGED" else parts:
            measured.append((lesion, 0.0))
        else:
            missing += 1
    total = sum(diameter for _, diameter in measured)
    return {
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
    nothing_left = all(is_gone(lesion, mm, criteria) for lesion, mm in target["measured"])
    grown = total is not None and nadir_mm is not None and has_grown(total, nadir_mm, criteria)
    if target["missing"]:
        if not grown or not criteria.incomplete_sum_can_show_progression:
            return "NE"
        # 4.4.2 asks that the missing lesion could not change the response: were it gone too,
        # growth within normal nodes would be CR.
        could_be_cr = nothing_left and criteria.growth_within_normal_nodes_counts_as == "CR"
        return "NE" if could_be_cr else "PD"
    if nothing_left:
        return criteria.growth_within_normal_nodes_counts_as if grown else "CR"
    if grown:
        return "PD"
    if baseline_mm is None or total is None:
        return "NE"
    shrunk = 100 * (baseline_mm - total) / baseline_mm if baseline_mm else 0.0
    if shrunk >= criteria.partial_response_decrease_percent - criteria.tolerance:
        return "PR"
    return "SD"


# 4.3.3 and 4.3.4: non-target lesions


def read_non_target(lesion: Lesion | None, criteria: Criteria) -> str:
    """Return one non-target lesion as absent, present, doubtful, progressed or not evaluated."""
    if lesion is None or lesion["state"] == "NOT EVALUATED":
        return "not evaluated"
    if lesion["state"] == "UNEQUIVOCAL PROGRESSION":
        return "progressed"
    if lesion["state"] == "EQUIVOCAL":
        return "doubtful"
    diameter = read_diameter(lesion, criteria)
    if diameter is not None:
        return "absent" if is_gone(lesion, diameter, criteria) else "present"
    return "not evaluated" if lesion["state"] is None else "present"


def read_non_targets(visit: Visit, baseline: Visit, criteria: Criteria) -> dict[str, str]:
    """Return what became of each non-target lesion of the baseline."""
    seen = {lesion["lesion"]: lesion for lesion in of_role(visit, "non-target")}
    names = [lesion["lesion"] for lesion in of_role(baseline, "non-target")]
    return {name: read_non_target(seen.get(name), criteria) for name in names}


def respond_non_target(found: dict[str, str]) -> str:
    """4.3.3."""
    if "progressed" in found.values():
        return "PD"
    if "not evaluated" in found.values():
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


def sees_disease(target: Target, non_targets: dict[str, str], criteria: Criteria) -> bool:
    """Return whether any lesion of the baseline is there to be seen."""
    if any(not is_gone(lesion, mm, criteria) for lesion, mm in target["measured"]):
        return True
    return any(one in {"present", "progressed"} for one in non_targets.values())


def revise_after_cr(responses: list[str | None], seen: list[bool], criteria: Criteria) -> list[str]:
    """Table 3, note a: disease seen after CR came back, or had never gone."""
    out = [str(response) for response in responses]
    if criteria.disease_after_complete_response == "AS ASSESSED":
        return out
    since: list[int] = []  # the CRs that no disease has followed yet
    gone = False
    for i, response in enumerate(out):
        if response == "CR":
            since.append(i)
            gone = True
        elif gone and seen[i] and response != "PD":
            never_gone = criteria.disease_after_complete_response == "CR WAS PR"
            if never_gone and response == "PR" and since:
                for j in since:
                    out[j] = "PR"
                gone = False
            else:
                out[i] = "PD"
            since = []
        elif response == "PD":
            since = []
    return out
