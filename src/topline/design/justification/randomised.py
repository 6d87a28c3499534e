"""The words of designs of two randomised arms."""

from topline.design.justification import sources
from topline.design.justification.justification import (
    Justification,
    Plain,
    Table,
    listed,
    number,
    share,
)
from topline.design.justification.times import curve_words, follow_up_data, follow_up_words
from topline.design.two_arms.group_sequential import (
    Bounds,
    compute_crossing,
    single_look_drift,
)
from topline.design.two_arms.logrank import LogRankDesign, events_needed
from topline.design.two_arms.screening import ScreeningDesign, SelectionDesign


def justify_two_arms(design: LogRankDesign, unit: str, kind: str = "logrank") -> Justification:
    """Tell a log-rank comparison of two arms."""
    other = "freedman" if design.formula == "schoenfeld" else "schoenfeld"
    events = events_needed(
        design.hazard_ratio, design.alpha, design.power, sides=design.sides, ratio=design.ratio,
        formula=other,
    )  # fmt: skip
    treated, control = design.subjects
    sides = "one-sided" if design.sides == 1 else "two-sided"
    screening = kind == "screening"
    return Justification(
        title=f"Two arms, log-rank test: {design.events_needed} events",
        numbers=(
            ("Events", str(design.events_needed)),
            ("Subjects, experimental and control", f"{treated} and {control}"),
            ("Events seen of all subjects", share(design.event_share)),
            ("Formula", design.formula.capitalize()),
            (f"Events by {other.capitalize()}", number(events, 1)),
        ),
        paragraphs=(
            f"The log-rank test compares two randomised arms ({design.ratio:g} experimental for "
            f"each control subject) at a {sides} alpha of {share(design.alpha)}. "
            f"{design.events_needed} events give a power of {share(design.power)} for a hazard "
            f"ratio of {design.hazard_ratio:g}. With the control arm "
            f"{curve_words(design.control, unit)} and "
            f"{follow_up_words(design.follow_up, unit)}, {treated} experimental and {control} "
            "control subjects are expected to have as many."
            + (
                " The alpha is that of a screening trial: a result in favour asks for a "
                "confirmatory trial, it does not replace one."
                if screening
                else ""
            ),
        ),
        tables=(),
        assumptions=(
            "Hazards are proportional.",
            "Subjects enter at a constant rate; drop-out is independent of the event.",
            "The test statistic is normal.",
        ),
        references=(
            *((sources.RUBINSTEIN,) if screening else ()),
            sources.SCHOENFELD, sources.FREEDMAN,
        ),
        data={
            "design": kind, "unit": unit, "formula": design.formula,
            "events": design.events_needed, "events_exact": design.events,
            "experimental": treated, "control": control, "event_share": design.event_share,
            "hazard_ratio": design.hazard_ratio, "alpha": design.alpha, "sides": design.sides,
            "power": design.power, "control_median": design.control.median,
            **follow_up_data(design.follow_up),
        },
    )  # fmt: skip


