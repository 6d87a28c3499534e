"""The words of one-arm designs with a time-to-event endpoint."""

from topline.design.follow_up import FollowUp
from topline.design.justification import sources
from topline.design.justification.justification import Justification, Plain, Table, number, share
from topline.design.one_arm_survival.landmark import LandmarkDesign
from topline.design.one_arm_survival.one_sample_logrank import (
    OneSampleLogRankDesign,
    logrank_of,
)
from topline.design.one_arm_survival.parametric import ParametricDesign, find_parametric
from topline.design.one_arm_survival.survival_curve import Weibull
from topline.design.one_arm_survival.two_stage_logrank import TwoStageLogRank

_RATIOS = (0.85, 1.0, 1.05, 1.15)


def follow_up_words(follow_up: FollowUp, unit: str) -> str:
    """Return accrual, follow-up and drop-out as part of a sentence."""
    dropout = (
        f", with drop-out at a hazard of {follow_up.dropout_hazard:.4g} a {unit.rstrip('s')}"
        if follow_up.dropout_hazard
        else ""
    )
    return (
        f"accrual over {follow_up.accrual:g} {unit} and follow-up of {follow_up.minimum:g} {unit} "
        f"after the last entry{dropout}"
    )


def curve_words(curve: Weibull, unit: str) -> str:
    """Return a survival curve as part of a sentence."""
    kind = "exponential" if curve.shape == 1 else f"Weibull (shape {curve.shape:g})"
    return f"{kind} with a median of {curve.median:.3g} {unit}"


def follow_up_data(follow_up: FollowUp) -> dict[str, Plain]:
    """Return accrual, follow-up and drop-out as plain data."""
    return {
        "accrual": follow_up.accrual,
        "follow_up": follow_up.minimum,
        "dropout_hazard": follow_up.dropout_hazard,
    }


_NORMAL = "The test statistic is normal; with few events alpha is met approximately."
_ENTRY = "Subjects enter at a constant rate; times and drop-out are independent of entry."


def justify_logrank(
    design: OneSampleLogRankDesign, unit: str, exact: ParametricDesign | None = None
) -> Justification:
    """Tell a one-sample log-rank design."""
    rows = tuple(
        (f"{each.hazard_ratio:.3g}", number(each.events, 1), number(each.power))
        for each in (
            logrank_of(design.null, design.hazard_ratio * r, design.follow_up, design.alpha,
                       design.n)
            for r in _RATIOS
            if design.hazard_ratio * r < 1
        )
    )  # fmt: skip
    exact = exact or find_parametric(
        design.null, design.hazard_ratio, design.follow_up, design.alpha, design.power
    )
    return Justification(
        title=f"One-sample log-rank test: {design.n} subjects",
        numbers=(
            ("Subjects", str(design.n)),
            ("Events expected, alternative", number(design.events, 1)),
            ("Events expected, null", number(design.expected_under_null, 1)),
            ("Rejects where -(O - E) / sqrt(E) is above", number(design.critical)),
            ("Power", number(design.power)),
        ),
        paragraphs=(
            f"The one-sample log-rank test compares the events seen with those expected under a "
            f"known survival curve, {curve_words(design.null, unit)}. With "
            f"{follow_up_words(design.follow_up, unit)}, {design.n} subjects give a power of "
            f"{share(design.power)} for a hazard ratio of {design.hazard_ratio:g} (median "
            f"{design.null.with_ratio(design.hazard_ratio).median:.3g} {unit}) at a one-sided "
            f"alpha of {share(design.alpha)}; {design.events:.1f} events are expected then, "
            f"{design.expected_under_null:.1f} under the null.",
        ),
        tables=(
            Table("If the hazard ratio is another", ("Hazard ratio", "Events", "Power"), rows),
            Table(
                "Exact test for this shape, by events",
                ("Events", "Subjects", "Rejects where the sum of times is above", "Power"),
                ((str(exact.events), str(exact.n), number(exact.total_time, 1),
                  number(exact.power)),),
            ),
        ),
        assumptions=(
            "The null's survival curve is known without error.",
            "Hazards are proportional.",
            _ENTRY, _NORMAL,
        ),
        references=(sources.WU, sources.KWAK, sources.LAWLESS),
        data={
            "design": "one-sample-logrank", "unit": unit, "n": design.n, "events": design.events,
            "expected_under_null": design.expected_under_null, "alpha": design.alpha,
            "power": design.power, "hazard_ratio": design.hazard_ratio,
            "null_median": design.null.median, "shape": design.null.shape,
            **follow_up_data(design.follow_up),
            "exact": {"events": exact.events, "n": exact.n, "power": exact.power},
        },
    )  # fmt: skip


