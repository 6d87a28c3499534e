"""All smallest impossible sets, and all smallest sets to give up, of some statements.

A set is looked for that holds no impossible set known and lies in no possible set known; of those,
a largest. If it is possible, what it leaves out is a smallest set to give up; if not, it is shrunk
until each member is needed [1]_. When no such set is left, all are known.

References
----------
.. [1] Liffiton MH, Previti A, Malik A, Marques-Silva J (2016). Fast, flexible MUS enumeration.
   Constraints 21(2): 223-250.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import process_time

from ortools.sat.python import cp_model

Impossible = Callable[[Iterable[int]], set[int] | None]


@dataclass(frozen=True, slots=True)
class MinimalSets:
    """What was found in the time given."""

    impossible: tuple[frozenset[int], ...]
    """Each set cannot be true as a whole; without any one member it can."""
    to_give_up: tuple[frozenset[int], ...]
    """Without such a set all the rest can be true; the smallest first."""
    complete: bool
    """Whether these are all."""


def find_minimal_sets(count: int, impossible: Impossible, seconds: float) -> MinimalSets:
    """Enumerate minimal impossible sets of the statements 0 to `count` - 1.

    Parameters
    ----------
    count
        Statements.
    impossible
        Returns an impossible part of the statements given, or None where they are possible.
    seconds
        Computing time after which no new set is looked for.

    Examples
    --------
    >>> two = lambda kept: {0, 1} if {0, 1} <= set(kept) else None
    >>> found = find_minimal_sets(3, two, seconds=5)
    >>> [sorted(each) for each in found.impossible], [sorted(each) for each in found.to_give_up]
    ([[0, 1]], [[0], [1]])
    """
    start = process_time()
    unexplored = _Unexplored(count)
    conflicts: list[frozenset[int]] = []
    repairs: list[frozenset[int]] = []
    while process_time() - start < seconds:
        seed = unexplored.largest()
        if seed is None:
            return MinimalSets(tuple(conflicts), tuple(repairs), complete=True)
        core = impossible(sorted(seed))
        if core is None:
            repairs.append(frozenset(range(count)) - seed)
            unexplored.leave_part_of(seed)
        else:
            smallest = _shrunk(core, impossible)
            conflicts.append(smallest)
            unexplored.leave_whole(smallest)
    return MinimalSets(tuple(conflicts), tuple(repairs), complete=False)


def _shrunk(core: set[int], impossible: Impossible) -> frozenset[int]:
    """Take members out of an impossible set until none can be spared."""
    needed = sorted(core)
    for each in sorted(core):
        if each not in needed:
            continue
        rest = [other for other in needed if other != each]
        smaller = impossible(rest)
        if smaller is not None:
            needed = sorted(smaller)
    return frozenset(needed)


class _Unexplored:
    """Sets of which nothing is known yet."""

    def __init__(self, count: int) -> None:
        self.model = cp_model.CpModel()
        self.members = [self.model.new_bool_var("") for _ in range(count)]
        self.model.maximize(sum(self.members))
        self.solver = cp_model.CpSolver()
        self.solver.parameters.num_workers = 1
        self.solver.parameters.random_seed = 0

    def largest(self) -> frozenset[int] | None:
        """Return a largest set of which nothing is known; None where there is none."""
        if self.solver.solve(self.model) != cp_model.OPTIMAL:
            return None
        return frozenset(i for i, m in enumerate(self.members) if self.solver.value(m))

    def leave_part_of(self, possible: frozenset[int]) -> None:
        """Pass over every part of a possible set."""
        outside = [m for i, m in enumerate(self.members) if i not in possible]
        self.model.add_bool_or(outside)

    def leave_whole(self, conflict: frozenset[int]) -> None:
        """Pass over every set that holds an impossible one."""
        self.model.add_bool_or([self.members[i].negated() for i in sorted(conflict)])
