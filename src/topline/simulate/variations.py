"""Vary a protocol or a truth: one value of either, in turn."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeVar, cast

from pydantic import BaseModel, ValidationError

from topline.errors import UsageError
from topline.protocol.problems import listed, nearest
from topline.protocol.protocol import Protocol
from topline.protocol.references import broken_references
from topline.protocol.yaml_file import Plain
from topline.simulate.read_truth import faults_of
from topline.simulate.truth import Truth

_OF_TRUTH: Final = "truth."
V = TypeVar("V", bound=BaseModel)


@dataclass(frozen=True)
class Variation:
    """A protocol and a truth, and what of them was varied."""

    label: str
    """Such as ``schedule.tumor_assessment.every=8 weeks``; empty for nothing."""
    protocol: Protocol
    truth: Truth


def vary(protocol: Protocol, truth: Truth, wanted: Sequence[str]) -> tuple[Variation, ...]:
    """Make every combination of the values that are asked for.

    Parameters
    ----------
    protocol, truth
        What to vary.
    wanted
        Each a path and its values: ``schedule.tumor_assessment.every=4 weeks,8 weeks`` of the
        protocol, ``truth.dropout.informative.share=0,0.2`` of the truth. A single value for a list
        of stretches stands for one stretch without end.

    Raises
    ------
    UsageError
        A path that is not there, or a value that is not permitted.
    """
    axes = [_axis(each) for each in wanted]
    made: list[Variation] = []
    for values in product(*(texts for _, texts in axes)):
        own, true = protocol, truth
        for (path, _), text in zip(axes, values, strict=True):
            if path.startswith(_OF_TRUTH):
                true = _replaced(true, path.removeprefix(_OF_TRUTH), text, path)
            else:
                own = _replaced(own, path, text, path)
        label = ", ".join(f"{path}={text}" for (path, _), text in zip(axes, values, strict=True))
        _check(own, true, label)
        made.append(Variation(label, own, true))
    return tuple(made)


def _axis(text: str) -> tuple[str, list[str]]:
    path, equals, values = text.partition("=")
    texts = [each.strip() for each in values.split(",") if each.strip()]
    if not equals or not path.strip() or not texts:
        msg = f"--vary is {text!r}; give a path and values, such as truth.accrual.patients=20,40"
        raise UsageError(msg)
    return path.strip(), texts


def _check(protocol: Protocol, truth: Truth, label: str) -> None:
    """Refuse a combination that does not hold together."""
    broken = [(loc, found, expected) for loc, found, expected, _ in broken_references(protocol)]
    broken += [(("truth", *loc), f, expected) for loc, f, expected, _ in faults_of(truth, protocol)]
    if broken:
        said = [f"  {'.'.join(map(str, loc))}: found {f}; expected {e}" for loc, f, e in broken]
        raise UsageError("\n".join([f"--vary {label}:", *said]))


def _replaced(value: V, path: str, text: str, shown: str) -> V:
    """Return the value with one place of it replaced."""
    data = cast("Plain", value.model_dump(mode="json", by_alias=True, exclude_unset=True))
    *parents, last = path.split(".")
    here = data
    for step in parents:
        here = _get(here, _key(here, step, shown))
    place = _key(here, last, shown)
    _set(here, place, _like(_get(here, place), text))
    try:
        return type(value).model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        msg = f"--vary {shown}={text}: {first['msg'].removeprefix('Value error, ')}"
        raise UsageError(msg) from None


def _key(inside: Plain, step: str, shown: str) -> str | int:
    if isinstance(inside, list) and step.isdigit() and int(step) < len(inside):
        return int(step)
    known = list(inside) if isinstance(inside, dict) else []
    if step in known:
        return step
    hint = nearest(step, known)
    meant = f" (did you mean {hint}?)" if hint else ""
    held = listed(known) or "a single value or fewer items"
    msg = f"--vary {shown}: {step} is not written there; found {held}{meant}"
    raise UsageError(msg)


def _get(here: Plain, place: str | int) -> Plain:
    if isinstance(here, dict):
        return here.get(str(place))
    assert isinstance(here, list)
    return here[int(place)]


def _set(here: Plain, place: str | int, new: Plain) -> None:
    if isinstance(here, dict):
        here[str(place)] = new
    elif isinstance(here, list):
        here[int(place)] = new


def _like(old: Plain, text: str) -> Plain:
    """Read a value: a number or truth value where it is one; in a list of stretches, a stretch."""
    try:
        new = cast("Plain", json.loads(text))
    except json.JSONDecodeError:
        new = text
    if isinstance(old, str) and not isinstance(new, str):
        return text
    if isinstance(old, list) and old and isinstance(old[0], dict) and not isinstance(new, list):
        return [{next(iter(old[0])): new}]
    return new
