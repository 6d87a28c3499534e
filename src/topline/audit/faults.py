"""What keeps a claim from being checked: words without its numbers, a share of nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from topline.audit.book import Item, Variable
from topline.audit.claim_text import Reading
from topline.audit.claims import (
    AnyClaim,
    ClaimsFile,
    DecisionRule,
    Mean,
    Median,
    OddsRatio,
    Percent,
    Proportion,
    PValue,
    Range,
    Rate,
    Same,
    SampleSize,
)
from topline.audit.quantities import read_on_curve, read_place
from topline.protocol.problems import listed, nearest, shown

_FORMS: dict[str, tuple[tuple[str, ...], str]] = {
    "count": (("estimate",), "37 patients"),
    "p-value": (("p",), "p = 0.04"),
    "odds-ratio": (("estimate", "lower", "upper"), "3.3 (95% CI, 0.3-38.2)"),
    "hazard-ratio": (("estimate", "lower", "upper"), "0.58 (95% CI, 0.37-0.91)"),
    "median": (("estimate", "lower", "upper"), "28.5 months (95% CI, 16.8-28.5)"),
    "rate": (("estimate",), "84.4% (SE 7.2) or 84.4% (95% CI, 66.2-93.3)"),
    "mean": (("estimate",), "5.5 (2.1)"),
    "range": (("estimate|lower",), "59 (31-78)"),
    "value": (("estimate",), "19.2 months"),
    "sum": (("estimate",), "37"),
    "sample-size": (("estimate",), "35 patients"),
    "decision-rule": (("count", "of"), "13 of 35"),
    "statistic": (("estimate", "p"), "F(2,41.1) = 1.67, p = 0.2"),
    "proportion": (("lower", "upper"), "5/33 (15%; 95% CI, 5-32%)"),
    "percent": (("estimate|count",), "20 (54%)"),
}
"""Numbers that a claim's words have to hold, and how they can look."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What was found where in a claim, what was expected, and what may have been meant."""

    loc: tuple[str | int, ...]
    found: str
    expected: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Tells whether a quantity is one that the file names or implies."""

    names: tuple[str, ...]
    groups: frozenset[str]
    variables: Mapping[str, Variable]
    curves: frozenset[str]

    def __call__(self, quantity: str) -> bool:
        """Whether it is known."""
        if quantity in self.names:
            return True
        on_curve = read_on_curve(quantity)
        if on_curve is not None:
            return on_curve.curve in self.curves
        place = read_place(quantity)
        if place is None or place.group not in self.groups:
            return False
        variable = self.variables.get(place.variable)
        return variable is not None and place.level in {*variable.levels, variable.total, ""}


def known_quantities(
    file: ClaimsFile, items: Iterable[Item], variables: Mapping[str, Variable]
) -> Known:
    """Gather the names of all quantities."""
    names = [*file.groups]
    for item in items:
        if item.quantity:
            names.append(item.quantity)
            if item.claim.kind == "range":
                names += [f"{item.quantity} {end}" for end in ("least", "most", "median")]
    return Known(
        tuple(dict.fromkeys(names)), frozenset(file.groups), variables, frozenset(file.curves)
    )


def faults_of(file: ClaimsFile, claim: AnyClaim, reading: Reading) -> Iterator[Fault]:
    """Yield what keeps a claim from being read."""
    if isinstance(claim, Same) or claim.kind == "relation":
        return
    needed, form = _FORMS[claim.kind]
    has_count = getattr(claim, "count", None) is not None
    missing = [n for n in needed if not any(each in reading.numbers for each in n.split("|"))]
    if missing and not (claim.kind in {"count", "percent"} and has_count):
        said = " and ".join(_WORDS[each] for name in missing for each in name.split("|")[:1])
        yield Fault(("printed",), shown(claim.printed), f"words with {said}, such as {form}")
    yield from _group_faults(file, claim)
    if isinstance(claim, Percent | Proportion):
        yield from _share_faults(file, claim, reading)
    if isinstance(claim, Rate):
        yield from _rate_faults(claim)
    if isinstance(claim, OddsRatio) and [len(row) for row in claim.table] != [2, 2]:
        found = f"a table of {len(claim.table)} x {len(claim.table[0])}"
        yield Fault(("table",), found, "two rows (group, reference) of two (event, no event)")
    if isinstance(claim, PValue):
        yield from _table_faults(claim)
    if isinstance(claim, DecisionRule | SampleSize) and claim.alternative <= claim.null:
        found = f"an alternative of {claim.alternative:g}"
        yield Fault(("alternative",), found, f"more than the null of {claim.null:g}")


_WORDS = {
    "estimate": "the number", "count": "a count", "of": "a size", "lower": "a lower limit",
    "upper": "an upper limit", "p": "a p-value",
}  # fmt: skip


def _group_faults(file: ClaimsFile, claim: AnyClaim) -> Iterator[Fault]:
    of = (
        claim.of if isinstance(claim, Percent | Proportion | Median | Rate | Mean | Range) else None
    )
    if isinstance(of, str) and of not in file.groups:
        expected = f"a number of patients, or a group: {listed(file.groups) or 'none is named'}"
        yield Fault(("of",), of, expected, nearest(of, file.groups))
    curve = claim.curve if isinstance(claim, Median | Rate) else None
    if curve is not None and curve not in file.curves:
        expected = f"a curve: {listed(file.curves) or 'none is named under curves'}"
        yield Fault(("curve",), curve, expected, nearest(curve, file.curves))


def _share_faults(
    file: ClaimsFile, claim: Percent | Proportion, reading: Reading
) -> Iterator[Fault]:
    count, of = reading.numbers.get("count"), reading.numbers.get("of")
    if claim.of is None and of is None:
        expected = "of: the group or the number of patients that it is a share of"
        yield Fault((), f"{shown(claim.printed)} without a denominator", expected)
    if of is not None and of.value == 0:
        yield Fault(("printed",), shown(claim.printed), "a denominator of 1 or more")
    if claim.count is not None and count is not None and count.value != claim.count:
        found = f"count: {claim.count}, and {count.text} in {shown(claim.printed)}"
        yield Fault(("count",), found, "the printed count alone; leave the key out")
    size = file.groups[claim.of].n if claim.of in file.groups else claim.of
    size = int(of.value) if of is not None else size
    if claim.count is not None and isinstance(size, int) and claim.count > size:
        expected = f"at most {size}, the patients that it is a share of"
        yield Fault(("count",), str(claim.count), expected)


def _rate_faults(claim: Rate) -> Iterator[Fault]:
    if claim.curve is None and claim.of is None:
        yield Fault((), "neither curve nor of", "the curve, or the patients that it is a rate of")


def _table_faults(claim: PValue) -> Iterator[Fault]:
    if claim.table is None:
        return
    widths = {len(row) for row in claim.table}
    if len(widths) > 1:
        found = f"rows of {listed(sorted(widths))} counts"
        yield Fault(("table",), found, "as many counts in each row: one for each category")
    elif claim.columns and len(claim.columns) != len(claim.table[0]):
        found = f"{len(claim.columns)} names of {len(claim.table[0])} columns"
        yield Fault(("columns",), found, "a name for each column of the table, or none")
    if claim.several and len(claim.sizes) != len(claim.table):
        found = f"{len(claim.sizes)} sizes of {len(claim.table)} groups"
        yield Fault(("sizes",), found, "the size of each group, for patients count several times")
    elif claim.several:
        for i, (row, size) in enumerate(zip(claim.table, claim.sizes, strict=True)):
            if max(row) > size:
                yield Fault(("sizes", i), f"{max(row)} of {size} patients", f"at most {size}")
