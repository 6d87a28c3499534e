"""The words of the paragraphs, read from `sentences.yaml`."""

from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import Field

from topline.values import Value

_FILE: Final = Path(__file__).with_name("sentences.yaml")


class Sentences(Value):
    """Everything that the paragraphs say beside numbers and labels."""

    headings: tuple[str, ...] = Field(min_length=1)
    """In the order of the text."""
    people: dict[str, tuple[str, str]]
    """What those who take part are called: one, several."""
    names: frozenset[str]
    """Names of people, which keep their capital within a sentence."""
    responses: dict[str, str]
    """Best overall responses in words."""
    templates: dict[str, dict[str, str]]
    """Sentences and their parts by kind of analysis and name; slots in braces."""


@cache
def sentences() -> Sentences:
    """Return the words, read once."""
    return Sentences.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def template(kind: str, name: str) -> str:
    """Return the template of that name for a kind of analysis."""
    return sentences().templates[kind][name]


def names() -> frozenset[str]:
    """Return names of people, which keep their capital."""
    return sentences().names


def people() -> dict[str, tuple[str, str]]:
    """Return what those who take part may be called."""
    return sentences().people


def response(code: str) -> str:
    """Return a best overall response in words.

    Examples
    --------
    >>> response("PR"), response("(missing)")
    ('partial response', 'no response recorded')
    """
    return sentences().responses.get(code, code)
