"""What every page says besides its display: study, data cut, program and run, notice."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Final

from topline.protocol.study import Study

# PDF/A wants a date; without a data cut it is the one from which clocks count.
_NO_DATE: Final = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Imprint:
    """Words of the running head and the foot."""

    study: str
    title: str = ""
    registry: str = ""
    data_cut: dt.date | None = None
    notice: str = ""
    run: str = ""

    @property
    def cut(self) -> str:
        """The data cut in words, or that there is none."""
        cut = self.data_cut
        return f"Data cut {cut.day} {cut:%B %Y}" if cut else "No data cut"

    @property
    def made(self) -> dt.date:
        """The date that files bear: never today's, so that the same input gives the same bytes."""
        return self.data_cut or _NO_DATE

    def program(self, name: str) -> str:
        """Return what made the display of a file name: program, run, file."""
        made = f"Topline {version('topline')}"
        return ", ".join(filter(None, [made, f"run {self.run}" if self.run else "", name]))


def imprint_of(study: Study, run: str) -> Imprint:
    """Return the imprint of a run on a study."""
    return Imprint(
        study.id, study.title, study.registry or "", study.data_cut, study.notice or "", run
    )


def run_id(inputs: Mapping[str, str], data_cut: dt.date | None) -> str:
    """Return a short name for a run: the same whenever inputs, data cut and version are.

    Parameters
    ----------
    inputs
        Name of each input file and its SHA-256, as the manifest lists them.
    data_cut
        Up to when the records were used.

    Examples
    --------
    >>> run_id({"protocol.yaml": "9f86d081"}, None) == run_id({"protocol.yaml": "9f86d081"}, None)
    True
    """
    facts = [version("topline"), str(data_cut), sorted(inputs.items())]
    return sha256(json.dumps(facts).encode()).hexdigest()[:12]
