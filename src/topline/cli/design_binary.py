"""`topline design`: one arm, a binary endpoint, decided on responders."""

from enum import StrEnum
from typing import Annotated

import typer

from topline.cli.design_options import (
    Alpha,
    Alternative,
    DropOut,
    Json,
    Most,
    Null,
    Page,
    Plot,
    Power,
    tell,
)


class Best(StrEnum):
    """Which of the two-stage designs."""

    OPTIMAL = "optimal"
    MINIMAX = "minimax"


class Rate(StrEnum):
    """Where an expected number is taken."""

    NULL = "null"
    ALTERNATIVE = "alternative"


def single_stage(  # noqa: PLR0913, PLR0917 - options
    null: Null,
    alternative: Alternative,
    alpha: Alpha = 0.05,
    power: Power = 0.9,
    dropout: DropOut = 0.0,
    n: Annotated[
        int | None, typer.Option(help="Subjects evaluated; the fewest that do unless given.")
    ] = None,
    needed: Annotated[
        int | None, typer.Option(help="Responders needed of --n; by alpha unless given.")
    ] = None,
    enrol: Annotated[
        int | None, typer.Option(help="Subjects to enrol; by the drop-out unless given.")
    ] = None,
    n_max: Most = 2000,
    as_json: Json = False,
    plot: Plot = None,
    justification: Page = None,
) -> None:
    """One stage: the smallest exact design, or the exact errors of a given one (A'Hern).

    Example: topline design single-stage --null 0.25 --alternative 0.5 --alpha 0.1 --dropout 0.15
    """
    from topline.design.goal import Goal, require_count  # numpy only with work
    from topline.design.justification.one_look import justify_single_stage
    from topline.design.one_arm_binary import single_stage as stage
    from topline.errors import UsageError

    goal = Goal(null, alternative, alpha, power)
    if n is None and needed is not None:
        msg = "--needed is a number of responders of --n; give --n as well"
        raise UsageError(msg)
    found = (
        stage.find_single_stage(goal, n_max)
        if n is None
        else stage.single_stage_of(goal, n, needed)
    )
    if enrol is not None:
        require_count("the number to enrol", enrol, found.n)
    tell(
        justify_single_stage(found, dropout, enrol),
        as_json=as_json, plot=plot, page=justification,
    )  # fmt: skip


def simon(  # noqa: PLR0913, PLR0917 - options
    null: Null,
    alternative: Alternative,
    alpha: Alpha = 0.05,
    power: Power = 0.8,
    kind: Annotated[Best, typer.Option(help="Which design to tell.")] = Best.OPTIMAL,
    dropout: DropOut = 0.0,
    n_max: Most = 100,
    stop_for_success: Annotated[
        bool, typer.Option("--stop-for-success", help="The first stage may be a success, too.")
    ] = False,
    under: Annotated[
        Rate, typer.Option(help="Where the expected number is smallest, with --stop-for-success.")
    ] = Rate.NULL,
    as_json: Json = False,
    plot: Plot = None,
    justification: Page = None,
) -> None:
    """Two stages: optimal, minimax and all admissible designs (Simon; Jung; Mander and Thompson).

    Example: topline design simon --null 0.1 --alternative 0.3 --justification design.html
    """
    from topline.design.goal import Goal  # numpy only with work
    from topline.design.justification import stages

    goal = Goal(null, alternative, alpha, power)
    if stop_for_success:
        from topline.design.one_arm_binary import efficacy_stop

        both = efficacy_stop.find_stopping_for_success(goal, n_max, under.value)
        chosen = both.optimal if kind is Best.OPTIMAL else both.minimax
        told = stages.justify_stopping_for_success(both, chosen, dropout)
    else:
        from topline.design.one_arm_binary.simon import find_simon

        found = find_simon(goal, n_max)
        chosen = found.optimal if kind is Best.OPTIMAL else found.minimax
        told = stages.justify_simon(found, chosen, dropout)
    tell(told, as_json=as_json, plot=plot, page=justification)


