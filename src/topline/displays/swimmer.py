"""What a swimmer plot shows: patients in order, their looks, symbols and words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from topline.analyses.patient_courses import ONGOING, TREATMENT
from topline.displays import theme
from topline.displays.legend import Entry, Swatch
from topline.displays.numbers import Number, Numbers
from topline.displays.palettes import Palettes
from topline.displays.patients import Patient, counts, dated, gather, reasons, told
from topline.displays.sheet import shorten
from topline.displays.symbols import REASONS, Symbol
from topline.displays.theme import Paint
from topline.protocol.figures_of_patients import SwimmerFigure
from topline.protocol.patient_figures import PatientCourses

_REASON_AT_MOST: Final = 120.0
_ONE: Final = Paint(theme.SERIES[0])


@dataclass(frozen=True)
class Swimmer:
    """What a swimmer plot shows."""

    plan: SwimmerFigure
    analysis: PatientCourses
    numbers: Numbers
    palettes: Palettes
    notice: str = ""

    @cached_property
    def patients(self) -> tuple[Patient, ...]:
        """Patients who have a bar, in the order of the rows."""
        groups = self.groups
        shown = [p for p in gather(self.numbers) if p.number("duration") is not None]

        def place(patient: Patient) -> tuple[int, float, str]:
            group = patient.group(self.plan.colour)
            block = groups.index(group) if self.plan.sort == "group" and group in groups else 0
            return block, -duration(patient), patient.subject

        return tuple(sorted(shown, key=place))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Values of the variable that colours the bars, in order."""
        colour = self.plan.colour
        return tuple(r.group for r in counts(self.numbers, colour)) if colour else ()

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Reasons for the end of treatment, in order."""
        found = reasons(self.numbers, self.analysis.reason)
        return tuple(r.group for r in found if r.group != ONGOING)

    def paint(self, patient: Patient) -> Paint:
        """Return the look of a patient's bars."""
        colour = self.plan.colour
        return self.palettes.paint(colour, patient.group(colour)) if colour else _ONE

    def end(self, patient: Patient) -> Number | None:
        """Return why treatment ended, or how it stands."""
        reason = self.analysis.reason
        return next(
            (
                r
                for r in patient.rows
                if r.statistic == "value" and r.parameter == reason and r.by in {reason, "EOTSTT"}
            ),
            None,
        )


def duration(patient: Patient) -> float:
    """Return the time on treatment."""
    found = patient.number("duration")
    return found.value if found is not None and found.value is not None else 0.0


def reach(patient: Patient) -> float:
    """Return the last time that a patient's row shows."""
    others = [r for r in patient.rows if r.statistic == "last"]
    return max([duration(patient), *(r.value or 0.0 for r in (*patient.dates, *others))])


def reason_words(swimmer: Swimmer, patient: Patient) -> str:
    """Return the words beside a bar; of treatment that goes on there are none, but an arrow."""
    end = swimmer.end(patient)
    if end is None or end.group == ONGOING:
        return ""
    return shorten(end.display, _REASON_AT_MOST, theme.SMALL_PT)


def symbol_of(swimmer: Swimmer, end: Number, size: float) -> Symbol:
    """Return the symbol of a reason: filled, then hollow, then grey."""
    if end.group == ONGOING:
        return Symbol("arrow", theme.INK, None, size)
    again, place = divmod(swimmer.reasons.index(end.group), len(REASONS))
    fill = (theme.INK, "#ffffff", theme.HAIRLINE)[again % 3]
    return Symbol(REASONS[place], fill, theme.INK, size * 0.9)


def mark_of(swimmer: Swimmer, name: str, size: float) -> Symbol:
    """Return the symbol of a date."""
    return Symbol(swimmer.palettes.shape(name), size=size)


def entries(swimmer: Swimmer, *, symbols: bool) -> list[list[Entry]]:
    """Return what the legend explains: colours, marks, and reasons where symbols stand for them."""
    colour, numbers = swimmer.plan.colour, swimmer.numbers
    groups: list[list[Entry]] = []
    if colour:
        found = counts(numbers, colour)
        named = [Entry(found[0].parameter_label)] if found else []
        groups.append(
            named
            + [
                Entry(
                    f"{r.group_label} (n = {r.display})",
                    Swatch("patch", swimmer.palettes.paint(colour, r.group)),
                    (r,),
                )
                for r in found
            ]
        )
    marks = [
        Entry(r.parameter_label, mark_of(swimmer, r.parameter, 3.2), (r,)) for r in dated(numbers)
    ]
    ends = reasons(numbers, swimmer.analysis.reason)
    arrow = [r for r in ends if r.group == ONGOING]
    marks += [Entry("Treatment ongoing", symbol_of(swimmer, r, 3.0), (r,)) for r in arrow]
    groups.append(marks)
    others = [r for r in ends if r.group != ONGOING]
    if symbols and others:
        groups.append(
            [
                Entry("End of treatment"),
                *(
                    Entry(f"{r.group_label} (n = {r.display})", symbol_of(swimmer, r, 3.0), (r,))
                    for r in others
                ),
            ]
        )
    return groups


def describe_swimmer(swimmer: Swimmer) -> list[str]:
    """Say in words what the plot shows."""
    everyone = next((r for r in swimmer.numbers.rows if r.parameter == TREATMENT), None)
    patients = sorted(swimmer.patients, key=duration)
    sentences = [f"A bar for each of {everyone.display if everyone else '0'} patients"]
    if patients:
        shortest, longest = (p.number("duration") for p in (patients[0], patients[-1]))
        if shortest and longest:
            unit = swimmer.analysis.unit
            sentences.append(
                f"Time on treatment from {shortest.display} to {longest.display} {unit}"
            )
    if swimmer.plan.colour:
        found = counts(swimmer.numbers, swimmer.plan.colour)
        sentences.append(told(found[0].parameter_label if found else "", found))
    sentences.append(told("Marked", dated(swimmer.numbers)))
    sentences.append(told("End of treatment", reasons(swimmer.numbers, swimmer.analysis.reason)))
    return sentences
