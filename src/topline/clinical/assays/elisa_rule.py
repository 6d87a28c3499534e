"""What laboratories may set differently in reading an ELISA; apart, so that no curve is loaded.

References
----------
.. [1] FDA (2018). Bioanalytical method validation: guidance for industry; table 1, ligand binding
   assays: standards within 20 % of nominal, 25 % at the lower limit of quantification; precision
   20 %, 25 % there; 75 % of the standards and 67 % of the controls of a run within their limits.
"""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat

from topline.values import Value

Model = Literal["4PL", "5PL"]
Weighting = Literal["none", "1/y", "1/y^2"]
Share = Annotated[float, Field(ge=0, le=1)]


class ElisaRule(Value):
    """How a plate is read; limits are those of [1]_.

    Examples
    --------
    >>> ElisaRule().most_cv_percent
    20.0
    """

    model: Model = "4PL"
    """Curve of four or five parameters."""
    weighting: Weighting = "none"
    """Weights of the squared residuals."""
    subtract_blank: bool = False
    """Whether the mean of the wells without sample is taken off every response."""
    mean_of: Literal["responses", "concentrations"] = "responses"
    """What is averaged over the replicates of a sample."""
    most_cv_percent: PositiveFloat = 20.0
    """Largest coefficient of variation of replicates, percent."""
    recovery_within_percent: PositiveFloat = 20.0
    """How far a standard read from the curve may be from nominal, percent."""
    recovery_within_percent_lowest: PositiveFloat = 25.0
    """The same at the lowest standard."""
    lower_limit: NonNegativeFloat | None = None
    """Lower limit of quantification, undiluted; None: the lowest standard above 0."""
    upper_limit: PositiveFloat | None = None
    """Upper limit of quantification, undiluted; None: the highest standard."""
    least_standards_accepted: Share = 0.75
    """Smallest share of the standards above 0 that must be accepted, or the plate is flagged."""
    least_controls_accepted: Share = 2 / 3
    """The same of the controls, where there are any."""
    least_replicates: int = Field(default=2, ge=1)
    """Fewest wells of a sample; a result from fewer is flagged."""
