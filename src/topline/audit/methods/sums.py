"""Sums, statements that two places agree, relations between quantities, and ranges."""

from fractions import Fraction

from topline.audit.book import Book, Item
from topline.audit.claim_text import Numbers
from topline.audit.claims import Range, Relation, Same, Sum
from topline.audit.known import Stated, Stateds
from topline.audit.printed import Printed
from topline.audit.quantities import read_relation
from topline.audit.verdict import Finding, Verdict


def audit_sum(item: Item, claim: Sum, known: Stateds) -> Finding:
    """Add up the parts."""
    total = item.reading.numbers.get("estimate")
    parts = [part if isinstance(part, int) else known.get(part) for part in claim.parts]
    missing = [str(name) for name, part in zip(claim.parts, parts, strict=True) if part is None]
    if total is None or missing:
        return Finding(item, Verdict.UNCHECKED, f"Needed: the printed {' and '.join(missing)}.")
    values = [part.low if isinstance(part, Stated) else Fraction(part or 0) for part in parts]
    added = sum(values, Fraction(0))
    rest = total.value - added
    said = f"{' + '.join(str(v) for v in values)} = {added}"
    if 0 <= rest <= claim.unaccounted:
        if claim.unaccounted:
            words = f"{said} of {total.text}; {rest} of the {claim.unaccounted} others."
            return Finding(item, Verdict.REPRODUCED, words, ("sum",))
        return Finding(item, Verdict.REPRODUCED, f"{said}.", ("sum",))
    if claim.unaccounted:
        words = (
            f"{said} of {total.text} leaves {rest}, and only {claim.unaccounted} others there are."
            if rest > 0
            else f"{said}, more than {total.text}."
        )
    else:
        words = f"{said}, not {total.text}."
    others = tuple(part.item for part in parts if isinstance(part, Stated))
    return Finding(item, Verdict.INCONSISTENT, words, others=others)


def audit_same(item: Item, claim: Same, items: dict[str, Item]) -> Finding:
    """Compare the numbers that places print, each as precisely as it is printed."""
    readings = [_numbers(items[name]) for name in claim.claims]
    names = [n for n in readings[0] if all(n in reading for reading in readings[1:])]
    apart = [
        f"{name} {', '.join(_text(reading[name]) for reading in readings)}"
        for name in names
        if not _one_value([reading[name] for reading in readings])
    ]
    if not names:
        words = "The places print no number of one kind."
        return Finding(item, Verdict.UNCHECKED, words, others=claim.claims)
    if apart:
        words = f"Not the same: {'; '.join(apart)}."
        return Finding(item, Verdict.INCONSISTENT, words, others=claim.claims)
    words = f"The same within rounding: {', '.join(names)}."
    return Finding(item, Verdict.REPRODUCED, words, ("same",))


def _numbers(item: Item) -> Numbers:
    """Numbers of a claim; the one of a count is called so."""
    numbers = item.reading.numbers
    return {"count": numbers["estimate"]} if item.claim.kind == "count" else numbers


def _text(printed: Printed | None) -> str:
    return printed.text if printed is not None else "not reached"


def _one_value(printed: list[Printed | None]) -> bool:
    """Whether one number rounds to all of them."""
    there = [each for each in printed if each is not None]
    if len(there) < len(printed):
        return not there
    if len({each.value for each in there}) == 1:
        return True
    return max(each.interval()[0] for each in there) < min(each.interval()[1] for each in there)


def audit_relation(item: Item, claim: Relation, known: Stateds) -> Finding:
    """Say whether a relation can hold of the printed numbers."""
    relation = read_relation(claim.holds)
    if isinstance(relation, str):
        return Finding(item, Verdict.UNCHECKED, f"Needed: {relation}.")
    missing = [name for _, name in relation.terms if name not in known]
    if missing:
        words = f"Held against the other claims; {', '.join(missing)} is not printed."
        return Finding(item, Verdict.UNCHECKED, words)
    low = high = -relation.constant
    for factor, name in relation.terms:
        ends = factor * known[name].low, factor * known[name].high
        low, high = low + min(ends), high + max(ends)
    holds = {"=": low <= 0 <= high, "<=": low <= 0, ">=": high >= 0}[relation.sign]
    shown = ", ".join(f"{name} {known[name].text}" for _, name in relation.terms)
    if holds:
        return Finding(item, Verdict.REPRODUCED, f"It holds: {shown}.", ("relation",))
    others = tuple(dict.fromkeys(known[name].item for _, name in relation.terms))
    return Finding(item, Verdict.INCONSISTENT, f"It does not hold: {shown}.", others=others)


def audit_range(item: Item, claim: Range, book: Book, known: Stateds) -> Finding:
    """Check order, and that whole numbers have a median that such numbers can have."""
    numbers = item.reading.numbers
    median = numbers.get("estimate")
    n = book.size(claim.of)
    ends = [
        _end(claim, numbers.get(name), end, known)
        for name, end in (("lower", "least"), ("upper", "most"))
    ]
    if median is not None:
        low, high = median.interval()
        if (ends[0] is not None and high < ends[0]) or (ends[1] is not None and low > ends[1]):
            words = f"The median {median.text} lies outside the range."
            return Finding(item, Verdict.INCONSISTENT, words, others=(item.name,))
        if claim.whole and n is not None:
            halves = (median.value * 2).denominator == 1
            whole = median.value.denominator == 1
            if not halves or (n % 2 and not whole):
                words = f"{n} whole numbers cannot have a median of {median.text}."
                return Finding(item, Verdict.NO_METHOD, words)
    if claim.whole:
        broken = [
            p.text for p in numbers.values() if p and p is not median and p.value.denominator > 1
        ]
        if broken:
            words = f"{', '.join(broken)} among whole numbers."
            return Finding(item, Verdict.NO_METHOD, words)
    needs = claim.needs or "the values, patient by patient"
    return Finding(item, Verdict.UNCHECKED, f"Possible. Needed: {needs}.")


def _end(claim: Range, printed: Printed | None, end: str, known: Stateds) -> Fraction | None:
    """End of the range, in this claim or in another of the same quantity."""
    if printed is not None:
        low, high = printed.interval()
        return low if end == "least" else high
    stated = known.get(f"{claim.quantity} {end}") if claim.quantity else None
    return None if stated is None else stated.low if end == "least" else stated.high
