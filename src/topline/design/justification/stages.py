"""The words of designs with several looks at the number of responders."""

from collections.abc import Sequence

from topline.design.goal import Goal
from topline.design.justification import sources
from topline.design.justification.curves import response_curve
from topline.design.justification.justification import Justification, Plain, Table, number, share
from topline.design.justification.one_look import assumptions, goal_data
from topline.design.one_arm_binary.bop2 import BayesianOptimal
from topline.design.one_arm_binary.boundaries import Boundaries, Operating, compute_operating
from topline.design.one_arm_binary.conditional import curtail
from topline.design.one_arm_binary.dropout import compute_with_failures, subjects_to_enrol
from topline.design.one_arm_binary.efficacy_stop import StoppingForSuccess
from topline.design.one_arm_binary.predictive_probability import Predictive
from topline.design.one_arm_binary.rational import compute_exact_success
from topline.design.one_arm_binary.simon import SimonDesigns
from topline.design.one_arm_binary.three_stage import ThreeStage, ThreeStages
from topline.design.one_arm_binary.two_stage import TwoStage
from topline.design.one_arm_binary.two_stage_dropout import compute_two_stage_excluded


def justify_simon(designs: SimonDesigns, chosen: TwoStage, dropout: float = 0.0) -> Justification:
    """Tell the two-stage design that was chosen among the admissible ones."""
    rows = tuple(
        (
            name, *_two_stage_cells(each.design), f"{each.weight_from:.3f} to {each.weight_to:.3f}",
        )
        for each, name in zip(
            designs.admissible, _kinds([e.design for e in designs.admissible]), strict=True
        )
    )  # fmt: skip
    table = Table(
        f"Admissible designs of at most {designs.n_max} subjects",
        (*_COLUMNS, "Best for weights of n"),
        rows,
    )
    names = dict(zip([id(e.design) for e in designs.admissible], [r[0] for r in rows], strict=True))
    kind = names.get(id(chosen), "chosen")
    return _justify_two_stage(chosen, f"Simon's {kind} design", table, dropout, (
        sources.SIMON, sources.JUNG, sources.KOYAMA,
    ), {
        "kind": kind,
        "admissible": [_two_stage_data(e.design) for e in designs.admissible],
    })  # fmt: skip


def justify_stopping_for_success(
    designs: StoppingForSuccess, chosen: TwoStage, dropout: float = 0.0
) -> Justification:
    """Tell the two-stage design that may end early with success, too."""
    table = Table(
        "Designs",
        _COLUMNS,
        tuple(
            (name, *_two_stage_cells(each))
            for name, each in (("minimax", designs.minimax), ("optimal", designs.optimal))
        ),
    )
    return _justify_two_stage(
        chosen, f"Two stages with stopping for success, optimal under the {designs.under}", table,
        dropout, (sources.MANDER, sources.SIMON),
        {"kind": "stopping for success", "under": designs.under},
    )  # fmt: skip


_COLUMNS = ("Design", "Stop at", "Success", "Alpha", "Power", "E(N) null", "Early end, null")


def _kinds(designs: Sequence[TwoStage]) -> list[str]:
    if len(designs) == 1:
        return ["minimax and optimal"]
    return ["minimax", *("admissible" for _ in designs[1:-1]), "optimal"]


def _two_stage_cells(design: TwoStage) -> tuple[str, ...]:
    early = f"{design.r1} or fewer of {design.n1}"
    if design.enough is not None:
        early += f"; success with {design.enough}"
    return (
        early, f"{design.needed} of {design.n}", number(design.alpha), number(design.power),
        number(design.null.expected, 1), number(design.null.early, 3),
    )  # fmt: skip


def _two_stage_data(design: TwoStage) -> dict[str, Plain]:
    return {
        "n1": design.n1,
        "stop_at_most": design.r1,
        "success_in_first_stage_at_least": design.enough,
        "n": design.n,
        "responders_at_least": design.needed,
        "alpha": design.alpha,
        "power": design.power,
        "expected_null": design.null.expected,
        "expected_alternative": design.alternative.expected,
        "early_end_null": design.null.early,
        "early_end_alternative": design.alternative.early,
    }


