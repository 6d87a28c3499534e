"""A Word file whose text is filled in place: every byte but those of the words replaced stays.

Word divides a sentence into runs as it was typed and corrected, so a placeholder may lie in
several. Its replacement takes the formatting of the run in which it begins.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape
from zipfile import BadZipFile, ZipFile, ZipInfo

from topline.errors import UsageError

BODY: Final = "word/document.xml"
_PARTS: Final = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_COMPATIBLE: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_GAPS: Final = {"tab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "-"}


@dataclass(slots=True)
class _Piece:
    """Text of one run, or a sign between runs, and where it stands in the part."""

    text: str
    tag_start: int = -1
    start: int = -1
    end: int = -1

    @property
    def editable(self) -> bool:
        """Whether it is text of a run."""
        return self.start >= 0


@dataclass(slots=True)
class WordParagraph:
    """A paragraph of any part of the file."""

    part: str
    where: str
    row: tuple[int, int]
    """Table and row that it stands in, from 1; zeros outside of tables."""
    start: int = 0
    """First byte in its part."""
    nested: bool = False
    """Whether it stands within another, as in a text box, or in a table."""
    again: bool = False
    """Whether it only repeats another for older programs."""
    pieces: list[_Piece] = field(default_factory=list[_Piece])

    @property
    def text(self) -> str:
        """All of its text."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Change:
    """Text of a paragraph from one place to another, and what replaces it."""

    start: int
    end: int
    text: str


class WordFile:
    """A Word file that was read, and what shall change in it.

    Parameters
    ----------
    path
        A .docx file.

    Raises
    ------
    UsageError
        It is no Word file, or one in which text cannot be replaced safely.
    """

    def __init__(self, path: Path) -> None:
        try:
            with ZipFile(path) as archive:
                self._infos = archive.infolist()
                self._parts = {info.filename: archive.read(info) for info in self._infos}
        except BadZipFile as error:
            msg = f"{path.name}: not a Word file (.docx); save it as one from your word processor"
            raise UsageError(msg) from error
        if BODY not in self._parts:
            msg = f"{path.name}: found no {BODY} in it; expected a Word file (.docx)"
            raise UsageError(msg)
        self._name = path.name
        self._edits: dict[str, list[tuple[int, int, bytes]]] = {}

    def paragraphs(self) -> Iterator[WordParagraph]:
        """Return the paragraphs: the body first, then headers, footers and notes."""
        names = sorted(filter(_PARTS.fullmatch, self._parts), key=lambda name: (name != BODY, name))
        for name in names:
            yield from _read_part(self._name, name, self._parts[name])

    def replace(self, paragraph: WordParagraph, changes: Sequence[Change]) -> None:
        """Replace parts of a paragraph's text; the runs that are left keep their formatting."""
        at, edits = 0, self._edits.setdefault(paragraph.part, [])
        raw = self._parts[paragraph.part]
        for piece in paragraph.pieces:
            text = _changed(piece.text, at, changes)
            if piece.editable and text != piece.text:
                tag = raw[piece.tag_start : piece.start]
                name = re.match(rb"<([\w:]+)", tag)
                kept = b'<%s xml:space="preserve">' % name[1] if name else tag
                edits.append((piece.tag_start, piece.end, kept + escape(text).encode()))
            at += len(piece.text)

    def insert_before(self, paragraph: WordParagraph, xml: str) -> None:
        """Put elements before a paragraph of the body."""
        edits = self._edits.setdefault(paragraph.part, [])
        edits.append((paragraph.start, paragraph.start, xml.encode()))

    def add(self, name: str, content: bytes) -> None:
        """Put a part into the file, or in place of one."""
        self._parts[name] = content

    @property
    def namespace(self) -> str:
        """Namespace of the file's elements."""
        return _STRICT if _STRICT.encode() in self._parts[BODY][:4000] else _WORD

    def part(self, name: str) -> bytes:
        """Return the content of a part; nothing where there is none."""
        return self._parts.get(name, b"")

    def content(self) -> bytes:
        """Return the file with everything changed."""
        out = io.BytesIO()
        known = {info.filename for info in self._infos}
        with ZipFile(out, "w") as archive:
            for info in self._infos:
                archive.writestr(info, self._edited(info.filename), info.compress_type)
            for name in self._parts:
                if name not in known:
                    archive.writestr(_new_entry(name), self._parts[name])
        return out.getvalue()

    def _edited(self, name: str) -> bytes:
        content = self._parts[name]
        for start, end, new in sorted(self._edits.get(name, []), reverse=True):
            content = content[:start] + new + content[end:]
        return content


