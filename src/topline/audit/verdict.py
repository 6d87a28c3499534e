"""Verdicts: what was tried for a claim, and what that says of the printed number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from topline.audit.book import Item
from topline.audit.printed import Fit, Printed, Value, fit, shown


class Verdict(StrEnum):
    """What can be said of a printed number, worst first."""

    NO_METHOD = "by no method"
    INCONSISTENT = "inconsistent"
    ANOTHER_METHOD = "by another method"
    SLIP = "rounding slip"
    UNCHECKED = "needs patient data"
    REPRODUCED = "reproduced"

    @property
    def fails(self) -> bool:
        """Whether something is wrong with the claim."""
        return self not in {Verdict.UNCHECKED, Verdict.REPRODUCED}


@dataclass(frozen=True, slots=True)
class Attempt:
    """Numbers that a method gives for a claim, in the order of those printed."""

    method: str
    """Key; that of a declared method where it is one."""
    label: str
    """The method in words."""
    values: tuple[Value, ...]
    plain: bool = True
    """A method that a text would use; False for those tried only to explain a misprint."""
    slip: str = ""
    """What went wrong on the way, where the method is right and its use was not."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim with its verdict."""

    item: Item
    verdict: Verdict
    words: str
    """The verdict in a sentence or two."""
    methods: tuple[str, ...] = ()
    """Keys of the methods that reproduce the printed numbers."""
    others: tuple[str, ...] = ()
    """Names of the claims that it is inconsistent with."""
    attempts: tuple[Attempt, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The printed numbers of a claim that a method has to give, each with its name."""

    names: tuple[str, ...]
    printed: tuple[Printed | None, ...]

    def fits(self, attempt: Attempt) -> tuple[Fit, ...]:
        """Compare each with what the method gives."""
        return tuple(fit(p, v) for p, v in zip(self.printed, attempt.values, strict=True))

    def shown(self, attempt: Attempt) -> str:
        """Print what the method gives with two digits more than the claim."""
        words = [
            shown(value, (p.decimals if p else 1) + 2)
            for p, value in zip(self.printed, attempt.values, strict=True)
        ]
        if self.names[-2:] == ("lower", "upper"):
            return " ".join([*words[:-2], f"({words[-2]} to {words[-1]})"])
        return ", ".join(words)


def judge(
    item: Item, numbers: Numbers, attempts: Sequence[Attempt], declared: str | None
) -> Finding:
    """Say which method, if any, gives the printed numbers.

    Parameters
    ----------
    item
        The claim.
    numbers
        Those that the attempts are compared with.
    attempts
        What each method gives, the likeliest first.
    declared
        Key of the declared method; None where the text declares none.
    """
    tried = tuple(attempts)
    fits = {a: numbers.fits(a) for a in tried}
    exact = [a for a in tried if not a.slip and all(f.agrees for f in fits[a])]
    own = [a for a in tried if a.method == declared]
    if hits := [a for a in exact if a in own or declared is None]:
        words = f"{hits[0].label} gives {numbers.shown(hits[0])}"
        words += "." if declared else " (no method is declared)."
        return Finding(item, Verdict.REPRODUCED, words, _keys(exact), attempts=tried)
    slips = [a for a in tried if a.plain and all(f.agrees or f.slip for f in fits[a])]
    slips = [a for a in slips if a in own] or [
        a for a in slips if len({f.slip for f in fits[a] if f.slip}) < 2
    ]
    said = "".join(f"Declared: {a.label}, which gives {numbers.shown(a)}. " for a in own[:1])
    if exact:
        words = f"{said}{exact[0].label} gives {numbers.shown(exact[0])}{_and_so(exact[1:])}."
        return Finding(item, Verdict.ANOTHER_METHOD, words, _keys(exact), attempts=tried)
    if slips:
        said = "" if slips[0] in own else said
        words = "; or ".join(_slip_words(numbers, each) for each in slips[:2])
        return Finding(item, Verdict.SLIP, f"{said}{words}.", _keys(slips), attempts=tried)
    return Finding(
        item, Verdict.NO_METHOD, f"{said}{_nearest_words(numbers, tried)}", attempts=tried
    )


def _keys(attempts: Sequence[Attempt]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(attempt.method for attempt in attempts))


def _and_so(attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return ""
    return (
        ", and so within rounding do " * (len(attempts) > 1)
        + (", and so within rounding does " * (len(attempts) == 1))
        + ", ".join(a.label for a in attempts[:4])
    )


def _slip_words(numbers: Numbers, attempt: Attempt) -> str:
    slips = [
        f"{p.text} is {f.slip}"
        for p, f in zip(numbers.printed, numbers.fits(attempt), strict=True)
        if p is not None and f.slip
    ]
    slips += [attempt.slip] if attempt.slip else []
    return f"{attempt.label} gives {numbers.shown(attempt)}: {' and '.join(slips)}"


def _nearest_words(numbers: Numbers, attempts: Sequence[Attempt]) -> str:
    """Say which method comes nearest, and by how much it misses."""
    plain = [a for a in attempts if a.plain]
    if not plain:
        return "No method is known for it."
    nearest = min(plain, key=lambda a: max(f.off for f in numbers.fits(a)))
    missed = list(_missed(numbers, nearest))
    return (
        f"No method tried gives it. Nearest: {nearest.label} with {numbers.shown(nearest)}"
        f"{' (' + '; '.join(missed) + ')' if missed else ''}."
    )


def _missed(numbers: Numbers, attempt: Attempt) -> Iterator[str]:
    for name, p, value in zip(numbers.names, numbers.printed, attempt.values, strict=True):
        if p is None or fit(p, value).agrees or value is None:
            continue
        by = abs(float(value) - float(p.value))
        yield f"{name} off by {by:.{p.decimals + 2}f}"
