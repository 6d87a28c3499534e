"""The parts of a Word file in one archive; the same parts give the same bytes."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from topline.displays.svg import printable

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MIME: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# The first day that the clock of such an archive knows.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_STYLES: Final = Path(__file__).with_name("styles.xml")
_SETTINGS: Final = (
    '<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl '
    'w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)


@dataclass(slots=True)
class Parts:
    """Heads, feet and pictures as they are added, each with the id by which the text names it."""

    written: dict[str, bytes] = field(default_factory=dict[str, bytes])
    relations: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    def add(self, kind: str, suffix: str, content: bytes) -> str:
        """Add a part, such as a `header` of suffix `xml`; return its id."""
        folder = "media/" if kind == "image" else ""
        known = {name: rid for rid, (_, name) in self.relations.items()}
        same = [name for name, held in self.written.items() if held == content]
        if kind == "image" and same:
            return known[same[0]]
        count = 1 + sum(held == kind for held, _ in self.relations.values())
        name, rid = f"{folder}{kind}{count}.{suffix}", f"rId{len(self.relations) + 10}"
        self.written[name], self.relations[rid] = content, (kind, name)
        return rid


def pack(document: str, parts: Parts, title: str, author: str, made: dt.date) -> bytes:
    """Return the archive.

    Parameters
    ----------
    document
        The main part, as XML.
    parts
        What it names.
    title, author, made
        Properties of the file; `made` is no day of the clock.
    """
    styles = _STYLES.read_text("utf-8")
    fixed = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": _relationships(
            {
                "rId1": (f"{_OFFICE}/officeDocument", "word/document.xml"),
                "rId2": (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            }
        ),
        "docProps/core.xml": _core(title, author, made),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": _relationships(
            {
                "rId1": (f"{_OFFICE}/styles", "styles.xml"),
                "rId2": (f"{_OFFICE}/settings", "settings.xml"),
                **{
                    rid: (f"{_OFFICE}/{kind}", name)
                    for rid, (kind, name) in parts.relations.items()
                },
            }
        ),
        "word/styles.xml": styles.partition("\n")[2],
        "word/settings.xml": _SETTINGS,
    }
    texts = {name: (_HEAD + text).encode() for name, text in fixed.items()}
    return _archive(texts | {f"word/{name}": held for name, held in parts.written.items()})


def _archive(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return written.getvalue()


def _content_types(parts: Parts) -> str:
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings"}
    names = {f"{name}.xml": kind for name, kind in kinds.items()}
    names |= {name: kind for kind, name in parts.relations.values() if kind != "image"}
    overrides = "".join(
        f'<Override PartName="/word/{name}" ContentType="{_MIME}.{kind}+xml"/>'
        for name, kind in names.items()
    )
    core = (
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{overrides}{core}</Types>'
    )


def _relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    related = "".join(
        f'<Relationship Id="{rid}" Type="{kind}" Target="{target}"/>'
        for rid, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'


def _core(title: str, author: str, made: dt.date) -> str:
    day = "".join(
        f'<dcterms:{what} xsi:type="dcterms:W3CDTF">{made}T00:00:00Z</dcterms:{what}>'
        for what in ("created", "modified")
    )
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(printable(title))}</dc:title>"
        f"<dc:creator>{escape(printable(author))}</dc:creator>"
        f"<cp:lastModifiedBy>{escape(printable(author))}</cp:lastModifiedBy>"
        f"<cp:revision>1</cp:revision>{day}<dc:language>en-US</dc:language>"
        "</cp:coreProperties>"
    )
