"""EORTC QLQ-C30 version 3.0: 30 items, 15 scales, and the summary score of 13 of them.

Items 1 to 28 are answered from 1 (not at all) to 4 (very much), items 29 and 30 from 1 (very poor)
to 7 (excellent).

References
----------
.. [1] Fayers PM, Aaronson NK, Bjordal K, et al. (2001). The EORTC QLQ-C30 scoring manual, 3rd
   edition. Brussels: EORTC; table 1 for version 3.0.
.. [2] Giesinger JM, Kieffer JM, Fayers PM, et al. (2016). Replication and validation of higher
   order models demonstrated that a summary score for the EORTC QLQ-C30 is robust. Journal of
   Clinical Epidemiology 69: 79-88.
"""

import polars as pl

from topline.clinical.questionnaires.instrument import Questionnaire, Scale

QLQ_C30 = Questionnaire(
    name="EORTC QLQ-C30",
    version="3.0",
    items=tuple(range(1, 31)),
    other_answers=((29, (1, 7)), (30, (1, 7))),
    scales=(
        Scale(name="QL", label="Global health status / QoL", kind="global", items=(29, 30)),
        Scale(name="PF", label="Physical functioning", kind="functional", items=(1, 2, 3, 4, 5)),
        Scale(name="RF", label="Role functioning", kind="functional", items=(6, 7)),
        Scale(name="EF", label="Emotional functioning", kind="functional", items=(21, 22, 23, 24)),
        Scale(name="CF", label="Cognitive functioning", kind="functional", items=(20, 25)),
        Scale(name="SF", label="Social functioning", kind="functional", items=(26, 27)),
        Scale(name="FA", label="Fatigue", kind="symptom", items=(10, 12, 18)),
        Scale(name="NV", label="Nausea and vomiting", kind="symptom", items=(14, 15)),
        Scale(name="PA", label="Pain", kind="symptom", items=(9, 19)),
        Scale(name="DY", label="Dyspnoea", kind="symptom", items=(8,)),
        Scale(name="SL", label="Insomnia", kind="symptom", items=(11,)),
        Scale(name="AP", label="Appetite loss", kind="symptom", items=(13,)),
        Scale(name="CO", label="Constipation", kind="symptom", items=(16,)),
        Scale(name="DI", label="Diarrhoea", kind="symptom", items=(17,)),
        Scale(name="FI", label="Financial difficulties", kind="symptom", items=(28,)),
    ),
    citation="EORTC QLQ-C30 scoring manual, 3rd edition (2001)",
)
_NOT_IN_SUMMARY = ("QL", "FI")
SUMMARY = "SUMMARY"
"""Name of the summary score among scales."""


def derive_summary_scores(scores: pl.DataFrame) -> pl.DataFrame:
    """Derive the summary score of every form: the mean of 13 scores, symptoms reversed [2]_.

    Global health and financial difficulties do not enter it.

    Parameters
    ----------
    scores
        `Scores` of the QLQ-C30.

    Returns
    -------
    DataFrame
        `subject`, `form` and `score`, sorted; null unless all 13 scores are known.

    Examples
    --------
    >>> names = [scale.name for scale in QLQ_C30.scales]
    >>> values = [100.0 * scale.high_is_good for scale in QLQ_C30.scales]
    >>> forms = pl.DataFrame({"subject": "1", "form": 1, "scale": names, "score": values})
    >>> derive_summary_scores(forms).row(0)
    ('1', 1, 100.0)
    """
    used = [scale for scale in QLQ_C30.scales if scale.name not in _NOT_IN_SUMMARY]
    symptoms = [scale.name for scale in used if not scale.high_is_good]
    score = pl.col("score")
    good = pl.when(pl.col("scale").is_in(symptoms)).then(100 - score).otherwise(score)
    entering = pl.col("scale").is_in([scale.name for scale in used])
    known = good.filter(entering).drop_nulls()
    return (
        scores.group_by("subject", "form")
        .agg(score=pl.when(known.len() == len(used)).then(known.sort().mean()))
        .sort("subject", "form")
    )
