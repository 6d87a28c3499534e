"""The qualification report: one HTML file to file, and the same as JSON."""

import datetime as dt
import json
import math
from importlib.resources import files

import jinja2

from topline.validation.check import Finding
from topline.validation.qualification import Qualification, Qualified


def report_html(qualification: Qualification, on: dt.date) -> str:
    """Write the report as one page that loads nothing.

    Parameters
    ----------
    qualification
        What was found.
    on
        Day on which it was found.
    """
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    page = files("topline.validation") / "qualification.html.j2"
    template = environment.from_string(page.read_text("utf-8"))
    return template.render(
        qualification=qualification,
        on=on.isoformat(),
        numbers=sum(len(m.findings) for m in qualification.methods),
        cases=sum(m.cases for m in qualification.methods),
        short=[m for m in qualification.methods if not m.agrees],
        power=power_of_ten,
        shown=shown,
    )


def report_json(qualification: Qualification, on: dt.date) -> str:
    """Write the report as JSON."""
    content = {
        "on": on.isoformat(),
        "verdict": _verdict(qualification.agrees),
        "environment": dict(qualification.environment),
        "methods": [_method(method) for method in qualification.methods],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def power_of_ten(difference: float) -> str:
    """Print a difference by the power of ten that it does not exceed.

    Examples
    --------
    >>> power_of_ten(0.0), power_of_ten(3.2e-14), power_of_ten(float("inf"))
    ('0', '< 1e-13', 'not comparable')
    """
    if difference == 0:
        return "0"
    if not math.isfinite(difference):
        return "not comparable"
    return f"< 1e{math.floor(math.log10(difference)) + 1}"


def shown(value: float | str | None) -> str:
    """Print a number with all its digits; what cannot be estimated as such."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "not estimable"
    return value if isinstance(value, str) else f"{value:.15g}"


def _method(method: Qualified) -> dict[str, object]:
    return {
        "method": method.label,
        "library": method.library,
        "verdict": _verdict(method.agrees),
        "sources": list(method.sources),
        "largest_difference": _plain(method.largest),
        "numbers": [_finding(finding) for finding in method.findings],
        "failures": [{"case": f.case, "reason": f.reason} for f in method.failures],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "case": finding.case,
        "number": finding.number,
        "expected": finding.expected,
        "found": _plain(finding.found),
        "difference": _plain(finding.difference),
        "tolerance": finding.tolerance,
        "source": finding.source,
        "script": finding.script,
        "agrees": finding.agrees,
    }


def _plain(value: float) -> float | str | None:
    """Make a number one that JSON can hold."""
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)


def _verdict(agrees: bool) -> str:
    return "agrees" if agrees else "falls short"