def after_two_stages(  # noqa: PLR0913, PLR0917 - options
    n1: Annotated[int, typer.Option(help="Subjects of the first stage, as planned.")],
    r1: Annotated[int, typer.Option(help="Responders that end the trial there, or fewer.")],
    n: Annotated[int, typer.Option(help="Subjects of both stages, as planned.")],
    needed: Annotated[int, typer.Option(help="Responders of n that make success.")],
    null: Null,
    evaluated: Annotated[int, typer.Option(help="Subjects evaluated.")],
    responders: Annotated[int, typer.Option(help="Responders among them.")],
    first_stage_responders: Annotated[
        int | None,
        typer.Option(help="Of the first stage, where the second had another size than planned."),
    ] = None,
    alternative: Annotated[
        float | None, typer.Option(help="For conditional power; halfway to 1 unless given.")
    ] = None,
    level: Annotated[float, typer.Option(help="Of the confidence interval.")] = 0.9,
    as_json: Json = False,
    justification: Page = None,
) -> None:
    """Analyse two stages: p-value, unbiased estimate, interval; or conditional power on the way.

    Example: topline design after-two-stages --n1 10 --r1 1 --n 29 --needed 6 --null 0.1
    --evaluated 29 --responders 7
    """
    from topline.design.goal import Goal  # numpy only with work
    from topline.design.justification.after import justify_after
    from topline.design.one_arm_binary.two_stage import two_stage_of

    better = (1 + null) / 2 if alternative is None else alternative
    planned = two_stage_of(Goal(null, better, 0.05, 0.8), n1, r1, n, needed)
    told = justify_after(planned, evaluated, responders, first_stage_responders, level)
    tell(told, as_json=as_json, plot=None, page=justification)


def three_stage(  # noqa: PLR0913, PLR0917 - options
    null: Null,
    alternative: Alternative,
    alpha: Alpha = 0.05,
    power: Power = 0.8,
    kind: Annotated[Best, typer.Option(help="Which design to tell.")] = Best.OPTIMAL,
    n_max: Most = 60,
    as_json: Json = False,
    plot: Plot = None,
    justification: Page = None,
) -> None:
    """Three stages without stopping for success (Chen).

    Example: topline design three-stage --null 0.05 --alternative 0.25
    """
    from topline.design.goal import Goal  # numpy only with work
    from topline.design.justification.stages import justify_three_stage
    from topline.design.one_arm_binary.three_stage import find_three_stage

    found = find_three_stage(Goal(null, alternative, alpha, power), n_max)
    chosen = found.optimal if kind is Best.OPTIMAL else found.minimax
    tell(justify_three_stage(found, chosen), as_json=as_json, plot=plot, page=justification)


def predictive(  # noqa: PLR0913, PLR0917 - options
    null: Null,
    alternative: Alternative,
    alpha: Alpha = 0.1,
    power: Power = 0.9,
    prior_a: Annotated[
        float | None, typer.Option(help="First number of the Beta prior; the null unless given.")
    ] = None,
    prior_b: Annotated[
        float | None, typer.Option(help="Second number; 1 less the null unless given.")
    ] = None,
    first_look: Annotated[int, typer.Option(help="Subjects before the first look.")] = 10,
    every: Annotated[int, typer.Option(help="Further subjects from look to look.")] = 1,
    n_max: Most = 100,
    as_json: Json = False,
    plot: Plot = None,
    justification: Page = None,
) -> None:
    """Bayesian predictive probability: stop once success has become unlikely (Lee and Liu).

    Example: topline design predictive --null 0.2 --alternative 0.4
    """
    from topline.design.goal import Goal  # numpy only with work
    from topline.design.justification.stages import justify_predictive
    from topline.design.one_arm_binary import predictive_probability as pp

    goal = Goal(null, alternative, alpha, power)
    prior = pp.Prior(null if prior_a is None else prior_a, 1 - null if prior_b is None else prior_b)
    found = pp.find_predictive(goal, prior, first_look=first_look, every=every, n_max=n_max)
    tell(justify_predictive(found), as_json=as_json, plot=plot, page=justification)
