"""Which attributes can change places between two patients without touching what claims say."""

from collections.abc import Iterator
from dataclasses import dataclass

from topline.audit.quantities import relation_of
from topline.reconstruct.attributes.solve import Attributes
from topline.reconstruct.attributes.targets import CountOf, Target
from topline.reconstruct.conditions import Column, Condition, condition_of, holds, names_of
from topline.reconstruct.strata import GROUP, Strata


@dataclass(frozen=True, slots=True)
class Exchange:
    """Attributes that are exchanged together, and what has to hold of both patients after."""

    names: tuple[str, ...]
    rules: tuple[Condition, ...] = ()
    counted: tuple[CountOf, ...] = ()
    """Counts that an exchange could change; they stay as they are."""
    within_group: bool = True
    """Only patients of one group may exchange them."""

    def allowed(self, columns: dict[str, Column], i: int, j: int) -> bool:
        """Say whether two patients can exchange these attributes; nothing is changed."""
        groups = columns[GROUP]
        if self.within_group and groups[i] != groups[j]:
            return False
        pair = {name: columns[name][[i, j]] for name in self._needed()}
        before = [_count(each, pair, (i, j)) for each in self.counted]
        for name in self.names:
            if name in pair:
                pair[name] = pair[name][::-1]
        if not all(holds(rule, pair, 2).all() for rule in self.rules):
            return False
        return before == [_count(each, pair, (i, j)) for each in self.counted]

    def _needed(self) -> set[str]:
        conditions = [*self.rules, *(each.are for each in self.counted)]
        conditions += [
            each.among.condition for each in self.counted if each.among.condition is not None
        ]
        return {name for condition in conditions for name in names_of(condition)}


def _count(counted: CountOf, pair: dict[str, Column], who: tuple[int, int]) -> int:
    of = holds(counted.are, pair, 2) & counted.among.parts[list(who)]
    if counted.among.condition is not None:
        of &= holds(counted.among.condition, pair, 2)
    return int(of.sum())


def find_exchanges(strata: Strata, attributes: Attributes, used: set[str]) -> tuple[Exchange, ...]:
    """List what can be exchanged: each part that is used, and each attribute used within one.

    Parameters
    ----------
    strata, attributes
        Patients with their attributes.
    used
        Attributes on which dates or statements on times rest.
    """
    found: list[Exchange] = []
    for part in attributes.parts:
        own = set(part) & used
        if not own:
            continue
        found.append(Exchange(part))
        found += [
            each
            for name in sorted(own)
            if len(part) > 1 and (each := _alone(strata, attributes, name)) is not None
        ]
    return tuple(found)


def _alone(strata: Strata, attributes: Attributes, name: str) -> Exchange | None:
    """Free one attribute of the others of its part; None where a sum or a definition holds it."""
    published = strata.published
    spec = published.attributes[name]
    defined = [
        other
        for other, each in published.attributes.items()
        for text in (each.when, each.known)
        if text is not None and name in names_of(condition_of(text))
    ]
    sums = [relation_of(text) for text in published.sums]
    if spec.when or spec.known or defined or any(n == name for s in sums for _, n in s.terms):
        return None
    rules = [condition_of(text) for text in published.rules]
    mine = tuple(rule for rule in rules if name in set(names_of(rule)))
    counted = tuple(_counts(attributes.targets, name))
    return Exchange((name,), mine, counted, within_group=spec.numeric)


def _counts(targets: tuple[Target, ...], name: str) -> Iterator[CountOf]:
    """List the counts that are not of this attribute alone, or not of everybody."""
    for target in targets:
        content = target.content
        if not isinstance(content, CountOf):
            continue
        names = set(names_of(content.are))
        if content.among.condition is not None:
            names |= set(names_of(content.among.condition))
        if name in names and (len(names) > 1 or not content.among.parts.all()):
            yield content


def exchanged(
    columns: dict[str, Column], names: tuple[str, ...], i: int, j: int
) -> dict[str, Column]:
    """Return columns in which two patients have exchanged some attributes."""
    changed = dict(columns)
    for name in names:
        column = columns[name].copy()
        column[[i, j]] = column[[j, i]]
        changed[name] = column
    return changed


def used_attributes(strata: Strata) -> set[str]:
    """Name the attributes on which dates and statements on times rest."""
    courses = strata.published.courses
    texts = [*courses.present.values(), *(rule.when for rule in courses.rules)]
    texts += [end.unless for end in courses.endpoints.values()]
    amongs = [end.among for end in courses.endpoints.values()]
    amongs += [each.among for each in (*courses.statements, *courses.at_risk, *courses.curves)]
    used = {each.by for each in courses.statements if each.by}
    for text in texts:
        used |= set(names_of(condition_of(text))) if text else set[str]()
    for among in amongs:
        condition = strata.members(among).condition
        used |= set(names_of(condition)) if condition is not None else set[str]()
    return used & set(strata.published.attributes)