def justify_group_sequential(
    bounds: Bounds, drift: float, power: float, name: str, events: float | None = None
) -> Justification:
    """Tell group-sequential boundaries, with the information that they need."""
    inflation = (drift / single_look_drift(bounds.alpha, power, bounds.sides)) ** 2
    null, hoped = (compute_crossing(bounds, d) for d in (0.0, drift))
    needed = None if events is None else inflation * events
    rows: list[tuple[str, ...]] = []
    spent = 0.0
    binding = compute_crossing(bounds, 0.0, use_futility=False)
    for k, t in enumerate(bounds.information):
        spent += binding.success[k] + binding.opposite[k]
        rows.append(
            (
                f"{t:.3g}", "-" if needed is None else f"{needed * t:.1f}",
                number(bounds.upper[k]), f"{bounds.nominal[k]:.5f}",
                "-" if bounds.lower is None else number(bounds.lower[k]), f"{spent:.5f}",
                number(hoped.success[k]),
            )
        )  # fmt: skip
    sides = "one-sided" if bounds.sides == 1 else "two-sided"
    looks = listed([f"{t:.0%}" for t in bounds.information])
    return Justification(
        title=f"Group-sequential boundaries: {name}, {len(bounds.information)} looks",
        numbers=(
            ("Alpha", f"{bounds.alpha:g}, {sides}"),
            ("Power", f"{power:g}"),
            ("Inflation of the information", number(inflation)),
            ("Expected information, null", number(inflation * null.expected_information)),
            ("Expected information, alternative", number(inflation * hoped.expected_information)),
            *((("Events", number(needed, 1)),) if needed is not None else ()),
        ),
        paragraphs=(
            f"The test statistic is looked at after {looks} of the information, with boundaries of "
            f"the kind {name} at a {sides} alpha of {share(bounds.alpha)}. A power of "
            f"{share(power)} needs {inflation:.4f} times the information of a trial without "
            "interim looks; on average the trial ends with "
            f"{inflation * null.expected_information:.3f} times that information under the null "
            f"and {inflation * hoped.expected_information:.3f} times under the alternative."
            + (
                " The futility boundary does not bind: alpha holds if it is ignored."
                if bounds.lower is not None
                else ""
            ),
        ),
        tables=(
            Table(
                "Boundaries",
                ("Information", "Events", "Z", "Nominal p", "Futility Z", "Alpha spent",
                 "Success here, alternative"),
                tuple(rows),
            ),
        ),
        assumptions=(
            "The statistics are normal with independent increments of information.",
            *(("Information is proportional to events.",) if events is not None else ()),
        ),
        references=(sources.JENNISON, sources.LAN),
        data=_bounds_data(bounds, drift, inflation, needed),
    )  # fmt: skip


def _bounds_data(
    bounds: Bounds, drift: float, inflation: float, events: float | None
) -> dict[str, Plain]:
    return {
        "design": "group-sequential",
        "information": list(bounds.information),
        "upper": list(bounds.upper),
        "nominal_p": list(bounds.nominal),
        "lower": None if bounds.lower is None else list(bounds.lower),
        "sides": bounds.sides,
        "alpha": bounds.alpha,
        "drift": drift,
        "inflation": inflation,
        "events": events,
    }


def justify_screening(design: ScreeningDesign) -> Justification:
    """Tell a randomised screening of two rates."""
    return Justification(
        title=f"Randomised screening: {design.n} subjects an arm",
        numbers=(
            ("Subjects of each arm", str(design.n)),
            ("Test", f"{design.test}, exact"),
            ("Power, exact", number(design.power)),
            ("Largest alpha at a common rate", number(design.largest_alpha)),
        ),
        paragraphs=(
            f"Two arms of {design.n} subjects are compared at a one-sided alpha of "
            f"{share(design.alpha)}, to screen a treatment for a confirmatory trial and not to "
            f"replace one. If {share(design.control)} of the control arm and "
            f"{share(design.experimental)} of the experimental arm respond, the exact "
            f"{design.test} test finds a difference with a probability of {share(design.power)}; "
            f"at a common rate, whichever it is, with at most {share(design.largest_alpha, 2)}.",
        ),
        tables=(),
        assumptions=("Subjects respond independently of each other.",),
        references=(sources.RUBINSTEIN, sources.SUISSA),
        data={
            "design": "screening", "test": design.test, "n_each": design.n, "alpha": design.alpha,
            "power": design.power, "largest_alpha": design.largest_alpha,
            "control": design.control, "experimental": design.experimental,
        },
    )  # fmt: skip


def justify_selection(design: SelectionDesign) -> Justification:
    """Tell a selection among experimental arms."""
    return Justification(
        title=f"Selection among {design.arms} arms: {design.n} subjects an arm",
        numbers=(
            ("Subjects of each arm", str(design.n)),
            ("Takes the best arm", number(design.probability)),
        ),
        paragraphs=(
            f"{design.n} subjects are randomised to each of {design.arms} arms, and the arm with "
            "the most responders is taken forward, ties by lot. If one arm has a response rate of "
            f"{share(design.rate + design.difference)} and the others {share(design.rate)}, the "
            f"best one is taken with a probability of {share(design.probability)}. There is no "
            "control and no test: an arm is taken even if none is of use.",
        ),
        tables=(),
        assumptions=("Subjects respond independently of each other.",),
        references=(sources.WITTES,),
        data={
            "design": "selection", "arms": design.arms, "n_each": design.n,
            "rate": design.rate, "difference": design.difference,
            "probability": design.probability,
        },
    )  # fmt: skip
