"""What is wrong with the results that a claim names, before there is a run."""

from collections.abc import Iterator

from topline.audit.claims import AnyClaim, ResultOf, Same, Sum
from topline.audit.faults import Fault
from topline.audit.run_results import read_arithmetic


def result_faults(claim: AnyClaim) -> Iterator[Fault]:
    """Yield arithmetic that cannot be read, and lists where there are no parts for them."""
    if isinstance(claim, Same) or claim.result is None:
        return
    for loc, text in _texts(claim.result):
        if "[" in text and isinstance(expected := read_arithmetic(text), str):
            yield Fault(("result", *loc), text, expected)
    if isinstance(claim.result, tuple):
        numbers = [p for p in claim.parts if isinstance(p, int)] if isinstance(claim, Sum) else []
        if len(claim.result) != len(numbers):
            found = f"a list of {len(claim.result)} results"
            expected = f"{len(numbers)}: one for each part that is a number"
            if not isinstance(claim, Sum):
                expected = "a result, or results by the names of the printed numbers"
            yield Fault(("result",), found, expected)


def p_alone(result: ResultOf | None) -> str | None:
    """Return the result of a p-value that is printed with another number."""
    return result.get("p") if isinstance(result, dict) else None


def _texts(result: ResultOf) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(result, str):
        yield (), result
    elif isinstance(result, dict):
        yield from (((name,), text) for name, text in result.items())
    else:
        yield from (((at,), text) for at, text in enumerate(result))
