"""`topline audit`: a verdict for each reported number, and what cannot all be true."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from topline.cli.run import Json

if TYPE_CHECKING:
    from topline.audit.against import Against
    from topline.audit.audit import Audit
    from topline.audit.verdict import Finding

_FILE = "claims.yaml"


def audit(  # noqa: PLR0913, PLR0917 - one parameter an option
    claims: Annotated[
        str, typer.Argument(help="File of claims, its folder, or the name of a bundled study.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write audit.html and audit.json into.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Folder of a run: hold the claims against its results.")
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(help="Manuscript (Markdown, text): list its numbers that stand nowhere."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep verdicts beside the claims, for `topline run`.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say which method gives each reported number, and which numbers cannot all be true.

    Needs no patient data. Exit code 1 when something is wrong with a claim.

    Example: topline audit paper/claims.yaml --out results/audit

    Example: topline audit claims.yaml --against results/my-trial --text paper.md
    """
    from topline.audit.against import hold_against  # numpy only for work
    from topline.audit.audit import audit_claims
    from topline.audit.report import audit_json
    from topline.audit.verdict_file import NAME, write_verdicts

    found = audit_claims(_path(claims))
    if keep:
        write_verdicts(found, found.book.path.with_name(NAME))
    held = hold_against(found.book, against, text) if against or text else None
    if out is not None:
        _write(found, held, out)
    if as_json:
        typer.echo(audit_json(found, held), nl=False)
    else:
        typer.echo("\n".join(_lines(found, held)))
        if out is not None:
            typer.echo(f"Report: {(out / 'audit.html').resolve()}")
    if found.fails or (held is not None and held.fails):
        raise typer.Exit(1)


def _path(claims: str) -> Path:
    """Find the file that is meant."""
    from topline.errors import UsageError
    from topline.studies import bundled_studies, study_folder

    path = Path(claims)
    if path.is_file():
        return path
    folder = path if path.is_dir() or claims not in bundled_studies() else study_folder(claims)
    if (folder / _FILE).is_file():
        return folder / _FILE
    msg = f"{claims} is no file of claims, and no folder or bundled study that holds {_FILE}"
    raise UsageError(msg)


def _write(found: "Audit", held: "Against | None", out: Path) -> None:
    from topline.audit.report import audit_html, audit_json
    from topline.output import digest, write_manifest, written_whole

    path = found.book.path
    with written_whole(out) as folder:
        (folder / "audit.html").write_text(audit_html(found, held), "utf-8")
        (folder / "audit.json").write_text(audit_json(found, held), "utf-8")
        write_manifest(folder, path.parent, {path.name: digest(path)}, {})


def _lines(found: "Audit", held: "Against | None") -> Iterator[str]:
    for finding in found.findings:
        if finding.verdict.fails:
            yield _line(finding)
    if found.conflicts:
        yield "\nWhat cannot all be true:"
    for at, conflict in enumerate(found.conflicts, start=1):
        yield f"{at}. {conflict.words}"
        yield from (f"     {statement}" for statement in conflict.statements)
    if held is not None:
        yield from _held(held)
    counts = ", ".join(f"{count} {verdict.value}" for verdict, count in found.counts().items())
    yield f"\n{len(found.findings)} claims: {counts}. {found.searched}"


def _line(finding: "Finding") -> str:
    item = finding.item
    where = f" ({item.where})" if item.where else ""
    return (
        f"{finding.verdict.value}: {item.name}: \u201c{item.printed}\u201d{where}: {finding.words}"
    )


def _held(held: "Against") -> Iterator[str]:
    if held.run:
        other = [match for match in held.claims if match.verdict in {"none", "near"}]
        yield f"\nOf {len(held.claims)} claims, {len(other)} are not what {held.run} prints:"
        yield from (f"  {match.name}: {match.words}" for match in other)
        yield from (f"  {problem}" for problem in held.problems)
    if held.text:
        yield f"\n{len(held.left)} numbers of {held.text} stand in no claim and no result:"
        yield from (f"  line {n.line}: {n.text}: {n.sentence[:100]}" for n in held.left)
