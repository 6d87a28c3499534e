r"""A Kaplan-Meier curve in whole numbers: at which numbers at risk events happen, and when.

Between two times of interest, events happen at falling numbers at risk m; each lowers the log of
the curve by $-\log(1 - 1/m)$ and adds $1 / (m (m - 1))$ to Greenwood's sum. Both are kept as whole
numbers of small units, and every bound is widened by the rounding of its terms: what the solver
calls impossible is so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log

from ortools.sat.python import cp_model

from topline.audit.contradictions.given import given
from topline.audit.contradictions.statements import MedianAt, RateAt

_SCALE = 10**6
_TERMS = 10**7
_SLICES = 4
_SHARES = 10_000
_ALL_GONE = 40 * _SCALE


@dataclass(frozen=True, slots=True)
class CurveModel:
    """Variables of one curve in a model."""

    model: cp_model.CpModel
    size: cp_model.IntVar
    most: int
    """Largest number of patients that it can have: the printed size of its group."""
    times: tuple[Fraction, ...]
    at_risk: tuple[cp_model.IntVar, ...]
    """After each time; the last is at the end."""
    happens: dict[tuple[int, int], cp_model.IntVar]
    """An event at m at risk between two times: by m and the place of the later time."""

    @classmethod
    def build(
        cls,
        model: cp_model.CpModel,
        size: cp_model.IntVar,
        most: int,
        times: Iterable[Fraction],
        events: cp_model.IntVar | None,
    ) -> "CurveModel":
        """Add a curve of `size` patients to a model; `events` have the event in all."""
        moments = tuple(sorted(set(times)))
        at_risk = tuple(model.new_int_var(0, most, "") for _ in (*moments, None))
        happens: dict[tuple[int, int], cp_model.IntVar] = {}
        for k, left in enumerate(at_risk):
            before = at_risk[k - 1] if k else size
            model.add(left <= before)
            for m in range(1, most + 1):
                happens[m, k] = event = model.new_bool_var("")
                given(event, model.add(left <= m - 1))
                given(event, model.add(before >= m))
            model.add(sum(happens[m, k] for m in range(1, most + 1)) <= before - left)
        model.add(size <= most)
        if events is not None:
            model.add(sum(happens.values()) == events)
        return cls(model, size, most, moments, at_risk, happens)

    def events_by(self, time: Fraction) -> "cp_model.LinearExprT":
        """Count the events up to a time."""
        last = self.times.index(time)
        return sum(event for (_, k), event in self.happens.items() if k <= last)

    def left_at(self, time: Fraction) -> cp_model.IntVar:
        """Count the patients at risk after a time."""
        return self.at_risk[self.times.index(time)]

    def state_rate(self, statement: RateAt, kept: cp_model.IntVar) -> None:
        """Let a rate and its standard error hold where the statement is kept.

        Of n patients without censorings, n (1 - S) have had the event; with them, fewer.
        """
        last = self.times.index(statement.time)
        falls, terms = self._falls(last), self._terms(last)
        events = self.events_by(statement.time)
        low, high = max(float(statement.rate[0]), 1e-9), max(float(statement.rate[1]), 1e-9)
        slices = _SLICES if statement.error is not None else 1
        chosen = [self.model.new_bool_var("") for _ in range(slices)]
        given(kept, self.model.add_bool_or(chosen))
        for i, here in enumerate(chosen):
            least = low + (high - low) * i / slices
            most = low + (high - low) * (i + 1) / slices
            slack = self.most
            given(here, self.model.add(falls >= floor(-log(most) * _SCALE) - slack))
            given(here, self.model.add(falls <= ceil(-log(least) * _SCALE) + slack))
            share = ceil((1 - least) * _SHARES)
            given(here, self.model.add(_SHARES * events <= share * self.size))
            if statement.error is not None:
                smallest, largest = (float(end) for end in statement.error)
                bound = floor((smallest / most) ** 2 * _TERMS) - slack
                given(here, self.model.add(terms >= bound))
                bound = ceil((largest / least) ** 2 * _TERMS) + slack
                given(here, self.model.add(terms <= bound))

    def state_median(self, statement: MedianAt, kept: cp_model.IntVar) -> None:
        """Let the curve come to one half at a time, or stay above, where the statement is kept."""
        half = log(2) * _SCALE
        if statement.time is None:
            falls = self._falls(len(self.times))
            given(kept, self.model.add(falls <= ceil(half) + self.most))
            return
        before, after = (self.times.index(end) for end in statement.time)
        not_yet, done = self._falls(before), self._falls(after)
        given(kept, self.model.add(not_yet <= ceil(half) + self.most))
        given(kept, self.model.add(done >= floor(half) - self.most))

    def _falls(self, last: int) -> "cp_model.LinearExprT":
        weights = {m: round(-log(1 - 1 / m) * _SCALE) for m in range(2, self.most + 1)}
        weights[1] = _ALL_GONE
        return sum(weights[m] * event for (m, k), event in self.happens.items() if k <= last)

    def _terms(self, last: int) -> "cp_model.LinearExprT":
        weights = {m: round(_TERMS / (m * (m - 1))) for m in range(2, self.most + 1)}
        weights[1] = _ALL_GONE
        return sum(weights[m] * event for (m, k), event in self.happens.items() if k <= last)
