"""What claims say of attributes: how many patients are of a kind, and summaries of numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from topline.audit.book import Book, Item
from topline.audit.claims import Percent, Proportion
from topline.audit.contradictions.statements import Between, ShareOf, gather_statements
from topline.audit.methods.shares import count_of, size_of
from topline.audit.quantities import read_place
from topline.reconstruct.conditions import Condition, condition_of
from topline.reconstruct.published import Assumed, Counted, Published, Summarised
from topline.reconstruct.strata import Members, Strata

What = Literal["median", "mean", "least", "most"]
DEFAULT_WEIGHT = 10.0
_WEIGHT_OF_ASSUMED = 1000.0


@dataclass(frozen=True, slots=True)
class CountOf:
    """Patients of a group of whom a condition holds."""

    among: Members
    are: Condition
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class NumberOf:
    """Median, mean, least or most of a number in a group."""

    among: Members
    attribute: str
    what: What
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Target:
    """What one or more claims say; reached or given up as a whole."""

    claims: tuple[str, ...]
    """None where it is assumed."""
    printed: str
    where: str
    content: CountOf | NumberOf
    weight: float


def gather_targets(strata: Strata) -> tuple[Target, ...]:
    """List what the claims say of attributes, claims that say the same together.

    What is said of quantities that `published.yaml` does not map is left out.
    """
    book, published = strata.book, strata.published
    found: list[Target] = []
    for statement in gather_statements(book):
        if statement.size_of or not statement.items:
            continue
        content = _content(statement.content, strata)
        if content is not None:
            found.append(_target(statement.items, content, published))
    found += [_assumed(each, strata) for each in published.assumed]
    items = {item.name: item for item in book.items}
    for counted in published.counts:
        item = items[counted.claim]
        found.append(_target([item], _counted(item, counted, strata), published))
    for item in book.items:
        found += [_target([item], content, published) for content in _means(item, strata)]
    for summarised in published.summaries:
        item = items[summarised.claim]
        contents = _summaries(item, summarised, strata)
        found += [_target([item], content, published) for content in contents]
    return tuple(found)


def weight_of(claim: str, published: Published) -> float:
    """Return what it costs to give up a claim: its own weight, its table's, or the usual one."""
    table = claim.partition("/")[0]
    return published.weights.get(claim, published.weights.get(table, DEFAULT_WEIGHT))


def _target(items: list[Item], content: CountOf | NumberOf, published: Published) -> Target:
    names = tuple(dict.fromkeys(item.name for item in items))
    weight = sum(weight_of(name, published) for name in names)
    return Target(names, items[0].printed, items[0].where, content, weight)


def _assumed(spec: Assumed, strata: Strata) -> Target:
    most = strata.size if spec.most is None else spec.most
    content = CountOf(strata.members(spec.among), condition_of(spec.are), spec.least, most)
    return Target((), spec.are, "assumed", content, _WEIGHT_OF_ASSUMED)


def _content(content: object, strata: Strata) -> CountOf | NumberOf | None:
    if not isinstance(content, Between | ShareOf):
        return None
    low, high = content.low, content.high
    if isinstance(content, ShareOf):
        n = strata.book.file.groups[content.group].n
        low, high = low * n, high * n
    number = _number(content.quantity, low, high, strata)
    if number is not None:
        return number
    place = read_place(content.quantity)
    if place is None:
        return None
    condition = mapped(strata.published, place.variable, place.level)
    if condition is None:
        return None
    among = strata.members(place.group)
    return CountOf(among, condition_of(condition), ceil(low), floor(high))


def mapped(published: Published, variable: str, level: str) -> str | None:
    """Find the condition for a level of a variable of claims.yaml; None where there is none.

    A level written `Grade *` stands for every level that begins so; the rest of its name then
    stands for * in the condition.
    """
    spec = published.variables.get(variable)
    if spec is None or isinstance(spec, str):
        attribute = published.attributes.get(spec or "")
        return None if level or (attribute is not None and attribute.numeric) else spec
    if level in spec:
        return spec[level]
    for pattern, condition in spec.items():
        before, star, after = pattern.partition("*")
        if star and level.startswith(before) and level.endswith(after):
            return condition.replace("*", level[len(before) : len(level) - len(after)])
    return None


