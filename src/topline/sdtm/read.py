"""Read a folder of SDTM files in the formats people have; what is wrong is listed, nothing lost."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Final

import narwhals as nw
import polars as pl
from narwhals.typing import IntoDataFrame

from topline.errors import DataError, UsageError
from topline.sdtm.collected import Sdtm, SourceFile
from topline.sdtm.exports import gather_mapped
from topline.sdtm.formats.table import Table, UnreadableError, make_table
from topline.sdtm.pictures import PICTURES, read_picture_file
from topline.sdtm.queries import Rule, file_query
from topline.sdtm.tables import Loaded, gather_sdtm, name_domain, split_domains

_FORMATS: Final = {
    ".csv": ("CSV", "delimited", "read_delimited"),
    ".tsv": ("CSV", "delimited", "read_delimited"),
    ".txt": ("CSV", "delimited", "read_delimited"),
    ".parquet": ("Parquet", "parquet", "read_parquet"),
    ".xlsx": ("Excel", "excel", "read_excel"),
    ".xlsm": ("Excel", "excel", "read_excel"),
    ".xls": ("Excel", "excel", "read_excel"),
    ".xpt": ("SAS XPT", "sas", "read_sas"),
    ".sas7bdat": ("SAS", "sas", "read_sas"),
    ".json": ("Dataset-JSON", "dataset_json", "read_dataset_json"),
    ".ndjson": ("Dataset-JSON", "dataset_json", "read_dataset_json"),
}
_KNOWN: Final = ", ".join(sorted(_FORMATS))
_SHOWN: Final = 10
_WORDS: Final = {".md", ".rst", ".pdf", ".docx", ".xml", ".xsl", ".yaml", ".yml"}


def read_sdtm(folder: Path) -> Sdtm:
    r"""Read every domain in the folder, check it, and list what is wrong with it.

    A file belongs to the domain that its DOMAIN or RDOMAIN column names, or, without one, its
    name (`dm.csv`, `LB_chem.xpt`); files of one domain are put together. A file that
    `mapping.yaml` beside the folder names is a raw export (`topline.sdtm.mapping`).

    Parameters
    ----------
    folder
        Folder of CSV, Excel, Parquet, SAS (XPT, sas7bdat) or Dataset-JSON files.

    Raises
    ------
    UsageError
        The folder is not there.
    DataError
        No subject can be read: DM is absent or none of its rows can be used.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     dm = Path(folder) / "dm.csv"
    ...     _ = dm.write_text("STUDYID,DOMAIN,USUBJID,SUBJID,SITEID,SEX\nS,DM,S-001,001,01,X\n")
    ...     sdtm = read_sdtm(Path(folder))
    >>> sdtm["DM"]["SUBJID"].to_list()
    ['001']
    >>> sdtm.queries.filter(severity="error").select("rule", "found", "consequence").rows()
    [('DM.SEX.terms', 'SEX = X', 'value not used')]
    """
    if not folder.is_dir():
        msg = f"{folder}: no such folder; give the folder that holds the SDTM files (dm.csv, ...)"
        raise UsageError(msg)
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not _is_hidden(path.relative_to(folder))
    )
    loaded = [_load(path, folder) for path in paths]
    return _with_subjects(gather_mapped(loaded, folder.absolute().parent / "mapping.yaml"), folder)


def sdtm_from_frames(frames: Mapping[str, IntoDataFrame]) -> Sdtm:
    """Pass frames in memory, named by domain, through the same checks as files.

    Parameters
    ----------
    frames
        Polars, pandas, Arrow or whatever else Narwhals takes in, by the name of their domain.

    Raises
    ------
    DataError
        No subject can be read: DM is absent or none of its rows can be used.

    Examples
    --------
    >>> dm = {"STUDYID": ["S"], "DOMAIN": ["DM"], "USUBJID": ["S-01"], "SUBJID": ["01"]}
    >>> sdtm_from_frames({"DM": pl.DataFrame(dm | {"SITEID": ["1"]})})["DM"].height
    1
    """
    held = {
        name: nw.from_native(frame, eager_only=True).to_polars() for name, frame in frames.items()
    }
    loaded = [
        Loaded(SourceFile(name, "frame", "", frame.height, ()), [make_table(name, frame.clone())])
        for name, frame in held.items()
    ]
    return _with_subjects(gather_sdtm(loaded), None)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def _load(path: Path, folder: Path) -> Loaded:
    name = path.relative_to(folder).as_posix()
    kind, module, reader = _FORMATS.get(path.suffix.lower(), ("unknown", "", ""))
    source = SourceFile(name, PICTURES.get(path.suffix.lower(), kind), "", 0, ())
    try:
        if path.suffix.lower() in PICTURES:
            picture = read_picture_file(path, folder)
            source = replace(source, sha256=hashlib.sha256(picture).hexdigest())
            return Loaded(source, [], picture=picture)
        data = path.read_bytes()
        source = replace(source, sha256=hashlib.sha256(data).hexdigest())
        if not module:
            rule = Rule("file.format", f"one of {_KNOWN}", "note", "file not read")
            return _not_read(source, rule, _unknown(path))
        if not data:
            expected = "rows, or at least a header; copy the file again or remove it"
            return _not_read(source, _unread("file.empty", expected), "a file of 0 bytes")
        read = _reader(module, reader)
        tables = [part for table in read(path) for part in split_domains(table)]
    except UnreadableError as error:
        return _not_read(source, _unread(error.rule, error.expected), error.found)
    except OSError as error:
        found = f"the file cannot be opened ({error.strerror})"
        return _not_read(source, _unread("file.open", "a file that may be read"), found)
    rows = sum(table.frame.height + table.aside.height for table in tables)
    domains = tuple(sorted({name_domain(table) or "" for table in tables} - {""}))
    return Loaded(replace(source, rows=rows, domains=domains), tables)


def _reader(module: str, reader: str) -> Callable[[Path], list[Table]]:
    """Import a format's reader only when a file needs it: SAS and Excel are optional and slow."""
    return getattr(import_module(f"topline.sdtm.formats.{module}"), reader)


def _unknown(path: Path) -> str:
    kind = "a document" if path.suffix.lower() in _WORDS else "a format that is not read"
    return f"{kind} ({path.suffix or 'no extension'})"


def _unread(rule: str, expected: str) -> Rule:
    return Rule(rule, expected, consequence="file not read")


def _not_read(source: SourceFile, rule: Rule, found: str) -> Loaded:
    return Loaded(source, [], file_query(rule, found, file=source.path))


def _with_subjects(sdtm: Sdtm, folder: Path | None) -> Sdtm:
    if sdtm["DM"].height:
        return sdtm
    place = f"{folder}: " if folder else ""
    aside = sdtm.set_aside["DM"].height
    why = f"all {aside} rows of DM were set aside" if aside else "there are no rows of DM"
    lines = [f"{place}no subject can be read: {why}; give a DM domain, such as dm.csv"]
    consequence = pl.col("rule").str.ends_with(".USUBJID.unknown")
    shown = sdtm.queries.filter(severity="error").filter(~consequence).head(_SHOWN)
    lines += _lines(shown.iter_rows(named=True))
    raise DataError("\n".join(lines))


def _lines(queries: Iterable[Mapping[str, str | None]]) -> list[str]:
    return [
        f"  {q['file'] or q['domain'] or ''} {q['record'] or ''}: {q['rule']}: "
        f"found {q['found']}; expected {q['expected']}"
        for q in queries
    ]
