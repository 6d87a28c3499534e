"""Laboratory results and measurements: how they are graded, compared with baseline and counted."""

from typing import Literal

from pydantic import Field

from topline.clinical.ctcae.options import GradingOptions
from topline.protocol.words import Duration, Identifier, Text, Variable
from topline.values import Value


class LaboratoryTest(Value):
    """How one test is shown."""

    label: Text | None = None
    """Name in print; None: --TEST as collected."""
    unit: Text | None = None
    """Unit of the analysis, into which other units are converted; None: the most frequent one."""


class Laboratory(Value):
    """Analysis of laboratory results (ADLB), and of measurements by the same rules."""

    grading: GradingOptions = GradingOptions()
    """Version of CTCAE, and its words where they can be read in more than one way."""
    tests: dict[Text, LaboratoryTest] = Field(default_factory=dict)
    """Tests by --TESTCD in the order of print; others follow by their code."""
    also: tuple[Literal["EG", "VS"], ...] = ()
    """Domains besides LB: electrocardiograms (ADEG), weight and blood pressure (ADVS)."""
    baseline: Literal["on or before first dose", "before first dose"] = "on or before first dose"
    """Baseline is the last result of these days; on the day of the first dose, time of day is
    seldom known for both."""
    on_treatment_until: Duration | None = Duration("30 days")
    """How long after the last dose a result still counts as under treatment; None: for ever."""
    out_of_range: Literal["query", "limit", "half the limit", "not used"] = "query"
    """What a result beyond the range of the assay is, such as <3.42: no number, and a query; the
    limit; half of a lower limit; or no number, as agreed. The row says which side it is of."""
    anticoagulated: Variable | None = None
    """ADSL flag of subjects on anticoagulants, on which the grade of INR depends; None: nobody
    said, and `grading` says what then."""


Graded = Literal["ADLB", "ADEG", "ADVS"]
Direction = Literal["low", "high"]


class LaboratoryGrades(Value):
    """Subjects by test, direction and worst grade under treatment."""

    kind: Literal["laboratory-grades"]
    analysis_set: Identifier
    dataset: Graded = "ADLB"
    category: Text | None = None
    """Only tests of this category, as PARCAT1 has it; None: all."""
    tests: tuple[Text, ...] = ()
    """PARAMCD of the tests, in order; empty: every test that has a CTCAE term."""
    worsened: bool = False
    """Count a grade only where it is worse than at baseline; without a baseline, any grade is."""


class LaboratoryShift(Value):
    """Subjects by baseline and worst result under treatment."""

    kind: Literal["laboratory-shift"]
    analysis_set: Identifier
    dataset: Graded = "ADLB"
    of: Literal["grade", "range"] = "grade"
    """CTCAE grade, or position against the normal range: LOW, NORMAL or HIGH."""
    directions: tuple[Direction, ...] = Field(default=("low", "high"), min_length=1)
    category: Text | None = None
    """Only tests of this category, as PARCAT1 has it; None: all."""
    tests: tuple[Text, ...] = ()
    """PARAMCD of the tests, in order; empty: every test that has what is compared."""
