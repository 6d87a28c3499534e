"""The criteria as values: terms, their grades, the guideline's words and the bounds beside them.

The YAML files beside this module are the criteria; their first lines explain the form.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import yaml

from topline.errors import UsageError
from topline.values import Value

Direction = Literal["low", "high"]
Inequality = Literal["<", "<=", ">", ">="]
Reference = Literal["LLN", "ULN", "baseline", "infarction level"]
Condition = Literal[
    "baseline normal",
    "baseline abnormal",
    "symptomatic",
    "fasting",
    "on anticoagulation",
    "not on anticoagulation",
]

_NUMBER = r"[\d,]*\.?\d+"
_BOUND = re.compile(
    r"(?:if (?P<when>[a-z ]+): )?(?P<all>.+?)(?:, between grades (?P<between>.+))?$"
)
_REFERENCE = re.compile(
    rf"(?P<sign><=|>=|<|>) (?:(?P<factor>{_NUMBER}) x )?"
    r"(?P<of>LLN|ULN|baseline|infarction level)"
    rf"(?: (?P<plus>[+-]) (?P<shift>{_NUMBER}) (?P<unit>.+))?"
)
_QUANTITIES = re.compile(r"(?P<sign><=|>=|<|>) (?P<rest>.+)")
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})(?: (?P<unit>.+))?")
_KINDS: Final = ("laboratory", "measurements")


class Quantity(Value):
    """A number with its unit."""

    number: float
    """Its value."""
    unit: str | None
    """As the guideline writes it; None for a pure number such as pH."""
    text: str
    """Both, as written."""


class Comparison(Value):
    """A result against one limit: factor x reference + shift, or a quantity."""

    text: str
    """As written."""
    inequality: Inequality
    """Which side of the limit counts."""
    reference: Reference | None = None
    """What is multiplied and shifted; None for a plain quantity."""
    factor: float = 1.0
    """Multiple of the reference."""
    quantities: tuple[Quantity, ...] = ()
    """The limit in each unit the guideline gives, or the shift from the reference."""


class Bound(Value):
    """All comparisons hold, where the condition does."""

    text: str
    """As the criteria file has it."""
    when: Condition | None = None
    """Where the bound applies; None: everywhere."""
    comparisons: tuple[Comparison, ...]
    """What must hold."""
    between: tuple[Comparison, ...] = ()
    """What must hold instead if a result between whole numbers takes the worse grade."""

    @property
    def uses_baseline(self) -> bool:
        """Whether it compares with baseline."""
        return any(comparison.reference == "baseline" for comparison in self.comparisons)


class Grade(Value):
    """One grade of a term; without bounds a number cannot show it."""

    words: str
    """The guideline's words."""
    bounds: tuple[Bound, ...] = ()
    """Any of them is enough."""


class Term(Value):
    """A CTCAE term in one direction for the analytes that feed it."""

    term: str
    """CTCAE term."""
    soc: str
    """MedDRA system organ class, as CTCAE prints it."""
    direction: Direction
    """Which way worse results lie."""
    analytes: tuple[str, ...]
    """What is measured (analytes.yaml)."""
    grades: Mapping[int, Grade]
    """Grades 1 to 4; 5 is death, which no number shows."""
    citation: str
    """Publication and place in it."""
    version: str
    """Version of CTCAE."""
    compared: bool
    """Whether the words were compared with a copy of the publication."""
    note: str | None = None
    """How an unclear wording is read here."""
    reading: str | None = None
    """Name of the reading that `grades` follow, where there are others."""
    readings: Mapping[str, Mapping[int, tuple[Bound, ...]]] = {}
    """Bounds by other readings of the same words."""

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """All bounds, mildest first; none if no grade can come from a number."""
        return tuple(bound for _, grade in sorted(self.grades.items()) for bound in grade.bounds)

    def read_as(self, name: str | None) -> "Term":
        """Return the term under another reading of its words."""
        if name == self.reading:
            return self
        if name is None or name not in self.readings:
            known = ", ".join(sorted({*self.readings, self.reading or ""} - {""})) or "none"
            msg = f"CTCAE v{self.version}, {self.term}: no reading {name!r}; known: {known}"
            raise UsageError(msg)
        bounds = self.readings[name]
        grades = {
            number: grade.model_copy(update={"bounds": bounds.get(number, ())})
            for number, grade in self.grades.items()
        }
        return self.model_copy(update={"grades": grades, "reading": name})


