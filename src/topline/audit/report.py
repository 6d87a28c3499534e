"""The audit as one HTML page that loads nothing, and as JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from importlib.metadata import version
from math import isfinite
from pathlib import Path

import jinja2

from topline.audit.against import Against
from topline.audit.audit import Audit
from topline.audit.printed import Value
from topline.audit.verdict import Attempt, Finding, Verdict

_MEANINGS = {
    Verdict.NO_METHOD: "no method tried gives the printed numbers",
    Verdict.INCONSISTENT: "it cannot be true together with other claims",
    Verdict.ANOTHER_METHOD: "a method other than the declared one gives them",
    Verdict.SLIP: "they follow only by cutting digits off, rounding up or rounding twice",
    Verdict.UNCHECKED: "nothing speaks against them; more takes patients' data",
    Verdict.REPRODUCED: "the declared method gives them, or any where none is declared",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A claim as the page shows it."""

    finding: Finding
    others: str
    """Claims that it is inconsistent with, the first few by name."""
    run: str
    """What a run's results say of it; empty without one."""


def audit_html(audit: Audit, against: Against | None = None) -> str:
    """Write the audit as one page, worst first.

    Parameters
    ----------
    audit
        What was found.
    against
        What a run's results, or a text, say of the claims.
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    page = Path(__file__).with_name("page") / "audit.html.j2"
    said = {match.name: match.words for match in against.claims} if against else {}
    lines = [_line(finding, said) for finding in audit.findings]
    groups = [
        (verdict, _MEANINGS[verdict], [each for each in lines if each.finding.verdict is verdict])
        for verdict in Verdict
    ]
    return environment.from_string(page.read_text("utf-8")).render(
        source=audit.book.file.source,
        total=len(lines),
        failing=sum(each.finding.verdict.fails for each in lines),
        groups=[group for group in groups if group[2]],
        conflicts=audit.conflicts,
        searched=audit.searched,
        left=against.left if against else (),
        against=against,
        version=version("topline"),
    )


def _line(finding: Finding, said: dict[str, str]) -> Line:
    shown = list(dict.fromkeys(finding.others))[:6]
    more = len(set(finding.others)) - len(shown)
    others = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return Line(finding, others, said.get(finding.item.name, ""))


def audit_json(audit: Audit, against: Against | None = None) -> str:
    """Write every verdict with all that was tried as JSON, the same bytes each time."""
    source = audit.book.file.source
    content: dict[str, object] = {
        "source": source.model_dump(),
        "topline": version("topline"),
        "fails": audit.fails,
        "verdicts": {verdict.value: count for verdict, count in audit.counts().items()},
        "contradictions": [asdict(conflict) for conflict in audit.conflicts],
        "searched": audit.searched,
        "claims": [_claim(finding) for finding in audit.findings],
    }
    if against is not None:
        content["against"] = asdict(against)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _claim(finding: Finding) -> dict[str, object]:
    item = finding.item
    return {
        "name": item.name,
        "kind": item.claim.kind,
        "where": item.where,
        "printed": item.printed,
        "verdict": finding.verdict.value,
        "words": finding.words,
        "methods": list(finding.methods),
        "inconsistent_with": list(dict.fromkeys(finding.others)),
        "tried": list(_tried(finding.attempts)),
    }


def _tried(attempts: Iterable[Attempt]) -> Iterable[dict[str, object]]:
    for attempt in attempts:
        yield {
            "method": attempt.method,
            "label": attempt.label,
            "numbers": [_plain(value) for value in attempt.values],
        }


def _plain(value: Value) -> float | None:
    """Make a number one that JSON can hold."""
    if value is None:
        return None
    number = float(value) if isinstance(value, Fraction) else value
    return number if isfinite(number) else None
