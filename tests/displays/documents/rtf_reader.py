"""Reads RTF back by its specification (1.9.1), without a look at the writer."""

import re
from dataclasses import dataclass, field, replace

TOKEN = re.compile(
    r"\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}]+)", re.IGNORECASE
)
SKIPPED = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "fldinst", "bkmkstart", "bkmkend"}
STORIES = {"header", "headerf", "footer", "footerf"}
SIGNS = {"line": "\n", "tab": "\t", "par": "\n"}


@dataclass(frozen=True)
class Group:
    """State between two braces."""

    story: str = "body"
    skipped: bool = False
    optional: bool = False
    fallback: int = 1


@dataclass
class Rtf:
    """What a reader sees: rows of cells, heads and feet, and the text around the tables."""

    rows: list[list[str]] = field(default_factory=list[list[str]])
    stories: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    group: Group = Group()
    stack: list[Group] = field(default_factory=list[Group])
    texts: list[str] = field(default_factory=lambda: [""])
    row: list[str] = field(default_factory=list[str])
    units: bytes = b""
    skip: int = 0

    @property
    def body(self) -> str:
        """Text outside the tables."""
        return self.texts[0]

    def say(self, words: str) -> None:
        """Take text; letters in halves first."""
        whole, self.units = self.units.decode("utf-16-le"), b""
        if not self.group.skipped:
            self.texts[-1] += whole + words

    def brace(self, sign: str) -> None:
        """Open or close a group."""
        if sign == "{":
            self.stack.append(self.group)
            return
        self.say("")
        outer = self.stack.pop()
        if outer.story != self.group.story:
            self.stories.setdefault(self.group.story, []).append(self.texts.pop())
        self.group = outer

    def plain(self, text: str) -> None:
        """Take plain text, without what stands in for a letter."""
        rest = text.replace("\n", "")
        rest, self.skip = rest[self.skip :], max(0, self.skip - len(rest))
        if rest:
            self.say(rest)

    def word(self, word: str, number: str) -> None:
        """Obey a control word."""
        if word == "u" and number:
            self.units += (int(number) % 65536).to_bytes(2, "little")
            self.skip = self.group.fallback
        elif word == "uc":
            self.group = replace(self.group, fallback=int(number))
        elif word in SKIPPED or self.group.optional:
            self.group = replace(self.group, skipped=True, optional=False)
        elif word in STORIES:
            self.group = replace(self.group, story=word)
            self.texts.append("")
        elif word in SIGNS:
            self.say(SIGNS[word])
        else:
            self.table(word)

    def table(self, word: str) -> None:
        """Obey a control word of a table."""
        if word == "trowd":
            self.texts.append("")
        elif word == "cell":
            self.say("")
            self.row.append(self.texts[-1])
            self.texts[-1] = ""
        elif word == "row":
            self.rows.append(self.row)
            self.row = []
            self.texts.pop()


def read_rtf(content: bytes) -> Rtf:
    """Read a document."""
    read = Rtf()
    for word, number, byte, sign, brace, plain in TOKEN.findall(content.decode("ascii")):
        if brace:
            read.brace(brace)
        elif plain:
            read.plain(plain)
        elif byte:
            read.say(bytes.fromhex(byte).decode("cp1252"))
        elif sign == "*":
            read.group = replace(read.group, optional=True)
        elif sign:
            read.say({"~": "\u00a0"}.get(sign, sign))
        else:
            read.word(word, number)
    assert not read.stack, "a brace is not closed"
    return read
