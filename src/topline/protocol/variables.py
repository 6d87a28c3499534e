"""Subject-level variables: one value a subject, taken from records by a rule."""

from typing import Annotated, Literal, cast

from pydantic import Discriminator, Field, Tag, model_validator

from topline.protocol.words import Expression, Text, Variable
from topline.values import Value

Domain = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Take = Literal[
    "first", "last", "last before treatment", "minimum", "maximum", "mean", "sum", "count", "any"
]


_NUMBERS = {"minimum", "maximum", "mean", "sum", "count"}


class FromRecords(Value):
    """One value a subject, picked from the records of a domain."""

    label: Text
    """Label in tables, and of the ADSL variable."""
    source: Domain = Field(alias="from")
    """Domain of the records; its supplemental qualifiers are columns of it."""
    where: Expression | None = None
    """Which records."""
    value: Expression | None = None
    """What is taken of a record; not needed for `count` and `any`."""
    take: Take = "first"
    """Which record's value: by date and sequence, or a summary of all. `any` gives Y or nothing;
    `last before treatment` is the baseline: the last on or before the day of the first dose."""
    type: Literal["text", "number", "date", "flag"] | None = None
    """Type of the variable; `count`, `sum`, `mean`, `minimum`, `maximum` are numbers, `any` is a
    flag, others are text unless said."""
    unit: str | None = None
    levels: dict[str, Text] = Field(default_factory=dict)
    """Values and their labels, in the order of tables."""

    @model_validator(mode="after")
    def _complete(self) -> "FromRecords":
        if self.value is None and self.take not in {"count", "any"}:
            msg = f"a value to take the {self.take} of, such as value: LBSTRESN"
            raise ValueError(msg)
        return self

    @property
    def kind(self) -> Literal["text", "number", "date", "flag"]:
        """Type of the variable, said or implied."""
        if self.type is not None:
            return self.type
        if self.take == "any":
            return "flag"
        return "number" if self.take in _NUMBERS else "text"


class FromRule(Value):
    """One value a subject, computed from ADSL variables named before it."""

    label: Text
    rule: Expression
    """Expression over ADSL variables."""
    type: Literal["text", "number", "flag"] = "text"
    unit: str | None = None
    levels: dict[str, Text] = Field(default_factory=dict)
    """Values and their labels, in the order of tables."""

    @property
    def kind(self) -> Literal["text", "number", "flag"]:
        """Type of the variable."""
        return self.type


class Between(Value):
    """Time between two dates of ADSL."""

    label: Text
    between: tuple[Variable, Variable]
    """The earlier and the later date."""
    unit: Literal["days", "weeks", "months", "years"] = "months"
    levels: dict[str, Text] = Field(default_factory=dict)

    @property
    def kind(self) -> Literal["number"]:
        """Always a number."""
        return "number"


class Described(Value):
    """Label, unit and levels of a variable that ADSL has anyway, such as AGE or SEX."""

    label: Text
    type: Literal["text", "number", "flag"] = "text"
    unit: str | None = None
    levels: dict[str, Text] = Field(default_factory=dict)

    @property
    def kind(self) -> Literal["text", "number", "flag"]:
        """Type of the variable."""
        return self.type


def _which(value: object) -> str:
    """Tell the four forms apart by the key that only one of them has."""
    if isinstance(value, Value):
        return _FORMS[type(value)]
    named = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return next((form for key, form in _KEYS.items() if key in named), "described")


_FORMS: dict[type[Value], str] = {
    FromRecords: "from records",
    FromRule: "from rule",
    Between: "between",
    Described: "described",
}
_KEYS = {"from": "from records", "rule": "from rule", "between": "between"}

SubjectVariable = Annotated[
    Annotated[FromRecords, Tag("from records")]
    | Annotated[FromRule, Tag("from rule")]
    | Annotated[Between, Tag("between")]
    | Annotated[Described, Tag("described")],
    Discriminator(_which),
]
"""`from` records, by `rule`, time `between` dates, or only described."""
