"""Style and script of the page, and the policy that allows these two and nothing else."""

import base64
import hashlib
from pathlib import Path
from typing import Final

from topline.displays.svg import printable
from topline.displays.write import font_faces
from topline.protocol.study import Study

PAGE: Final = Path(__file__).with_name("page")
_STYLES: Final = ("report", "parts", "profile", "print")
_SCRIPTS: Final = (
    "store", "panel", "listing", "timeline", "series", "profile", "curve", "receipt", "save",
    "search", "contents", "start",
)  # fmt: skip


def page_style(study: Study) -> str:
    """Return the fonts and the style sheets, the notice in the margin of print."""
    rules = "".join((PAGE / f"{name}.css").read_text("utf-8") for name in _STYLES)
    rules = rules.replace("NOTICE", css_string(study.notice or ""), 1)
    return font_faces() + rules.replace("STUDY", css_string(study.id), 1)


def page_script() -> str:
    """Return the scripts as one, none of their names outside it."""
    parts = "".join((PAGE / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def page_policy(style: str, script: str) -> str:
    """Return a content security policy that allows this style and this script, and nothing else."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (style, script)
    ]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )


def css_string(text: str) -> str:
    r"""Return text as a string of a style sheet, letters and digits as they are, all else escaped.

    Examples
    --------
    >>> css_string('a"</style>')
    '"a\\22 \\3c \\2f style\\3e "'
    """
    escaped = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in printable(text))
    return f'"{"".join(escaped)}"'
