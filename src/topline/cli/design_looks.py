"""`topline design`: boundaries at given looks, and toxicity."""

from enum import StrEnum
from typing import Annotated

import typer

from topline.cli.design_options import (
    Alpha,
    Alternative,
    Json,
    Most,
    Null,
    Page,
    Plot,
    Power,
    counts,
    numbers,
    tell,
)


class ToxicityRule(StrEnum):
    """How toxicity stops a trial."""

    POCOCK = "pocock"
    BAYESIAN = "bayesian"


Looks = Annotated[
    str, typer.Option(help="Subjects at each look: 10,20,40, or 2:30 for each number from 2 to 30.")
]


def bop2(  # noqa: PLR0913, PLR0917 - options
    null: Null,
    alternative: Alternative,
    looks: Looks,
    alpha: Alpha = 0.1,
    power: Power = 0.8,
    as_json: Json = False,
    plot: Plot = None,
    justification: Page = None,
) -> None:
    """Bayesian optimal phase 2 boundaries, their power exact (Zhou, Lee and Yuan).

    Example: topline design bop2 --null 0.2 --alternative 0.4 --looks 10,20,30,40
    """
    from topline.design.goal import Goal  # numpy only with work
    from topline.design.justification.stages import justify_bop2
    from topline.design.one_arm_binary.bop2 import find_bop2

    goal = Goal(null, alternative, alpha, power)
    found = find_bop2(goal, counts(looks, "--looks", "10,20,30,40"))
    tell(justify_bop2(found), as_json=as_json, plot=plot, page=justification)


def bryant_day(  # noqa: PLR0913, PLR0917 - options
    response_null: Annotated[float, typer.Option(help="Response rate of no interest.")],
    response: Annotated[float, typer.Option(help="Response rate hoped for.")],
    toxicity_null: Annotated[float, typer.Option(help="Toxicity rate that is not acceptable.")],
    toxicity_rate: Annotated[
        float, typer.Option("--toxicity", help="Toxicity rate that is acceptable.")
    ],
    alpha_response: Annotated[
        float, typer.Option(help="Success at most this likely at the null response rate.")
    ] = 0.1,
    alpha_toxicity: Annotated[
        float, typer.Option(help="Success at most this likely at the unacceptable toxicity.")
    ] = 0.1,
    power: Power = 0.85,
    n_max: Most = 60,
    as_json: Json = False,
    justification: Page = None,
) -> None:
    """Response and toxicity together, in two stages (Bryant and Day).

    Example: topline design bryant-day --response-null 0.3 --response 0.5 --toxicity-null 0.4
    --toxicity 0.2
    """
    from topline.design.justification.toxicity import justify_bryant_day
    from topline.design.one_arm_binary import bryant_day as joint

    goal = joint.JointGoal(
        response_null, response, toxicity_null, toxicity_rate, alpha_response, alpha_toxicity,
        power,
    )  # fmt: skip
    found = joint.find_bryant_day(goal, n_max)
    tell(justify_bryant_day(found), as_json=as_json, plot=None, page=justification)


def toxicity(  # noqa: PLR0913, PLR0917 - options
    acceptable: Annotated[float, typer.Option(help="Rate of toxicity that is acceptable.")],
    looks: Looks,
    rule: Annotated[ToxicityRule, typer.Option(help="Kind of boundary.")] = ToxicityRule.POCOCK,
    crossing: Annotated[
        float, typer.Option(help="Pocock: stop at most this likely at the acceptable rate.")
    ] = 0.1,
    limit: Annotated[
        float, typer.Option(help="Bayesian: stop above this posterior probability.")
    ] = 0.95,
    rates: Annotated[
        str | None, typer.Option(help="True rates to tell about, such as 0.2,0.3,0.4.")
    ] = None,
    as_json: Json = False,
    plot: Plot = None,
    justification: Page = None,
) -> None:
    """When to stop for toxicity: the same level at each look, or a posterior probability.

    Example: topline design toxicity --acceptable 0.2 --looks 2:30 --crossing 0.05
    """
    from topline.design.justification.toxicity import justify_toxicity
    from topline.design.one_arm_binary import toxicity_boundary as boundary

    at = counts(looks, "--looks", "2:30")
    found = (
        boundary.find_pocock_boundary(acceptable, at, crossing)
        if rule is ToxicityRule.POCOCK
        else boundary.bayesian_boundary(acceptable, at, limit)
    )
    true = (
        [min(1.0, round(acceptable + 0.05 * i, 6)) for i in range(6)]
        if rates is None
        else numbers(rates, "--rates", "0.2,0.3")
    )
    tell(justify_toxicity(found, rule.value, true), as_json=as_json, plot=plot, page=justification)
