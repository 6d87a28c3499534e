"""What can be listed, sorted and searched in the page: analysis datasets and listings of the run.

The page carries them deflated, each in a piece of its own that is opened when it is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from topline.displays.slugs import slug
from topline.protocol.protocol import Protocol
from topline.report.columns import frame_text, pack
from topline.report.labels import DATASETS, LISTINGS, SHOWN, SOURCE, VARIABLES
from topline.sdtm.queries import sort_queries

QUERIES: Final = "queries"
_AT_FIRST: Final = 12
_QUERY: Final = (
    "severity", "domain", "subject", "record", "rule", "found", "expected", "consequence", "file",
)  # fmt: skip
_CORE: Final = frozenset({"STUDYID", "SUBJID", "SITEID", "ASEQ"})


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows that the page can list."""

    name: str
    """Of the dataset, or of the file of the run."""
    title: str
    rows: int
    columns: tuple[str, ...]
    """Shown at first; all others can be."""
    packed: str
    """The rows, deflated."""
    dataset: bool = False
    """An analysis dataset; numbers rest on its rows."""

    @property
    def slug(self) -> str:
        """Id in the page."""
        return f"listing-{slug(self.name)}"


def pack_listings(
    adam: Mapping[str, pl.DataFrame], listings: Mapping[str, pl.DataFrame], queries: pl.DataFrame
) -> tuple[Listing, ...]:
    """Return every listing of a page with patients: those of the run, datasets, queries.

    Parameters
    ----------
    adam
        Analysis datasets by name.
    listings
        Listings of the run by name, such as visits.
    queries
        Findings in the collected data.
    """
    adsl = adam.get("ADSL")
    of_run = [
        Listing(name, _title(name), rows.height, _first(rows), pack(frame_text(rows, adsl)))
        for name, rows in listings.items()
    ]
    datasets = [
        Listing(
            name,
            DATASETS.get(name, name),
            rows.height,
            _shown(name, rows),
            pack(frame_text(rows, None if name == "ADSL" else adsl)),
            dataset=True,
        )
        for name, rows in adam.items()
    ]
    found = sort_queries(queries).select(_QUERY)
    each = Listing(QUERIES, "Each query", found.height, _QUERY, pack(frame_text(found)))
    return (*of_run, *datasets, each)


def name_variables(
    protocol: Protocol, adam: Mapping[str, pl.DataFrame], listings: Mapping[str, pl.DataFrame]
) -> dict[str, str]:
    """Return a label for each column that has one: the protocol's, else CDISC's."""
    own = {name: each.label for name, each in protocol.variables.items()}
    own |= {each.flag: each.label for each in protocol.analysis_sets.values()}
    present = {name for rows in (*adam.values(), *listings.values()) for name in rows.columns}
    return {name: label for name, label in sorted({**VARIABLES, **own}.items()) if name in present}


def _title(name: str) -> str:
    """Return the title of a listing of the run.

    Examples
    --------
    >>> _title("screening"), _title("set_aside_ae")
    ('Screening log', 'Set aside ae')
    """
    return LISTINGS.get(name) or name.replace("_", " ").capitalize()


def _first(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(name for name in rows.columns if name not in _CORE)[:_AT_FIRST]


def _shown(name: str, rows: pl.DataFrame) -> tuple[str, ...]:
    chosen = tuple(c for c in (*SHOWN.get(name, ()), *SOURCE) if c in rows.columns)
    return chosen if name in SHOWN else tuple(dict.fromkeys((*_first(rows), *chosen)))
