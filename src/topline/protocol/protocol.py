"""The whole protocol as one frozen value."""

import datetime as dt
from typing import Literal

from pydantic import Field

from topline.protocol.adverse_events import AdverseEvents
from topline.protocol.analyses import Analysis
from topline.protocol.analysis_sets import AnalysisSet
from topline.protocol.appearance import Appearance
from topline.protocol.biomarkers import Biomarker
from topline.protocol.dates import PartialDates
from topline.protocol.design import Design
from topline.protocol.displays import Display
from topline.protocol.disposition import Disposition
from topline.protocol.eligibility import Eligibility
from topline.protocol.endpoints import Endpoint
from topline.protocol.laboratory import Laboratory
from topline.protocol.questionnaires import Form
from topline.protocol.response import Response
from topline.protocol.schedule import Schedule
from topline.protocol.study import Study
from topline.protocol.treatments import Deviations, Treatments
from topline.protocol.variables import SubjectVariable
from topline.protocol.wording import Wording
from topline.protocol.words import Identifier, Variable
from topline.values import Value


class Protocol(Value):
    """What was promised: everything by which one trial differs from another."""

    topline: Literal[1]
    """Version of this file's format."""
    study: Study
    design: Design
    eligibility: Eligibility = Eligibility()
    treatments: Treatments
    schedule: Schedule
    disposition: Disposition = Disposition()
    partial_dates: PartialDates = PartialDates()
    response: Response = Response()
    adverse_events: AdverseEvents = AdverseEvents()
    laboratory: Laboratory | None = None
    """None: laboratory results are not analysed."""
    deviations: Deviations | None = None
    """None: protocol deviations are not listed."""
    biomarkers: dict[Variable, Biomarker] = Field(default_factory=dict)
    """Biomarkers by PARAMCD of ADBM; one may use those before it."""
    questionnaires: dict[Variable, Form] = Field(default_factory=dict)
    """Questionnaires on quality of life, by PARAMCD of their forms in ADQS."""
    variables: dict[Variable, SubjectVariable] = Field(default_factory=dict)
    """Subject-level variables by ADSL name; each may use those before it."""
    analysis_sets: dict[Identifier, AnalysisSet] = Field(min_length=1)
    endpoints: dict[Identifier, Endpoint] = Field(default_factory=dict)
    analyses: dict[Identifier, Analysis] = Field(default_factory=dict)
    appearance: Appearance = Appearance()
    displays: tuple[Display, ...] = ()
    """In the order of the report."""
    words: Wording = Wording()
    """Results paragraphs."""

    def at_cut(self, cutoff: dt.date | None) -> "Protocol":
        """Return the same protocol at another data cut; None changes nothing."""
        if cutoff is None:
            return self
        study = self.study.model_copy(update={"data_cut": cutoff})
        return self.model_copy(update={"study": study})
