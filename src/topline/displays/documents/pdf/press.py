"""Typst with the shipped fonts, and with the system's for letters that those do not have."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import typst

from topline.displays import theme
from topline.displays.documents.widths import shipped_letters

_FOLDER: Final = Path(__file__).parent
_NO_FONT: Final = re.compile(r'the text `"(.+?)"` could not be displayed with', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_TRIALS: Final = 500
Template = Literal["pages", "picture", "probe"]


class MissingLettersError(Exception):
    """Typst has no font for some letters."""

    def __init__(self, letters: str) -> None:
        super().__init__(letters)
        self.letters = letters


def typeset(
    template: Template, inputs: Mapping[str, str], *, system_fonts: bool, tagged: bool = True
) -> bytes:
    """Return PDF/A-2b.

    Parameters
    ----------
    template
        Name of the Typst file beside this one.
    inputs
        Data for it, as text.
    system_fonts
        Look at the machine's fonts too; without them the bytes are the same on every machine.
    tagged
        Conform to PDF/UA-1 too, for those who have pages read to them.

    Raises
    ------
    MissingLettersError
        No font has some letters.
    """
    try:
        compiler = _compiler(template, inputs, system_fonts=system_fonts)
        if tagged:
            return _one(compiler.compile(format="pdf", pdf_standards=["a-2b", "ua-1"]))
        return _one(compiler.compile(format="pdf", pdf_standards="a-2b", pdf_tags=False))
    except typst.TypstError as error:
        found = _NO_FONT.search(str(error))
        if not found:
            raise
        raise MissingLettersError(_unescaped(found[1])) from error


def rasterise(svg: str, ppi: float, *, system_fonts: bool) -> bytes:
    """Return a picture as PNG, `ppi` dots an inch."""
    told = json.dumps({"title": "", "author": "", "date": [1970, 1, 1], "alt": ""})
    inputs = {"svg": svg, "told": told}
    compiler = _compiler("picture", inputs, system_fonts=system_fonts)
    return _one(compiler.compile(format="png", ppi=ppi))


def _one(made: bytes | list[bytes] | None) -> bytes:
    """Return the file that Typst made, which is one where all pages are in it."""
    if not isinstance(made, bytes):
        msg = "one file expected of Typst"
        raise TypeError(msg)
    return made


def _compiler(
    template: Template, inputs: Mapping[str, str], *, system_fonts: bool
) -> typst.Compiler:
    return typst.Compiler(
        _FOLDER / f"{template}.typ",
        root=_FOLDER,
        font_paths=[theme.FONTS],
        ignore_system_fonts=not system_fonts,
        sys_inputs=dict(inputs),
    )


def foreign_letters(text: str) -> str:
    """Return the letters that the shipped fonts do not have, each once, in order."""
    return "".join(sorted(set(text) - set("\r\n\t") - shipped_letters()))


def missing_letters(text: str, *, system_fonts: bool = True) -> frozenset[str]:
    """Return the letters of a text that no font at hand has."""
    letters, missing = foreign_letters(text), set[str]()
    for _ in range(_TRIALS):
        tried = [letter for letter in letters if letter not in missing]
        if not tried:
            break
        try:
            typeset("probe", {"letters": json.dumps(tried)}, system_fonts=system_fonts)
        except MissingLettersError as error:
            missing |= set(error.letters)
        else:
            break
    return frozenset(missing)


def _unescaped(text: str) -> str:
    """Return text that an error message shows with its signs escaped."""
    return _ESCAPED.sub(lambda f: chr(int(f[1], 16)) if f[1] else f[2], text)
