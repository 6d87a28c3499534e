"""Read `truth.yaml`: every problem at once, each with its line and path."""

from collections.abc import Iterator
from pathlib import Path

from topline.errors import DataError, UsageError
from topline.protocol.problems import Problem, listed, nearest
from topline.protocol.protocol import Protocol
from topline.protocol.yaml_file import Loc, read_yaml
from topline.protocol.yaml_value import read_value
from topline.simulate.baseline import IN_DM, place_of
from topline.simulate.plan import plan_of
from topline.simulate.truth import Categories, Hazard, Truth

Fault = tuple[Loc, str, str, str | None]
"""Place, what was found, what was expected, the nearest known word."""


def read_truth(path: Path, protocol: Protocol) -> Truth:
    """Read what is assumed to be true, held against the protocol that it is assumed for.

    Parameters
    ----------
    path
        `truth.yaml`, or the study folder that holds it.
    protocol
        Gives arms, variables and schedule.

    Raises
    ------
    DataError
        The message has a line for each problem: file, line, path, what was found, what is
        permitted, and the nearest known word.

    Examples
    --------
    >>> from topline.protocol.read import read_protocol
    >>> from topline.studies import study_folder
    >>> folder = study_folder("cabotem")
    >>> read_truth(folder, read_protocol(folder)).accrual.patients
    37
    """
    path = path / "truth.yaml" if path.is_dir() else path
    truth, problems = check_truth(path, protocol)
    if truth is None or problems:
        n = len(problems)
        head = f"{path.name} has {n} problem{'s' if n != 1 else ''}:"
        raise DataError("\n".join([head, *(f"  {problem}" for problem in problems)]))
    return truth


def check_truth(path: Path, protocol: Protocol) -> tuple[Truth | None, tuple[Problem, ...]]:
    """Read a truth and return it, if it can be made at all, with its problems by line."""
    file = read_yaml(path)
    if file.problems or file.data is None:
        return None, tuple(file.problems)
    truth, refused = read_value(file, Truth)
    problems = list(refused)
    if truth is not None:
        for loc, found, expected, suggestion in faults_of(truth, protocol):
            problems.append(Problem(path, file.line(loc), loc, found, expected, suggestion))
    return truth, tuple(sorted(problems, key=lambda p: (p.line, p.path)))


def faults_of(truth: Truth, protocol: Protocol) -> Iterator[Fault]:
    """List what of a truth does not fit the protocol."""
    arms = [arm.id for arm in protocol.study.arms]
    for arm in truth.accrual.allocation:
        if arm not in arms:
            yield _unknown(("accrual", "allocation", arm), arm, arms)
    yield from _baseline_faults(truth, protocol)
    for place, hazard in truth.hazards().items():
        yield from _effect_faults(place, hazard, truth, arms)
    for i, toxicity in enumerate(truth.toxicity):
        yield from _effect_faults(("toxicity", i, "onset"), toxicity.onset, truth, arms)
    if protocol.response.source != "measurements":
        yield (
            ("lesions",),
            "lesions, while the protocol takes responses as reported",
            "response.source: measurements in the protocol",
            None,
        )
    try:
        plan_of(protocol, truth)
    except UsageError as error:
        yield ("accrual",), "nothing", str(error), None


def _baseline_faults(truth: Truth, protocol: Protocol) -> Iterator[Fault]:
    for name, law in truth.baseline.items():
        place = place_of(protocol, name)
        if isinstance(place, str):
            known = [*IN_DM, *(n for n in protocol.variables if _placed(protocol, n))]
            yield ("baseline", name), name, place, nearest(name, known)
        elif name == "AGE" and isinstance(law, Categories):
            yield ("baseline", name), "shares", "mean and sd of a number", None
        elif name == "SEX" and isinstance(law, Categories):
            for sex in law.shares:
                if sex not in {"F", "M", "U", "UNDIFFERENTIATED"}:
                    yield _unknown(("baseline", name, "shares", sex), sex, ["F", "M", "U"])


def _placed(protocol: Protocol, name: str) -> bool:
    return not isinstance(place_of(protocol, name), str)


def _effect_faults(place: Loc, hazard: Hazard, truth: Truth, arms: list[str]) -> Iterator[Fault]:
    """List effects of variables and values that nobody has."""
    laws = {n: list(law.shares) for n, law in truth.baseline.items() if isinstance(law, Categories)}
    laws["ARMCD"] = arms
    for variable, effects in hazard.effects.items():
        here = (*place, "effects", variable)
        if variable not in laws:
            yield _unknown(here, variable, list(laws))
            continue
        for value in effects:
            if value not in laws[variable]:
                yield _unknown((*here, value), value, laws[variable])


def _unknown(loc: Loc, found: str, known: list[str]) -> Fault:
    return loc, found, f"one of {listed(known)}", nearest(found, known)
