"""What the records of a trial look like, beyond its protocol: the `records:` part.

Where a field is an expression, it is SQL over the columns of the patients: those of
`topline.reconstruct.cohort.COURSE`, one for each attribute of `published.yaml`, and the drawn
columns of `columns` here. Days are study days; the first dose is day 1, and there is no day 0.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from topline.protocol.words import Expression, Identifier, Text, Variable
from topline.reconstruct.records.measured_test import MeasuredTest
from topline.reconstruct.records.row_specification import Rows
from topline.values import Value

Share = Annotated[float, Field(ge=0, le=1)]
Days = tuple[PositiveInt, PositiveInt]
"""Fewest and most, or first and last."""
_WELLS: Final = 96


class Column(Value):
    """A column added to the patients: drawn, or an expression over those before it."""

    draw: tuple[float, float] | None = None
    """Bounds of a uniform draw; whole numbers where both are whole."""
    rule: Expression | None = None
    """Value; where there is a draw too, it stands in the rule as DRAW."""


class EndReason(Value):
    """How a reason for the end of treatment is recorded in DS."""

    decoded: Text
    """DSDECOD, as the protocol's `disposition.reasons` names it."""
    verbatim: Text
    """DSTERM; `{event}` stands for the adverse event behind it."""
    causes: tuple[Text, ...] | None = None
    """AEDECOD terms among which the event behind it is; empty: any related one; None: no event."""


class Subjects(Value):
    """DM, DS and SS."""

    arm: Expression | None = None
    """ARMCD of each patient; None: the protocol's only arm, or the first."""
    country: str | None = None
    consent: Days = (14, 27)
    """Days from consent to the first dose."""
    enrolled: PositiveInt = 2
    """Days from enrolment to the first dose; at most those of consent."""
    end_reasons: dict[Text, EndReason] = Field(default_factory=dict)
    """By END_REASON; a reason not named here is recorded in its own words."""
    death: Text = "Death"
    """DSTERM of a death."""
    contacts_every: PositiveInt = 84
    """Days between contacts after treatment."""


class DoseChange(Value):
    """A change of one drug's dose in some patients."""

    drug: Text
    """Name in the protocol's treatments."""
    kind: Literal["reduced", "interrupted", "stopped"]
    """reduced: one level less from then on; stopped: this drug alone, for good."""
    where: Expression
    """Which patients."""
    causes: tuple[Text, ...] = ()
    """AEDECOD terms among which the event behind it is, that of the highest grade; any related one
    of a patient who has none of them, or where this is empty."""
    cause: Expression | None = None
    """AEDECOD of the event behind it, patient by patient; precedes `causes`."""
    day: Expression | None = None
    """Its day; None: drawn."""
    days: Days = (22, 180)
    """Window of the day, cut to the time on treatment. A reduction after an interruption of the
    same drug takes place when the drug is taken up again."""
    length: Days = (5, 12)
    """Days of an interruption, at most what the protocol allows. With days off, the next course
    is delayed by so much."""
    resolved: Expression | None = None
    """Patients whose event was over afterwards; None: left to the event."""


class Exposure(Value):
    """EX, and the end of single drugs."""

    forms: dict[Text, Text] = Field(default_factory=dict)
    """EXDOSFRM by drug."""
    frequencies: dict[Text, Text] = Field(default_factory=dict)
    """EXDOSFRQ by drug; QD where a drug is not named."""
    changes: tuple[DoseChange, ...] = ()


class Organ(Value):
    """An organ that may hold lesions."""

    organ: Text
    """TULOC."""
    where: Expression | None = None
    """Patients with disease there; None: all."""
    nodal: bool = False
    """Whether the short axis is measured."""
    targets: Annotated[int, Field(ge=0, le=2)] = 1
    """Target lesions there, as far as five in all allow; 0: never measured, as bone."""
    others: Annotated[int, Field(ge=0)] = 0
    """Non-target lesions there beside."""
    diameter: tuple[PositiveInt, PositiveInt] = (16, 62)
    """Smallest and largest at baseline, mm."""


