r"""Two randomised arms, compared by the log-rank test.

With a share $q$ of the subjects in the experimental arm and a hazard ratio $h$, the events are

- Schoenfeld: $(z_\alpha + z_\beta)^2 / (q (1 - q) \log^2 h)$ [1]_;
- Freedman: $(z_\alpha + z_\beta)^2 (1 + r h)^2 / (r (1 - h)^2)$, $r = q / (1 - q)$ [2]_.

Subjects are those of whom as many events can be expected with the accrual, follow-up and drop-out
planned, the control arm's curve known and hazards proportional.

References
----------
.. [1] Schoenfeld DA (1983). Sample-size formula for the proportional-hazards regression model.
   Biometrics 39(2): 499-503.
.. [2] Freedman LS (1982). Tables of the number of patients required in clinical trials using the
   logrank test. Statistics in Medicine 1(2): 121-129.
"""

from dataclasses import dataclass
from math import ceil, log
from statistics import NormalDist
from typing import Literal

from topline.design.follow_up import FollowUp
from topline.design.goal import refuse, require_errors, require_positive
from topline.design.one_arm_survival.survival_curve import Weibull, event_share

Formula = Literal["schoenfeld", "freedman"]


@dataclass(frozen=True, slots=True)
class LogRankDesign:
    """Events, subjects and what they rest on."""

    control: Weibull
    hazard_ratio: float
    follow_up: FollowUp
    alpha: float
    sides: Literal[1, 2]
    power: float
    ratio: float
    """Experimental subjects for each control."""
    formula: Formula
    events: float
    """Before rounding up."""
    event_share: float
    """Probability that a subject's event is seen, over both arms."""
    n: float
    """Subjects of both arms, before rounding up."""
    inflation: float = 1.0
    """By group-sequential looks."""

    @property
    def events_needed(self) -> int:
        """Whole events."""
        return ceil(self.events - 1e-9)

    @property
    def subjects(self) -> tuple[int, int]:
        """Whole subjects of the experimental and of the control arm."""
        share = self.ratio / (1 + self.ratio)
        return ceil(self.n * share - 1e-9), ceil(self.n * (1 - share) - 1e-9)


def events_needed(  # noqa: PLR0913 - a formula's terms
    hazard_ratio: float,
    alpha: float,
    power: float,
    *,
    sides: Literal[1, 2] = 2,
    ratio: float = 1.0,
    formula: Formula = "schoenfeld",
) -> float:
    """Compute the number of events, before rounding up.

    Parameters
    ----------
    hazard_ratio
        Experimental to control, not 1.
    alpha
        Of all sides together.
    power
        At the hazard ratio.
    sides
        1 or 2.
    ratio
        Experimental subjects for each control.
    formula
        As the module says.

    Examples
    --------
    >>> round(events_needed(0.7, 0.05, 0.8), 2)
    246.79
    >>> round(events_needed(0.7, 0.05, 0.8, formula="freedman"), 2)
    252.04
    """
    require_positive("the hazard ratio", hazard_ratio, "0.7")
    require_positive("the allocation ratio", ratio, "1")
    require_errors(alpha, power)
    if hazard_ratio == 1:
        refuse("the hazard ratio is 1; there is nothing to find, take one below 1")
    normal = NormalDist()
    z = (normal.inv_cdf(1 - alpha / sides) + normal.inv_cdf(power)) ** 2
    if formula == "schoenfeld":
        return z * (1 + ratio) ** 2 / (ratio * log(hazard_ratio) ** 2)
    if formula == "freedman":
        return z * (1 + ratio * hazard_ratio) ** 2 / (ratio * (1 - hazard_ratio) ** 2)
    return refuse(f"there is no formula {formula!r}; choose schoenfeld or freedman")


def find_logrank(  # noqa: PLR0913 - a formula's terms
    control: Weibull,
    hazard_ratio: float,
    follow_up: FollowUp,
    alpha: float,
    power: float,
    *,
    sides: Literal[1, 2] = 2,
    ratio: float = 1.0,
    formula: Formula = "schoenfeld",
    inflation: float = 1.0,
) -> LogRankDesign:
    """Find events and subjects.

    Parameters
    ----------
    control
        Survival curve of the control arm.
    hazard_ratio, alpha, power, sides, ratio, formula
        As for `events_needed`.
    follow_up
        Accrual, minimum follow-up and drop-out.
    inflation
        Of the events, by group-sequential looks.

    Examples
    --------
    >>> from topline.design.one_arm_survival.survival_curve import curve_through
    >>> found = find_logrank(curve_through(12, 0.5), 0.7, FollowUp(24, 12), 0.05, 0.8)
    >>> found.events_needed, found.subjects
    (247, (185, 185))
    """
    events = inflation * events_needed(
        hazard_ratio, alpha, power, sides=sides, ratio=ratio, formula=formula
    )
    experimental = event_share(control.with_ratio(hazard_ratio), follow_up)
    share = (ratio * experimental + event_share(control, follow_up)) / (1 + ratio)
    return LogRankDesign(
        control, hazard_ratio, follow_up, alpha, sides, power, ratio, formula, events, share,
        events / share, inflation,
    )  # fmt: skip
