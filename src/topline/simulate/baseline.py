"""Baseline variables: drawn by their ADSL name, recorded where the protocol will look for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from topline.protocol.protocol import Protocol
from topline.protocol.variables import FromRecords
from topline.sdtm.domains import SCHEMAS
from topline.simulate.draws import Draws, Purpose
from topline.simulate.hazards import Texts
from topline.simulate.truth import Categories, Numbers, Truth

IN_DM: Final = ("AGE", "SEX", "RACE", "ETHNIC", "COUNTRY")
_EQUALS = re.compile(r"\s*([A-Z][A-Z0-9]*)\s*=\s*'([^']*)'\s*")
_TAKES = ("first", "last", "last before treatment")
_REFUSED = ("EX", "TU", "TR", "AE", "DS", "SS")


@dataclass(frozen=True)
class Place:
    """Where a baseline variable is recorded."""

    domain: str
    column: str
    """Column of the value; in DM, else a qualifier."""
    fixed: tuple[tuple[str, str], ...] = ()
    """Columns that the variable's condition fixes, with their values."""


def draw_baseline(truth: Truth, draws: Draws) -> dict[str, Texts]:
    """Draw each baseline variable as text; shape (n,)."""
    drawn: dict[str, Texts] = {}
    for place, (name, law) in enumerate(truth.baseline.items()):
        purpose = Purpose.BASELINE + place
        if isinstance(law, Categories):
            edges = np.cumsum(list(law.shares.values()))[:-1]
            which = np.searchsorted(edges, draws.uniform(purpose), side="right")
            drawn[name] = np.array(list(law.shares))[which]
        else:
            drawn[name] = _numbers(law, draws, purpose)
    return drawn


def _numbers(law: Numbers, draws: Draws, purpose: int) -> Texts:
    """Draw from the normal law between its limits, rounded."""
    from scipy.special import ndtr, ndtri

    uniform = draws.uniform(purpose)
    if law.sd == 0:
        found = np.full(uniform.shape, law.mean)
    else:
        low = 0.0 if law.at_least is None else ndtr((law.at_least - law.mean) / law.sd)
        high = 1.0 if law.at_most is None else ndtr((law.at_most - law.mean) / law.sd)
        found = law.mean + law.sd * ndtri(low + (high - low) * uniform)
    found = np.clip(found, law.at_least, law.at_most)
    return np.array([f"{each:.{law.decimals}f}" for each in found], dtype=np.str_)


def place_of(protocol: Protocol, name: str) -> Place | str:
    """Find the record from which the protocol takes a variable; else say why there is none.

    Examples
    --------
    >>> from topline.protocol.read import read_protocol
    >>> from topline.studies import study_folder
    >>> place_of(read_protocol(study_folder("cabotem")), "ECOGBL")
    Place(domain='RS', column='RSSTRESC', fixed=(('RSTESTCD', 'ECOG101'),))
    """
    if name in IN_DM:
        return Place("DM", name)
    variable = protocol.variables.get(name)
    if not isinstance(variable, FromRecords):
        return f"AGE, SEX or another column of DM, or a variable taken from records, not {name}"
    fixed = _conditions(variable.where)
    simple = variable.value is not None and re.fullmatch(r"[A-Z][A-Z0-9]*", variable.value)
    others = variable.terms or variable.within or variable.ongoing_on
    plain = simple and variable.take in _TAKES and not others
    if not plain or fixed is None or variable.source in _REFUSED:
        return (
            f"a variable whose one record can be written from its condition; {name} is not "
            "taken as one column of records where columns equal words"
        )
    assert variable.value is not None
    return Place(variable.source, variable.value, fixed)


def _conditions(where: str | None) -> tuple[tuple[str, str], ...] | None:
    """Read `A = 'x' AND B = 'y'`; None for any other condition."""
    if where is None:
        return ()
    parts = [_EQUALS.fullmatch(part) for part in re.split(r"\bAND\b", where)]
    known = tuple((part[1], part[2]) for part in parts if part is not None)
    return known if len(known) == len(parts) else None


def record_of(place: Place, label: str) -> Mapping[str, str]:
    """Return the words of a record that are the same for every patient.

    Columns that the domain requires and the condition leaves open hold the variable's label.
    """
    domain = place.domain
    own = {"STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ", place.column}
    required = {
        name: label
        for name, column in SCHEMAS[domain].columns().items()
        if name not in own and (column.metadata or {}).get("core") == "required"
    }
    test = {f"{domain}TESTCD": "BASELINE"} if f"{domain}TESTCD" in required else {}
    return {**required, **test, **dict(place.fixed)}
