"""Files of claims for tests, and what the audit says of them."""

from pathlib import Path

from topline.audit.audit import Audit, audit_claims
from topline.audit.verdict import Finding

HEAD = "topline: 1\nsource: {title: A trial}\n"


def audited(folder: Path, text: str) -> Audit:
    """Write claims and audit them."""
    path = folder / "claims.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return audit_claims(path)


def finding(folder: Path, claim: str, before: str = "") -> Finding:
    """Audit one claim, written as its keys in braces."""
    audit = audited(folder, f"{before}\nclaims:\n  made: {{where: Results, {claim}}}\n")
    return next(each for each in audit.findings if each.item.name == "made")
