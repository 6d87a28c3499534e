"""Who is better off where a test says that times differ: settled after the search for dates.

A p-value alone may be met by the wrong group. Patients of one part exchange attributes on which no
date and no other aim rests, until the group that print names has fewer events than expected and the
test still gives its p-value.
"""

from math import log10

import numpy as np

from topline.reconstruct.courses.aims import Aim
from topline.reconstruct.courses.dates import Rules
from topline.reconstruct.courses.exchange import Exchange, exchanged
from topline.reconstruct.courses.measure import Measure, State

_TRIES = 3000
_SMALLEST_P = 1e-6


def turn_groups(
    state: State,
    measure: Measure,
    rules: Rules,
    exchanges: tuple[Exchange, ...],
    draw: np.random.Generator,
) -> State:
    """Exchange attributes so that those meant by `longer` are better off.

    Parameters
    ----------
    state
        As the search left it; its dates stay.
    measure
        With all aims.
    rules
        Of dates, which mind some attributes.
    exchanges
        What patients can exchange.
    draw
        Of the exchanges tried.
    """
    for place, aim in enumerate(measure.aims):
        if aim.longer is None or aim.by is None:
            continue
        own = [each for each in exchanges if aim.by in each.names]
        off = _off(place, aim, measure, state)
        for _ in range(_TRIES if own else 0):
            if off == 0:
                break
            moved = _exchange(state, own[int(draw.integers(len(own)))], rules, draw)
            if moved is None or not _only(place, measure, state, moved):
                continue
            found = _off(place, aim, measure, moved)
            if found <= off:
                state, off = moved, found
    return state


def _exchange(
    state: State, exchange: Exchange, rules: Rules, draw: np.random.Generator
) -> State | None:
    """Let two patients exchange attributes; None where that is nothing, or dates would mind."""
    columns = state.columns
    i, j = (int(each) for each in draw.choice(len(state.days), 2, replace=False))
    same = all(columns[name][i] == columns[name][j] for name in exchange.names)
    if same or not exchange.allowed(columns, i, j):
        return None
    changed = exchanged(columns, exchange.names, i, j)
    if list(rules.patterns(columns, (i, j))) != list(rules.patterns(changed, (i, j))):
        return None
    return State(state.days, state.present, changed)


def _only(place: int, measure: Measure, before: State, after: State) -> bool:
    """Whether no aim but one changes."""
    old, new = measure.values(before), measure.values(after)
    old[place] = new[place] = 0.0
    return np.array_equal(old, new, equal_nan=True)


def _off(place: int, aim: Aim, measure: Measure, state: State) -> float:
    """Return how far p is from print, in powers of ten; that of a wrong group is negative."""
    p, right = measure.test_of(place, state)
    found = -log10(max(p, _SMALLEST_P)) * (1 if right else -1)
    low, high = (-log10(max(end, _SMALLEST_P)) for end in (aim.high, aim.low))
    return max(low - found, found - high, 0.0)