def _justify_two_stage(  # noqa: PLR0913, PLR0917 - the parts of a page
    design: TwoStage, name: str, table: Table, dropout: float, references: tuple[str, ...],
    more: dict[str, Plain],
) -> Justification:  # fmt: skip
    enrol1, enrol = (subjects_to_enrol(n, dropout) for n in (design.n1, design.n))
    notes = () if design.meets_goal else ("the design does not keep the alpha and power asked for",)
    rows = _two_stage_dropout(design, dropout, enrol1, enrol)
    return Justification(
        title=f"{name}: {design.r1}/{design.n1}, {design.needed - 1}/{design.n}",
        numbers=(
            ("First stage", f"{design.n1} subjects; end with {design.r1} or fewer responders"),
            *(
                (("Success after it", f"{design.enough} or more responders"),)
                if design.enough is not None
                else ()
            ),
            ("Both stages", f"{design.n} subjects; success with {design.needed} or more"),
            ("Alpha, exact, one-sided", number(design.alpha)),
            ("Power, exact", number(design.power)),
            ("Expected subjects, null", number(design.null.expected, 2)),
            ("Expected subjects, alternative", number(design.alternative.expected, 2)),
            ("Ends early, null", share(design.null.early)),
            ("Subjects to enrol", f"{enrol1}, then {enrol - enrol1} ({share(dropout)} drop-out)"),
        ),
        paragraphs=(
            _two_stage_text(design, name),
            _exact(design.boundaries, design.goal),
            "After the trial the p-value, the estimate and the confidence interval must allow for "
            "the first stage (Koyama and Chen 2008; Jung and Kim 2004).",
        ),
        tables=(table, Table(
            "What drop-out does", ("Drop-out", "Enrolled", "Alpha", "Power"), rows,
        ), _curtailed(design.boundaries, design.goal)),
        assumptions=assumptions(dropout),
        references=references,
        data={
            "design": "simon", "goal": goal_data(design.goal), **_two_stage_data(design),
            "dropout": dropout, "enrol_first_stage": enrol1, "enrol": enrol,
            "with_dropout": [
                {"dropout": r[0], "enrolled": int(r[1]), "alpha": float(r[2]), "power": float(r[3])}
                for r in rows
            ],
            **more,
        },
        curve=response_curve(design.boundaries, design.goal),
        notes=notes,
    )  # fmt: skip


def _two_stage_dropout(
    design: TwoStage, dropout: float, enrol1: int, enrol: int
) -> tuple[tuple[str, ...], ...]:
    rows = [("none, or replaced", str(design.n), number(design.alpha), number(design.power))]
    if dropout == 0:
        return tuple(rows)
    if design.enough is None:
        found = compute_two_stage_excluded(design, enrol1, enrol, dropout)
        rows.append(("excluded, boundaries re-derived", str(enrol), number(found.alpha),
                     number(found.power)))  # fmt: skip
    failed = [
        compute_with_failures(design.boundaries, p, dropout).success
        for p in (design.goal.null, design.goal.alternative)
    ]
    rows.append(
        ("failures, boundaries as planned", str(design.n), number(failed[0]), number(failed[1]))
    )
    return tuple(rows)


def _two_stage_text(design: TwoStage, name: str) -> str:
    goal = design.goal
    enough = "" if design.enough is None else f" With {design.enough} or more it ends with success."
    return (
        f"{name} compares a response rate of {share(goal.null)}, which would yield no further "
        f"interest, with one of {share(goal.alternative)}, which would. {design.n1} subjects are "
        f"evaluated in the first stage; with {design.r1} or fewer responders the trial ends for "
        f"lack of efficacy.{enough} Otherwise {design.n - design.n1} more are evaluated, and the "
        f"treatment is taken to be of interest if {design.needed} or more of {design.n} respond. "
        f"By the exact binomial distribution the type I error is {share(design.alpha, 2)} (at most "
        f"{share(goal.alpha)} allowed, one-sided) and the power {share(design.power, 1)} (at least "
        f"{share(goal.power)} asked for). At {share(goal.null)} the trial ends early with a "
        f"probability of {share(design.null.early, 1)} and has {design.null.expected:.1f} subjects "
        "on average."
    )


def _exact(boundaries: Boundaries, goal: Goal) -> str:
    alpha, power = (compute_exact_success(boundaries, p) for p in (goal.null, goal.alternative))
    return (
        "Alpha and power are sums over all results, not approximations: alpha is "
        f"{float(alpha):.10f} and power {float(power):.10f} in whole-number arithmetic."
    )


def _curtailed(boundaries: Boundaries, goal: Goal) -> Table:
    rows: list[tuple[str, ...]] = []
    for name, look in (
        ("as planned", boundaries),
        ("certain failure ends the trial", curtail(boundaries, success=False)),
        ("certain failure and success end it", curtail(boundaries)),
    ):
        found = [compute_operating(look, p).expected for p in (goal.null, goal.alternative)]
        rows.append((name, *(number(each, 1) for each in found)))
    return Table(
        "Expected subjects when the trial ends as soon as its outcome is certain",
        ("Curtailment", "Null", "Alternative"),
        tuple(rows),
    )


