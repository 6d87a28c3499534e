"""Contradictions as values; nothing here needs the solver."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that cannot all be true, though without any one of them the others can."""

    words: str
    statements: tuple[str, ...]
    """Each in words, with where it stands."""
    because: tuple[str, ...]
    """What holds of patients, and is needed for the proof."""
    items: tuple[str, ...]
    """Names of the claims that make the statements; sizes of groups stand under `because`."""
    accused: tuple[str, ...]
    """Names of those claims that belong to a smallest set which, given up, settles all."""
    remedies: tuple[str, ...]
    """The same as statements."""


@dataclass(frozen=True, slots=True)
class Contradictions:
    """All that was found."""

    conflicts: tuple[Conflict, ...]
    complete: bool
    """Whether there are no others, as far as the structure of the file goes."""
