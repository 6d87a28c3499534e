"""Which method made a number, with which options, from which library."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

Option = str | int | float


@dataclass(frozen=True, slots=True)
class Method:
    """The method behind an estimate, as a result row and a receipt state it."""

    name: str
    """What the method is called in print, such as "Clopper-Pearson interval"."""
    options: tuple[tuple[str, Option], ...] = ()
    """Choices made, as (name, value) in a fixed order; `dict(method.options)` looks one up."""
    library: str = ""
    """Library that computed it and its version, such as "scipy 1.17.1"."""


@cache
def library_version(name: str) -> str:
    """Name an installed library with its version.

    Examples
    --------
    >>> library_version("scipy").split()[0]
    'scipy'
    """
    return f"{name} {version(name)}"
