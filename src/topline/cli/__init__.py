"""The command line: one file a command, each mirroring a call of the library."""

import sys


def main() -> None:
    """Run a command and leave with its exit code."""
    from topline.cli.app import run_app  # the library never needs typer

    sys.exit(run_app())
