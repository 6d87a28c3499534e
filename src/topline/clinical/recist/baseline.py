"""Check the choice of target lesions at baseline."""

import dataframely as dy
import polars as pl

from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.schemas import BaselineFindings


def derive_baseline_findings(
    lesions: pl.DataFrame, criteria: Criteria
) -> dy.DataFrame[BaselineFindings]:
    """List target lesions that break the rules of their choice."""
    raise NotImplementedError
