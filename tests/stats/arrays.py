"""Arrays of a reference, and short ways to write small data sets."""

import numpy as np
from numpy.typing import NDArray


def floats(values: list[float | str]) -> NDArray[np.float64]:
    """Read numbers as R wrote them: a missing one is the text "NA" in JSON."""
    return np.array([float("nan") if value == "NA" else float(value) for value in values])


def subjects(text: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read days as on paper, such as "6 6+ 7": a plus is a censoring."""
    words = text.split()
    days = np.array([int(word.rstrip("+")) for word in words], np.int64)
    return days, np.array([not word.endswith("+") for word in words], np.bool_)
