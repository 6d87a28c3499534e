"""What a reconstruction reports: what it gives, what was given up, what print leaves open."""

import csv
import io
import json
from collections.abc import Iterator, Sequence

from topline.reconstruct.attributes.solve import GivenUp
from topline.reconstruct.cohort import NOTICE
from topline.reconstruct.courses.aims import Aim
from topline.reconstruct.measurements.aims import ValueAim, ValueReading
from topline.reconstruct.reconstruct import Reading, Reconstruction, Reconstructor

_NAMES = {
    "middle": "median",
    "median lower": "lower limit of the median",
    "median upper": "upper limit of the median",
    "error": "standard error",
    "rate lower": "lower limit",
    "rate upper": "upper limit",
    "beyond": "patients",
    "at risk": "at risk",
}


def used_claims(made: Reconstructor, cohort: Reconstruction) -> dict[str, bool]:
    """Say of each claim that the reconstruction rests on whether the cohort gives it."""
    given: dict[str, bool] = {}
    lost = {id(each.target) for each in made.given_up}
    for target in made.targets:
        for claim in target.claims:
            given[claim] = given.get(claim, True) and id(target) not in lost
    for reading in (*cohort.readings, *cohort.measured):
        claim = reading.aim.claim
        given[claim] = given.get(claim, True) and reading.holds
    return given


def name_of(aim: Aim | ValueAim) -> str:
    """Name the number that an aim is about, with who and when."""
    if isinstance(aim, ValueAim):
        return aim.words
    words = _NAMES.get(aim.what, aim.what)
    at = f" at {aim.at / 30.4375:g} months" if aim.at else ""
    among = f", {aim.among}" if aim.among else ""
    by = f" by {aim.by}" if aim.by else ""
    return f"{aim.endpoint}{by}: {words}{at}{among}"


def report_lines(made: Reconstructor, cohorts: Sequence[Reconstruction]) -> Iterator[str]:
    """Yield the report as text."""
    first = cohorts[0]
    claims = used_claims(made, first)
    reached = sum(claims.values())
    yield NOTICE
    yield from [made.publication.published.notice] if made.publication.published.notice else []
    yield ""
    yield f"{first.cohort.patients.height} patients, seed {first.cohort.seed}."
    yield (
        f"{reached} of {len(claims)} claims used are given. The others of the "
        f"{len(made.publication.book.items)} follow from these, are tests, or are left to records."
    )
    yield ""
    proven = "nothing lighter could be" if made.proven else "not proven to be the lightest choice"
    yield f"Given up of {len(made.targets)} statements on attributes ({proven}):"
    yield from (_given_up(each) for each in made.given_up)
    yield ""
    yield f"Not given of {len(first.readings)} numbers on times:"
    yield from _missed(first.readings)
    if first.measured:
        yield ""
        yield f"Not given of {len(first.measured)} figures of measured numbers:"
        yield from _missed(first.measured)
    if len(cohorts) > 1:
        yield ""
        yield f"What print leaves open, over {len(cohorts)} cohorts (least to most):"
        for row in open_rows(cohorts):
            yield f"- {row['number']}: {row['least']} to {row['most']} ({row['printed']})"


def _missed(readings: Sequence[Reading | ValueReading]) -> Iterator[str]:
    for reading in readings:
        if not reading.holds:
            yield (
                f"- {reading.aim.claim}: {name_of(reading.aim)}: "
                f"{reading.aim.shown(reading.value)} (printed \u201c{reading.aim.printed}\u201d)"
            )


def _given_up(each: GivenUp) -> str:
    target = each.target
    named = ", ".join(target.claims) or target.where
    words = f"- {named}: \u201c{target.printed}\u201d (weight {target.weight:g})"
    if each.because:
        words += ": cannot be true with " + "; nor with ".join(
            ", ".join(name for name in names if name not in target.claims) or "the rules"
            for names in each.because
        )
    return words


def open_rows(cohorts: Sequence[Reconstruction]) -> list[dict[str, str]]:
    """Set each number on times, and each figure of measured numbers, beside its range."""
    rows: list[dict[str, str]] = []
    every = [(*cohort.readings, *cohort.unprinted, *cohort.measured) for cohort in cohorts]
    for readings in zip(*every, strict=True):
        aim = readings[0].aim
        values = sorted(r.value for r in readings if r.value == r.value)
        rows.append(
            {
                "claim": aim.claim,
                "number": name_of(aim),
                "printed": aim.printed,
                "least": aim.shown(values[0]) if values else "not estimable",
                "most": aim.shown(values[-1]) if values else "not estimable",
                "given in": _given_in(readings) if aim.claim else "",
            }
        )
    return rows


def _given_in(readings: Sequence[Reading | ValueReading]) -> str:
    return f"{sum(reading.holds for reading in readings)} of {len(readings)}"


def open_csv(cohorts: Sequence[Reconstruction]) -> str:
    """Write the ranges over cohorts as CSV."""
    text = io.StringIO()
    rows = open_rows(cohorts)
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


def _found(readings: Sequence[Reading | ValueReading]) -> list[dict[str, str | bool]]:
    """List what readings found, number by number."""
    return [
        {
            "claim": reading.aim.claim,
            "number": name_of(reading.aim),
            "printed": reading.aim.printed,
            "found": reading.aim.shown(reading.value),
            "given": reading.holds,
        }
        for reading in readings
    ]


def report_json(made: Reconstructor, cohorts: Sequence[Reconstruction]) -> str:
    """Write the report as JSON, the same bytes for the same cohorts."""
    first = cohorts[0]
    claims = used_claims(made, first)
    content = {
        "notice": NOTICE,
        "seed": first.cohort.seed,
        "patients": first.cohort.patients.height,
        "claims": {
            "all": len(made.publication.book.items),
            "used": len(claims),
            "given": sum(claims.values()),
            "not given": [name for name, given in claims.items() if not given],
        },
        "given up": [
            {
                "claims": list(each.target.claims),
                "printed": each.target.printed,
                "where": each.target.where,
                "weight": each.target.weight,
                "cannot be true with": [list(names) for names in each.because],
            }
            for each in made.given_up
        ],
        "proven": made.proven,
        "contradictions of the audit": [conflict.words for conflict in made.conflicts],
        "times": _found(first.readings),
        "measured": _found(first.measured),
        "cohorts": open_rows(cohorts) if len(cohorts) > 1 else [],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
