"""Plasma VEGF-A: plates whose standard curves give the concentrations back, duplicates and all.

The concentrations are those of `laboratory`; the optical densities are drawn around curves of their
own and then set so that each pair of wells reads as its concentration to one decimal.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator

from scripts.cabotem_first_cohort.records import Row
from topline.clinical.assays.logistic_curve import LogisticCurve, fit_logistic_curve

_STANDARDS = (0.0, 7.8, 15.6, 31.25, 62.5, 125.0, 250.0, 500.0, 1000.0)
_CONTROLS = {"LOW": 50.0, "HIGH": 600.0}
_SAMPLES_A_PLATE = 27
_HIGHEST = 1000.0
_DILUTION = 4.0
# Around which the curves of the plates lie: none, infinite, turning, slope.
_CURVE = (0.052, 3.21, 455.0, 1.12)
_DIGITS = 4


def plates(samples: Sequence[Row], draws: Generator) -> list[Row]:
    """Return the wells of all plates, in their order.

    `samples` are the laboratory's records of VEGF-A by patient and day.
    """
    groups = [
        samples[first : first + _SAMPLES_A_PLATE]
        for first in range(0, len(samples), _SAMPLES_A_PLATE)
    ]
    return [
        row
        for number, group in enumerate(groups, start=1)
        for row in _plate(f"VEGFA-{number:02d}", group, draws)
    ]


def _plate(name: str, samples: Sequence[Row], draws: Generator) -> Iterator[Row]:
    wells = _wells()
    none, infinite, turning, slope = np.array(_CURVE) * draws.normal(1, 0.02, 4)
    standards = np.repeat(_STANDARDS, 2)
    shares = (standards / turning) ** slope
    exact = infinite + (none - infinite) / (1 + shares)
    noisy = exact * draws.normal(1, 0.012, standards.size)
    densities = np.asarray(np.round(noisy, _DIGITS), dtype=np.float64)
    for concentration, density in zip(standards, densities, strict=True):
        yield _well(name, next(wells), "STANDARD", float(density), CONC=float(concentration))
    for _ in range(2):
        density = round(float(draws.normal(0.048, 0.001)), _DIGITS)
        yield _well(name, next(wells), "BLANK", density)
    curve = fit_logistic_curve(standards, densities, model="4PL", weighting="1/y^2")
    for level, nominal in _CONTROLS.items():
        read = nominal * float(draws.normal(1, 0.05))
        for density in _pair(curve, read, draws):
            cells: Row = {"CONC": nominal, "SAMPLE": f"CONTROL {level}"}
            yield _well(name, next(wells), "CONTROL", density, **cells)
    for sample in samples:
        yield from _sample(name, sample, curve, wells, draws)


def _sample(
    name: str, sample: Row, curve: LogisticCurve, wells: Iterator[str], draws: Generator
) -> Iterator[Row]:
    concentration = sample["LBSTRESN"]
    if not isinstance(concentration, float):
        message = f"{sample['USUBJID']}: no concentration"
        raise TypeError(message)
    dilution = _DILUTION if concentration > _HIGHEST else None
    one, other = _pair(curve, concentration / (dilution or 1), draws)
    read = float(curve.concentration((one + other) / 2)) * (dilution or 1)
    if round(read, 1) != concentration:
        message = f"{sample['USUBJID']}: {read} is not {concentration}"
        raise ValueError(message)
    cells: Row = {
        "SAMPLE": f"{str(sample['USUBJID']).removeprefix('CABOTEM-')} {sample['VISIT']}",
        "USUBJID": sample["USUBJID"],
        "VISITNUM": sample["VISITNUM"],
        "VISIT": sample["VISIT"],
        "DTC": sample["LBDTC"],
        "DILUTION": dilution,
    }
    for density in (one, other):
        yield _well(name, next(wells), "SAMPLE", density, **cells)


def _pair(curve: LogisticCurve, concentration: float, draws: Generator) -> tuple[float, float]:
    """Return two densities whose mean is that of the concentration, to half the last digit."""
    twice = round(2 * float(curve.response(concentration)), _DIGITS)
    one = round(twice / 2 * float(draws.normal(1, 0.02)), _DIGITS)
    return one, round(twice - one, _DIGITS)


def _wells() -> Iterator[str]:
    """Name the wells row by row, so that duplicates stand side by side."""
    return (f"{row}{column}" for row in "ABCDEFGH" for column in range(1, 13))


def _well(name: str, well: str, kind: str, density: float, **cells: str | float | None) -> Row:
    blank: Row = dict.fromkeys(["CONC", "UNIT", "SAMPLE", "USUBJID", "VISITNUM", "VISIT", "DTC"])
    row: Row = {"PLATE": name, "WELL": well, "TESTCD": "VEGFA", "KIND": kind, **blank}
    unit = "pg/mL" if "CONC" in cells else None
    return row | {"UNIT": unit, "DILUTION": None, **cells, "OD": density}
