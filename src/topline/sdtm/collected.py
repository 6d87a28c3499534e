"""What was collected, as one value: domains, what is wrong with them, and where they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import dataframely as dy
import polars as pl

from topline.sdtm.queries import Query


class AfterCut(dy.Schema):
    """What the data cut took out, one row a record or value."""

    domain = dy.String(description="Domain")
    subject = dy.String(description="USUBJID")
    record = dy.String(description='"AESEQ=3", or the subject in DM')
    variable = dy.String(nullable=True, description="Variable that tells; null for a qualifier")
    date = dy.String(nullable=True, description="Its value as collected")
    consequence = dy.String(check=lambda value: value.is_in(["record left out", "value emptied"]))


@dataclass(frozen=True)
class SourceFile:
    """A file that was looked at; `domains` is empty where nothing was read from it."""

    path: str
    """Path relative to the data folder, with forward slashes."""
    format: str
    """CSV, Excel, Parquet, SAS XPT, SAS, Dataset-JSON, PNG, JPEG, or `unknown`."""
    sha256: str
    rows: int
    domains: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Sdtm:
    """The collected data, with nothing lost: rows read = rows in `domains` + rows in `set_aside`.

    Every domain of `topline.sdtm.domains.SCHEMAS` is in `domains`, an empty frame where it was not
    collected. Text is text, numbers are numbers, --DTC stays ISO 8601 text. Within a domain the
    key is unique (USUBJID in DM, USUBJID and --SEQ elsewhere) and every subject is in DM.
    Rows read are those in `tables` too.
    """

    domains: Mapping[str, pl.DataFrame]
    queries: dy.DataFrame[Query] = field(default_factory=Query.create_empty)
    set_aside: Mapping[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])
    """Rows that cannot be analysed, then FILE, ROW and REASON; `queries` hold values emptied."""
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])
    """Tables of the study that SDTM has no domain for (`topline.sdtm.study_tables`)."""
    files: tuple[SourceFile, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """PNG and JPEG files by their path in the data folder, as they are."""
    after_cut: dy.DataFrame[AfterCut] = field(default_factory=AfterCut.create_empty)

    def __getitem__(self, domain: str) -> pl.DataFrame:
        """Return one domain's frame."""
        return self.domains[domain]
