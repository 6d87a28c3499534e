"""The course of every patient: first what is true, then what scans and visits show of it.

True times are in days from the first dose, with fractions; they are seen on their whole day. A
patient is scanned as planned until a scan shows progression, or until death, leaving or the data
cut. The reading on the way is the investigator's by RECIST 1.1: what ends scans and treatment;
endpoints are derived anew from the lesions by the same pipeline as those of a real trial.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.simulate.draws import Draws, Floats, Purpose
from topline.simulate.growth import (
    CLEARED,
    RISE,
    RISE_MM,
    compute_progression,
    compute_rates,
    compute_size,
)
from topline.simulate.hazards import (
    Texts,
    compute_ratios,
    compute_times,
    compute_times_with_change,
)
from topline.simulate.plan import Plan
from topline.simulate.truth import ORGAN_AT_MOST, Truth

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
NEVER = 1_000_000
"""A day that does not come."""
_NODE_MM, _NORMAL_NODE_MM = 15.0, 10.0
_GONE_MM, _SMALL_MM, _LARGEST_MM = 2.0, 5.0, 999.0


@dataclass(frozen=True)
class Entry:
    """How patients came in; every array has one value a patient, trial by trial."""

    start: Integers
    """Day of the first dose, counted from the data cut: negative."""
    treated: Flags
    arm: Texts
    """ARMCD."""

    @property
    def cut(self) -> Integers:
        """Day of the data cut, counted from the first dose."""
        return -self.start


@dataclass(frozen=True)
class Latent:
    """What is true, in days from the first dose; infinite for never."""

    progression: Floats
    """By growth or by a new lesion."""
    new_lesion: Floats
    death: Floats
    leaving: Floats
    leaves_informed: Flags
    """Whether leaving is because of the progression to come."""
    stop: Floats
    """End of treatment for another reason."""


@dataclass(frozen=True)
class Tumors:
    """Target lesions; shape (n, lesions), 0 mm where a patient has fewer."""

    diameter_mm: Floats
    """True diameter at baseline."""
    nodal: Flags
    location: Integers
    """Which of the truth's locations."""
    non_target: Flags
    """Shape (n,). Whether there is a non-target lesion."""
    shrink: Floats
    """Shape (n,). Rate a day."""
    regrow: Floats


@dataclass(frozen=True)
class Scans:
    """What scans showed; shape (n, visits) and (n, visits, lesions)."""

    baseline_day: Integers
    """Shape (n,). On or before day 0."""
    baseline_mm: Floats
    """Shape (n, lesions)."""
    day: Integers
    done: Flags
    measured_mm: Floats
    new_lesion: Flags
    progression: Integers
    """Shape (n,). Day of the first scan that shows progression, else `NEVER`."""


def draw_entry(truth: Truth, plan: Plan, draws: Draws) -> Entry:
    """Draw when patients enter, in which arm, and who is never treated."""
    trials = len(draws.trials)
    when = np.sort(draws.uniform(Purpose.ENTRY).reshape(trials, plan.patients), axis=1).reshape(-1)
    enrolled = np.floor(-plan.follow_up_days - plan.accrual_days * (1 - when)).astype(np.int64)
    start = enrolled + plan.dose_days
    never = draws.uniform(Purpose.TREATED) < truth.accrual.never_treated
    return Entry(start, ~never & (start <= 0), _arms(plan, draws))


def _arms(plan: Plan, draws: Draws) -> Texts:
    """Allot each trial's patients to arms in a random order, in numbers by weight."""
    weights = np.cumsum(plan.weights) / sum(plan.weights)
    place = (np.arange(plan.patients) + 0.5) / max(plan.patients, 1)
    arms = np.array(plan.arms)[np.searchsorted(weights, place)]
    uniform = draws.uniform(Purpose.ARM).reshape(len(draws.trials), plan.patients)
    order = np.argsort(uniform, axis=1)
    return arms[order].reshape(-1)


