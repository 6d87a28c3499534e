"""Best overall response of RECIST 1.1 written a second time: section 4.4.3 and table 3.

The responses are those of `tests.recoded.recist`, or as reported; so are the sections' names.
"""

import datetime as dt
from typing import TypedDict

from topline.clinical.recist.criteria import Criteria

Response = tuple[dt.date, str]
STABLE = ("CR", "PR", "SD", "NON-CR/NON-PD")


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


def revise_reported(responses: list[Response], criteria: Criteria) -> list[Response]:
    """Table 3, note a, where only the responses are known: disease after CR is PD, or CR was PR."""
    if criteria.disease_after_complete_response == "AS ASSESSED":
        return responses
    out = list(responses)
    complete: list[int] = []
    decided = False
    for i, (date, response) in enumerate(responses):
        if response == "CR":
            complete.append(i)
        elif complete and response in {"PR", "SD", "NON-CR/NON-PD"}:
            never_gone = criteria.disease_after_complete_response == "CR WAS PR"
            if never_gone and response == "PR" and not decided:
                for j in complete:
                    out[j] = (out[j][0], "PR")
                complete = []
            else:
                out[i], decided = (date, "PD"), True
        elif complete and response == "PD":
            decided = True
    return out


def count_responses(
    responses: list[Response], start: dt.date, end: dt.date | None, criteria: Criteria
) -> list[Response]:
    """4.4: from start until progression, and until the patient's end date."""
    ends = end is not None and criteria.assessments_after_end == "ignored"
    between = [
        (date, response)
        for date, response in responses
        if date >= start and not (ends and end is not None and date > end)
    ]
    out: list[Response] = []
    for date, response in revise_reported(between, criteria):
        out.append((date, response))
        if response == "PD" and criteria.assessments_after_progression == "ignored":
            break
    return out


def find_confirmation(
    counted: list[Response], i: int, response: str, criteria: Criteria
) -> dt.date | None:
    """4.4.3: the criteria are met again, long enough after, with nothing against it between."""
    rule = criteria.confirmation
    start, first = counted[i]
    agreeing = {"CR"} if response == "CR" else {"CR", "PR"}
    if first not in agreeing:
        return None
    unknown = stable = 0
    for date, later in counted[i + 1 :]:
        if later in agreeing:
            if (date - start).days >= rule.interval_days:
                return date
        elif later == "NE":
            unknown += 1
        elif later == "SD" and response == "PR":
            stable += 1
        else:
            return None
        if unknown > rule.not_evaluable_between or stable > rule.stable_disease_between:
            return None
    return None


def best_response(
    responses: list[Response], start: dt.date, end: dt.date | None, criteria: Criteria
) -> Best:
    """4.4.3: the best of the responses after baseline; table 3 if confirmation is required."""
    counted = count_responses(responses, start, end, criteria)
    required = criteria.confirmation.required
    confirmed: dict[str, list[tuple[dt.date, dt.date | None]]] = {"CR": [], "PR": []}
    for i, (date, response) in enumerate(counted):
        for claim in ("CR", "PR"):
            if response == claim or (claim == "PR" and response == "CR" and required):
                confirmation = find_confirmation(counted, i, claim, criteria)
                if confirmation or not required:
                    confirmed[claim].append((date, confirmation))
    late = [
        (date, response)
        for date, response in counted
        if response in STABLE and (date - start).days >= criteria.stable_disease_from_days
    ]
    best, date = choose_best(counted, late, confirmed, criteria)
    first = min(confirmed["CR"] + confirmed["PR"], default=None, key=lambda pair: pair[0])
    progressions = [date for date, response in counted if response == "PD"]
    evaluable = [date for date, response in counted if response != "NE"]
    return {
        "best_response": best,
        "best_response_date": date,
        "first_response_date": first[0] if first else None,
        "first_complete_response_date": confirmed["CR"][0][0] if confirmed["CR"] else None,
        "confirmation_date": first[1] if first and required else None,
        "first_stable_disease_date": late[0][0] if late else None,
        "progression_date": progressions[0] if progressions else None,
        "last_evaluable_date": evaluable[-1] if evaluable else None,
        "assessments_counted": len(counted),
        "assessments_not_counted": len(responses) - len(counted),
    }


def choose_best(
    counted: list[Response],
    late: list[Response],
    confirmed: dict[str, list[tuple[dt.date, dt.date | None]]],
    criteria: Criteria,
) -> tuple[str, dt.date | None]:
    """CR, PR, SD (late enough), NON-CR/NON-PD, NED, PD, NE: the first that is there."""
    if not counted:
        return criteria.missing_counts_as, None
    for claim in ("CR", "PR"):
        if confirmed[claim]:
            return claim, confirmed[claim][0][0]
    # Table 3: what was not confirmed is still SD. Without target lesions there is no SD (table 2).
    shows_stable = {"SD", "NON-CR/NON-PD"}
    if criteria.confirmation.unconfirmed_response_counts_as == "SD":
        shows_stable |= {"CR", "PR"}
    stable = [(date, response) for date, response in late if response in shows_stable]
    if stable:
        non_target_only = any(response == "NON-CR/NON-PD" for _, response in counted)
        return ("NON-CR/NON-PD" if non_target_only else "SD"), stable[0][0]
    for term in ("NED", "PD"):
        dates = [date for date, response in counted if response == term]
        if dates:
            return term, dates[0]
    early = [date for date, response in counted if response in shows_stable]
    if early and criteria.early_stable_disease_counts_as == "PD":
        return "PD", early[0]
    return "NE", counted[0][0]
