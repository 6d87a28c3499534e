r"""Stepwise choice of covariates for a Cox regression.

Columns that belong together, such as the categories of one variable, are a block: they enter and
leave at once. Every model is fitted to the same subjects, those with all blocks known; the blocks
of `keep` are always in.

- "forward" starts without any other block, "backward" with all; "both" starts without, and after
  each entry looks whether a block can leave.
- by "aic" the step is taken that lowers Akaike's criterion most, as R's ``step`` does from the same
  start, until none lowers it.
- by "lrt" (likelihood ratio test) and "p" (Wald's test of the block), the block with the smallest
  p-value enters if that is below `enter`, the one with the largest leaves if that is above `stay`;
  of equal ones the first as given. `enter` is at most `stay`, so that a block is not thrown out as
  soon as it is in.
- A block that the others determine adds no coefficient: it never enters, and leaves first.
- Wald's test does not exist for infinite coefficients: by "p" such a block neither enters nor
  leaves, and a warning says so. The likelihood ratio and AIC can judge it.

P-values and limits of the model chosen do not know of the search and are too small and too narrow.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan, nan
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.cox.data import CoxData, Labels, complete_cases, complete_rows, left_out
from topline.stats.cox.maximum import Maximum, Ties, maximise
from topline.stats.cox.regression import Cox, compute_cox
from topline.stats.method import Method, Option, library_version
from topline.stats.survival.kaplan_meier import Days, Flags, Floats

Criterion = Literal["aic", "lrt", "p"]
Direction = Literal["forward", "backward", "both"]
Action = Literal["enter", "remove"]

_LOWER = 1e-9  # a step must lower AIC by more than rounding


@dataclass(frozen=True, slots=True)
class Candidate:
    """A step that could be taken, and the test that judges it."""

    action: Action
    term: str
    statistic: float
    """Chi-square of the likelihood ratio, or Wald's by "p"; NaN where there is none."""
    df: int
    p_value: float
    aic: float
    """Of the model after the step."""


