"""What holds by the nature of patients: parts add up, no group is larger than what holds it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from topline.audit.book import Book, Variable
from topline.audit.contradictions.statements import Between, ShareOf, Statement
from topline.audit.quantities import Place, Relation, Sign, read_place

_ONE = Fraction(1)
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Linear:
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    sign: Sign
    words: str

    def relation(self) -> Relation:
        """Write it as a relation against 0."""
        terms = [(_ONE, name) for name in self.plus] + [(-_ONE, name) for name in self.minus]
        return Relation(tuple(terms), self.sign, _ZERO, self.words)


def gather_facts(book: Book, statements: list[Statement]) -> list[Relation]:
    """List the relations that hold whatever the claims say."""
    facts = [*book.facts, *(each.relation() for each in _sizes(book))]
    for name, groups in _groups_by_variable(book, statements).items():
        variable = book.variables[name]
        for linear in _within_groups(variable, groups):
            facts.append(linear.relation())
        for linear in _between_groups(book, variable, groups):
            facts.append(linear.relation())
    facts += [each.relation() for each in _ranges(book)]
    return facts


def _groups_by_variable(book: Book, statements: list[Statement]) -> dict[str, list[str]]:
    """List the groups of which something is said of each variable, and those they make up."""
    named: dict[str, dict[str, None]] = {}
    for quantity in _named_quantities(book, statements):
        place = read_place(quantity)
        if place is not None and place.variable in book.variables:
            named.setdefault(place.variable, {})[place.group] = None
    for groups in named.values():
        for _ in book.file.groups:
            for name, group in book.file.groups.items():
                if group.parts and (name in groups or any(part in groups for part in group.parts)):
                    groups.update(dict.fromkeys((name, *group.parts)))
    return {variable: list(groups) for variable, groups in named.items()}


def _named_quantities(book: Book, statements: list[Statement]) -> Iterator[str]:
    for statement in statements:
        content = statement.content
        if isinstance(content, Between | ShareOf):
            yield content.quantity
        elif isinstance(content, Relation):
            yield from (name for _, name in content.terms)
    for fact in book.facts:
        yield from (name for _, name in fact.terms)


def _sizes(book: Book) -> Iterator[_Linear]:
    for name, group in book.file.groups.items():
        if group.parts:
            words = f"{name} are {' and '.join(group.parts)}"
            yield _Linear((name,), group.parts, "=", words)
        if group.within:
            yield _Linear((name,), (group.within,), "<=", f"{name} are among {group.within}")


def _levels(variable: Variable) -> tuple[str, ...]:
    return variable.levels or ("",)


def _within_groups(variable: Variable, groups: list[str]) -> Iterator[_Linear]:
    for group in groups:
        names = tuple(str(Place(group, variable.name, level)) for level in _levels(variable))
        total = (str(Place(group, variable.name, variable.total)),) if variable.total else ()
        if variable.has == "one":
            words = f"each of {group} has one level of {variable.name}"
            yield _Linear(names, (group,), "=", words)
        elif variable.has == "at most one":
            words = f"each of {group} has one level of {variable.name} at most"
            yield _Linear(names, (group,), "<=", words)
            if total:
                words = f"{variable.total} of {variable.name} in {group} is the sum of the levels"
                yield _Linear(names, total, "=", words)
        else:
            for name in names:
                yield _Linear((name,), (group,), "<=", f"{name} are among {group}")
            if total:
                words = f"{variable.total} of {variable.name} in {group} holds each level"
                yield _Linear(total, names, "<=", words)
                for name in names:
                    yield _Linear((name,), total, "<=", words)
                yield _Linear(total, (group,), "<=", f"{total[0]} are among {group}")


def _between_groups(book: Book, variable: Variable, groups: list[str]) -> Iterator[_Linear]:
    levels = (*_levels(variable), *((variable.total,) if variable.total else ()))
    for name in groups:
        group = book.file.groups[name]
        for level in levels:
            own = str(Place(name, variable.name, level))
            if group.parts:
                parts = tuple(str(Place(part, variable.name, level)) for part in group.parts)
                words = f"{name} are {' and '.join(group.parts)}, so {own} add up from them"
                yield _Linear((own,), parts, "=", words)
            if group.within in groups:
                whole = str(Place(group.within, variable.name, level))
                words = f"{name} are among {group.within}"
                yield _Linear((own,), (whole,), "<=", words)
                words = f"{whole} that are not {name} are among the others of {group.within}"
                yield _Linear((whole, name), (own, group.within), "<=", words)


def _ranges(book: Book) -> Iterator[_Linear]:
    """Order the ends of ranges, those of a group within those of the group that holds it."""
    quantities = dict.fromkeys(
        item.quantity for item in book.items if item.claim.kind == "range" and item.quantity
    )
    holders = {part: name for name, group in book.file.groups.items() for part in group.parts} | {
        name: group.within for name, group in book.file.groups.items() if group.within
    }
    for quantity in quantities:
        least, median, most = (f"{quantity} {end}" for end in ("least", "median", "most"))
        yield _Linear((least,), (median,), "<=", f"the least of {quantity} is at most the median")
        yield _Linear((median,), (most,), "<=", f"the median of {quantity} is at most the most")
        place = read_place(quantity)
        holder = holders.get(place.group) if place is not None else None
        while place is not None and holder is not None:
            whole = str(Place(holder, place.variable, place.level))
            if whole in quantities:
                words = f"{place.group} are among {holder}"
                yield _Linear((f"{whole} least",), (least,), "<=", words)
                yield _Linear((most,), (f"{whole} most",), "<=", words)
            holder = holders.get(holder)
