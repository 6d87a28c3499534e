"""What the rank tests of two or more groups give."""

from dataclasses import dataclass

from topline.stats.method import Method


@dataclass(frozen=True, slots=True)
class RankTest:
    """Outcome of a test on ranks; the numbers are NaN where nothing can be compared."""

    statistic: float
    """Chi-square, on the scale of the asymptotic test also where the p-value is exact."""
    df: int
    """Degrees of freedom; 0 where there are none."""
    p_value: float
    n: int
    """Values compared."""
    method: Method
    warnings: tuple[str, ...] = ()
