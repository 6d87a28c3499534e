"""What trials may set differently in grading by CTCAE; defaults follow the words of v5.0.

CTCAE v5.0 is National Cancer Institute, November 27, 2017; v4.03 is June 14, 2010.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import NonNegativeFloat, PositiveFloat

from topline.values import Value

Version = Literal["5.0", "4.03"]
Unknown = Literal["absent", "present", "query"]


class CalciumCorrection(Value):
    """Calcium corrected by albumin: calcium + slope x (reference - albumin).

    v5.0 grades "corrected serum calcium" without a formula; CTCAE v3.0 (August 9, 2006) gave this
    one, for albumin below 4.0 g/dL.
    """

    mg_dl_per_g_dl: NonNegativeFloat = 0.8
    """Slope, mg/dL of calcium per g/dL of albumin; 0 for no correction."""
    reference_g_dl: PositiveFloat = 4.0
    """Albumin at which nothing is corrected, g/dL."""
    high_albumin: Literal["corrected", "as measured"] = "corrected"
    """What albumin above the reference does; v3.0 corrects below it only."""
    usable_albumin_g_dl: tuple[NonNegativeFloat, PositiveFloat] = (0.5, 10.0)
    """Albumin outside, g/dL, has a wrong unit or number and corrects nothing."""
    without_albumin: Literal["as measured", "query"] = "as measured"
    """Calcium without usable albumin: graded as measured, which is told, or not graded."""


class GradingOptions(Value):
    """How results are graded.

    Examples
    --------
    >>> GradingOptions().version
    '5.0'
    >>> GradingOptions(readings={"INR increased": "worst of both"}).baseline_missing
    'normal'
    """

    version: Version = "5.0"
    """Version of CTCAE."""
    numbers_from_v4_03: tuple[str, ...] = ()
    """Terms graded by the numbers of v4.03 under v5.0, which has none for them: Hyperglycemia and
    Hypophosphatemia."""
    readings: Mapping[str, str] = {}
    """Another reading of a term's words, by term; the criteria files list them. The first sense of
    Fibrinogen decreased, Hemoglobin increased, INR increased and Ejection fraction decreased is
    taken otherwise."""
    tests: Mapping[str, str] = {}
    """Your own test codes, each with the analyte it measures; they come before the known codes."""

    within_normal_limits: Literal["graded", "grade 0"] = "graded"
    """A result within normal limits that meets a bound: LLN below the numeric bound, or a rise from
    baseline. graded: the words hold ("; " means "or"). grade 0: a normal result is not abnormal."""
    between_grades: Literal["worse", "milder"] = "worse"
    """A result between whole numbers, such as sodium 129.5 between "<LLN - 130" and "125-129".
    worse is how v4.03 and v6.0 write the same bounds."""
    baseline_missing: Literal["normal", "query"] = "normal"
    """A bound that needs a baseline nobody has. normal: baseline taken as normal, which is told;
    query: not graded. Weight always needs its baseline."""
    up_to_baseline: Literal["limits", "baseline"] = "limits"
    """Results up to baseline. limits: graded by limits of normal alone, for a baseline cannot be
    judged against itself; baseline: like the others."""
    symptoms_unknown: Unknown = "absent"
    """Where the grade depends on symptoms or physiologic consequences and nobody said. A number
    shows none; present gives the worse grade."""
    anticoagulation_unknown: Unknown = "absent"
    """Where INR depends on anticoagulation and nobody said."""
    fasting_unknown: Unknown = "query"
    """Where glucose must be fasting (v4.03) and nobody said."""
    calcium: CalciumCorrection = CalciumCorrection()
    """How total calcium is corrected by albumin."""
    contradicting_limits: Literal["query", "graded"] = "query"
    """Limits of normal beyond the worst grade's bound, such as hemoglobin with LLN 12 g/L: unit or
    limits are wrong, so the result is not graded."""
    tolerance: NonNegativeFloat = 1e-9
    """A result this close to its bound, relative to it, lies on it. It absorbs binary rounding of
    products and conversions; the guideline names none."""
