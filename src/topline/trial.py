"""The whole way: protocol and collected data to analysis datasets, results, displays, report."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from topline.adam.adam import derive_adam
from topline.adam.listings import derive_listings, write_derived_listings
from topline.adam.write import write_adam
from topline.analyses.analyse import analyse
from topline.analyses.results import Results
from topline.analyses.write import write_results
from topline.audit.book import Book
from topline.audit.published import claim_files, publish, read_study_claims
from topline.displays.compose import compose
from topline.displays.documents.formats import USUAL, Formats, read_formats
from topline.displays.documents.imprint import imprint_of, run_id
from topline.displays.documents.listings import write_listing_documents
from topline.displays.figure import Figure
from topline.displays.table import Table
from topline.displays.write import write_displays
from topline.output import digest, write_manifest, written_whole
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.report.in_words import put_in_words, write_words
from topline.report.listing_documents import patient_listings
from topline.report.listings import name_variables
from topline.report.report import render_report
from topline.sdtm.collected import Sdtm
from topline.sdtm.cut import cut_data
from topline.sdtm.listings import write_listings
from topline.sdtm.queries import gather_queries, write_queries
from topline.sdtm.read import read_sdtm
from topline.spreadsheet import write_spreadsheet

_WRITTEN_BY_HAND = ("protocol.yaml", "mapping.yaml")
Passed = Callable[[str], None]
"""Told the name of each stage as it passes."""


def _quietly(stage: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Trial:
    """A trial on its whole way: each field is made from those before it."""

    protocol: Protocol
    collected: Sdtm
    adam: Mapping[str, pl.DataFrame]
    queries: pl.DataFrame
    results: Results
    displays: tuple[Table | Figure, ...]


def analyse_trial(
    protocol: Protocol, collected: Sdtm, cutoff: dt.date | None = None, passed: Passed = _quietly
) -> Trial:
    """Go from protocol and collected data to displays; nothing is written.

    Parameters
    ----------
    protocol
        What was promised.
    collected
        What was collected, from `read_sdtm` or `sdtm_from_frames`.
    cutoff
        Data cut; None takes the protocol's.
    passed
        Told each stage as it passes.

    Raises
    ------
    ProtocolError
        The protocol names variables that the data do not have.
    DataError
        The data leave nothing to analyse.
    """
    protocol = protocol.at_cut(cutoff)
    if protocol.study.data_cut is not None:
        collected = cut_data(collected, protocol.study.data_cut)
    adam = derive_adam(protocol, collected)
    passed("ADaM")
    results = analyse(protocol, adam.datasets)
    passed("results")
    displays = compose(protocol, results, collected.pictures)
    passed("displays")
    queries = gather_queries([collected.queries, adam.queries])
    return Trial(protocol, collected, adam.datasets, queries, results, displays)


def run(  # noqa: PLR0913 - what a run can be asked for
    study: Path,
    out: Path,
    *,
    cutoff: dt.date | None = None,
    patient_level: bool = True,
    formats: str | Sequence[str] = USUAL,
    paper: str = "A4",
    passed: Passed = _quietly,
) -> Trial:
    """Analyse a study folder and write everything; whole, or not at all.

    Parameters
    ----------
    study
        Folder with `protocol.yaml` and `data/`.
    out
        Folder to write; an earlier output there is replaced when all went well, and left as it was
        when not.
    cutoff
        Data cut; None takes the protocol's.
    patient_level
        False writes no patient rows anywhere: results, displays and a report of aggregates.
    formats
        Of the displays, such as ``"docx,pdf"`` or ``"all"``; see `read_formats`.
    paper
        For those with pages, such as ``"A4"`` or ``"letter landscape"``.
    passed
        Told each stage as it passes.

    Raises
    ------
    ProtocolError, DataError, UsageError
        What is wrong and what to do, in words; `out` is as it was.

    Warns
    -----
    MissingFontWarning
        No font has some letters; PDF and pictures show their code points instead.
    """
    wanted = read_formats(formats, paper)
    protocol = read_protocol(study)
    claims = read_study_claims(study)
    passed("protocol")
    collected = read_sdtm(study / "data")
    passed("SDTM")
    trial = analyse_trial(protocol, collected, cutoff, passed)
    write_trial(trial, study, out, patient_level=patient_level, formats=wanted, claims=claims)
    passed("report")
    return trial


def write_trial(  # noqa: PLR0913 - what a run can be asked for
    trial: Trial,
    study: Path,
    out: Path,
    *,
    patient_level: bool = True,
    formats: Formats = Formats(),  # noqa: B008 - a frozen value
    claims: Book | None = None,
) -> None:
    """Write datasets, results, displays, report, listings and manifest; see `run`.

    With the claims of a publication, `claims.csv` and a part of the report set each beside what was
    recomputed.
    """
    inputs = {f"data/{file.path}": file.sha256 for file in trial.collected.files}
    inputs |= {n: digest(study / n) for n in _WRITTEN_BY_HAND if (study / n).is_file()}
    cut = trial.protocol.study.data_cut
    imprint = imprint_of(trial.protocol.study, run_id(inputs, cut))
    with written_whole(out) as folder:
        if patient_level:
            write_adam(trial.adam, folder / "adam")
            write_queries(trial.queries, folder / "queries.csv")
            write_listings(trial.collected, folder / "listings")
            derived = derive_listings(trial.protocol, trial.collected, trial.adam)
            write_derived_listings(derived, folder / "listings")
            listings = patient_listings(trial.adam, trial.collected, derived)
            labels = name_variables(trial.protocol, trial.adam, derived)
            write_listing_documents(listings, labels, folder / "listings", formats, imprint)
        results = trial.results if patient_level else trial.results.without_traces()
        displays = [d for d in trial.displays if patient_level or not d.patients]
        write_results(results, trial.protocol, folder)
        write_displays(displays, folder / "displays", formats, imprint)
        words = put_in_words(trial.protocol, trial.results.rows)
        write_words(words, folder, formats, imprint)
        published = [publish(claims, results.rows)] if claims is not None else []
        for each in published:
            write_spreadsheet(each.frame(), folder / "claims.csv")
        report = render_report(
            trial.protocol,
            displays,
            trial.results,
            trial.adam,
            trial.queries,
            sections=(*words.sections, *(each.section() for each in published)),
            patient_level=patient_level,
        )
        (folder / "report.html").write_text(report, encoding="utf-8")
        facts = {"data_cut": str(cut) if cut else None, "seed": None, "run": imprint.run}
        told = claim_files(claims) if claims is not None else ()
        inputs |= {name: digest(study / name) for name in told}
        write_manifest(folder, study, inputs, facts)
