"""Random streams that do not disturb each other: one for each seed, purpose and patient."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.random import Generator

_Key = TypeVar("_Key", bound=str)


def stream(seed: int, purpose: str, patient: int) -> Generator:
    """Return a stream of its own, so that a change in one domain or patient moves no other.

    Parameters
    ----------
    seed
        That of the cohort.
    purpose
        What is drawn, such as "AE" or "TR scans".
    patient
        Place of the patient in the cohort.

    Examples
    --------
    >>> first = stream(7, "AE", 0).integers(100)
    >>> bool(first == stream(7, "AE", 0).integers(100))
    True
    """
    named = int.from_bytes(blake2b(purpose.encode(), digest_size=8).digest())
    return np.random.default_rng([abs(seed), named, patient])


def whole(draws: Generator, bounds: tuple[int, int]) -> int:
    """Draw a whole number between two bounds, both included; the first if they are crossed."""
    low, high = bounds
    return low if high <= low else int(draws.integers(low, high + 1))


def between(draws: Generator, bounds: tuple[float, float]) -> float:
    """Draw a number; a whole one where both bounds are whole."""
    low, high = bounds
    if float(low).is_integer() and float(high).is_integer():
        return float(whole(draws, (int(low), int(high))))
    return float(draws.uniform(low, high))


def one_of(draws: Generator, shares: Mapping[_Key, float]) -> _Key:
    """Draw a key by its share; shares need not add up to one."""
    keys, total = list(shares), sum(shares.values())
    place = float(draws.uniform(0, total)) if total > 0 else 0.0
    for key in keys:
        place -= shares[key]
        if place < 0:
            return key
    return keys[-1]
