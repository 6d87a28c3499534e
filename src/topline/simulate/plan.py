"""What the protocol and the truth say together, in days: what patients are drawn into."""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from topline.clinical.visits import Days, compute_planned_days
from topline.errors import UsageError
from topline.protocol.design import Descriptive
from topline.protocol.protocol import Protocol
from topline.simulate.truth import Truth

NO_CUT = dt.date(2030, 12, 31)
"""Data cut of a protocol that names none: a date that depends on nothing."""


@dataclass(frozen=True)
class Plan:
    """Days and numbers of one simulated trial."""

    patients: int
    data_cut: dt.date
    accrual_days: float
    follow_up_days: float
    consent_days: int
    """From consent to enrolment."""
    dose_days: int
    """From enrolment to the first dose."""
    scans: Days
    """Planned days of scans after the first dose."""
    window_days: int
    baseline_days: int
    """Longest time from the baseline scan to the first dose."""
    arms: tuple[str, ...]
    weights: tuple[float, ...]
    disease_comes_back: bool
    """Whether disease seen after a complete response is progression."""


def plan_of(protocol: Protocol, truth: Truth) -> Plan:
    """Bring the protocol's schedule and the truth's accrual together.

    Raises
    ------
    UsageError
        Neither says how many patients enter or how long they are followed.
    """
    accrual, imaging = truth.accrual, protocol.schedule.tumor_assessment
    follow_up = accrual.follow_up or protocol.schedule.follow_up
    if follow_up is None:
        msg = "accrual.follow_up is missing, and the protocol has no schedule.follow_up; give it"
        raise UsageError(msg)
    longest = math.ceil(accrual.over.days + follow_up.days)
    steps = [(each.every.days, each.until.days if each.until else None) for each in imaging.every]
    scans = compute_planned_days(steps, longest)
    closest = int(np.diff(scans, prepend=0).min()) if len(scans) else 1
    lead = round(accrual.consent_before.days) + round(accrual.first_dose_after.days)
    arms = tuple(arm.id for arm in protocol.study.arms)
    return Plan(
        patients=_patients(protocol, truth),
        data_cut=protocol.study.data_cut or NO_CUT,
        accrual_days=accrual.over.days,
        follow_up_days=follow_up.days,
        consent_days=round(accrual.consent_before.days),
        dose_days=round(accrual.first_dose_after.days),
        scans=scans,
        window_days=min(int(imaging.window.days), (closest - 1) // 2),
        baseline_days=min(int(imaging.baseline_within.days), lead),
        arms=arms,
        weights=tuple(accrual.allocation.get(arm, 1.0) for arm in arms),
        disease_comes_back=protocol.response.options.disease_after_complete_response == "PD",
    )


def _patients(protocol: Protocol, truth: Truth) -> int:
    if truth.accrual.patients is not None:
        return truth.accrual.patients
    if isinstance(protocol.design, Descriptive):
        msg = "accrual.patients is missing, and the design says no number to enrol; give it"
        raise UsageError(msg)
    return protocol.design.enrol
