"""The operating characteristics of a design as a picture. Imported only when one is drawn."""

from typing import Final

import numpy as np

from topline.design.justification.justification import Curve
from topline.displays import theme
from topline.displays.plot import Axes
from topline.displays.sheet import BOLD, CENTRED, Sheet, draw_sheet

_WIDTH: Final = theme.TWO_COLUMNS_MM * theme.POINTS_A_MM
_HEIGHT: Final = 190.0
_LEFT: Final = 46.0
_GAP: Final = 58.0


def draw_operating(curve: Curve, prefix: str = "operating") -> str:
    """Draw the probability of success, and beside it the expected number of subjects.

    Parameters
    ----------
    curve
        What to draw.
    prefix
        Start of every id in the picture.

    Returns
    -------
    str
        SVG, two journal columns wide, the same each time.
    """
    width = (_WIDTH - 2 * _LEFT - _GAP / 2) / 2

    def draw(sheet: Sheet) -> None:
        left = sheet.plot(_LEFT, 26, width, _HEIGHT - 64)
        right = sheet.plot(_LEFT + width + _GAP, 26, width, _HEIGHT - 64)
        sheet.write(_LEFT, 4, f"Probability of {curve.outcome}", BOLD)
        sheet.write(_LEFT + width + _GAP, 4, "Expected number of subjects", BOLD)
        most = max(curve.expected)
        for axes, values, top in ((left, curve.success, 1.0), (right, curve.expected, most)):
            _draw(axes, curve, values, top)
        for rate, text in curve.marks:
            x = _LEFT + width * (rate - curve.rates[0]) / (curve.rates[-1] - curve.rates[0])
            for offset in (0.0, width + _GAP):
                sheet.write(x + offset, 15, text, CENTRED)

    return draw_sheet(_WIDTH, _HEIGHT, draw, prefix=prefix)


def _draw(axes: Axes, curve: Curve, values: tuple[float, ...], top: float) -> None:
    low, high = curve.rates[0], curve.rates[-1]
    axes.set_xlim(low, high)
    axes.set_ylim(0, 1.05 * top)
    ticks = np.arange(low, high + 1e-9, 0.1 if high - low <= 0.7 else 0.2).round(3).tolist()
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    step = 0.2 if top <= 1 else _step(top)
    levels = np.arange(0, top + 1e-9, step).tolist()
    axes.set_yticks(levels, [f"{level:.1f}" if top <= 1 else f"{level:g}" for level in levels])
    axes.set_xlabel(curve.label, labelpad=3, parse_math=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(b=False)
    for rate, _ in curve.marks:
        marked = axes.plot(
            np.array([rate, rate]), np.array([0, 1.05 * top]), "-", color=theme.HAIRLINE,
            markersize=0, markeredgewidth=0, zorder=1,
        )  # fmt: skip
        marked[0].set_linewidth(0.6)
    drawn = axes.plot(
        np.array(curve.rates), np.array(values), "-", color=theme.SERIES[0], markersize=0,
        markeredgewidth=0, zorder=3,
    )  # fmt: skip
    drawn[0].set_linewidth(1.3)


def _step(top: float) -> float:
    """Step of an axis that has at most six of them."""
    return next(
        (s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000) if top / s <= 6), top
    )
