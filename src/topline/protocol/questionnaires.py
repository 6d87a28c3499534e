"""Questionnaires on quality of life: their records, scoring, important changes, completion."""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from topline.clinical.questionnaires.change import ImportantChange
from topline.clinical.questionnaires.scores import ScoringRule
from topline.protocol.words import Expression, Identifier, Text
from topline.values import Value

InstrumentName = Literal[
    "EORTC QLQ-C30 3.0", "EORTC QLQ-GINET21", "EORTC QLQ-GINET21, weight gain apart"
]


class Deterioration(Value):
    """When a score has deteriorated; the literature has no single definition (Anota 2015)."""

    threshold: PositiveFloat = 10.0
    """Points by which a score must be worse; 5 and 10 are in use."""
    reference: Literal["baseline", "best so far"] = "baseline"
    """Score to compare with."""
    definitive: Literal["no", "all later worse", "no recovery", "no gain on reference"] = "no"
    """Whether the first deterioration counts, or only one that lasts, and what lasting means."""


class Form(Value):
    """A questionnaire, and where its answers stand."""

    instrument: InstrumentName
    where: Expression | None = None
    """Which records of QS, such as those of one QSCAT; None: those whose QSTESTCD fits."""
    prefix: Text
    """First letters of QSTESTCD before the number of the item, such as EC30Q of EC30Q01."""
    first_item: PositiveInt | None = None
    """Number of the first item in QSTESTCD; None: as the instrument numbers it (31 of GINET21)."""
    scoring: ScoringRule = ScoringRule()
    """Missing and impossible answers; the manual's rule is half of the items of a scale."""
    important: ImportantChange = ImportantChange()
    """Bounds of small, moderate and large change (Osoba 1998)."""
    important_of: dict[Text, ImportantChange] = Field(default_factory=dict)
    """Bounds for single scales."""
    deterioration: Deterioration = Deterioration()


class QuestionnaireCompletion(Value):
    """Forms by visit: of those who owed one, and of all, how many filled it in."""

    kind: Literal["questionnaire-completion"]
    analysis_set: Identifier
    forms: tuple[Text, ...] = ()
    """Keys of the questionnaires; empty: all."""
    visits: tuple[Text, ...] = ()
    """AVISIT in order; empty: all that have forms, by AVISITN."""
    where: Expression | None = None
    """Among some of the set, as a condition over ADSL."""
    label: Text | None = None
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95


class QuestionnaireChanges(Value):
    """Subjects whose scores got better, stayed, or got worse by what matters to patients."""

    kind: Literal["questionnaire-changes"]
    analysis_set: Identifier
    scales: tuple[Text, ...] = Field(min_length=1)
    """PARAMCD in ADQS."""
    visits: tuple[Text, ...] = Field(min_length=1)
    """AVISIT in order."""
    where: Expression | None = None
    """Among some of the set, as a condition over ADSL."""
    label: Text | None = None
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95


Questioned = QuestionnaireCompletion | QuestionnaireChanges
