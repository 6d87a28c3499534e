"""What trials may set differently in RECIST 1.1; every default is the guideline's.

Sections are those of Eisenhauer EA et al. (2009), European Journal of Cancer 45: 228-247.
"""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from topline.values import Value

Percent = Annotated[float, Field(gt=0, le=100)]
Millimetres = Annotated[float, Field(ge=0)]
Tolerance = Annotated[float, Field(ge=0, lt=1)]


class Confirmation(Value):
    """When a response must be seen twice before it counts (sections 4.4.3 and 4.6.1)."""

    required: bool = False
    """True if CR and PR must be confirmed; asked for where response is the primary endpoint of a
    trial without a control arm (4.6.1)."""
    interval_days: NonNegativeInt = 28
    """Least number of days from the response to its confirmation (4.4.3)."""
    not_evaluable_between: NonNegativeInt = 1
    """Most NE assessments between the two (4.4.4 gives PR, NE, PR as a confirmed response)."""
    stable_disease_between: NonNegativeInt = 0
    """Most SD assessments between PR and its confirmation (table 3: PR, SD is SD)."""
    unconfirmed_response_counts_as: Literal["SD", "NE"] = "SD"
    """What an unconfirmed CR or PR still shows, if stable disease has lasted (table 3)."""


class Criteria(Value):
    """The numbers and choices of RECIST 1.1, ready to be written in a protocol.

    Examples
    --------
    >>> Criteria().partial_response_decrease_percent
    30.0
    >>> Criteria(confirmation={"required": True}).confirmation.interval_days
    28
    """

    partial_response_decrease_percent: Percent = 30.0
    """Decrease of the sum from baseline that is PR, percent (4.3.1)."""
    progression_increase_percent: PositiveFloat = 20.0
    """Increase of the sum from its nadir that is PD, percent (4.3.1)."""
    progression_increase_mm: Millimetres = 5.0
    """Increase of the sum from its nadir that PD needs as well, mm (4.3.1)."""
    normal_node_below_mm: PositiveFloat = 10.0
    """A lymph node with a shorter short axis is normal, mm (4.3.1, 4.3.3)."""
    too_small_to_measure_mm: Millimetres = 5.0
    """Diameter given to a lesion that is seen but too small to measure, mm (4.3.2)."""
    tolerance: Tolerance = 1e-6
    """A change this little short of its limit has reached it, percentage points or mm. It
    absorbs binary rounding; the guideline names none."""

    measurable_lesion_mm: PositiveFloat = 10.0
    """Least longest diameter of a measurable lesion on CT or by caliper, mm (3.1.1)."""
    measurable_node_mm: PositiveFloat = 15.0
    """Least short axis of a measurable lymph node, mm (3.1.1)."""
    measurable_on_chest_xray_mm: PositiveFloat = 20.0
    """Least longest diameter of a measurable lesion on chest X-ray, mm (3.1.1)."""
    most_target_lesions: PositiveInt = 5
    """Most target lesions of a subject (4.2)."""
    most_target_lesions_per_organ: PositiveInt = 2
    """Most target lesions in one organ (4.2); lymph nodes together are one organ."""

    incomplete_sum_can_show_progression: bool = True
    """True: the lesions that were measured may reach PD on their own, as the missing ones cannot
    lower the sum (4.4.2). False: a missing target lesion always gives NE."""
    growth_within_normal_nodes_counts_as: Literal["CR", "PD"] = "CR"
    """Response when nothing but normal nodes is left and their sum grows enough for PD (4.3.1 and
    4.3.2 leave both open)."""
    equivocal_progression_dated_back: bool = True
    """True: a new lesion that was doubtful and is later certain was PD when first seen (4.3.5); so
    was doubtful progression of a non-target lesion that the next assessment settles (4.4.4)."""
    disease_after_complete_response: Literal["PD", "CR WAS PR", "AS ASSESSED"] = "PD"
    """What any disease seen after CR means (table 3, note a). PD: it came back. CR WAS PR: when PR
    follows, it had never gone, and the earlier CR becomes PR. AS ASSESSED: tables 1 and 2 only."""
    progression_dated_by: Literal["evidence", "first", "last"] = "evidence"
    """Date of PD. evidence: the earliest part of the assessment that shows it (a new lesion, a
    non-target lesion, or the last diameter of the sum); first or last: that date of the
    assessment. The guideline asks for the first date on which PD is documented (4.6.2)."""
    response_dated_by: Literal["first", "last"] = "last"
    """Date of every other response: first or last date of the assessment. The last is when all of
    it is known; the guideline says nothing for assessments of several days."""

    confirmation: Confirmation = Confirmation()
    """When CR and PR need a second assessment (4.4.3, 4.6.1)."""
    stable_disease_from_days: NonNegativeInt = 0
    """Days from start before which SD does not count; 0 for no minimum. The guideline leaves it to
    the protocol, in general not below 6 to 8 weeks (4.6.1)."""
    early_stable_disease_counts_as: Literal["NE", "PD"] = "NE"
    """Best response of a subject whose only SD came too early; PD whenever PD follows (4.4.3)."""
    missing_counts_as: Literal["NE", "MISSING"] = "NE"
    """Best response of a subject without any assessment after baseline (4.4.2)."""
    assessments_after_progression: Literal["ignored", "counted"] = "ignored"
    """Whether responses after the first PD enter the best response (4.4: until PD)."""
    assessments_after_end: Literal["ignored", "counted"] = "ignored"
    """Whether responses after a subject's end date do: data cut or new anticancer therapy."""


class ImmuneCriteria(Value):
    """The numbers and choices of iRECIST, beside those it shares with RECIST 1.1.

    Tables are those of Seymour L et al. (2017), Lancet Oncology 18: e143-e152.

    Examples
    --------
    >>> ImmuneCriteria().confirmation_from_days
    28
    """

    recist: Criteria = Criteria()
    """RECIST 1.1, which says what progression and response are at one assessment. What it does
    with disease after CR is left out: iPR may follow iCR (table 3, example 1)."""
    confirmation_from_days: NonNegativeInt = 28
    """Least number of days from the first iUPD to iCPD: 4 weeks. An earlier assessment neither
    confirms nor counts as the last one, but can show iSD, iPR or iCR."""
    confirmation_to_days: PositiveInt | None = None
    """Most days from the last iUPD to iCPD. The guideline asks for the scan by 8 weeks (56 days)
    and is silent on one that comes later, which confirms here unless a limit is set."""
    further_growth_mm: Millimetres = 5.0
    """Increase of the sum of the target lesions that confirms their iUPD, mm (table 2)."""
    new_lesions_growth_mm: Millimetres = 5.0
    """Increase of the sum of the measured new lesions that confirms iUPD, mm (table 2). A new
    lesion that is not measured confirms by any increase."""
    growth_counts_from: Literal["smallest", "last"] = "smallest"
    """smallest: from the smallest sum since iUPD, so that small increases add up; last: from the
    last assessment alone."""
    lasting_unequivocal_progression_confirms: bool = False
    """True: non-target lesions called unequivocal progression twice in a row confirm iUPD. False:
    the second call must say INCREASED, or another lesion must progress (table 2)."""