def draw_tumors(truth: Truth, draws: Draws) -> Tumors:
    """Draw target lesions, and how they will grow."""
    lesions, kinds = truth.lesions, tuple(truth.growth.values())
    most = max(int(count) for count in lesions.targets)
    first = draws.uniform(Purpose.LESIONS, 2)
    counts = np.array([int(count) for count in lesions.targets])
    own = counts[choose(list(lesions.targets.values()), first[:, 0])]
    location = _locate(list(lesions.locations.values()), draws.uniform(Purpose.LOCATIONS, most))
    nodal = np.array(["LYMPH NODE" in place.upper() for place in lesions.locations])[location]
    spread = np.exp(lesions.diameter_mm.spread * draws.normal(Purpose.DIAMETERS, most))
    least = np.where(nodal, max(_NODE_MM, lesions.at_least_mm), lesions.at_least_mm)
    size = np.maximum(lesions.diameter_mm.median * spread, least)
    growth = draws.normal(Purpose.GROWTH, 2)
    kind = choose([each.share for each in kinds], draws.uniform(Purpose.KIND))
    shrink, regrow = compute_rates(kinds, kind, growth[:, 0], growth[:, 1])
    return Tumors(
        diameter_mm=np.where(np.arange(most) < own[:, None], size, 0.0),
        nodal=nodal,
        location=location,
        non_target=first[:, 1] < lesions.non_target,
        shrink=shrink,
        regrow=regrow,
    )


def _locate(shares: list[float], uniform: Floats) -> Integers:
    """Return the place of each lesion in turn, leaving out organs that have two already."""
    n, most = uniform.shape
    found = np.zeros((n, most), dtype=np.int64)
    taken = np.zeros((n, len(shares)), dtype=np.int64)
    for lesion in range(most):
        free = np.where(taken < ORGAN_AT_MOST, np.array(shares), 0.0)
        edges = np.cumsum(free, axis=1)
        # Lesions beyond the patient's own number may find no organ free; nobody looks at them.
        at = uniform[:, lesion, None] * edges[:, -1:]
        found[:, lesion] = np.minimum((edges <= at).sum(axis=1), len(shares) - 1)
        taken[np.arange(n), found[:, lesion]] += 1
    return found


def choose(shares: list[float], uniform: Floats) -> Integers:
    """Return the place of a share for each uniform number."""
    edges = np.cumsum(shares)
    return np.searchsorted(edges[:-1], uniform, side="right").astype(np.int64)


def draw_latent(
    truth: Truth, tumors: Tumors, baseline: Mapping[str, Texts], draws: Draws
) -> Latent:
    """Draw progression, death, leaving and the end of treatment, none of them seen yet."""
    n = len(tumors.shrink)
    growth = compute_progression(tumors.diameter_mm.sum(axis=1), tumors.shrink, tumors.regrow)
    ratios = {place: compute_ratios(h, baseline, n) for place, h in truth.hazards().items()}
    new = compute_times(
        truth.new_lesion, draws.uniform(Purpose.NEW_LESION), ratios.get(("new_lesion",), 1.0)
    )
    progression = np.minimum(growth, new)
    death = compute_times_with_change(
        truth.death,
        draws.uniform(Purpose.DEATH),
        ratios.get(("death",), np.ones(n)),
        progression,
        truth.death.after_progression if truth.death else 1.0,
    )
    stop = compute_times(
        truth.treatment_stop, draws.uniform(Purpose.STOP), ratios.get(("treatment_stop",), 1.0)
    )
    leaving, informed = _draw_leaving(truth, progression, ratios, draws)
    return Latent(progression, new, death, leaving, informed, stop)


def _draw_leaving(
    truth: Truth, progression: Floats, ratios: Mapping[tuple[str, ...], Floats], draws: Draws
) -> tuple[Floats, Flags]:
    """Draw when patients leave, and who of them because of the progression to come."""
    uniform = draws.uniform(Purpose.LEAVING, 3)
    by_chance = truth.dropout.independent
    ratio = ratios.get(("dropout", "independent"), 1.0)
    leaving = compute_times(by_chance, uniform[:, 0], ratio)
    informative = truth.dropout.informative
    if informative is None:
        return leaving, np.zeros(len(leaving), dtype=bool)
    early = np.maximum(progression - informative.within.days * uniform[:, 2], 1.0)
    chosen = (uniform[:, 1] < informative.share) & np.isfinite(progression)
    informed = np.where(chosen, early, np.inf)
    return np.minimum(leaving, informed), informed < leaving


