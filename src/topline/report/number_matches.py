"""Which results print the numbers of a text, and which nearly do.

Numbers that stand together, such as a count, its percentage and the limits behind it, are looked up
together: they should come from results of one family, that is of one analysis, group and level.
Of several families the one is taken that prints more of them and whose labels share more words with
the sentence, words near the numbers first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.formats import rounded
from topline.report.number_patterns import TIMES
from topline.report.result_words import WORD, ResultWords, words_of
from topline.report.text_numbers import TextNumber

Verdict = Literal["same", "somewhere", "near", "none", "apart"]
_AT_MOST: Final = 5
_SLACK: Final = 1e-9
_NAMED: Final = 1.5
_HALF_WEIGHT: Final = 40.0
_SIZE_WEIGHT: Final = 0.3
_LIMITS: Final = {"lower": ("lower", "min", "q1"), "upper": ("upper", "max", "q3")}
_ENDS: Final = _LIMITS | {"error": ("_se", "sd")}
_NO_ESTIMATES: Final = ("lower", "upper", "_se", "sd", "min", "max", "q1", "q3")
_COUNTED: Final = frozenset({"", "years", "cycles"})
_PAIRS: Final = {"lower": "upper", "min": "max", "q1": "q3"}


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """A number of a text, and what prints it."""

    number: TextNumber
    verdict: Verdict
    """same: a result that the sentence names prints it; somewhere: results print it, none of them
    named in the sentence; near: one nearly does; none: in no result; apart: it is none."""
    results: tuple[str, ...] = ()
    """Ids, the one that the sentence names best first."""
    why: str = ""
    """What is near and how, what the named result prints instead, or why it is set apart."""


def match_numbers(numbers: Sequence[TextNumber], results: pl.DataFrame) -> tuple[NumberMatch, ...]:
    """Say of each number of a text which results print it.

    Parameters
    ----------
    numbers
        From `find_numbers`.
    results
        Result rows, as in `results.parquet`. Those of single patients and test statistics are not
        looked at.

    Returns
    -------
    tuple of NumberMatch
        One a number, in their order.

    Notes
    -----
    A result prints a number where its value, rounded half away from zero to as many decimals as
    were written, is that number; units must agree where the text says one, a limit needs a result
    that is a limit, and a P value one of a test. The size of a group is what a result rests on.
    """
    rows = ResultWords(results)
    found = {
        number.start: match
        for cluster in _clusters([n for n in numbers if not n.apart])
        for number, match in zip(cluster, _match(cluster, rows), strict=True)
    }
    return tuple(found.get(n.start) or NumberMatch(n, "apart", why=n.apart) for n in numbers)


def _clusters(numbers: Sequence[TextNumber]) -> Iterator[list[TextNumber]]:
    """Divide numbers into those that stand together."""
    current: list[TextNumber] = []
    for number in numbers:
        if current and not _together(current[-1], number):
            yield current
            current = []
        current.append(number)
    if current:
        yield current


def _together(last: TextNumber, number: TextNumber) -> bool:
    """Whether a number continues what the last one says."""
    if number.sentence != last.sentence or number.start - last.end > 45:
        return False
    if number.role in {"upper", "size", "error"}:
        return True
    between = number.sentence[last.at : number.at]
    if number.role == "lower":
        return last.role in {"number", "count", "size"} and "(" in between
    counts = {last.role, number.role} <= {"count", "size", "number"}
    return (
        counts
        and (last.unit == "%") != (number.unit == "%")
        and "(" in between
        and bool(number.role == "number" or last.unit == "%")
    )


def _match(cluster: list[TextNumber], rows: ResultWords) -> Iterator[NumberMatch]:
    """Match numbers that stand together."""
    printing = [_printing(number, rows) for number in cluster]
    named = rows.named(_nearness(cluster))
    family, known = _family(cluster, printing, rows, named)
    about = rows.subjects.weighed(_nearness(cluster))
    partner = ""
    for number, places in zip(cluster, printing, strict=True):
        own = places[rows.family[places] == family]
        if len(own) and number.role == "lower":
            partner = _partner(rows.statistics[_ranked(own, named)[0]])
        if len(own):
            ranked = [*_ranked(own, named), *_ranked(np.setdiff1d(places, own), named)]
            ids = tuple(rows.ids[p] for p in ranked[:_AT_MOST])
            yield NumberMatch(number, "same" if known else "somewhere", ids)
        else:
            found = _Found(named, about, family if known else -1, partner)
            yield _alone(number, rows, places, found)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of the neighbours of a number that their family does not print."""

    named: NDArray[np.float64]
    """How strongly the sentence names each result."""
    about: NDArray[np.float64]
    """The same, by what a result is about."""
    family: int
    """Family of the neighbours; -1 for none."""
    partner: str
    """Statistic that should stand beside the lower limit before it."""


