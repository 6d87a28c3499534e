"""The formats that displays are written in, and what each needs to be installed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import Final

from topline.displays.documents.paper import A4, Paper, read_paper
from topline.errors import UsageError


class Format(StrEnum):
    """A format, by the suffix of its files."""

    SVG = "svg"
    HTML = "html"
    CSV = "csv"
    DOCX = "docx"
    RTF = "rtf"
    PDF = "pdf"
    TEX = "tex"
    MD = "md"
    PNG = "png"
    TIFF = "tiff"


USUAL: Final = (Format.SVG, Format.HTML, Format.CSV)
"""Written when nothing else is asked for."""
PAGED: Final = (Format.DOCX, Format.RTF, Format.PDF)
"""Formats with pages: also written with all tables, or all listings, in one file."""
DRAWN: Final = frozenset({*PAGED, Format.PNG, Format.TIFF})
"""Formats that need the extra."""
EXTRA: Final = "documents"
# Word and RTF hold figures as pictures, which Typst makes.
_PACKAGE: Final = "typst"


@dataclass(frozen=True, slots=True)
class Formats:
    """What is written of each display, and the paper that documents are laid out for."""

    chosen: tuple[Format, ...] = USUAL
    paper: Paper = A4


def read_formats(names: str | Sequence[str], paper: str = "A4") -> Formats:
    """Return the formats named, after a look at whether they can be written here.

    Parameters
    ----------
    names
        Suffixes, as a list or parted by commas; `all` is every one.
    paper
        As `read_paper` takes it.

    Raises
    ------
    UsageError
        A format or a paper is unknown, or a package is not installed.

    Examples
    --------
    >>> [str(each) for each in read_formats("MD, tex").chosen]
    ['tex', 'md']
    """
    listed = names.split(",") if isinstance(names, str) else list(names)
    asked = {name.strip().lower().removeprefix(".") for name in listed} - {""}
    known = {str(each) for each in Format}
    unknown = sorted(asked - known - {"all"})
    if unknown or not asked:
        found = ", ".join(unknown) or "nothing"
        msg = f"--formats: found {found}; possible are all, {', '.join(Format)}"
        raise UsageError(msg)
    chosen = tuple(each for each in Format if "all" in asked or each in asked)
    _refuse_missing(chosen)
    return Formats(chosen, read_paper(paper))


def _refuse_missing(chosen: Sequence[Format]) -> None:
    """Refuse formats that cannot be made here, before any work starts."""
    wanting = [each for each in chosen if each in DRAWN]
    if wanting and find_spec(_PACKAGE) is None:
        msg = (
            f"--formats {','.join(wanting)}: {_PACKAGE} is not installed; "
            f"pip install topline[{EXTRA}]"
        )
        raise UsageError(msg)
