"""The claims of the publication beside a study's protocol, set beside the results of a run."""

from pathlib import Path

import polars as pl

from topline.audit.beside import Beside, set_beside
from topline.audit.book import Book
from topline.audit.read import read_claims
from topline.audit.run_results import RunResults
from topline.audit.verdict_file import NAME as VERDICTS
from topline.audit.verdict_file import read_verdicts
from topline.report.published import Published, PublishedClaim

CLAIMS = "claims.yaml"


def read_study_claims(study: Path) -> Book | None:
    """Read the claims beside a study's protocol; None where there are none.

    Raises
    ------
    DataError
        The file has problems; the message names them all.
    """
    return read_claims(study / CLAIMS) if (study / CLAIMS).is_file() else None


def publish(book: Book, rows: pl.DataFrame) -> Published:
    """Set every claim beside what a run gives for it; nothing is audited anew.

    Parameters
    ----------
    book
        All claims.
    rows
        Result rows of the run.
    """
    kept = read_verdicts(book)
    done = set_beside(book, RunResults(rows), kept)
    source = book.file.source
    cited = ", ".join(filter(None, (source.citation or source.title, source.doi)))
    claims = tuple(map(_claim, done.claims))
    return Published(cited, claims, kept is not None, tuple(map(str, done.problems)))


def claim_files(book: Book) -> tuple[str, ...]:
    """Name the files that claims were read from, relative to the study."""
    tables = {spec.file for spec in book.file.tables.values() if spec.file is not None}
    names = (book.path.name, *sorted(tables), VERDICTS)
    return tuple(name for name in names if (book.path.parent / name).is_file())


def _claim(beside: Beside) -> PublishedClaim:
    item = beside.item
    return PublishedClaim(
        item.name,
        item.where,
        item.printed,
        beside.recomputed,
        beside.agreement,
        beside.why,
        beside.results,
        beside.doubted,
    )
