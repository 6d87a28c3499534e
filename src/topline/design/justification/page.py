"""A justification as one HTML page that loads nothing."""

from importlib.metadata import version
from importlib.resources import files

import jinja2
from markupsafe import Markup

from topline.design.justification.justification import Curve, Justification
from topline.design.justification.operating_plot import draw_operating


def justification_html(justification: Justification) -> str:
    """Return the page, the same each time."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    page = files("topline.design.justification") / "page.html.j2"
    template = environment.from_string(page.read_text("utf-8"))
    curve = justification.curve
    return template.render(
        j=justification,
        picture=Markup(draw_operating(curve)) if curve else "",
        described=describe_curve(curve) if curve else "",
        version=version("topline"),
    )


def describe_curve(curve: Curve) -> str:
    """Say in words what the picture shows."""
    at = [f"{text} {rate:g}: {curve.outcome} {_at(curve, rate):.3f}" for rate, text in curve.marks]
    return f"Probability of {curve.outcome} by {curve.label.lower()}. " + "; ".join(at)


def _at(curve: Curve, rate: float) -> float:
    place = min(range(len(curve.rates)), key=lambda i: abs(curve.rates[i] - rate))
    return curve.success[place]