def justify_two_stage_logrank(design: TwoStageLogRank, rate: float, unit: str) -> Justification:
    """Tell a one-sample log-rank design of two stages."""
    single = design.single
    return Justification(
        title=f"One-sample log-rank test in two stages: {design.n} subjects",
        numbers=(
            ("Interim analysis after", f"{design.interim_time:.2f} {unit}"),
            ("Enrolled by then", number(design.enrolled_at_interim, 1)),
            ("Goes on above", number(design.interim)),
            ("Subjects in all", str(design.n)),
            ("Final analysis after", f"{design.length:.2f} {unit}"),
            ("Success above", number(design.critical)),
            ("Alpha", number(design.alpha)),
            ("Power", number(design.power)),
            ("Expected subjects, null", number(design.expected, 2)),
            ("Stops early, null", share(design.stop_null)),
        ),
        paragraphs=(
            f"Events are compared with those expected under a known curve, "
            f"{curve_words(single.null, unit)}, by the one-sample log-rank statistic "
            f"-(O - E) / sqrt(E). {rate:g} subjects a {unit.rstrip('s')} are enrolled. "
            f"{design.interim_time:.2f} {unit} after the first entry, with about "
            f"{design.enrolled_at_interim:.0f} enrolled, the trial ends unless the statistic is "
            f"above {design.interim:.3f}; {design.length:.2f} {unit} after it, with {design.n} "
            f"subjects, success is a statistic above {design.critical:.3f}. The one-sided type I "
            f"error is {share(design.alpha, 2)} and the power {share(design.power)} for a hazard "
            f"ratio of {single.hazard_ratio:g}. A single stage needs {single.n} subjects; this "
            f"design has {design.expected:.1f} on average under the null.",
        ),
        tables=(),
        assumptions=(
            "The null's survival curve is known without error.", "Hazards are proportional.",
            _ENTRY, _NORMAL,
        ),
        references=(sources.KWAK, sources.WU),
        data={
            "design": "one-sample-logrank", "stages": 2, "unit": unit, "n": design.n,
            "interim_time": design.interim_time, "enrolled_at_interim": design.enrolled_at_interim,
            "go_on_above": design.interim, "success_above": design.critical,
            "length": design.length, "alpha": design.alpha, "power": design.power,
            "expected_null": design.expected, "early_end_null": design.stop_null,
            "single_stage_n": single.n,
        },
    )  # fmt: skip


def justify_landmark(design: LandmarkDesign, unit: str, *, median: bool) -> Justification:
    """Tell a design of the median, or of the share free of an event at a time."""
    null, alternative = (c.survival(design.time) for c in (design.null, design.alternative))
    what = (
        f"the lower limit of the median (Brookmeyer and Crowley, {design.scale}) lies above "
        f"{design.time:g} {unit}"
        if median
        else f"the Kaplan-Meier estimate at {design.time:g} {unit}, on the {design.scale} scale, "
        f"differs from {share(null)}"
    )
    hoped = (
        f"a median of {design.alternative.median:.3g} {unit}"
        if median
        else f"{share(alternative)} free of the event at {design.time:g} {unit}"
    )
    return Justification(
        title=f"{'Median' if median else 'Landmark'}: {design.n} subjects",
        numbers=(
            ("Subjects", str(design.n)),
            ("Events expected, alternative", number(design.events, 1)),
            ("Free of the event, null", share(null)),
            ("Free of the event, alternative", share(alternative)),
            ("Power", number(design.power)),
        ),
        paragraphs=(
            f"The trial is a success if {what}, at a one-sided alpha of {share(design.alpha)}. "
            f"With {follow_up_words(design.follow_up, unit)}, {design.n} subjects give a power of "
            f"{share(design.power)} if the truth is {hoped} "
            f"({curve_words(design.alternative, unit)}); {design.events:.1f} events are expected "
            "then.",
        ),
        tables=(),
        assumptions=(
            "Before the landmark the curve is as said; it decides how much is known of those "
            "censored before.",
            _ENTRY, _NORMAL,
        ),
        references=(sources.BROOKMEYER, sources.NAGASHIMA) if median else (sources.NAGASHIMA,),
        data={
            "design": "median" if median else "landmark", "unit": unit, "n": design.n,
            "time": design.time, "null": null, "alternative": alternative, "scale": design.scale,
            "events": design.events, "alpha": design.alpha, "power": design.power,
            **follow_up_data(design.follow_up),
        },
    )  # fmt: skip
