"""Units as laboratories write them, and what leads from the guideline's to the laboratory's.

pint does the arithmetic of units; molar masses and charges lead between mass, substance and
equivalents. Everything is worked out once a test and unit, never once a row.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Protocol, cast

import pint
import yaml

from topline.clinical.ctcae.criteria import Quantity
from topline.values import Value

_EXPONENT = re.compile(r"(?:x\s*)?10\s*[\^e]\s*\+?0*(\d{1,2})\s*", re.IGNORECASE)
_PLAIN = str.maketrans("\u00b5\u03bc\u00b2\u00b3\u00d7", "uu23x")  # micro, squared, cubed, times


class _Amount(Protocol):
    """What is used of pint's quantities."""

    @property
    def dimensionless(self) -> bool: ...
    def __mul__(self, other: "_Amount") -> "_Amount": ...
    def __truediv__(self, other: "_Amount") -> "_Amount": ...
    def __pow__(self, power: int) -> "_Amount": ...
    def m_as(self, units: str) -> float: ...


class _Registry(Protocol):
    """What is used of pint's units."""

    def __call__(self, text: str) -> _Amount: ...
    def define(self, definition: str) -> None: ...


class Analyte(Value):
    """What a test measures."""

    name: str
    """The field's word for it."""
    codes: tuple[str, ...]
    """Test codes known to measure it."""
    specimens: str = "blood"
    """blood, "blood, named as such" where the specimen must be named, urine or any."""
    molar_mass: float | None = None
    """g/mol."""
    charge: int | None = None
    """Equivalents per mole."""
    source: int | None = None
    """Where the molar mass is from (head of analytes.yaml)."""
    corrected_by_albumin: bool = False
    """Total calcium."""


@cache
def read_analytes() -> dict[str, Analyte]:
    """Read all analytes, by name."""
    raw = yaml.load(_text("analytes.yaml"), Loader=yaml.CSafeLoader)
    return {name: Analyte.model_validate({"name": name} | fields) for name, fields in raw.items()}


def measured_by(test: str | None) -> Analyte | None:
    """Return what a test code is known to measure.

    Examples
    --------
    >>> measured_by("CREAT").molar_mass, measured_by("XYZ")
    (113.12, None)
    """
    return _by_code().get((test or "").strip().upper())


@cache
def _by_code() -> dict[str, Analyte]:
    return {code: analyte for analyte in read_analytes().values() for code in analyte.codes}


def parse_unit(written: str) -> list[str]:
    """Return what a unit may mean, likeliest first, as pint reads it; empty if nobody knows.

    Examples
    --------
    >>> parse_unit("x10^3/uL"), parse_unit("mg/dL"), parse_unit("furlong/L")
    (['1e3/(uL)'], ['mg/(dL)'], [])
    >>> parse_unit("G/L")  # of cells or of albumin
    ['1e9/(L)', 'g/(L)']
    """
    spelled = " ".join(written.translate(_PLAIN).split())
    whole, parts = _spellings()
    if found := _look_up(spelled, whole):
        return found
    bare = re.sub(r"\{[^}]*\}|[\[\]]", "", spelled).replace("**", "^").replace("*", "^").strip()
    head, *below = (part.strip() for part in bare.split("/"))
    options = [_numerator(head, parts), *(_look_up(part, parts) if part else [] for part in below)]
    meanings = (
        "/".join([first, *(f"({part})" for part in rest)])
        for first, *rest in itertools.product(*options)
    )
    return [meaning for meaning in meanings if below or meaning != "1"]


def convert(quantity: Quantity, unit: str | None, analyte: Analyte) -> tuple[float, int] | None:
    """Express a quantity of the guideline in a laboratory's unit.

    Parameters
    ----------
    quantity
        A bound, or what is added to a limit.
    unit
        The result's unit as `parse_unit` gives it; None if it is unknown.
    analyte
        What is measured, for its molar mass and charge.

    Returns
    -------
    tuple or None
        The number in that unit, and how far off its kind is: 0 the same (mass per volume, say), 1
        by the charge, 2 by the molar mass; None if the unit is unknown or does not convert.
    """
    if quantity.unit is None:
        return (quantity.number, 0) if unit in {None, "1"} else None
    if unit is None:
        return None
    found = _ratio(quantity.unit, unit, analyte.molar_mass, analyte.charge)
    return found and (quantity.number * found[0], found[1])


@lru_cache(maxsize=4096)
def _ratio(
    written: str, unit: str, molar_mass: float | None, charge: int | None
) -> tuple[float, int] | None:
    """Return how many of a unit make one of the guideline's, and how far off its kind is."""
    units = _registry()
    ratio = units("dimensionless") * units(parse_unit(written)[0]) / units(unit)
    for by_mass, by_charge in itertools.product((0, -1, 1), repeat=2):
        if (by_mass and not molar_mass) or (by_charge and not charge):
            continue
        bridge = units(f"{molar_mass or 1} gram/mole") ** by_mass
        bridged = ratio * bridge * units(f"{charge or 1} equivalent/mole") ** by_charge
        if bridged.dimensionless:
            return bridged.m_as("dimensionless"), 2 if by_mass else abs(by_charge)
    return None


def _numerator(part: str, parts: Mapping[str, list[str]]) -> list[str]:
    """Read what stands above the line: a power of ten of cells, or a unit."""
    if match := _EXPONENT.match(part):
        counted = part[match.end() :].strip()
        return [f"1e{match[1]}"] if "1" in _look_up(counted, parts) else []
    return _look_up(part, parts)


def _look_up(spelled: str, known: Mapping[str, list[str]]) -> list[str]:
    """Find a spelling as it stands, then without regard to capitals."""
    return list(dict.fromkeys(known.get(spelled, []) + known.get(spelled.lower(), [])))


@cache
def _spellings() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Read the spellings: of whole units, and of their parts."""
    raw = yaml.load(_text("units.yaml"), Loader=yaml.CSafeLoader)
    return _by_spelling(raw["whole"]), _by_spelling(raw["parts"])


def _text(name: str) -> str:
    """Read a file beside this module."""
    return files("topline.clinical.ctcae").joinpath(name).read_text("utf-8")


def _by_spelling(units: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Turn units with their spellings around."""
    found: dict[str, list[str]] = {}
    for unit, spelled in _pairs(units):
        found.setdefault(spelled, []).append(unit)
        if spelled.lower() != spelled:
            found.setdefault(spelled.lower(), []).append(unit)
    return found


def _pairs(units: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Return each unit with each of its spellings."""
    return ((unit, spelled) for unit, many in units.items() for spelled in many)


@cache
def _registry() -> _Registry:
    """Return pint's units and the equivalent."""
    registry = cast("_Registry", cast("object", pint.UnitRegistry()))
    registry.define("equivalent = [equivalents] = eq")
    return registry
