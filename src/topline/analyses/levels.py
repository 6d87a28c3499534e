"""Values of a subject-level variable in the order of tables, and the groups that they make."""

from dataclasses import dataclass

import polars as pl

from topline.analyses.trace import equals, none_has
from topline.protocol.protocol import Protocol

MISSING = "(missing)"
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
_RESPONSE_VARIABLES = {"BOR", "CBOR"}
_ARM_LABELS = {"TRT01P", "TRT01A"}
_ARM_CODES = {"ARMCD", "ACTARMCD"}
_LABELS = {
    "AGE": "Age",
    "SEX": "Sex",
    "RACE": "Race",
    "ETHNIC": "Ethnicity",
    "COUNTRY": "Country",
    "SITEID": "Site",
    "TRT01P": "Planned treatment",
    "TRT01A": "Actual treatment",
    "TRTDURD": "Duration of treatment",
    "NCYCLES": "Cycles completed",
    "EOTSTT": "Status of study treatment",
    "DCTREAS": "Reason for discontinuation of treatment",
    "BOR": "Best overall response",
    "CBOR": "Confirmed best overall response",
}
_UNITS = {"AGE": "years", "TRTDURD": "days"}
_LEVEL_LABELS = {"SEX": {"F": "Female", "M": "Male"}}


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a variable."""

    value: str
    """As text; empty where the variable stands for all, "(missing)" where it has no value."""
    label: str
    condition: str
    """Condition over the variable that selects it."""
    is_missing: bool = False
    """Whether it stands for subjects without a value."""


@dataclass(frozen=True, slots=True)
class Group:
    """Subjects that form a column, a subgroup or a curve."""

    by: str
    value: str
    label: str
    condition: str
    is_missing: bool = False
    """Whether its subjects are those without a value."""


ALL = Group("", "", "All", "")


def label_of(protocol: Protocol, variable: str) -> str:
    """Label of an ADSL variable as the protocol gives it, else the usual one."""
    described = protocol.variables.get(variable)
    return described.label if described is not None else _LABELS.get(variable, variable)


def unit_of(protocol: Protocol, variable: str) -> str:
    """Return the unit of an ADSL variable; empty where it has none."""
    described = protocol.variables.get(variable)
    unit = described.unit if described is not None else None
    return unit or _UNITS.get(variable, "")


def is_flag(protocol: Protocol, variable: str) -> bool:
    """Whether a variable holds Y or nothing."""
    described = protocol.variables.get(variable)
    return (described is not None and described.kind == "flag") or (
        described is None and variable.endswith("FL")
    )


def is_number(protocol: Protocol, variable: str, dtype: pl.DataType) -> bool:
    """Whether a variable is summarised by its distribution rather than counted by value."""
    described = protocol.variables.get(variable)
    return dtype.is_numeric() and not (described is not None and described.levels)


def levels_of(protocol: Protocol, variable: str, values: pl.Series) -> tuple[Level, ...]:
    """List the values of a variable: those that the protocol names, then others that occur.

    Parameters
    ----------
    protocol
        Gives levels and their labels, and the arms.
    variable
        ADSL variable.
    values
        Its values, one a subject; a missing one makes the last level.
    """
    always = _always(protocol, variable)
    if values.dtype.is_numeric():
        always = {_number_text(text): label for text, label in always.items()}
    present = {text_of(value): value for value in values.drop_nulls().unique().sort().to_list()}
    usual = _usual(protocol, variable)
    order = dict.fromkeys([*always, *(text for text in usual if text in present), *present])
    levels = [
        Level(
            text,
            always.get(text) or usual.get(text) or text,
            equals(variable, present[text])
            if text in present
            else _unseen(variable, text, values.dtype),
        )
        for text in order
    ]
    if values.null_count():
        levels.append(_absent(protocol, variable))
    return tuple(levels)


def _absent(protocol: Protocol, variable: str) -> Level:
    """Stand for subjects without a value; of a flag, that is those who do not have it."""
    condition = equals(variable, None)
    if is_flag(protocol, variable):
        return Level("N", "No", condition)
    return Level(MISSING, MISSING, condition, is_missing=True)


def groups_of(protocol: Protocol, variable: str, values: pl.Series) -> tuple[Group, ...]:
    """Make one group of each level of a variable."""
    return tuple(
        Group(variable, level.value, level.label, level.condition, level.is_missing)
        for level in levels_of(protocol, variable, values)
    )


def arm_groups(protocol: Protocol, variable: str, subjects: pl.DataFrame) -> tuple[Group, ...]:
    """One group an arm, named by the variable; none at all where the trial has one arm."""
    if len(protocol.study.arms) == 1:
        return ()
    return groups_of(protocol, variable, subjects[variable])


def members_of(group: Group, subjects: pl.DataFrame) -> pl.DataFrame:
    """Subjects of the group."""
    return subjects.filter(pl.sql_expr(group.condition)) if group.condition else subjects


def text_of(value: object) -> str:
    """Write a value as the text that a result's group or level holds."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _unseen(variable: str, text: str, dtype: pl.DataType) -> str:
    """Write the condition for a value that nobody has."""
    if dtype == pl.String:
        return equals(variable, text)
    try:
        return equals(variable, float(text))
    except ValueError:
        return none_has(variable)


def _number_text(text: str) -> str:
    """Write a number of the protocol as the data's numbers are written."""
    try:
        return text_of(float(text))
    except ValueError:
        return text


def _always(protocol: Protocol, variable: str) -> dict[str, str]:
    """Levels shown even if nobody has them, with their labels."""
    described = protocol.variables.get(variable)
    if described is not None and described.levels:
        return dict(described.levels)
    if variable in _ARM_LABELS:
        return {arm.label: arm.label for arm in protocol.study.arms}
    if variable in _ARM_CODES:
        return {arm.id: arm.label for arm in protocol.study.arms}
    return {"Y": "Yes"} if is_flag(protocol, variable) else {}


def _usual(protocol: Protocol, variable: str) -> dict[str, str]:
    """Order and labels of levels that are shown if somebody has them."""
    if variable == "DCTREAS":
        return {reason: reason for reason in protocol.disposition.reasons.values()}
    if variable in _RESPONSE_VARIABLES:
        return {response: response for response in RESPONSES}
    return _LEVEL_LABELS.get(variable, {})
