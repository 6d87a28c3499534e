"""Verdicts of an audit kept beside its claims, so that a run need not audit anew.

They count only for the very claims that were audited: the file holds a digest of what the audit
reads of `claims.yaml`, and of the tables beside it. What a run answers (`result`) is no part of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from topline.audit.book import Book
from topline.audit.verdict import Verdict

if TYPE_CHECKING:
    from topline.audit.audit import Audit

NAME: Final = "verdicts.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """The verdict of a claim, in words."""

    verdict: str
    words: str
    contradicted: bool
    """It stands in a proven contradiction."""

    @property
    def fails(self) -> bool:
        """Whether something is wrong with the claim."""
        return Verdict(self.verdict).fails


def write_verdicts(audit: "Audit", path: Path) -> None:
    """Write the verdicts of claims with which something is wrong, the same bytes each time.

    Parameters
    ----------
    audit
        What was found.
    path
        File to write: `verdicts.json` beside the claims.
    """
    named = {name for conflict in audit.conflicts for name in conflict.accused}
    claims = {
        finding.item.name: {
            "verdict": finding.verdict.value,
            "words": finding.words,
            "contradicted": finding.item.name in named,
        }
        for finding in audit.findings
        if finding.verdict.fails
    }
    content = {"claims_digest": claims_digest(audit.book), "claims": dict(sorted(claims.items()))}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_verdicts(book: Book) -> Mapping[str, Kept] | None:
    """Read the verdicts kept beside the claims; None where there are none, or of other claims."""
    path = book.path.parent / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["claims_digest"] != claims_digest(book):
            return None
        kept = {
            str(name): Kept(
                Verdict(each["verdict"]).value, str(each["words"]), bool(each["contradicted"])
            )
            for name, each in content["claims"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return kept


def claims_digest(book: Book) -> str:
    """Return a digest of what the audit reads of the claims, and of the tables beside them."""
    read = book.file.model_dump_json(
        exclude={
            "claims": {"__all__": {"result", "differs"}},
            "groups": {"__all__": {"result"}},
            "tables": {"__all__": {"results"}},
        }
    )
    digest = sha256(read.encode())
    tables = {spec.file for spec in book.file.tables.values() if spec.file is not None}
    for file in sorted(tables):
        digest.update((book.path.parent / file).read_bytes())
    return digest.hexdigest()
