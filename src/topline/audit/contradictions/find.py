"""Contradictions among all claims, each as small as can be and in plain words."""

from time import process_time

from topline.audit.book import Book
from topline.audit.contradictions.components import Component, sizes_of_groups, split
from topline.audit.contradictions.conflicts import Conflict, Contradictions
from topline.audit.contradictions.minimal_sets import find_minimal_sets
from topline.audit.contradictions.reasons import reason
from topline.audit.contradictions.solver import Model, not_counts
from topline.audit.contradictions.statements import (
    Between,
    MedianAt,
    RateAt,
    ShareOf,
    Statement,
    gather_statements,
)
from topline.audit.contradictions.structure import gather_facts
from topline.audit.quantities import Relation


def find_contradictions(book: Book, seconds: float = 20.0) -> Contradictions:
    """Find all minimal sets of claims that cannot be true together.

    Parameters
    ----------
    book
        All claims.
    seconds
        Computing time after which no more are looked for.
    """
    end = process_time() + seconds
    statements = gather_statements(book)
    facts = gather_facts(book, statements)
    real = not_counts(book)
    sizes, others = sizes_of_groups(book, statements, facts)
    conflicts = [_of_other_size(*pair) for pair in others]
    found, complete = _search(Model(book, sizes, real), end)
    conflicts += found
    wrong = {name for conflict in found for name in conflict.items}
    kept = [s for s in sizes.statements if not any(item.name in wrong for item in s.items)]
    settled = Component(tuple(kept) if found else sizes.statements, sizes.facts)
    for component in split(book, statements, facts, settled):
        more, all_of_it = _search(Model(book, component, real), end)
        conflicts += more
        complete = complete and all_of_it
    return Contradictions(tuple(conflicts), complete)


def _search(model: Model, end: float) -> tuple[list[Conflict], bool]:
    """Find the conflicts of one component, and say whether they are all."""
    component = model.component
    if model.impossible(range(len(component.statements))) is None:
        return [], True
    left = max(0.2, end - process_time())
    sets = find_minimal_sets(len(component.statements), model.impossible, left)
    fewest = min((len(each) for each in sets.to_give_up), default=0)
    remedies = [each for each in sets.to_give_up if len(each) == fewest]
    return [
        _conflict(model, sorted(members), remedies) for members in sets.impossible
    ], sets.complete


def _conflict(model: Model, members: list[int], remedies: list[frozenset[int]]) -> Conflict:
    """Write a conflict down, with the facts that it needs."""
    component = model.component
    statements = [component.statements[i] for i in members]
    facts = [component.facts[i] for i in model.needed_facts(members)]
    items = tuple(dict.fromkeys(item.name for each in statements for item in each.items))
    best = [each for each in remedies if each & set(members)]
    settle = dict.fromkeys(i for each in best for i in sorted(each & set(members)))
    first = [component.statements[i] for i in settle] or statements
    return Conflict(
        _words(statements, facts, model.book),
        tuple(each.words() for each in statements),
        tuple(dict.fromkeys(fact.words for fact in facts)),
        items,
        tuple(dict.fromkeys(item.name for each in first for item in each.items)),
        tuple(each.words() for each in first),
    )


def _of_other_size(stated: Statement, other: Statement) -> Conflict:
    """Write down that a claim gives a group another size."""
    said = f"\u201c{other.items[0].printed}\u201d" if other.items else ""
    content = stated.content
    size = content.low if isinstance(content, Between) else ""
    words = f"Two sizes of {other.size_of}: {size} and {said}."
    items = tuple(item.name for item in other.items)
    return Conflict(words, (other.words(), stated.words()), (), items, items, (other.words(),))


def _words(statements: list[Statement], facts: list[Relation], book: Book) -> str:
    """Say in plain words why the statements cannot all be true."""
    on_curve = [_on_curve(s, book) for s in statements if isinstance(s.content, RateAt | MedianAt)]
    if on_curve:
        others = [s.words() for s in statements if not isinstance(s.content, RateAt | MedianAt)]
        sizes = dict.fromkeys(size for _, size in on_curve)
        beside = " and ".join([*sizes, *others])
        return f"{' and '.join(what for what, _ in on_curve)} cannot happen with {beside}."
    if len(statements) == 2 and all(isinstance(s.content, Between | ShareOf) for s in statements):
        names = {getattr(s.content, "quantity", "") for s in statements}
        if len(names) == 1:
            said = " and ".join(f"\u201c{s.items[0].printed}\u201d" for s in statements)
            return f"Two numbers of {names.pop()}: {said}."
    because = reason(statements, facts)
    if because:
        return f"{because}."
    return f"{'; '.join(dict.fromkeys(fact.words for fact in facts))}."


def _on_curve(statement: Statement, book: Book) -> tuple[str, str]:
    """Quote a statement on a curve with its time, and say how many patients the curve has."""
    content, printed = statement.content, statement.items[0].printed
    if not isinstance(content, RateAt | MedianAt):
        return printed, ""
    time = f" at {float(content.time):g}" if isinstance(content, RateAt) else ""
    group = book.file.curves[content.curve].of
    return f"{printed}{time}", f"{book.file.groups[group].n} {group}"
