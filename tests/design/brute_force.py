"""Every two-stage and three-stage design gone through in whole numbers, to compare with."""

from collections.abc import Iterator
from fractions import Fraction
from math import comb

Numbers = tuple[int, ...]


def weights(n: int, rate: Fraction) -> list[int]:
    """Probabilities of 0 to n responders, times the denominator to the power of n."""
    hit, miss = rate.numerator, rate.denominator - rate.numerator
    return [comb(n, x) * hit**x * miss ** (n - x) for x in range(n + 1)]


def going_on(reached: list[int], stop: int, step: int, rate: Fraction) -> list[int]:
    """Weights of each number of responders after a further step of those above `stop`."""
    more = weights(step, rate)
    out = [0] * (len(reached) + step)
    for x in range(stop + 1, len(reached)):
        for y, weight in enumerate(more):
            out[x + y] += reached[x] * weight
    return out


def two_stage_designs(
    goal: tuple[Fraction, Fraction, Fraction, Fraction], most: int
) -> Iterator[tuple[Fraction, Numbers]]:
    """Yield expected size and (r1, n1, r, n) of every design that keeps alpha and power."""
    p0, p1, alpha, power = goal
    d0, d1 = p0.denominator, p1.denominator
    for n in range(2, most + 1):
        for n1 in range(1, n):
            first0, first1 = weights(n1, p0), weights(n1, p1)
            for r1 in range(n1):
                after0 = going_on(first0, r1, n - n1, p0)
                after1 = going_on(first1, r1, n - n1, p1)
                needed = n + 1
                while needed > 0 and Fraction(sum(after0[needed - 1 :]), d0**n) <= alpha:
                    needed -= 1
                needed = max(needed, r1 + 1)
                if needed <= n and Fraction(sum(after1[needed:]), d1**n) >= power:
                    on = Fraction(sum(first0[r1 + 1 :]), d0**n1)
                    yield n1 + on * (n - n1), (r1, n1, needed - 1, n)


def three_stage_designs(
    goal: tuple[Fraction, Fraction, Fraction, Fraction], most: int
) -> Iterator[tuple[Fraction, Numbers]]:
    """Yield expected size and (r1, n1, r2, n2, r, n) of every design that keeps the errors."""
    p0, p1, alpha, power = goal
    d0, d1 = p0.denominator, p1.denominator
    for n in range(3, most + 1):
        for n1 in range(1, n - 1):
            first0, first1 = weights(n1, p0), weights(n1, p1)
            for r1 in range(n1):
                on = Fraction(sum(first0[r1 + 1 :]), d0**n1)
                for n2 in range(n1 + 1, n):
                    second0 = going_on(first0, r1, n2 - n1, p0)
                    second1 = going_on(first1, r1, n2 - n1, p1)
                    for r2 in range(r1, n2):
                        after0 = going_on(second0, r2, n - n2, p0)
                        after1 = going_on(second1, r2, n - n2, p1)
                        needed = n + 1
                        while needed > 0 and Fraction(sum(after0[needed - 1 :]), d0**n) <= alpha:
                            needed -= 1
                        needed = max(needed, r2 + 1)
                        if needed <= n and Fraction(sum(after1[needed:]), d1**n) >= power:
                            on2 = Fraction(sum(second0[r2 + 1 :]), d0**n2)
                            size = n1 + on * (n2 - n1) + on2 * (n - n2)
                            yield size, (r1, n1, r2, n2, needed - 1, n)
