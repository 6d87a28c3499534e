"""Text, paragraphs and fields of RTF (specification 1.9.1)."""

import re
from typing import Final, Literal

from topline.displays.documents.directions import directions
from topline.displays.svg import printable

_MEANT: Final = {
    "\\": "\\\\",
    "{": "\\{",
    "}": "\\}",
    "\n": "\\line ",
    "\t": "\\tab ",
    "\u00a0": "\\~",
}
_OTHER: Final = re.compile(r"[^ -\[\]^-z|~]")
Justify = Literal["left", "right", "center"]
_JUSTIFY: Final = {"left": "\\ql", "right": "\\qr", "center": "\\qc"}


def twips(points: float) -> int:
    """Return a length in twentieths of a point."""
    return round(points * 20)


def escape_rtf(text: str) -> str:
    r"""Return text that RTF shows as it is; letters beyond ASCII as their UTF-16 numbers.

    Examples
    --------
    >>> escape_rtf("{5 \u03bcg}")
    '\\{5 \\u956?g\\}'
    """
    return _OTHER.sub(lambda found: _escaped(found[0]), printable(text).replace("\r\n", "\n"))


def _escaped(letter: str) -> str:
    if letter in _MEANT:
        return _MEANT[letter]
    if letter.isascii():
        return f"\\'{ord(letter):02x}"
    pair = letter.encode("utf-16-le")
    units = (
        int.from_bytes(pair[i : i + 2], "little", signed=True) for i in (0, 2)[: len(pair) // 2]
    )
    return "".join(f"\\u{unit}?" for unit in units)


def runs(text: str) -> str:
    """Return text, what is written from right to left marked as such."""
    return "".join(
        f"{{\\ltrch\\fcs0\\rtlch\\fcs1\\af0 {escape_rtf(piece)}}}"
        if leftward
        else escape_rtf(piece)
        for piece, leftward in directions(text)
    )


def paragraph(content: str, size: float, pitch: float, look: str = "") -> str:
    """Return a paragraph of an exact line pitch; lengths in points, `look` as RTF."""
    return f"{{\\pard\\plain\\cf1{look}{_line(size, pitch)} {content}\\par}}\n"


def cell(content: str, size: float, pitch: float, look: str) -> str:
    """Return the paragraph of a cell of a table."""
    return f"\\pard\\plain\\intbl\\cf1{look}{_line(size, pitch)} {content}\\cell\n"


def _line(size: float, pitch: float) -> str:
    return f"\\sl-{twips(pitch)}\\slmult0\\f0\\fs{round(2 * size)}"


def justify(way: Justify) -> str:
    """Return where a paragraph stands."""
    return _JUSTIFY[way]


def field(instruction: str, shown: str) -> str:
    """Return a field, and what it shows until it is worked out anew."""
    return f"{{\\field{{\\*\\fldinst {{ {escape_rtf(instruction)} }}}}{{\\fldrslt {{{shown}}}}}}}"
