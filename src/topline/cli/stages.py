"""Stages shown as they pass, on a terminal only."""

import sys
import time
from collections.abc import Callable


def stages_on_terminal() -> Callable[[str], None]:
    """Return a callable that prints each stage with the seconds it took; silent when piped."""
    last = time.perf_counter()

    def passed(stage: str) -> None:
        nonlocal last
        now = time.perf_counter()
        if sys.stderr.isatty():
            sys.stderr.write(f"  {stage:<16} {now - last:6.2f} s\n")
        last = now

    return passed