def _new_entry(name: str) -> ZipInfo:
    return ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _changed(text: str, at: int, changes: Sequence[Change]) -> str:
    """Return a piece of a paragraph, which begins at a place of it, after the changes."""
    out, done = "", at
    for change in changes:
        if change.end <= at or change.start >= at + len(text):
            continue
        out += text[done - at : max(change.start, at) - at]
        out += change.text if change.start >= at else ""
        done = min(change.end, at + len(text))
    return out + text[done - at :]


@dataclass(slots=True)
class _Reader:
    """Collects the paragraphs of a part while it is parsed."""

    part: str
    parser: expat.XMLParserType
    found: list[WordParagraph] = field(default_factory=list[WordParagraph])
    open: list[WordParagraph] = field(default_factory=list[WordParagraph])
    tables: list[int] = field(default_factory=list[int])
    row: int = 0
    column: int = 0
    table: int = 0
    count: int = 0
    fallback: int = 0
    piece: _Piece | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        del attributes
        space, _, local = name.rpartition(" ")
        if space == _COMPATIBLE and local == "Fallback":
            self.fallback += 1
        if space not in {_WORD, _STRICT}:
            return
        if local == "tbl":
            self.table += 1
            self.tables.append(self.table)
            self.row = 0
        elif local == "tr":
            self.row, self.column = self.row + 1, 0
        elif local == "tc":
            self.column += 1
        elif local == "p":
            self._paragraph()
        elif local == "t" and self.open:
            self.piece = _Piece("", self.parser.CurrentByteIndex)
        elif local in _GAPS and self.open:
            self.open[-1].pieces.append(_Piece(_GAPS[local]))

    def _paragraph(self) -> None:
        inside = bool(self.tables)
        self.count += not inside and not self.open
        row = (self.tables[-1], self.row) if inside else (0, 0)
        paragraph = WordParagraph(
            self.part,
            self._where(),
            row,
            self.parser.CurrentByteIndex,
            nested=inside or bool(self.open),
            again=self.fallback > 0,
        )
        self.found.append(paragraph)
        self.open.append(paragraph)

    def _where(self) -> str:
        kind = self.part.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")
        place = (
            f"table {self.tables[-1]}, row {self.row}, column {self.column}"
            if self.tables
            else f"paragraph {max(self.count, 1)}"
        )
        return place if kind == "document" else f"{kind}, {place}"

    def text(self, data: str) -> None:
        """Take text."""
        if self.piece is not None:
            if not self.piece.text:
                self.piece.start = self.parser.CurrentByteIndex
            self.piece.text += data

    def end(self, name: str) -> None:
        """Close an element."""
        space, _, local = name.rpartition(" ")
        if space == _COMPATIBLE and local == "Fallback":
            self.fallback -= 1
        if space not in {_WORD, _STRICT}:
            return
        if local == "t" and self.piece is not None:
            self.piece.end = self.parser.CurrentByteIndex
            if self.piece.text and self.open:
                self.open[-1].pieces.append(self.piece)
            self.piece = None
        elif local == "p" and self.open:
            self.open.pop()
        elif local == "tbl" and self.tables:
            self.tables.pop()


def _read_part(file: str, part: str, content: bytes) -> list[WordParagraph]:
    parser = expat.ParserCreate(namespace_separator=" ")
    reader = _Reader(part, parser)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        msg = f"{file}: {part} is not UTF-8; open the file in your word processor and save it again"
        raise UsageError(msg)
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        msg = f"{file}: {part} cannot be read ({error}); open it in your word processor and save it"
        raise UsageError(msg) from error
    return reader.found


def _refuse_doctype(name: str, system: str | None, public: str | None, has_subset: bool) -> None:
    del name, system, public, has_subset
    msg = "a document type, which Word files do not have"
    raise ValueError(msg)
