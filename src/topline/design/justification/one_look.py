"""The words of a single stage."""

from dataclasses import dataclass

from topline.design.goal import Goal
from topline.design.justification import sources
from topline.design.justification.curves import response_curve
from topline.design.justification.justification import (
    Justification,
    Plain,
    Table,
    number,
    share,
)
from topline.design.one_arm_binary.boundaries import one_look
from topline.design.one_arm_binary.dropout import (
    compute_with_excluded,
    compute_with_failures,
    subjects_to_enrol,
)
from topline.design.one_arm_binary.rational import compute_exact_success
from topline.design.one_arm_binary.single_stage import (
    SingleStage,
    all_single_stages,
    responders_needed,
)

_ALTERNATIVES = 8


def justify_single_stage(
    design: SingleStage, dropout: float = 0.0, enrol: int | None = None
) -> Justification:
    """Tell a single stage, with what drop-out does to it.

    Parameters
    ----------
    design
        Subjects evaluated and responders needed.
    dropout
        Share of those enrolled who are not expected to be evaluated.
    enrol
        Subjects to enrol; as many as the drop-out asks for unless given.
    """
    goal, enrolled = design.goal, enrol or subjects_to_enrol(design.n, dropout)
    rows = sensitivity(design, dropout, enrolled)
    smaller = [d for d in all_single_stages(goal, design.n) if d.n < design.n]
    others = all_single_stages(goal, design.n + 30)
    return Justification(
        title=f"Single stage: {design.needed} responders of {design.n}",
        numbers=(
            ("Subjects evaluated", str(design.n)),
            ("Responders that make success", f"{design.needed} or more"),
            ("Alpha, exact, one-sided", number(design.alpha)),
            ("Power, exact", number(design.power)),
            ("Subjects to enrol", f"{enrolled} ({share(dropout)} drop-out)"),
        ),
        paragraphs=(
            _text(design, dropout, enrolled),
            "Alpha and power are sums of binomial probabilities, not approximations: alpha is "
            f"{float(compute_exact_success(design.boundaries, goal.null)):.10f} and power "
            f"{float(compute_exact_success(design.boundaries, goal.alternative)):.10f} in "
            "whole-number arithmetic.",
        ),
        tables=(
            Table(
                "What drop-out does",
                ("Drop-out", "Enrolled", "Alpha", "Power"),
                tuple((r.what, str(r.enrolled), number(r.alpha), number(r.power)) for r in rows),
            ),
            Table(
                "Designs that meet the goal, smallest first",
                ("n", "Responders needed", "Alpha", "Power"),
                tuple(
                    (str(d.n), str(d.needed), number(d.alpha), number(d.power))
                    for d in others[:_ALTERNATIVES]
                ),
            ),
        ),
        assumptions=assumptions(dropout),
        references=(sources.AHERN, sources.FLEMING),
        data=_data(design, dropout, enrolled, rows),
        curve=response_curve(design.boundaries, goal),
        notes=_notes(design, smaller),
    )


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One way to take drop-out, and what becomes of the errors."""

    what: str
    enrolled: int
    alpha: float
    power: float


def sensitivity(design: SingleStage, dropout: float, enrolled: int) -> list[Sensitivity]:
    """Compute alpha and power for each way to take drop-out."""
    goal = design.goal
    rows = [Sensitivity("none", design.n, design.alpha, design.power)]
    if dropout == 0:
        return rows
    alpha = goal.alpha

    def needed(n: int) -> int | None:
        return design.needed if n == design.n else responders_needed(n, goal.null, alpha)

    excluded = [
        compute_with_excluded(needed, enrolled, p, dropout) for p in (goal.null, goal.alternative)
    ]
    rows.append(Sensitivity("excluded, boundary re-derived", enrolled, *excluded))
    again = needed(enrolled)
    if again is not None:
        failed = [
            compute_with_failures(one_look(enrolled, again), p, dropout).success
            for p in (goal.null, goal.alternative)
        ]
        rows.append(Sensitivity(f"failures, {again} of {enrolled} needed", enrolled, *failed))
    return rows


def assumptions(dropout: float) -> tuple[str, ...]:
    """Return what the binary designs rest on."""
    first = (
        "Subjects respond independently of each other, all with the same probability.",
        "Success is decided on the boundary alone; probabilities equal to a limit keep it.",
    )
    if dropout == 0:
        return first
    return (*first, "Drop-out is unrelated to response, the same for each subject.")


def _text(design: SingleStage, dropout: float, enrolled: int) -> str:
    goal = design.goal
    enrolment = (
        f" With {share(dropout)} of subjects expected not to be evaluable, {enrolled} will be "
        "enrolled."
        if dropout
        else ""
    )
    return (
        f"A single-stage design for one arm compares a response rate of {share(goal.null)}, which "
        f"would yield no further interest, with one of {share(goal.alternative)}, which would. "
        f"{design.n} subjects will be evaluated; the treatment is taken to be of interest if "
        f"{design.needed} or more respond. By the exact binomial distribution the probability of "
        f"that is {share(design.alpha, 2)} at {share(goal.null)} (one-sided type I error; at most "
        f"{share(goal.alpha)} allowed) and {share(design.power, 1)} at {share(goal.alternative)} "
        f"(power; at least {share(goal.power)} asked for).{enrolment}"
    )


def _notes(design: SingleStage, smaller: list[SingleStage]) -> tuple[str, ...]:
    goal, notes = design.goal, list[str]()
    if design.alpha > goal.alpha + 1e-12:
        notes.append(f"alpha is {number(design.alpha)}, above the {goal.alpha:g} allowed")
    if design.power < goal.power - 1e-12:
        notes.append(f"power is {number(design.power)}, below the {goal.power:g} asked for")
    if smaller:
        notes.append(
            f"{smaller[0].n} subjects with {smaller[0].needed} responders needed would do: alpha "
            f"{number(smaller[0].alpha)}, power {number(smaller[0].power)}"
        )
    return tuple(notes)


def _data(
    design: SingleStage, dropout: float, enrolled: int, rows: list[Sensitivity]
) -> dict[str, Plain]:
    return {
        "design": "single-stage",
        "goal": goal_data(design.goal),
        "n": design.n,
        "responders_at_least": design.needed,
        "alpha": design.alpha,
        "power": design.power,
        "dropout": dropout,
        "enrol": enrolled,
        "with_dropout": [
            {"dropout": r.what, "enrolled": r.enrolled, "alpha": r.alpha, "power": r.power}
            for r in rows
        ],
    }


def goal_data(goal: Goal) -> dict[str, Plain]:
    """Return the goal as plain data."""
    return {
        "null": goal.null,
        "alternative": goal.alternative,
        "alpha": goal.alpha,
        "power": goal.power,
    }
