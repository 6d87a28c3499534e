"""From what is published to synthetic cohorts, and what they do not give."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.audit.contradictions.conflicts import Conflict
from topline.audit.contradictions.find import find_contradictions
from topline.errors import DataError
from topline.protocol.read import read_protocol
from topline.reconstruct.attributes.solve import Attributes, GivenUp, Solver
from topline.reconstruct.attributes.targets import Target
from topline.reconstruct.cohort import Cohort
from topline.reconstruct.courses.aims import Aim, gather_aims, unprinted_medians
from topline.reconstruct.courses.measure import Measure
from topline.reconstruct.courses.search import find_courses
from topline.reconstruct.measurements.aims import ValueReading
from topline.reconstruct.measurements.search import find_measured
from topline.reconstruct.plan import make_cohort
from topline.reconstruct.read import Publication

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that a cohort should give, and the one that it gives."""

    aim: Aim
    value: float

    @property
    def holds(self) -> bool:
        """Whether the value rounds to what is printed."""
        return self.aim.holds(self.value)


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """One synthetic cohort, and how it stands to print."""

    cohort: Cohort
    readings: tuple[Reading, ...]
    """Every number on times."""
    unprinted: tuple[Reading, ...]
    """Medians of which print says nothing: of each level that statements on times speak of."""
    measured: tuple[ValueReading, ...] = ()
    """Every figure of measured numbers."""


def _unheard(stage: str) -> None:
    """Pass a stage over."""
    del stage


class Reconstructor:
    """Makes cohorts of one publication; what is given up of attributes is found once.

    Parameters
    ----------
    publication
        From `read_published`.
    on_stage
        Called with the name of each stage when it is over; cohorts take minutes.

    Raises
    ------
    DataError
        Rules of `published.yaml` contradict each other.
    """

    def __init__(
        self, publication: Publication, on_stage: Callable[[str], None] = _unheard
    ) -> None:
        self.publication = publication
        self._on_stage = on_stage
        self._study = _study(publication)
        self.strata = publication.strata()
        self.conflicts: tuple[Conflict, ...] = find_contradictions(
            publication.book, _SECONDS
        ).conflicts
        self.aims = gather_aims(publication.published.courses, publication.book, publication.folder)
        self._unprinted = unprinted_medians(self.strata, self.aims)
        on_stage("contradictions")
        self._solver = Solver(self.strata, self.conflicts)
        on_stage("what is given up")

    @property
    def targets(self) -> tuple[Target, ...]:
        """What claims say of attributes."""
        return self._solver.targets

    @property
    def given_up(self) -> tuple[GivenUp, ...]:
        """What of it no cohort reaches; all the rest every cohort does."""
        return self._solver.given_up

    @property
    def proven(self) -> bool:
        """Whether nothing lighter could have been given up."""
        return self._solver.proven

    def make(self, seed: int) -> Reconstruction:
        """Make the cohort of a seed; always the same one.

        Raises
        ------
        DataError
            No dates keep the rules of `courses`, or no numbers those of `measurements`.
        """
        attributes: Attributes = self._solver.attributes(seed)
        self._on_stage("attributes")
        found = find_courses(self.strata, attributes, self.aims, seed)
        self._on_stage("dates")
        unprinted = Measure(self.strata, self._unprinted).values(found.state)
        published = self.publication.published
        measured = find_measured(self.strata, found.state.columns, seed)
        self._on_stage("measured values")
        cohort = make_cohort(found.state, measured.columns, published, self._study, seed)
        return Reconstruction(
            cohort,
            _readings(self.aims, found.values),
            _readings(self._unprinted, unprinted),
            measured.readings,
        )


def _readings(aims: tuple[Aim, ...], values: NDArray[np.float64]) -> tuple[Reading, ...]:
    found = zip(aims, values.tolist(), strict=True)
    return tuple(Reading(aim, float(value)) for aim, value in found)


def _study(publication: Publication) -> str:
    """Name the study as its protocol does, whose reports have to say that nobody is real."""
    study = read_protocol(publication.folder / publication.published.protocol).study
    if not study.notice:
        msg = (
            f"{publication.published.protocol}: study.notice: nothing; expected a sentence that "
            "says in every report that the patients are synthetic"
        )
        raise DataError(msg)
    return study.id
