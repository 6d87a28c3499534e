"""Bounds as expressions over results; null where something needed is missing.

Truth has three values, as in Polars: a bound that cannot be judged is null, and a grade is known
only if no worse grade is null.
"""

from typing import NamedTuple

import polars as pl

from topline.clinical.ctcae.criteria import Bound, Comparison, Quantity, Reference, Term
from topline.clinical.ctcae.options import GradingOptions, Unknown
from topline.clinical.ctcae.recognition import Recognized
from topline.clinical.ctcae.units import convert

VALUE = pl.col("graded_value")
LIMIT = {"low": pl.col("lower"), "high": pl.col("upper")}
BASELINE, HAS_BASELINE = pl.col("baseline"), pl.col("has_baseline")
_REFERENCE: dict[Reference, pl.Expr] = {
    "LLN": pl.col("lower"),
    "ULN": pl.col("upper"),
    "baseline": BASELINE,
    "infarction level": pl.col("infarction_level"),
}
ABNORMAL = {"low": "<", "high": ">"}


class Fact(NamedTuple):
    """Something a number cannot tell."""

    column: str
    words: str
    unknown: Unknown


def ask(options: GradingOptions) -> dict[str, Fact]:
    """Return what bounds ask beside numbers, by the last word of their condition."""
    return {
        "symptomatic": Fact("symptomatic", "symptoms", options.symptoms_unknown),
        "anticoagulation": Fact(
            "anticoagulated", "anticoagulation", options.anticoagulation_unknown
        ),
        "fasting": Fact("fasting", "fasting", options.fasting_unknown),
    }


class TermBounds:
    """The bounds of one term for results of one test in one unit."""

    def __init__(self, term: Term, found: Recognized, options: GradingOptions) -> None:
        self.term = term
        self._found = found
        self._options = options

    def derive_met(self, bound: Bound) -> pl.Expr:
        """Return whether the bound applies and is met."""
        met = self.derive_reached(bound)
        return met if bound.when is None else self._condition(bound.when) & met

    def derive_reached(self, bound: Bound) -> pl.Expr:
        """Return whether the comparisons of the bound hold, applicable or not."""
        chosen = self._chosen(bound)
        return pl.all_horizontal([self._holds(comparison) for comparison in chosen])

    def derive_abnormal(self) -> pl.Expr:
        """Return whether the result lies beyond its limit of normal."""
        direction = self.term.direction
        return self._against(VALUE, ABNORMAL[direction], LIMIT[direction])

    def find_contradiction(self) -> tuple[pl.Expr, str] | None:
        """Return whether the limit of normal itself is beyond the worst bound, and that bound.

        None for a term whose worst grade is not a number alone.
        """
        limit = LIMIT[self.term.direction]
        for _, grade in sorted(self.term.grades.items(), reverse=True):
            for bound in grade.bounds:
                first, *others = bound.comparisons
                if bound.when or others or first.reference:
                    continue
                if used := self._quantity(first):
                    beyond = self._against(limit, first.inequality, used[1])
                    return beyond.fill_null(value=False), self.tell(bound)
        return None

    def tell(self, bound: Bound) -> str:
        """Return the bound in words, in the unit that was compared."""
        told = " and ".join(self._tell(comparison) for comparison in self._chosen(bound))
        return f"if {bound.when}: {told}" if bound.when else told

    def _tell(self, comparison: Comparison) -> str:
        """Return one comparison in words."""
        used = None if comparison.reference else self._quantity(comparison)
        return f"{comparison.inequality} {used[0].text}" if used else comparison.text

    def _chosen(self, bound: Bound) -> tuple[Comparison, ...]:
        """Return the comparisons in force, for results between whole numbers too."""
        worse = self._options.between_grades == "worse"
        return (bound.between if worse else ()) or bound.comparisons

    def _condition(self, when: str) -> pl.Expr:
        """Return whether a condition holds."""
        topic = when.rpartition(" ")[2]
        if fact := ask(self._options).get(topic):
            told = pl.col(fact.column)
            if fact.unknown != "query":
                told = told.fill_null(value=fact.unknown == "present")
            if topic == "anticoagulation":
                told = told & HAS_BASELINE
            return ~told if when.startswith("not ") else told
        direction = self.term.direction
        limit = pl.col("baseline_lower" if direction == "low" else "baseline_upper")
        abnormal = HAS_BASELINE & self._against(BASELINE, ABNORMAL[direction], limit)
        return abnormal if when == "baseline abnormal" else ~abnormal

    def _holds(self, comparison: Comparison) -> pl.Expr:
        """Return whether one comparison holds."""
        sign, of = comparison.inequality, comparison.reference
        if of is None:
            used = self._quantity(comparison)
            return pl.lit(None, pl.Boolean) if used is None else self._against(VALUE, sign, used[1])
        limit = _REFERENCE[of]
        if comparison.factor != 1:
            limit = comparison.factor * pl.when(limit > 0).then(limit)
        if comparison.quantities:
            used = self._quantity(comparison)
            limit = pl.lit(None, pl.Float64) if used is None else limit + used[1]
        holds = self._against(VALUE, sign, limit)
        if of == "infarction level":
            return holds & limit.is_not_null()
        if of != "baseline":
            return holds
        if comparison.factor != 1 or comparison.quantities:
            return HAS_BASELINE & holds
        normal = self._against(VALUE, sign, LIMIT[self.term.direction])
        return (HAS_BASELINE & holds) | (~HAS_BASELINE & normal)

    def _quantity(self, comparison: Comparison) -> tuple[Quantity, float] | None:
        """Return the quantity nearest in kind and unit, and its number in the result's unit."""
        if self._found.problem:
            return None
        converted = [
            (number[1], abs(number[0] - quantity.number), quantity, number[0])
            for quantity in comparison.quantities
            if (number := convert(quantity, self._found.unit, self._found.analyte))
        ]
        return min(converted, key=lambda found: found[:2])[2:] if converted else None

    def _against(self, value: pl.Expr, sign: str, limit: pl.Expr | float) -> pl.Expr:
        """Compare, taking what lies within the tolerance as equal."""
        slack = self._options.tolerance * (
            limit.abs() if isinstance(limit, pl.Expr) else abs(limit)
        )
        match sign:
            case "<":
                return value < limit - slack
            case "<=":
                return value <= limit + slack
            case ">":
                return value > limit + slack
            case _:
                return value >= limit - slack
