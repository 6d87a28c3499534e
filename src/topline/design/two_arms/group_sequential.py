r"""Group-sequential boundaries of a test statistic that gathers information in steps.

At information fractions $t_1 < \dots < t_K = 1$ the statistics $Z_k$ are normal with means
$\theta \sqrt{t_k}$ and correlations $\sqrt{t_j / t_k}$; $\theta$ is the mean at full information.
Probabilities of crossing are integrals over the results that go on, one look after the other [1]_,
by Gauss and Legendre over the whole range that has weight. Boundaries, in units of $Z$:

pocock [2]_ the same at each look; obrien-fleming [3]_ $c / \sqrt{t_k}$; wang-tsiatis [4]_
$c\, t_k^{\Delta - 1/2}$ ($\Delta = 0.5$ is Pocock's, 0 O'Brien and Fleming's); haybittle-peto [5]_
a constant before the last look; or what a spending function leaves. Futility boundaries spend the
type II error and do not bind: alpha holds when they are ignored.

References
----------
.. [1] Armitage P, McPherson CK, Rowe BC (1969). Repeated significance tests on accumulating data.
   Journal of the Royal Statistical Society A 132(2): 235-244; Jennison C, Turnbull BW (2000). Group
   sequential methods with applications to clinical trials. Boca Raton: Chapman and Hall, ch. 19.
.. [2] Pocock SJ (1977). Group sequential methods in the design and analysis of clinical trials.
   Biometrika 64(2): 191-199.
.. [3] O'Brien PC, Fleming TR (1979). A multiple testing procedure for clinical trials. Biometrics
   35(3): 549-556.
.. [4] Wang SK, Tsiatis AA (1987). Approximately optimal one-parameter boundaries for group
   sequential trials. Biometrics 43(1): 193-199.
.. [5] Peto R et al. (1976). Design and analysis of randomized clinical trials requiring prolonged
   observation of each patient. I. British Journal of Cancer 34(6): 585-612.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Final, Literal

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy import optimize, special

from topline.design.goal import refuse, require_errors, require_share
from topline.design.one_arm_binary.binomial import Floats
from topline.design.two_arms.spending import Spending

Shape = Literal["pocock", "obrien-fleming", "wang-tsiatis", "haybittle-peto"]
SHAPES: Final[tuple[Shape, ...]] = ("pocock", "obrien-fleming", "wang-tsiatis", "haybittle-peto")

_POINTS, _WEIGHTS = leggauss(200)
_FAR: Final = 9.0
MOST_LOOKS: Final = 40


@dataclass(frozen=True, slots=True)
class Bounds:
    """Boundaries of Z at each look."""

    information: tuple[float, ...]
    """Fractions, rising to 1."""
    upper: tuple[float, ...]
    """Stop with success at or above; with two sides also at or below minus it."""
    lower: tuple[float, ...] | None
    """Stop for futility at or below; None without."""
    sides: Literal[1, 2]
    alpha: float

    @property
    def nominal(self) -> tuple[float, ...]:
        """p-value at each upper boundary, of as many sides as the test."""
        return tuple(self.sides * float(special.ndtr(-u)) for u in self.upper)


@dataclass(frozen=True, slots=True)
class Crossing:
    """What the looks lead to under a drift."""

    drift: float
    success: tuple[float, ...]
    """Probability of first crossing the upper boundary at each look."""
    opposite: tuple[float, ...]
    """Probability of first crossing the other side of a two-sided test at each look."""
    futility: tuple[float, ...]
    expected_information: float
    """Expected information fraction at the end."""

    @property
    def power(self) -> float:
        """Probability of crossing the upper boundary."""
        return sum(self.success)

    @property
    def rejects(self) -> float:
        """Probability of crossing on any side."""
        return sum(self.success) + sum(self.opposite)


def compute_crossing(bounds: Bounds, drift: float, *, use_futility: bool = True) -> Crossing:
    """Compute the probabilities of crossing.

    Parameters
    ----------
    bounds
        Boundaries.
    drift
        Mean of Z at full information.
    use_futility
        Whether the trial stops at its futility boundary.

    Examples
    --------
    >>> found = compute_crossing(shaped_bounds("pocock", [0.5, 1], 0.05, sides=2), 0.0)
    >>> round(found.rejects, 6)
    0.05
    """
    steps = _Steps(drift)
    lower = bounds.lower if use_futility else None
    two = bounds.sides == 2
    up: list[float] = []
    down: list[float] = []
    for k, (t, u) in enumerate(zip(bounds.information, bounds.upper, strict=True)):
        low = -u if two else (lower[k] if lower else -inf)
        up.append(steps.above(t, u))
        down.append(steps.below(t, low))
        steps.go_on(t, low, u)
    ended = [a + b for a, b in zip(up, down, strict=True)]
    ended[-1] = 1 - sum(ended[:-1])
    expected = float(np.dot(ended, bounds.information))
    none = (0.0,) * len(up)
    other, futility = (tuple(down), none) if two else (none, tuple(down))
    return Crossing(drift, tuple(up), other, futility, expected)


def shaped_bounds(  # noqa: PLR0913 - a shape and its numbers
    shape: Shape,
    information: Sequence[float],
    alpha: float,
    *,
    sides: Literal[1, 2] = 2,
    delta: float = 0.25,
    early: float = 3.0,
) -> Bounds:
    """Return the boundaries of a shape.

    Parameters
    ----------
    shape
        As the module says.
    information
        Fractions at the looks, rising to 1.
    alpha
        Of all sides together.
    sides
        1 or 2.
    delta
        Of Wang and Tsiatis.
    early
        Boundary before the last look, of Haybittle and Peto.

    Raises
    ------
    UsageError
        The fractions do not rise to 1, or alpha is no probability.

    Examples
    --------
    >>> looks = [0.2, 0.4, 0.6, 0.8, 1]
    >>> [round(u, 3) for u in shaped_bounds("obrien-fleming", looks, 0.05).upper]
    [4.562, 3.226, 2.634, 2.281, 2.04]
    """
    times = _fractions(information)
    require_share("alpha", alpha, "0.05")
    if shape not in SHAPES:
        refuse(f"there is no boundary {shape!r}; choose one of {', '.join(SHAPES)}")
    power = {"pocock": 0.0, "obrien-fleming": -0.5, "wang-tsiatis": delta - 0.5}.get(shape)

    def at(c: float) -> tuple[float, ...]:
        if power is None:
            return (*(early for _ in times[:-1]), c)
        return tuple(c * t**power for t in times)

    def excess(c: float) -> float:
        bounds = Bounds(times, at(c), None, sides, alpha)
        return compute_crossing(bounds, 0.0).rejects - alpha

    if power is None and excess(_FAR) > 0:
        refuse(f"looks at Z of {early:g} spend all of an alpha of {alpha:g}; take a larger value")
    c = float(optimize.brentq(excess, 0.0, _FAR, xtol=1e-12))
    return Bounds(times, at(c), None, sides, alpha)


def spending_bounds(
    spending: Spending, information: Sequence[float], alpha: float, *, sides: Literal[1, 2] = 1
) -> Bounds:
    """Return the boundaries that a spending function leaves.

    Parameters
    ----------
    spending
        Of alpha; with two sides each spends half.
    information
        Fractions at the looks, rising to 1; they need not be planned exactly.
    alpha
        Of all sides together.
    sides
        1 or 2.

    Examples
    --------
    >>> found = spending_bounds(Spending("obrien-fleming"), [0.5, 1], 0.025)
    >>> [round(u, 3) for u in found.upper]
    [2.963, 1.969]
    """
    times = _fractions(information)
    require_share("alpha", alpha, "0.025")
    steps = _Steps(0.0)
    upper: list[float] = []
    before = 0.0
    for t in times:
        spent = spending.spent(alpha / sides, t)
        upper.append(_solve(lambda u, t=t: steps.above(t, u), spent - before))
        before = spent
        steps.go_on(t, -upper[-1] if sides == 2 else -inf, upper[-1])
    return Bounds(times, tuple(upper), None, sides, alpha)


def with_futility(bounds: Bounds, spending: Spending, power: float) -> tuple[Bounds, float]:
    """Add a futility boundary that does not bind; return the bounds and the drift they need.

    Parameters
    ----------
    bounds
        One-sided.
    spending
        Of the type II error.
    power
        Kept with the futility boundary in use.

    Examples
    --------
    >>> bounds = spending_bounds(Spending("obrien-fleming"), [0.5, 1], 0.025)
    >>> both, drift = with_futility(bounds, Spending("obrien-fleming"), 0.8)
    >>> both.lower[-1] == both.upper[-1], round(both.lower[0], 3), round(drift, 3)
    (True, 0.559, 2.879)
    """
    if bounds.sides == 2:
        refuse("a futility boundary belongs to a one-sided test; take --sides 1")
    require_errors(bounds.alpha, power)
    beta = 1 - power

    def lower_at(drift: float) -> list[float]:
        steps = _Steps(drift)
        lower: list[float] = []
        before = 0.0
        for t, u in zip(bounds.information, bounds.upper, strict=True):
            spent = spending.spent(beta, t)
            lower.append(-_solve(lambda x, t=t: steps.below(t, -x), spent - before))
            before = spent
            steps.go_on(t, min(lower[-1], u), u)
        return lower

    def gap(drift: float) -> float:
        return lower_at(drift)[-1] - bounds.upper[-1]

    drift = float(optimize.brentq(gap, 0.2, 12.0, xtol=1e-11))
    lower = lower_at(drift)
    lower[-1] = bounds.upper[-1]
    lower = [min(low, u) for low, u in zip(lower, bounds.upper, strict=True)]
    return Bounds(bounds.information, bounds.upper, tuple(lower), 1, bounds.alpha), drift


def find_drift(bounds: Bounds, power: float) -> float:
    """Find the mean of Z at full information that crosses the upper boundary with a power.

    Its square over that of a single look is the inflation of the sample size.

    Examples
    --------
    >>> bounds = shaped_bounds("pocock", [0.5, 1], 0.05, sides=2)
    >>> round((find_drift(bounds, 0.8) / 2.801585) ** 2, 3)
    1.11
    """
    require_errors(bounds.alpha, power)
    return float(
        optimize.brentq(lambda d: compute_crossing(bounds, d).power - power, 0.0, 12.0, xtol=1e-11)
    )


def single_look_drift(alpha: float, power: float, sides: int) -> float:
    """Mean of Z that a single look needs, the far side of two left out.

    Examples
    --------
    >>> round(single_look_drift(0.05, 0.8, 2), 6)
    2.801585
    """
    return float(special.ndtri(1 - alpha / sides) + special.ndtri(power))


@dataclass(slots=True)
class _Steps:
    """The density of Z among trials that went on, from look to look."""

    drift: float
    time: float = 0.0
    z: Floats | None = None
    weight: Floats | None = None

    def above(self, t: float, u: float) -> float:
        """Probability of reaching this look at or above u."""
        if self.z is None or self.weight is None:
            return float(special.ndtr(self.drift * sqrt(t) - u))
        return float(self.weight @ special.ndtr(-self._standard(t, u)))

    def below(self, t: float, low: float) -> float:
        """Probability of reaching this look at or below a limit."""
        if low == -inf:
            return 0.0
        if self.z is None or self.weight is None:
            return float(special.ndtr(low - self.drift * sqrt(t)))
        return float(self.weight @ special.ndtr(self._standard(t, low)))

    def _standard(self, t: float, limit: float) -> Floats:
        assert self.z is not None
        step = t - self.time
        return (limit * sqrt(t) - self.z * sqrt(self.time) - self.drift * step) / sqrt(step)

    def go_on(self, t: float, low: float, high: float) -> None:
        """Keep the trials between the limits."""
        middle = self.drift * sqrt(t)
        low, high = max(low, middle - _FAR), min(high, middle + _FAR)
        if high <= low:
            self.z, self.weight, self.time = np.zeros(1), np.zeros(1), t
            return
        half = (high - low) / 2
        z = low + half * (_POINTS + 1)
        if self.z is None or self.weight is None:
            density = _density(z - middle)
        else:
            step = t - self.time
            far = z[:, None] * sqrt(t) - self.z * sqrt(self.time) - self.drift * step
            density = (_density(far / sqrt(step)) @ self.weight) * sqrt(t / step)
        self.z, self.weight, self.time = z, density * half * _WEIGHTS, t


def _density(z: Floats) -> Floats:
    return np.exp(-z * z / 2) / sqrt(2 * np.pi)


def _solve(falling: Callable[[float], float], target: float) -> float:
    """Find where a falling probability reaches a target; far out where it is next to nothing."""
    if falling(_FAR) >= target:
        return _FAR
    if falling(-_FAR) <= target:
        return -_FAR
    return float(optimize.brentq(lambda x: falling(x) - target, -_FAR, _FAR, xtol=1e-12))


def _fractions(information: Sequence[float]) -> tuple[float, ...]:
    times = tuple(float(t) for t in information)
    rising = all(a < b for a, b in zip((0.0, *times), times, strict=False))
    if not times or not rising or abs(times[-1] - 1) > 1e-9 or len(times) > MOST_LOOKS:
        refuse(
            f"information fractions {list(times)}; take 1 to {MOST_LOOKS} rising numbers that end "
            "at 1, such as 0.5,1"
        )
    return (*times[:-1], 1.0)
