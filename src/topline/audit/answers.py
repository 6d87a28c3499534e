"""What a run says of the numbers of one claim.

A claim's `result` is a result's id, arithmetic with ids in square brackets, or the beginning of
ids; of those the statistics that the kind of claim prints are taken (`STATISTICS`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from topline.audit.book import Item
from topline.audit.claims import Rate, ResultOf, Same, Sum
from topline.audit.printed import Printed
from topline.audit.run_results import Found, RunResults, read_arithmetic

_SHARE: Final = {
    "count": ("responders", "n"),
    "estimate": ("estimate", "percent"),
    "lower": ("lower",),
    "upper": ("upper",),
}
_RATIO: Final = {
    "estimate": ("estimate",),
    "lower": ("lower",),
    "upper": ("upper",),
    "p": ("p_value",),
}
STATISTICS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "count": {"estimate": ("n", "N", "responders")},
    "percent": _SHARE,
    "proportion": _SHARE,
    "p-value": {"p": ("p_value",)},
    "odds-ratio": _RATIO,
    "hazard-ratio": _RATIO,
    "median": {
        "estimate": ("median", "estimate"),
        "lower": ("median_lower", "lower"),
        "upper": ("median_upper", "upper"),
    },
    "rate": {
        "estimate": ("rate",),
        "spread": ("rate_se",),
        "lower": ("rate_lower",),
        "upper": ("rate_upper",),
    },
    "mean": {"estimate": ("mean",), "sd": ("sd",)},
    "range": {
        "estimate": ("median",),
        "lower": ("min", "follow_up_min"),
        "upper": ("max", "follow_up_max"),
    },
    "value": {"estimate": ("median", "value")},
    "statistic": {
        "estimate": ("statistic",),
        "df": ("df",),
        "df2": ("df_error",),
        "p": ("p_value",),
    },
}
"""For each kind of claim the statistics that answer its numbers, the likeliest first."""
_SHARES: Final = frozenset({"percent", "proportion"})


@dataclass(frozen=True, slots=True)
class Answer:
    """The numbers of a run for those of a claim."""

    found: Mapping[str, Found] = field(default_factory=dict[str, Found])
    unknown: tuple[str, ...] = ()
    """What it names that is no result of the run and begins none."""


def printed_numbers(item: Item) -> dict[str, Printed | None]:
    """Return the numbers that a claim prints, one that stands in words among them."""
    numbers = dict(item.reading.numbers)
    count = getattr(item.claim, "count", None)
    if count is not None:
        name = "count" if item.claim.kind in _SHARES else "estimate"
        numbers[name] = Printed(str(count), Fraction(count), Fraction(1))
    return numbers


def asked_numbers(item: Item) -> tuple[str, ...]:
    """Name the numbers that a run has to give; a count that only the file holds is none."""
    names = list(printed_numbers(item))
    stated = getattr(item.claim, "count", None) is not None and item.claim.kind in _SHARES
    if stated and "count" not in item.reading.numbers:
        names.remove("count")
    return tuple(names)


def answer(item: Item, result: ResultOf | None, run: RunResults) -> Answer:
    """Look up the numbers of a claim.

    Parameters
    ----------
    item
        The claim; no sum, no relation, no places that print the same.
    result
        What answers it: its own, or that of its quantity.
    run
        Results.
    """
    if result is None or isinstance(result, tuple):
        return Answer()
    given = {"stem": result} if isinstance(result, str) else dict(result)
    found: dict[str, Found] = {}
    unknown: list[str] = []
    for name, text in given.items():
        own = dict(_looked_up(item, name, text, run))
        found |= {key: each for key, each in own.items() if key == name or key not in given}
        if not own and not (name == "stem" and run.begins(text)):
            unknown.append(text)
    shares = [found[name] for name in ("estimate", "count") if name in found]
    if "of" not in found and shares and shares[0].n is not None:
        found["of"] = Found(float(shares[0].n), str(shares[0].n), "", shares[0].n, ())
    return Answer(found, tuple(unknown))


def answer_parts(claim: Sum, run: RunResults) -> tuple[list[Found | None], list[str]]:
    """Look up the parts of a sum that are numbers, and name what is no result of the run."""
    texts = claim.result if isinstance(claim.result, tuple) else ()
    found = [_one(text, run) for text in texts]
    return found, [text for text, each in zip(texts, found, strict=True) if each is None]


def named_results(item: Item) -> ResultOf | None:
    """Return what a claim itself names as its result."""
    return None if isinstance(item.claim, Same) else item.claim.result


def _looked_up(item: Item, name: str, text: str, run: RunResults) -> Iterator[tuple[str, Found]]:
    """Yield the numbers that a text answers."""
    one = _one(text, run)
    if name != "stem":
        if one is not None:
            yield name, one
        return
    if one is not None:
        yield _main(item, text, one), one
        return
    for number, statistics in STATISTICS.get(item.claim.kind, {}).items():
        ids = (f"{_stem(item, text)}.{statistic}" for statistic in statistics)
        found = next((each for each in map(run.get, ids) if each is not None), None)
        if found is not None:
            yield number, found


def _one(text: str, run: RunResults) -> Found | None:
    """Return the one number that an id or arithmetic is."""
    if "[" not in text:
        return run.get(text)
    read = read_arithmetic(text)
    return None if isinstance(read, str) else run.work_out(read)


def _stem(item: Item, text: str) -> str:
    """Put the time of a rate behind the beginning of ids."""
    return f"{text}.{item.claim.at:g}" if isinstance(item.claim, Rate) else text


def _main(item: Item, text: str, found: Found) -> str:
    """Name the printed number that a single result, or arithmetic, answers."""
    if item.claim.kind == "p-value":
        return "p"
    alone = [name for name in asked_numbers(item) if name != "of"]
    if "[" in text and len(alone) == 1:
        return alone[0]
    return "count" if item.claim.kind in _SHARES and found.unit != "%" else "estimate"
