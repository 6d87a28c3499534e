"""`topline design`: two randomised arms."""

from enum import StrEnum
from typing import Annotated, Literal

import typer

from topline.cli.design_options import (
    Accrual,
    Json,
    LostBy,
    Minimum,
    Page,
    Power,
    Shape,
    Unit,
    numbers,
    tell,
)


class Formula(StrEnum):
    """Formula of the number of events."""

    SCHOENFELD = "schoenfeld"
    FREEDMAN = "freedman"


class Boundary(StrEnum):
    """Kind of group-sequential boundary."""

    OBRIEN_FLEMING = "obrien-fleming"
    POCOCK = "pocock"
    WANG_TSIATIS = "wang-tsiatis"
    HAYBITTLE_PETO = "haybittle-peto"
    SPENDING_OBRIEN_FLEMING = "spending-obrien-fleming"
    SPENDING_POCOCK = "spending-pocock"
    HWANG_SHIH_DECANI = "hwang-shih-decani"
    SPENDING_POWER = "spending-power"


class Test(StrEnum):
    """Exact test of two rates."""

    UNCONDITIONAL = "unconditional"
    FISHER = "fisher"


Sides = Annotated[int, typer.Option(help="Sides of the test, 1 or 2.")]
Lost = Annotated[float, typer.Option("--dropout", help="Share lost to follow-up by --lost-by.")]


def logrank(  # noqa: PLR0913, PLR0917 - options
    control_median: Annotated[float, typer.Option(help="Median of the control arm.")],
    hazard_ratio: Annotated[float, typer.Option(help="Experimental to control.")],
    accrual: Accrual,
    follow_up: Minimum,
    alpha: Annotated[float, typer.Option(help="Of all sides together.")] = 0.05,
    sides: Sides = 2,
    power: Power = 0.8,
    ratio: Annotated[float, typer.Option(help="Experimental subjects for each control.")] = 1.0,
    formula: Annotated[Formula, typer.Option(help="Of the events.")] = Formula.SCHOENFELD,
    shape: Shape = 1.0,
    dropout: Lost = 0.0,
    lost_by: LostBy = 12.0,
    unit: Unit = "months",
    as_json: Json = False,
    justification: Page = None,
) -> None:
    """Events and subjects of a log-rank comparison (Schoenfeld; Freedman).

    Example: topline design logrank --control-median 12 --hazard-ratio 0.7 --accrual 24
    --follow-up 12
    """
    from topline.design.follow_up import FollowUp, dropout_hazard  # numpy
    from topline.design.justification.randomised import justify_two_arms
    from topline.design.one_arm_survival.survival_curve import curve_through
    from topline.design.two_arms.logrank import find_logrank

    found = find_logrank(
        curve_through(control_median, 0.5, shape), hazard_ratio,
        FollowUp(accrual, follow_up, dropout_hazard(dropout, lost_by)), alpha, power,
        sides=_sides(sides), ratio=ratio, formula=formula.value,
    )  # fmt: skip
    tell(justify_two_arms(found, unit), as_json=as_json, plot=None, page=justification)


def group_sequential(  # noqa: PLR0913, PLR0917 - options
    information: Annotated[
        str, typer.Option(help="Information fractions of the looks, such as 0.5,0.75,1.")
    ],
    boundary: Annotated[Boundary, typer.Option(help="Kind.")] = Boundary.SPENDING_OBRIEN_FLEMING,
    alpha: Annotated[float, typer.Option(help="Of all sides together.")] = 0.025,
    sides: Sides = 1,
    power: Power = 0.8,
    parameter: Annotated[
        float | None,
        typer.Option(help="Gamma, rho, Wang and Tsiatis' delta, or Haybittle and Peto's Z."),
    ] = None,
    futility: Annotated[
        bool,
        typer.Option("--futility", help="Spend beta likewise on a boundary that does not bind."),
    ] = False,
    hazard_ratio: Annotated[
        float | None, typer.Option(help="For the number of events by Schoenfeld, 1:1.")
    ] = None,
    as_json: Json = False,
    justification: Page = None,
) -> None:
    """Boundaries of interim analyses, and what they cost (O'Brien and Fleming; Lan and DeMets).

    Example: topline design group-sequential --information 0.5,0.75,1 --hazard-ratio 0.7 --futility
    """
    from topline.design.justification.randomised import (  # numpy only with work
        justify_group_sequential,
    )
    from topline.design.two_arms import group_sequential as looks
    from topline.design.two_arms.logrank import events_needed
    from topline.design.two_arms.spending import Spending

    at, tails = numbers(information, "--information", "0.5,0.75,1"), _sides(sides)
    spending: Spending | None = {
        Boundary.SPENDING_OBRIEN_FLEMING: Spending("obrien-fleming"),
        Boundary.SPENDING_POCOCK: Spending("pocock"),
        Boundary.HWANG_SHIH_DECANI: Spending(
            "hwang-shih-decani", -4.0 if parameter is None else parameter
        ),
        Boundary.SPENDING_POWER: Spending("power", 3.0 if parameter is None else parameter),
    }.get(boundary)
    if spending is not None:
        bounds = looks.spending_bounds(spending, at, alpha, sides=tails)
    else:
        bounds = looks.shaped_bounds(
            _shape(boundary), at, alpha, sides=tails,
            delta=0.25 if parameter is None else parameter,
            early=3.0 if parameter is None else parameter,
        )  # fmt: skip
    if futility:
        beta = spending or Spending("obrien-fleming")
        bounds, drift = looks.with_futility(bounds, beta, power)
    else:
        drift = looks.find_drift(bounds, power)
    events = (
        None
        if hazard_ratio is None
        else events_needed(hazard_ratio, alpha, power, sides=tails, formula="schoenfeld")
    )
    told = justify_group_sequential(bounds, drift, power, boundary.value, events)
    tell(told, as_json=as_json, plot=None, page=justification)


