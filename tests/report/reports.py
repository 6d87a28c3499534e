"""Reports of the made-up studies and of the bundled one, and what their pages carry."""

import base64
import datetime as dt
import json
import re
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

import topline
from tests.displays import example
from topline.adam.listings import derive_listings
from topline.displays.compose import compose
from topline.displays.slugs import slug
from topline.protocol.read import read_protocol
from topline.report.report import render_report
from topline.sdtm.read import read_sdtm
from topline.trial import Trial, analyse_trial

STUDY = Path(topline.__file__).parent / "studies" / "cabotem"
PACKED = re.compile(r'<script type="text/plain" id="pack-([^"]+)">([^<]*)</script>')


@cache
def report(study: str, *, patient_level: bool = True) -> str:
    """Return the report of a made-up study by name."""
    protocol, adam, results = example.cabotem() if study == "cabotem" else example.pilot()
    return render_report(
        protocol,
        compose(protocol, results),
        results,
        adam,
        example.queries(),
        patient_level=patient_level,
    )


@cache
def bundled() -> tuple[Trial, dict[str, pl.DataFrame]]:
    """Analyse the bundled study: records of every kind."""
    trial = analyse_trial(read_protocol(STUDY), read_sdtm(STUDY / "data"))
    return trial, derive_listings(trial.protocol, trial.collected, trial.adam)


def figure(kind: str, analysis: str) -> tuple[str, str]:
    """Return the number of the first such figure of the bundled study, and its id in the page."""
    plans = (p.model_dump() for p in bundled()[0].protocol.displays)
    number = next(p["number"] for p in plans if p["kind"] == kind and p.get("analysis") == analysis)
    return number, f"#{slug(number)}"


@cache
def whole(*, patient_level: bool = True) -> str:
    """Return the report of the bundled study."""
    trial, listings = bundled()
    return render_report(
        trial.protocol,
        trial.displays,
        trial.results,
        trial.adam,
        trial.queries,
        listings=listings,
        patient_level=patient_level,
    )


def carried(page: str) -> dict[str, Any]:
    """Return what a page carries deflated, by its name."""
    return {
        name: json.loads(zlib.decompress(base64.b64decode(packed)))
        for name, packed in PACKED.findall(page)
    }


def decoded(stored: dict[str, Any], subjects: pl.DataFrame | None = None) -> dict[str, list[Any]]:
    """Read coded columns back, as the page's script does."""
    columns: dict[str, list[Any]] = {}
    for name, column in zip(stored["columns"], stored["values"], strict=True):
        if "k" in column:
            columns[name] = [column["k"]] * stored["rows"]
        elif "w" in column:
            columns[name] = [None if i < 0 else column["w"][i] for i in column["i"]]
        elif "v" in column:
            columns[name] = column["v"]
        elif "s" in column:
            columns[name] = summed(column["s"], date="date" in column)
        else:
            assert subjects is not None
            own = dict(subjects.select("USUBJID", pl.col(name).cast(pl.String)).iter_rows())
            columns[name] = [own[subject] for subject in columns["USUBJID"]]
    return columns


def summed(steps: list[int | None], *, date: bool) -> list[Any]:
    known, values = 0, list[Any]()
    for step in steps:
        known += step or 0
        value = dt.date(1970, 1, 1) + dt.timedelta(days=known) if date else known
        values.append(None if step is None else str(value) if date else value)
    return values
