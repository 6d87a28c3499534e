"""All claims of a publication, those of its tables among them, and the structure they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from topline.audit.claim_text import Reading
from topline.audit.claims import AnyClaim, ClaimsFile, Same
from topline.audit.quantities import Relation


@dataclass(frozen=True, slots=True)
class Variable:
    """A characteristic of patients, and how many of its levels one can have."""

    name: str
    levels: tuple[str, ...]
    has: Literal["one", "at most one", "several"]
    total: str = ""
    """The level that sums up the others; may be empty."""


@dataclass(frozen=True, slots=True)
class Item:
    """A claim by name, with the numbers of its text."""

    name: str
    claim: AnyClaim
    reading: Reading
    line: int
    """In `claims.yaml` or the table's file."""

    @property
    def where(self) -> str:
        """Where it stands in print."""
        return "" if isinstance(self.claim, Same) else self.claim.where

    @property
    def printed(self) -> str:
        """The words with the number."""
        return ", ".join(self.claim.claims) if isinstance(self.claim, Same) else self.claim.printed

    @property
    def quantity(self) -> str | None:
        """Name of its number, if it has one."""
        claim = self.claim
        return None if isinstance(claim, Same) else getattr(claim, "quantity", None)


@dataclass(frozen=True, slots=True)
class Book:
    """A file of claims with its tables worked out."""

    path: Path
    file: ClaimsFile
    items: tuple[Item, ...]
    variables: Mapping[str, Variable]
    facts: tuple[Relation, ...]
    """Relations written in the file as facts."""

    def size(self, of: str | int | None) -> int | None:
        """Return the number of patients of a group, or the number itself."""
        if isinstance(of, str):
            return self.file.groups[of].n
        return of
