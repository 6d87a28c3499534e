"""Where text changes between scripts written to the right and to the left."""

import re
from collections.abc import Iterator
from typing import Final

from topline.displays.svg import printable

_LEFT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
# A stretch to the left may hold digits, spaces and signs between its letters.
_LEFTWARD: Final = re.compile(f"([{_LEFT}](?:[{_LEFT} !-@\\[-`{{-\u00bf]*[{_LEFT}])?)")


def directions(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text piece by piece, and whether the piece runs to the left.

    Examples
    --------
    >>> [leftward for _, leftward in directions("Rash (\u05e4\u05e8\u05d9\u05d7\u05d4)")]
    [False, True, False]
    """
    for i, piece in enumerate(_LEFTWARD.split(printable(text))):
        if piece:
            yield piece, i % 2 == 1
