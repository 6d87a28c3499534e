"""From the responses of all assessments to the best overall response of a subject."""

import dataframely as dy
import polars as pl

from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.schemas import BestResponses


def derive_best_response(
    assessments: pl.DataFrame, subjects: pl.DataFrame, criteria: Criteria
) -> dy.DataFrame[BestResponses]:
    """Derive one best overall response a subject, with dates and reason."""
    raise NotImplementedError
