"""Recompute every known answer on this machine, and say where it falls short."""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from topline.validation.check import Check, Finding, check_case
from topline.validation.checks import CHECKS
from topline.validation.reference import Case, Reference, read_references, source_of

PACKAGES = ("topline", "numpy", "scipy", "survival", "polars", "dataframely", "pydantic")


@dataclass(frozen=True, slots=True)
class Failure:
    """A known answer that could not be recomputed at all."""

    method: str
    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class Qualified:
    """What was found of one method."""

    label: str
    library: str
    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]

    @property
    def cases(self) -> int:
        """Known answers compared."""
        return len({(f.case, f.source) for f in self.findings}) + len(self.failures)

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the known answers come from, each once."""
        return tuple(dict.fromkeys(finding.source for finding in self.findings))

    @property
    def largest(self) -> float:
        """Largest relative difference from a number that was not rounded for print."""
        exact = [f.difference for f in self.findings if not isinstance(f.expected, str)]
        return max(exact, default=0.0)

    @property
    def agrees(self) -> bool:
        """Whether every number agrees."""
        return not self.failures and all(finding.agrees for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Qualification:
    """The machine, and every method with its verdict."""

    environment: Mapping[str, str]
    methods: tuple[Qualified, ...]

    @property
    def agrees(self) -> bool:
        """Whether every method agrees."""
        return all(method.agrees for method in self.methods)


def qualify(passed: Callable[[str], None] = lambda _: None) -> Qualification:
    """Recompute the known answers of every method.

    Parameters
    ----------
    passed
        Called with the name of each reference file once it is done.

    Returns
    -------
    Qualification
        Methods in the order of their names. A method that raises counts as falling short, and one
        without any known answer as well.
    """
    findings: dict[str, list[Finding]] = {}
    failures: dict[str, list[Failure]] = {}
    for name, reference in read_references().items():
        for case in reference.cases:
            found = _recomputed(CHECKS.get(case.method), reference, case)
            if isinstance(found, Failure):
                failures.setdefault(case.method, []).append(found)
            else:
                findings.setdefault(case.method, []).extend(found)
        passed(name)
    unproven = Failure("", "", "no known answer ships for this method")
    methods = [
        Qualified(
            check.label,
            check.library,
            tuple(findings.get(key, ())),
            tuple(failures.get(key, ())) or (() if key in findings else (unproven,)),
        )
        for key, check in CHECKS.items()
    ]
    strays = [
        Qualified(key, "", (), tuple(each)) for key, each in failures.items() if key not in CHECKS
    ]
    ordered = sorted([*methods, *strays], key=lambda method: method.label.lower())
    return Qualification(describe_environment(), tuple(ordered))


def describe_environment() -> dict[str, str]:
    """Name the machine's system, Python and the libraries that compute, with their versions."""
    return {
        "system": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        **{name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _recomputed(
    check: Check | None, reference: Reference, case: Case
) -> tuple[Finding, ...] | Failure:
    if check is None:
        return Failure(case.method, case.case, "no such method in this version")
    try:
        return check_case(check, reference, case)
    except Exception as error:  # a method that raises falls short, and is told
        reason = f"{type(error).__name__}: {error} (reference: {source_of(reference, case)})"
        return Failure(case.method, case.case, reason)
