r"""Means and standard deviations of whole numbers: not every one can be.

The sum $T$ of n whole numbers is whole, so their mean is $T / n$ (GRIM [1]_). The sum of squares
$Q$ is whole and as odd or even as $T$, and the standard deviation is
$\sqrt{(Q - T^2 / n) / (n - 1)}$ (GRIMMER [2]_). $Q$ lies between that of the most even and, within
a range, of the most uneven numbers with sum $T$. Between those bounds a sample is looked for by
moving two values apart or together, step by step (SPRITE [3]_), from the most even one on; a found
sample proves that the numbers are possible.

References
----------
.. [1] Brown NJL, Heathers JAJ (2017). The GRIM test: a simple technique detects numerous anomalies
   in the reporting of results in psychology. Social Psychological and Personality Science 8(4):
   363-369.
.. [2] Anaya J (2016). The GRIMMER test: a method for testing the validity of reported measures of
   variability. PeerJ Preprints 4: e2400v1; Allard A (2018), Analytic-GRIMMER.
.. [3] Heathers JA, Anaya J, van der Zee T, Brown NJL (2018). Recovering data from summary
   statistics: sample parameter reconstruction via iterative techniques (SPRITE). PeerJ Preprints
   6: e26968v1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import ceil, floor, inf

from topline.audit.book import Book, Item
from topline.audit.claims import Mean
from topline.audit.printed import Printed, fit
from topline.audit.verdict import Finding, Verdict

_MOST_MOVES = 20_000
_MOST_STEPS = 400_000
_MOST_VALUES = 200
_MOST_TRIES = 2_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Whole numbers that have printed mean and standard deviation, ascending; or why none do."""

    values: tuple[int, ...]
    reason: str = ""
    proven: bool = True
    """False where the search ended without a sample and without a proof that there is none."""


def possible_sums(printed: Printed, n: int, items: int = 1) -> range:
    """List the sums of n values of `items` whole numbers each that give a printed mean.

    Examples
    --------
    >>> from topline.audit.printed import read_number
    >>> list(possible_sums(read_number("5.19"), 28))  # Brown and Heathers 2017
    []
    >>> list(possible_sums(read_number("5.18"), 28))
    [145]
    """
    low, high = printed.interval()
    first, last = ceil(low * n * items), floor(high * n * items)
    whole = [t for t in range(first, last + 1) if fit(printed, Fraction(t, n * items)).agrees]
    return range(whole[0], whole[-1] + 1) if whole else range(0)


def find_sample(
    mean: Printed, sd: Printed | None, n: int, least: float = -inf, most: float = inf
) -> Sample:
    """Look for n whole numbers with a printed mean and standard deviation.

    Parameters
    ----------
    mean, sd
        As printed; the deviation of a sample, by n - 1.
    n
        Whole numbers.
    least, most
        Smallest and largest permitted.

    Examples
    --------
    >>> from topline.audit.printed import read_number
    >>> find_sample(read_number("2.5"), read_number("1.3"), 4, 1, 5).values
    (1, 2, 3, 4)
    """
    sums = possible_sums(mean, n)
    inside = [total for total in sums if least * n <= total <= most * n]
    if not sums:
        return Sample((), f"no {n} whole numbers have the mean {mean.text}")
    if not inside:
        return Sample((), f"the mean {mean.text} lies outside {least:g} to {most:g}")
    if sd is None:
        return Sample(_even(inside[0], n))
    reason = f"no {n} whole numbers with the mean {mean.text} have the SD {sd.text}"
    if n > _MOST_VALUES:
        return Sample((), reason, proven=False)
    tries = ((total, q) for total in inside for q in _possible_squares(total, sd, n))
    squares = list(islice(tries, _MOST_TRIES))
    return _search(squares, n, least, most, reason) if squares else Sample((), reason)


def _search(
    squares: list[tuple[int, int]], n: int, least: float, most: float, reason: str
) -> Sample:
    """Look for n whole numbers of a range with one of the sums and sums of squares."""
    proven = len(squares) < _MOST_TRIES
    for total, wanted in squares:
        start = _even(total, n)
        if sum(v * v for v in start) <= wanted <= _most_uneven(total, n, least, most):
            found = _spread(start, wanted, least, most)
            if found:
                return Sample(found)
            proven = proven and _none_at_all(n, total, wanted, least, most)
    within = "" if least == -inf and most == inf else f" from {least:g} to {most:g}"
    return Sample((), reason.replace("whole numbers", f"whole numbers{within}"), proven)


def _possible_squares(total: int, sd: Printed, n: int) -> Iterator[int]:
    """Yield sums of squares, as odd as the sum, whose deviation rounds to the printed one."""
    if n < 2:
        return
    low, high = sd.interval()
    low = max(low, Fraction(0))
    base = Fraction(total * total, n)
    first = ceil(base + (n - 1) * low**2)
    last = floor(base + (n - 1) * high**2)
    for squares in range(first, last + 1):
        variance = (squares - base) / (n - 1)
        if (squares - total) % 2 == 0 and fit(sd, float(variance) ** 0.5).agrees:
            yield squares


