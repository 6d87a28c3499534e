"""`topline run`: everything, from protocol and data to the report."""

import datetime as dt
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from topline.cli.stages import stages_on_terminal
from topline.errors import ToplineWarning

if TYPE_CHECKING:
    from topline.trial import Trial

Out = Annotated[Path | None, typer.Option(help="Folder to write; results/STUDY unless given.")]
Cutoff = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Data cut; the protocol's unless given."),
]
Aggregate = Annotated[
    bool, typer.Option("--aggregate-only", help="Write no patient rows, not even in the report.")
]
Formats = Annotated[
    str,
    typer.Option(
        help="Formats of the displays, parted by commas: svg, html, csv, docx, rtf, pdf, tex, md, "
        "png, tiff, or all."
    ),
]
Paper = Annotated[
    str, typer.Option(help="Paper of documents: A4 or letter, then portrait or landscape.")
]
USUAL = "svg,html,csv"
Json = Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")]


def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    study: Annotated[str, typer.Argument(help="Study folder, or the name of a bundled study.")],
    out: Out = None,
    cutoff: Cutoff = None,
    aggregate_only: Aggregate = False,
    formats: Formats = USUAL,
    paper: Paper = "A4",
    as_json: Json = False,
) -> None:
    """Analyse a study: ADaM, results, tables, figures and one report.

    Example: topline run my-trial --out results/my-trial --cutoff 2024-09-30
    """
    from topline import trial  # polars only when there is work to do
    from topline.studies import study_folder

    folder = study_folder(study)
    target = out or Path("results") / folder.resolve().name
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always", ToplineWarning)
        done = trial.run(
            folder,
            target,
            cutoff=cutoff.date() if cutoff else None,
            patient_level=not aggregate_only,
            formats=formats,
            paper=paper,
            passed=stages_on_terminal(),
        )
    for each in raised:
        if issubclass(each.category, ToplineWarning):
            typer.echo(f"topline: {each.message}", err=True)
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    tell(done, target, as_json=as_json)


def tell(done: "Trial", target: Path, *, as_json: bool) -> None:
    """Print where the report is, and how many queries the data raise."""
    report = (target / "report.html").resolve()
    counts = {s: done.queries.filter(severity=s).height for s in ("error", "warning", "note")}
    if as_json:
        content = {"report": str(report), "results": done.results.rows.height, "queries": counts}
        typer.echo(json.dumps(content, indent=2))
        return
    if counts["error"]:
        said = f"errors: {counts['error']}, warnings: {counts['warning']}"
        typer.echo(f"Queries in the data ({said}): {target / 'queries.csv'}", err=True)
    typer.echo(f"Report: {report}")
