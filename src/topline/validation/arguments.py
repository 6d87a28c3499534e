"""A reference's arguments (JSON values) as the arrays, numbers and words that `stats` takes."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue


def floats(value: JsonValue) -> NDArray[np.float64]:
    """Read numbers; null is NaN, a list of lists is a table by rows.

    Examples
    --------
    >>> floats([1, None, 2.5])
    array([1. , nan, 2.5])
    """
    return np.array(_each(value, number), dtype=np.float64)


def integers(value: JsonValue) -> NDArray[np.int64]:
    """Read whole numbers, none missing; a list of lists is a table by rows.

    Examples
    --------
    >>> integers([[3, 1], [0, 13]])
    array([[ 3,  1],
           [ 0, 13]])
    """
    return np.array(_each(value, integer), dtype=np.int64)


def flags(value: JsonValue) -> NDArray[np.bool_]:
    """Read yes and no, written as true and false or as 1 and 0.

    Examples
    --------
    >>> flags([1, 0, True])
    array([ True, False,  True])
    """
    return np.array(_each(value, flag), dtype=np.bool_)


def texts(value: JsonValue) -> NDArray[np.str_]:
    """Read labels, none missing; a number is written out, so that 1 and 1.0 are both "1".

    Examples
    --------
    >>> texts(["A", 2, 2.0]).tolist()
    ['A', '2', '2']
    """
    return np.array(_each(value, text), dtype=np.str_)


def number(value: JsonValue) -> float:
    """Read one number; null is NaN.

    Examples
    --------
    >>> number(3), number("inf")
    (3.0, inf)
    """
    if value is None:
        return math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value in {"inf", "-inf"}:
        return float(value)
    raise _unexpected(value, "a number, null, 'inf' or '-inf'")


def integer(value: JsonValue) -> int:
    """Read one whole number.

    Examples
    --------
    >>> integer(3.0)
    3
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and value == round(value):
        return int(value)
    raise _unexpected(value, "a whole number")


def flag(value: JsonValue) -> bool:
    """Read one yes or no, written as true and false or as 1 and 0."""
    if isinstance(value, int | float) and value in {0, 1}:
        return bool(value)
    raise _unexpected(value, "true, false, 1 or 0")


def text(value: JsonValue) -> str:
    """Read one word; a number is written out.

    Examples
    --------
    >>> text("exact"), text(2.0)
    ('exact', '2')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(round(value)) if value == round(value) else repr(value)
    raise _unexpected(value, "a word")


def _each(value: JsonValue, read: Callable[[JsonValue], object]) -> list[object]:
    """Read each member of a list, or of the lists in it."""
    if not isinstance(value, list):
        raise _unexpected(value, "a list")
    return [_each(one, read) if isinstance(one, list) else read(one) for one in value]


def _unexpected(value: JsonValue, expected: str) -> ValueError:
    return ValueError(f"the reference's argument is {value!r}; expected {expected}")
