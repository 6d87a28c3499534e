"""How the estimates of single trials spread, as a picture. Imported only when one is drawn."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from topline.displays import theme
from topline.displays.plot import Axes
from topline.displays.sheet import Sheet, draw_sheet
from topline.simulate.draws import Floats
from topline.simulate.simulation import Simulation

_WIDTH: Final = theme.TWO_COLUMNS_MM * theme.POINTS_A_MM
_HEIGHT: Final = 200.0
_LEFT: Final = 46.0
_DASHES: Final = ("-", "--", ":", "-.")
_PICTURES: Final = 6
_PERCENT: Final = (1, 2, 5, 10, 20)
_TIMES: Final = (0.1, 0.2, 0.5, 1, 2, 3, 6, 12, 24, 60, 120, 600, 6_000, 60_000)


def draw_estimates(simulation: Simulation) -> Iterator[tuple[str, str]]:
    """Draw, for the first analyses, the share of trials with an estimate up to each value.

    Yields
    ------
    tuple of str
        Title and SVG, two journal columns wide, the same each time. A line ends below 100 % where
        some trials do not reach the median.
    """
    found = simulation.characteristics
    keys = found.filter((pl.col("statistic") == "p50") & (pl.col("level") == ""))
    keys = keys.select("analysis", "label", "group", "measure", "unit").unique(maintain_order=True)
    for number, key in enumerate(keys.head(_PICTURES).iter_rows(named=True)):
        title = ": ".join(filter(None, [key["analysis"], key["label"], key["group"]]))
        svg = _draw(simulation, key, f"estimates{number}")
        if svg:
            yield title, svg


def _draw(simulation: Simulation, key: dict[str, str], prefix: str) -> str:
    """Draw one analysis; empty where no trial has an estimate."""
    statistic = "estimate" if key["measure"] == "rate" else "median"
    own = (pl.col("analysis") == key["analysis"]) & (pl.col("group") == key["group"])
    rows = simulation.estimates.filter(own & (pl.col("statistic") == statistic))
    lines = {
        str(name[0]): part["value"].to_numpy().astype(np.float64)
        for name, part in rows.group_by("variation", maintain_order=True)
    }
    known = [values[~np.isnan(values)] for values in lines.values()]
    if not any(len(each) for each in known):
        return ""
    most = float(max(each.max() for each in known if len(each)))
    true = simulation.characteristics.filter(
        own & (pl.col("measure") == key["measure"]) & (pl.col("level") == "")
        & pl.col("statistic").is_in(["true"])
    )  # fmt: skip
    marks = true["value"].drop_nulls().unique().sort().to_list()
    most = max([most, *marks]) * 1.05 or 1.0

    def draw(sheet: Sheet) -> None:
        axes = sheet.plot(_LEFT, 12, _WIDTH - _LEFT - 12, _HEIGHT - 50)
        _frame(axes, most, f"{key['measure'].capitalize()} ({key['unit']})")
        for mark in marks:
            _line(axes, np.array([mark, mark]), np.array([0, 100]), theme.MUTED, "--")
        for place, (name, values) in enumerate(lines.items()):
            colour = theme.SERIES[place % len(theme.SERIES)]
            dashes = _DASHES[place // len(theme.SERIES) % len(_DASHES)]
            _line(axes, *_steps(values), colour, dashes)
            if name:
                low = _HEIGHT + 11 * place
                text = sheet.write(_LEFT, low, name)
                text.set_color(colour)

    return draw_sheet(_WIDTH, _HEIGHT + 11 * len(lines), draw, prefix=prefix)


def _steps(values: Floats) -> tuple[Floats, Floats]:
    """Return the corners of the share of trials, percent, with a value up to each."""
    known = np.sort(values[~np.isnan(values)])
    heights = 100 * np.arange(len(known) + 1) / len(values)
    return np.repeat(known, 2), np.repeat(heights, 2)[1:-1]


def _frame(axes: Axes, most: float, label: str) -> None:
    axes.set_xlim(0, most)
    axes.set_ylim(0, 102)
    steps = _PERCENT if label.endswith("(%)") else _TIMES
    step = next(each for each in steps if most / each <= 9)
    ticks = np.arange(0, most, step).round(3).tolist()
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100"])
    axes.set_xlabel(label, labelpad=3, parse_math=False)
    axes.set_ylabel("Trials up to here (%)", labelpad=3, parse_math=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(b=False)


def _line(axes: Axes, x: Floats, y: Floats, colour: str, dashes: str) -> None:
    drawn = axes.plot(x, y, dashes, color=colour, markersize=0, markeredgewidth=0, zorder=3)
    drawn[0].set_linewidth(1.2)
