"""Short ways to write tables of counts."""

import numpy as np
from numpy.typing import NDArray


def table(text: str) -> NDArray[np.int64]:
    """Read rows as on paper, such as "3 1 / 0 13"."""
    return np.array([row.split() for row in text.split("/")], np.int64)


def tables(*texts: str) -> NDArray[np.int64]:
    """Read strata, shape (strata, rows, columns)."""
    return np.array([table(text) for text in texts])
