"""Planned analyses of single patients: what their plots and panels of pictures show."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from topline.protocol.endpoints import Date, DateSource, NamedDate
from topline.protocol.words import Expression, Identifier, Text, Variable
from topline.values import Value

Unit = Literal["days", "weeks", "months", "years"]


class DrugStopped(Value):
    """Day on which one drug was stopped for good, from ADEX."""

    drug: Text
    """As `treatments.drugs` names it."""
    alone: bool = True
    """Only where another drug went on."""
    label: Text
    """Name of the mark."""


def _form(value: object) -> str:
    if isinstance(value, str):
        return "named"
    stopped = isinstance(value, DrugStopped) or (isinstance(value, dict) and "drug" in value)
    return "drug" if stopped else "own"


MarkedDate = Annotated[
    Annotated[NamedDate, Tag("named")]
    | Annotated[DrugStopped, Tag("drug")]
    | Annotated[DateSource, Tag("own")],
    Discriminator(_form),
]
"""A named date, a source of one's own (dataset, date, where, label), or a drug stopped."""

_NEW_LESION = DateSource(
    dataset="ADRS",
    date="ADT",
    where="PARAMCD = 'NEWLESN' AND AVALC = 'Y' AND ANL01FL = 'Y'",
    label="New lesion",
)


class _OfPatients(Value):
    """What every analysis of single patients says."""

    analysis_set: Identifier
    where: Expression | None = None
    """Among some of the set, as a condition over ADSL."""
    label: Text | None = None
    """What is special about this analysis."""
    by: tuple[Variable, ...] = ()
    """ADSL variables by which figures may colour or sort."""


class PatientCourses(_OfPatients):
    """Course of each patient's treatment: how long, why it ended, and when what happened."""

    kind: Literal["patient-courses"]
    start: Date = Field(default="first dose", alias="from")
    """Day 1 of the bars."""
    until: Date = "last dose"
    """Last day of the bars."""
    drugs: tuple[Text, ...] = ()
    """A bar for each of these drugs, first to last dose, from ADEX; empty: one bar of the whole
    treatment."""
    dates: tuple[MarkedDate, ...] = ("first response", "progression", "death")
    """Dates marked on the bars, or behind their end."""
    reason: Variable = "DCTREAS"
    """ADSL variable that says why treatment ended; of those without, EOTSTT says how it stands."""
    unit: Unit = "months"


class PatientChanges(_OfPatients):
    """Change of each patient's tumor from baseline: the best one, and all over time.

    Sums of diameters count as for the best response: up to progression, and to the end of
    `response.until`. Another dataset's values count under treatment as `rows` says.
    """

    kind: Literal["patient-changes"]
    start: Date = Field(default="first dose", alias="from")
    """Day 1 of the time axis; changes before it are left out."""
    dataset: Annotated[str, Field(pattern=r"^AD[A-Z0-9]{1,6}$")] = "ADTR"
    """ADaM dataset with one row a subject, parameter and date."""
    parameter: Text = "SUMDIAM"
    """Its PARAMCD."""
    value: Variable = "PCHG"
    """Change from baseline in percent."""
    rows: Expression | None = None
    """Which rows of the dataset after the baseline; None: all."""
    best: Literal["lowest", "highest"] = "lowest"
    """Which change is the best."""
    response: Literal["BOR", "CBOR"] | None = "BOR"
    """Best overall response told of each patient (ADRS); None: not told."""
    dates: tuple[MarkedDate, ...] = (_NEW_LESION, "progression")
    """Dates marked on the lines over time."""
    unit: Unit = "months"


class PatientValues(_OfPatients):
    """Values of each patient, side by side or visit by visit."""

    kind: Literal["patient-values"]
    variables: tuple[Variable, ...] = ()
    """ADSL numbers in their order, such as a marker at baseline and its lowest value."""
    dataset: Annotated[str, Field(pattern=r"^AD[A-Z0-9]{1,6}$")] | None = None
    """Or an ADaM dataset with one row a subject, parameter and visit."""
    parameter: Text | None = None
    """Its PARAMCD."""
    value: Variable = "AVAL"
    visit: Variable = "AVISIT"
    visits: tuple[Text, ...] = ()
    """Visits in their order; empty: all, by AVISITN."""
    rows: Expression | None = None
    """Which rows of the dataset."""
    complete: bool = True
    """Of `variables`: only patients who have all of them."""

    @model_validator(mode="after")
    def _one_source(self) -> "PatientValues":
        from_dataset = self.dataset is not None and self.parameter is not None
        if bool(self.variables) == from_dataset:
            msg = "either variables, or dataset and parameter"
            raise ValueError(msg)
        return self


class PatientPictures(_OfPatients):
    """Pictures of stained sections, with what was measured in each."""

    kind: Literal["patient-pictures"]
    markers: tuple[Identifier, ...] = Field(min_length=1)
    """Biomarkers with assay image, in the order in which they are shown."""
    rows: Expression | None = None
    """Which rows of ADBM, such as those of one visit."""


OfPatients = PatientCourses | PatientChanges | PatientValues | PatientPictures
"""Kinds with results of single patients; `analyses.results.PATIENT_KINDS` names them."""
