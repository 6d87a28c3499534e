"""The words of a run: results paragraphs and filled checklists, as files and as report sections."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from topline.displays.documents.formats import Format, Formats
from topline.displays.documents.imprint import Imprint
from topline.protocol.protocol import Protocol
from topline.protocol.study import Study
from topline.report.checklists.fill import FilledChecklist, fill_checklists
from topline.report.checklists.write import checklist_html, write_checklists
from topline.report.items import Section
from topline.report.paragraphs.compose import compose_paragraphs
from topline.report.paragraphs.spans import Paragraph
from topline.report.paragraphs.word import DOCUMENT, paragraphs_docx
from topline.report.paragraphs.write import paragraphs_html, write_paragraphs

_ABOUT: Final = (
    "<p>Sentences made from the results, to be edited by authors; the files results.md and "
    "results-numbers.csv hold them with the results behind each number.</p>\n"
)


@dataclass(frozen=True, slots=True)
class InWords:
    """What a run says in words."""

    study: Study
    paragraphs: tuple[Paragraph, ...]
    checklists: tuple[FilledChecklist, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Parts of the report."""
        told = _ABOUT + paragraphs_html(self.paragraphs)
        words = Section("in-words", "Results in words", told, "after key results")
        lists = (
            Section(f"checklist-{each.checklist.key}", each.checklist.title, checklist_html(each))
            for each in self.checklists
        )
        return (*((words,) if self.paragraphs else ()), *lists)


def put_in_words(protocol: Protocol, rows: pl.DataFrame) -> InWords:
    """Tell the results and fill the checklists.

    Parameters
    ----------
    protocol
        What was promised.
    rows
        Result rows; those of single patients are not told.
    """
    paragraphs = compose_paragraphs(protocol, rows)
    return InWords(protocol.study, paragraphs, fill_checklists(protocol, rows))


def write_words(words: InWords, folder: Path, formats: Formats, imprint: Imprint) -> None:
    """Write `results.md`, `results-numbers.csv`, `checklists/`, and `results.docx` where asked for.

    Parameters
    ----------
    words
        From `put_in_words`.
    folder
        Of the run.
    formats
        Those asked for, with the paper.
    imprint
        Of the run.
    """
    write_paragraphs(words.paragraphs, words.study, folder)
    write_checklists(words.checklists, words.study.notice or "", folder)
    if words.paragraphs and Format.DOCX in formats.chosen:
        file = paragraphs_docx(words.paragraphs, imprint, formats.paper)
        (folder / DOCUMENT).write_bytes(file)
