"""Which CTCAE terms a test, its specimen and its unit lead to: once each, not once a result."""

from collections.abc import Iterable, Mapping

import polars as pl

from topline.clinical.ctcae.criteria import Comparison, Direction, Term, read_criteria
from topline.clinical.ctcae.options import GradingOptions
from topline.clinical.ctcae.results import check_results
from topline.clinical.ctcae.units import Analyte, convert, parse_unit, read_analytes
from topline.errors import UsageError
from topline.values import Value

KEY = ("test", "specimen", "unit")
_BLOOD = frozenset({"BLOOD", "SERUM", "PLASMA", "SERUM OR PLASMA", "SERUM/PLASMA", "WHOLE BLOOD"})


class Recognized(Value):
    """What a test in a unit is graded as."""

    analyte: Analyte
    """What it measures."""
    unit: str | None
    """The unit as pint reads it; None where it is unknown or not needed."""
    terms: Mapping[Direction, Term]
    """Terms it feeds."""
    problem: str | None
    """Why bounds in units cannot be compared."""


class Catalogue:
    """The terms in force: version, readings and own test codes applied.

    Raises
    ------
    UsageError
        An option names a term, a reading or an analyte that is not there.
    """

    def __init__(self, options: GradingOptions) -> None:
        self.version = options.version
        self._analytes = read_analytes()
        self._codes = {c: a for a in self._analytes.values() for c in a.codes} | self._own(options)
        self._terms = {
            (analyte, term.direction): term
            for term in _in_force(options)
            for analyte in term.analytes
        }

    def recognize(
        self, test: str | None, specimen: str | None, unit: str | None
    ) -> Recognized | str:
        """Return what the test is graded as, or why it is not graded."""
        if not test:
            return "test code missing"
        analyte = self._codes.get(test.strip().upper())
        if analyte is None:
            return f"no analyte of CTCAE v{self.version} has this code; name one under tests"
        if not _suits(analyte.specimens, specimen):
            found = specimen or "not named"
            return f"{analyte.name}: specimen {found}, expected {analyte.specimens}"
        terms: dict[Direction, Term] = {}
        for direction in ("low", "high"):
            if term := self._terms.get((analyte.name, direction)):
                terms[direction] = term
        if not terms:
            return f"CTCAE v{self.version} has no term for {analyte.name}"
        read, problem = _read_unit(unit, analyte, terms.values())
        return Recognized(analyte=analyte, unit=read, terms=terms, problem=problem)

    def _own(self, options: GradingOptions) -> dict[str, Analyte]:
        """Return the analytes of the user's own codes."""
        strange = sorted(set(options.tests.values()) - set(self._analytes))
        if strange:
            known = ", ".join(self._analytes)
            msg = f"tests: no analyte {', '.join(map(repr, strange))}; known: {known}"
            raise UsageError(msg)
        return {code.upper(): self._analytes[name] for code, name in options.tests.items()}


def derive_tests(results: pl.DataFrame, options: GradingOptions | None = None) -> pl.DataFrame:
    """List what became of each test, specimen and unit of the results.

    Parameters
    ----------
    results
        Results to grade (schema `Results`); `test` and `unit` are enough.
    options
        How to grade.

    Raises
    ------
    DataError
        A column is missing or holds another type.

    Returns
    -------
    DataFrame
        Schema `Tests`: one row a test, specimen and unit, sorted by them.

    Examples
    --------
    >>> rows = pl.DataFrame({"test": ["HGB", "RBC"], "unit": ["g/dL", "10^12/L"]})
    >>> derive_tests(rows).select("test", "low_term").rows()
    [('HGB', 'Anemia'), ('RBC', None)]
    """
    check_results(results, ("test", "unit"))
    catalogue = Catalogue(options or GradingOptions())
    absent = [pl.lit(None, pl.String).alias(name) for name in KEY if name not in results.columns]
    keys = results.with_columns(absent).select(pl.col(KEY).cast(pl.String))
    counted = keys.group_by(KEY).agg(results=pl.len().cast(pl.Int64)).sort(KEY)
    rows = [_row(catalogue.recognize(*key)) for key in counted.select(KEY).iter_rows()]
    names = ("analyte", "low_term", "high_term", "note")
    return counted.hstack(pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row"))


def _row(found: Recognized | str) -> tuple[str | None, ...]:
    """Return analyte, terms and note."""
    if isinstance(found, str):
        return None, None, None, found
    low, high = (found.terms.get(direction) for direction in ("low", "high"))
    terms = (low.term if low else None, high.term if high else None)
    return found.analyte.name, *terms, found.problem


def _in_force(options: GradingOptions) -> tuple[Term, ...]:
    """Return the terms of the version, with numbers and readings as the options ask."""
    terms = read_criteria(options.version)
    if options.numbers_from_v4_03:
        terms = _with_older_numbers(terms, set(options.numbers_from_v4_03))
    unknown = sorted(set(options.readings) - {t.term for t in terms})
    if unknown:
        msg = f"readings: CTCAE v{options.version} has no term {', '.join(map(repr, unknown))}"
        raise UsageError(msg)
    return tuple(t.read_as(options.readings.get(t.term, t.reading)) for t in terms)


def _with_older_numbers(terms: tuple[Term, ...], asked: set[str]) -> tuple[Term, ...]:
    """Replace the terms asked for, which have no numbers, by those of v4.03."""
    older = {t.term: t for t in read_criteria("4.03") if t.bounds}
    usable = {t.term for t in terms if not t.bounds} & set(older)
    if strange := sorted(asked - usable):
        msg = f"numbers_from_v4_03: {', '.join(strange)}; usable: {', '.join(sorted(usable))}"
        raise UsageError(msg)
    return tuple(older[t.term] if t.term in asked else t for t in terms)


def _suits(specimens: str, specimen: str | None) -> bool:
    """Whether the specimen is one the analyte is graded in."""
    if specimens == "any":
        return True
    if specimen is None or not specimen.strip():
        return specimens == "blood"
    named = specimen.strip().upper()
    return named == "URINE" if specimens == "urine" else named in _BLOOD or named.endswith(" BLOOD")


def _read_unit(
    unit: str | None, analyte: Analyte, terms: Iterable[Term]
) -> tuple[str | None, str | None]:
    """Return the unit as pint reads it, and what is wrong with it."""
    needed = [q for t in terms for c in _comparisons(t) for q in c.quantities]
    if not needed:
        return None, None
    spelled = (unit or "").strip()
    read = parse_unit(spelled) if spelled else []
    for meaning in (*read, None) if not spelled else read:
        if any(convert(quantity, meaning, analyte) for quantity in needed):
            return meaning, None
    expected = " or ".join(dict.fromkeys(q.unit or "no unit" for q in needed))
    if not spelled:
        return None, f"unit missing, expected {expected}"
    why = "cannot be converted" if read else "is not known"
    return None, f"unit {spelled!r} {why}, expected {expected}"


def _comparisons(term: Term) -> Iterable[Comparison]:
    """Return all comparisons of a term."""
    for bound in term.bounds:
        yield from bound.comparisons
