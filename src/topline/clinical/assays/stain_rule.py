"""Which colours stains have and when a pixel is stained; apart, so that no picture code is loaded.

References
----------
.. [1] Ruifrok AC, Johnston DA (2001). Quantification of histochemical staining by color
   deconvolution. Analytical and Quantitative Cytology and Histology 23: 291-299.
.. [2] Bankhead P, Loughrey MB, Fernandez JA, et al. (2017). QuPath: open source software for
   digital pathology image analysis. Scientific Reports 7: 16878. Thresholds 0.2, 0.4 and 0.6 are
   the defaults of its positive cell detection, 0.1 of its cell detection.
"""

from typing import Annotated

from pydantic import Field, PositiveFloat, model_validator

from topline.values import Value

Share = Annotated[float, Field(gt=0, le=1)]
Vector = tuple[float, float, float]


class StainRule(Value):
    """Which colours the stains have, and from which density on a pixel is stained.

    Examples
    --------
    >>> StainRule().moderate_od
    0.4
    """

    haematoxylin: Vector = (0.650, 0.704, 0.286)
    """Relative densities of haematoxylin in red, green and blue [1]_."""
    dab: Vector = (0.268, 0.570, 0.776)
    """The same of DAB."""
    empty: tuple[Share, Share, Share] = (1.0, 1.0, 1.0)
    """Light of empty glass in red, green and blue, as a share of the brightest there can be."""
    tissue_od: PositiveFloat = 0.1
    """Least density of either stain that is tissue [2]_."""
    weak_od: PositiveFloat = 0.2
    """Least density of DAB that is weak staining [2]_."""
    moderate_od: PositiveFloat = 0.4
    """Least density of DAB that is moderate staining [2]_."""
    strong_od: PositiveFloat = 0.6
    """Least density of DAB that is strong staining [2]_."""

    @model_validator(mode="after")
    def _rise(self) -> "StainRule":
        if not self.weak_od < self.moderate_od < self.strong_od:
            found = f"{self.weak_od:g}, {self.moderate_od:g}, {self.strong_od:g}"
            msg = f"densities of weak, moderate and strong staining must rise, not {found}"
            raise ValueError(msg)
        return self
