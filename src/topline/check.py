"""Check a study folder: every problem of its protocol and data, none of them fatal."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from topline.errors import DataError, ProtocolError, UsageError
from topline.protocol.read import check_protocol
from topline.sdtm.queries import Query
from topline.sdtm.read import read_sdtm
from topline.trial import analyse_trial


@dataclass(frozen=True)
class Checked:
    """What is wrong with a study."""

    problems: tuple[str, ...]
    """Of the protocol, one sentence each; and what keeps the data from being analysed."""
    queries: pl.DataFrame
    """Of the data, one row each (`topline.sdtm.queries.Query`)."""

    @property
    def ok(self) -> bool:
        """Nothing is wrong that changes results."""
        return not self.problems and self.queries.filter(severity="error").is_empty()


def check_study(study: Path) -> Checked:
    """Check protocol and data, and that the one can be applied to the other.

    Parameters
    ----------
    study
        Folder with `protocol.yaml` and `data/`.

    Raises
    ------
    UsageError
        The folder has no `data` folder.

    Examples
    --------
    >>> from topline.studies import study_folder
    >>> check_study(study_folder("cabotem")).problems
    ()
    """
    protocol, found = check_protocol(study / "protocol.yaml")
    problems = [str(problem) for problem in found]
    try:
        collected = read_sdtm(study / "data")
    except DataError as error:
        return Checked((*problems, str(error)), Query.create_empty())
    except UsageError as error:
        if not problems:
            raise
        return Checked((*problems, str(error)), Query.create_empty())
    if protocol is None or problems:
        return Checked(tuple(problems), collected.queries)
    try:
        return Checked((), analyse_trial(protocol, collected).queries)
    except (ProtocolError, DataError) as error:
        return Checked((str(error),), collected.queries)