def justify_three_stage(designs: ThreeStages, chosen: ThreeStage) -> Justification:
    """Tell a three-stage design."""
    table = Table(
        "Designs",
        ("Design", "Stop at", "Success", "Alpha", "Power", "E(N) null"),
        tuple(
            (
                name, "; ".join(_stops(d.boundaries)), f"{d.boundaries.needed} of {d.boundaries.n}",
                number(d.alpha), number(d.power), number(d.null.expected, 2),
            )
            for name, d in (("minimax", designs.minimax), ("optimal", designs.optimal))
        ),
    )  # fmt: skip
    kind = "minimax" if chosen == designs.minimax else "optimal"
    return _justify_looks(
        f"Three stages, {kind}", chosen.boundaries, chosen.goal, (chosen.null, chosen.alternative),
        (table,), (sources.CHEN, sources.SIMON), {"design": "three-stage", "kind": kind},
    )  # fmt: skip


def justify_predictive(design: Predictive) -> Justification:
    """Tell a predictive probability design."""
    low, high = design.theta_target
    return _justify_looks(
        "Predictive probability", design.boundaries, design.goal,
        (design.null, design.alternative), (), (sources.LEE,),
        {"design": "predictive", "theta_low": design.theta_low, "theta_target": [low, high],
         "prior": [design.prior.a, design.prior.b]},
        f" The prior is Beta({design.prior.a:g}, {design.prior.b:g}). The trial ends without "
        f"success when the predictive probability of success is below {design.theta_low:.4g}; "
        f"success at the end is a posterior probability of a rate above {share(design.goal.null)} "
        f"of at least theta, any theta above {low:.4f} and up to {high:.4f} asking for the same "
        "number of responders.",
    )  # fmt: skip


def justify_bop2(design: BayesianOptimal) -> Justification:
    """Tell Bayesian optimal phase 2 boundaries."""
    return _justify_looks(
        "Bayesian optimal phase 2", design.boundaries, design.goal,
        (design.null, design.alternative), (), (sources.BOP2,),
        {"design": "bop2", "lambda": design.scale, "gamma": design.shape,
         "prior": [design.prior.a, design.prior.b]},
        f" The prior is Beta({design.prior.a:g}, {design.prior.b:g}). The trial ends without "
        f"success after n of {design.boundaries.n} subjects when the posterior probability of a "
        f"rate above {share(design.goal.null)} is below {design.scale:g} (n / "
        f"{design.boundaries.n})^{design.shape:g}.",
    )  # fmt: skip


def _stops(boundaries: Boundaries) -> list[str]:
    """Return the looks at which the number that ends the trial rises, but for the last."""
    looks = list(zip(boundaries.looks, boundaries.futility, strict=True))[:-1]
    before = -1
    said: list[str] = []
    for n, low in looks:
        if low > before:
            said.append(f"{low} of {n}")
            before = low
    return said


def _justify_looks(  # noqa: PLR0913, PLR0917 - the parts of a page
    name: str, boundaries: Boundaries, goal: Goal, at: tuple[Operating, Operating],
    tables: tuple[Table, ...], references: tuple[str, ...], data: dict[str, Plain],
    more: str = "",
) -> Justification:  # fmt: skip
    null, alternative = at
    stops = _stops(boundaries)
    ends = ", ".join(stops) or "never"
    return Justification(
        title=f"{name}: {boundaries.needed} responders of {boundaries.n}",
        numbers=(
            ("Ends without success at", ends),
            ("Success", f"{boundaries.needed} or more of {boundaries.n}"),
            ("Alpha, exact, one-sided", number(null.success)),
            ("Power, exact", number(alternative.success)),
            ("Expected subjects, null", number(null.expected, 2)),
            ("Expected subjects, alternative", number(alternative.expected, 2)),
            ("Ends early, null", share(null.early)),
        ),
        paragraphs=(
            f"The design compares a response rate of {share(goal.null)}, which would yield no "
            f"further interest, with one of {share(goal.alternative)}, which would, with "
            f"{len(boundaries.looks)} looks. The trial ends for lack of efficacy with so many "
            f"responders or fewer: {ends}. The treatment is taken to be of interest if "
            f"{boundaries.needed} or more of {boundaries.n} respond.{more} The type I error is "
            f"{share(null.success, 2)} (one-sided; at most {share(goal.alpha)} allowed) and the "
            f"power {share(alternative.success, 1)} (at least {share(goal.power)} asked for). At "
            f"{share(goal.null)} the trial has {null.expected:.1f} subjects on average.",
            _exact(boundaries, goal),
        ),
        tables=tables,
        assumptions=assumptions(0.0),
        references=references,
        data={
            **data, "goal": goal_data(goal), "looks": list(boundaries.looks),
            "stop_at_most": list(boundaries.futility), "responders_at_least": boundaries.needed,
            "alpha": null.success, "power": alternative.success,
            "expected_null": null.expected, "expected_alternative": alternative.expected,
            "early_end_null": null.early,
        },
        curve=response_curve(boundaries, goal),
    )  # fmt: skip
