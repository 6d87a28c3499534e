r"""How much of an error may be spent by an information fraction: alpha and beta spending functions.

obrien-fleming
    $2 - 2\Phi(z_{1 - \alpha / 2} / \sqrt t)$ [1]_, close to O'Brien and Fleming's boundary.
pocock
    $\alpha \log(1 + (e - 1) t)$ [1]_, close to Pocock's.
hwang-shih-decani
    $\alpha (1 - e^{-\gamma t}) / (1 - e^{-\gamma})$ [2]_; $\gamma = -4$ is late, 1 early.
power
    $\alpha t^\rho$ [3]_.

References
----------
.. [1] Lan KKG, DeMets DL (1983). Discrete sequential boundaries for clinical trials. Biometrika
   70(3): 659-663.
.. [2] Hwang IK, Shih WJ, De Cani JS (1990). Group sequential designs using a family of type I error
   probability spending functions. Statistics in Medicine 9(12): 1439-1445.
.. [3] Kim K, DeMets DL (1987). Design and analysis of group sequential tests based on the type I
   error spending rate function. Biometrika 74(1): 149-154.
"""

from dataclasses import dataclass
from math import e, erfc, expm1, log, sqrt
from statistics import NormalDist
from typing import Final, Literal

from topline.design.goal import refuse, require_positive, require_share

Kind = Literal["obrien-fleming", "pocock", "hwang-shih-decani", "power"]
KINDS: Final[tuple[Kind, ...]] = ("obrien-fleming", "pocock", "hwang-shih-decani", "power")


@dataclass(frozen=True, slots=True)
class Spending:
    """A spending function."""

    kind: Kind
    parameter: float = 0.0
    """Gamma of Hwang, Shih and De Cani; rho of the power family; of no meaning else."""

    def __post_init__(self) -> None:
        """Refuse what is no spending function."""
        if self.kind not in KINDS:
            refuse(f"there is no spending function {self.kind!r}; choose {', '.join(KINDS)}")
        if self.kind == "power":
            require_positive("rho of the power family", self.parameter, "3")

    def spent(self, error: float, fraction: float) -> float:
        """Error spent by an information fraction.

        Examples
        --------
        >>> round(Spending("obrien-fleming").spent(0.025, 0.5), 6)
        0.001525
        """
        require_share("the error to spend", error, "0.025")
        if not 0 < fraction <= 1:
            refuse(f"an information fraction is {fraction:g}; take above 0 to 1")
        if self.kind == "obrien-fleming":
            return erfc(NormalDist().inv_cdf(1 - error / 2) / sqrt(2 * fraction))
        if self.kind == "pocock":
            return error * log(1 + (e - 1) * fraction)
        if self.kind == "power":
            return error * fraction**self.parameter
        gamma = self.parameter
        return error * (fraction if gamma == 0 else expm1(-gamma * fraction) / expm1(-gamma))