def _partner(statistic: str) -> str:
    """Return the statistic of the other limit.

    Examples
    --------
    >>> _partner("median_lower")
    'median_upper'
    """
    end = next((low for low in _PAIRS if statistic.endswith(low)), "")
    return statistic.removesuffix(end) + _PAIRS.get(end, "")


def _family(
    cluster: Sequence[TextNumber],
    printing: Sequence[NDArray[np.int64]],
    rows: ResultWords,
    named: NDArray[np.float64],
) -> tuple[int, bool]:
    """Return the family that prints most of some numbers, and whether the sentence names it."""
    told, sizes = np.zeros(rows.families), np.zeros(rows.families)
    for number, places in zip(cluster, printing, strict=True):
        families = np.unique(rows.family[places])
        if number.role == "size":
            sizes[families] += _SIZE_WEIGHT
        else:
            told[families] += 1.0 + number.decimals / 2
    if not told.any():
        return -1, False
    told = np.where(told > 0, told + sizes, 0.0)
    best = np.full(rows.families, -np.inf)
    np.maximum.at(best, rows.family, named)
    said = np.maximum(best, 0.0)
    score = np.where(told > 0, told + 3 * said / (said + 4), -np.inf)
    family = int(np.argmax(score))
    known = best[family] >= _NAMED or (told[family] >= 3 and best[family] > 0)
    return family, bool(known)


def _nearness(cluster: Sequence[TextNumber]) -> dict[str, float]:
    """Return the words of the sentence with how near they stand to the numbers."""
    first, sentence = cluster[0], cluster[0].sentence
    last = cluster[-1].at
    half = inf if "|" in sentence else _HALF_WEIGHT
    near: dict[str, float] = {}
    for match in WORD.finditer(sentence):
        distance = max(first.at - match.end(), match.start() - last - len(cluster[-1].text), 0)
        for word in words_of(match[0]):
            near[word] = max(near.get(word, 0.0), 1 / (1 + distance / half))
    return near


def _ranked(places: NDArray[np.int64], named: NDArray[np.float64]) -> list[int]:
    return [int(p) for p in places[np.lexsort((places, -named[places]))]]


def _alone(
    number: TextNumber,
    rows: ResultWords,
    places: NDArray[np.int64],
    known: _Found,
) -> NumberMatch:
    """Match a number that the family of its neighbours does not print."""
    named, family = known.named, known.family
    inside = [int(p) for p in np.flatnonzero(rows.family == family) if _fits(number, rows, int(p))]
    beside = [p for p in inside if rows.statistics[p] == known.partner]
    inside = beside if number.role == "upper" and beside else inside
    near = next(_near(number, rows, inside), None)
    if near is not None:
        return _nearly(number, rows, *near)
    ranked = _ranked(places, named)
    ids = tuple(rows.ids[p] for p in ranked[:_AT_MOST])
    if ranked and family < 0 and named[ranked[0]] >= 2 * _NAMED:
        return NumberMatch(number, "same", ids)
    written = f"{number.text} {number.unit}".strip().lower()
    if number.unit and number.unit != "%" and written in rows.text:
        return NumberMatch(number, "apart", why="part of a label")
    instead = [p for p in inside if number.role in _LIMITS or number.unit == rows.units[p] == "%"]
    if instead:
        p = _ranked(np.array(instead), named)[0]
        return NumberMatch(number, "none", (rows.ids[p],), f"{rows.ids[p]} is {rows.displays[p]}")
    if ranked:
        return NumberMatch(number, "somewhere", ids)
    named_well = [
        int(p)
        for p in np.flatnonzero((named >= 2 * _NAMED) & (known.about >= 2 * _NAMED))
        if _fits(number, rows, int(p))
    ]
    found = sorted(_near(number, rows, named_well), key=lambda each: -named[each[0]])
    return _nearly(number, rows, *found[0]) if found else NumberMatch(number, "none")


