"""Lesions of a patient at baseline, sized so that the planned change is met to the millimetre."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from numpy.random import Generator

from topline.clinical.recist.criteria import Criteria
from topline.reconstruct.records.draws import whole
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.specification import Organ

_GONE = -100.0
_SLACK_MM = 20


@dataclass(frozen=True, slots=True)
class Lesion:
    """One lesion followed over time."""

    link: str
    organ: str
    target: bool
    nodal: bool
    baseline_mm: int


def lesions_of(
    patient: Patient,
    organs: Sequence[Organ],
    change: float,
    criteria: Criteria,
    draws: Generator,
) -> list[Lesion]:
    """Return target lesions, as RECIST 1.1 limits them, then the others.

    Parameters
    ----------
    organs
        Those with disease, in the order in which targets are chosen; at least one.
    change
        Planned best change, percent.
    """
    vanish = patient.best == "CR" and change <= _GONE
    measurable = [organ for organ in organs if organ.targets and not (vanish and organ.nodal)]
    chosen = [organ for organ in measurable for _ in range(organ.targets)]
    kept = _within_limits(chosen or [_measurable(organs[0])], criteria)
    targets = [
        Lesion(f"T{n:02d}", organ.organ, True, organ.nodal, _diameter(organ, criteria, draws))
        for n, organ in enumerate(kept, start=1)
    ]
    rest = [organ for organ in organs for _ in range(organ.others or (0 if organ.targets else 1))]
    left = [organ for organ in measurable if organ not in kept]
    others = [
        Lesion(f"NT{n:02d}", organ.organ, False, organ.nodal, 0)
        for n, organ in enumerate([*left, *rest], start=1)
    ]
    return [*_sized(patient, targets, change, criteria), *others]


def _measurable(organ: Organ) -> Organ:
    """Return the organ as one whose lesions can vanish."""
    return organ.model_copy(update={"nodal": False, "targets": max(organ.targets, 1)})


def _within_limits(organs: Sequence[Organ], criteria: Criteria) -> list[Organ]:
    """Return the organ of each target: so many in all and an organ; lymph nodes are one organ."""
    kept: list[Organ] = []
    for organ in organs:
        name = "nodes" if organ.nodal else organ.organ
        there = sum(("nodes" if other.nodal else other.organ) == name for other in kept)
        if (
            len(kept) < criteria.most_target_lesions
            and there < criteria.most_target_lesions_per_organ
        ):
            kept.append(organ)
    return kept


def _diameter(organ: Organ, criteria: Criteria, draws: Generator) -> int:
    least = criteria.measurable_node_mm if organ.nodal else criteria.measurable_lesion_mm
    return max(whole(draws, organ.diameter), round(least))


def _sized(
    patient: Patient, targets: Sequence[Lesion], change: float, criteria: Criteria
) -> list[Lesion]:
    """Return the targets with the largest a little larger, so that the change is met."""
    place = max(range(len(targets)), key=lambda n: targets[n].baseline_mm)
    largest, total = targets[place], sum(lesion.baseline_mm for lesion in targets)
    least = largest.baseline_mm
    if all(lesion.nodal for lesion in targets) and patient.best != "CR":
        left = max(1 + change / 100, 0.05)  # a node below 10 mm would be gone
        least = max(least, round((criteria.normal_node_below_mm + 3) / left))
    if patient.best == "PD" and change > 0:  # growth of 5 mm must be within reach
        least += max(0, round(100 * criteria.progression_increase_mm / change) + 1 - total)
    start = total - largest.baseline_mm + least
    exact = min(range(_SLACK_MM), key=lambda more: (_off(start + more, change), more))
    sized = replace(largest, baseline_mm=least + exact)
    return [sized if n == place else lesion for n, lesion in enumerate(targets)]


def _off(total: int, change: float) -> float:
    """Return how far the nearest whole sum is from the planned change, percentage points."""
    wanted = total * (1 + change / 100)
    return round(abs(wanted - round(wanted)) / total, 9)


def share(total: int, targets: Sequence[Lesion], criteria: Criteria, *, gone: bool) -> list[int]:
    """Share a sum among lesions by their baseline diameters, to the millimetre.

    Parameters
    ----------
    gone
        All but lymph nodes have disappeared, and those are normal.
    """
    weights = [lesion.baseline_mm if lesion.nodal or not gone else 0 for lesion in targets]
    whole_weight = sum(weights) or 1
    exact = [total * weight / whole_weight for weight in weights]
    shares = [int(value) for value in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: shares[n] - exact[n])
    for n in by_rest[: total - sum(shares)]:
        shares[n] += 1
    if gone:
        most = int(criteria.normal_node_below_mm - 1e-9)
        return [min(value, most) for value in shares]
    return shares
