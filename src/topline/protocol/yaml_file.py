"""YAML as plain data that still knows the line of each value.

Only YAML 1.2's core types are read (so `on`, `off`, `yes` and `no` stay words); a key may stand
only once in its mapping; tags that would build objects are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from topline.protocol.problems import Problem

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None
Loc = tuple[str | int, ...]
_NODES_AT_MOST = 200_000
_BYTES_AT_MOST = 10_000_000
_DEEP = 60
_TYPES = "tag:yaml.org,2002:"


_SCALARS = {
    "bool": r"true|True|TRUE|false|False|FALSE",
    "null": r"~|null|Null|NULL|",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
}


class _Loader(yaml.CSafeLoader):
    """Safe loader with the scalars of YAML 1.2's core schema."""


_Loader.yaml_implicit_resolvers = {
    None: [(_TYPES + kind, re.compile(f"^(?:{form})$")) for kind, form in _SCALARS.items()]
}


@dataclass(frozen=True)
class YamlFile:
    """Content of a YAML file: plain data, and the line on which each value stands."""

    path: Path
    data: Plain
    lines: dict[Loc, int]
    problems: tuple[Problem, ...]

    def line(self, loc: Loc) -> int:
        """Line of a value, or of the nearest thing around it that is there."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)


def read_yaml(path: Path) -> YamlFile:
    """Read a YAML file; what is wrong with it comes back as problems, never as an exception.

    Parameters
    ----------
    path
        A file of at most 10 MB, UTF-8.

    Returns
    -------
    YamlFile
        With `data` None where the file cannot be read at all.
    """
    text = _read_text(path)
    if isinstance(text, Problem):
        return YamlFile(path, None, {}, (text,))
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        return YamlFile(path, None, {}, (_syntax(path, error),))
    reader = _Reader(path)
    data = reader.read(node, ()) if node is not None else None
    if data is None and not reader.problems:
        reader.add((), 1, "an empty file", "a protocol; `topline new DIR` writes one to fill in")
    return YamlFile(path, data, reader.lines, tuple(reader.problems))


def _read_text(path: Path) -> str | Problem:
    try:
        content = path.read_bytes()
    except OSError as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        return Problem(path, 1, (), found, "a file that can be read")
    if len(content) > _BYTES_AT_MOST:
        return Problem(path, 1, (), f"{len(content)} bytes", f"at most {_BYTES_AT_MOST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x}, which is not UTF-8"
        return Problem(path, line, (), found, "UTF-8 text; save the file with that encoding")


def _syntax(path: Path, error: yaml.YAMLError | RecursionError) -> Problem:
    mark: object = getattr(error, "problem_mark", None)
    line = int(getattr(mark, "line", 0)) + 1
    found = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if isinstance(error, RecursionError):
        found = "nested too deeply"
    return Problem(path, line, (), f"not YAML: {found}", "YAML; check indent, colons and quotes")


class _Reader:
    """Walks the node tree once; keeps lines and problems."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Loc, int] = {}
        self.problems: list[Problem] = []
        self._left = _NODES_AT_MOST

    def add(self, loc: Loc, line: int, found: str, expected: str) -> None:
        self.problems.append(Problem(self.path, line, loc, found, expected))

    def read(self, node: yaml.Node, loc: Loc) -> Plain:
        line = node.start_mark.line + 1
        self.lines.setdefault(loc, line)
        self._left -= 1
        if self._left < 0 or len(loc) > _DEEP:
            if not any(p.found == "too much" for p in self.problems):
                self.add(loc, line, "too much", f"{_NODES_AT_MOST} values, {_DEEP} deep, at most")
            return None
        if isinstance(node, yaml.MappingNode):
            return dict(self._items(node, loc))
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*loc, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, loc)

    def _items(self, node: yaml.MappingNode, loc: Loc) -> Iterator[tuple[str, Plain]]:
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.add(loc, line, "a key that is a list or a mapping", "a word as key")
                continue
            name = str(key.value)
            if name in first:
                found = f"{name} a second time (first on line {first[name]})"
                self.add((*loc, name), line, found, "each key once; join the two or rename one")
                continue
            first[name] = line
            self.lines[(*loc, name)] = line
            yield name, self.read(value, (*loc, name))

    def _scalar(self, node: yaml.Node, loc: Loc) -> Plain:
        kind, text = node.tag.removeprefix(_TYPES), str(node.value)
        if kind == "bool":
            return text.lower() == "true"
        if kind == "null":
            return None
        if kind in {"int", "float"}:
            return _number(text)
        if kind != "str":
            self.add(loc, node.start_mark.line + 1, f"the tag {node.tag}", "a value without a tag")
        return text


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        return float(text)
