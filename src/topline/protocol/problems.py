"""What is wrong in a file: where, what was found, what is permitted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One problem of a file, with its line and its path from the top."""

    file: Path
    line: int
    loc: tuple[str | int, ...]
    found: str
    expected: str
    suggestion: str | None = None

    @property
    def path(self) -> str:
        """Where it stands, as in ``analyses.ORR.method``."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.loc)
        return "".join(parts).lstrip(".") or "the file"

    def __str__(self) -> str:
        """One sentence on one line."""
        hint = f" (did you mean {self.suggestion}?)" if self.suggestion else ""
        where = f"{self.file.name}:{self.line}: {self.path}"
        return f"{where}: found {self.found}; expected {self.expected}{hint}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like this one, if any is."""
    names = {name.lower(): name for name in sorted(known)}
    found = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return names[found[0]] if found else None


def listed(words: Iterable[object], at_most: int = 12) -> str:
    """Join words with commas, the first dozen of them."""
    names: Sequence[str] = [str(word) for word in words]
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return ", ".join(names[:at_most]) + more


def shown(value: object, at_most: int = 60) -> str:
    """Quote a value, shortened and on one line."""
    text = repr(value)
    return text if len(text) <= at_most else f"{text[:at_most]}..."
