"""Whole trials: drawn for many at once, each the same in whatever company."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.simulate.baseline import draw_baseline
from topline.simulate.course import draw_entry, draw_latent, draw_scans, draw_tumors
from topline.simulate.domains import Drawn, collect
from topline.simulate.draws import Draws
from topline.simulate.plan import plan_of
from topline.simulate.treatment import draw_treatment
from topline.simulate.truth import Truth


@dataclass(frozen=True)
class Simulated:
    """Trials as they would be collected, and what was true of their patients."""

    sdtm: Sdtm
    truth: pl.DataFrame
    """One row a patient: USUBJID, TRIAL, ARM (its label), TREATED, and the true days from the first
    dose to PROGRESSION, DEATH and LEAVING; infinite for never."""
    data_cut: dt.date
    """The protocol's, or that of the simulation where the protocol names none."""


def simulate_trials(  # noqa: PLR0913 - which trials, of what
    protocol: Protocol, truth: Truth, seed: int, start: int, stop: int, *, every_record: bool = True
) -> Simulated:
    """Simulate trials `start` up to, without, `stop`.

    Parameters
    ----------
    protocol
        What was promised: arms, drugs, schedule of scans, data cut.
    truth
        What is assumed, as `read_truth` holds it against the protocol.
    seed
        0 up to 2**64 - 1.
    start, stop
        Numbers of trials; a trial is the same in every range.
    every_record
        False leaves out records that no endpoint reads.

    Returns
    -------
    Simulated
        Subjects are named by trial and number: ``000017-001``, twelve letters or fewer, which
        Polars compares as fast as numbers. No record is later than the data cut.

    Examples
    --------
    >>> from topline.protocol.read import read_protocol
    >>> from topline.simulate.read_truth import read_truth
    >>> from topline.studies import study_folder
    >>> protocol = read_protocol(study_folder("cabotem"))
    >>> truth = read_truth(study_folder("cabotem") / "truth.yaml", protocol)
    >>> simulate_trials(protocol, truth, 1, 0, 2).sdtm["DM"].height
    74
    """
    plan = plan_of(protocol, truth)
    draws = Draws(seed, start, stop, plan.patients)
    entry = draw_entry(truth, plan, draws)
    baseline = draw_baseline(truth, draws)
    known = {**baseline, "ARMCD": entry.arm}
    tumors = draw_tumors(truth, draws)
    latent = draw_latent(truth, tumors, known, draws)
    scans = draw_scans(truth, plan, entry, tumors, latent, draws)
    treatment = draw_treatment(truth, entry, latent, scans, known, draws)
    names = _names(draws)
    drawn = Drawn(truth, plan, entry, tumors, latent, scans, treatment, baseline, names)
    labels = {arm.id: arm.label for arm in protocol.study.arms}
    true = names.select("USUBJID", "TRIAL").with_columns(
        ARM=pl.Series(entry.arm, dtype=pl.String).replace_strict(labels, return_dtype=pl.String),
        TREATED=pl.Series(entry.treated, dtype=pl.Boolean),
        PROGRESSION=pl.Series(latent.progression, dtype=pl.Float64),
        DEATH=pl.Series(latent.death, dtype=pl.Float64),
        LEAVING=pl.Series(latent.leaving, dtype=pl.Float64),
    )
    return Simulated(collect(protocol, drawn, every_record=every_record), true, plan.data_cut)


def simulate_trial(protocol: Protocol, truth: Truth, seed: int, trial: int) -> Simulated:
    """Simulate one trial, its subjects named by study and number: ``CABOTEM-001``.

    Parameters and columns are those of `simulate_trials`.
    """
    found = simulate_trials(protocol, truth, seed, trial, trial + 1)
    number = pl.col("USUBJID").str.splitn("-", 2).struct.field("field_1")
    named = pl.concat_str(pl.lit(protocol.study.id), number, separator="-").alias("USUBJID")
    domains = {
        name: frame.with_columns(named) if "USUBJID" in frame.columns else frame
        for name, frame in found.sdtm.domains.items()
    }
    return Simulated(Sdtm(domains), found.truth.with_columns(named), found.data_cut)


def _names(draws: Draws) -> pl.DataFrame:
    """Name every patient."""
    trials = np.repeat(np.array(draws.trials, dtype=np.int64), draws.patients)
    number = np.tile(np.arange(1, draws.patients + 1), len(draws.trials))
    digits = max(3, len(str(draws.patients)))
    named = pl.DataFrame({"TRIAL": trials, "number": number}).with_columns(
        SUBJID=pl.col("number").cast(pl.String).str.zfill(digits)
    )
    trial = pl.col("TRIAL").cast(pl.String).str.zfill(6)
    return named.select("TRIAL", "SUBJID", USUBJID=pl.concat_str(trial, "SUBJID", separator="-"))
