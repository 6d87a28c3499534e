"""Reports of the made-up studies."""

from functools import cache

from tests.displays import example
from topline.displays.compose import compose
from topline.report.report import render_report


@cache
def report(study: str, *, patient_level: bool = True) -> str:
    """Return the report of a study by name."""
    protocol, adam, results = example.cabotem() if study == "cabotem" else example.pilot()
    return render_report(
        protocol,
        compose(protocol, results),
        results,
        adam,
        example.queries(),
        patient_level=patient_level,
    )
