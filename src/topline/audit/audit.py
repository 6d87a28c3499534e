"""The whole audit: each claim by itself, then all of them together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from topline.audit.book import Book
from topline.audit.contradictions.conflicts import Conflict
from topline.audit.read import read_claims
from topline.audit.single import audit_singly
from topline.audit.verdict import Finding, Verdict

_ORDER = {verdict: at for at, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Audit:
    """Every claim with its verdict, worst first, and every contradiction."""

    book: Book
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...]
    searched: str
    """How far contradictions were looked for, in words."""

    @property
    def fails(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.conflicts) or any(f.verdict.fails for f in self.findings)

    def counts(self) -> dict[Verdict, int]:
        """Count the claims of each verdict, worst first."""
        counted = Counter(finding.verdict for finding in self.findings)
        return {verdict: counted[verdict] for verdict in Verdict}


def audit_claims(claims: Path | Book, *, seconds: float = 20.0) -> Audit:
    """Audit the claims of a file.

    Parameters
    ----------
    claims
        `claims.yaml`, the folder that holds it, or what `read_claims` made of it.
    seconds
        Computing time after which no more contradictions are looked for.

    Raises
    ------
    DataError
        The file has problems; the message names them all.
    """
    book = claims if isinstance(claims, Book) else read_claims(claims)
    findings = audit_singly(book)
    if find_spec("ortools") is None:
        searched = (
            "Contradictions were not looked for: that takes OR-Tools "
            "(pip install 'topline[audit]')."
        )
        return Audit(book, _worst_first(findings), (), searched)
    from topline.audit.contradictions.find import find_contradictions

    found = find_contradictions(book, seconds)
    searched = (
        "All contradictions that follow from the structure of the file are listed."
        if found.complete
        else f"The search for contradictions ended after {seconds:g} s; there may be more."
    )
    findings = _with_conflicts(findings, found.conflicts)
    return Audit(book, _worst_first(findings), found.conflicts, searched)


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.verdict]))


def _with_conflicts(findings: Iterable[Finding], conflicts: tuple[Conflict, ...]) -> list[Finding]:
    """Mark the claims that stand in a conflict and belong to the fewest to be given up."""
    marked: list[Finding] = []
    for finding in findings:
        name = finding.item.name
        own = [conflict for conflict in conflicts if name in conflict.accused]
        if not own:
            marked.append(finding)
            continue
        others = dict.fromkeys(
            other for conflict in own for other in conflict.items if other != name
        )
        words = f"{finding.words} {own[0].words}"
        worse = finding.verdict is not Verdict.NO_METHOD
        verdict = Verdict.INCONSISTENT if worse else finding.verdict
        all_others = (*finding.others, *others)
        marked.append(replace(finding, verdict=verdict, words=words, others=all_others))
    return marked
