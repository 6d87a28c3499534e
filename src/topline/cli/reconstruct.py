"""`topline reconstruct`: synthetic patients who give the numbers in print."""

from pathlib import Path
from typing import Annotated

import typer

from topline.cli.run import Json
from topline.cli.stages import stages_on_terminal

_FILE = "published.yaml"


def reconstruct(
    published: Annotated[
        str,
        typer.Argument(help="published.yaml, its folder, or the name of a bundled study."),
    ],
    out: Annotated[Path, typer.Option(help="Folder to write the study with its cohort into.")],
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Another seed makes another cohort; the file's without."),
    ] = None,
    cohorts: Annotated[
        int,
        typer.Option(min=1, max=1000, help="Cohorts to make, to see what print leaves open."),
    ] = 1,
    as_json: Json = False,
) -> None:
    """Make synthetic patients who give the published numbers of a trial.

    Needs no patient data. Every output says that its patients are synthetic.

    Example: topline reconstruct cabotem --out results/rebuilt

    Example: topline reconstruct paper/published.yaml --out results/rebuilt --seed 7 --cohorts 20
    """
    _needs_solver()
    from topline.output import written_whole  # heavy imports only for work
    from topline.reconstruct.read import read_published
    from topline.reconstruct.reconstruct import Reconstructor
    from topline.reconstruct.report import report_json, report_lines
    from topline.reconstruct.write import write_reconstruction

    publication = read_published(_path(published))
    first = publication.published.seed if seed is None else seed
    with written_whole(out) as folder:
        passed = stages_on_terminal()
        made = Reconstructor(publication, passed)
        found = [made.make(first + k) for k in range(cohorts)]
        write_reconstruction(made, found, folder)
        passed("records")
    if as_json:
        typer.echo(report_json(made, found), nl=False)
    else:
        typer.echo("\n".join(report_lines(made, found)))
        typer.echo(f"Study: {out.resolve()}; topline run {out} makes its report.")


def _needs_solver() -> None:
    from importlib.util import find_spec

    from topline.errors import UsageError

    if find_spec("ortools") is None:
        msg = "reconstruction takes OR-Tools: pip install 'topline[audit]'"
        raise UsageError(msg)


def _path(published: str) -> Path:
    """Find the file that is meant."""
    from topline.errors import UsageError
    from topline.studies import bundled_studies, study_folder

    path = Path(published)
    if path.is_file():
        return path
    bundled = published in bundled_studies() and not path.is_dir()
    folder = study_folder(published) if bundled else path
    if (folder / _FILE).is_file():
        return folder / _FILE
    msg = f"{published} is no such file, and no folder or bundled study that holds {_FILE}"
    raise UsageError(msg)
