"""Confidence limits of a survival curve, on the scale that a protocol chooses."""

from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Transform = Literal["plain", "log", "log-log", "arcsine", "logit"]
Floats = NDArray[np.float64]

TRANSFORMS: tuple[Transform, ...] = ("plain", "log", "log-log", "arcsine", "logit")


def compute_limits(
    survival: Floats, std_error_log: Floats, transform: Transform, level: float
) -> tuple[Floats, Floats]:
    r"""Limits symmetric on the scale of the transform, cut at 0 and 1; NaN where it has none.

    On the scale $g$ they are $g(S) \pm z\,g'(S)\,S\,\sigma$, where $\sigma$ is the standard error
    of $\log S$ (Borgan and Liestol 1990, Scandinavian Journal of Statistics 17: 35-41).

    Parameters
    ----------
    survival, std_error_log
        Shape (m,).
    transform
        One of `TRANSFORMS`.
    level
        Two-sided coverage on any one day.

    Examples
    --------
    >>> import numpy as np
    >>> lower, upper = compute_limits(np.array([0.5]), np.array([0.2]), "plain", 0.95)
    >>> lower.round(3).item(), upper.round(3).item()
    (0.304, 0.696)
    """
    if transform not in TRANSFORMS:
        msg = f"there is no transform {transform!r}; choose one of {', '.join(TRANSFORMS)}"
        raise ValueError(msg)
    if not 0 < level < 1:
        msg = f"level is {level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)
    z = NormalDist().inv_cdf((1 + level) / 2)
    s = np.where(survival > 0, survival, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        if transform == "plain":
            half = z * std_error_log * s
            return np.maximum(s - half, 0), np.minimum(s + half, 1)
        if transform == "log":
            half = np.exp(z * std_error_log)
            return s / half, np.minimum(s * half, 1)
        s = np.where(s < 1, s, np.nan)
        if transform == "log-log":
            half = np.exp(z * std_error_log / np.log(s))
            return s ** (1 / half), s**half
        if transform == "logit":
            odds, half = s / (1 - s), np.exp(z * std_error_log / (1 - s))
            return odds / (odds + half), odds * half / (1 + odds * half)
        angle = np.arcsin(np.sqrt(s))
        half = 0.5 * z * std_error_log * np.sqrt(s / (1 - s))
        return np.sin(np.maximum(angle - half, 0)) ** 2, np.sin(
            np.minimum(angle + half, np.pi / 2)
        ) ** 2
