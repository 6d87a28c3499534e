"""Random lesion histories: few lesions and round numbers, so that every limit is met exactly.

Nothing here is meant to look like a patient. Diameters are drawn so that sums change by exactly
20 %, 5 mm or 30 %, nodes lie around 10 and 15 mm, visits lie around 28 days apart, and every state
of `Measurements` occurs in every role that permits it.
"""

import datetime as dt
from typing import TypedDict, TypeVar

import numpy as np
import polars as pl

from topline.clinical.recist.criteria import Criteria

T = TypeVar("T")
FIRST_DAY = dt.date(2024, 1, 1)
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "NED", "PD", "NE")


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


class Reported(TypedDict):
    """One patient's responses after baseline, as if reported."""

    subject: str
    start_date: dt.date
    end_date: dt.date | None
    responses: list[tuple[dt.date, str]]


class Dice:
    """Draws from a seeded generator, many at a time, which is what plain loops can afford."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._draws: list[float] = []

    def draw(self) -> float:
        """Return a number from 0 to below 1."""
        if not self._draws:
            self._draws = self._rng.random(4096).tolist()
        return self._draws.pop()

    def happens(self, chance: float) -> bool:
        """Return True this often."""
        return self.draw() < chance

    def pick(self, *values: T) -> T:
        """Return one of the values; name one twice and it comes twice as often."""
        return values[int(self.draw() * len(values))]


def make_history(dice: Dice, subject: str) -> History:
    """Make one patient, of any kind of disease or none."""
    n_target, n_non_target = dice.pick(
        (1, 0), (2, 0), (3, 0), (1, 1), (2, 1), (0, 1), (0, 2), (0, 0)
    )
    lesions = [make_target(dice, f"T{i + 1}") for i in range(n_target)]
    lesions += [make_non_target(dice, f"N{i + 1}") for i in range(n_non_target)]
    visits: list[Visit] = []
    day = FIRST_DAY
    baseline: Visit = {"assessment": 0, "lesions": list(lesions)}
    if not lesions:
        baseline["lesions"] = [no_lesion(day, None)]
    if dice.happens(0.02):
        baseline["lesions"] = [no_lesion(day, "NOT EVALUATED")]
    visits.append(baseline)
    before = lesions
    for number in range(1, 1 + dice.pick(0, 1, 2, 2, 3, 3, 4, 4, 5, 6)):
        day += dt.timedelta(dice.pick(14, 21, 27, 28, 28, 29, 42, 56))
        visit = make_visit(dice, number, day, lesions, before)
        visits.append(visit)
        # A lesion changes from where it was last seen.
        seen = {
            one["lesion"]: one
            for one in visit["lesions"]
            if one["diameter_mm"] is not None or one["state"] == "SPLIT"
        }
        before = [seen.get(one["lesion"], one) for one in before]
    add_new_lesions(dice, visits)
    if len(visits) > 1 and dice.happens(0.02):
        del visits[0]
    start = FIRST_DAY + dt.timedelta(dice.pick(0, 0, 1, 7, 7, 30))
    last = dice.pick(*visits)["lesions"][0]["date"]
    end = last + dt.timedelta(dice.pick(-1, 0, 1, 2)) if dice.happens(0.25) else None
    if end is not None and end < start:
        end = None
    return {"subject": subject, "start_date": start, "end_date": end, "visits": visits}


def no_lesion(day: dt.date, state: str | None) -> Lesion:
    """Keep a visit that has no lesion to name."""
    return row(("none", "", False), day, None, state)


def row(
    lesion: tuple[str, str, bool], day: dt.date, diameter_mm: float | None, state: str | None
) -> Lesion:
    """Write one row of a lesion: its role, name and whether it is a lymph node."""
    role, name, nodal = lesion
    return {
        "role": role,
        "lesion": name,
        "date": day,
        "nodal": nodal,
        "diameter_mm": diameter_mm,
        "state": state,
    }


def make_target(dice: Dice, name: str) -> Lesion:
    """Choose a target lesion at baseline; a few were not measured."""
    nodal = dice.happens(0.4)
    diameter = (
        dice.pick(15.0, 16.0, 20.0, 25.0) if nodal else dice.pick(10.0, 20.0, 25.0, 30.0, 50.0)
    )
    if dice.happens(0.02):
        return row(("target", name, nodal), FIRST_DAY, None, "NOT EVALUATED")
    return row(("target", name, nodal), FIRST_DAY, diameter, None)


def make_non_target(dice: Dice, name: str) -> Lesion:
    """Choose a non-target lesion at baseline."""
    nodal = dice.happens(0.3)
    diameter = dice.pick(None, 10.0, 12.0) if nodal else None
    return row(("non-target", name, nodal), FIRST_DAY, diameter, "PRESENT")


def make_visit(
    dice: Dice, number: int, day: dt.date, baseline: list[Lesion], before: list[Lesion]
) -> Visit:
    """Follow every lesion of the baseline to one visit."""
    mood = dice.pick("clear", "clear", "small", "any", "any", "grow", "not done")
    lesions: list[Lesion] = []
    for first, last in zip(baseline, before, strict=True):
        when = day + dt.timedelta(dice.pick(0, 0, 0, 1, 3))
        if mood == "not done" or dice.happens(0.04):
            if dice.happens(0.5):
                lesions.append(not_evaluated(first, when))
        elif first["role"] == "target":
            lesions += follow_target(dice, mood, when, first, last)
        else:
            lesions.append(follow_non_target(dice, mood, when, first))
    names = [lesion["lesion"] for lesion in baseline]
    whole = [one for one in lesions if one["role"] == "target" and one["lesion"] in names]
    if len(whole) > 1 and dice.happens(0.05):
        lesions = [one for one in lesions if one not in whole] + merge_targets(dice, day, whole)
    if not baseline:
        lesions.append(no_lesion(day, "NOT EVALUATED" if mood == "not done" else None))
    elif not lesions:
        lesions.append(no_lesion(day, dice.pick(None, "NOT EVALUATED")))
    return {"assessment": number, "lesions": lesions}


def not_evaluated(lesion: Lesion, when: dt.date) -> Lesion:
    """Say that a lesion was not looked at."""
    return row((lesion["role"], lesion["lesion"], lesion["nodal"]), when, None, "NOT EVALUATED")


def follow_target(
    dice: Dice, mood: str, when: dt.date, first: Lesion, last: Lesion
) -> list[Lesion]:
    """Measure a target lesion again; now and then it has split or merged."""
    name, nodal = first["lesion"], first["nodal"]
    if name == "T1" and dice.happens(0.3 if last["state"] == "SPLIT" else 0.03):
        return split_target(dice, when, first)
    if dice.happens(0.02):
        return [row(("target", name, nodal), when, dice.pick(None, None, 10.0), "MERGED")]
    state: str | None = None
    base, now = first["diameter_mm"] or 20.0, last["diameter_mm"] or 0.0
    if mood == "clear":
        diameter, state = dice.pick(
            (0.0, "ABSENT"), (None, "ABSENT"), (0.0, None), (0.0, "PRESENT")
        )
        if nodal and dice.happens(0.8):
            diameter, state = dice.pick(2.0, 4.0, 5.0, 9.0, 9.5, 9.9), None
    elif mood == "small":
        diameter = dice.pick(None, 2.0, 4.0, 5.0, 9.0, 10.0)
        state = "TOO SMALL" if diameter is None or dice.happens(0.2) else dice.pick("PRESENT", None)
    elif mood == "grow":
        diameter = dice.pick(now * 1.2, now + 5, now + 4, now + 1, now * 1.2 + 0.1, base * 1.2)
    else:
        tenth = base / 10
        diameter = dice.pick(now, now, base, 7 * tenth, 0.7 * base, base - 1, now + 1, 10.0, 14.0)
    if diameter is None and state is None and dice.happens(0.5):
        state = "PRESENT"
    return [row(("target", name, nodal), when, diameter, state)]


def split_target(dice: Dice, when: dt.date, first: Lesion) -> list[Lesion]:
    """Let a target lesion fall into parts, not all of them measured."""
    name, nodal = first["lesion"], first["nodal"]
    lesions = [row(("target", name, nodal), when, dice.pick(None, None, None, 10.0), "SPLIT")]
    for part in (f"{name}.1", f"{name}.2"):
        state = dice.pick("SPLIT", "SPLIT", "SPLIT", None, "ABSENT", "NOT EVALUATED")
        diameter = dice.pick(5.0, 10.0, 14.0)
        if state in {"ABSENT", "NOT EVALUATED"}:
            diameter = None
        if dice.happens(0.8):
            lesions.append(row(("target", part, nodal), when, diameter, state))
    return lesions


def merge_targets(dice: Dice, when: dt.date, lesions: list[Lesion]) -> list[Lesion]:
    """Let the target lesions of one visit coalesce, under the name of the first or another."""
    diameter = dice.pick(0.0, 9.0, 14.0, 30.0, 60.0)
    name = lesions[0]["lesion"] if dice.happens(0.6) else "T1/T2"
    out = [
        row(("target", one["lesion"], one["nodal"]), when, None, "MERGED")
        for one in lesions
        if one["lesion"] != name
    ]
    if dice.happens(0.95):
        state = dice.pick("MERGED", "MERGED", "MERGED", "PRESENT", None)
        out.append(row(("target", name, lesions[0]["nodal"]), when, diameter, state))
    return out


def follow_non_target(dice: Dice, mood: str, when: dt.date, first: Lesion) -> Lesion:
    """Look at a non-target lesion again."""
    name, nodal = first["lesion"], first["nodal"]
    diameter: float | None = None
    state: str | None = "PRESENT"
    if mood == "clear":
        diameter, state = dice.pick((None, "ABSENT"), (0.0, "ABSENT"), (0.0, None))
        if nodal and dice.happens(0.7):
            diameter, state = dice.pick((8.0, None), (9.9, "PRESENT"), (9.0, "TOO SMALL"))
    elif mood == "grow":
        state = dice.pick("INCREASED", "UNEQUIVOCAL PROGRESSION", "EQUIVOCAL", "EQUIVOCAL")
    elif mood == "small":
        diameter, state = dice.pick(
            (None, "TOO SMALL"), (4.0, None), (10.0, None), (10.0, "PRESENT"), (None, "EQUIVOCAL")
        )
    elif dice.happens(0.05):
        state = dice.pick(None, "MERGED", "SPLIT")
    return row(("non-target", name, nodal), when, diameter, state)


def add_new_lesions(dice: Dice, visits: list[Visit]) -> None:
    """Let new lesions appear, doubtful or certain, and go on to any later visit."""
    for name in ("X1", "X2"):
        if not dice.happens(0.2):
            continue
        nodal = dice.happens(0.3)
        from_visit = int(dice.draw() * len(visits))
        for visit in visits[max(from_visit, 1) :]:
            if dice.happens(0.15):
                continue
            state, diameter = dice.pick(
                ("EQUIVOCAL", None),
                ("EQUIVOCAL", None),
                ("EQUIVOCAL", 4.0),
                ("UNEQUIVOCAL", None),
                ("UNEQUIVOCAL", 12.0),
                ("INCREASED", None),
                ("PRESENT", None),
                ("ABSENT", None),
                ("NOT EVALUATED", None),
                (None, 9.0),
                (None, 10.0),
            )
            when = visit["lesions"][0]["date"] + dt.timedelta(dice.pick(0, 0, 1, 2))
            visit["lesions"].append(row(("new", name, nodal), when, diameter, state))


def make_reported(dice: Dice, subject: str) -> Reported:
    """Make one patient's responses, any after any."""
    day = FIRST_DAY
    kinds = dice.pick(
        ("CR", "PR", "SD", "PD", "NE"),
        ("CR", "PR", "PR", "SD", "NE"),
        ("CR", "CR", "NE", "PR", "NE"),
        ("CR", "NON-CR/NON-PD", "PD", "NE", "CR"),
        ("NED", "PD", "NE", "NED", "NED"),
    )
    responses: list[tuple[dt.date, str]] = []
    for _ in range(dice.pick(0, 1, 2, 2, 3, 3, 4, 5, 6)):
        day += dt.timedelta(dice.pick(14, 27, 28, 29, 42, 56))
        responses.append((day, dice.pick(*kinds)))
    start = FIRST_DAY + dt.timedelta(dice.pick(0, 0, 1, 7, 30))
    end = None
    if responses and dice.happens(0.25):
        end = dice.pick(*responses)[0] + dt.timedelta(dice.pick(-1, 0, 1))
    if end is not None and end < start:
        end = None
    return {"subject": subject, "start_date": start, "end_date": end, "responses": responses}