def _nearly(number: TextNumber, rows: ResultWords, place: int, how: str) -> NumberMatch:
    why = f"{rows.ids[place]} is {rows.displays[place]}: {how}"
    return NumberMatch(number, "near", (rows.ids[place],), why)


def _printing(number: TextNumber, rows: ResultWords) -> NDArray[np.int64]:
    """Find the results that print the number, and can be what the text says it is."""
    if number.role == "p value" and number.relation in {"<", "≤", "<="}:
        hits = rows.values < number.value + _SLACK
    else:
        hits = _scaled(rows.values, number.decimals) == _scaled_one(number)
    if number.role in {"size", "count"}:
        hits = hits | (rows.sizes == number.value)
    kept = [int(p) for p in np.flatnonzero(hits) if _fits(number, rows, int(p))]
    return np.array(kept, dtype=np.int64)


def _scaled(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Round halves away from zero, in units of the last decimal."""
    return np.sign(values) * np.floor(np.abs(values) * 10.0**decimals + 0.5 + _SLACK)


def _scaled_one(number: TextNumber) -> float:
    return float(_scaled(np.array([number.value]), number.decimals)[0])


def _fits(number: TextNumber, rows: ResultWords, place: int) -> bool:
    """Whether a result can be what the text says the number is."""
    statistic, unit = rows.statistics[place], rows.units[place]
    is_p = statistic.startswith("p_")
    if is_p or number.role == "p value":
        return is_p and number.role == "p value"
    if number.unit and number.unit.lower() != unit.lower() and not _unit_left_out(number, unit):
        return False
    if number.role in _ENDS:
        return statistic.endswith(_ENDS[number.role])
    if statistic.endswith(_NO_ESTIMATES):
        return False
    # A whole number without a unit is a count, but for those in tables, whose heads say what it is.
    bare = number.role in {"count", "size"} or not (
        number.unit or number.decimals or "|" in number.sentence
    )
    return unit in _COUNTED or not bare


def _unit_left_out(number: TextNumber, unit: str) -> bool:
    """Whether a result without a unit may be in that of the text: one of measurement, not time."""
    return not unit and number.unit != "%" and number.unit not in TIMES


def _near(
    number: TextNumber, rows: ResultWords, places: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Find which of some results nearly print the number, each with how it differs."""
    if number.value == 0 or number.role in {"size", "p value"}:
        return
    target = abs(number.value) * 10.0**number.decimals
    small = number.decimals == 0 and abs(number.value) < 10
    for p in places:
        value = abs(float(rows.values[p]))
        if not np.isfinite(value):
            continue
        exact = value * 10.0**number.decimals
        if abs(exact - round(exact)) > _SLACK:
            if int(exact) == round(target):
                yield p, "cut off instead of rounded"
            elif int(exact) + 1 == round(target):
                yield p, "rounded up"
        if small:
            continue
        if (
            number.unit == "%"
            and value <= 1
            and round(value * 100, number.decimals) == number.value
        ):
            yield p, "a share, not a percentage"
        how = _slip(rounded(abs(number.value), number.decimals), rounded(value, number.decimals))
        if how and (rows.units[p] or not value.is_integer()):
            yield p, how


def _slip(written: str, shown: str) -> str:
    """Name the slip of the pen between two numbers of the same digits.

    Examples
    --------
    >>> _slip("25.8", "28.5"), _slip("28.4", "28.5"), _slip("2.85", "28.5"), _slip("7.1", "9.3")
    ('two digits changed places', '', 'the decimal point is elsewhere', '')
    """
    one, other = written.replace(".", ""), shown.replace(".", "")
    if written == shown or len(one.strip("0")) < 2:
        return ""
    if one.strip("0") == other.strip("0"):
        return "the decimal point is elsewhere"
    if len(written) != len(shown) or sorted(one) != sorted(other):
        return ""
    differ = [i for i, (a, b) in enumerate(zip(written, shown, strict=True)) if a != b]
    return "two digits changed places" if len(differ) == 2 else ""
