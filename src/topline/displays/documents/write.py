"""Write displays as documents: each alone, and all in one file with a contents list."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from warnings import warn

from topline.displays.documents.book import Book, bind
from topline.displays.documents.formats import DRAWN, PAGED, Format, Formats
from topline.displays.documents.imprint import Imprint
from topline.displays.documents.letters import (
    MissingFontWarning,
    name_letters,
    spell_out_display,
    texts,
)
from topline.displays.documents.pdf.book import book_pdf
from topline.displays.documents.pdf.press import MissingLettersError, missing_letters
from topline.displays.documents.pictures import (
    PRINT_PPI,
    Shot,
    draw_raster,
    draw_shot,
    picture_pdf,
)
from topline.displays.documents.place import Setting
from topline.displays.documents.rtf.book import book_rtf
from topline.displays.documents.widths import ARIAL, SHIPPED
from topline.displays.documents.word.book import book_docx
from topline.displays.figure import Figure
from topline.displays.table import Table

Named = tuple[str, Table | Figure]
_TRIALS: Final = 50


@dataclass(frozen=True, slots=True)
class Volume:
    """Displays that are handed in together."""

    name: str
    """Of the file that holds them all."""
    title: str
    displays: tuple[Named, ...]
    """Each with the name of its own files."""
    alone: bool = True
    """Whether each has files of its own too."""
    tagged: bool = True
    """Whether PDF has tags; see `Book`."""


@dataclass(frozen=True, slots=True)
class _Edition:
    """All that the making of one file may need."""

    volume: Volume
    formats: Formats
    imprint: Imprint
    missing: frozenset[str]

    def book(self, displays: Sequence[Named], title: str, form: Format) -> Book:
        """Lay displays out for a format with pages."""
        setting = Setting(
            self.imprint.notice, self.formats.paper, SHIPPED if form == Format.PDF else ARIAL
        )
        book = bind(title, displays, self.imprint, setting, contents=len(displays) > 1)
        return replace(book, tagged=self.volume.tagged)


def write_documents(
    volume: Volume, folder: Path, formats: Formats, imprint: Imprint
) -> tuple[Path, ...]:
    """Write what a volume holds in each format asked for, several files at a time.

    Parameters
    ----------
    volume
        Displays, and the name of the file that holds them all.
    folder
        Where; it is there already.
    formats
        Formats and paper; those that are no documents are passed over.
    imprint
        What every page says.

    Returns
    -------
    tuple of Path
        Files written, sorted.

    Warns
    -----
    MissingFontWarning
        No font has some letters; PDF and pictures show their code points instead.
    """
    chosen = set(formats.chosen)
    said = "\n".join(texts(display) for _, display in volume.displays)
    missing = missing_letters(said) if chosen & DRAWN else frozenset[str]()
    edition = _Edition(volume, formats, imprint, missing)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        waiting = [pool.submit(_keep, folder, make) for make in _jobs(edition, pool)]
        paths = [path for each in waiting for path in each.result()]
    if missing and chosen & {Format.PDF, Format.PNG, Format.TIFF}:
        named = name_letters(sorted(missing))
        told = (
            f"{volume.title}: no font here has {named}; PDF and pictures show these code points "
            "instead. Install a font that has them, such as Noto Sans CJK, and run again"
        )
        warn(told, MissingFontWarning, stacklevel=2)
    return tuple(sorted(paths))


_Files = Mapping[str, bytes]


def _keep(folder: Path, make: Callable[[], _Files]) -> list[Path]:
    """Write files as soon as they are made, so that no more than a few are held."""
    paths: list[Path] = []
    for name, content in make().items():
        paths.append(folder / name)
        paths[-1].write_bytes(content)
    return paths


def _jobs(edition: _Edition, pool: ThreadPoolExecutor) -> Iterator[Callable[[], _Files]]:
    """Yield what makes each file; pictures are under way before those that wait for them."""
    chosen, volume = edition.formats.chosen, edition.volume
    shots: dict[str, Future[Shot]] = {}
    if {Format.DOCX, Format.RTF} & set(chosen):
        shots = {
            name: pool.submit(draw_shot, display, edition.missing)
            for name, display in volume.displays
            if isinstance(display, Figure)
        }
    for form in PAGED if volume.displays else ():
        if form in chosen:
            yield lambda form=form: {f"{volume.name}.{form}": _whole(edition, form, shots)}
    for name, display in volume.displays if volume.alone else ():
        if isinstance(display, Figure):
            yield lambda name=name, figure=display: _figure_files(edition, name, figure)
        else:
            yield lambda name=name, table=display: _table_files(edition, name, table)


def _whole(edition: _Edition, form: Format, shots: Mapping[str, Future[Shot]]) -> bytes:
    """Return all displays in one file."""
    volume = edition.volume
    if form == Format.PDF:
        return _pdf(edition, volume.displays, volume.title)
    book = edition.book(volume.displays, volume.title, form)
    drawn = {name: each.result() for name, each in shots.items()}
    return book_docx(book, drawn) if form == Format.DOCX else book_rtf(book, drawn)


def _table_files(edition: _Edition, name: str, table: Table) -> dict[str, bytes]:
    """Return the files of one table."""
    files: dict[str, bytes] = {}
    alone = [(name, table)]
    for form in edition.formats.chosen:
        match form:
            case Format.DOCX:
                files[f"{name}.docx"] = book_docx(edition.book(alone, table.title, form), {})
            case Format.RTF:
                files[f"{name}.rtf"] = book_rtf(edition.book(alone, table.title, form), {})
            case Format.PDF:
                files[f"{name}.pdf"] = _pdf(edition, alone, table.title)
            case _:
                pass
    return files


def _figure_files(edition: _Edition, name: str, figure: Figure) -> dict[str, bytes]:
    """Return the files of one figure."""
    files: dict[str, bytes] = {}
    chosen, missing = edition.formats.chosen, edition.missing
    if Format.PDF in chosen:
        files[f"{name}.pdf"] = _spelling(
            lambda letters: picture_pdf(figure, edition.imprint, letters), missing
        )
    if {Format.PNG, Format.TIFF} & set(chosen):
        raster = draw_raster(figure, PRINT_PPI, missing)
        if Format.PNG in chosen:
            files[f"{name}.png"] = raster.png()
        if Format.TIFF in chosen:
            files[f"{name}.tiff"] = raster.tiff()
    return files


def _pdf(edition: _Edition, displays: Sequence[Named], title: str) -> bytes:
    def make(missing: frozenset[str]) -> bytes:
        spelled = [(name, spell_out_display(display, missing)) for name, display in displays]
        return book_pdf(edition.book(spelled, title, Format.PDF))

    return _spelling(make, edition.missing)


def _spelling(make: Callable[[frozenset[str]], bytes], missing: frozenset[str]) -> bytes:
    """Make a file; what turns out to have no font beside its neighbours is written out too."""
    for _ in range(_TRIALS):
        try:
            return make(missing)
        except MissingLettersError as error:
            missing |= set(error.letters)
    return make(missing)
