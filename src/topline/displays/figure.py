"""A figure as a value: its picture, and in words what the picture shows."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

_PRINTED: Final = re.compile(r'data-results="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered figure.

    The picture is SVG without style attributes; a group that prints results names their ids, one a
    line, in its attribute `data-results`.
    """

    number: str
    title: str
    svg: str
    description: str
    footnotes: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    patients: bool = False
    """Shows single patients; not written where only aggregates may be."""


def results_in(picture: str) -> frozenset[str]:
    """Return the ids of the results that the marks of a picture print.

    Examples
    --------
    >>> sorted(results_in('<g data-results="ORR.n&#10;ORR.percent"><path/></g>'))
    ['ORR.n', 'ORR.percent']
    """
    marks = (unescape(found).split("\n") for found in _PRINTED.findall(picture))
    return frozenset(result for mark in marks for result in mark)
