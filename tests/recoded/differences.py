"""Where the engine and the second writing are known to differ, until one of them is mended.

Each entry is as narrow as it can be said, and looks at the first assessment of a patient on which
the two differ. `test_open_differences_are_still_open` fails once an entry explains nothing: then
it has to go.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.recoded.agreement import Cell, Disagreement
from tests.recoded.histories import History, Lesion, Reported
from tests.recoded.recist import assess
from topline.clinical.recist.criteria import Criteria


@dataclass(frozen=True)
class Case:
    """The first assessment on which the two differ; `cells` are (recoded, engine) by column."""

    cells: dict[str, tuple[Cell, Cell]]
    baseline: list[Lesion]
    lesions: list[Lesion]
    later: list[Lesion]
    after_cr: bool
    criteria: Criteria

    def has(self, column: str, recoded: Cell, engine: Cell) -> bool:
        """Return whether the two differ like this."""
        return self.cells.get(column) == (recoded, engine)

    def lists(self, role: str, *states: str) -> bool:
        """Return whether a lesion of the role has one of the states, and no diameter."""
        return any(
            one["role"] == role and one["state"] in states and one["diameter_mm"] is None
            for one in self.lesions
        )


def baseline_was_not_imaged(case: Case) -> bool:
    """4.4.2: without imaging at baseline nobody can tell no evident disease, as the engine does."""
    return case.has("response", "NE", "NED") and [
        (one["role"], one["state"]) for one in case.baseline
    ] == [("none", "NOT EVALUATED")]


def normal_nodes_grow_beside_a_missing_lesion(case: Case) -> bool:
    """4.4.2: were the missing lesion gone too it would be CR, so that PD is not certain."""
    return case.has("target_response", "NE", "PD")


def disease_after_cr_beside_a_missing_lesion(case: Case) -> bool:
    """Table 3, note a: any disease seen after CR is PD, though not all was evaluated."""
    same = "target_response" not in case.cells
    return case.after_cr and same and case.has("response", "PD", "NE")


def doubt_after_cr(case: Case) -> bool:
    """4.4.4: a doubtful non-target lesion is not disease seen; the engine says PD, or CR was PR."""
    was_pr = case.criteria.disease_after_complete_response == "CR WAS PR"
    later = was_pr and any(one["state"] == "EQUIVOCAL" for one in case.later)
    now = case.lists("non-target", "EQUIVOCAL")
    return (later and case.has("response", "CR", "PR")) or (
        now and (case.has("response", "NE", "PD") or case.has("response", "NE", "PR"))
    )


def disease_after_cr_dates_progression(case: Case) -> bool:
    """4.6.2: the lesion that came back dates PD; the engine takes a later part, or the last."""
    recoded, engine = case.cells.get("date", (None, None))
    if not case.after_cr or set(case.cells) != {"date"}:
        return False
    known = {one["date"] for one in case.lesions if one["role"] in {"target", "non-target"}}
    return recoded in known and str(recoded) < str(engine)


def doubtful_progression_confirmed(case: Case) -> bool:
    """4.4.4: progression suspected in a non-target lesion and confirmed next is dated back."""
    doubtful = [one["date"] for one in case.lesions if one["state"] == "EQUIVOCAL"]
    confirmed = any(one["state"] == "UNEQUIVOCAL PROGRESSION" for one in case.later)
    dated = set(case.cells) == {"date"} and case.cells["date"][0] in doubtful
    recoded = case.cells.get("non_target_response", (None, None))[0]
    return confirmed and case.lists("non-target", "EQUIVOCAL") and (dated or recoded == "PD")


def part_without_its_state(case: Case) -> bool:
    """4.3.2: what split or merged before is still measured by its parts, whatever their state."""
    recoded, engine = case.cells.get("sum_mm", (None, None))
    parted = case.lists("target", "SPLIT", "MERGED")
    return parted and recoded is not None and engine is None


def non_target_lesion_split_or_merged(case: Case) -> bool:
    """4.3.3: it persists in its parts; the engine says CR if any lesion split or merged."""
    parted = case.lists("non-target", "SPLIT", "MERGED")
    return parted and case.has("non_target_response", "NON-CR/NON-PD", "CR")


def cr_was_non_cr(case: Case) -> bool:
    """Table 3, note a: CR was PR; of NON-CR/NON-PD neither the note nor the option speaks."""
    return case.criteria.disease_after_complete_response == "CR WAS PR" and (
        case.has("response", "CR", "NON-CR/NON-PD") or case.has("response", "PD", "NON-CR/NON-PD")
    )


def cr_was_pr_after_disease_came_back(case: Case) -> bool:
    """Table 3, note a: a visit with nothing left is CR; the engine says PD, or NE once revoked."""
    return case.criteria.disease_after_complete_response == "CR WAS PR" and (
        case.has("response", "CR", "PD") or case.has("response", "PR", "NE")
    )


OPEN: dict[str, Callable[[Case], bool]] = {
    rule.__name__: rule
    for rule in (
        baseline_was_not_imaged,
        normal_nodes_grow_beside_a_missing_lesion,
        disease_after_cr_beside_a_missing_lesion,
        doubt_after_cr,
        disease_after_cr_dates_progression,
        doubtful_progression_confirmed,
        part_without_its_state,
        non_target_lesion_split_or_merged,
        cr_was_non_cr,
        cr_was_pr_after_disease_came_back,
    )
}


def name_difference(history: History, found: list[Disagreement], criteria: Criteria) -> str | None:
    """Name the open difference behind one patient's disagreements, or None."""
    first = min(one.assessment for one in found if one.assessment is not None)
    rows = assess(history, criteria)
    visits = {visit["assessment"]: visit["lesions"] for visit in history["visits"]}
    case = Case(
        cells={one.column: (one.recoded, one.engine) for one in found if one.assessment == first},
        baseline=visits.get(0, []),
        lesions=visits[first],
        after_cr="CR" in [row["response"] for row in rows if row["assessment"] < first],
        later=[one for number, lesions in visits.items() if number > first for one in lesions],
        criteria=criteria,
    )
    return next((name for name, rule in OPEN.items() if rule(case)), None)


# The best response, from a sequence of responses

DATE_OF_EARLY_SD = "early SD dates the PD that followed it"
CR_WAS_NON_CR = "CR was PR, in a sequence that has NON-CR/NON-PD or CR after disease"


def name_best_difference(
    one: Reported, found: list[Disagreement], criteria: Criteria
) -> str | None:
    """Name the open difference behind one sequence's disagreements, or None."""
    terms = [response for _, response in one["responses"]]
    if [cell.column for cell in found] == ["best_response_date"] and (
        criteria.early_stable_disease_counts_as == "PD"
        and found[0].reason.startswith(("PD", "CR", "PR"))
    ):
        return DATE_OF_EARLY_SD
    if criteria.disease_after_complete_response == "CR WAS PR" and "CR" in terms:
        after = terms[terms.index("CR") + 1 :]
        disease = [i for i, term in enumerate(after) if term in {"PR", "SD", "NON-CR/NON-PD", "PD"}]
        if "NON-CR/NON-PD" in after or (disease and "CR" in after[disease[0] :]):
            return CR_WAS_NON_CR
    return None