class Tumors(Value):
    """TU, TR and RS: lesions that give each patient's planned course."""

    organs: tuple[Organ, ...] = (Organ(organ="LIVER", targets=2, others=1),)
    """In the order in which targets are chosen. A patient without any target gets one of the first
    organ."""
    baseline: Days = (4, 14)
    """Days from the baseline scan to the first dose."""
    methods: dict[Text, Share] = Field(default_factory=lambda: {"CT SCAN": 0.8, "MRI": 0.2})
    """TUMETHOD with its share of patients."""
    progression: dict[Literal["growth", "new lesion", "non-target"], Share] = Field(
        default_factory=lambda: {"growth": 0.6, "new lesion": 0.3, "non-target": 0.1}
    )
    """How progression shows, with shares. Growth that the best change forbids becomes a new
    lesion; a patient without non-target lesions has no progression of them."""
    new_lesion: Text = "LIVER"
    """TULOC of a new lesion."""
    not_evaluable: Share = 0.02
    """Share of assessments with a lesion not measured, where the course does not rest on them."""
    timing: Days = (4, 5)
    """Most days that a scan is early, and late, within the protocol's window."""


class Event(Value):
    """A term of which each patient's highest grade is planned."""

    term: Text
    """AEDECOD."""
    system: Text
    """AEBODSYS."""
    grade: Expression
    """Highest grade, 1 to 5; null, 0 or text that is no number: the patient has not had it."""
    verbatim: dict[Text, Text] = Field(default_factory=dict)
    """AETERM by grade, where it is not the term."""
    related: bool = True
    onset: Expression | None = None
    """Its day; None: drawn, before a change of dose or the end that it leads to."""
    onset_days: Days = (4, 260)
    """Window of the day, cut to the time on treatment."""
    lasts: Days = (6, 60)
    """Days; an event longer than the patient was followed has no end."""
    serious_from: PositiveInt = 4
    """Least grade that is serious."""
    ends_treatment_from: PositiveInt = 4
    """Least grade that begins shortly before the end of treatment, where there is one."""


class AdverseEvents(Value):
    """AE."""

    events: tuple[Event, ...] = ()
    unrelated: dict[Text, Text] = Field(default_factory=dict)
    """Terms of other events, with their AEBODSYS."""
    most_unrelated: Annotated[int, Field(ge=0)] = 3
    """Most of them in one patient."""
    milder_first: Share = 0.35
    """Share of events of grade 2 or 3 that have a record of grade 1 before."""
    causality: tuple[Text, Text] = ("RELATED", "NOT RELATED")
    """AEREL of a related and an unrelated event."""


class Level(Value):
    """Course of one scale of a questionnaire, on 0 to 100."""

    start: Annotated[float, Field(ge=0, le=100)] = 25
    """Mean at baseline."""
    change: float = 0
    """Mean change at `after` days, kept afterwards."""
    after: PositiveInt = 168
    where: Expression | None = None
    """Patients of whom the change is; None: all."""


class Answers(Value):
    """How one form of the protocol's questionnaires is filled in."""

    category: Text
    """QSCAT."""
    label: Text
    """What QSTEST calls the form."""
    levels: dict[Text, Level] = Field(default_factory=dict)
    """By name of the scale; a functional or global scale not named starts at 75, a symptom at
    25."""
    optional: tuple[PositiveInt, ...] = ()
    """Items that do not apply to everybody."""


class QuestionnaireAnswers(Value):
    """QS."""

    forms: dict[Identifier, Answers] = Field(default_factory=dict)
    """By the key in the protocol's questionnaires."""
    spread: tuple[float, float] = (10, 10)
    """Standard deviations between patients, and between forms of one patient, points."""
    burden: Expression | None = None
    """Points by which a patient is worse than others, on every scale."""
    missed: tuple[Share, Share] = (0.03, 0.11)
    """Share of forms not filled in, at baseline and later."""
    empty: Share = 0.012
    """Share of items left empty."""
    not_applicable: Share = 0.35
    """Share of optional items left empty."""


