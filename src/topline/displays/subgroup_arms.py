"""Arms within subgroups: which are compared with which, and the tests between subgroups."""

from collections.abc import Iterable
from typing import Final

from topline.displays.numbers import Group, Number, Numbers
from topline.protocol.protocol import Protocol

_BETWEEN: Final = ("between", "interaction")


def by_level(numbers: Numbers, group: Group) -> dict[str, dict[str, Number]]:
    """Return a group's results by level and statistic."""
    found: dict[str, dict[str, Number]] = {}
    for r in numbers.rows:
        if (r.by, r.group) == (group.by, group.value):
            found.setdefault(r.level, {})[r.statistic] = r
    return found


def arms_of(numbers: Numbers) -> tuple[dict[str, str], str]:
    """Return the arms that are compared, with their labels, and the label of the reference."""
    everyone = next((g for g in numbers.groups() if not g.by), Group("", "", "All"))
    levels = by_level(numbers, everyone)
    arms = {
        level: next(iter(found.values())).level_label or level
        for level, found in levels.items()
        if level and "estimate" not in found
    }
    compared = {arm_of(level, arms) for level, found in levels.items() if "estimate" in found}
    rest = [label for arm, label in arms.items() if arm not in compared]
    return arms, rest[0] if len(rest) == 1 else ""


def arm_of(level: str, arms: Iterable[str]) -> str:
    """Return the arm of an effect, whose level is the arm's and the measure."""
    return max((arm for arm in arms if level.startswith(f"{arm} ")), key=len, default="")


def between(numbers: Numbers, variable: str) -> Number | None:
    """Return P between the values of a variable, or of the interaction."""
    rows = (r for r in numbers.rows if r.by == variable and r.statistic == "p_value")
    return next((r for r in rows if r.level in _BETWEEN), None)


def is_timed(protocol: Protocol, numbers: Numbers) -> bool:
    """Whether the endpoint of the results is a time to an event."""
    endpoint = protocol.endpoints.get(next((r.parameter for r in numbers.rows), ""))
    return endpoint is not None and endpoint.kind == "time-to-event"
