"""`topline simulate`: trials that never were, and what a protocol's trials would report."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from topline.cli.run import Json

TRUTH = "truth.yaml"
_LINE = "\r\x1b[K"


def simulate(  # noqa: PLR0913, PLR0917 - one parameter an option
    study: Annotated[str, typer.Argument(help="Study folder, or the name of a bundled study.")],
    truth: Annotated[
        Path | None, typer.Option(help="What is assumed to be true; the study's truth.yaml.")
    ] = None,
    trials: Annotated[int, typer.Option(help="Number of trials.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed; trials depend on it and their number.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; results/STUDY-simulated.")
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            help="A path of the protocol, or of the truth after truth., and its values, such as "
            "'truth.dropout.informative.share=0,0.2'; repeat for combinations."
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a processor.")] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, or slurm.")
    ] = None,
    trial: Annotated[
        int | None, typer.Option(help="Write this one trial as a study, with --write.")
    ] = None,
    write: Annotated[Path | None, typer.Option(help="Folder for the study of --trial.")] = None,
    as_json: Json = False,
) -> None:
    """Simulate whole trials of a protocol: how often its goal is met, how far its numbers mislead.

    Interrupted, the same command goes on with the parts that are done. Results are the same for
    any number of workers.

    Example: topline simulate my-trial --truth truth.yaml --trials 1000 --seed 1 --out results/sim

    Example: topline simulate cabotem --vary "schedule.tumor_assessment.every=8 weeks,12 weeks"

    Example: topline simulate my-trial --trial 1 --write simulated/my-trial
    """
    from topline.studies import study_folder  # polars only for work

    folder = study_folder(study)
    assumed = truth or folder / TRUTH
    _check(assumed, trial, write)
    if trial is not None and write is not None:
        from topline.simulate.study import write_simulated_study

        patients = write_simulated_study(folder, assumed, write, seed=seed, trial=trial)
        typer.echo(f"{patients} simulated patients: {write.resolve()}")
        return
    from topline.simulate.pools import pool_of
    from topline.simulate.report import simulation_json, simulation_text
    from topline.simulate.simulation import run_simulation

    target = out or Path("results") / f"{folder.resolve().name}-simulated"
    try:
        found = run_simulation(
            folder,
            assumed,
            target,
            trials=trials,
            seed=seed,
            variations=vary or (),
            pool=pool_of(workers, cluster),
            progress=progress_on_terminal(),
        )
    except KeyboardInterrupt:
        typer.echo("Parts that are done are kept: the same command goes on from there", err=True)
        raise
    if as_json:
        typer.echo(simulation_json(found), nl=False)
        return
    typer.echo(simulation_text(found))
    typer.echo(f"Report: {(target / 'report.html').resolve()}")


def _check(truth: Path, trial: int | None, write: Path | None) -> None:
    """Refuse a truth that is not there, and half of what writing a trial takes."""
    from topline.errors import UsageError

    if (trial is None) != (write is None):
        msg = "a study of one trial takes both: --trial 1 --write simulated/my-trial"
        raise UsageError(msg)
    if not truth.is_file():
        msg = (
            f"{truth} is not there; give the assumed truth with --truth (docs/simulation.md says "
            "what it holds; the bundled study cabotem has one to start from)"
        )
        raise UsageError(msg)


def progress_on_terminal(
    now: Callable[[], float] = time.perf_counter,
) -> Callable[[int, int], None]:
    """Return a callable that shows trials done and the time left; silent when piped."""
    began: tuple[float, int] | None = None

    def progress(done: int, of: int) -> None:
        nonlocal began
        if not sys.stderr.isatty():
            return
        began = began or (now(), done)
        said = f"{done} of {of} trials"
        if done > began[1] and done < of:
            left = (now() - began[0]) * (of - done) / (done - began[1])
            said += f", {_duration(left)} left"
        sys.stderr.write(f"{_LINE}  {said}" if done < of else _LINE)
        sys.stderr.flush()

    return progress


def _duration(seconds: float) -> str:
    """Write a time in the unit that fits.

    Examples
    --------
    >>> _duration(42), _duration(600), _duration(9000)
    ('42 s', '10 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
