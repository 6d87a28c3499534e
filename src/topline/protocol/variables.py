"""Subject-level variables: one value a subject, taken from records, by a rule or a formula."""

from typing import Annotated, Literal, cast

from pydantic import Discriminator, Field, Tag, model_validator

from topline.protocol.words import Duration, Expression, Text, Variable
from topline.values import Value

Domain = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Take = Literal[
    "first",
    "last",
    "last before treatment",
    "minimum",
    "maximum",
    "mean",
    "sum",
    "count",
    "any",
    "occurred",
    "unchanged",
]
FormulaName = Literal[
    "creatinine clearance",
    "glomerular filtration rate",
    "qtcf",
    "qtcb",
    "body surface area",
    "body mass index",
]


_NUMBERS = {"minimum", "maximum", "mean", "sum", "count"}
_WITHOUT_VALUE = {"count", "any", "occurred"}


class Window(Value):
    """Time before a day of ADSL. Months and years are those of the calendar, both ends count."""

    before: Variable = "TRTSDT"
    """Date of ADSL, or a date among the variables above this one; without it nothing is taken."""
    at_most: Duration | None = None
    """Longest time before it; None: any."""
    at_least: Duration | None = None
    """Shortest time before it; None: up to the day itself."""

    @model_validator(mode="after")
    def _holds_a_day(self) -> "Window":
        most, least = self.at_most, self.at_least
        if most is not None and least is not None and least.days > most.days:
            msg = f"at_least ({least}) no longer than at_most ({most})"
            raise ValueError(msg)
        return self


class FromRecords(Value):
    """One value a subject, picked from the records of a domain."""

    label: Text
    """Label in tables, and of the ADSL variable."""
    source: Domain = Field(alias="from")
    """Domain of the records; its supplemental qualifiers are columns of it."""
    where: Expression | None = None
    """Which records."""
    terms: dict[Variable, tuple[Text, ...]] = Field(default_factory=dict)
    """Which records: those with one of these words in one of these columns, in capitals or not."""
    within: Window | None = None
    """Which records: those dated in this time. A partial date counts as the first day that it can
    mean; for `occurred` and `unchanged` the value is unknown where that day decides."""
    ongoing_on: Variable | None = None
    """Which records: those under way on this date of ADSL. A record without an end goes on unless
    --ENRTPT or --ENRF is BEFORE; one of MH without a start began earlier."""
    value: Expression | None = None
    """What is taken of a record; not needed for `count`, `any` and `occurred`."""
    take: Take = "first"
    """Which record's value: by date and sequence, or a summary of all. `any` gives Y or nothing;
    `last before treatment` is the baseline: the last on or before the day of the first dose.
    `occurred` gives Y, N where records only deny it (--OCCUR is N), or nothing where it is unknown
    (--OCCUR is U, --STAT is NOT DONE). `unchanged` gives Y where one and the same value held all
    through `within`, N where not, nothing where dates or values leave it open."""
    asked: Expression | None = None
    """Which records of the domain show that somebody looked: where a subject has one of them, no
    record means `otherwise`, and a `count` of 0; None: any record of the domain for `otherwise`,
    none needed for a `count`."""
    otherwise: Text | None = None
    """What `occurred` gives where the domain was asked about and has no such record, such as N;
    None: nothing."""
    gap: Duration = Duration("0 days")
    """Longest break between records over which `unchanged` still holds."""
    same_unit: bool = False
    """Bring values recorded in another unit (--STRESU, --ORRESU) to `unit`; one whose unit is not
    known to convert, or that has none, is not taken, and a query says so."""
    type: Literal["text", "number", "date", "flag"] | None = None
    """Type of the variable; `count`, `sum`, `mean`, `minimum`, `maximum` are numbers, `any` is a
    flag, others are text unless said."""
    unit: str | None = None
    levels: dict[str, Text] = Field(default_factory=dict)
    """Values and their labels, in the order of tables."""

    @model_validator(mode="after")
    def _complete(self) -> "FromRecords":
        if self.value is None and self.take not in _WITHOUT_VALUE:
            msg = f"a value to take the {self.take} of, such as value: LBSTRESN"
            raise ValueError(msg)
        if self.otherwise is not None and self.take != "occurred":
            msg = "otherwise only with take: occurred"
            raise ValueError(msg)
        if self.asked is not None and self.take not in {"occurred", "count"}:
            msg = "asked only with take: occurred or take: count"
            raise ValueError(msg)
        if self.take == "unchanged" and (self.within is None or self.within.at_most is None):
            msg = "the time to look at for unchanged, such as within: {at_most: 2 months}"
            raise ValueError(msg)
        if self.take == "unchanged" and self.ongoing_on is not None:
            msg = "within alone with unchanged; it looks at what was under way all through it"
            raise ValueError(msg)
        if self.same_unit and not self.unit:
            msg = "a unit to compare with for same_unit, such as unit: g/L"
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
    type: Literal["text", "number", "date", "flag"] = "text"
    unit: str | None = None
    levels: dict[str, Text] = Field(default_factory=dict)
    """Values and their labels, in the order of tables."""

    @property
    def kind(self) -> Literal["text", "number", "date", "flag"]:
        """Type of the variable."""
        return self.type


