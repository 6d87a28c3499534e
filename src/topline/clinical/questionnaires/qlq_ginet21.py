"""EORTC QLQ-GINET21: 21 items on neuroendocrine tumours of gut and pancreas, numbered 31 to 51.

Answers are from 1 (not at all) to 4 (very much); what does not apply to the patient is missing.
Every score is one of trouble: a high one is bad, also of the scales whose names say function.

The validation found that weight gain (item 46) does not go with the other items on treatment and
took it as an item of its own [2]_: `QLQ_GINET21_WEIGHT_APART` scores it so, `QLQ_GINET21` by the
module's scoring instructions.

References
----------
.. [1] Davies AHG, Larsson G, Ardill J, et al. (2006). Development of a disease-specific quality of
   life questionnaire module for patients with gastrointestinal neuroendocrine tumours. European
   Journal of Cancer 42: 477-484.
.. [2] Yadegarfar G, Friend L, Jones L, et al. (2013). Validation of the EORTC QLQ-GINET21
   questionnaire for assessing quality of life of patients with gastrointestinal neuroendocrine
   tumours. British Journal of Cancer 108: 301-310.
"""

from topline.clinical.questionnaires.instrument import Questionnaire, Scale

_CITATION = "EORTC QLQ-GINET21 (Davies 2006, Yadegarfar 2013)"
_WITH_WEIGHT = Scale(name="TR", label="Treatment", kind="symptom", items=(39, 40, 46))
_WITHOUT = (
    Scale(name="TR", label="Treatment", kind="symptom", items=(39, 40)),
    Scale(name="WG", label="Weight gain", kind="symptom", items=(46,)),
)
_BEFORE = (
    Scale(name="ED", label="Endocrine symptoms", kind="symptom", items=(31, 32, 33)),
    Scale(name="GI", label="GI symptoms", kind="symptom", items=(34, 35, 36, 37, 38)),
)
_AFTER = (
    Scale(name="SF21", label="Social function", kind="symptom", items=(42, 44, 49)),
    Scale(name="DRW", label="Disease-related worries", kind="symptom", items=(41, 43, 47)),
    Scale(name="MBP", label="Muscle or bone pain", kind="symptom", items=(48,)),
    Scale(name="SX", label="Sexual function", kind="symptom", items=(51,)),
    Scale(name="INF", label="Information and communication", kind="symptom", items=(50,)),
    Scale(name="BI", label="Body image", kind="symptom", items=(45,)),
)
_ITEMS = tuple(range(31, 52))
QLQ_GINET21 = Questionnaire(
    name="EORTC QLQ-GINET21",
    version="2006",
    items=_ITEMS,
    scales=(*_BEFORE, _WITH_WEIGHT, *_AFTER),
    citation=_CITATION,
)
"""By the scoring instructions: weight gain with the other items on treatment."""
QLQ_GINET21_WEIGHT_APART = Questionnaire(
    name="EORTC QLQ-GINET21",
    version="2013",
    items=_ITEMS,
    scales=(*_BEFORE, *_WITHOUT, *_AFTER),
    citation=_CITATION,
)
"""As validated: weight gain an item of its own."""
