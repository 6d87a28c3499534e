"""Read `published.yaml` with the claims it rests on: every problem at once, each with its place."""

from dataclasses import dataclass
from pathlib import Path

from topline.audit.book import Book
from topline.audit.read import read_claims
from topline.errors import DataError
from topline.protocol.problems import Problem
from topline.protocol.yaml_file import read_yaml
from topline.protocol.yaml_value import read_value
from topline.reconstruct.faults import Faults
from topline.reconstruct.published import Published
from topline.reconstruct.strata import Strata, make_strata

FILE = "published.yaml"


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published of a trial: its claims, and what is known of its patients."""

    path: Path
    published: Published
    book: Book

    @property
    def folder(self) -> Path:
        """The folder of `published.yaml`."""
        return self.path.parent

    def strata(self) -> Strata:
        """Line the patients up by the groups into which print divides them."""
        return make_strata(self.book, self.published)


def read_published(path: Path) -> Publication:
    """Read what is published of a trial, or say everything that is wrong with it.

    Parameters
    ----------
    path
        `published.yaml`, or the folder that holds it; the files that it names stand beside it.

    Raises
    ------
    DataError
        The message has a line for each problem: file, line, place, what was found, what was
        expected and, where there is one, the nearest known word.
    """
    path = path / FILE if path.is_dir() else path
    publication, problems = check_published(path)
    if publication is None or problems:
        n = len(problems)
        head = f"{path.name} has {n} problem{'s' if n != 1 else ''}:"
        raise DataError("\n".join([head, *(f"  {problem}" for problem in problems)]))
    return publication


def check_published(path: Path) -> tuple[Publication | None, tuple[Problem, ...]]:
    """Read what is published and return it, if it can be made at all, with its problems.

    Raises
    ------
    DataError
        The file of claims has problems of its own.
    """
    yaml = read_yaml(path)
    if yaml.problems or yaml.data is None:
        return None, yaml.problems
    published, refused = read_value(yaml, Published)
    if published is None:
        return None, tuple(refused)
    claims = path.parent / published.claims
    if not claims.is_file():
        missing = Problem(
            path, yaml.line(("claims",)), ("claims",), published.claims, f"a file in {path.parent}"
        )
        return None, (missing,)
    book = read_claims(claims)
    faults = Faults(yaml, published, book)
    faults.look()
    return Publication(path, published, book), tuple(sorted(faults.problems, key=_by_line))


def _by_line(problem: Problem) -> tuple[int, str]:
    return problem.line, ".".join(map(str, problem.loc))
