"""`topline design`: sample sizes, boundaries and operating characteristics, exactly."""

import typer

from topline.cli.design_binary import after_two_stages, predictive, simon, single_stage, three_stage
from topline.cli.design_looks import bop2, bryant_day, toxicity
from topline.cli.design_survival import landmark, median, one_sample_logrank
from topline.cli.design_two_arms import group_sequential, logrank, screening

design = typer.Typer(
    name="design",
    help="Sample sizes, boundaries and operating characteristics of a trial, exactly.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for _name, _command in {
    "single-stage": single_stage,
    "simon": simon,
    "after-two-stages": after_two_stages,
    "three-stage": three_stage,
    "predictive": predictive,
    "bop2": bop2,
    "bryant-day": bryant_day,
    "toxicity": toxicity,
    "one-sample-logrank": one_sample_logrank,
    "median": median,
    "landmark": landmark,
    "logrank": logrank,
    "group-sequential": group_sequential,
    "screening": screening,
}.items():
    design.command(_name)(_command)
