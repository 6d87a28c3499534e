"""Published beside recomputed: each claim with what a run gives for it.

Numbers agree where the run's value, at full precision, rounds to the printed digits
(`topline.audit.printed`). A claim agrees where each of its printed numbers does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from topline.audit.answers import (
    Answer,
    answer,
    answer_parts,
    asked_numbers,
    named_results,
    printed_numbers,
)
from topline.audit.book import Book, Item
from topline.audit.claims import Relation, ResultOf, Same, Sum
from topline.audit.in_print import recomputed_text, recomputed_words
from topline.audit.printed import Printed, Value, fit
from topline.audit.quantities import read_relation
from topline.audit.run_results import Found, RunResults
from topline.audit.verdict_file import Kept
from topline.protocol.problems import Problem

Agreement = Literal["differs", "not computed", "agrees"]


@dataclass(frozen=True, slots=True)
class Beside:
    """A claim with what a run gives for it."""

    item: Item
    agreement: Agreement
    recomputed: str
    """The run's numbers; empty where it has none."""
    why: str
    """Why it differs or was not computed; empty where nobody knows."""
    results: tuple[str, ...]
    """Ids of the results behind it."""
    doubted: bool = False
    """The audit found something wrong with the claim itself."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """All claims beside a run, worst first."""

    claims: tuple[Beside, ...]
    problems: tuple[Problem, ...]
    """Results that claims name and the run does not have."""

    def counts(self) -> dict[Agreement, int]:
        """Count the claims of each agreement, worst first."""
        counted = Counter(each.agreement for each in self.claims)
        order: tuple[Agreement, ...] = ("differs", "not computed", "agrees")
        return {each: counted[each] for each in order}


def set_beside(book: Book, run: RunResults, kept: Mapping[str, Kept] | None = None) -> Recomputed:
    """Set every claim beside what a run gives for it.

    Parameters
    ----------
    book
        All claims.
    run
        Results.
    kept
        Verdicts of an earlier audit of the same claims, by name; they say why a claim differs.
    """
    return _Comparison(book, run, kept or {}).done()


class _Comparison:
    def __init__(self, book: Book, run: RunResults, kept: Mapping[str, Kept]) -> None:
        self.book, self.run, self.kept = book, run, kept
        self.named = _by_quantity(book)
        self.values: dict[str, Value] = {}
        self.fits: dict[str, dict[str, bool]] = {}
        self.problems: list[Problem] = []

    def done(self) -> Recomputed:
        """Compare claims with numbers first, then those that rest on them."""
        answers = {item.name: self._answer(item) for item in self.book.items if _alone(item)}
        self._quantities(answers)
        done: dict[str, Beside] = {}
        for item in self.book.items:
            if item.name in answers:
                done[item.name] = self._numbers(item, answers[item.name])
        for item in self.book.items:
            if isinstance(item.claim, Sum):
                done[item.name] = self._sum(item, item.claim)
            elif isinstance(item.claim, Relation):
                done[item.name] = self._relation(item, item.claim)
        for item in self.book.items:
            if isinstance(item.claim, Same):
                done[item.name] = self._same(item, item.claim, done)
        order = {"differs": 0, "not computed": 1, "agrees": 2}
        ranked = sorted(done.values(), key=lambda e: (order[e.agreement], e.doubted))
        return Recomputed(tuple(ranked), tuple(self.problems))

    def _answer(self, item: Item) -> Answer:
        result = named_results(item)
        if result is None and item.quantity is not None:
            result = self._inherited(item, item.quantity)
        found = answer(item, result, self.run)
        self._unknown(item, found.unknown)
        return found

    def _inherited(self, item: Item, quantity: str) -> str | None:
        """Return the result of the claim's quantity; name two that another could be.

        A single number answers claims of its own kind; the beginning of ids answers all.
        """
        named = [
            result
            for kind, result in dict.fromkeys(self.named.get(quantity, ()))
            if kind == item.claim.kind or self.run.begins(result)
        ]
        if len(named) > 1:
            found = f"{quantity} with the results {named[0]} and {named[1]}"
            self._problem(item, found, "one result for a quantity, or the claim's own result", None)
            return None
        return named[0] if named else None

    def _unknown(self, item: Item, texts: Iterable[str]) -> None:
        expected = "the id of a result of the run, or the beginning of ids"
        for text in texts:
            hint = None if "[" in text else self.run.nearest(text)
            self._problem(item, text, expected, hint)

    def _problem(self, item: Item, found: str, expected: str, hint: str | None) -> None:
        table = self.book.file.tables.get(item.name.partition("/")[0])
        inside = (
            table is not None and table.file is not None and item.name not in self.book.file.claims
        )
        path = (
            self.book.path.parent / table.file
            if inside and table and table.file
            else self.book.path
        )
        problem = Problem(path, item.line, (item.name, "result"), found, expected, hint)
        self.problems.append(problem)

    def _quantities(self, answers: Mapping[str, Answer]) -> None:
        """Note the run's value of each quantity, groups first."""
        for name, group in self.book.file.groups.items():
            found = self._size(group.result)
            if found is not None:
                self.values[name] = found.value
        for item in self.book.items:
            for quantity, found in _of_quantity(item, answers.get(item.name, Answer())):
                self.values.setdefault(quantity, found.value)

    def _size(self, result: str | None) -> Found | None:
        return None if result is None else self.run.get(result) or self.run.get(f"{result}.n")

    def _numbers(self, item: Item, found: Answer) -> Beside:
        printed, asked = printed_numbers(item), asked_numbers(item)
        scale = Fraction(1, 100) if item.reading.scale == 1 else Fraction(1)
        scaled = {name: _scaled(each, scale) for name, each in found.found.items()}
        fits = {n: fit(printed[n], scaled[n].value).agrees for n in printed if n in scaled}
        off = {name: (printed[name], scaled[name]) for name in fits if not fits[name]}
        counts = item.claim.kind == "count"
        self.fits[item.name] = {"count": fits["estimate"]} if counts and fits else fits
        missing = [name for name in asked if name not in scaled]
        text = recomputed_text(item, scaled)
        ids = tuple(
            dict.fromkeys(r for name in asked if name in scaled for r in scaled[name].results)
        )
        if off:
            return self._beside(item, "differs", text, _differences(off), ids)
        if missing or not asked:
            words = "" if not found.found else f"No result for {recomputed_words(missing)}."
            return self._beside(item, "not computed", text, words, ids)
        return self._beside(item, "agrees", text, "", ids)

    def _sum(self, item: Item, claim: Sum) -> Beside:
        own, unknown = answer_parts(claim, self.run)
        self._unknown(item, unknown)
        numbers = iter(own)
        parts: list[tuple[Value, Printed | None]] = []
        for part in claim.parts:
            if isinstance(part, str):
                parts.append((self.values.get(part), None))
            else:
                found = next(numbers, None)
                number = Printed(str(part), Fraction(part), Fraction(1))
                parts.append((found.value if found else None, number))
        known = [Fraction(value) for value, _ in parts if value is not None]
        ids = tuple(r for each in own if each is not None for r in each.results)
        if len(known) < len(parts):
            return self._beside(item, "not computed", "", "", ids)
        total = sum(known, Fraction(0))
        shown = f"{' + '.join(f'{float(v):g}' for v in known)} = {float(total):g}"
        printed = printed_numbers(item).get("estimate")
        off = [f"{p.text}" for v, p in parts if p is not None and not fit(p, v).agrees]
        left = printed.value - total if printed is not None else Fraction(0)
        wrong = (
            [f"{float(total):g}, not {printed.text}"]
            if printed and not (0 <= left <= claim.unaccounted)
            else []
        )
        if off or wrong:
            words = "; ".join([*wrong, *(f"a part of {each} differs" for each in off)])
            return self._beside(item, "differs", shown, f"{words.capitalize()}.", ids)
        return self._beside(item, "agrees", shown, "", ids)

    def _relation(self, item: Item, claim: Relation) -> Beside:
        relation = read_relation(claim.holds)
        if isinstance(relation, str):
            return self._beside(item, "not computed", "", relation, ())
        values = {n: Fraction(v) for n, v in self.values.items() if v is not None}
        names = [name for _, name in relation.terms]
        shown = ", ".join(f"{name} {float(values[name]):.4g}" for name in names if name in values)
        holds = relation.holds(values)
        if holds is None:
            return self._beside(item, "not computed", shown, "", ())
        return self._beside(item, "agrees" if holds else "differs", shown, "", ())

    def _same(self, item: Item, claim: Same, done: Mapping[str, Beside]) -> Beside:
        """Say of places that print the same whether one number of the run decides between them."""
        members = [done[name] for name in claim.claims if name in done]
        told = list(dict.fromkeys(each.recomputed for each in members if each.recomputed))
        ids = tuple(dict.fromkeys(result for each in members for result in each.results))
        fits = [self.fits.get(each.item.name, {}) for each in members]
        common = {name for each in fits for name in each if all(name in other for other in fits)}
        apart = [name for name in sorted(common) if len({each[name] for each in fits}) > 1]
        if apart:
            wrong = [
                e.item.name for e, fit_ in zip(members, fits, strict=True) if not fit_[apart[0]]
            ]
            words = f"Only {', '.join(wrong)} differ{'s' if len(wrong) == 1 else ''} from the run."
            return self._beside(item, "differs", "; ".join(told), words, ids)
        return self._beside(item, "agrees" if common else "not computed", "; ".join(told), "", ids)

    def _beside(
        self, item: Item, agreement: Agreement, text: str, words: str, ids: tuple[str, ...]
    ) -> Beside:
        kept = self.kept.get(item.name)
        wrong = kept is not None and kept.fails
        if agreement == "agrees":
            return Beside(item, agreement, text, "", ids, wrong)
        own = None if isinstance(item.claim, Same) else item.claim.differs
        verdict = f"{kept.verdict.capitalize()}: {kept.words}" if kept and kept.fails else ""
        why = " ".join(filter(None, (words, _sentence(own), verdict)))
        return Beside(item, agreement, text, why, ids, wrong)