def screening(  # noqa: PLR0913, PLR0917 - options
    control: Annotated[
        float | None, typer.Option(help="Response rate of the control arm, or of the other arms.")
    ] = None,
    experimental: Annotated[
        float | None, typer.Option(help="Response rate of the experimental, or the best arm.")
    ] = None,
    control_median: Annotated[float | None, typer.Option(help="Median of the control arm.")] = None,
    hazard_ratio: Annotated[float | None, typer.Option(help="Experimental to control.")] = None,
    accrual: Annotated[float, typer.Option(help="Time over which subjects enter.")] = 12.0,
    follow_up: Minimum = 6.0,
    alpha: Annotated[float, typer.Option(help="One-sided.")] = 0.2,
    power: Power = 0.8,
    test: Annotated[Test, typer.Option(help="Of two rates.")] = Test.UNCONDITIONAL,
    arms: Annotated[
        int | None, typer.Option(help="Select the best of so many arms, without a test.")
    ] = None,
    unit: Unit = "months",
    as_json: Json = False,
    justification: Page = None,
) -> None:
    """Randomised phase 2: screening by rates or times (Rubinstein), or selection (Simon).

    Example: topline design screening --control 0.2 --experimental 0.4

    Example: topline design screening --control-median 4 --hazard-ratio 0.6
    """
    from topline.design.follow_up import FollowUp  # numpy only with work
    from topline.design.justification import randomised
    from topline.design.one_arm_survival.survival_curve import curve_through
    from topline.design.two_arms import screening as two_rates
    from topline.design.two_arms.logrank import find_logrank
    from topline.errors import UsageError

    if control is not None and experimental is not None:
        told = (
            randomised.justify_screening(
                two_rates.find_screening(control, experimental, alpha, power, test.value)
            )
            if arms is None
            else randomised.justify_selection(
                two_rates.find_selection(control, experimental - control, arms, power)
            )
        )
    elif control_median is not None and hazard_ratio is not None:
        found = find_logrank(
            curve_through(control_median, 0.5), hazard_ratio, FollowUp(accrual, follow_up), alpha,
            power, sides=1,
        )  # fmt: skip
        told = randomised.justify_two_arms(found, unit, "screening")
    else:
        msg = (
            "give --control and --experimental for rates, or --control-median and --hazard-ratio "
            "for times"
        )
        raise UsageError(msg)
    tell(told, as_json=as_json, plot=None, page=justification)


def _sides(sides: int) -> Literal[1, 2]:
    if sides == 1:
        return 1
    if sides == 2:
        return 2
    from topline.errors import UsageError

    msg = f"a test has {sides} sides; take 1 or 2"
    raise UsageError(msg)


def _shape(
    boundary: Boundary,
) -> Literal["pocock", "obrien-fleming", "wang-tsiatis", "haybittle-peto"]:
    if boundary is Boundary.POCOCK:
        return "pocock"
    if boundary is Boundary.WANG_TSIATIS:
        return "wang-tsiatis"
    return "haybittle-peto" if boundary is Boundary.HAYBITTLE_PETO else "obrien-fleming"
