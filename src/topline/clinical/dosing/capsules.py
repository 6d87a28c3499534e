"""From a dose per m2 to what can be taken: the nearest dose that capsules make up."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topline.errors import UsageError

Floats = NDArray[np.float64]
_LARGEST_MG = 10_000


def compute_rounded_dose_mg(
    dose_mg: ArrayLike,
    sizes_mg: Sequence[int],
    *,
    direction: Literal["nearest", "down", "up"] = "nearest",
) -> Floats:
    """Compute the dose that can be made up of capsules.

    Parameters
    ----------
    dose_mg
        Calculated doses, such as 75 mg/m2 times the body surface; up to 10,000 mg.
    sizes_mg
        Capsules that there are, whole mg. With 5 mg among them every multiple of 5 mg can be made.
    direction
        Which of the two neighbours is taken; halfway, the nearest is the larger.

    Returns
    -------
    Floats
        NaN where the dose is missing, negative or too large, or nothing lies in the direction.

    Raises
    ------
    UsageError
        No sizes, or one that is not above 0.

    Examples
    --------
    >>> compute_rounded_dose_mg([187.4, 187.5, 192.4], [5, 20, 100]).tolist()
    [185.0, 190.0, 190.0]
    """
    dose = np.asarray(dose_mg, dtype=np.float64)
    made = np.flatnonzero(np.isfinite(_compute_fewest(sizes_mg))).astype(np.float64)
    usable = np.isfinite(dose) & (dose >= 0) & (dose <= _LARGEST_MG)
    asked = np.where(usable, dose, 0.0)
    above = np.searchsorted(made, asked - _ROUNDING, side="left")
    below = np.searchsorted(made, asked + _ROUNDING, side="right") - 1
    up = np.where(above < made.size, made[np.minimum(above, made.size - 1)], np.nan)
    down = made[below]
    nearest = np.where(np.isnan(up) | (asked - down < up - asked - _ROUNDING), down, up)
    chosen = {"nearest": nearest, "down": down, "up": up}[direction]
    return np.where(usable, chosen, np.nan)


def compute_fewest_capsules(dose_mg: ArrayLike, sizes_mg: Sequence[int]) -> Floats:
    """Compute the least number of capsules that make up a dose; NaN where none do.

    Examples
    --------
    >>> compute_fewest_capsules([185, 280, 12], [5, 20, 100, 140, 180, 250]).tolist()
    [2.0, 2.0, nan]
    """
    dose = np.asarray(dose_mg, dtype=np.float64)
    fewest = _compute_fewest(sizes_mg)
    whole = np.isfinite(dose) & (dose >= 0) & (dose <= _LARGEST_MG) & (dose == np.floor(dose))
    counted = fewest[np.where(whole, dose, 0).astype(np.int64)]
    return np.where(whole & np.isfinite(counted), counted, np.nan)


_ROUNDING = 1e-9


def _compute_fewest(sizes_mg: Sequence[int]) -> Floats:
    """Compute the least number of capsules for every whole dose up to the largest; inf: none."""
    if not sizes_mg or min(sizes_mg) <= 0:
        msg = f"capsule sizes must be above 0 mg, and one at least, not {list(sizes_mg)}"
        raise UsageError(msg)
    fewest = np.full(_LARGEST_MG + 1, np.inf)
    fewest[0] = 0
    for dose in range(1, _LARGEST_MG + 1):
        fewest[dose] = 1 + min(
            (fewest[dose - size] for size in sizes_mg if size <= dose), default=np.inf
        )
    return fewest
