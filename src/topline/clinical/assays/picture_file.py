"""Pictures from files: PNG and JPEG of limited size, taken apart and never executed.

This module needs Pillow, which matplotlib brings.
"""

import warnings
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from topline.errors import DataError

MOST_PIXELS = 50_000_000
"""Largest picture that is read; a field of view, not a whole slide."""
_FORMATS = ("PNG", "JPEG")
_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")


def read_picture(data: bytes) -> NDArray[np.uint8]:
    """Return rows, columns and red, green, blue of a picture; clear pixels become white.

    Parameters
    ----------
    data
        The file as it is.

    Raises
    ------
    DataError
        It is neither PNG nor JPEG, is damaged, has more than 50 million pixels, or more than 8
        bits a colour.

    Examples
    --------
    >>> out = BytesIO()
    >>> Image.new("RGB", (2, 1), (255, 0, 0)).save(out, "PNG")
    >>> read_picture(out.getvalue()).tolist()
    [[[255, 0, 0], [255, 0, 0]]]
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                _refuse(picture)
                picture.load()
                return _colours(picture)
        except DataError:
            raise
        except Exception as error:
            msg = f"the picture cannot be read as PNG or JPEG ({type(error).__name__})"
            raise DataError(msg) from error


def _refuse(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        msg = f"{width} x {height} pixels, more than {MOST_PIXELS // 1_000_000} million"
        raise DataError(msg)
    if picture.mode not in _MODES:
        msg = f"colours of the kind {picture.mode}; save the picture with 8 bits a colour"
        raise DataError(msg)


def _colours(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode in {"LA", "RGBA", "P"}:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(ground, clear)
    return np.asarray(picture.convert("RGB"), dtype=np.uint8)
