"""What is wrong in a `published.yaml` that has the right form."""

from collections.abc import Container, Iterable

from topline.audit.book import Book
from topline.audit.quantities import read_place, read_relation
from topline.protocol.problems import Problem, listed, nearest
from topline.protocol.yaml_file import Loc, YamlFile
from topline.reconstruct.attributes.targets import counted_range
from topline.reconstruct.conditions import Compared, Yes, compared, read_condition
from topline.reconstruct.published import Published
from topline.reconstruct.strata import GROUP, leaves_of

_ASKED = ("SEX", "AGE")


class Faults:
    """Collects the problems of one file."""

    def __init__(self, yaml: YamlFile, published: Published, book: Book) -> None:
        self.yaml, self.published, self.book = yaml, published, book
        self.problems: list[Problem] = []
        self._claims = [item.name for item in book.items]

    def look(self) -> None:
        """Look at everything; what depends on a broken part is passed over."""
        self._frame()
        self._attributes()
        self._variables()
        self._counts()
        self._rules()
        if not self.problems:
            from topline.reconstruct.courses.faults import look_at_courses
            from topline.reconstruct.measurements.faults import look_at_measurements

            look_at_courses(self)
            look_at_measurements(self)

    def add(self, loc: Loc, found: str, expected: str, known: Iterable[str] = ()) -> None:
        """Note a problem, with the nearest known word."""
        hint = nearest(found, list(known))
        self.problems.append(
            Problem(self.yaml.path, self.yaml.line(loc), loc, found, expected, hint)
        )

    def claim(self, loc: Loc, name: str) -> bool:
        """Check that a claim is there."""
        if name in self._claims:
            return True
        self.add(loc, name, "the name of a claim", self._claims)
        return False

    def condition(self, loc: Loc, text: str, numbers: Container[str] = ()) -> bool:
        """Check a condition: its form, its attributes, its levels; not the numbers named."""
        condition = read_condition(text)
        if isinstance(condition, str):
            self.add(loc, text, condition)
            return False
        before = len(self.problems)
        for part in compared(condition):
            if part.name not in numbers:
                self._part(loc, part)
        return len(self.problems) == before

    def among(self, loc: Loc, text: str | None) -> bool:
        """Check a group of claims.yaml or a condition."""
        groups = self.book.file.groups
        if text is None or text in groups:
            known = set(self._leaves()) | {self.published.patients, *self.published.groups}
            inside = text is None or all(
                leaf in known or text in self.published.groups
                for leaf in leaves_of(self.book, text)
            )
            if not inside:
                whole = self.published.patients
                expected = f"a group within {whole}, or a condition for it under groups"
                self.add(loc, str(text), expected)
            return inside
        return self.condition(loc, text)

    def _leaves(self) -> list[str]:
        if self.published.patients not in self.book.file.groups:
            return []
        return list(leaves_of(self.book, self.published.patients))

    def _frame(self) -> None:
        published, groups = self.published, self.book.file.groups
        if published.patients not in groups:
            expected = f"a group of {published.claims}: {listed(groups)}"
            self.add(("patients",), published.patients, expected, groups)
        for name, text in published.groups.items():
            if name not in groups:
                self.add(("groups", name), name, f"a group of {published.claims}", groups)
            self.condition(("groups", name), text)
        enrollment = published.enrollment
        if not enrollment.first <= enrollment.last < published.data_cut:
            found = f"{enrollment.first} to {enrollment.last}, cut {published.data_cut}"
            self.add(("enrollment",), found, "first, last and data_cut in this order")
        tables = list(self.book.file.tables)
        for name in published.weights:
            if name not in tables and name not in self._claims:
                self.add(("weights", name), name, "a claim or a table", [*self._claims, *tables])
        for name in _ASKED:
            if name not in published.attributes:
                self.add(
                    ("attributes",), "nothing", f"the attribute {name}, which every cohort has"
                )
        sex = published.attributes.get("SEX")
        if sex is not None and not set(sex.levels or ()) <= {"F", "M"}:
            self.add(("attributes", "SEX"), listed(sex.levels or ()), "the levels F and M")
        age = published.attributes.get("AGE")
        if age is not None and not age.numeric:
            self.add(("attributes", "AGE"), "no number", "least and most")

    def _attributes(self) -> None:
        for name, attribute in self.published.attributes.items():
            if name == GROUP:
                self.add(("attributes", name), name, "another name: it is that of the groups")
            for key, text in (("when", attribute.when), ("known", attribute.known)):
                if text is not None:
                    self.condition(("attributes", name, key), text)
            if attribute.known is not None and not attribute.numeric:
                self.add(("attributes", name, "known"), "known", "a number with least and most")

    def _part(self, loc: Loc, part: Yes | Compared) -> None:
        attributes = self.published.attributes
        if part.name == GROUP and isinstance(part, Compared):
            leaves = self._leaves()
            if part.value not in leaves or part.sign not in {"=", "!="}:
                self.add(loc, part.value, f"one of the groups {listed(leaves)}", leaves)
            return
        attribute = attributes.get(part.name)
        if attribute is None:
            self.add(loc, part.name, "the name of an attribute", attributes)
        elif isinstance(part, Yes):
            if attribute.numeric or attribute.levels is not None:
                self.add(loc, part.name, "a sign and a level or number after it")
        elif attribute.levels is None and not attribute.numeric:
            self.add(
                loc, f"{part.name} {part.sign} {part.value}", f"{part.name} or not {part.name}"
            )
        elif attribute.numeric or part.sign not in {"=", "!="}:
            numbers = [part.value, *(attribute.levels or ())]
            if not all(_is_number(each) for each in numbers):
                self.add(loc, f"{part.name} {part.sign} {part.value}", "numbers on both sides")
        elif part.value not in (attribute.levels or ()):
            expected = f"a level of {part.name}: {listed(attribute.levels or ())}"
            self.add(loc, part.value, expected, attribute.levels or ())

    def _variables(self) -> None:
        known = set(self.book.variables)
        for item in self.book.items:
            place = read_place(item.quantity or "")
            known |= {place.variable} if place else set[str]()
            if item.claim.kind == "mean":
                known.add(item.name.split("/")[1] if "/" in item.name else item.name)
        for name, spec in self.published.variables.items():
            loc = ("variables", name)
            if name not in known:
                self.add(loc, name, f"a variable of {self.published.claims}", known)
            if isinstance(spec, str):
                attribute = self.published.attributes.get(spec)
                if attribute is None or not attribute.numeric:
                    self.condition(loc, spec)
                continue
            variable = self.book.variables.get(name)
            levels = [*variable.levels, variable.total] if variable else []
            for level, text in spec.items():
                if "*" not in level:
                    if level not in levels:
                        self.add((*loc, level), level, f"a level: {listed(levels)}", levels)
                    self.condition((*loc, level), text)
                    continue
                before, _, after = level.partition("*")
                for each in levels:
                    if each and each.startswith(before) and each.endswith(after):
                        rest = each[len(before) : len(each) - len(after)]
                        self.condition((*loc, level), text.replace("*", rest))

    def _counts(self) -> None:
        items = {item.name: item for item in self.book.items}
        for k, counted in enumerate(self.published.counts):
            loc = ("counts", k)
            self.condition((*loc, "are"), counted.are)
            self.among((*loc, "among"), counted.among)
            if self.claim((*loc, "claim"), counted.claim):
                try:
                    counted_range(items[counted.claim], counted, self.book)
                except ValueError as error:
                    self.add((*loc, "claim"), counted.claim, str(error))
        for k, summary in enumerate(self.published.summaries):
            loc = ("summaries", k)
            self.claim((*loc, "claim"), summary.claim)
            self.among((*loc, "among"), summary.among)
            self.number((*loc, "of"), summary.of)

        for k, assumed in enumerate(self.published.assumed):
            self.condition(("assumed", k, "are"), assumed.are)
            self.among(("assumed", k, "among"), assumed.among)

    def number(self, loc: Loc, name: str) -> None:
        """Check that an attribute is a number."""
        numeric = [n for n, a in self.published.attributes.items() if a.numeric]
        if name not in numeric:
            self.add(loc, name, "an attribute that is a number", numeric)

    def _rules(self) -> None:
        for k, text in enumerate(self.published.rules):
            self.condition(("rules", k), text)
        for k, text in enumerate(self.published.sums):
            relation = read_relation(text)
            if isinstance(relation, str):
                self.add(("sums", k), text, relation)
                continue
            for _, name in relation.terms:
                attribute = self.published.attributes.get(name)
                if attribute is None:
                    known = self.published.attributes
                    self.add(("sums", k), name, "the name of an attribute", known)
                elif attribute.levels is not None:
                    self.add(("sums", k), name, "a number or a yes-or-no attribute")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
