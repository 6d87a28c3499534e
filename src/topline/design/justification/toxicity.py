"""The words of designs that watch toxicity."""

from collections.abc import Sequence

from topline.design.justification import sources
from topline.design.justification.curves import toxicity_curve
from topline.design.justification.justification import Justification, Plain, Table, number, share
from topline.design.one_arm_binary.bryant_day import JointDesign, compute_joint_operating
from topline.design.one_arm_binary.toxicity_boundary import ToxicityBoundary

_ODDS_RATIOS = (0.1, 0.5, 1.0, 2.0, 10.0)


def justify_toxicity(
    boundary: ToxicityBoundary, rule: str, rates: Sequence[float]
) -> Justification:
    """Tell a stopping boundary for toxicity."""
    at = boundary.operating(boundary.acceptable)
    runs = boundary.changes
    steps = tuple(
        (f"{first} to {last}" if last > first else str(first), f"{stop} or more")
        for stop, first, last in runs
    )
    pocock = rule == "pocock"
    how = (
        f"the same pointwise one-sided level of {boundary.level:.4g} at each look"
        if pocock
        else f"a posterior probability above {boundary.level:g} of a rate above the acceptable one"
    )
    rows = tuple(
        (share(rate), number(found.success), number(found.expected, 1))
        for rate, found in ((r, boundary.operating(r)) for r in rates)
    )
    n = boundary.looks[-1]
    return Justification(
        title=f"Stopping for toxicity in {n} subjects",
        numbers=(
            ("Acceptable rate", share(boundary.acceptable)),
            ("Rule", how),
            ("Stops if the rate is acceptable", number(at.success)),
            ("Looks", str(len(boundary.looks))),
        ),
        paragraphs=(
            f"Toxicity is watched at {len(boundary.looks)} looks, up to {n} subjects, by {how}. "
            "The trial stops with so many subjects with toxicity: "
            + "; ".join(f"{stop} among {subjects}" for subjects, stop in steps)
            + f". If the true rate is the acceptable {share(boundary.acceptable)}, it stops with a "
            f"probability of {share(at.success, 2)}; probabilities are sums over all results.",
        ),
        tables=(
            Table("Boundary", ("Subjects evaluated", "Stop with"), steps),
            Table("What it does", ("True rate", "Stops", "Expected subjects"), rows),
        ),
        assumptions=(
            "Subjects have toxicity independently of each other, all with the same probability.",
            "Each subject's toxicity is known before the next look.",
            "Reaching the boundary at the last look counts as stopping.",
        ),
        references=(sources.IVANOVA,) if pocock else (sources.GELLER,),
        data=_data(boundary, rule, rates),
        curve=toxicity_curve(boundary.boundaries, boundary.acceptable),
    )


def _data(boundary: ToxicityBoundary, rule: str, rates: Sequence[float]) -> dict[str, Plain]:
    found = [boundary.operating(rate) for rate in rates]
    return {
        "design": "toxicity",
        "rule": rule,
        "acceptable": boundary.acceptable,
        "level": boundary.level,
        "looks": list(boundary.looks),
        "stop_at_least": list(boundary.stop_at),
        "operating": [
            {"rate": each.rate, "stops": each.success, "expected": each.expected} for each in found
        ],
    }


def justify_bryant_day(design: JointDesign) -> Justification:
    """Tell a design of response and toxicity."""
    goal = design.goal
    rows = tuple(
        (
            f"{ratio:g}",
            *(
                number(compute_joint_operating(design, p, t, ratio)[0])
                for p, t in (
                    (goal.response_null, goal.toxicity),
                    (goal.response, goal.toxicity_null),
                    (goal.response, goal.toxicity),
                )
            ),
        )
        for ratio in _ODDS_RATIOS
    )
    first = f"{design.r1 + 1} responders and {design.t1 + 1} subjects without toxicity"
    last = f"{design.r + 1} responders and {design.t + 1} subjects without toxicity"
    return Justification(
        title=f"Response and toxicity in two stages of {design.n1} and {design.n} subjects",
        numbers=(
            ("Goes on after the first stage", f"at least {first} of {design.n1}"),
            ("Success", f"at least {last} of {design.n}"),
            ("Alpha of response", number(design.alpha_response)),
            ("Alpha of toxicity", number(design.alpha_toxicity)),
            ("Power", number(design.power)),
            ("Expected subjects", number(design.expected, 2)),
        ),
        paragraphs=(
            f"The design of Bryant and Day looks at response and toxicity together. "
            f"{design.n1} subjects are evaluated first; the trial goes on with at least {first}. "
            f"The treatment is taken to be of interest with at least {last} of {design.n}. "
            f"With response and toxicity independent, success has a probability of "
            f"{share(design.alpha_response, 2)} if the response rate is "
            f"{share(goal.response_null)} and that of toxicity an acceptable "
            f"{share(goal.toxicity)} (at most {share(goal.alpha_response)} allowed), "
            f"{share(design.alpha_toxicity, 2)} if toxicity is {share(goal.toxicity_null)} and "
            f"response {share(goal.response)} (at most {share(goal.alpha_toxicity)}), and "
            f"{share(design.power, 1)} if both are as hoped "
            f"(at least {share(goal.power)}). Of all such designs this one has the smallest "
            f"expected number of subjects, {design.expected:.1f}, where either is not.",
        ),
        tables=(
            Table(
                "When response and freedom from toxicity are associated",
                ("Odds ratio", "Alpha of response", "Alpha of toxicity", "Power"),
                rows,
            ),
        ),
        assumptions=(
            "Subjects are independent of each other.",
            "Response and toxicity are independent within a subject; the table tells what if not.",
        ),
        references=(sources.BRYANT,),
        data={
            "design": "bryant-day", "n1": design.n1, "n": design.n,
            "go_on_with_responders_at_least": design.r1 + 1,
            "go_on_without_toxicity_at_least": design.t1 + 1,
            "responders_at_least": design.r + 1, "without_toxicity_at_least": design.t + 1,
            "alpha_response": design.alpha_response, "alpha_toxicity": design.alpha_toxicity,
            "power": design.power, "expected": design.expected,
        },
    )  # fmt: skip
