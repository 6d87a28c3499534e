"""Operating characteristics of a whole protocol: simulate, estimate, summarise, write."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

import polars as pl

from topline.errors import UsageError
from topline.frames import conform
from topline.output import digest, write_manifest, written_whole
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.simulate.characteristics import Characteristic, characterise
from topline.simulate.estimates import estimate_trials
from topline.simulate.needed import needed_of
from topline.simulate.parts import compute_parts
from topline.simulate.pools import InProcess, Pool
from topline.simulate.read_truth import read_truth
from topline.simulate.truth import Truth
from topline.simulate.variations import Variation, vary

PART: Final = 125
"""Trials of a part; one number for every run, so that parts are found again."""
TRIALS_AT_MOST, SEED_AT_MOST = 999_999, 2**64 - 1
Progress = Callable[[int, int], None]


def _quietly(done: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Simulation:
    """What many trials of a protocol would report."""

    study: str
    title: str
    """Of the truth."""
    trials: int
    seed: int
    characteristics: pl.DataFrame
    """As `Characteristic`."""
    estimates: pl.DataFrame
    """One row a variation, trial, analysis and statistic."""
    left_out: dict[str, str]
    """Analyses of the protocol that are not simulated, and why."""


def simulate(  # noqa: PLR0913 - what a simulation can be asked for
    protocol: Protocol,
    truth: Truth,
    *,
    trials: int,
    seed: int,
    parts: Path,
    variations: Sequence[str] = (),
    pool: Pool | None = None,
    progress: Progress = _quietly,
) -> Simulation:
    """Simulate trials and summarise what each would report.

    Parameters
    ----------
    protocol, truth
        As read; `truth` fits the protocol.
    trials
        Number of trials, 1 to 999,999.
    seed
        0 to 2**64 - 1. The result depends on protocol, truth, trials and seed alone.
    parts
        Folder in which finished parts are kept; an interrupted simulation goes on from there.
    variations
        As `topline.simulate.variations.vary` takes them.
    pool
        Where to compute; None: in this process.
    progress
        Told trials done and trials in all.

    Raises
    ------
    UsageError
        Numbers out of range, or a variation that is not possible.
    """
    _check(trials, seed)
    varied = vary(protocol, truth, variations) if variations else (Variation("", protocol, truth),)
    found, estimates = list[pl.DataFrame](), list[pl.DataFrame]()
    for place, each in enumerate(varied):
        rows = compute_parts(
            partial(estimate_trials, each.protocol, each.truth, seed),
            trials,
            size=PART,
            folder=parts,
            digest=_digest(each, seed),
            pool=pool or InProcess(),
            progress=partial(_on_the_way, progress, place * trials, len(varied) * trials),
        )
        needed = needed_of(each.protocol, each.truth)
        label = pl.lit(each.label).alias("variation")
        own = characterise(each.protocol, needed.analyses, rows, trials)
        found.append(own.select(label, pl.all()))
        single = rows.filter(pl.col("trial").is_not_null()).drop("day")
        estimates.append(single.select(label, pl.all()))
    return Simulation(
        study=protocol.study.id,
        title=truth.title,
        trials=trials,
        seed=seed,
        characteristics=conform(pl.concat(found), Characteristic),
        estimates=pl.concat(estimates),
        left_out=needed_of(protocol, truth).left_out,
    )


def _on_the_way(progress: Progress, before: int, of: int, done: int, _of_part: int) -> None:
    progress(before + done, of)


def _check(trials: int, seed: int) -> None:
    if not 1 <= trials <= TRIALS_AT_MOST:
        msg = f"--trials is {trials}; expected 1 to {TRIALS_AT_MOST}"
        raise UsageError(msg)
    if not 0 <= seed <= SEED_AT_MOST:
        msg = f"--seed is {seed}; expected 0 to {SEED_AT_MOST}"
        raise UsageError(msg)


def _digest(variation: Variation, seed: int) -> str:
    """Stand for everything that decides the numbers of a part."""
    content = {
        "protocol": variation.protocol.model_dump(mode="json", by_alias=True),
        "truth": variation.truth.model_dump(mode="json", by_alias=True),
        "seed": seed,
        "versions": [version(package) for package in ("topline", "polars", "numpy")],
    }
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def run_simulation(  # noqa: PLR0913 - what a simulation can be asked for
    study: Path,
    truth: Path,
    out: Path,
    *,
    trials: int,
    seed: int,
    variations: Sequence[str] = (),
    pool: Pool | None = None,
    progress: Progress = _quietly,
) -> Simulation:
    """Simulate a study folder's protocol and write what was found; whole, or not at all.

    Parts are kept beside `out` (``OUT.parts``) until all is written.

    Parameters
    ----------
    study
        Folder with `protocol.yaml`.
    truth
        `truth.yaml`.
    out
        Folder to write: characteristics.parquet, .csv and .json, trials.parquet, report.html.
    trials, seed, variations, pool, progress
        As of `simulate`.

    Raises
    ------
    ProtocolError, DataError, UsageError
        What is wrong and what to do, in words; `out` is as it was.
    """
    from topline.simulate.report import simulation_html, simulation_json  # jinja2

    protocol = read_protocol(study)
    assumed = read_truth(truth, protocol)
    parts = out.parent / f"{out.name}.parts"
    done = simulate(
        protocol, assumed, trials=trials, seed=seed, parts=parts, variations=variations,
        pool=pool, progress=progress,
    )  # fmt: skip
    with written_whole(out) as folder:
        done.characteristics.write_parquet(folder / "characteristics.parquet", statistics=False)
        done.estimates.write_parquet(folder / "trials.parquet", statistics=False)
        csv = done.characteristics.write_csv(line_terminator="\n")
        (folder / "characteristics.csv").write_text(csv, "utf-8")
        (folder / "characteristics.json").write_text(simulation_json(done), "utf-8")
        (folder / "report.html").write_text(simulation_html(done), "utf-8")
        file = study / "protocol.yaml" if study.is_dir() else study
        inputs = {file.name: digest(file), truth.name: digest(truth)}
        facts = {"seed": str(seed), "trials": str(trials), "varied": "; ".join(variations) or None}
        write_manifest(folder, study, inputs, facts)
    shutil.rmtree(parts, ignore_errors=True)
    return done
