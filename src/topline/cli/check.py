"""`topline check`: every problem of protocol and data, or one patient's eligibility."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from topline.cli.run import Json

if TYPE_CHECKING:
    from topline.check import Checked

_SHOWN = 40


def check(
    study: Annotated[str, typer.Argument(help="Study folder, or the name of a bundled study.")],
    out: Annotated[
        Path | None, typer.Option(help="Write the queries to this CSV file as well.")
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(help="Judge the eligibility of this subject (USUBJID), enrolled or not."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check protocol and data, or one subject against every criterion of eligibility.

    Exit code 1 when anything is wrong that changes results, or the subject is not shown to be
    eligible.

    Example: topline check my-trial --out queries.csv

    Example: topline check my-trial --subject S-01-001
    """
    from topline.errors import UsageError  # polars only when there is work
    from topline.studies import study_folder

    folder = study_folder(study)
    if subject is not None:
        if out is not None:
            msg = "--out writes the queries of the whole study; leave it or --subject out"
            raise UsageError(msg)
        from topline.cli.eligibility import tell_subject

        fine = tell_subject(folder, subject.strip(), as_json=as_json)
    else:
        fine = _check_all(folder, out, as_json=as_json)
    if not fine:
        raise typer.Exit(1)


def _check_all(folder: Path, out: Path | None, *, as_json: bool) -> bool:
    from topline.check import check_study
    from topline.sdtm.queries import write_queries

    checked = check_study(folder)
    if out is not None:
        write_queries(checked.queries, out)
    if as_json:
        content = {"protocol": checked.problems, "queries": checked.queries.rows(named=True)}
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        _tell(checked)
    return checked.ok


def _tell(checked: "Checked") -> None:
    queries = checked.queries
    for problem in checked.problems:
        typer.echo(problem)
    for row in queries.head(_SHOWN).iter_rows(named=True):
        place = " ".join(str(row[key]) for key in ("file", "subject", "record") if row[key])
        typer.echo(
            f"{row['severity']}: {place}: {row['rule']}: found {row['found']}; "
            f"expected {row['expected']} ({row['consequence']})"
        )
    if queries.height > _SHOWN:
        typer.echo(f"... and {queries.height - _SHOWN} more; --out FILE writes all of them")
    counts = [_counted(queries.filter(severity=s).height, s) for s in ("error", "warning", "note")]
    stops = _counted(len(checked.problems), "problem")
    typer.echo(f"{stops} that must be solved first. Data: {', '.join(counts)}.")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
