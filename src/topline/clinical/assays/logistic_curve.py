r"""Four- and five-parameter logistic curves of a standard series, and their inverse.

The response to the concentration $x$ is $d + (a - d) / (1 + (x / c)^b)^g$ with $b, c, g > 0$: $a$
is the response to none, $d$ that to infinitely much, $c$ the concentration where the curve turns,
$b$ its slope and $g$ its asymmetry, 1 in the curve of four parameters [1]_. It may rise (sandwich)
or fall (competitive assay). The sum of weighted squared residuals is least; the weights 1/y and
1/y^2 are of the observed responses.

Starting values follow from the standards alone, so a fit is the same on every run: $a$ and $d$ lie
a little outside the lowest and highest response, $c$ where the responses pass their middle, $b$ and
$g$ are 1; the curve of five parameters starts from that of four. Parameters are kept within wide
limits: $b$ and $g$ from 1/50 to 50, $c$ within a thousand times the standards, $a$ and $d$ within
ten times the responses' range of them. One that stands at its limit is not determined by the
standards, and `warnings` says so.

References
----------
.. [1] Gottschalk PG, Dunn JR (2005). The five-parameter logistic: a characterization and comparison
   with the four-parameter logistic. Analytical Biochemistry 343: 54-65.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares

from topline.clinical.assays.elisa_rule import Model, Weighting
from topline.errors import DataError

Floats = NDArray[np.float64]
Shape = tuple[float, float, float, float, float]
"""a, d, c, b and g."""
_PARAMETERS = {"4PL": 4, "5PL": 5}
_TOLERANCE = 1e-12
_MOST_STEPS = 2000
_INSIDE = 1e-6


@dataclass(frozen=True, slots=True)
class LogisticCurve:
    """A fitted curve."""

    model: Model
    weighting: Weighting
    none: float
    """Response to a concentration of 0 (a)."""
    infinite: float
    """Response to an infinite concentration (d)."""
    turning: float
    """Concentration where the curve turns (c)."""
    slope: float
    """Steepness (b)."""
    asymmetry: float
    """1 in the curve of four parameters (g)."""
    weighted_squares: float
    """Sum of weighted squared residuals."""
    r_squared: float
    """Share of the weighted variation that the curve explains."""
    warnings: tuple[str, ...] = ()

    def response(self, concentration: ArrayLike) -> Floats:
        """Return the response to concentrations of 0 or more."""
        x = np.asarray(concentration, dtype=np.float64)
        shape = self.none, self.infinite, self.turning, self.slope, self.asymmetry
        return _logistic(x, shape)

    def concentration(self, response: ArrayLike) -> Floats:
        """Return the concentrations of responses; NaN at or beyond the ends of the curve."""
        y = np.asarray(response, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            share = (y - self.infinite) / (self.none - self.infinite)
            inside = np.where((share > 0) & (share < 1), share, np.nan)
            steps = np.log(np.expm1(-np.log(inside) / self.asymmetry))
            return self.turning * np.exp(steps / self.slope)


def fit_logistic_curve(
    concentration: ArrayLike,
    response: ArrayLike,
    *,
    model: Model = "4PL",
    weighting: Weighting = "none",
) -> LogisticCurve:
    """Fit a logistic curve to the standards of a plate.

    Parameters
    ----------
    concentration
        Of each well, 0 or more; replicates are wells of the same concentration.
    response
        Optical density of each well, blank subtracted if it is to be.
    model
        Four or five parameters.
    weighting
        Of the squared residuals; 1/y and 1/y^2 need responses above 0.

    Returns
    -------
    LogisticCurve
        With a warning where the standards do not reach one of its ends.

    Raises
    ------
    DataError
        Numbers are missing or impossible, concentrations are fewer than parameters, responses do
        not change, or the fit does not converge.

    Examples
    --------
    >>> x = np.array([0, 1, 2, 4, 8, 16])
    >>> curve = fit_logistic_curve(x, 2 - 1.9 / (1 + x / 4))
    >>> [round(float(number), 6) for number in (curve.none, curve.infinite, curve.turning)]
    [0.1, 2.0, 4.0]
    >>> curve.concentration(1.05).round(6).item()
    4.0
    """
    x = np.asarray(concentration, dtype=np.float64)
    y = np.asarray(response, dtype=np.float64)
    _check(x, y, model, weighting)
    weight = y ** {"none": 0.0, "1/y": -1.0, "1/y^2": -2.0}[weighting]
    root = np.sqrt(weight)
    found = _minimize(x, y, root, _start(x, y))
    if model == "5PL":
        found = _minimize(x, y, root, np.append(found, 0.0))
    shape = _natural(found)
    squares = float(np.sum(weight * (y - _logistic(x, shape)) ** 2))
    middle = np.sum(weight * y) / np.sum(weight)
    total = float(np.sum(weight * (y - middle) ** 2))
    return LogisticCurve(
        model=model,
        weighting=weighting,
        none=shape[0],
        infinite=shape[1],
        turning=shape[2],
        slope=shape[3],
        asymmetry=shape[4],
        weighted_squares=squares,
        r_squared=1 - squares / total,
        warnings=_warn(x, y, found),
    )


def _logistic(x: Floats, shape: Shape) -> Floats:
    none, infinite, turning, slope, asymmetry = shape
    with np.errstate(divide="ignore"):
        steps = slope * (np.log(x) - np.log(turning))
    return infinite + (none - infinite) * np.exp(-asymmetry * np.logaddexp(0, steps))


def _natural(parameters: Floats) -> Shape:
    """Return a, d, c, b and g from a, d, log c, log b and, with five, log g."""
    none, infinite, *logs = (float(number) for number in parameters)
    turning, slope, asymmetry = (float(np.exp(log)) for log in [*logs, 0.0][:3])
    return none, infinite, turning, slope, asymmetry


def _start(x: Floats, y: Floats) -> Floats:
    """Return starting values of a, d, log c and log b."""
    levels = np.unique(x)
    means = np.array([y[x == level].mean() for level in levels])
    low, high = float(means.min()), float(means.max())
    margin = 0.05 * (high - low)
    rising = means[-1] > means[0]
    none, infinite = (low - margin, high + margin) if rising else (high + margin, low - margin)
    positive = levels > 0
    order = np.argsort(means[positive], kind="stable")
    logs = np.log(levels[positive])
    middle = float(np.interp((low + high) / 2, means[positive][order], logs[order]))
    return np.array([none, infinite, middle, 0.0])


def _minimize(x: Floats, y: Floats, root: Floats, start: Floats) -> Floats:
    def residuals(parameters: Floats) -> Floats:
        return root * (_logistic(x, _natural(parameters)) - y)

    lowest, highest = (limit[: start.size] for limit in _limits(x, y))
    found = least_squares(
        residuals,
        np.clip(start, lowest + _INSIDE, highest - _INSIDE),
        bounds=(lowest, highest),
        x_scale="jac",
        xtol=_TOLERANCE,
        ftol=_TOLERANCE,
        gtol=_TOLERANCE,
        max_nfev=_MOST_STEPS,
    )
    if not found.success or not np.isfinite(found.x).all():
        msg = (
            f"the {'five' if start.size == 5 else 'four'}-parameter curve does not converge on "
            f"{x.size} wells of {np.unique(x).size} standards ({found.message}). Look for a "
            "standard out of order, or use four parameters"
        )
        raise DataError(msg)
    return np.asarray(found.x, dtype=np.float64)


def _check(x: Floats, y: Floats, model: Model, weighting: Weighting) -> None:
    """Refuse standards that cannot carry a curve."""
    levels = np.unique(x).size
    lacking = _PARAMETERS[model] - levels
    faults = [
        (x.shape != y.shape or x.ndim != 1, f"{x.size} concentrations and {y.size} responses"),
        (not np.isfinite(x).all(), "a concentration is missing"),
        (not np.isfinite(y).all(), "a response is missing"),
        (bool((x < 0).any()), "a concentration is below 0"),
        (
            lacking > 0,
            f"{levels} standards of different concentration, {model} needs {levels + lacking}",
        ),
        (y.size > 0 and bool(np.ptp(y) == 0), "all responses are the same"),
        (
            weighting != "none" and bool((y <= 0).any()),
            f"a response is not above 0, which the weights {weighting} need",
        ),
    ]
    found = [fault for wrong, fault in faults if wrong]
    if found:
        msg = f"standards cannot carry a curve: {'; '.join(found)}"
        raise DataError(msg)


def _limits(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the limits of a, d, log c, log b and log g."""
    span, many = 10 * float(np.ptp(y)), float(np.log(50))
    low, high = float(y.min()) - span, float(y.max()) + span
    first, last = np.log(x[x > 0].min() / 1000), np.log(x.max() * 1000)
    return np.array([low, low, first, -many, -many]), np.array([high, high, last, many, many])


def _warn(x: Floats, y: Floats, found: Floats) -> tuple[str, ...]:
    """Say what the standards do not determine, and where they do not reach an end of the curve."""
    names = ["response to none", "response to infinitely much", "turning", "slope", "asymmetry"]
    lowest, highest = (limit[: found.size] for limit in _limits(x, y))
    near = 1e-3 * (highest - lowest)
    stuck = (found < lowest + near) | (found > highest - near)
    warnings = [
        f"the standards do not determine the {name}: it stands at its limit"
        for name, at_limit in zip(names, stuck, strict=False)
        if at_limit
    ]
    turning, first, last = float(np.exp(found[2])), float(x[x > 0].min()), float(x.max())
    if turning > last:
        warnings.append(f"the curve turns at {turning:.4g}, above the highest standard {last:.4g}")
    if turning < first:
        warnings.append(f"the curve turns at {turning:.4g}, below the lowest standard {first:.4g}")
    return tuple(warnings)
