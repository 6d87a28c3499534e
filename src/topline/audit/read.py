"""Read `claims.yaml`: every problem at once, each with its line and path."""

from collections.abc import Iterator
from pathlib import Path

from topline.audit.book import Book, Item, Variable
from topline.audit.claim_text import READERS, Reading
from topline.audit.claims import AnyClaim, ClaimsFile, OddsRatio, PValue, Same
from topline.audit.expansion import Expansion, expand_tables
from topline.audit.faults import Fault, faults_of, known_quantities
from topline.audit.quantities import Relation, read_place, read_relation
from topline.audit.result_faults import p_alone, result_faults
from topline.errors import DataError
from topline.protocol.problems import Problem, listed, nearest
from topline.protocol.yaml_file import Loc, YamlFile, read_yaml
from topline.protocol.yaml_value import read_value


def read_claims(path: Path) -> Book:
    """Read a file of claims with its tables, or say everything that is wrong with it.

    Parameters
    ----------
    path
        `claims.yaml`, or the study folder that holds it.

    Raises
    ------
    DataError
        The message has a line for each problem: file, line, claim, what was found, what was
        expected and, where there is one, the nearest known word.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "claims.yaml"
    ...     _ = file.write_text('''
    ... topline: 1
    ... source: {title: A trial}
    ... claims:
    ...   ORR: {kind: percent, where: Abstract, printed: "5/33 (15%)"}
    ... ''')
    ...     [item.name for item in read_claims(file).items]
    ['ORR']
    """
    path = path / "claims.yaml" if path.is_dir() else path
    book, problems = check_claims(path)
    if book is None or problems:
        n = len(problems)
        head = f"{path.name} has {n} problem{'s' if n != 1 else ''}:"
        raise DataError("\n".join([head, *(f"  {problem}" for problem in problems)]))
    return book


def check_claims(path: Path) -> tuple[Book | None, tuple[Problem, ...]]:
    """Read a file of claims and return it, if it can be made at all, with its problems."""
    yaml = read_yaml(path)
    if yaml.problems or yaml.data is None:
        return None, yaml.problems
    file, refused = read_value(yaml, ClaimsFile)
    if file is None:
        return None, tuple(refused)
    lines = {name: yaml.line(("tables", name)) for name in file.tables}
    problems = [_problem(yaml, *fault) for fault in _broken_groups(file)]
    expansion = expand_tables(file, path, lines)
    problems += expansion.problems
    items = list(expansion.items)
    for name, claim in file.claims.items():
        loc = ("claims", name)
        printed = "" if isinstance(claim, Same) else claim.printed
        reading = READERS.get(claim.kind, _no_numbers)(printed)
        items += _with_p_value(name, claim, reading, yaml.line(loc))
        faults = (*faults_of(file, claim, reading), *result_faults(claim))
        problems += [_problem(yaml, (*loc, *fault.loc), fault) for fault in faults]
    variables = _with_named(expansion, items)
    facts, broken = _relations(file, items, variables)
    problems += [_problem(yaml, loc, fault) for loc, fault in broken]
    book = Book(path, file, tuple(items), variables, facts)
    return book, tuple(sorted(problems, key=lambda p: (str(p.file), p.line, p.path)))


def _no_numbers(text: str) -> Reading:
    del text
    return Reading({})


def _problem(yaml: YamlFile, loc: Loc, fault: Fault) -> Problem:
    return Problem(yaml.path, yaml.line(loc), loc, fault.found, fault.expected, fault.suggestion)


def _broken_groups(file: ClaimsFile) -> Iterator[tuple[Loc, Fault]]:
    """Name groups and curves that rest on groups that are not there."""
    for name, group in file.groups.items():
        others = [(("groups", name, "parts", i), part) for i, part in enumerate(group.parts)]
        others += [(("groups", name, "within"), group.within)] if group.within else []
        for loc, other in others:
            if other not in file.groups or other == name:
                hint = nearest(other, file.groups)
                yield loc, Fault((), other, f"another group: {listed(file.groups)}", hint)
    for name, curve in file.curves.items():
        if curve.of not in file.groups:
            hint = nearest(curve.of, file.groups)
            yield ("curves", name, "of"), Fault((), curve.of, listed(file.groups), hint)


def _with_p_value(name: str, claim: AnyClaim, reading: Reading, line: int) -> Iterator[Item]:
    """Yield a claim, and the p-value printed with an odds ratio as a claim of its own."""
    yield Item(name, claim, reading, line)
    if isinstance(claim, OddsRatio) and (p := reading.numbers.get("p")):
        test = PValue(
            kind="p-value", where=claim.where, printed=p.text, table=claim.table,
            method=claim.test, result=p_alone(claim.result),
        )  # fmt: skip
        yield Item(f"{name}/p", test, READERS["p-value"](p.text), line)


def _with_named(expansion: Expansion, items: list[Item]) -> dict[str, Variable]:
    """Add the variables that only single claims name."""
    variables = dict(expansion.variables)
    for item in items:
        place = read_place(item.quantity or "")
        if place is None or item.claim.kind in {"range", "value", "mean"}:
            continue
        known = variables.get(place.variable)
        if known is None:
            levels = (place.level,) if place.level else ()
            variables[place.variable] = Variable(place.variable, levels, "several")
        elif place.level and place.level not in {*known.levels, known.total}:
            levels = (*known.levels, place.level)
            variables[place.variable] = Variable(place.variable, levels, known.has, known.total)
    return variables


def _relations(
    file: ClaimsFile, items: list[Item], variables: dict[str, Variable]
) -> tuple[tuple[Relation, ...], list[tuple[Loc, Fault]]]:
    """Read facts and relations, and name those that rest on unknown quantities."""
    known = known_quantities(file, items, variables)
    facts: list[Relation] = []
    broken: list[tuple[Loc, Fault]] = []
    written: list[tuple[Loc, str]] = [(("facts", i), text) for i, text in enumerate(file.facts)]
    written += [
        (("claims", name, "holds"), claim.holds)
        for name, claim in file.claims.items()
        if claim.kind == "relation"
    ]
    for loc, text in written:
        relation = read_relation(text)
        if isinstance(relation, str):
            broken.append((loc, Fault((), text, relation)))
            continue
        for _, name in relation.terms:
            if not known(name):
                hint = nearest(name, known.names)
                expected = "the name of a group or of a claim's quantity"
                broken.append((loc, Fault((), name, expected, hint)))
        if loc[0] == "facts":
            facts.append(relation)
    for item in items:
        if isinstance(item.claim, Same):
            names = [each.name for each in items]
            for i, other in enumerate(item.claim.claims):
                if other not in names:
                    fault = Fault((), other, "the name of a claim", nearest(other, names))
                    broken.append((("claims", item.name, "claims", i), fault))
        if item.claim.kind == "sum" and item.name in file.claims:
            for i, part in enumerate(item.claim.parts):
                if isinstance(part, str) and not known(part):
                    fault = Fault((), part, "a number or a quantity", nearest(part, known.names))
                    broken.append((("claims", item.name, "parts", i), fault))
    return tuple(facts), broken