@dataclass(frozen=True, slots=True)
class SelectionStep:
    """A step taken, out of those that could be."""

    taken: Candidate
    model: tuple[str, ...]
    """Blocks after the step."""
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The way to the model, and the model."""

    start: tuple[str, ...]
    """Blocks at the start."""
    start_aic: float
    steps: tuple[SelectionStep, ...]
    last: tuple[Candidate, ...]
    """Steps that could be taken at the end, and were not."""
    chosen: tuple[str, ...]
    """Blocks of the model, in the order given."""
    cox: Cox
    n: int
    """Complete cases of all blocks."""
    method: Method
    warnings: tuple[str, ...] = ()


def select_cox(  # noqa: PLR0913 - the data and one option a choice
    time_days: Days,
    event: Flags,
    blocks: Mapping[str, Floats],
    *,
    by: Criterion = "aic",
    direction: Direction = "both",
    enter: float = 0.05,
    stay: float = 0.10,
    stratum: Labels | None = None,
    ties: Ties = "efron",
    keep: Sequence[str] = (),
    level: float = 0.95,
) -> Selection:
    """Choose blocks of covariates step by step.

    Parameters
    ----------
    time_days, event, stratum, ties, level
        As `topline.stats.cox.regression.compute_cox` takes them.
    blocks
        Columns by name: shape (n, k) each, or (n,). NaN leaves the subject out of all models.
    by
        What a step is judged by.
    direction
        Which steps are allowed, and from where they start.
    enter, stay
        P-values below which a block enters and above which it leaves; "aic" uses neither.
    keep
        Blocks that are always in.

    Returns
    -------
    Selection
        Without events nothing is chosen, which a warning says. Terms of the model are named by
        their block, and by their place in it if it has several: "STAGE 2".

    Raises
    ------
    ValueError
        What `compute_cox` refuses, blocks of other subjects, a criterion or direction that does not
        exist, p-values that are not 0 < enter <= stay < 1, or an unknown block to keep.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> age, days = rng.normal(size=60), rng.integers(30, 400, 60)
    >>> chosen = select_cox(
    ...     (days * np.exp(-age)).astype(int), days < 300, {"AGE": age, "BMI": rng.normal(size=60)}
    ... )
    >>> chosen.chosen, [(step.taken.action, step.taken.term) for step in chosen.steps]
    (('AGE',), [('enter', 'AGE')])
    """
    _refuse(by, direction, enter, stay, [name for name in keep if name not in blocks])
    columns = {name: _columns(name, block, len(time_days)) for name, block in blocks.items()}
    owner = [name for name, block in columns.items() for _ in range(block.shape[1])]
    matrix = np.column_stack([np.empty((len(time_days), 0)), *columns.values()])
    data = complete_cases(time_days, event, matrix, _numbered(owner), stratum)
    whole = tuple(columns) if data.event.any() else tuple(keep)
    search = _Search(
        data, np.array(owner, object), whole, tuple(keep), ties, _Rule(by, direction, enter, stay)
    )
    start = search.ordered(whole if direction == "backward" else keep)
    steps, last, circled = search.walk(start)
    chosen = steps[-1].model if steps else start
    inside = np.isin(search.owner, chosen)
    known = complete_rows(matrix)
    cox = compute_cox(
        time_days[known],
        event[known],
        matrix[known][:, inside],
        [name for name, kept in zip(data.names, inside, strict=True) if kept],
        stratum=None if stratum is None else stratum[known],
        ties=ties,
        level=level,
    )
    options: tuple[tuple[str, Option], ...] = (("by", by), ("direction", direction))
    if by != "aic":
        options += (("enter", enter), ("stay", stay))
    return Selection(
        start=start,
        start_aic=search.aic(start),
        steps=steps,
        last=last,
        chosen=chosen,
        cox=cox,
        n=len(data.time_days),
        method=Method(
            "Stepwise Cox regression", (*options, ("ties", ties)), library_version("survival")
        ),
        warnings=(*left_out(data), *_warnings(data, last, chosen, by, circled=circled)),
    )


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which step is next."""

    by: Criterion
    direction: Direction
    enter: float
    stay: float

    def next_step(self, candidates: Sequence[Candidate], aic: float) -> Candidate | None:
        leaving = [c for c in candidates if c.action == "remove"]
        if needless := [c for c in leaving if c.df == 0]:
            return needless[-1]
        able = [c for c in candidates if c.df > 0 and not isnan(c.p_value)]
        if self.by == "aic":
            best = min(able, key=lambda c: c.aic, default=None)
            return best if best and best.aic < aic - _LOWER else None
        leaving = [c for c in able if c.action == "remove" and c.p_value > self.stay]
        entering = [c for c in able if c.action == "enter" and c.p_value < self.enter]
        if leaving:
            return max(leaving, key=lambda c: (c.p_value, -c.statistic))
        return min(entering, key=lambda c: (c.p_value, -c.statistic), default=None)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Models of some blocks, each fitted once."""

    data: CoxData
    owner: NDArray[np.object_]
    """Shape (columns,). Block of each column."""
    blocks: tuple[str, ...]
    keep: tuple[str, ...]
    ties: Ties
    rule: _Rule
    fitted: dict[tuple[str, ...], Maximum] = field(default_factory=dict)

    def ordered(self, names: Collection[str]) -> tuple[str, ...]:
        return tuple(name for name in dict.fromkeys(self.owner) if name in names)

    def fit(self, model: tuple[str, ...]) -> Maximum:
        if model not in self.fitted:
            columns = np.isin(self.owner, model)
            self.fitted[model] = maximise(self.data.select(slice(None), columns), self.ties)
        return self.fitted[model]

    def aic(self, model: tuple[str, ...]) -> float:
        if not self.data.event.any():
            return 0.0
        found = self.fit(model)
        return 2 * found.df - 2 * found.log_likelihood

    def walk(
        self, start: tuple[str, ...]
    ) -> tuple[tuple[SelectionStep, ...], tuple[Candidate, ...], bool]:
        """Return steps, those not taken at the end, and whether they went in a circle."""
        model, steps, seen = start, list[SelectionStep](), {start}
        while True:
            candidates = tuple(self._candidates(model))
            taken = self.rule.next_step(candidates, self.aic(model))
            if taken is None:
                return tuple(steps), candidates, False
            model = self._after(model, taken.action, taken.term)
            if model in seen:
                return tuple(steps), candidates, True
            seen.add(model)
            steps.append(SelectionStep(taken, model, candidates))

    def _after(self, model: tuple[str, ...], action: Action, term: str) -> tuple[str, ...]:
        others = [name for name in model if name != term]
        return self.ordered(others if action == "remove" else [*others, term])

    def _candidates(self, model: tuple[str, ...]) -> Iterator[Candidate]:
        if self.rule.direction != "forward":
            yield from (self._judge(model, "remove", t) for t in model if t not in self.keep)
        if self.rule.direction != "backward":
            yield from (self._judge(model, "enter", t) for t in self.blocks if t not in model)

    def _judge(self, model: tuple[str, ...], action: Action, term: str) -> Candidate:
        after = self._after(model, action, term)
        small, large = (after, model) if action == "remove" else (model, after)
        smaller, larger = self.fit(small), self.fit(large)
        df = larger.df - smaller.df
        if self.rule.by == "p":
            inside = self.owner[np.isin(self.owner, large)] == term
            statistic = _wald(larger, inside)
        else:
            statistic = max(0.0, 2 * (larger.log_likelihood - smaller.log_likelihood))
        p_value = float(special.chdtrc(df, statistic)) if df else nan
        return Candidate(action, term, statistic, df, p_value, self.aic(after))


def _wald(found: Maximum, inside: Flags) -> float:
    """Chi-square of some columns; NaN if one is infinite."""
    inside = inside & found.determined
    if not inside.any() or not found.finite[inside].all():
        return nan
    b = found.coefficients[inside]
    return float(b @ np.linalg.solve(found.covariance[np.ix_(inside, inside)], b))


def _columns(name: str, block: Floats, n: int) -> Floats:
    columns = block[:, None] if block.ndim == 1 else block
    if columns.ndim != 2 or len(columns) != n:
        msg = f"block {name} has shape {block.shape}; expected {n} rows, as time_days"
        raise ValueError(msg)
    return columns


def _numbered(owner: Sequence[str]) -> list[str]:
    """Name columns by their block, and by their place in it if it has several."""
    places = [owner[:k].count(name) + 1 for k, name in enumerate(owner)]
    return [
        f"{name} {place}" if owner.count(name) > 1 else name
        for name, place in zip(owner, places, strict=True)
    ]


def _warnings(
    data: CoxData,
    last: Sequence[Candidate],
    chosen: tuple[str, ...],
    by: Criterion,
    *,
    circled: bool,
) -> Iterator[str]:
    if not data.event.any():
        yield "not estimable: no events"
    if not chosen:
        yield "no covariate was chosen"
    if circled:
        yield "the steps went in a circle and were ended"
    unjudged = [c.term for c in last if c.df > 0 and isnan(c.p_value)]
    if unjudged and by == "p":
        yield (
            f"not judged for an infinite coefficient: {', '.join(unjudged)}; by='lrt' can judge it"
        )


def _refuse(
    by: Criterion, direction: Direction, enter: float, stay: float, unknown: Sequence[str]
) -> None:
    for name, value, kind in (("by", by, Criterion), ("direction", direction, Direction)):
        if value not in get_args(kind):
            msg = f"{name} is {value!r}; choose one of {', '.join(get_args(kind))}"
            raise ValueError(msg)
    if not 0 < enter <= stay < 1:
        msg = f"enter is {enter} and stay {stay}; expected 0 < enter <= stay < 1"
        raise ValueError(msg)
    if unknown:
        msg = f"blocks to keep that are not given: {', '.join(unknown)}"
        raise ValueError(msg)