class PriorClass(Value):
    """A class of earlier treatment."""

    name: Text
    """CMCLAS."""
    where: Expression
    """Patients who had it."""
    regimens: tuple[tuple[Text, ...], ...] = Field(min_length=1)
    """CMDECOD of one of these, together."""
    again: bool = False
    """Whether it may fill a further line."""
    stays: Expression | None = None
    """Patients in whom it goes on until the first dose."""


class PriorTherapy(Value):
    """CM: earlier lines of treatment, with CMLINE in SUPPCM."""

    classes: tuple[PriorClass, ...] = ()
    """In their usual order."""
    lines: Expression | None = None
    """Number of lines; None: one for each class."""
    since: Expression = "-730"
    """Day of diagnosis, negative; lines fill the time from then on."""
    category: Text = "PRIOR ANTICANCER THERAPY"
    indication: Text = "Cancer"


class Plates(Value):
    """Plates of one immunoassay, which give back what LB holds of its test."""

    standards: tuple[Annotated[float, Field(ge=0)], ...] = Field(min_length=5)
    """Concentrations of the standards, in duplicate."""
    controls: dict[Text, PositiveFloat] = Field(default_factory=dict)
    """Concentrations of the controls by their names."""
    samples: PositiveInt = 27
    """Most samples on a plate of 96 wells, in duplicate."""
    dilution: PositiveFloat = 4
    """Of samples above the highest standard."""
    curve: tuple[float, float, float, float] = (0.052, 3.21, 455.0, 1.12)
    """Density without analyte and at the most, turning point, slope."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        wells = 2 * (len(self.standards) + 1 + len(self.controls) + self.samples)
        if wells > _WELLS:
            msg = f"at most {_WELLS} wells, not {wells}"
            raise ValueError(msg)
        return self


class Picture(Value):
    """A drawn picture of a stained section, with the word SYNTHETIC in its corner."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    """Of the file, without .png."""
    marker: Text
    where: Expression
    """Whose section it is: the first patient whom no picture before shows, if there is one."""
    pixel: PositiveFloat
    """Width of a pixel, micrometres."""
    magnification: Text
    staining: Text
    cells: Annotated[float, Field(ge=0, le=2)] = 0
    """Optical density of the stain on tumor cells."""
    vessels: Annotated[float, Field(ge=0, le=2)] = 0
    """The same along the stroma."""
    caption: Text
    day: int = -5
    visit: Text = "SCREENING"
    visit_number: float = 0


class Records(Value):
    """The records of a trial; all defaults together give DM, DS, SS, EX, TU, TR and RS.

    Examples
    --------
    >>> Records().tumors.organs[0].organ
    'LIVER'
    """

    columns: dict[Variable, Column] = Field(default_factory=dict)
    """Columns added to the patients, in order."""
    subjects: Subjects = Subjects()
    exposure: Exposure = Exposure()
    tumors: Tumors = Tumors()
    adverse_events: AdverseEvents = AdverseEvents()
    tests: tuple[MeasuredTest, ...] = ()
    """Laboratory tests and vital signs at screening, every cycle and with graded events."""
    questionnaires: QuestionnaireAnswers = QuestionnaireAnswers()
    prior_therapy: PriorTherapy = PriorTherapy()
    rows: tuple[Rows, ...] = ()
    """All other records, such as medical history, samples and markers."""
    plates: dict[Identifier, Plates] = Field(default_factory=dict)
    """By the key of an elisa among the protocol's biomarkers."""
    pictures: tuple[Picture, ...] = ()
    """Pictures of sections: images.csv, and the files."""
    without_records: dict[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], tuple[Variable, ...]] = (
        Field(default_factory=dict)
    )
    """Domains that were collected and hold nothing, with their variables after USUBJID: only a
    header is written, which says so."""
    parquet: tuple[str, ...] = ()
    """Domains written as Parquet, being long; the others are CSV."""
    qualifiers: dict[Variable, Text] = Field(default_factory=dict)
    """QLABEL of supplemental qualifiers by QNAM."""
