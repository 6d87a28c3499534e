"""Pictures inside a figure: made smaller, and written anew as JPEG, so that only pixels pass.

Needs Pillow, which matplotlib brings; imported only when a figure shows pictures.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

MOST_BYTES: Final = 600_000
"""Of all pictures of a figure, as they stand in it."""
DOTS_AN_INCH: Final = 300
_FORMATS = ("PNG", "JPEG")
_QUALITY: Final = 85
_SMALLER: Final = 0.8
_LEAST: Final = 24
"""Pixels from left to right below which no picture is made smaller."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture as text that SVG takes, and its height as a share of its width."""

    uri: str
    shape: float


def embed(
    pictures: Mapping[str, bytes], names: Sequence[str], inches: float
) -> dict[str, Embedded]:
    """Return pictures for a figure, together at most 600 kB.

    Comments, places, thumbnails and whatever else a file carries are left behind.

    Parameters
    ----------
    pictures
        PNG and JPEG files by name.
    names
        Which to show; those without a file are left out.
    inches
        Width in print of each.

    Returns
    -------
    dict of str to Embedded
        By name. A picture has at most 300 dots an inch, fewer where there are many.
    """
    opened = {name: _open(pictures[name]) for name in dict.fromkeys(names) if name in pictures}
    width = max(inches * DOTS_AN_INCH, _LEAST)
    while True:
        made = {name: _embed(picture, round(width)) for name, picture in opened.items()}
        if sum(len(one.uri) for one in made.values()) <= MOST_BYTES or width <= _LEAST:
            return made
        width *= _SMALLER


def _open(data: bytes) -> Image.Image:
    """Open a file that has been measured, so is known to be sound; clear pixels become white."""
    with Image.open(BytesIO(data), formats=_FORMATS) as picture:
        if picture.mode in {"LA", "RGBA", "P"}:
            ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
            return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
        return picture.convert("RGB")


def _embed(picture: Image.Image, width: int) -> Embedded:
    shape = picture.height / picture.width
    if picture.width > width:
        size = (width, max(round(width * shape), 1))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    written = BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY, optimize=True)
    text = base64.b64encode(written.getvalue()).decode("ascii")
    return Embedded(f"data:image/jpeg;base64,{text}", shape)
