"""Statements and facts in parts that do not touch each other but through the sizes of groups."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from topline.audit.book import Book
from topline.audit.contradictions.statements import (
    Between,
    Content,
    ShareOf,
    Statement,
    many_places,
)
from topline.audit.quantities import Relation, read_on_curve


@dataclass(frozen=True, slots=True)
class Component:
    """Statements that can bear on each other, with the facts between them."""

    statements: tuple[Statement, ...]
    facts: tuple[Relation, ...]
    """What may be spared for a proof first; the sizes of the groups named by statements last."""


def sizes_of_groups(
    book: Book, statements: list[Statement], facts: list[Relation]
) -> tuple[Component, list[tuple[Statement, Statement]]]:
    """Take out what is said of the sizes of groups.

    Returns
    -------
    component
        The sizes as the file has them, with the facts between them alone.
    others
        Claims of another size, each with the statement of the size in the file.
    """
    groups = set(book.file.groups)
    stated: dict[str, Statement] = {}
    others: list[tuple[Statement, Statement]] = []
    for statement in statements:
        if statement.size_of and isinstance(statement.content, Between):
            if statement.content.low == book.file.groups[statement.size_of].n:
                stated[statement.size_of] = statement
            else:
                others.append((stated[statement.size_of], statement))
    between = [fact for fact in facts if all(name in groups for _, name in fact.terms)]
    return Component(tuple(stated.values()), tuple(between)), others


def split(
    book: Book, statements: list[Statement], facts: list[Relation], settled: Component
) -> Iterator[Component]:
    """Split what is said beyond sizes into components.

    Parameters
    ----------
    book
        All claims.
    statements, facts
        All of them; those about sizes alone are passed over.
    settled
        Sizes of groups that do not contradict each other, with the facts between them; they are
        facts in every component, and join nothing.
    """
    sizes = set(book.file.groups)
    parts = _Parts()
    said = [each for each in statements if not each.size_of]
    for content in [*facts, *(each.content for each in said)]:
        parts.join(name for name in _touched(content, book) if name not in sizes)
    by_root: dict[str, tuple[list[Statement], list[Relation]]] = {}
    for statement in said:
        root = _root(statement.content, book, sizes, parts)
        if root is not None:
            by_root.setdefault(root, ([], []))[0].append(statement)
    for fact in facts:
        root = _root(fact, book, sizes, parts)
        if root in by_root:
            by_root[root][1].append(fact)
    for own, relations in by_root.values():
        named = {name for each in own for name in _groups(each.content, book)}
        known = [_size(statement) for statement in settled.statements]
        known.sort(key=lambda fact: fact.terms[0][1] in named)
        yield Component(tuple(own), (*settled.facts, *relations, *known))


def _size(statement: Statement) -> Relation:
    """Write the size of a group as a fact."""
    content = statement.content
    n = content.low if isinstance(content, Between) else Fraction(0)
    words = f"{statement.size_of} are {n}{many_places(statement)}"
    return Relation(((Fraction(1), statement.size_of),), "=", n, words)


def _root(content: Content, book: Book, sizes: set[str], parts: "_Parts") -> str | None:
    for name in _touched(content, book):
        if name not in sizes:
            return parts.root(name)
    return None


def _touched(content: Content, book: Book) -> Iterator[str]:
    """Name the quantities that a statement or a fact is about."""
    if isinstance(content, Relation):
        for _, name in content.terms:
            on_curve = read_on_curve(name)
            yield f"curve {on_curve.curve}" if on_curve is not None else name
    elif isinstance(content, Between):
        yield content.quantity
    elif isinstance(content, ShareOf):
        yield content.quantity
        yield content.group
    else:
        yield f"curve {content.curve}"
        events = book.file.curves[content.curve].events
        if events:
            yield events


def _groups(content: Content, book: Book) -> Iterator[str]:
    """Name the groups that a statement is about."""
    if isinstance(content, Relation | Between | ShareOf):
        for name in _touched(content, book):
            yield name.partition("/")[0]
    else:
        yield book.file.curves[content.curve].of


class _Parts:
    """Names that belong together."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, name: str) -> str:
        """Return the name that stands for all that belong together."""
        above = self._above.setdefault(name, name)
        while above != self._above[above]:
            above = self._above[above]
        self._above[name] = above
        return above

    def join(self, names: Iterable[str]) -> None:
        """Put names together."""
        first: str | None = None
        for name in names:
            root = self.root(name)
            first = root if first is None else first
            self._above[root] = self.root(first)
