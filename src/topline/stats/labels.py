"""Labels of subjects, such as groups and raters: which are missing."""

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.generic]


def missing_labels(labels: Labels) -> NDArray[np.bool_]:
    """Tell which labels are NaN or None; any shape.

    Examples
    --------
    >>> missing_labels(np.array(["A", None, float("nan"), ""], dtype=object)).tolist()
    [False, True, True, False]
    """
    missing = np.asarray(labels != labels, np.bool_)  # noqa: PLR0124 - only NaN differs from itself
    if labels.dtype == np.object_:
        missing = missing | np.asarray(labels == None, np.bool_)  # noqa: E711 - each by itself
    return missing
