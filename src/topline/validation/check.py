"""Recompute known answers and say how far each number found is from the one expected."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import JsonValue

from topline.validation.reference import Case, Expected, Reference, arguments_of, source_of

Found = Mapping[str, float | Sequence[float]]
"""Numbers by the names that references use."""


@dataclass(frozen=True, slots=True)
class Check:
    """A method of `stats` and the way to call it with a reference's arguments."""

    label: str
    """Name of the method in print."""
    library: str
    """What computes it: "ours on numpy", "survival 2.0.0", "scipy 1.17.1"."""
    compute: Callable[[Mapping[str, JsonValue]], Found]


@dataclass(frozen=True, slots=True)
class Finding:
    """One number beside its reference."""

    method: str
    label: str
    library: str
    case: str
    number: str
    """Which number of the result, such as p_value."""
    expected: Expected
    found: float
    difference: float
    """Relative; of a zero, absolute; of a printed number, in units of its last digit."""
    tolerance: float
    source: str
    script: str

    @property
    def agrees(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.difference <= self.tolerance


def check_case(check: Check, reference: Reference, case: Case) -> tuple[Finding, ...]:
    """Recompute one known answer.

    Returns
    -------
    tuple of Finding
        One a number, in the reference's order. A number that the method does not give, or gives in
        another count, is infinitely far.

    Raises
    ------
    Exception
        Whatever the method raises on the reference's arguments.
    """
    found = check.compute(arguments_of(reference, case))
    script = reference.provenance.script or ""
    return tuple(
        Finding(
            method=case.method,
            label=check.label,
            library=check.library,
            case=case.case,
            number=name,
            expected=expected,
            found=value,
            difference=difference_of(expected, value),
            tolerance=1.0 if isinstance(expected, str) else case.tolerance,
            source=source_of(reference, case),
            script="" if case.source else script,
        )
        for name, expected, value in _pairs(case, found)
    )


def difference_of(expected: Expected, found: float) -> float:
    """Measure how far a number is from its reference.

    Examples
    --------
    >>> difference_of(0.05, 0.05), difference_of("0.04", 0.0449), difference_of(None, float("nan"))
    (0.0, 0.98, 0.0)
    """
    if expected is None:
        return 0.0 if math.isnan(found) else math.inf
    if isinstance(expected, str):
        return _printed_difference(expected, found)
    if not math.isfinite(expected) or not math.isfinite(found):
        return 0.0 if expected == found else math.inf
    return abs(found - expected) / (abs(expected) or 1.0)


def _printed_difference(expected: str, found: float) -> float:
    """In half units of the last digit printed; 1 and less rounds to it."""
    printed = Decimal(expected)
    if not printed.is_finite() or not math.isfinite(found):
        return 0.0 if float(printed) == found else math.inf
    half = Decimal(5).scaleb(int(printed.as_tuple().exponent) - 1)
    return round(float(abs(Decimal(found) - printed) / half), 9)


def _pairs(case: Case, found: Found) -> Iterator[tuple[str, Expected, float]]:
    """Set each expected number beside the one found."""
    for name, expected in case.expected.items():
        value = found.get(name, math.inf)
        if not isinstance(expected, tuple):
            yield name, expected, math.inf if isinstance(value, Sequence) else float(value)
            continue
        values = value if isinstance(value, Sequence) else [value]
        if len(values) != len(expected):
            values = [math.inf] * len(expected)
        for place, (each, one) in enumerate(zip(expected, values, strict=True), start=1):
            yield f"{name}[{place}]", each, float(one)