def whole(days: Floats) -> Integers:
    """Return the day on which a true time falls; `NEVER` for one that does not come."""
    return np.minimum(np.floor(np.minimum(days, NEVER)), NEVER).astype(np.int64)


def draw_scans(  # noqa: PLR0913, PLR0917 - what a scan depends on
    truth: Truth, plan: Plan, entry: Entry, tumors: Tumors, latent: Latent, draws: Draws
) -> Scans:
    """Draw scans until one shows progression, or until death, leaving or the data cut."""
    visits, most = len(plan.scans), tumors.diameter_mm.shape[1]
    away = np.round(truth.visits.jitter.days * draws.normal(Purpose.JITTER, visits))
    window = plan.window_days
    day = plan.scans + np.clip(away, -window, window).astype(np.int64)
    last = np.minimum(whole(latent.death), whole(latent.leaving)) - 1
    last = np.where(entry.treated, np.minimum(last, entry.cut), 0)
    took_place = draws.uniform(Purpose.MISSED, visits) >= truth.visits.missed
    done = took_place & (day <= last[:, None])
    error = 1 + truth.lesions.error_percent / 100 * draws.normal(Purpose.ERROR, visits + 1, most)
    size = compute_size(day.astype(np.float64), tumors.shrink[:, None], tumors.regrow[:, None])
    true_mm = tumors.diameter_mm[:, None, :] * size[:, :, None]
    measured = read_diameters(true_mm * error[:, 1:], tumors.nodal[:, None, :])
    least = np.where(tumors.nodal, _NODE_MM, 10.0)
    first = np.clip(np.floor(tumors.diameter_mm * error[:, 0] + 0.5), least, _LARGEST_MM)
    first = np.where(tumors.diameter_mm > 0, first, 0.0)
    new = day >= latent.new_lesion[:, None]
    shows = new | _find_rise(first.sum(axis=1), measured.sum(axis=2), done)
    if plan.disease_comes_back:
        shows |= _find_return(measured, tumors, size < CLEARED, done)
    shown = np.column_stack([shows & done, np.ones(len(day), dtype=bool)]).argmax(axis=1)
    days = np.column_stack([day, np.full(len(day), NEVER)])
    shown_day: Integers = days[np.arange(len(day)), shown]
    done &= np.arange(visits) <= shown[:, None]
    before = np.floor(draws.uniform(Purpose.BASELINE_SCAN) * (plan.baseline_days + 1))
    return Scans(-before.astype(np.int64), first, day, done, measured, new & done, shown_day)


def read_diameters(true_mm: Floats, nodal: Flags) -> Floats:
    """Read diameters to the millimetre; what is too small to measure is 5 mm, what is gone is 0.

    RECIST 1.1, section 3.2. A node does not vanish: it keeps its short axis.
    """
    read = np.floor(np.clip(true_mm, 0, _LARGEST_MM) + 0.5)
    small = np.where(read < _GONE_MM, 0.0, np.maximum(read, _SMALL_MM))
    return np.where(nodal, read, np.where(read > 0, small, 0.0))


def _find_rise(baseline: Floats, sums: Floats, done: Flags) -> Flags:
    """Tell which sums are 20 % and 5 mm above the lowest before them."""
    seen = np.where(done, sums, np.inf)
    before = np.minimum.accumulate(np.column_stack([baseline, seen]), axis=1)[:, :-1]
    return (sums >= RISE * before) & (sums - before >= RISE_MM)


def _find_return(measured: Floats, tumors: Tumors, cleared: Flags, done: Flags) -> Flags:
    """Tell at which scans disease is seen after a complete response (RECIST 1.1, table 3)."""
    largest = np.where(tumors.nodal, _NORMAL_NODE_MM, 0.0)[:, None, :]
    left = (measured > largest) | (tumors.nodal[:, None, :] & (measured == largest))
    own = (tumors.diameter_mm > 0)[:, None, :]
    disease = (left & own).any(axis=2) | (tumors.non_target[:, None] & ~cleared)
    complete = done & ~disease
    before = np.logical_or.accumulate(complete, axis=1)
    return before & disease
