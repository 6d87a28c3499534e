"""Test statistics with their degrees of freedom and p-values."""

from math import sqrt

from scipy import special

from topline.audit.book import Item
from topline.audit.claims import Statistic
from topline.audit.methods.tests_of_tables import NO_SUCH_P, above_one
from topline.audit.printed import Printed
from topline.audit.verdict import Finding, Verdict
from topline.stats.tables.effect import two_sided


def audit_statistic(item: Item, claim: Statistic) -> Finding:
    """Check the p-value against every value of the statistic that rounds to the printed one."""
    numbers, letter = item.reading.numbers, item.reading.letter
    statistic, p = numbers.get("estimate"), numbers.get("p")
    first, second = numbers.get("df"), numbers.get("df2")
    if statistic is None or p is None or (letter != "z" and first is None):
        words = "Needed: the degrees of freedom, or the data."
        return Finding(item, Verdict.UNCHECKED, words)
    if above_one(p):
        return Finding(item, Verdict.NO_METHOD, NO_SUCH_P)
    df = tuple(float(each.value) for each in (first, second) if each is not None)
    ends = [abs(float(end)) for end in statistic.interval()]
    if statistic.interval()[0] < 0 < statistic.interval()[1]:
        ends.append(0.0)
    tails = sorted(_tail(letter, value, df) for value in ends)
    least, most = tails[0], tails[-1]
    said = f"{letter} = {statistic.text} gives p = {_shown(least, most)}"
    one_sided = letter in {"t", "z", "r"}
    declared = claim.method or "two-sided"
    fits = {"two-sided": _meets(p, least, most)}
    if one_sided:
        fits["one-sided"] = _meets(p, least / 2, most / 2)
    if fits.get(declared):
        return Finding(item, Verdict.REPRODUCED, f"{said}, {declared}.", (declared,))
    for method, fitting in fits.items():
        if fitting:
            words = f"{said}, two-sided; {p.text} is {method}."
            return Finding(item, Verdict.ANOTHER_METHOD, words, (method,))
    return Finding(item, Verdict.NO_METHOD, f"{said}, not {p.text}.")


def _tail(letter: str, value: float, df: tuple[float, ...]) -> float:
    """Two-sided p-value of a statistic; of F and chi-square the upper tail."""
    if letter == "F":
        return float(special.fdtrc(df[0], df[1], value)) if len(df) > 1 else float("nan")
    if letter == "chi2":
        return float(special.chdtrc(df[0], value))
    if letter == "z":
        return two_sided(value)
    if letter == "r":
        value = min(value, 1.0)
        value = value * sqrt(df[0] / (1 - value**2)) if value < 1 else float("inf")
    return 2 * float(special.stdtr(df[0], -value))


def _meets(p: Printed, least: float, most: float) -> bool:
    """Whether a p-value of the range rounds to the printed one."""
    if p.bound:
        return least < p.value if p.bound == "<" else most > p.value
    low, high = p.interval()
    return least <= high and most >= low


def _shown(least: float, most: float) -> str:
    words = f"{least:.3g}", f"{most:.3g}"
    return words[0] if words[0] == words[1] else f"{words[0]} to {words[1]}"
