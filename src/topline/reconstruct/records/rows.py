"""Records that the specification gives row by row: history, procedures, samples, markers."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from topline.reconstruct.records.domain import QUALIFIER, Row, record, visit
from topline.reconstruct.records.draws import between, stream
from topline.reconstruct.records.expressions import Cell, as_number, as_text
from topline.reconstruct.records.laboratory import finding
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.row_specification import Rows
from topline.reconstruct.records.setting import Setting

INTERVALS = frozenset({"AE", "CE", "CM", "DS", "DV", "EC", "EX", "MH", "PR", "SU"})
"""Domains whose records begin and end; those of others are findings of one date."""
_KEPT = {"day": 10, "month": 7, "year": 4}
_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of the specification, with its place in it and the stream of its draws."""

    entry: Rows
    place: str
    purpose: str


def write_rows(setting: Setting, named: Named, source: pl.DataFrame) -> list[Row]:
    """Return the records of one entry of the specification.

    Parameters
    ----------
    source
        Source rows, with the columns of their patient.
    """
    entry, holds = named.entry, setting.expressions.holds
    rows: list[Row] = []
    cases: Mapping[str, str | None] = entry.each or {"": None}
    for case, condition in cases.items():
        case_named = Named(
            entry,
            f"{named.place}.{case}" if case else named.place,
            f"{named.purpose} {case}",
        )
        held = holds(source, _filled(entry.where, case), f"{case_named.place}.where")
        frame = source.filter(pl.Series(held, dtype=pl.Boolean))
        held = holds(frame, _filled(condition, case), f"{case_named.place}.each")
        frame = frame.filter(pl.Series(held, dtype=pl.Boolean))
        frame = _with_draws(frame, case_named, setting)
        rows += _records(frame, case_named, case, setting)
    return rows


def _filled(text: str | None, case: str) -> str | None:
    return text and text.replace("{each}", case).replace("{lower}", case.lower())


def _with_draws(frame: pl.DataFrame, named: Named, setting: Setting) -> pl.DataFrame:
    """Add the draws of the entry, and keep its share of the rows."""
    entry = named.entry
    orders = _orders(frame, setting)
    seen: dict[int, int] = {}
    drawn: dict[str, list[float]] = {name: [] for name in entry.draws}
    kept: list[bool] = []
    for order in orders:
        seen[order] = seen.get(order, 0) + 1
        draws = stream(setting.seed, f"{named.purpose} {seen[order]}", order)
        kept.append(bool(draws.random() < entry.share))
        for name, bounds in entry.draws.items():
            drawn[name].append(between(draws, bounds))
    columns = [pl.Series(name, values, dtype=pl.Float64) for name, values in drawn.items()]
    return frame.with_columns(columns).filter(pl.Series(kept, dtype=pl.Boolean))


def _orders(frame: pl.DataFrame, setting: Setting) -> list[int]:
    """Return the place of the patient of each source row."""
    place = {patient.usubjid: patient.order for patient in setting.patients}
    return [place[str(subject)] for subject in frame["USUBJID"]]


def _kept(frame: pl.DataFrame, named: Named, case: str, setting: Setting) -> list[str]:
    """Return how much of each start date is known."""
    keep = named.entry.keep
    if keep in _KEPT:
        return [keep] * frame.height
    text = _filled(keep, case) or ""
    words = setting.expressions.values(frame, text, f"{named.place}.keep")
    return [str(word) for word in words]


def _records(frame: pl.DataFrame, named: Named, case: str, setting: Setting) -> list[Row]:
    entry, place, expressions = named.entry, named.place, setting.expressions
    days = expressions.days(frame, _filled(entry.day, case), f"{place}.day")
    ends = expressions.days(frame, _filled(entry.end, case), f"{place}.end")
    keep = _kept(frame, named, case, setting)

    def cells(text: str | float | None, what: str) -> list[Cell]:
        if isinstance(text, str) and text.startswith("="):
            return expressions.values(frame, _filled(text[1:], case) or "", f"{place}.{what}")
        return [_filled(text, case) if isinstance(text, str) else text] * frame.height

    values = {name: cells(text, f"values.{name}") for name, text in entry.values.items()}
    supplied = {name: cells(t, f"qualifiers.{name}") for name, t in entry.qualifiers.items()}
    results = cells(entry.result, "result")
    numbers = cells(entry.visit_number, "visit_number")
    visits = cells(entry.visit, "visit")
    rows: list[Row] = []
    for n, order in enumerate(_orders(frame, setting)):
        patient = setting.patients[order]
        day = _possible(patient, days[n])
        if entry.day is not None and (day is None or day > patient.last_day):
            continue
        row = record(patient, **{name: _cell(column[n]) for name, column in values.items()})
        if entry.result is not None:
            row |= _result(entry, results[n])
        row |= _when(entry, patient, (day, ends[n]), keep[n], (visits[n], numbers[n]))
        row |= {f"{QUALIFIER}{name}": as_text(column[n]) for name, column in supplied.items()}
        rows.append(row)
    return rows


def _cell(value: Cell) -> Cell:
    return as_text(value) if isinstance(value, bool) else value


def _possible(patient: Patient, day: int | None) -> int | None:
    """Keep a day from before birth: the first birthday is the earliest."""
    return None if day is None else max(day, -int(max(patient.age - 1, 0) * _YEAR_DAYS) or -1)


def _result(entry: Rows, value: Cell) -> Row:
    number = as_number(value)
    text = as_text(value) or ""
    if entry.digits is not None and number is not None:
        text = f"{round(number, entry.digits):.{entry.digits}f}"
    cells = finding(entry.domain, text, unit=entry.unit, low=entry.low, high=entry.high)
    if value is None:
        cells |= {f"{entry.domain}ORRES": None, f"{entry.domain}STRESC": None}
    return cells


def _when(
    entry: Rows,
    patient: Patient,
    days: tuple[int | None, int | None],
    keep: str,
    visited: tuple[Cell, Cell],
) -> Row:
    """Return the dates of a record, and its visit if it is a finding."""
    start, end = days
    if entry.domain in INTERVALS:
        cells: Row = {}
        if entry.day is not None:
            cells[f"{entry.domain}STDTC"] = start and patient.dtc(start)[: _KEPT.get(keep, 10)]
        if entry.end is not None:
            over = end is not None and end <= patient.last_day
            cells[f"{entry.domain}ENDTC"] = patient.dtc(end) if end is not None and over else None
            cells[f"{entry.domain}ENRTPT"] = None if over else "ONGOING"
        return cells
    if start is None:
        return {}
    name, number = as_text(visited[0]), as_number(visited[1])
    if name is None:
        return {f"{entry.domain}DTC": patient.dtc(start), f"{entry.domain}DY": start}
    return visit(patient, entry.domain, name, 0.0 if number is None else number, start)
