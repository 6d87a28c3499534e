"""What is printed of each quantity: the first claim that prints it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from topline.audit.book import Book, Item
from topline.audit.claims import Percent, Proportion
from topline.audit.printed import Printed


@dataclass(frozen=True, slots=True)
class Stated:
    """A quantity as printed: the range of what rounds to it, and the claim."""

    low: Fraction
    high: Fraction
    item: str
    text: str

    @property
    def whole(self) -> bool:
        """Whether it is one whole number."""
        return self.low == self.high and self.low.denominator == 1


Stateds = Mapping[str, Stated]


def stated_quantities(book: Book) -> dict[str, Stated]:
    """Gather quantities with the first claim that prints each.

    Groups come first: their sizes are what the file says they are.
    """
    found: dict[str, Stated] = {}
    for name, group in book.file.groups.items():
        size = Fraction(group.n)
        found[name] = Stated(size, size, name, str(group.n))
    for item in book.items:
        for name, low, high, text in statements_of(item):
            found.setdefault(name, Stated(low, high, item.name, text))
    return found


def statements_of(item: Item) -> list[tuple[str, Fraction, Fraction, str]]:
    """List the quantities that a claim prints, each with its range and words.

    A percentage without a count says nothing certain here; the solver weighs it.
    """
    claim, numbers, quantity = item.claim, item.reading.numbers, item.quantity
    if quantity is None:
        return []
    if isinstance(claim, Percent | Proportion):
        count = numbers.get("count")
        value = int(count.value) if count is not None else claim.count
        whole = None if value is None else Fraction(value)
        return [] if whole is None else [(quantity, whole, whole, str(value))]
    if claim.kind == "count":
        given = claim.count
        printed = numbers.get("estimate")
        value = given if given is not None else int(printed.value) if printed else None
        whole = None if value is None else Fraction(value)
        return [] if whole is None else [(quantity, whole, whole, str(value))]
    if claim.kind == "value":
        printed = numbers.get("estimate")
        return [] if printed is None else [(quantity, *_bounds(printed), printed.text)]
    if claim.kind == "range":
        names = {"estimate": "median", "lower": "least", "upper": "most"}
        return [
            (f"{quantity} {end}", *_bounds(printed), printed.text)
            for name, end in names.items()
            if (printed := numbers.get(name)) is not None
        ]
    return []


def _bounds(printed: Printed) -> tuple[Fraction, Fraction]:
    return printed.interval()