def make_criteria(dice: Dice) -> Criteria:
    """Draw every option of the assessments and of the best response."""
    return Criteria.model_validate(
        {
            "partial_response_decrease_percent": dice.pick(30.0, 30.0, 50.0),
            "progression_increase_percent": dice.pick(20.0, 20.0, 25.0),
            "progression_increase_mm": dice.pick(5.0, 5.0, 0.0),
            "normal_node_below_mm": dice.pick(10.0, 10.0, 9.5),
            "too_small_to_measure_mm": dice.pick(5.0, 5.0, 0.0, 2.0),
            "tolerance": dice.pick(1e-6, 1e-6, 1e-9),
            "incomplete_sum_can_show_progression": dice.pick(True, True, False),
            "growth_within_normal_nodes_counts_as": dice.pick("CR", "CR", "PD"),
            "equivocal_progression_dated_back": dice.pick(True, True, False),
            "disease_after_complete_response": dice.pick("PD", "CR WAS PR", "AS ASSESSED"),
            "progression_dated_by": dice.pick("evidence", "first", "last"),
            "response_dated_by": dice.pick("first", "last"),
            "confirmation": {
                "required": dice.pick(True, True, False),
                "interval_days": dice.pick(28, 28, 0, 42),
                "not_evaluable_between": dice.pick(1, 1, 0, 2),
                "stable_disease_between": dice.pick(0, 0, 1, 2),
                "unconfirmed_response_counts_as": dice.pick("SD", "SD", "NE"),
            },
            "stable_disease_from_days": dice.pick(0, 35, 42, 56),
            "early_stable_disease_counts_as": dice.pick("NE", "PD"),
            "missing_counts_as": dice.pick("NE", "MISSING"),
            "assessments_after_progression": dice.pick("ignored", "ignored", "counted"),
            "assessments_after_end": dice.pick("ignored", "ignored", "counted"),
        }
    )


def to_measurements(histories: list[History]) -> pl.DataFrame:
    """Write histories as the engine reads them."""
    rows = [
        (one["subject"], visit["assessment"], *lesion.values())
        for one in histories
        for visit in one["visits"]
        for lesion in visit["lesions"]
    ]
    schema = {
        "subject": pl.String,
        "assessment": pl.Int64,
        "role": pl.String,
        "lesion": pl.String,
        "date": pl.Date,
        "nodal": pl.Boolean,
        "diameter_mm": pl.Float64,
        "state": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def to_responses(reported: list[Reported]) -> pl.DataFrame:
    """Write reported responses as the engine reads them."""
    rows = [
        (one["subject"], number, date, response)
        for one in reported
        for number, (date, response) in enumerate(one["responses"], start=1)
    ]
    schema = {
        "subject": pl.String,
        "assessment": pl.Int64,
        "date": pl.Date,
        "response": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def to_subjects(patients: list[History] | list[Reported]) -> pl.DataFrame:
    """Write who is to be summarised, and from when to when."""
    rows = [(one["subject"], one["start_date"], one["end_date"]) for one in patients]
    schema = {"subject": pl.String, "start_date": pl.Date, "end_date": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")
