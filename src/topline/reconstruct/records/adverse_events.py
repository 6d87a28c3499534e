"""AE: the planned events by highest grade, and some that have nothing to do with treatment."""

from collections.abc import Sequence

from topline.reconstruct.records.domain import QUALIFIER, Row, interval, record
from topline.reconstruct.records.draws import stream, whole
from topline.reconstruct.records.episodes import (
    BY_WEIGHT,
    UNCHANGED,
    Episode,
    Step,
    episode_of,
)
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.plans import Plan
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import AdverseEvents

_FATAL = 5


def make_episodes(setting: Setting, plans: Sequence[Plan]) -> list[Episode]:
    """Return every event of every patient, the planned ones first."""
    spec, seed = setting.spec.adverse_events, setting.seed
    onsets = {
        event.term: setting.expressions.days(
            setting.frame, event.onset, f"records.adverse_events.events.{event.term}.onset"
        )
        for event in spec.events
    }
    episodes: list[Episode] = []
    for patient, plan in zip(setting.patients, plans, strict=True):
        for graded in plan.graded:
            if graded.grade == _FATAL and patient.death is None:
                setting.expressions.problems.append(
                    f"{patient.usubjid}: {graded.event.term} has grade 5, but there is no death"
                )
            onset = onsets[graded.event.term][patient.order]
            episodes.append(episode_of(setting, patient, plan, graded, onset))
        episodes += _unrelated(patient, spec, seed)
    return episodes


def _unrelated(patient: Patient, spec: AdverseEvents, seed: int) -> list[Episode]:
    if not spec.unrelated:
        return []
    draws, terms = stream(seed, "AE unrelated", patient.order), list(spec.unrelated)
    count = min(whole(draws, (0, spec.most_unrelated)), len(terms))
    episodes: list[Episode] = []
    for place in draws.choice(len(terms), size=count, replace=False):
        term = terms[int(place)]
        start = whole(draws, (2, max(2, patient.last_treated - 1)))
        start = max(1, min(start, patient.last_day - 1))
        end = start + whole(draws, (3, 40))
        over = end < patient.last_day
        grade = 1 + int(draws.random() < 0.25)
        outcome = "RECOVERED/RESOLVED" if over else "NOT RECOVERED/NOT RESOLVED"
        steps = (Step(grade, start, end if over else None, (), outcome),)
        episodes.append(Episode(patient, term, spec.unrelated[term], term, False, 4, steps))
    return episodes


def adverse_events(
    episodes: Sequence[Episode], plans: Sequence[Plan], spec: AdverseEvents
) -> list[Row]:
    """Return AE by patient and onset; the actions by drug are supplemental qualifiers."""
    rows = [
        _row(episode, step, plans[episode.patient.order], spec)
        for episode in episodes
        for step in episode.steps
    ]
    return sorted(rows, key=lambda row: (str(row["USUBJID"]), str(row["AESTDTC"])))


def _row(episode: Episode, step: Step, plan: Plan, spec: AdverseEvents) -> Row:
    done = dict(step.actions)
    by_drug = {drug.action: done.get(drug.name, UNCHANGED) for drug in plan.drugs}
    heaviest = min([UNCHANGED, *done.values()], key=BY_WEIGHT.index)
    related, unrelated = spec.causality
    qualifiers: Row = {
        f"{QUALIFIER}{name}": action for name, action in by_drug.items() if name != "AEACN"
    }
    return record(
        episode.patient,
        AETERM=episode.verbatim,
        AEDECOD=episode.term,
        AEBODSYS=episode.system,
        AETOXGR=str(step.grade),
        AESER="Y" if step.grade >= episode.serious_from else "N",
        AEREL=related if episode.related else unrelated,
        AEACN=heaviest,
        AEOUT=step.outcome,
        **interval(episode.patient, "AE", step.start, step.end),
        **qualifiers,
    )
