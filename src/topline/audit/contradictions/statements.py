"""What claims say of quantities, as statements that can be kept or given up one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from topline.audit.book import Book, Item
from topline.audit.claims import Median, Percent, Proportion, Rate
from topline.audit.known import statements_of
from topline.audit.methods.shares import count_of
from topline.audit.printed import Printed
from topline.audit.quantities import Relation, read_relation

LARGEST_CURVE = 300
"""Patients; rates and medians on a curve of more are looked at one by one only."""


LARGEST_NUMBER = 10**9
"""A printed number above it is held against no other."""


@dataclass(frozen=True, slots=True)
class Between:
    """A quantity lies in a range, ends included."""

    quantity: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class ShareOf:
    """A quantity is a percentage of a group's size, within rounding."""

    quantity: str
    group: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class RateAt:
    """A curve's rate at a time, with its standard error where that is printed; 0 to 1."""

    curve: str
    time: Fraction
    rate: tuple[Fraction, Fraction]
    error: tuple[Fraction, Fraction] | None


@dataclass(frozen=True, slots=True)
class MedianAt:
    """The time at which a curve comes to one half; None where it does not."""

    curve: str
    time: tuple[Fraction, Fraction] | None


Content = Between | ShareOf | RateAt | MedianAt | Relation


@dataclass
class Statement:
    """What one or more claims say; kept or given up as a whole."""

    content: Content
    items: list[Item] = field(default_factory=list[Item])
    size_of: str = ""
    """The group, where it is the size of one."""
    where: str = ""
    """Where the file says that the size of the group stands."""

    def words(self) -> str:
        """Quote the first of the claims, and say how many more say the same."""
        if not self.items:
            content = self.content
            size = content.low if isinstance(content, Between) else ""
            return f"{self.size_of} are {size}{many_places(self)}"
        name = f"{self.size_of}: " if self.size_of else ""
        return f"{name}\u201c{self.items[0].printed}\u201d{many_places(self)}"


def many_places(statement: Statement) -> str:
    """Say where a statement stands: the first place, and how many more there are."""
    if not statement.items:
        return f" ({statement.where})" if statement.where else ""
    more = len(statement.items) - 1
    also = f" and {more} more place{'s' if more > 1 else ''}" if more else ""
    return f" ({statement.items[0].where}{also})"


def gather_statements(book: Book) -> list[Statement]:
    """List what all claims say, claims that say the same together.

    A count with a percentage counts as its count: whether the two agree is another question.
    """
    found: dict[Content, Statement] = {}
    for name, group in book.file.groups.items():
        content = Between(name, Fraction(group.n), Fraction(group.n))
        found[content] = Statement(content, size_of=name, where=group.where)
    for item in book.items:
        for content in _contents(item, book):
            of_group = isinstance(content, Between) and content.quantity in book.file.groups
            size = content.quantity if of_group and isinstance(content, Between) else ""
            found.setdefault(content, Statement(content, size_of=size)).items.append(item)
    return list(found.values())


def _contents(item: Item, book: Book) -> Iterator[Content]:
    claim = item.claim
    for quantity, low, high, _ in statements_of(item):
        if high <= LARGEST_NUMBER:
            yield Between(quantity, low, high)
    if isinstance(claim, Percent | Proportion):
        yield from _shares(item, claim)
    elif isinstance(claim, Rate | Median):
        curve = book.file.curves.get(claim.curve or "")
        if curve is None or book.file.groups[curve.of].n > LARGEST_CURVE:
            return
        yield from _rates(item, claim) if isinstance(claim, Rate) else _medians(item, claim, book)
    elif claim.kind == "relation":
        relation = read_relation(claim.holds)
        if isinstance(relation, Relation):
            yield relation


def _shares(item: Item, claim: Percent | Proportion) -> Iterator[Content]:
    numbers = item.reading.numbers
    of, estimate = numbers.get("of"), numbers.get("estimate")
    if of is not None and isinstance(claim.of, str):
        yield Between(claim.of, of.value, of.value)
    if claim.quantity is None or estimate is None or count_of(item, claim) is not None:
        return
    low, high = (end / item.reading.scale for end in estimate.interval())
    if isinstance(claim.of, str):
        yield ShareOf(claim.quantity, claim.of, low, high)
    elif claim.of is not None:
        yield Between(claim.quantity, low * claim.of, high * claim.of)


def _rates(item: Item, claim: Rate) -> Iterator[Content]:
    rate, spread = item.reading.numbers.get("estimate"), item.reading.numbers.get("spread")
    if claim.curve is None or rate is None:
        return
    time = Fraction(str(claim.at))
    error = _unit(spread, item) if spread is not None else None
    yield RateAt(claim.curve, time, _unit(rate, item), error)


def _medians(item: Item, claim: Median, book: Book) -> Iterator[Content]:
    if claim.curve is None or claim.of not in {None, book.file.curves[claim.curve].of}:
        return
    median = item.reading.numbers.get("estimate")
    yield MedianAt(claim.curve, median.interval() if median is not None else None)


def _unit(printed: Printed, item: Item) -> tuple[Fraction, Fraction]:
    low, high = printed.interval()
    return max(low / item.reading.scale, Fraction(0)), min(high / item.reading.scale, Fraction(1))
