"""The words of an analysis after two stages."""

from topline.design.after_two_stages.changed_size import compute_changed_size
from topline.design.after_two_stages.conditional_power import compute_conditional_power
from topline.design.after_two_stages.inference import compute_inference
from topline.design.justification import sources
from topline.design.justification.justification import Justification, Plain, number, share
from topline.design.justification.one_look import assumptions
from topline.design.one_arm_binary.two_stage import TwoStage


def justify_after(
    design: TwoStage, evaluated: int, responders: int, x1: int | None, level: float
) -> Justification:
    """Tell what a trial of two stages says: at its end, after another second stage, or under way.

    Parameters
    ----------
    design
        As planned.
    evaluated, responders
        Subjects evaluated, and responders among them.
    x1
        Responders of the first stage, needed where the second stage had another size; without
        them such a trial is taken to be under way.
    level
        Of the two-sided interval.
    """
    plan = f"{design.r1}/{design.n1}, {design.needed - 1}/{design.n}"
    ended = evaluated == design.n or (
        evaluated == design.n1
        and (responders <= design.r1 or (design.enough or design.n1 + 1) <= responders)
    )
    if ended:
        found, said = _at_end(design, evaluated, responders, level)
    elif x1 is not None and evaluated > design.n1:
        found, said = _changed(design, evaluated, responders, x1, level)
    else:
        found, said = _under_way(design, evaluated, responders)
    numbers: dict[str, Plain] = {
        name: value if isinstance(value, bool | int | str) else float(value)
        for name, value in found.items()
    }
    return Justification(
        title=f"{responders} responders of {evaluated} after the design {plan}",
        numbers=tuple(
            (name.replace("_", " ").capitalize(), _shown(value)) for name, value in found.items()
        ),
        paragraphs=(said,),
        tables=(),
        assumptions=assumptions(0.0),
        references=(sources.KOYAMA, sources.JUNG_KIM, sources.CHANG),
        data={"design": "after-two-stages", "plan": plan, **numbers},
    )


def _shown(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else str(value)


Found = dict[str, bool | int | float | str]


def _at_end(design: TwoStage, evaluated: int, responders: int, level: float) -> tuple[Found, str]:
    r = compute_inference(design.boundaries, evaluated, responders, design.goal.null, level=level)
    success = evaluated == design.n and responders >= design.needed
    success |= design.enough is not None and evaluated == design.n1 and responders > design.r1
    found: Found = {
        "success": success, "p_value": r.p_value, "unbiased_estimate": r.unbiased,
        "median_estimate": r.median, "bias_adjusted_estimate": r.bias_adjusted,
        "proportion": r.proportion, "lower": r.lower, "upper": r.upper, "level": level,
    }  # fmt: skip
    return found, (
        f"{responders} of {evaluated} subjects responded. Allowing for the first stage, the "
        f"one-sided p-value against {share(design.goal.null)} is {number(r.p_value)}, the unbiased "
        f"estimate of the response rate {share(r.unbiased)} ({share(level)} confidence interval "
        f"{share(r.lower)} to {share(r.upper)})."
    )


def _changed(
    design: TwoStage, evaluated: int, responders: int, x1: int, level: float
) -> tuple[Found, str]:
    m2 = evaluated - design.n1
    r = compute_changed_size(design, x1, m2, responders - x1, level=level)
    found: Found = {
        "success": r.success,
        "responders_needed_in_second_stage": "none would do" if r.needed is None else r.needed,
        "conditional_error": r.conditional_error, "conditional_p_value": r.conditional_p_value,
        "p_value": r.p_value, "median_estimate": r.median, "lower": r.lower, "upper": r.upper,
        "level": level,
    }  # fmt: skip
    return found, (
        f"The second stage had {m2} subjects instead of {design.n - design.n1}. With {x1} "
        f"responders in the first stage the plan had left a conditional type I error of "
        f"{number(r.conditional_error)}; the second stage's own p-value is "
        f"{number(r.conditional_p_value)}, so that the trial is "
        f"{'a success' if r.success else 'no success'}. The p-value is {number(r.p_value)}, the "
        f"median estimate {share(r.median)} ({share(level)} confidence interval {share(r.lower)} "
        f"to {share(r.upper)})."
    )


def _under_way(design: TwoStage, evaluated: int, responders: int) -> tuple[Found, str]:
    r = compute_conditional_power(design.boundaries, design.goal, evaluated, responders)
    found: Found = {
        "conditional_power_null": r.null, "conditional_power_alternative": r.alternative,
        "conditional_power_observed": r.observed,
    }  # fmt: skip
    return found, (
        f"With {responders} responders of {evaluated} the trial goes on. It will be a success with "
        f"a probability of {share(r.null)} if the null is true of those to come, "
        f"{share(r.alternative)} if the alternative is, and {share(r.observed)} if the rate stays "
        "as seen."
    )
