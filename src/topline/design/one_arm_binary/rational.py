"""The same probabilities in whole numbers: the arbiter where print and calculation differ.

Rates are taken as the decimals they are written as, 0.1 as 1/10, and every sum is a fraction
without rounding.
"""

from fractions import Fraction
from math import comb

from topline.design.one_arm_binary.boundaries import Boundaries


def compute_exact_success(boundaries: Boundaries, rate: float | str | Fraction) -> Fraction:
    """Compute the probability of success as a fraction.

    Parameters
    ----------
    boundaries
        Looks and what they lead to.
    rate
        True rate; a float stands for the decimal that it prints as.

    Examples
    --------
    >>> from topline.design.one_arm_binary.boundaries import one_look
    >>> compute_exact_success(one_look(3, 3), 0.1)
    Fraction(1, 1000)
    """
    p = Fraction(str(rate)) if isinstance(rate, float) else Fraction(rate)
    top, below = p.numerator, p.denominator
    miss = below - top
    alive, won, before = {0: 1}, Fraction(0), 0
    for n, futility, success in zip(
        boundaries.looks, boundaries.futility, boundaries.success, strict=True
    ):
        step, before = n - before, n
        ways = [comb(step, x) * top**x * miss ** (step - x) for x in range(step + 1)]
        reached: dict[int, int] = {}
        for responders, count in alive.items():
            for x, way in enumerate(ways):
                reached[responders + x] = reached.get(responders + x, 0) + count * way
        won += Fraction(sum(c for x, c in reached.items() if x >= success), below**n)
        alive = {x: c for x, c in reached.items() if futility < x < success}
    return won
