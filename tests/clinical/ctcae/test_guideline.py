"""Every term and grade against the guideline's pages."""

import polars as pl
import pytest

from tests.clinical.ctcae import guideline
from tests.clinical.ctcae.sheet import differences, graded
from topline.clinical.ctcae.bounds import TermBounds
from topline.clinical.ctcae.criteria import Term, read_criteria
from topline.clinical.ctcae.options import GradingOptions, Version
from topline.clinical.ctcae.recognition import Recognized
from topline.clinical.ctcae.units import parse_unit, read_analytes

OWN = {"UPC": "protein/creatinine in urine of children", "ELASTASE": "pancreatic enzyme"}
PAGES: dict[Version, str] = {
    "5.0": guideline.BOTH + guideline.V5 + guideline.MEASURED_BOTH + guideline.MEASURED_V5,
    "4.03": guideline.BOTH + guideline.V4 + guideline.MEASURED_BOTH + guideline.MEASURED_V4,
}
LINES = [
    (version, line)
    for version, text in PAGES.items()
    for line in text.splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("version", "line"), LINES)
def test_grade_is_the_guideline_s_at_below_and_above_each_bound(
    version: Version, line: str
) -> None:
    assert differences(line, GradingOptions(version=version, tests=OWN)) == []


@pytest.mark.parametrize("version", PAGES)
def test_every_bound_in_every_kind_of_unit_has_given_a_grade(version: Version) -> None:
    rows = graded(PAGES[version], GradingOptions(version=version, tests=OWN))
    seen = set(rows.select("term", "grade", "bound").iter_rows())
    assert {*_bounds(version)} - seen == set()


def _bounds(version: Version) -> list[tuple[str, int, str]]:
    """All bounds, each in each kind of unit that the guideline gives."""
    return [
        (term.term, number, told)
        for term in read_criteria(version)
        for number, grade in term.grades.items()
        for bound in grade.bounds
        for told in {
            TermBounds(term, _found(term, unit), GradingOptions()).tell(bound)
            for unit in _units(term)
        }
    ]


def _units(term: Term) -> list[str | None]:
    quantities = [q for b in term.bounds for c in b.comparisons for q in c.quantities]
    return [parse_unit(q.unit)[0] if q.unit else None for q in quantities] or [None]


def _found(term: Term, unit: str | None) -> Recognized:
    analyte = read_analytes()[term.analytes[0]]
    return Recognized(analyte=analyte, unit=unit, terms={term.direction: term}, problem=None)


@pytest.mark.parametrize("version", PAGES)
def test_no_number_gives_a_grade_that_is_clinical(version: Version) -> None:
    clinical = {
        (term.term, number)
        for term in read_criteria(version)
        for number, grade in term.grades.items()
        if not any(
            g.bounds
            for t in read_criteria(version)
            if t.term == term.term
            for n, g in t.grades.items()
            if n == number
        )
    }
    assert ("Anemia", 4) in clinical
    rows = graded(PAGES[version], GradingOptions(version=version, tests=OWN))
    assert set(rows.select("term", "grade").iter_rows()) & clinical == set()
    assert rows.select(pl.max_horizontal("low_grade", "high_grade").max()).item() == 4


@pytest.mark.parametrize("version", PAGES)
def test_every_row_has_words_and_citation(version: Version) -> None:
    for term in read_criteria(version):
        assert f"v{version}" in term.citation
        assert term.citation.endswith(f"{term.soc}: {term.term}")
        assert term.grades
        assert all(grade.words.strip() for grade in term.grades.values())
        assert all(1 <= number <= 4 for number in term.grades)
        assert set(term.analytes) <= set(read_analytes())


@pytest.mark.parametrize("version", PAGES)
def test_numbers_of_the_bounds_stand_in_the_words(version: Version) -> None:
    # words and bounds lie side by side; a bound's number that the words lack was mistyped
    spared = {"Weight gain", "Weight loss", "Fibrinogen decreased"}  # percent as a factor
    for term in read_criteria(version):
        for number, grade in term.grades.items():
            words = grade.words.replace(",", "")
            for bound in grade.bounds if term.term not in spared else ():
                for comparison in bound.comparisons:
                    for quantity in comparison.quantities:
                        shown = f"{abs(quantity.number):g}"
                        assert shown in words, (term.term, number, bound.text)
                    if comparison.factor != 1:
                        assert f"{comparison.factor:g}" in words, (term.term, number, bound.text)


@pytest.mark.parametrize("version", PAGES)
def test_an_analyte_has_one_term_a_direction(version: Version) -> None:
    fed = [(a, t.direction) for t in read_criteria(version) for a in t.analytes]
    assert len(fed) == len(set(fed))


def test_a_code_has_one_analyte() -> None:
    codes = [code for analyte in read_analytes().values() for code in analyte.codes]
    assert len(codes) == len(set(codes))
    assert all(a.source for a in read_analytes().values() if a.molar_mass)
