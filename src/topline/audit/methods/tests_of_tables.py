"""P-values of tables of counts."""

from collections.abc import Iterator

import numpy as np
from scipy import special

from topline.audit.book import Book, Item
from topline.audit.claims import PValue
from topline.audit.printed import Printed
from topline.audit.verdict import Attempt, Finding, Numbers, Verdict, judge
from topline.stats.tables.chi_square import compute_chi_square
from topline.stats.tables.fisher import compute_fisher
from topline.stats.tables.odds_ratio import compute_odds_ratio
from topline.stats.tables.table_test import Counts
from topline.stats.tables.trend import compute_trend
from topline.stats.tables.unconditional import compute_barnard, compute_boschloo

NO_SUCH_P = "No test gives a p-value above 1."
_UNKNOWN = {"unknown", "missing", "not known", "not available", "na", "not done", "not evaluable"}


def audit_p_value(item: Item, claim: PValue, book: Book) -> Finding:
    """Find the test that gives a p-value.

    A table with a category of unknowns is tried with and without it; where a patient may count in
    several categories, the table of all of them is tried and each category against the rest.
    """
    if claim.table is None and not above_one(item.reading.numbers.get("p")):
        needs = claim.needs or "the values behind the test, patient by patient"
        return Finding(item, Verdict.UNCHECKED, f"Needed: {needs}.")
    declared = claim.method or book.file.declared.p_value
    p = item.reading.numbers.get("p")
    if above_one(p):
        return Finding(item, Verdict.NO_METHOD, NO_SUCH_P)
    numbers = Numbers(("p",), (p,))
    attempts: list[Attempt] = []
    finding: Finding | None = None
    for tests in (_usual, _unconditional):
        attempts += [
            Attempt(method, f"{label}{variant}", (p,))
            for table, variant in _variants(claim)
            for method, label, p in tests(table)
        ]
        finding = judge(item, numbers, attempts, declared)
        if finding.verdict is Verdict.REPRODUCED:
            break
    return finding or Finding(item, Verdict.UNCHECKED, "Needed: the table.")


def above_one(p: Printed | None) -> bool:
    """Whether a p-value is printed that no test can have."""
    return p is not None and p.value > 1


def _variants(claim: PValue) -> Iterator[tuple[Counts, str]]:
    """Yield the tables that the p-value may be of."""
    table = np.array(claim.table, dtype=np.int64)
    names = list(claim.columns)
    if claim.several:
        sizes = np.array(claim.sizes)
        if names:
            yield _against_rest(table[:, 0], sizes), f" of {names[0]} against the rest"
        yield table, f" of the {table.shape[1]} categories"
        for at, name in enumerate(names[1:], start=1):
            yield _against_rest(table[:, at], sizes), f" of {name} against the rest"
        return
    yield table, ""
    known = [at for at, name in enumerate(names) if name.lower() not in _UNKNOWN]
    if 1 < len(known) < len(names):
        left_out = ", ".join(name for name in names if name.lower() in _UNKNOWN)
        yield table[:, known], f" without {left_out}"


def _against_rest(column: Counts, sizes: Counts) -> Counts:
    return np.stack([column, sizes - column], axis=1)


def _usual(table: Counts) -> Iterator[tuple[str, str, float]]:
    """Yield key, words and p-value of each test that takes no search."""
    fisher = compute_fisher(table)
    yield "fisher", fisher.method.name, fisher.p_value
    mid = compute_fisher(table, mid_p=True)
    yield "fisher-mid-p", mid.method.name, mid.p_value
    pearson = compute_chi_square(table)
    yield "pearson", pearson.method.name, pearson.p_value
    if table.shape == (2, 2):
        yates = compute_chi_square(table, kind="yates")
        yield "yates", yates.method.name, yates.p_value
        sides = [compute_fisher(table, alternative=side).p_value for side in ("greater", "less")]
        yield "fisher-one-sided", "One-sided Fisher exact test", min(sides)
    if pearson.df:
        n_1 = pearson.statistic * (pearson.n - 1) / pearson.n
        yield "n-1", "N - 1 chi-square test", float(special.chdtrc(pearson.df, n_1))
    likelihood = compute_chi_square(table, kind="likelihood-ratio")
    yield "likelihood-ratio", likelihood.method.name, likelihood.p_value
    if min(table.shape) == 2 < max(table.shape):
        across = table if table.shape[1] == 2 else table.T
        yield "trend", "Cochran-Armitage test of trend", compute_trend(across).p_value


def _unconditional(table: Counts) -> Iterator[tuple[str, str, float]]:
    """Yield the tests of 2 x 2 tables that fix one margin, with either margin fixed."""
    if table.shape != (2, 2):
        return
    for rows, which in ((table, ""), (table.T, ", rows and columns exchanged")):
        yield "barnard", f"Barnard test{which}", compute_barnard(rows).p_value
        yield "boschloo", f"Boschloo test{which}", compute_boschloo(rows).p_value
        unpooled = compute_barnard(rows, statistic="unpooled")
        yield "barnard-unpooled", f"Barnard test, unpooled variance{which}", unpooled.p_value
    for method in ("woolf", "haldane-anscombe"):
        odds = compute_odds_ratio(table, method=method)
        yield f"{method} p", f"Normal test of the log odds ratio ({method})", odds.p_value
