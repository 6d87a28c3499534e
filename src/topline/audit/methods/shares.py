"""Percentages, and proportions with their limits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import get_args

from topline.audit.bare_counts import ALONE
from topline.audit.book import Book, Item
from topline.audit.claims import Percent, Proportion
from topline.audit.methods.intervals import (
    compute_arcsine,
    compute_logit,
    compute_wald_corrected,
)
from topline.audit.printed import Printed, Value, fit, shown
from topline.audit.verdict import Attempt, Finding, Numbers, Verdict, judge
from topline.stats.estimates.proportion import IntervalMethod, compute_proportion

Limits = tuple[Value, Value]

_ADDED: dict[str, tuple[str, Callable[[int, int, float], tuple[float, float]]]] = {
    "wald-cc": ("Wald interval with continuity correction", compute_wald_corrected),
    "logit": ("Logit interval", compute_logit),
    "arcsine": ("Arcsine interval", compute_arcsine),
}
_OTHER_LEVELS = (0.9, 0.99)
_MOST_COUNTS = 300
_LIKELY = ("clopper-pearson", "wilson", "wald")


def audit_percent(item: Item, claim: Percent, book: Book, known: int | None) -> Finding:
    """Check a percentage against its count.

    Parameters
    ----------
    item, claim
        The claim.
    book
        All claims.
    known
        Count that another claim prints for the same quantity; None where none does.
    """
    printed, of = item.reading.numbers.get("estimate"), size_of(item, claim, book)
    count = count_of(item, claim)
    if count is not None and count > of:
        return Finding(item, Verdict.NO_METHOD, f"{count} of {of} patients cannot be.")
    if printed is None:
        return Finding(item, Verdict.UNCHECKED, f"A count alone, {count} of {of}.", (ALONE,))
    if count is None:
        return _without_count(item, printed, of, known)
    return _with_count(item, printed, (count, of), book)


def _with_count(item: Item, printed: Printed, share: tuple[int, int], book: Book) -> Finding:
    """Work out the percentage of a count."""
    count, of = share
    value = Fraction(100 * count, of)
    found = fit(printed, value)
    said = f"{count} of {of} is {shown(value, printed.decimals + 2)}%"
    if found.agrees:
        return Finding(item, Verdict.REPRODUCED, f"{said}.", ("share",))
    if found.slip:
        return Finding(item, Verdict.SLIP, f"{said}: {printed.text} is {found.slip}.", ("share",))
    for name, group in book.file.groups.items():
        if group.n >= max(count, 1) and fit(printed, Fraction(100 * count, group.n)).agrees:
            words = f"{said}; {printed.text}% would be a share of the {group.n} of {name}."
            return Finding(item, Verdict.ANOTHER_METHOD, words, (f"of {name}",))
    return Finding(item, Verdict.NO_METHOD, f"{said}. {_fitting(printed, count, of)}")


def _without_count(item: Item, printed: Printed, of: int, known: int | None) -> Finding:
    """Look for a count that gives the percentage."""
    if known is not None and fit(printed, Fraction(100 * known, of)).agrees:
        words = f"{known} of {of} is {shown(Fraction(100 * known, of), printed.decimals + 2)}%."
        return Finding(item, Verdict.REPRODUCED, words, ("share",))
    near = _near(printed, of, 100)
    fitting = [k for k in near if fit(printed, Fraction(100 * k, of)).agrees]
    if fitting:
        counts = " or ".join(map(str, fitting[:4])) + (" ..." if len(fitting) > 4 else "")
        words = f"{counts} of {of} rounds to it."
        return Finding(item, Verdict.REPRODUCED, words, ("share",))
    slips = [k for k in near if fit(printed, Fraction(100 * k, of)).slip]
    if slips:
        share = Fraction(100 * slips[0], of)
        slip = fit(printed, share).slip
        words = f"{slips[0]} of {of} is {shown(share, printed.decimals + 2)}%: it is {slip}."
        return Finding(item, Verdict.SLIP, words, ("share",))
    nearest = min(near, key=lambda k: abs(Fraction(100 * k, of) - printed.value))
    share = Fraction(100 * nearest, of)
    words = f"No count of {of} gives it; {nearest} is {shown(share, printed.decimals + 2)}%."
    return Finding(item, Verdict.NO_METHOD, words)


def _fitting(printed: Printed, count: int, of: int) -> str:
    """Say which denominator or count would give the printed percentage."""
    low, high = (max(end, Fraction(1, 1000)) for end in printed.interval())
    widest = range(max(count, 1, floor(100 * count / high)), ceil(100 * count / low) + 1)
    sizes = [n for n in widest[:1000] if fit(printed, Fraction(100 * count, n)).agrees]
    counts = [k for k in _near(printed, of, 100) if fit(printed, Fraction(100 * k, of)).agrees]
    told = [f"{count} of {min(sizes, key=lambda n: abs(n - of))}"] if sizes else []
    told += [f"{min(counts, key=lambda k: abs(k - count))} of {of}"] if counts else []
    return f"{printed.text}% would be {' or '.join(told)}." if told else "No count gives it."


def audit_proportion(item: Item, claim: Proportion, book: Book, known: int | None) -> Finding:
    """Find the method of a proportion's limits; parameters as for `audit_percent`."""
    of, count = size_of(item, claim, book), count_of(item, claim)
    level = item.reading.level or claim.level
    names = [name for name in ("estimate", "lower", "upper") if name in item.reading.numbers]
    numbers = Numbers(tuple(names), tuple(item.reading.numbers[name] for name in names))
    counts = [count] if count is not None else _counts(item, of, known)
    if not counts or max(counts) > of:
        words = f"No count of {of} patients gives {claim.printed}."
        return Finding(item, Verdict.NO_METHOD, words)
    scale = item.reading.scale
    attempts = [_picked(each, names) for k in counts for each in _attempts(k, of, level, scale)]
    declared = claim.method or book.file.declared.proportion
    finding = judge(item, numbers, attempts, declared)
    if finding.verdict is not Verdict.NO_METHOD:
        return finding
    groups = {name: g.n for name, g in book.file.groups.items() if g.n != of}
    tried = _Tried(of, level, scale, declared or _LIKELY[0])
    more = [_picked(each, names) for k in counts for each in _unlikely(k, tried, groups)]
    finding = judge(item, numbers, [*attempts, *more], declared)
    if finding.verdict is not Verdict.NO_METHOD:
        return finding
    hint = _fitting_size(numbers, counts, tried)
    return replace(finding, words=f"{finding.words}{hint}")


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was tried without success."""

    of: int
    level: float
    scale: int
    declared: str


def _fitting_size(numbers: Numbers, counts: list[int], tried: _Tried) -> str:
    """Say of how many patients the same count would give the printed numbers."""
    of = tried.of
    if of > _MOST_COUNTS:
        return ""
    for n in sorted(range(1, 2 * of + 1), key=lambda size: (abs(size - of), size)):
        for x in counts:
            if x > n or n == of:
                continue
            for each in _attempts(x, n, tried.level, tried.scale):
                picked = _picked(each, list(numbers.names))
                if each.method in _LIKELY and all(f.agrees for f in numbers.fits(picked)):
                    return f" {x} of {n} would give it, by the {each.label}."
    return ""


def _counts(item: Item, of: int, known: int | None) -> list[int]:
    """List the counts that give the printed estimate."""
    printed = item.reading.numbers.get("estimate")
    if known is not None:
        return [known]
    if printed is None:
        return list(range(min(of, _MOST_COUNTS) + 1))
    scale = item.reading.scale
    near = _near(printed, of, scale)
    exact = [k for k in near if fit(printed, Fraction(scale * k, of)).agrees]
    return exact or [k for k in near if fit(printed, Fraction(scale * k, of)).slip]


def _near(printed: Printed, of: int, scale: int) -> range:
    """List the counts whose share lies within two printed digits of the one printed."""
    low, high = printed.value - 2 * printed.step, printed.value + 2 * printed.step
    first = min(max(0, floor(low * of / scale)), of)
    return range(first, max(first, min(of, ceil(high * of / scale))) + 1)


def _attempts(x: int, n: int, level: float, scale: int) -> Iterator[Attempt]:
    """Try each method on x of n patients."""
    for method in get_args(IntervalMethod):
        found = compute_proportion(x, n, method=method, level=level)
        values = Fraction(scale * x, n), scale * found.lower, scale * found.upper
        yield Attempt(method, found.method.name, values)
    for method, (label, compute) in _ADDED.items():
        lower, upper = compute(x, n, level)
        yield Attempt(method, label, (Fraction(scale * x, n), scale * lower, scale * upper))


def _unlikely(x: int, tried: _Tried, groups: dict[str, int]) -> Iterator[Attempt]:
    """Try what could have gone wrong: another level, one side, another denominator."""
    likely = {tried.declared, *_LIKELY}
    for other in (*_OTHER_LEVELS, 2 * tried.level - 1):
        said = f"of {other:.0%}" if other in _OTHER_LEVELS else "with one side only"
        for a in _attempts(x, tried.of, other, tried.scale):
            if a.method in likely:
                key = f"{a.method} at {other:g}"
                yield Attempt(key, f"{a.label} {said}", a.values, plain=False)
    for name, n in groups.items():
        for a in _attempts(x, n, tried.level, tried.scale) if n >= x else ():
            if a.method == tried.declared:
                label = f"{a.label} of {x} in the {n} of {name}"
                yield Attempt(f"{a.method} of {name}", label, a.values, plain=False)


def _picked(attempt: Attempt, names: list[str]) -> Attempt:
    """Keep the numbers that are printed."""
    places = [("estimate", "lower", "upper").index(name) for name in names]
    values = tuple(attempt.values[i] for i in places)
    return Attempt(attempt.method, attempt.label, values, attempt.plain)


def count_of(item: Item, claim: Percent | Proportion) -> int | None:
    """Numerator as printed or given."""
    printed = item.reading.numbers.get("count")
    return int(printed.value) if printed is not None else claim.count


def size_of(item: Item, claim: Percent | Proportion, book: Book) -> int:
    """Denominator as printed, or else that of the group."""
    printed = item.reading.numbers.get("of")
    return int(printed.value) if printed is not None else book.size(claim.of) or 1