class FromFormula(Value):
    """A formula of the bedside over ADSL variables named before it; see `clinical.formulas`."""

    label: Text
    formula: FormulaName
    """Creatinine clearance by Cockcroft and Gault 1976, glomerular filtration rate by CKD-EPI 2021,
    QT by Fridericia 1920 (qtcf) or Bazett 1920 (qtcb), body surface by Mosteller 1987."""
    of: dict[str, Variable]
    """Its quantities by name with unit, such as {creatinine_umol_l: CREATBL}."""
    unit: str | None = None
    levels: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> "FromFormula":
        sets = FORMULA_QUANTITIES[self.formula]
        if set(self.of) not in [set(names) for names in sets]:
            listed = " or ".join(", ".join(names) for names in sets)
            msg = f"the quantities of {self.formula}: {listed}"
            raise ValueError(msg)
        return self

    @property
    def kind(self) -> Literal["number"]:
        """Always a number."""
        return "number"


FORMULA_QUANTITIES: dict[FormulaName, tuple[tuple[str, ...], ...]] = {
    "creatinine clearance": (
        ("creatinine_umol_l", "age_years", "weight_kg", "sex"),
        ("creatinine_mg_dl", "age_years", "weight_kg", "sex"),
    ),
    "glomerular filtration rate": (
        ("creatinine_umol_l", "age_years", "sex"),
        ("creatinine_mg_dl", "age_years", "sex"),
    ),
    "qtcf": (("qt_ms", "rr_ms"), ("qt_ms", "heart_rate_bpm")),
    "qtcb": (("qt_ms", "rr_ms"), ("qt_ms", "heart_rate_bpm")),
    "body surface area": (("height_cm", "weight_kg"),),
    "body mass index": (("height_cm", "weight_kg"),),
}
"""Quantities of each formula, in its order; where there are two sets, one of them."""


class Between(Value):
    """Time between two dates of ADSL."""

    label: Text
    between: tuple[Variable, Variable]
    """The earlier and the later date."""
    unit: Literal["days", "weeks", "months", "years", "calendar months"] = "months"
    """A month is 30.4375 days; of calendar months, those completed and the share of the next."""
    levels: dict[str, Text] = Field(default_factory=dict)

    @property
    def kind(self) -> Literal["number"]:
        """Always a number."""
        return "number"


class FromDataset(Value):
    """One value a subject, taken from a dataset of biomarkers or questionnaires."""

    label: Text
    dataset: Literal["ADBM", "ADQS"]
    where: Expression
    """Which rows, such as PARAMCD = 'MGMT'."""
    value: Expression = "AVAL"
    """What is taken of a row; a row without it is passed over."""
    take: Literal["first", "last", "minimum", "maximum"] = "first"
    """Which row's value, by date; undated rows come last."""
    type: Literal["text", "number", "date", "flag"] = "text"
    unit: str | None = None
    levels: dict[str, Text] = Field(default_factory=dict)
    """Values and their labels, in the order of tables."""

    @property
    def kind(self) -> Literal["text", "number", "date", "flag"]:
        """Type of the variable."""
        return self.type


class MedianSplit(Value):
    """HIGH above the median of an ADSL variable named before it, LOW below it."""

    label: Text
    median_of: Variable
    among: Expression | None = None
    """Subjects whose median it is, as a condition over ADSL; others have no value. None: all."""
    at_median: Literal["LOW", "HIGH"] = "LOW"
    """What a value equal to the median is."""
    unit: str | None = None
    levels: dict[str, Text] = Field(default={"HIGH": "Above median", "LOW": "Median or below"})

    @property
    def kind(self) -> Literal["text"]:
        """Always a category."""
        return "text"


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
    """Tell the forms apart by the key that only one of them has."""
    if isinstance(value, Value):
        return _FORMS[type(value)]
    named = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return next((form for key, form in _KEYS.items() if key in named), "described")


_FORMS: dict[type[Value], str] = {
    FromRecords: "from records",
    FromRule: "from rule",
    FromFormula: "from formula",
    Between: "between",
    FromDataset: "from dataset",
    MedianSplit: "median split",
    Described: "described",
}
_KEYS = {
    "from": "from records",
    "rule": "from rule",
    "formula": "from formula",
    "between": "between",
    "dataset": "from dataset",
    "median_of": "median split",
}

SubjectVariable = Annotated[
    Annotated[FromRecords, Tag("from records")]
    | Annotated[FromRule, Tag("from rule")]
    | Annotated[FromFormula, Tag("from formula")]
    | Annotated[Between, Tag("between")]
    | Annotated[FromDataset, Tag("from dataset")]
    | Annotated[MedianSplit, Tag("median split")]
    | Annotated[Described, Tag("described")],
    Discriminator(_which),
]
"""`from` records, by `rule`, by `formula`, time `between` dates, from a `dataset`, above or below
the median (`median_of`), or only described."""
