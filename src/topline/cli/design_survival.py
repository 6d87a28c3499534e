"""`topline design`: one arm, a time-to-event endpoint."""

from typing import Annotated

import typer

from topline.cli.design_options import (
    Accrual,
    Alpha,
    Json,
    LostBy,
    Minimum,
    Page,
    Power,
    Scale,
    Shape,
    Unit,
    tell,
)

Lost = Annotated[float, typer.Option("--dropout", help="Share lost to follow-up by --lost-by.")]


def one_sample_logrank(  # noqa: PLR0913, PLR0917 - options
    null_median: Annotated[
        float, typer.Option(help="Median that would yield no further interest.")
    ],
    hazard_ratio: Annotated[float, typer.Option(help="Hazard hoped for, as a share; below 1.")],
    follow_up: Minimum,
    accrual: Annotated[
        float | None, typer.Option(help="Time over which subjects enter; or give --rate.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Subjects that enter in a unit of time.")
    ] = None,
    two_stage: Annotated[
        bool, typer.Option("--two-stage", help="With an interim analysis for futility; --rate.")
    ] = False,
    alpha: Alpha = 0.05,
    power: Power = 0.8,
    shape: Shape = 1.0,
    dropout: Lost = 0.0,
    lost_by: LostBy = 12.0,
    unit: Unit = "months",
    as_json: Json = False,
    justification: Page = None,
) -> None:
    """Events against those of a known curve, in one stage or two (Wu; Kwak and Jung).

    Example: topline design one-sample-logrank --null-median 6 --hazard-ratio 0.6 --accrual 18
    --follow-up 6
    """
    from topline.design.follow_up import FollowUp, dropout_hazard  # numpy
    from topline.design.justification import times
    from topline.design.one_arm_survival import one_sample_logrank as single
    from topline.design.one_arm_survival.survival_curve import curve_through
    from topline.errors import UsageError

    null = curve_through(null_median, 0.5, shape)
    if (accrual is None) == (rate is None):
        msg = "give --accrual, the time over which subjects enter, or --rate, how many a unit"
        raise UsageError(msg)
    if rate is not None and dropout:
        msg = "--dropout goes with --accrual; leave it out with --rate"
        raise UsageError(msg)
    if two_stage:
        if rate is None:
            msg = "two stages need --rate, for the interim time decides how many have entered"
            raise UsageError(msg)
        from topline.design.one_arm_survival import two_stage_logrank as two

        found = two.find_two_stage_logrank(null, hazard_ratio, rate, follow_up, alpha, power)
        told = times.justify_two_stage_logrank(found, rate, unit)
    elif rate is not None:
        one = single.find_with_rate(null, hazard_ratio, rate, follow_up, alpha, power)
        told = times.justify_logrank(one, unit)
    else:
        followed = FollowUp(accrual or 0.0, follow_up, dropout_hazard(dropout, lost_by))
        one = single.find_one_sample_logrank(null, hazard_ratio, followed, alpha, power)
        told = times.justify_logrank(one, unit)
    tell(told, as_json=as_json, plot=None, page=justification)


def median(  # noqa: PLR0913, PLR0917 - options
    null_median: Annotated[
        float, typer.Option(help="Median that would yield no further interest.")
    ],
    median_time: Annotated[float, typer.Option("--median", help="Median hoped for.")],
    accrual: Accrual,
    follow_up: Minimum,
    alpha: Alpha = 0.05,
    power: Power = 0.8,
    shape: Shape = 1.0,
    scale: Annotated[Scale, typer.Option(help="Of the confidence limit.")] = Scale.LOG_LOG,
    dropout: Lost = 0.0,
    lost_by: LostBy = 12.0,
    unit: Unit = "months",
    as_json: Json = False,
    justification: Page = None,
) -> None:
    """Lower Brookmeyer-Crowley limit of the median above the null's.

    Example: topline design median --null-median 6 --median 10 --accrual 18 --follow-up 6
    """
    from topline.design.follow_up import FollowUp, dropout_hazard  # numpy
    from topline.design.justification.times import justify_landmark
    from topline.design.one_arm_survival.landmark import find_median

    followed = FollowUp(accrual, follow_up, dropout_hazard(dropout, lost_by))
    found = find_median(
        null_median, median_time, followed, alpha, power, shape=shape, scale=scale.value
    )
    tell(justify_landmark(found, unit, median=True), as_json=as_json, plot=None, page=justification)


def landmark(  # noqa: PLR0913, PLR0917 - options
    time: Annotated[float, typer.Option(help="Time of the landmark.")],
    null: Annotated[float, typer.Option(help="Share free of the event then, of no interest.")],
    alternative: Annotated[float, typer.Option(help="Share free of the event hoped for.")],
    accrual: Accrual,
    follow_up: Minimum,
    alpha: Alpha = 0.05,
    power: Power = 0.8,
    shape: Shape = 1.0,
    scale: Annotated[Scale, typer.Option(help="Of the estimate.")] = Scale.LOG_LOG,
    dropout: Lost = 0.0,
    lost_by: LostBy = 12.0,
    unit: Unit = "months",
    as_json: Json = False,
    justification: Page = None,
) -> None:
    """Share free of an event at a time, by Kaplan and Meier (Nagashima).

    Example: topline design landmark --time 12 --null 0.4 --alternative 0.6 --accrual 24
    --follow-up 12
    """
    from topline.design.follow_up import FollowUp, dropout_hazard  # numpy
    from topline.design.justification.times import justify_landmark
    from topline.design.one_arm_survival.landmark import find_landmark
    from topline.design.one_arm_survival.survival_curve import curve_through

    followed = FollowUp(accrual, follow_up, dropout_hazard(dropout, lost_by))
    found = find_landmark(
        curve_through(time, null, shape), curve_through(time, alternative, shape), time, followed,
        alpha, power, scale.value,
    )  # fmt: skip
    tell(
        justify_landmark(found, unit, median=False), as_json=as_json, plot=None, page=justification
    )
