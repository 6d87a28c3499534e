"""A simulation as JSON, as lines of text, and as one HTML page that loads nothing."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files

from topline.simulate.simulation import Simulation


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: an analysis, a measure, and its numbers by name."""

    variation: str
    analysis: str
    label: str
    group: str
    measure: str
    true: str
    pooled: str
    bias: str
    middle: str
    """Median of the trials' estimates, with the range of 95 % of them."""
    coverage: str
    share: str
    """Of trials: goal met, or median not reached."""


def simulation_json(simulation: Simulation) -> str:
    """Write every characteristic as JSON, the same bytes each time."""
    content = {
        "study": simulation.study,
        "truth": simulation.title,
        "trials": simulation.trials,
        "seed": simulation.seed,
        "topline": version("topline"),
        "left_out": simulation.left_out,
        "characteristics": simulation.characteristics.to_dicts(),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def simulation_lines(simulation: Simulation) -> list[Line]:
    """Bring the numbers of each analysis and measure together in a line, variation by variation."""
    keys = ["variation", "analysis", "label", "group", "level", "measure"]
    found = simulation.characteristics
    medians = found.filter(measure="median", statistic="p50")
    units = dict(medians.select("analysis", "unit").rows())
    lines: dict[tuple[str, ...], list[Line]] = {}
    for key, rows in found.group_by(keys, maintain_order=True):
        variation, analysis, label, group, level, measure = (str(part) for part in key)
        if measure in {"subjects", "events"}:
            continue
        named = {row["statistic"]: row for row in rows.iter_rows(named=True)}
        words = {"decision": "goal met", "median": f"median, {units.get(analysis)}"}
        absent = "NR" if measure == "median" else "NE"
        landmark = f"free of it at {level} {units.get(analysis)}, %"
        line = Line(
            variation=variation,
            analysis=analysis,
            label=label,
            group=group,
            measure=landmark if level else words.get(measure, "rate, %"),
            true=_number(named, "true", absent),
            pooled=_number(named, "pooled", absent),
            bias=_number(named, "bias", absent, signed=True),
            middle=_middle(named, absent),
            coverage=_share(named, "coverage"),
            share=", ".join(
                filter(None, (_share(named, n) for n in ("met", "stopped early", "not reached")))
            ),
        )
        lines.setdefault((analysis, group, line.measure), []).append(line)
    return [line for each in lines.values() for line in each]


def _number(
    named: dict[str, dict[str, float | None]], name: str, absent: str, *, signed: bool = False
) -> str:
    """Print a number with its Monte-Carlo error."""
    row = named.get(name)
    if row is None or row["value"] is None:
        return "" if row is None else absent
    error = row["mc_error"]
    said = f" (SE {error:.2f})" if error else ""
    return f"{row['value']:{'+' if signed else ''}.1f}{said}".replace("-", "\u2212")


def _middle(named: dict[str, dict[str, float | None]], absent: str) -> str:
    if "p50" not in named:
        return ""
    low, middle, high = (named[name]["value"] for name in ("p2.5", "p50", "p97.5"))
    return f"{_shown(middle, absent)} ({_shown(low, absent)} to {_shown(high, absent)})"


def _shown(value: float | None, absent: str) -> str:
    return absent if value is None else f"{value:.1f}"


def _share(named: dict[str, dict[str, float | None]], name: str) -> str:
    row = named.get(name)
    if row is None or row["value"] is None or row["lower"] is None or row["upper"] is None:
        return ""
    said = f"{row['value']:.1f}% ({row['lower']:.1f} to {row['upper']:.1f})"
    return said if name in {"met", "coverage"} else f"{name} in {said}"


def simulation_text(simulation: Simulation) -> str:
    """Write decisions, rates and medians for a terminal."""
    head = f"{simulation.study}: {simulation.trials} simulated trials, seed {simulation.seed}"
    lines = [f"{head}. Truth: {simulation.title}."]
    last = None
    for line in simulation_lines(simulation):
        name = ", ".join(filter(None, [line.analysis, line.group, line.measure]))
        if not line.variation:
            lines.append(f"{name}: {_said(line)}")
            continue
        if name != last:
            lines.append(name)
        last = name
        lines.append(f"  {line.variation}: {_said(line)}")
    if simulation.left_out:
        lines.append(f"Not simulated: {', '.join(simulation.left_out)}.")
    return "\n".join(lines)


def _said(line: Line) -> str:
    """Write what there is of a line."""
    parts = {
        "true": line.true,
        "all trials together": line.pooled,
        "bias": line.bias,
        "trials": line.middle,
        "covered": line.coverage,
        "": line.share,
    }
    return "; ".join(f"{key} {text}".strip() for key, text in parts.items() if text)


def simulation_html(simulation: Simulation) -> str:
    """Write the page, the same bytes each time."""
    import jinja2
    from markupsafe import Markup

    from topline.simulate.picture import draw_estimates  # matplotlib

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    page = (files("topline.simulate") / "page" / "simulation.html.j2").read_text("utf-8")
    lines = simulation_lines(simulation)
    pictures = [(title, Markup(svg)) for title, svg in draw_estimates(simulation)]
    return environment.from_string(page).render(
        s=simulation,
        lines=lines,
        varied=any(line.variation for line in lines),
        grouped=any(line.group for line in lines),
        pictures=pictures,
        version=version("topline"),
    )
