"""Random numbers that depend on seed, trial and purpose alone.

Philox [1]_ is a function from a key and a counter to random bits. The key is the seed and the
number of the trial, the counter begins with the purpose: trial 17 has the same patients in
whatever batch, on whatever worker, and another scan interval leaves their biology as it is.

References
----------
.. [1] Salmon JK et al. (2011). Parallel random numbers: as easy as 1, 2, 3. SC '11.
"""

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BITS = 52


class Purpose(IntEnum):
    """What numbers are drawn for; a number keeps its meaning for ever."""

    ENTRY = 1
    ARM = 2
    TREATED = 3
    LESIONS = 4
    DIAMETERS = 5
    LOCATIONS = 6
    GROWTH = 7
    NEW_LESION = 8
    DEATH = 9
    LEAVING = 10
    JITTER = 11
    MISSED = 12
    ERROR = 13
    STOP = 14
    BASELINE_SCAN = 15
    KIND = 16
    BASELINE = 100
    """Variable number so and so: added to this."""
    TOXICITY = 1000
    """Adverse event number so and so: added to this."""


class Draws:
    """Random numbers of trials `start` up to, without, `stop`.

    Parameters
    ----------
    seed
        0 up to 2**64 - 1.
    start, stop
        Trials.
    patients
        Patients of each trial.

    Examples
    --------
    >>> both = Draws(1, 0, 2, 3).uniform(Purpose.DEATH)
    >>> second = Draws(1, 1, 2, 3).uniform(Purpose.DEATH)
    >>> both.shape, bool((both[3:] == second).all())
    ((6,), True)
    """

    def __init__(self, seed: int, start: int, stop: int, patients: int) -> None:
        self._seed, self.trials, self.patients = seed, range(start, stop), patients

    def uniform(self, purpose: int, *each: int) -> Floats:
        """Return numbers above 0 and below 1 of shape (trials x patients, *each)."""
        shape = (self.patients, *each)
        found = np.empty((len(self.trials), *shape))
        bits = np.random.Philox(key=0)
        state = bits.state
        for place, trial in enumerate(self.trials):
            # A new generator would ask the system for entropy first, which takes longer.
            state["state"] = {
                "key": np.array([self._seed, trial], dtype=np.uint64),
                "counter": np.array([0, 0, 0, purpose], dtype=np.uint64),
            }
            bits.state = state
            raw = bits.random_raw(self._count(each)) >> np.uint64(64 - _BITS)
            found[place] = ((raw + 0.5) * 2.0**-_BITS).reshape(shape)
        return found.reshape((len(self.trials) * self.patients, *each))

    def _count(self, each: tuple[int, ...]) -> int:
        return math.prod((self.patients, *each))

    def normal(self, purpose: int, *each: int) -> Floats:
        """Return standard normal numbers of shape (trials x patients, *each)."""
        from scipy.special import ndtri  # a tenth of a second

        return ndtri(self.uniform(purpose, *each))
