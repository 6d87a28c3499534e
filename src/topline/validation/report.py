"""The qualification report: one HTML file to file, and the same as JSON."""

import datetime as dt
import json
import math
from dataclasses import dataclass
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
        lines=lines_of,
        shown=shown,
    )


def report_json(qualification: Qualification, on: dt.date) -> str:
    """Write every number of the report as JSON, on one line."""
    content = {
        "on": on.isoformat(),
        "verdict": _verdict(qualification.agrees),
        "environment": dict(qualification.environment),
        "methods": [_method(method) for method in qualification.methods],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One number, or several of one case that belong together, by the one farthest off."""

    case: str
    number: str
    worst: Finding


def lines_of(method: Qualified) -> tuple[Line, ...]:
    """Gather numbers that belong together, such as the steps of a curve, in one line."""
    parts: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in method.findings:
        name = finding.number.partition("[")[0]
        parts.setdefault((finding.case, name, finding.source), []).append(finding)
    return tuple(
        Line(
            case,
            name if len(found) == 1 else f"{name}, {len(found)} numbers",
            max(found, key=lambda finding: finding.difference / finding.tolerance),
        )
        for (case, name, _), found in parts.items()
    )


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
    cases: dict[tuple[str, str], list[Finding]] = {}
    for finding in method.findings:
        cases.setdefault((finding.case, finding.source), []).append(finding)
    return {
        "method": method.label,
        "library": method.library,
        "verdict": _verdict(method.agrees),
        "largest_difference": _plain(method.largest),
        "cases": [_case(found) for found in cases.values()],
        "failures": [{"case": f.case, "reason": f.reason} for f in method.failures],
    }


def _case(found: list[Finding]) -> dict[str, object]:
    return {
        "case": found[0].case,
        "source": found[0].source,
        "script": found[0].script,
        "tolerance": found[0].tolerance,
        "numbers": [
            {
                "number": finding.number,
                "expected": finding.expected,
                "found": _plain(finding.found),
                "difference": _plain(finding.difference),
                "agrees": finding.agrees,
            }
            for finding in found
        ],
    }


def _plain(value: float) -> float | str | None:
    """Make a number one that JSON can hold."""
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)


def _verdict(agrees: bool) -> str:
    return "agrees" if agrees else "falls short"
