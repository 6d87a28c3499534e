"""Figures as journals take them: PDF with fonts inside, PNG and TIFF at 600 dots an inch."""

import io
import json
from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from PIL import Image

from topline.displays.documents.imprint import Imprint
from topline.displays.documents.letters import spell_out
from topline.displays.documents.pdf.press import (
    foreign_letters,
    rasterise,
    typeset,
)
from topline.displays.figure import Figure
from topline.displays.svg import printable

# Of zlib: drawings come out as small as at 6, photographs in a third of the time.
_EFFORT: Final = 4
PRINT_PPI: Final = 600
"""What journals ask of drawings with lines and text."""
SCREEN_PPI: Final = 300
"""Of the pictures inside Word and RTF documents."""
# TIFF 6.0, sections 8 and 14: inches, and each dot as its difference from the one before, which
# makes photographs a third of the size.
_INCH: Final = 2
_PREDICTOR: Final = {317: 2}


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture in dots, opaque, its resolution written into each file."""

    image: Image.Image
    ppi: int

    def png(self) -> bytes:
        """Return PNG."""
        written = io.BytesIO()
        self.image.save(written, "PNG", dpi=(self.ppi, self.ppi), compress_level=_EFFORT)
        return written.getvalue()

    def tiff(self) -> bytes:
        """Return TIFF, LZW."""
        written = io.BytesIO()
        self.image.save(
            written,
            "TIFF",
            compression="tiff_lzw",
            dpi=(self.ppi, self.ppi),
            resolution_unit=_INCH,
            tiffinfo=_PREDICTOR,
        )
        return written.getvalue()


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture for a page of a document: PNG, and how many dots it has."""

    png: bytes
    across: int
    down: int


def draw_shot(figure: Figure, missing: Set[str] = frozenset()) -> Shot:
    """Return the picture as Word and RTF documents hold it."""
    svg = spell_out(figure.svg, missing)
    png = rasterise(svg, SCREEN_PPI, system_fonts=bool(foreign_letters(svg)))
    with Image.open(io.BytesIO(png)) as image:
        return Shot(png, *image.size)


def draw_raster(figure: Figure, ppi: int, missing: Set[str] = frozenset()) -> Raster:
    """Return the picture in dots, as broad as it is in print.

    Parameters
    ----------
    figure
        What to show.
    ppi
        Dots an inch.
    missing
        Letters to write out by code point, from `missing_letters`.
    """
    svg = spell_out(figure.svg, missing)
    made = rasterise(svg, ppi, system_fonts=bool(foreign_letters(svg)))
    with Image.open(io.BytesIO(made)) as image:
        return Raster(image.convert("RGB"), ppi)


def picture_pdf(figure: Figure, imprint: Imprint, missing: Set[str] = frozenset()) -> bytes:
    """Return the picture as one page of its own size, PDF/A-2b with tags.

    Raises
    ------
    MissingLettersError
        No font has some letters that are not among the `missing`.
    """
    made = imprint.made
    told = {
        "title": printable(spell_out(f"{figure.number}. {figure.title}", missing)),
        "author": printable(imprint.program("")),
        "date": [made.year, made.month, made.day],
        "alt": printable(spell_out(figure.description, missing)),
    }
    svg = spell_out(figure.svg, missing)
    inputs = {"svg": svg, "told": json.dumps(told, ensure_ascii=False)}
    return typeset("picture", inputs, system_fonts=bool(foreign_letters(svg)))