@cache
def read_criteria(version: str) -> tuple[Term, ...]:
    """Read the terms of one version of CTCAE, laboratory first.

    Parameters
    ----------
    version
        "5.0" or "4.03".

    Examples
    --------
    >>> [term.term for term in read_criteria("5.0")][:2]
    ['Anemia', 'Eosinophilia']
    >>> read_criteria("5.0")[0].grades[2].bounds[0].text
    '< 10.0 g/dL | 6.2 mmol/L | 100 g/L'
    """
    return tuple(term for kind in _KINDS for term in _read(kind, version))


def _read(kind: str, version: str) -> Iterator[Term]:
    """Read one file."""
    name = f"{kind}_v{version.replace('.', '_')}.yaml"
    text = files("topline.clinical.ctcae").joinpath(name).read_text("utf-8")
    raw = yaml.load(text, Loader=yaml.CSafeLoader)
    for term in raw["terms"]:
        grades = {
            number: {
                "words": grade["words"],
                "bounds": [parse_bound(text) for text in grade.get("bounds", ())],
            }
            for number, grade in term["grades"].items()
        }
        readings = {
            reading: {number: [parse_bound(text) for text in texts] for number, texts in by.items()}
            for reading, by in term.get("readings", {}).items()
        }
        yield Term.model_validate(
            term
            | {"grades": grades, "readings": readings, "version": raw["version"]}
            | {"citation": f"{raw['citation']}; {term['soc']}: {term['term']}"}
            | {"compared": term["term"] not in raw["not_compared"]}
        )


def parse_bound(text: str) -> Bound:
    """Read a bound.

    Examples
    --------
    >>> parse_bound("if baseline abnormal: >= 1.5 x baseline").comparisons[0].factor
    1.5
    """
    match = _BOUND.fullmatch(text)
    if match is None:
        msg = f"not a bound: {text!r}"
        raise UsageError(msg)
    between = match["between"]
    return Bound.model_validate(
        {
            "text": text,
            "when": match["when"],
            "comparisons": [_comparison(part) for part in match["all"].split(" and ")],
            "between": [_comparison(between)] if between else [],
        }
    )


def _comparison(text: str) -> Comparison:
    """Read one comparison."""
    if match := _REFERENCE.fullmatch(text):
        shift = () if match["plus"] is None else (_shift(match),)
        return Comparison.model_validate(
            {
                "text": text,
                "inequality": match["sign"],
                "reference": match["of"],
                "factor": _number(match["factor"] or "1"),
                "quantities": shift,
            }
        )
    match = _QUANTITIES.fullmatch(text)
    quantities = match and [_QUANTITY.fullmatch(part) for part in match["rest"].split(" | ")]
    if not match or not quantities or None in quantities:
        msg = f"not a comparison: {text!r}"
        raise UsageError(msg)
    return Comparison.model_validate(
        {
            "text": text,
            "inequality": match["sign"],
            "quantities": [
                {"number": _number(q["number"]), "unit": q["unit"], "text": q[0]}
                for q in quantities
                if q
            ],
        }
    )


def _shift(match: re.Match[str]) -> Quantity:
    """Read what is added to a reference."""
    number = _number(match["shift"])
    text = f"{match['plus']} {match['shift']} {match['unit']}"
    return Quantity(
        number=-number if match["plus"] == "-" else number, unit=match["unit"], text=text
    )


def _number(text: str) -> float:
    """Read a number with thousands separators."""
    return float(text.replace(",", ""))
