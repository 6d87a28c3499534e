"""Text that knows which results it prints: spans, templates that are filled with them, sentences.

A template is a plain format string. What fills it is never read as a template again, so that braces
in a label show as braces.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Final

from topline.report.paragraphs.language import capital, spelled

_SPELLED_AT_MOST: Final = 99
_COUNT: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Span:
    """Text, and the results it was printed from; none for the words between numbers."""

    text: str
    results: tuple[str, ...] = ()


Words = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is told of one analysis; paragraphs of one heading follow each other."""

    heading: str
    sentences: Words
    analysis: str = ""
    """Key of the analysis in the protocol."""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "".join(span.text for span in self.sentences)


def plain(text: str) -> Words:
    """Return words that print no result; none for no text."""
    return (Span(text),) if text else ()


def fill(template: str, slots: Mapping[str, Words]) -> Words:
    """Fill the slots of a template.

    Parameters
    ----------
    template
        Format string with named slots, such as ``{n} patients``.
    slots
        Words for each slot; those that the template does not name are left out.

    Examples
    --------
    >>> fill("{n} of {all}", {"n": (Span("5", ("a",)),), "all": plain("{x}")})
    (Span(text='5', results=('a',)), Span(text=' of {x}', results=()))
    """
    words: list[Span] = []
    for literal, slot, _, _ in Formatter().parse(template):
        words += plain(literal)
        words += slots[slot] if slot is not None else ()
    return merged(words)


def merged(words: Iterable[Span]) -> Words:
    """Join neighbours that print no result."""
    out: list[Span] = []
    for span in words:
        if not span.text:
            continue
        if out and not span.results and not out[-1].results:
            out[-1] = Span(out[-1].text + span.text)
        else:
            out.append(span)
    return tuple(out)


def listed(items: Sequence[Words], between: str = ", ", last: str = " and ") -> Words:
    """List some words as a sentence does; empty items are left out.

    Examples
    --------
    >>> "".join(span.text for span in listed([plain("a"), plain("b"), plain("c")]))
    'a, b and c'
    """
    kept = [item for item in items if item]
    words: list[Span] = []
    for i, item in enumerate(kept):
        if i:
            words += plain(last if i == len(kept) - 1 else between)
        words += item
    return merged(words)


def sentence(words: Words) -> Words:
    """Make words a sentence: a capital or a number in words at its start, a full stop at its end.

    Examples
    --------
    >>> sentence((Span("37", ("a",)), Span(" patients were enrolled")))[0].text
    'Thirty-seven'
    >>> "".join(s.text for s in sentence((Span("254", ("a",)), Span(" subjects entered"))))
    'A total of 254 subjects entered.'
    """
    if not words:
        return ()
    first, *others = words
    if first.results and _COUNT.fullmatch(first.text):
        if int(first.text) <= _SPELLED_AT_MOST:
            begun = (Span(capital(spelled(int(first.text))), first.results),)
        else:
            begun = (Span("A total of "), first)
    else:
        begun = (Span(capital(first.text), first.results),)
    ended = merged([*begun, *others])
    return ended if ended[-1].text.endswith((".", "?", "!")) else merged([*ended, Span(".")])


def pointed(words: Words, displays: Sequence[str]) -> Words:
    """Point to the displays that show what was said, in the brackets at its end if it has some.

    Examples
    --------
    >>> words = (Span("5 did (P = "), Span("1", ("b",)), Span(")"))
    >>> text_of(pointed(words, ["Table 1"]))
    '5 did (P = 1; Table 1)'
    >>> text_of(pointed(plain("for high (3)"), ["Table 1", "Figure 2"]))
    'for high (3) (Table 1; Figure 2)'
    """
    if not displays or not words:
        return words
    last = words[-1].text
    said = "; ".join(displays)
    if not words[-1].results and last.endswith(")") and "(" not in last:
        return (*words[:-1], Span(f"{last[:-1]}; {said})"))
    return merged([*words, Span(f" ({said})")])


def text_of(words: Words) -> str:
    """Return words as plain text."""
    return "".join(span.text for span in words)
