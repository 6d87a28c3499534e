"""Read `protocol.yaml`: every problem at once, each with its line and path."""

from pathlib import Path

from topline.errors import ProtocolError
from topline.protocol.likes import resolve_likes
from topline.protocol.problems import Problem, shown
from topline.protocol.protocol import Protocol
from topline.protocol.references import broken_references
from topline.protocol.yaml_file import read_yaml
from topline.protocol.yaml_value import read_value


def read_protocol(path: Path) -> Protocol:
    """Read a protocol, or say everything that is wrong with it.

    Parameters
    ----------
    path
        `protocol.yaml`, or the study folder that holds it.

    Returns
    -------
    Protocol
        Frozen, with every reference within it checked.

    Raises
    ------
    ProtocolError
        The message has a line for each problem: file, line, path, what was found, what is
        permitted, and the nearest known word.

    Examples
    --------
    >>> from topline.studies import study_folder
    >>> read_protocol(study_folder("cabotem")).design.kind
    'single-stage'
    """
    path = path / "protocol.yaml" if path.is_dir() else path
    protocol, problems = check_protocol(path)
    if protocol is None or problems:
        n = len(problems)
        head = f"{path.name} has {n} problem{'s' if n != 1 else ''}:"
        raise ProtocolError("\n".join([head, *(f"  {problem}" for problem in problems)]))
    return protocol


def check_protocol(path: Path) -> tuple[Protocol | None, tuple[Problem, ...]]:
    """Read a protocol and return it, if it can be made at all, with its problems by line."""
    likes = resolve_likes(read_yaml(path))
    file = likes.file
    problems = list(file.problems)
    if file.data is None:
        return None, tuple(problems)
    if not isinstance(file.data, dict):
        problems.append(
            Problem(path, 1, (), shown(file.data), "keys and values, such as topline: 1")
        )
        return None, tuple(problems)
    protocol, refused = read_value(file, Protocol)
    problems += refused
    if protocol is not None:
        for loc, found, expected, suggestion in broken_references(protocol):
            problems.append(Problem(path, file.line(loc), loc, found, expected, suggestion))
    return protocol, tuple(sorted(likes.told_once(problems), key=lambda p: (p.line, p.path)))
