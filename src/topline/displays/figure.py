"""A figure as a value: its picture, and in words what the picture shows."""

from dataclasses import dataclass


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
