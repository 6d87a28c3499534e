"""Entries of a protocol that are like another: `like: PFS` takes its keys; their own keys win."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from topline.protocol.problems import Problem, listed, nearest, shown
from topline.protocol.yaml_file import Loc, Plain, YamlFile

LIKE = "like"
SECTIONS = ("endpoints", "analyses")
"""Parts of a protocol whose entries may be like another of the same part."""

_Entries = dict[str, Plain]


@dataclass(frozen=True)
class Likes:
    """A file whose entries are complete, and what must be known to tell its problems well."""

    file: YamlFile
    """Without `like`; its problems include those of `like`."""
    taken: dict[Loc, Loc]
    """Keys that were taken over, and where they stand."""
    unfinished: frozenset[Loc]
    """Entries that lack keys, for what they are like could not be found."""

    def told_once(self, problems: Iterable[Problem]) -> list[Problem]:
        """Leave out problems that only repeat others.

        Those are the problems of a key taken over, which are told where the key stands, and the
        keys that an unfinished entry lacks.
        """
        problems = list(problems)
        told = {(problem.loc, problem.found, problem.expected) for problem in problems}

        def repeats(problem: Problem) -> bool:
            loc = problem.loc
            if loc[:2] in self.unfinished:
                return len(loc) == 2 or loc not in self.file.lines
            origin = self.taken.get(loc[:3])
            return origin is not None and (
                (*origin, *loc[3:]), problem.found, problem.expected
            ) in told  # fmt: skip

        return [problem for problem in problems if not repeats(problem)]


def resolve_likes(file: YamlFile) -> Likes:
    """Give every entry that is like another the keys that it does not say itself.

    A key is taken over whole: of an `estimand` of one's own, nothing is taken from the other's. The
    other may itself be like a third.

    Parameters
    ----------
    file
        Data of a protocol, or of anything else, which then stays as it is.

    Examples
    --------
    >>> from pathlib import Path
    >>> pfs = {"label": "PFS", "unit": "months"}
    >>> data = {"endpoints": {"PFS": pfs, "STRICT": {"like": "PFS", "missed_assessments": 2}}}
    >>> likes = resolve_likes(YamlFile(Path("protocol.yaml"), data, {}, ()))
    >>> likes.file.data["endpoints"]["STRICT"]
    {'label': 'PFS', 'unit': 'months', 'missed_assessments': 2}
    """
    if not isinstance(file.data, dict):
        return Likes(file, {}, frozenset())
    data = dict(file.data)
    problems: list[Problem] = []
    taken: dict[Loc, Loc] = {}
    unfinished: set[Loc] = set()
    for section in SECTIONS:
        entries = data.get(section)
        if not isinstance(entries, dict):
            continue
        found = {name: _Chain.of(name, entries) for name in entries}
        for name, chain in found.items():
            where: Loc = (section, name, LIKE)
            if chain.broken:
                unfinished.add((section, name))
            if chain.problem is not None:
                line = file.line(where)
                problems.append(Problem(file.path, line, where, *chain.problem))
        data[section] = {name: _complete(name, chain, entries) for name, chain in found.items()}
        taken |= _origins(section, found, entries)
    resolved = replace(file, data=data, problems=(*file.problems, *problems))
    return Likes(resolved, taken, frozenset(unfinished))


@dataclass(frozen=True)
class _Chain:
    """An entry, what it is like, what that is like, and so on."""

    names: tuple[str, ...]
    broken: bool = False
    """Whether it leads to something that is not there, or in a circle."""
    problem: tuple[str, str, str | None] | None = None
    """What is wrong with the entry's own `like`: found, expected, perhaps meant."""

    @classmethod
    def of(cls, name: str, entries: _Entries) -> "_Chain":
        """Follow `like` from an entry."""
        names = [name]
        while _is_like(entry := entries[names[-1]]):
            like, own = entry[LIKE], len(names) == 1
            others = [other for other in entries if other != names[-1]]
            if not isinstance(like, str) or like not in entries:
                close = nearest(like, others) if isinstance(like, str) else None
                wrong = (shown(like), f"one of: {listed(others) or 'none'}", close)
                return cls(tuple(names), broken=True, problem=wrong if own else None)
            if like in names:
                circle = " -> ".join([*names, like])
                wrong = (circle, "an entry that is not, in the end, like this one", None)
                return cls(tuple(names), broken=True, problem=wrong if like == name else None)
            names.append(like)
        return cls(tuple(names))


def _is_like(entry: Plain) -> TypeGuard[dict[str, Plain]]:
    """Whether an entry says what it is like."""
    return isinstance(entry, dict) and LIKE in entry


def _complete(name: str, chain: _Chain, entries: _Entries) -> Plain:
    """Return the entry with the keys of those it is like, the farthest first."""
    entry = entries[name]
    if not isinstance(entry, dict):
        return entry
    merged: dict[str, Plain] = {}
    for each in _sources(chain, entries):
        merged |= each
    return {key: value for key, value in merged.items() if key != LIKE}


def _sources(chain: _Chain, entries: _Entries) -> Sequence[dict[str, Plain]]:
    """Return the entries of a chain, the farthest first; of a broken one, only its own."""
    names = chain.names[:1] if chain.broken else chain.names
    return [entry for name in reversed(names) if isinstance(entry := entries[name], dict)]


def _origins(section: str, found: dict[str, _Chain], entries: _Entries) -> dict[Loc, Loc]:
    """Say of each key that was taken over where it stands."""
    origins: dict[Loc, Loc] = {}
    for name, chain in found.items():
        if chain.broken:
            continue
        for other in reversed(chain.names[1:]):
            entry = entries[other]
            keys = entry if isinstance(entry, dict) else {}
            origins |= {(section, name, key): (section, other, key) for key in keys if key != LIKE}
        own = entries[name]
        for key in own if isinstance(own, dict) else {}:
            origins.pop((section, name, key), None)
    return origins
