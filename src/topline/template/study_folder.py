"""The files of a new study folder, and where they go."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dataframely as dy

from topline.errors import UsageError
from topline.protocol.json_schema import write_json_schema
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.study_tables import STUDY_TABLES
from topline.template.dictionary import write_dictionary
from topline.template.instruments import INSTRUMENTS

_HERE: Final = Path(__file__).parent
_OWN: Final = {name: schema for name, schema in SCHEMAS.items() if len(name) == 2}
_ALSO: Final = {
    "DM": ("DTHDTC", "DTHFL", "AGEU", "RACE", "ETHNIC", "COUNTRY", "ACTARMCD", "ACTARM"),
    "DS": ("DSSCAT",),
    "EX": ("EXADJ",),
    "AE": ("AETOXGR", "AEOUT"),
    "LB": ("LBSTAT", "VISIT"),
    "VS": ("VISIT", "VSORRESU"),
    "EG": ("VISIT", "EGORRESU"),
    "MH": ("MHDECOD", "MHCAT", "MHLOC", "MHSTDTC"),
    "CM": ("CMDECOD", "CMCAT", "CMSTDTC", "CMENDTC"),
    "PR": ("PRDECOD", "PRCAT"),
    "TU": ("TUMETHOD", "VISIT"),
    "TR": ("TRGRPID", "TRORRESU", "TRSTAT", "TRREASND", "TRMETHOD", "VISIT"),
    "RS": ("RSCAT", "VISIT"),
    "MI": ("MISTRESU",),
    "QS": ("QSCAT", "VISIT"),
    "GF": ("GFSYM",),
    "IE": ("IEDTC",),
}
"""Variables that SDTM leaves open and Topline's analyses, or the protocol beside them, use."""


def study_files() -> dict[str, str]:
    """Return the files of a new study folder: path within it, and text."""
    written = {
        name: (_HERE / name).read_text(encoding="utf-8")
        for name in ("protocol.yaml", "redcap_mapping.yaml")
    }
    headers = {f"data/{name.lower()}.csv": _header(template_variables(name)) for name in _OWN}
    headers |= {f"data/{name.lower()}.csv": _header(_variables(name)) for name in STUDY_TABLES}
    return {
        "protocol.yaml": written["protocol.yaml"],
        "protocol.schema.json": write_json_schema(),
        "README.md": _readme(),
        **headers,
        "redcap_data_dictionary.csv": write_dictionary(INSTRUMENTS),
        "redcap_mapping.yaml": written["redcap_mapping.yaml"],
    }


def write_study(folder: Path) -> tuple[str, ...]:
    """Write a study folder to fill in, and return the paths within it.

    Parameters
    ----------
    folder
        Made when it is not there; may hold nothing but hidden files.

    Raises
    ------
    UsageError
        The folder holds files, or is one; nothing is written.
    """
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is a file; give the name of a new folder"
        raise UsageError(msg)
    held = sorted(p.name for p in folder.glob("*") if not p.name.startswith("."))
    if held:
        named = ", ".join(held[:5]) + (", ..." if len(held) > 5 else "")
        msg = f"{folder} is not empty ({named}); give the name of a new folder"
        raise UsageError(msg)
    files = study_files()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(files)


def template_variables(domain: str) -> tuple[str, ...]:
    """Return the variables of a domain's template, in the order of SDTM.

    Examples
    --------
    >>> template_variables("SS")[:5]
    ('STUDYID', 'USUBJID', 'SSSEQ', 'SSTESTCD', 'SSTEST')
    """
    wanted = ("required", "expected")
    return tuple(
        name
        for name, column in _OWN[domain].columns().items()
        if (column.metadata or {}).get("core") in wanted or name in _ALSO.get(domain, ())
    )


def _variables(table: str) -> tuple[str, ...]:
    return tuple(STUDY_TABLES[table].columns())


def _header(variables: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(variables)
    return out.getvalue()


def _readme() -> str:
    """Say in a page what the folder holds and which domain holds what."""
    rows = "\n".join(_line(name, schema, template_variables(name)) for name, schema in _OWN.items())
    beside = "\n".join(
        _line(f"{name.lower()}.csv", schema, _variables(name))
        for name, schema in STUDY_TABLES.items()
    )
    text = (_HERE / "README.md").read_text(encoding="utf-8")
    return text.replace("{domains}", rows).replace("{tables}", beside)


def _line(name: str, schema: type[dy.Schema], shown: Sequence[str]) -> str:
    """Return a domain's row of the table: what it holds, and its variables beyond the keys."""
    columns = schema.columns()
    keys = {"STUDYID", "DOMAIN", "USUBJID", f"{name}SEQ"} if name in _OWN else set[str]()
    told = [name for name in shown if name not in keys]
    variables = ", ".join(
        f"**{name}**" if (columns[name].metadata or {}).get("core") == "required" else name
        for name in told
    )
    holds = (schema.__doc__ or "").strip().rstrip(".")
    return f"| {name} | {holds} | {variables} |"
