"""What is wrong in the `courses:` of a `published.yaml`."""

from typing import TYPE_CHECKING

from topline.audit.quantities import read_relation
from topline.protocol.problems import listed
from topline.reconstruct.courses.aims import aims_of, read_curve
from topline.reconstruct.courses.dates import PLACES, orders_of
from topline.reconstruct.published import TimeStatement

if TYPE_CHECKING:
    from topline.reconstruct.faults import Faults


def look_at_courses(faults: "Faults") -> None:
    """Look at dates, endpoints and statements."""
    _dates(faults)
    _endpoints(faults)
    _statements(faults)
    _curves(faults)


def _dates(faults: "Faults") -> None:
    courses = faults.published.courses
    for name, text in courses.present.items():
        faults.condition(("courses", "present", name), text)
    for k, rule in enumerate(courses.rules):
        loc = ("courses", "rules", k, "holds")
        if rule.when is not None:
            faults.condition(("courses", "rules", k, "when"), rule.when)
        relation = read_relation(rule.holds)
        if isinstance(relation, str):
            faults.add(loc, rule.holds, relation)
            continue
        strange = [name for _, name in relation.terms if name not in PLACES]
        for name in strange:
            faults.add(loc, name, f"a date: {listed(list(PLACES))}", PLACES)
        if not strange:
            try:
                list(orders_of(relation))
            except ValueError as error:
                faults.add(loc, rule.holds, str(error))


def _endpoints(faults: "Faults") -> None:
    courses = faults.published.courses
    for name, endpoint in courses.endpoints.items():
        loc = ("courses", "endpoints", name)
        faults.among((*loc, "among"), endpoint.among)
        if endpoint.unless is not None:
            faults.condition((*loc, "unless"), endpoint.unless)
        dates = (endpoint.start, endpoint.censored, *endpoint.events)
        always = {"FIRST_DOSE", "LAST_SEEN", "DATA_CUT"}
        for date in dates:
            if date not in always and date not in courses.present:
                expected = f"a date of courses.present, or {listed(sorted(always))}"
                faults.add(loc, date, expected, courses.present)


def _statements(faults: "Faults") -> None:
    courses, items = faults.published.courses, {i.name: i for i in faults.book.items}
    for k, statement in enumerate(courses.statements):
        loc = ("courses", "statements", k)
        _of_endpoint(faults, loc, statement.endpoint)
        faults.among((*loc, "among"), statement.among)
        if statement.by is not None:
            attribute = faults.published.attributes.get(statement.by)
            if attribute is None or attribute.numeric:
                known = [n for n, a in faults.published.attributes.items() if not a.numeric]
                faults.add((*loc, "by"), statement.by, "an attribute with levels", known)
        if statement.longer is not None:
            _longer(faults, (*loc, "longer"), statement)
        if faults.claim((*loc, "claim"), statement.claim):
            found = list(aims_of(statement, items[statement.claim]))
            if not found:
                expected = "a claim of a median, a range, a rate, a count or (with by) a p-value"
                faults.add((*loc, "claim"), statement.claim, expected)


def _longer(faults: "Faults", loc: tuple[str | int, ...], statement: TimeStatement) -> None:
    attribute = faults.published.attributes.get(statement.by or "")
    levels = (attribute.levels or ("no", "yes")) if attribute is not None else ()
    if statement.longer not in levels:
        expected = f"a level of by: {listed(levels)}" if levels else "by, too"
        faults.add(loc, str(statement.longer), expected, levels)


def _of_endpoint(faults: "Faults", loc: tuple[str | int, ...], name: str) -> None:
    known = faults.published.courses.endpoints
    if name not in known:
        expected = f"one of the endpoints {listed(list(known))}"
        faults.add((*loc, "endpoint"), name, expected, known)


def _curves(faults: "Faults") -> None:
    courses = faults.published.courses
    for k, table in enumerate(courses.at_risk):
        loc = ("courses", "at_risk", k)
        _of_endpoint(faults, loc, table.endpoint)
        faults.among((*loc, "among"), table.among)
        for month in table.at:
            if not month.replace(".", "", 1).isdigit():
                faults.add((*loc, "at"), month, 'a time in months, such as "12"')
    for k, curve in enumerate(courses.curves):
        loc = ("courses", "curves", k)
        _of_endpoint(faults, loc, curve.endpoint)
        faults.among((*loc, "among"), curve.among)
        try:
            read_curve(faults.yaml.path.parent / curve.file)
        except OSError:
            faults.add((*loc, "file"), curve.file, f"a file in {faults.yaml.path.parent}")
        except ValueError as error:
            faults.add((*loc, "file"), curve.file, str(error))