def _alone(item: Item) -> bool:
    """Whether a claim has numbers of its own that a run can give."""
    return not isinstance(item.claim, Same | Sum | Relation)


def _by_quantity(book: Book) -> dict[str, list[tuple[str, str]]]:
    """Return the results that claims and groups name, each with its kind, by quantity."""
    named: dict[str, list[tuple[str, str]]] = {}
    for item in book.items:
        result: ResultOf | None = named_results(item)
        if item.quantity is not None and isinstance(result, str):
            named.setdefault(item.quantity, []).append((item.claim.kind, result))
    for name, group in book.file.groups.items():
        if group.result is not None:
            named.setdefault(name, []).append(("count", group.result))
    return named


def _of_quantity(item: Item, found: Answer) -> Iterator[tuple[str, Found]]:
    """Yield the quantities that a claim's numbers are."""
    if item.quantity is None:
        return
    ends = {"estimate": "median", "lower": "least", "upper": "most"}
    match item.claim.kind:
        case "range":
            for name, end in ends.items():
                if name in found.found:
                    yield f"{item.quantity} {end}", found.found[name]
        case "percent" | "proportion":
            if "count" in found.found:
                yield item.quantity, found.found["count"]
        case _:
            if "estimate" in found.found:
                yield item.quantity, found.found["estimate"]


def _scaled(found: Found, scale: Fraction) -> Found:
    """Return a share as it is printed: in percent, or as part of 1."""
    if scale == 1 or found.unit != "%" or found.value is None:
        return found
    return Found(Fraction(found.value) * scale, "", "", found.n, found.results)


def _differences(off: Mapping[str, tuple[Printed | None, Found]]) -> str:
    """Say which numbers differ, and where a slip gives the printed one."""
    words: list[str] = []
    for name, (printed, found) in off.items():
        slip = fit(printed, found.value).slip
        words.append(recomputed_words([name]) + (f" ({slip} in print)" if slip else ""))
    told = ", ".join(words)
    return f"{told[:1].upper()}{told[1:]} differ{'s' if len(words) == 1 else ''}."


def _sentence(text: str | None) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