def _number(name: str, low: Fraction, high: Fraction, strata: Strata) -> NumberOf | None:
    """Read a quantity such as `enrolled/Age (years) median`."""
    whole, _, last = name.rpartition(" ")
    whats: dict[str, What] = {"median": "median", "least": "least", "most": "most"}
    what, place = whats.get(last), read_place(whole)
    if what is None or place is None:
        return None
    attribute = _attribute(strata.published, place.variable)
    if attribute is None:
        return None
    return NumberOf(strata.members(place.group), attribute, what, low, high)


def _attribute(published: Published, variable: str) -> str | None:
    spec = published.variables.get(variable)
    if not isinstance(spec, str) or spec not in published.attributes:
        return None
    return spec if published.attributes[spec].numeric else None


def _means(item: Item, strata: Strata) -> Iterator[NumberOf]:
    """Find the mean that a cell of a table prints, by the cell's name."""
    _, _, rest = item.name.partition("/")
    variable, group = rest.split("/")[0], item.name.rpartition("/")[2]
    estimate = item.reading.numbers.get("estimate")
    attribute = _attribute(strata.published, variable)
    known_group = group in strata.book.file.groups
    if item.claim.kind == "mean" and attribute and estimate is not None and known_group:
        yield NumberOf(strata.members(group), attribute, "mean", *estimate.rounding())


def _counted(item: Item, spec: Counted, strata: Strata) -> CountOf:
    low, high = counted_range(item, spec, strata.book)
    return CountOf(strata.members(spec.among), condition_of(spec.are), low, high)


def counted_range(item: Item, spec: Counted, book: Book) -> tuple[int, int]:
    """Find the count that is meant: of the claim, of its denominator, or a part of its sum.

    Raises
    ------
    ValueError
        The claim has no such number; the message says what was expected.
    """
    claim = item.claim
    if claim.kind == "sum":
        place = (spec.part or 0) - 1
        part = claim.parts[place] if 0 <= place < len(claim.parts) else None
        if not isinstance(part, int):
            msg = f"part: one of the numbers among its {len(claim.parts)} parts"
            raise ValueError(msg)
        return part, part
    if isinstance(claim, Percent | Proportion) and not spec.part:
        if spec.denominator:
            n = size_of(item, claim, book)
            return n, n
        count = count_of(item, claim)
        if count is not None:
            return count, count
        estimate, n = item.reading.numbers.get("estimate"), size_of(item, claim, book)
        if estimate is not None:
            low, high = (end / item.reading.scale * n for end in estimate.interval())
            return ceil(low), floor(high)
    if claim.kind == "median" and spec.denominator and (n := book.size(claim.of)):
        return n, n
    estimate = item.reading.numbers.get("estimate")
    if claim.kind == "count" and not spec.part:
        count = claim.count if claim.count is not None else estimate and int(estimate.value)
        if count is not None:
            return int(count), int(count)
    msg = f"{item.name}: a claim with a count, a percentage, or (with part) a sum of numbers"
    raise ValueError(msg)


def _summaries(item: Item, spec: Summarised, strata: Strata) -> Iterator[NumberOf]:
    among, numbers = strata.members(spec.among), item.reading.numbers
    kind = spec.as_ or ("mean" if item.claim.kind == "mean" else "median")
    names: tuple[tuple[str, What], ...] = (("lower", "least"), ("upper", "most"))
    estimate = numbers.get("estimate")
    if estimate is not None and kind != "range":
        what: What = "mean" if kind == "mean" else "median"
        yield NumberOf(among, spec.of, what, *estimate.interval())
    for name, end in names:
        printed = numbers.get(name)
        if printed is not None and (kind == "range" or item.claim.kind == "range"):
            yield NumberOf(among, spec.of, end, *printed.interval())