def _even(total: int, n: int) -> tuple[int, ...]:
    """Return the n whole numbers with this sum that differ least."""
    low, extra = divmod(total, n)
    return (low,) * (n - extra) + (low + 1,) * extra


def _most_uneven(total: int, n: int, least: float, most: float) -> float:
    """Largest sum of squares of n whole numbers of the range with this sum."""
    if least == -inf or most == inf:
        return inf
    a, b = ceil(least), floor(most)
    if a == b:
        return float(n * a * a)
    high, rest = divmod(total - n * a, b - a)
    squares = high * b * b + (n - high) * a * a
    return float(squares + ((a + rest) ** 2 - a * a if high < n else 0))


def _spread(
    start: tuple[int, ...], wanted: int, least: float, most: float
) -> tuple[int, ...] | None:
    """Move values apart, two at a time, until the sum of squares is the one wanted.

    Moving x up and y <= x down by one adds 2 (x - y + 1) to the sum of squares.
    """
    values = sorted(start)
    missing = wanted - sum(v * v for v in values)
    for _ in range(_MOST_MOVES):
        if missing == 0:
            return tuple(values)
        gap = missing // 2 - 1
        pair = _pair(values, gap, least, most)
        if pair is None:
            return None
        low, high = pair
        missing -= 2 * (values[high] - values[low] + 1)
        values[high] += 1
        values[low] -= 1
        values.sort()
    return None


def _none_at_all(n: int, total: int, squares: int, least: float, most: float) -> bool:
    """Whether it is certain that no n whole numbers of a range have a sum and a sum of squares.

    Counts of numbers, their sum and, as the bits of one number, the sums of squares that they can
    have are built up number by number; too large a range leaves it open.
    """
    if least == -inf or most == inf:
        return False
    low, width = ceil(least), floor(most) - ceil(least)
    rest = total - n * low
    if n * rest * (width + 1) > _MOST_STEPS:
        return False
    reached = [0] * (rest + 1)
    reached[0] = 1
    for _ in range(n):
        longer = [0] * (rest + 1)
        for value in range(min(width, rest) + 1):
            for at in range(rest - value + 1):
                longer[at + value] |= reached[at] << (value * value)
        reached = longer
    return not reached[rest] >> (squares - 2 * low * rest - n * low * low) & 1


def _pair(values: list[int], gap: int, least: float, most: float) -> tuple[int, int] | None:
    """Find two places whose values differ by as much as possible, but by no more than a gap."""
    best: tuple[int, int] | None = None
    widest = -1
    for low in range(len(values)):
        if values[low] - 1 < least:
            continue
        for high in range(len(values) - 1, low, -1):
            apart = values[high] - values[low]
            if values[high] + 1 > most or apart > gap:
                continue
            if apart > widest:
                best, widest = (low, high), apart
            break
        if widest == gap:
            break
    return best


def audit_mean(item: Item, claim: Mean, book: Book) -> Finding:
    """Check a mean, and a standard deviation, of whole numbers."""
    mean, sd = item.reading.numbers.get("estimate"), item.reading.numbers.get("sd")
    n = book.size(claim.of)
    if mean is None or n is None or not claim.whole:
        needs = claim.needs or "the values, patient by patient"
        return Finding(item, Verdict.UNCHECKED, f"Needed: {needs}.")
    least = -inf if claim.least is None else claim.least
    most = inf if claim.most is None else claim.most
    if mean.interval()[1] < least or mean.interval()[0] > most:
        words = f"The mean {mean.text} lies outside {least:g} to {most:g}."
        return Finding(item, Verdict.NO_METHOD, words)
    if claim.items > 1:
        sums = possible_sums(mean, n, claim.items)
        found = Sample((sums[0],)) if sums else Sample((), f"no mean of {n} values is {mean.text}")
    else:
        found = find_sample(mean, sd, n, least, most)
    if found.values:
        needs = claim.needs or "the values, patient by patient"
        return Finding(item, Verdict.UNCHECKED, f"Possible for {n} whole numbers. Needed: {needs}.")
    if not found.proven:
        return Finding(item, Verdict.UNCHECKED, f"Not decided: {found.reason}, as far as searched.")
    words = f"Cannot be: {found.reason}.{_neighbours(mean, n * claim.items)}"
    return Finding(item, Verdict.NO_METHOD, words)


def _neighbours(mean: Printed, n: int) -> str:
    """Say which means are possible on either side."""
    below = floor(mean.value * n)
    shown = [f"{float(Fraction(t, n)):.{mean.decimals + 1}f}" for t in (below, below + 1)]
    return f" Possible means beside it: {shown[0]} and {shown[1]}."
