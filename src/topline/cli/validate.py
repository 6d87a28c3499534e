"""`topline validate`: is what is installed here right? A report to file."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from topline.cli.run import Json
from topline.cli.stages import stages_on_terminal


def validate(
    out: Annotated[Path, typer.Option(help="Folder for the report (HTML and JSON).")] = Path(
        "results/qualification"
    ),
    as_json: Json = False,
) -> None:
    """Recompute every known answer on this machine; exit code 1 when a method falls short.

    Example: topline validate --out qualification-2026
    """
    from topline.output import write_manifest, written_whole
    from topline.validation.qualification import qualify  # all methods
    from topline.validation.report import report_html, report_json

    qualification = qualify(stages_on_terminal())
    today = dt.datetime.now(dt.UTC).date()
    content = report_json(qualification, today)
    with written_whole(out) as folder:
        (folder / "qualification.json").write_text(content, "utf-8")
        (folder / "qualification.html").write_text(report_html(qualification, today), "utf-8")
        write_manifest(folder, out, {}, {"on": today.isoformat()})
    if as_json:
        typer.echo(content, nl=False)
    else:
        for method in qualification.methods:
            if not method.agrees:
                typer.echo(f"falls short: {method.label}")
        numbers = sum(len(method.findings) for method in qualification.methods)
        short = sum(not method.agrees for method in qualification.methods)
        typer.echo(
            f"{len(qualification.methods)} methods, {numbers} numbers compared, {short} methods "
            f"fall short. Report: {(out / 'qualification.html').resolve()}"
        )
    if not qualification.agrees:
        raise typer.Exit(1)
