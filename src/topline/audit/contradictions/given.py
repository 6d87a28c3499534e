"""A constraint that holds only where a switch is on."""

from typing import Protocol, cast

from ortools.sat.python import cp_model


class _Switched(Protocol):
    def only_enforce_if(self, literal: cp_model.LiteralT, /) -> object: ...


def given(switch: cp_model.LiteralT, constraint: cp_model.Constraint) -> None:
    """Let a constraint hold only where the switch is on."""
    cast("_Switched", cast("object", constraint)).only_enforce_if(switch)
