"""Conditions on a patient's numbers, with what his attributes say of them settled beforehand."""

from collections.abc import Collection, Mapping

from topline.reconstruct.conditions import (
    AllOf,
    AnyOf,
    Column,
    Compared,
    Comparison,
    Condition,
    Not,
    Yes,
    holds,
)

_DIGITS = 9
"""To which differences of decimal numbers are compared."""


def settle(
    condition: Condition, columns: Mapping[str, Column], patient: int, free: Collection[str]
) -> Condition | bool:
    """Leave of a condition what a patient's attributes do not decide.

    Parameters
    ----------
    condition
        From `read_condition`.
    columns
        Attributes by name.
    patient
        Place in the columns.
    free
        Names that are no attributes, which stay.

    Examples
    --------
    >>> import numpy as np
    >>> high, above = Compared("BASE", "=", "HIGH"), Compared("FIRST", ">=", "210")
    >>> settle(AnyOf((Not(high), above)), {"BASE": np.array(["HIGH"])}, 0, ["FIRST"])
    Compared(name='FIRST', sign='>=', value='210')
    """
    if isinstance(condition, Yes | Compared):
        if condition.name in free:
            return condition
        own = {condition.name: columns[condition.name][patient : patient + 1]}
        return bool(holds(condition, own, 1)[0])
    if isinstance(condition, Not):
        part = settle(condition.part, columns, patient, free)
        return not part if isinstance(part, bool) else Not(part)
    decides = isinstance(condition, AnyOf)
    left: list[Condition] = []
    for part in condition.parts:
        found = settle(part, columns, patient, free)
        if isinstance(found, bool):
            if found is decides:
                return decides
        else:
            left.append(found)
    if len(left) < 2:
        return left[0] if left else not decides
    return AnyOf(tuple(left)) if decides else AllOf(tuple(left))


def is_kept(condition: Condition, numbers: Mapping[str, float]) -> bool:
    """Whether a settled condition holds of a patient's numbers.

    Examples
    --------
    >>> is_kept(Compared("CHANGE", "=", "0.1"), {"CHANGE": 0.3 - 0.2})
    True
    """
    if isinstance(condition, Compared):
        return _compare(round(numbers[condition.name], _DIGITS), condition)
    if isinstance(condition, Yes):
        return bool(numbers[condition.name])
    if isinstance(condition, Not):
        return not is_kept(condition.part, numbers)
    parts = (is_kept(part, numbers) for part in condition.parts)
    return all(parts) if isinstance(condition, AllOf) else any(parts)


def _compare(number: float, condition: Compared) -> bool:
    value = float(condition.value)
    answers: dict[Comparison, bool] = {
        "=": number == value, "!=": number != value, "<": number < value,
        "<=": number <= value, ">": number > value, ">=": number >= value,
    }  # fmt: skip
    return answers[condition.sign]
