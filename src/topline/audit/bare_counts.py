"""Counts printed without a percentage: other places, or a sum, can confirm them."""

from collections.abc import Iterable
from dataclasses import replace

from topline.audit.book import Book
from topline.audit.claims import Sum
from topline.audit.known import statements_of
from topline.audit.verdict import Finding, Verdict

ALONE = "count alone"


def confirm_counts(findings: Iterable[Finding], book: Book) -> list[Finding]:
    """Call a bare count reproduced where another place prints it or a sum comes out with it.

    Parameters
    ----------
    findings
        Of each claim by itself; bare counts have `ALONE` as their method.
    book
        All claims.
    """
    found = list(findings)
    places: dict[tuple[str, int], list[str]] = {}
    for name, group in book.file.groups.items():
        places.setdefault((name, group.n), []).append(group.where)
    for item in book.items:
        for quantity, low, high, _ in statements_of(item):
            if low == high:
                places.setdefault((quantity, int(low)), []).append(item.where)
    sums = {
        part: finding.item.where
        for finding in found
        if isinstance(finding.item.claim, Sum) and finding.verdict is Verdict.REPRODUCED
        for part in (*finding.item.claim.parts, finding.item.claim.quantity)
        if isinstance(part, str)
    }
    return [_confirmed(each, places, sums) for each in found]


def _confirmed(
    finding: Finding, places: dict[tuple[str, int], list[str]], sums: dict[str, str]
) -> Finding:
    if finding.methods != (ALONE,):
        return finding
    for quantity, low, _, _ in statements_of(finding.item):
        others = list(places.get((quantity, int(low)), ()))
        if finding.item.where in others:
            others.remove(finding.item.where)
        if others:
            words = f"{finding.words} It is the same in {others[0]}."
            return replace(finding, verdict=Verdict.REPRODUCED, words=words, methods=("same",))
        if quantity in sums:
            words = f"{finding.words} It adds up in {sums[quantity]}."
            return replace(finding, verdict=Verdict.REPRODUCED, words=words, methods=("sum",))
    words = f"{finding.words} No other place prints it."
    return replace(finding, words=words, methods=())
