"""What is wrong in the `measurements:` of a `published.yaml`."""

from typing import TYPE_CHECKING

from topline.audit.quantities import read_relation
from topline.protocol.problems import listed
from topline.protocol.yaml_file import Loc
from topline.reconstruct.cohort import COURSE
from topline.reconstruct.conditions import Compared, Yes, compared, read_condition
from topline.reconstruct.measurements.aims import aims_of
from topline.reconstruct.measurements.specification import Measurement, ValueStatement
from topline.reconstruct.strata import GROUP

if TYPE_CHECKING:
    from topline.reconstruct.faults import Faults


def look_at_measurements(faults: "Faults") -> None:
    """Look at names, rules and statements of every measurement."""
    taken: dict[str, str] = dict.fromkeys((*COURSE, GROUP), "a column of every cohort")
    taken |= dict.fromkeys(faults.published.attributes, "an attribute")
    taken |= dict.fromkeys(faults.published.records.columns, "one of records.columns")
    for name, spec in faults.published.measurements.items():
        loc = ("measurements", name)
        _names(faults, loc, spec, taken)
        if spec.known is not None:
            faults.condition((*loc, "known"), spec.known)
        _differences(faults, loc, spec)
        _rules(faults, loc, spec)
        for k, statement in enumerate(spec.statements):
            _statement(faults, (*loc, "statements", k), spec, statement)


def _names(faults: "Faults", loc: Loc, spec: Measurement, taken: dict[str, str]) -> None:
    """Check that each name is used once, and note it."""
    for part, names in (("columns", spec.columns), ("differences", spec.differences)):
        for name in names:
            if name in taken:
                faults.add((*loc, part, name), name, f"another name: it is {taken[name]}")
            taken[name] = f"a number of {loc[1]}"


def _differences(faults: "Faults", loc: Loc, spec: Measurement) -> None:
    for name, text in spec.differences.items():
        relation = read_relation(f"{name} = {text}")
        own = (*loc, "differences", name)
        if isinstance(relation, str):
            faults.add(own, text, "numbers with + or - between, such as LATER - FIRST")
            continue
        for _, each in relation.terms[1:]:
            if each not in spec.columns:
                faults.add(own, each, f"one of the columns {listed(spec.columns)}", spec.columns)


def _rules(faults: "Faults", loc: Loc, spec: Measurement) -> None:
    numbers = {*spec.columns, *spec.differences}
    for k, text in enumerate(spec.rules):
        own = (*loc, "rules", k)
        condition = read_condition(text)
        faults.condition(own, text, numbers)
        if isinstance(condition, str):
            continue
        for part in compared(condition):
            if part.name in numbers and not (isinstance(part, Compared) and _is_number(part)):
                faults.add(own, _words(part), "a sign and a number after it")


def _is_number(part: Compared) -> bool:
    return part.number() is not None


def _words(part: Yes | Compared) -> str:
    return part.name if isinstance(part, Yes) else f"{part.name} {part.sign} {part.value}"


def _statement(faults: "Faults", loc: Loc, spec: Measurement, statement: ValueStatement) -> None:
    known = [*spec.columns, *spec.differences]
    for name in statement.numbers:
        if name not in known:
            faults.add((*loc, "of"), name, f"one of {listed(known)}", known)
    faults.among((*loc, "among"), statement.among)
    attribute = faults.published.attributes.get(statement.by or "")
    if attribute is None or attribute.levels is None:
        faults.among((*loc, "by"), statement.by)
    elif statement.test == "mann-whitney" and len(attribute.levels) != 2:
        expected = f"a condition: mann-whitney compares two groups, not {len(attribute.levels)}"
        faults.add((*loc, "by"), statement.by or "", expected)
    if faults.claim((*loc, "claim"), statement.claim):
        item = next(item for item in faults.book.items if item.name == statement.claim)
        if not list(aims_of(statement, item)):
            what = "of a median, a mean or a range" if statement.test is None else "with a p-value"
            faults.add((*loc, "claim"), statement.claim, f"a claim {what}")
