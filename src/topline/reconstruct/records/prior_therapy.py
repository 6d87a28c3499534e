"""CM: earlier lines of treatment, one after the other from diagnosis to entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from topline.reconstruct.records.domain import QUALIFIER, Row, record
from topline.reconstruct.records.draws import stream, whole
from topline.reconstruct.records.expressions import as_number
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import PriorClass, PriorTherapy

_PAUSE = 28
_LATEST_END = -32


def prior_therapy(setting: Setting) -> list[Row]:
    """Return CM of earlier treatment, with the number of the line as qualifier.

    Classes in their order are the lines; if a patient had fewer lines, the last classes share
    one, and if more, a class that may be given again fills them.
    """
    spec, frame, expressions = setting.spec.prior_therapy, setting.frame, setting.expressions
    place = "records.prior_therapy"
    had = [expressions.holds(frame, c.where, f"{place}.classes.{c.name}") for c in spec.classes]
    stays = [
        expressions.holds(frame, c.stays, f"{place}.classes.{c.name}.stays")
        if c.stays is not None
        else [False] * frame.height
        for c in spec.classes
    ]
    empty = [None] * frame.height
    counts = expressions.values(frame, spec.lines, f"{place}.lines") if spec.lines else empty
    since = expressions.days(frame, spec.since, f"{place}.since")
    rows: list[Row] = []
    for patient in setting.patients:
        n = patient.order
        own = [place for place in range(len(spec.classes)) if had[place][n]]
        wanted = as_number(counts[n])
        lines = _lines(own, spec.classes, None if wanted is None else round(wanted))
        begun = min(since[n] or -730, _LATEST_END - _PAUSE)
        going = {place for place in own if stays[place][n]}
        line_rows = _Lines(patient, lines, going, begun)
        rows += _write(line_rows, spec, setting.seed)
    return rows


def _lines(
    own: Sequence[int], classes: Sequence[PriorClass], wanted: int | None
) -> list[list[int]]:
    """Return the classes of each line."""
    lines = [[place] for place in own]
    if wanted is None or not lines:
        return lines
    while len(lines) > max(wanted, 1):
        last = lines.pop()
        lines[-1] = [*lines[-1], *last]
    again = [place for place in own if classes[place].again] or list(own[-1:])
    extra = wanted - len(lines)
    return [*lines, *([again[n % len(again)]] for n in range(extra))]


@dataclass(frozen=True, slots=True)
class _Lines:
    """One patient's lines of treatment."""

    patient: Patient
    lines: Sequence[Sequence[int]]
    """Places of the classes of each line."""
    going: set[int]
    """Classes that go on until the first dose."""
    begun: int
    """Day from which the lines fill the time."""


def _write(had: _Lines, spec: PriorTherapy, seed: int) -> list[Row]:
    rows: list[Row] = []
    patient, lines, going, begun = had.patient, had.lines, had.going, had.begun
    span = (-begun + _LATEST_END) // max(len(lines), 1)
    for order, line in enumerate(lines, start=1):
        for place in line:
            one = spec.classes[place]
            draws = stream(seed, f"CM prior {one.name}", patient.order)
            regimen = one.regimens[whole(draws, (0, len(one.regimens) - 1))]
            start = begun + (order - 1) * span + min(25, span // 3)
            pause = min(_PAUSE, max(span // 4, 1))
            last = -1 if place in going else min(begun + order * span - pause, _LATEST_END)
            rows += [
                record(
                    patient,
                    CMTRT=drug.capitalize(),
                    CMDECOD=drug,
                    CMCAT=spec.category,
                    CMCLAS=one.name,
                    CMINDC=spec.indication,
                    CMSTDTC=patient.dtc(start),
                    CMENDTC=patient.dtc(max(last, start)),
                    **{f"{QUALIFIER}CMLINE": str(order)},
                )
                for drug in regimen
            ]
    return rows
