"""All commands, under one name; what goes wrong on purpose is said in words."""

import os
from collections.abc import Callable

import typer

from topline.cli.audit import audit
from topline.cli.check import check
from topline.cli.demo import demo
from topline.cli.design import design
from topline.cli.new import new
from topline.cli.reconstruct import reconstruct
from topline.cli.run import run
from topline.cli.simulate import simulate
from topline.cli.validate import validate
from topline.cli.weave import weave
from topline.errors import ToplineError, UsageError

FAILED_CHECK, WRONG_USE, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="topline",
    help="From an oncology trial's protocol and its patient data to its results.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _command in (new, check, run, weave, demo, simulate, validate, audit, reconstruct):
    app.command()(_command)
app.add_typer(design)


def run_app(invoke: Callable[[], object] = app) -> int:
    """Run the command line and return its exit code: 0 fine, 1 a check failed, 2 wrong use."""
    try:
        invoke()
    except (SystemExit, KeyboardInterrupt) as end:
        return _ended(end)
    except ToplineError as error:
        typer.echo(f"topline: {error}", err=True)
        return WRONG_USE if isinstance(error, UsageError) else FAILED_CHECK
    except OSError as error:
        typer.echo(f"topline: {error.filename}: {error.strerror}", err=True)
        return FAILED_CHECK
    except Exception as error:
        if os.environ.get("TOPLINE_TRACEBACK"):
            raise
        typer.echo(
            f"topline: a fault of Topline's own ({type(error).__name__}: {error}). "
            "Nothing was written. TOPLINE_TRACEBACK=1 shows where; please report it.",
            err=True,
        )
        return FAILED_CHECK
    return 0


def _ended(end: SystemExit | KeyboardInterrupt) -> int:
    """Return the exit code; Typer makes an exit of Ctrl-C in a command, and says nothing."""
    code = end.code if isinstance(end, SystemExit) else INTERRUPTED
    if code == INTERRUPTED:
        typer.echo("topline: interrupted; no output was written", err=True)
    return code if isinstance(code, int) else WRONG_USE
