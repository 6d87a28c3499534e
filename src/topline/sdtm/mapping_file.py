"""Read `mapping.yaml`: every problem at once, each with its line and path."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from topline.errors import DataError
from topline.protocol.problems import Problem, listed, nearest, shown
from topline.protocol.yaml_file import Loc, YamlFile, read_yaml
from topline.protocol.yaml_value import read_value
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.mapping import DomainMapping, StudyMapping, Unpivoted

_OWN = [name for name in SCHEMAS if len(name) == 2]
_GIVEN = {"STUDYID": "study", "DOMAIN": "domain"}


@dataclass(frozen=True)
class MappingFile:
    """A mapping and the lines on which it stands, so that problems found later have a place."""

    mapping: StudyMapping
    file: YamlFile

    def problem(
        self, loc: Loc, found: str, expected: str, suggestion: str | None = None
    ) -> Problem:
        """Return a problem at a place of the mapping."""
        return Problem(self.file.path, self.file.line(loc), loc, found, expected, suggestion)


def read_mapping(path: Path) -> MappingFile:
    """Read a mapping, or say everything that is wrong with it.

    Parameters
    ----------
    path
        `mapping.yaml` of the study folder.

    Raises
    ------
    DataError
        The message has a line for each problem: file, line, path, what was found, what is
        permitted, and the nearest known word.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "mapping.yaml"
    ...     _ = path.write_text("{topline: 1, study: S, subject: [id], domain: []}")
    ...     try:
    ...         _ = read_mapping(path)
    ...     except DataError as error:
    ...         print(str(error).splitlines()[1].split("; ")[1])
    expected one of topline, study, subject, ignore, domains (did you mean domains?)
    """
    file = read_yaml(path)
    if not isinstance(file.data, dict):
        raise refusal([_not_keys(problem) for problem in file.problems] or [_odd(file)])
    mapping, refused = read_value(file, StudyMapping)
    if mapping is None:
        raise refusal([*file.problems, *refused])
    out = MappingFile(mapping, file)
    problems = [*file.problems, *_broken(out)]
    if problems:
        raise refusal(problems)
    return out


def refusal(problems: Sequence[Problem]) -> DataError:
    """Return all problems as one error, in the order of the file."""
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.path))
    n = len(ordered)
    head = f"{ordered[0].file.name} has {n} problem{'s' if n != 1 else ''}:"
    return DataError("\n".join([head, *(f"  {problem}" for problem in ordered)]))


def _odd(file: YamlFile) -> Problem:
    return Problem(file.path, 1, (), shown(file.data), "keys and values, such as topline: 1")


def _not_keys(problem: Problem) -> Problem:
    if problem.found != "an empty file":
        return problem
    expected = "a mapping of exports to domains; remove the file where data/ holds SDTM"
    return replace(problem, expected=expected)


def _broken(file: MappingFile) -> Iterator[Problem]:
    """Find what the values of each entry cannot know of each other."""
    numbered: dict[str, list[int]] = {}
    for i, entry in enumerate(file.mapping.domains):
        loc: Loc = ("domains", i)
        name = entry.domain
        if name not in _OWN:
            expected = (
                f"one of {', '.join(_OWN)}; a supplemental qualifier is a column of its domain"
            )
            yield file.problem((*loc, "domain"), shown(name), expected, nearest(name, _OWN))
            continue
        yield from _variables(file, loc, entry)
        if not entry.subject and not file.mapping.subject and "USUBJID" not in entry.columns:
            expected = "the key subject, here or once for all, such as subject: [record_id]"
            yield file.problem(loc, "no subject", expected)
        if f"{name}SEQ" in entry.columns:
            numbered.setdefault(name, []).append(i)
    for name, entries in numbered.items():
        others = [i for i, e in enumerate(file.mapping.domains) if e.domain == name]
        for i in sorted(set(others) - set(entries)):
            found = f"{name}SEQ in another entry for {name} and not in this one"
            yield file.problem(("domains", i), found, f"{name}SEQ in all of them or in none")


def _variables(file: MappingFile, loc: Loc, entry: DomainMapping) -> Iterator[Problem]:
    """Find variables that two rules give, or none."""
    shared = [*entry.columns, *entry.constants]
    groups: list[tuple[Loc, DomainMapping | Unpivoted, list[str]]] = [(loc, entry, [])]
    groups += [((*loc, "unpivot", i), part, shared) for i, part in enumerate(entry.unpivot)]
    for place, group, taken in groups:
        for key, names in (("columns", group.columns), ("constants", group.constants)):
            for name in names:
                if name in taken or (key == "constants" and name in group.columns):
                    found = f"{name} a second time"
                    yield file.problem((*place, key, name), found, "one rule for each variable")
                if name in _GIVEN:
                    expected = f"nothing; the key {_GIVEN[name]} gives it"
                    yield file.problem((*place, key, name), name, expected)
    if not entry.columns and not entry.unpivot:
        yield file.problem(loc, "no columns", "columns: and the variables they give")
    known = {*shared, *(n for p in entry.unpivot for n in (*p.columns, *p.constants))}
    named: list[tuple[Loc, str]] = [((*loc, "terms", name), name) for name in entry.terms]
    named += [((*loc, "sequence", i), name) for i, name in enumerate(entry.sequence)]
    for place, name in named:
        if name not in known:
            expected = f"a variable of this entry: {listed(sorted(known), 20)}"
            yield file.problem(place, name, expected, nearest(name, known))
