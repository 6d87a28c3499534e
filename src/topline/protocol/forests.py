"""What a forest plot can show: which estimate an analysis has in each of its lines."""

from topline.protocol.comparisons import Comparison, CoxRegression, EffectMeasure, Subgroups
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol

RATIOS = frozenset({"hazard ratio", "odds ratio", "risk ratio"})
"""Measures with a logarithmic axis, on which 1 means no difference."""
_EFFECTS: tuple[EffectMeasure, ...] = ("odds ratio", "risk ratio", "difference")


def measure_of(protocol: Protocol, analysis: object, effect: EffectMeasure | None = None) -> str:
    """Return what an analysis estimates in each line; empty where it has no such estimate.

    Parameters
    ----------
    protocol
        Gives endpoints and arms.
    analysis
        Subgroups, regression or comparison.
    effect
        Which of a comparison's effects; None: the first that it has.

    Returns
    -------
    str
        ``rate``, ``median``, ``hazard ratio``, ``odds ratio``, ``risk ratio`` or ``difference``.
    """
    match analysis:
        case CoxRegression():
            return "hazard ratio"
        case Subgroups():
            timed = isinstance(protocol.endpoints.get(analysis.endpoint), TimeToEvent)
            if len(protocol.study.arms) > 1:
                return "hazard ratio" if timed else analysis.effect
            return "median" if timed and analysis.rate_at is None else "rate"
        case Comparison():
            asked = {
                "odds ratio": analysis.odds_ratio,
                "risk ratio": analysis.risk_ratio,
                "difference": analysis.difference,
            }
            wanted = (effect,) if effect else _EFFECTS
            return next((name for name in wanted if asked[name] is not None), "")
        case _:
            return ""
