"""Whether a protocol's design does what it promises: alpha, power, boundary, numbers to enrol."""

from dataclasses import dataclass
from typing import Literal

from topline.design.goal import Goal
from topline.design.justification.justification import number, share
from topline.design.justification.one_look import sensitivity
from topline.design.one_arm_binary.binomial import TIE
from topline.design.one_arm_binary.boundaries import Boundaries, compute_operating
from topline.design.one_arm_binary.dropout import compute_with_failures, subjects_to_enrol
from topline.design.one_arm_binary.simon import MOST_TWO_STAGE, find_simon
from topline.design.one_arm_binary.single_stage import (
    LARGEST,
    all_single_stages,
    responders_needed,
    single_stage_of,
)
from topline.design.one_arm_binary.two_stage import two_looks
from topline.errors import UsageError
from topline.protocol.design import Descriptive, Design, OneArmBinary, SimonTwoStage


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a design that its readers should know."""

    rule: str
    """Stable name, such as "design.alpha"."""
    severity: Literal["warning", "note"]
    found: str
    expected: str


def check_design(design: Design) -> tuple[Remark, ...]:
    """Compute what a protocol's design does, and remark where it is not what is promised.

    Parameters
    ----------
    design
        Of the protocol; a descriptive one has nothing to check.

    Returns
    -------
    tuple of Remark
        Warnings where alpha, power or the numbers are not as promised; notes on what else there
        is to know, such as a smaller design.

    Examples
    --------
    >>> from topline.protocol.design import Alpha, SingleStage, Success
    >>> design = SingleStage(
    ...     kind="single-stage", endpoint="ORR", null=0.25, alternative=0.5, power=0.9, enrol=35,
    ...     dropout=0.15, alpha=Alpha(value=0.1, sides=1),
    ...     success=Success(responders_at_least=13, of=35),
    ... )
    >>> [(each.severity, each.rule) for each in check_design(design)]
    [('warning', 'design.enrol'), ('warning', 'design.dropout'), ('note', 'design.size')]
    """
    if isinstance(design, Descriptive) or design.success.of > LARGEST:
        return ()
    try:
        goal = Goal(
            design.null, design.alternative, design.alpha.value / design.alpha.sides, design.power
        )
    except UsageError as error:
        return (Remark("design.goal", "warning", str(error), "a power above alpha"),)
    if isinstance(design, SimonTwoStage):
        first, last = design.first_stage, design.success
        look = two_looks(first.of, first.stop_at_most, last.of, last.responders_at_least)
        return (
            *_errors(look, goal),
            *_enrolment(design, look, goal),
            *_smaller_simon(design, goal),
        )
    look = single_stage_of(goal, design.success.of, design.success.responders_at_least).boundaries
    return (
        *_errors(look, goal),
        *_boundary(design, goal),
        *_enrolment(design, look, goal),
        *_smaller(design, goal),
    )


def _errors(look: Boundaries, goal: Goal) -> tuple[Remark, ...]:
    alpha, power = (compute_operating(look, p).success for p in (goal.null, goal.alternative))
    found: list[Remark] = []
    if alpha > goal.alpha + TIE:
        found.append(
            Remark(
                "design.alpha", "warning",
                f"success has an exact probability of {number(alpha)} under the null",
                f"at most {goal.alpha:g}, one-sided",
            )
        )  # fmt: skip
    if power < 1 - goal.beta - TIE:
        found.append(
            Remark(
                "design.power", "warning", f"the exact power is {number(power)}",
                f"at least {goal.power:g}",
            )
        )  # fmt: skip
    return tuple(found)


def _boundary(design: OneArmBinary, goal: Goal) -> tuple[Remark, ...]:
    """Remark that fewer responders would keep alpha, and give more power."""
    rule = design.success
    least = responders_needed(rule.of, goal.null, goal.alpha)
    if least is None or least >= rule.responders_at_least:
        return ()
    better = single_stage_of(goal, rule.of, least)
    return (
        Remark(
            "design.boundary", "note",
            f"{rule.responders_at_least} of {rule.of} responders are needed",
            f"{least} keep alpha ({number(better.alpha)}) with a power of {number(better.power)}",
        ),
    )  # fmt: skip


def _enrolment(design: OneArmBinary, look: Boundaries, goal: Goal) -> tuple[Remark, ...]:
    """Remark that drop-out must be made up for by enrolment, or by the analysis."""
    of = design.success.of
    enough = subjects_to_enrol(of, design.dropout)
    found: list[Remark] = []
    if design.enrol < enough:
        found.append(
            Remark(
                "design.enrol", "warning",
                f"{design.enrol} to enrol for {of} evaluable, {share(design.dropout)} of whom drop "
                "out",
                f"{enough} to enrol, or a boundary for fewer than {of}",
            )
        )  # fmt: skip
    if not design.dropout:
        return tuple(found)
    failed = compute_with_failures(look, goal.alternative, design.dropout).success
    if failed < 1 - goal.beta - TIE:
        excluded = ""
        if not isinstance(design, SimonTwoStage):
            stage = single_stage_of(goal, of, design.success.responders_at_least)
            rows = sensitivity(stage, design.dropout, design.enrol)
            excluded = f"; {number(rows[1].power)} if they are excluded and the boundary re-derived"
        found.append(
            Remark(
                "design.dropout", "warning",
                f"the power is {number(failed)} if drop-outs count as failures among {of}"
                f"{excluded}",
                f"at least {goal.power:g} however drop-outs are analysed",
            )
        )  # fmt: skip
    return tuple(found)


def _smaller(design: OneArmBinary, goal: Goal) -> tuple[Remark, ...]:
    smaller = [each for each in all_single_stages(goal, design.success.of - 1)]
    if not smaller:
        return ()
    best = smaller[0]
    enrol = subjects_to_enrol(best.n, design.dropout)
    return (
        Remark(
            "design.size", "note", f"{design.success.of} evaluable subjects",
            f"{best.n} would do, with {best.needed} responders needed: alpha {number(best.alpha)}, "
            f"power {number(best.power)}, {enrol} to enrol",
        ),
    )  # fmt: skip


def _smaller_simon(design: SimonTwoStage, goal: Goal) -> tuple[Remark, ...]:
    """Remark that the optimal design has fewer subjects on average under the null."""
    if design.success.of > MOST_TWO_STAGE // 4:
        return ()
    first = design.first_stage
    look = two_looks(
        first.of, first.stop_at_most, design.success.of, design.success.responders_at_least
    )
    own = compute_operating(look, goal.null).expected
    try:
        best = find_simon(goal, design.success.of)
    except UsageError:
        return ()
    if best.minimax.n >= design.success.of or best.optimal.null.expected >= own - 0.05:
        return ()
    optimal = best.optimal
    return (
        Remark(
            "design.size", "note",
            f"{design.success.of} subjects, {own:.1f} on average under the null",
            f"{optimal.r1}/{optimal.n1}, {optimal.needed - 1}/{optimal.n} has "
            f"{optimal.null.expected:.1f} on average",
        ),
    )  # fmt: skip
