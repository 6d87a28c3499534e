"""Grade results by CTCAE: the frame of results in, its rows with grades, words and queries out.

The worst grade of which a bound is met wins; a grade is given only if no worse one is in doubt.
0 is a result that was measured and is not abnormal. Grade 5 never comes from a number.
"""

from typing import get_args

import polars as pl

from topline.clinical.ctcae.bounds import TermBounds
from topline.clinical.ctcae.calcium import derive_corrected
from topline.clinical.ctcae.criteria import Direction
from topline.clinical.ctcae.explain import derive_assumption, derive_query
from topline.clinical.ctcae.options import GradingOptions
from topline.clinical.ctcae.recognition import KEY, Catalogue, Recognized
from topline.clinical.ctcae.results import derive_clean

_DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
_COLUMNS = ("row", *_DIRECTIONS, "graded_value", "assumption", "query")


class Outcomes:
    """All that can come out, numbered, so that a result carries a number and not its words."""

    def __init__(self) -> None:
        self._rows: list[tuple[str | None, int | None, str | None, str | None]] = []
        self.nothing = self.number(None)

    def number(
        self,
        term: str | None,
        grade: int | None = None,
        bound: str | None = None,
        words: str | None = None,
    ) -> pl.Expr:
        """Return the number of a new outcome."""
        self._rows.append((term, grade, bound, words))
        return pl.lit(len(self._rows) - 1, pl.UInt32)

    def frame(self) -> pl.DataFrame:
        """Return all outcomes, by number."""
        schema = {"term": pl.String, "grade": pl.Int64, "bound": pl.String, "words": pl.String}
        return pl.DataFrame(self._rows, schema, orient="row")


def derive_grades(results: pl.DataFrame, options: GradingOptions | None = None) -> pl.DataFrame:
    """Grade every result, low and high.

    Parameters
    ----------
    results
        One row a result (schema `Results`); further columns stay.
    options
        How to grade; by default CTCAE v5.0 to the letter.

    Returns
    -------
    DataFrame
        The same rows in the same order with the columns of schema `Grades`.

    Raises
    ------
    DataError
        A column is missing or holds another type.
    UsageError
        An option names a term, a reading or an analyte that is not there.

    Examples
    --------
    >>> rows = pl.DataFrame(
    ...     {"test": ["HGB", "HGB"], "value": [9.9, 61.0], "unit": ["g/dL", "g/L"]}
    ...     | {"lower": [12.0, 120.0], "upper": [16.0, 160.0]}
    ... )
    >>> derive_grades(rows).select("low_term", "low_grade", "low_bound", "high_grade").rows()
    [('Anemia', 2, '< 10.0 g/dL', 0), ('Anemia', 3, '< 80 g/L', 0)]
    """
    options = options or GradingOptions()
    catalogue, outcomes = Catalogue(options), Outcomes()
    rows = derive_clean(results, options)
    parts = [_derive_not_graded(rows.clear(), "")]
    for key, part in rows.partition_by(KEY, as_dict=True, include_key=False).items():
        found = catalogue.recognize(*key)
        if isinstance(found, Recognized):
            parts.append(_derive_graded(part, found, options, outcomes))
        else:
            parts.append(_derive_not_graded(part, key[0]))
    graded = pl.concat(pl.collect_all(parts)).sort("row")
    known = outcomes.frame()
    told = [
        known.select(pl.all().gather(graded[direction]).name.prefix(f"{direction}_"))
        for direction in _DIRECTIONS
    ]
    return results.with_columns(*told[0], *told[1], *graded.select(_COLUMNS[3:]))


def _derive_not_graded(part: pl.DataFrame, test: str | None) -> pl.LazyFrame:
    """Return the results of a test that CTCAE does not grade."""
    nothing, silent = pl.lit(0, pl.UInt32), pl.lit(None, pl.String)
    query = silent if test else pl.lit("test code missing")
    return part.lazy().select(
        "row", low=nothing, high=nothing, graded_value="value", assumption=silent, query=query
    )


def _derive_graded(
    part: pl.DataFrame, found: Recognized, options: GradingOptions, outcomes: Outcomes
) -> pl.LazyFrame:
    """Grade the results of one test in one unit."""
    terms = {d: TermBounds(term, found, options) for d, term in found.terms.items()}
    numeric = [term for term in terms.values() if term.term.bounds]
    if found.analyte.corrected_by_albumin:
        part = derive_corrected(part, found, options.calcium)
    else:
        part = part.with_columns(graded_value="value")
    references = {c.reference for t in numeric for b in t.term.bounds for c in b.comparisons}
    if references == {"baseline"}:
        part = part.with_columns(*_own_baseline())
    outcome: dict[str, pl.Expr] = {}
    in_doubt: list[pl.Expr] = []
    for direction in _DIRECTIONS:
        outcome[direction], doubt = _derive_outcome(terms.get(direction), options, outcomes)
        in_doubt.append(doubt)
    query = derive_query(found, numeric, options)
    return part.lazy().select(
        "row",
        **outcome,
        graded_value="graded_value",
        assumption=derive_assumption(found, numeric, options),
        query=pl.when(pl.any_horizontal(in_doubt)).then(query),
    )


def _own_baseline() -> list[pl.Expr]:
    """Return the baseline of a term that is nothing but change from it; it cannot do without."""
    masked = pl.col("up_to_baseline")
    return [
        pl.when(masked).then("value").otherwise("baseline").alias("baseline"),
        pl.when(masked | pl.col("baseline").is_not_null()).then(True).alias("has_baseline"),
    ]


def _derive_outcome(
    bounds: TermBounds | None, options: GradingOptions, outcomes: Outcomes
) -> tuple[pl.Expr, pl.Expr]:
    """Return the number of the outcome in one direction, and whether a grade is in doubt."""
    if bounds is None:
        return outcomes.nothing, pl.lit(value=False)
    term = bounds.term
    if not term.bounds:
        words = f"CTCAE v{term.version} has no number for this term"
        return outcomes.number(term.term, words=words), pl.lit(value=False)
    unknown, outcome = outcomes.number(term.term), outcomes.number(term.term, 0)
    normal = outcome
    for grade, criteria in sorted(term.grades.items()):
        met = [bounds.derive_met(bound) for bound in criteria.bounds]
        if met:
            unclear = pl.any_horizontal(one.is_null() for one in met)
            outcome = pl.when(unclear).then(unknown).otherwise(outcome)
        for bound, one in zip(reversed(criteria.bounds), reversed(met), strict=True):
            number = outcomes.number(term.term, grade, bounds.tell(bound), criteria.words)
            outcome = pl.when(one).then(number).otherwise(outcome)
    if options.within_normal_limits == "grade 0":
        outcome = pl.when(~bounds.derive_abnormal()).then(normal).otherwise(outcome)
    if options.contradicting_limits == "query" and (found := bounds.find_contradiction()):
        outcome = pl.when(found[0]).then(unknown).otherwise(outcome)
    return outcome, outcome == unknown
