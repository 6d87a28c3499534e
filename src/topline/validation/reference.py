"""Known answers: what goes into a method, and what R, a printed table or a hand got out.

A reference file of `references/` is JSON::

    {"provenance": {"script": ..., "md5": ..., "made_by": {"R": "4.2.2", "survival": "3.5.3"}},
     "data": {"lung": {"time": [306, ...]}},
     "cases": [{"method": "log-rank", "case": "lung, by sex", "arguments": {"time": "@lung.time"},
                "expected": {"chi_square": 10.3267}, "tolerance": 1e-9, "source": ...}]}

An argument "@lung.time" stands for that column of `data`. An expected number is compared within the
relative tolerance; one in quotes is as printed, and the number found must round to it; null stands
for "not estimable" (NaN), "inf" and "-inf" for an infinite one. `source` cites what was printed or
says how it was worked out by hand; without it, the file's script made the numbers.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files

from pydantic import Field, JsonValue

from topline.values import Value

Expected = float | str | None


class Provenance(Value):
    """Where the numbers of a file come from."""

    script: str | None = None
    """R script in the repository."""
    md5: str | None = None
    """Of the script as it was run."""
    made_by: Mapping[str, str] = {}
    """Tools with their versions."""
    citation: str | None = None
    """Print that the numbers were taken from, where all are from one."""


class Case(Value):
    """One known answer."""

    method: str
    """Key of the check that recomputes it."""
    case: str
    """What the data are, in words."""
    arguments: Mapping[str, JsonValue]
    expected: Mapping[str, Expected | tuple[Expected, ...]] = Field(min_length=1)
    tolerance: float = Field(default=1e-8, gt=0, le=1e-4)
    """Largest relative difference that counts as agreement; of a zero, the largest itself."""
    source: str = ""
    """Citation with page, or how it was worked out by hand; empty: the file's script."""


class Reference(Value):
    """A file of known answers."""

    provenance: Provenance
    data: Mapping[str, Mapping[str, JsonValue]] = {}
    cases: tuple[Case, ...] = Field(min_length=1)


def read_references() -> dict[str, Reference]:
    """Read the known answers that ship with Topline, by file name without its ending."""
    folder = files("topline.validation") / "references"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=str)
    return {
        file.name.removesuffix(".json"): Reference.model_validate_json(file.read_bytes())
        for file in found
    }


def arguments_of(reference: Reference, case: Case) -> dict[str, JsonValue]:
    """Put the file's data where an argument names them.

    Raises
    ------
    KeyError
        An argument names data that the file does not have.
    """
    return {name: _resolved(reference, value) for name, value in case.arguments.items()}


def source_of(reference: Reference, case: Case) -> str:
    """Say in print where a case's numbers come from."""
    made_by = ", ".join(f"{tool} {version}" for tool, version in _tools(reference))
    return case.source or reference.provenance.citation or made_by


def _tools(reference: Reference) -> Iterator[tuple[str, str]]:
    yield from reference.provenance.made_by.items()


def _resolved(reference: Reference, value: JsonValue) -> JsonValue:
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    name, _, column = value[1:].partition(".")
    return reference.data[name][column]
