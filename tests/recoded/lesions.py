"""Lesions of RECIST 1.1 read a second time: sections 4.3.1 to 4.3.5, in their order.

See `tests.recoded.recist` for the guideline and for what is shared with the engine.
"""

import itertools
from typing import TypedDict

from tests.recoded.histories import Lesion, Visit
from topline.clinical.recist.criteria import Criteria


class Target(TypedDict):
    """The target lesions of one visit."""

    expected: int
    measured: list[tuple[Lesion, float]]
    missing: int
    sum_mm: float | None
    measured_mm: float | None


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


def ever(visits: list[Visit], state: str) -> list[Lesion]:
    """Return the target lesions in this state, at any of the visits."""
    targets = [lesion for visit in visits for lesion in of_role(visit, "target")]
    return [lesion for lesion in targets if lesion["state"] == state]


def read_target(
    visits: list[Visit], number: int, baseline: Visit | None, criteria: Criteria
) -> Target:
    """Sum the diameters (4.2), fragments and coalesced lesions included (4.3.2).

    A fragment, or what coalesced under a name of its own, is followed once it was first seen, like
    any target lesion.
    """
    expected = [lesion["lesion"] for lesion in of_role(baseline, "target")] if baseline else []
    seen = {lesion["lesion"]: lesion for lesion in of_role(visits[number], "target")}
    so_far = visits[: number + 1]
    known = {lesion["lesion"] for visit in so_far for lesion in of_role(visit, "target")}
    parts = {lesion["lesion"] for lesion in ever(visits, "SPLIT") + ever(visits, "MERGED")}
    followed = (parts & known) - set(expected)
    fragments = {lesion["lesion"] for lesion in ever(so_far, "SPLIT")} - set(expected)
    coalesced = {one["lesion"] for one in ever(so_far, "MERGED") if one["diameter_mm"] is not None}
    measured: list[tuple[Lesion, float]] = []
    elsewhere: list[Lesion] = []
    missing = 0
    for name in expected + sorted(followed):
        lesion = seen.get(name)
        diameter = None if lesion is None else read_diameter(lesion, criteria)
        if lesion is not None and diameter is not None:
            measured.append((lesion, diameter))
        elif lesion is not None and lesion["state"] in {"MERGED", "SPLIT"}:
            elsewhere.append(lesion)
        else:
            missing += 1
    with_diameter = {lesion["lesion"] for lesion, _ in measured}
    for lesion in elsewhere:
        # What split is measured by its fragments, what coalesced as one lesion.
        carriers = fragments if lesion["state"] == "SPLIT" else coalesced
        if with_diameter & carriers:
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


def read_non_target(lesion: Lesion, visit: Visit, criteria: Criteria) -> str:
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
    if lesion["state"] == "MERGED":  # 4.3.2: it is what it coalesced with
        mass = [
            is_gone(one, one["diameter_mm"], criteria)
            for one in visit["lesions"]
            if one["state"] == "MERGED" and one["diameter_mm"] is not None
        ]
        return "absent" if mass and all(mass) else "present"
    # 4.3.4: a modest increase is no progression.
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
            status = read_non_target(lesion, visit, criteria)
            if lesion["lesion"] in found or status == "progressed":
                found[lesion["lesion"]] = status
        out.append(found)
    if criteria.equivocal_progression_dated_back:
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
    if criteria.equivocal_progression_dated_back:
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
