"""Immunoassay plates whose standard curves give the concentrations of LB back, duplicates and all.

Optical densities are drawn around a curve of the plate's own and then set so that each pair of
wells reads as its concentration.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from topline.clinical.assays.logistic_curve import LogisticCurve, fit_logistic_curve
from topline.protocol.biomarkers import Elisa
from topline.reconstruct.records.domain import Row
from topline.reconstruct.records.draws import stream
from topline.reconstruct.records.expressions import as_number
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import Plates

_DIGITS = range(4, 9)
_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class _Plate:
    """One plate with its fitted curve."""

    name: str
    assay: Elisa
    spec: Plates
    wells: Iterator[str]
    curve: LogisticCurve
    blank: float
    """Taken off every density before it is read."""
    draws: Generator


def plates(setting: Setting, laboratory: Sequence[Row]) -> list[Row]:
    """Return the wells of every immunoassay of the protocol that the specification describes.

    Parameters
    ----------
    laboratory
        The records of LB, whose concentrations the plates give back.
    """
    rows: list[Row] = []
    ordered = sorted(laboratory, key=lambda row: str(row["USUBJID"]))
    for name, spec in setting.spec.plates.items():
        assay = setting.protocol.biomarkers.get(name)
        if not isinstance(assay, Elisa):
            place = f"records.plates.{name}"
            setting.expressions.problems.append(f"{place}: the protocol has no such elisa")
            continue
        samples = [row for row in ordered if row.get("LBTESTCD") == (assay.reported or assay.test)]
        for number, first in enumerate(range(0, len(samples), spec.samples), start=1):
            part = samples[first : first + spec.samples]
            draws = stream(setting.seed, f"PLATES {name}", number)
            rows += _plate(f"{assay.test}-{number:02d}", assay, spec, part, draws)
    return rows


def _plate(
    name: str, assay: Elisa, spec: Plates, samples: Sequence[Row], draws: Generator
) -> list[Row]:
    wells = (f"{row}{column}" for row in "ABCDEFGH" for column in range(1, 13))
    none, infinite, turning, slope = (
        parameter * float(draws.normal(1, 0.02)) for parameter in spec.curve
    )
    standards = np.repeat(spec.standards, 2)
    exact = infinite + (none - infinite) / (1 + (standards / turning) ** slope)
    noisy = exact * draws.normal(1, 0.012, standards.size)
    densities = np.asarray(np.round(noisy, _DIGITS[0]), dtype=np.float64)
    blanks = [round(float(draws.normal(none * 0.92, 0.001)), _DIGITS[0]) for _ in range(2)]
    blank = float(np.mean(blanks)) if assay.curve.subtract_blank else 0.0
    rule = assay.curve
    curve = fit_logistic_curve(
        standards, densities - blank, model=rule.model, weighting=rule.weighting
    )
    plate = _Plate(name, assay, spec, wells, curve, blank, draws)
    rows = [
        _well(plate, "STANDARD", float(density), CONC=float(concentration))
        for concentration, density in zip(standards, densities, strict=True)
    ]
    rows += [_well(plate, "BLANK", density) for density in blanks]
    for level, nominal in spec.controls.items():
        pair = _pair(plate, nominal * float(draws.normal(1, 0.05)), _DIGITS[0])
        cells: Row = {"CONC": nominal, "SAMPLE": f"CONTROL {level}"}
        rows += [_well(plate, "CONTROL", density, **cells) for density in pair]
    return [*rows, *(well for sample in samples for well in _sample(plate, sample))]


def _sample(plate: _Plate, sample: Row) -> list[Row]:
    """Return two wells that read as the concentration of the record; none without one."""
    concentration = as_number(sample["LBSTRESN"])
    if concentration is None:
        return []
    dilution = plate.spec.dilution if concentration > max(plate.spec.standards) else None
    decimals = _DECIMALS if plate.assay.decimals is None else plate.assay.decimals
    pair = (0.0, 0.0)
    for digits in _DIGITS:
        pair = _pair(plate, concentration / (dilution or 1), digits)
        read = float(plate.curve.concentration(sum(pair) / 2 - plate.blank)) * (dilution or 1)
        if round(read, decimals) == concentration:
            break
    cells: Row = {
        "SAMPLE": f"{sample['USUBJID']} {sample['VISIT']}",
        "USUBJID": sample["USUBJID"],
        "VISITNUM": sample["VISITNUM"],
        "VISIT": sample["VISIT"],
        "DTC": sample["LBDTC"],
        "DILUTION": dilution,
    }
    return [_well(plate, "SAMPLE", density, **cells) for density in pair]


def _pair(plate: _Plate, concentration: float, digits: int) -> tuple[float, float]:
    """Return two densities whose mean is that of the concentration, to half the last digit."""
    twice = round(2 * (float(plate.curve.response(concentration)) + plate.blank), digits)
    one = round(twice / 2 * float(plate.draws.normal(1, 0.02)), digits)
    return one, round(twice - one, digits)


def _well(plate: _Plate, kind: str, density: float, **cells: str | float | bool | None) -> Row:
    blank: Row = dict.fromkeys(["CONC", "UNIT", "SAMPLE", "USUBJID", "VISITNUM", "VISIT", "DTC"])
    row: Row = {
        "PLATE": plate.name,
        "WELL": next(plate.wells),
        "TESTCD": plate.assay.test,
        "KIND": kind,
        **blank,
    }
    unit = plate.assay.unit if "CONC" in cells else None
    return row | {"UNIT": unit, "DILUTION": None, **cells, "OD": density}
