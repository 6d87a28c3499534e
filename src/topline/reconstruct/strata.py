"""The parts into which print divides its patients, and who belongs to which."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.audit.book import Book
from topline.reconstruct.conditions import Column, Condition, condition_of, holds
from topline.reconstruct.published import Published

GROUP = "GROUP"
"""The column that names each patient's part."""


@dataclass(frozen=True, slots=True)
class Members:
    """Patients of a group: those of some parts of whom a condition holds."""

    parts: NDArray[np.bool_]
    condition: Condition | None = None

    def mask(self, columns: dict[str, Column]) -> NDArray[np.bool_]:
        """Say who is meant."""
        if self.condition is None:
            return self.parts
        return self.parts & holds(self.condition, columns, self.parts.size)


@dataclass(frozen=True, slots=True)
class Strata:
    """Patients in the order of their parts; those of one part can change places."""

    book: Book
    published: Published
    groups: NDArray[np.str_]
    """The part of each patient, by name."""

    @property
    def size(self) -> int:
        """Number of patients."""
        return int(self.groups.size)

    def members(self, among: str | None) -> Members:
        """Find the patients of a group of claims.yaml, or those of whom a condition holds."""
        everybody = np.ones(self.size, dtype=np.bool_)
        if among is None:
            return Members(everybody)
        if among in self.book.file.groups and among not in self.published.groups:
            return Members(np.isin(self.groups, list(leaves_of(self.book, among))))
        return Members(everybody, condition_of(self.published.groups.get(among, among)))


def leaves_of(book: Book, group: str) -> Iterator[str]:
    """Name the last parts of a group; the group itself where it has none."""
    parts = book.file.groups[group].parts
    if not parts:
        yield group
    for part in parts:
        yield from leaves_of(book, part)


def make_strata(book: Book, published: Published) -> Strata:
    """Line the patients up, part by part, as many as print says."""
    leaves = list(dict.fromkeys(leaves_of(book, published.patients)))
    sizes = [book.file.groups[leaf].n for leaf in leaves]
    return Strata(book, published, np.repeat(np.array(leaves), sizes))
