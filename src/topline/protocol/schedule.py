"""When patients are assessed, with windows."""

from pydantic import Field

from topline.protocol.words import Duration, Text
from topline.values import Value


class Interval(Value):
    """A stretch of the schedule with one distance between assessments."""

    every: Duration
    until: Duration | None = None
    """End of the stretch, counted from the start of treatment; None: to the end."""


class TumorAssessment(Value):
    """Imaging."""

    baseline_within: Duration
    """Longest time between the baseline assessment and the first dose."""
    every: tuple[Interval, ...] = Field(min_length=1)
    """Stretches in order; only the last may go on to the end."""
    window: Duration
    """How much earlier or later an assessment may be and still belong to its planned visit."""
    method: str | None = None


class Questionnaires(Value):
    """Patient-reported outcomes."""

    instruments: tuple[Text, ...]
    baseline: bool = True
    every: Duration
    window: Duration = Duration("0 days")


class Samples(Value):
    """Blood or tissue taken for biomarkers."""

    name: Text
    specimen: Text
    at: tuple[Text, ...]
    """Time points in words, as the visits name them."""


class Schedule(Value):
    """Every planned assessment."""

    tumor_assessment: TumorAssessment
    quality_of_life: Questionnaires | None = None
    samples: tuple[Samples, ...] = ()
    follow_up: Duration | None = None
    """Planned follow-up after the last subject's first dose."""
