"""What is said of a design: numbers, tables, text, assumptions, sources, and the curve to draw."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text under their columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Probability of success, and the expected number of subjects, by true rate."""

    label: str
    """Of the rates, such as "True response rate"."""
    outcome: str
    """What the probability is of, such as "success"."""
    rates: tuple[float, ...]
    success: tuple[float, ...]
    expected: tuple[float, ...]
    marks: tuple[tuple[float, str], ...] = ()
    """Rates to mark, such as the null and the alternative."""


@dataclass(frozen=True, slots=True)
class Justification:
    """A design, told on one page."""

    title: str
    numbers: tuple[tuple[str, str], ...]
    """What the terminal prints first: name and value."""
    paragraphs: tuple[str, ...]
    """The text a protocol needs."""
    tables: tuple[Table, ...]
    assumptions: tuple[str, ...]
    references: tuple[str, ...]
    data: dict[str, Plain]
    """The same as numbers, for programs."""
    curve: Curve | None = None
    notes: tuple[str, ...] = field(default=())
    """What a reader should not overlook."""


def share(value: float, digits: int = 1) -> str:
    """Print a share in percent.

    Examples
    --------
    >>> share(0.25), share(0.075572, 2)
    ('25 %', '7.56 %')
    """
    text = f"{100 * value:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def number(value: float, digits: int = 4) -> str:
    """Print a probability or a mean.

    Examples
    --------
    >>> number(0.0755718), number(18.0649, 1)
    ('0.0756', '18.1')
    """
    return f"{value:.{digits}f}"


def listed(words: Sequence[str]) -> str:
    """Join by commas and a last "and".

    Examples
    --------
    >>> listed(["10", "20", "30"])
    '10, 20 and 30'
    """
    *first, last = words or ("",)
    return f"{', '.join(first)} and {last}" if first else last
