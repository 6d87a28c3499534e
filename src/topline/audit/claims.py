"""`claims.yaml` as values: each reported number, where it stands, and what it rests on.

A quantity is a number of patients (or another number) by name: a group (`enrolled`), a level of a
characteristic within a group (`enrolled/Gender: Female`), yes of yes or no
(`enrolled/Carcinoid syndrome`). The same name in two places means the same number; that is how
claims are set against each other.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from topline.protocol.words import Identifier, Text
from topline.values import Value

_NAME = r"^[^\s+=<>/:|][^+=<>/:|]*$"
_QUANTITY = r"^[^\s+=<>|][^+=<>|]*$"
Name = Annotated[str, StringConstraints(pattern=_NAME, max_length=80)]
"""A group of patients: any words without the signs + = < > / : |."""
Quantity = Annotated[str, StringConstraints(pattern=_QUANTITY, max_length=200)]
"""A number by name, such as `enrolled/Gender: Female`."""
Count = Annotated[int, Field(ge=0)]
Size = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]
Level = Annotated[float, Field(gt=0.5, lt=1)]
_Row = Annotated[tuple[Count, ...], Field(min_length=2)]
Table = Annotated[tuple[_Row, ...], Field(min_length=2)]

ProportionMethod = Literal[
    "clopper-pearson", "mid-p", "wilson", "wilson-cc", "jeffreys", "agresti-coull", "wald",
    "wald-cc", "logit", "arcsine",
]  # fmt: skip
TestMethod = Literal[
    "fisher", "fisher-mid-p", "fisher-one-sided", "pearson", "yates", "n-1", "likelihood-ratio",
    "barnard", "barnard-unpooled", "boschloo", "trend",
]  # fmt: skip
OddsRatioMethod = Literal[
    "woolf", "haldane-anscombe", "haldane-anscombe-always", "conditional", "mid-p", "cornfield",
    "cornfield-cc", "miettinen-nurminen",
]  # fmt: skip
CurveMethod = Literal["plain", "log", "log-log", "arcsine", "logit"]
SampleSizeMethod = Literal[
    "exact", "normal", "normal-cc", "normal-null-variance", "normal-alternative-variance", "arcsine"
]
TailMethod = Literal["two-sided", "one-sided"]


NumberName = Literal[
    "stem", "count", "of", "estimate", "lower", "upper", "spread", "sd", "p", "df", "df2"
]
ResultOf = Text | dict[NumberName, Text] | tuple[Text, ...]
"""Result of a run that answers a claim: a result's id; the beginning of several ids (`ORR.ORR`),
whose statistics answer the printed numbers; arithmetic with ids in square brackets
(`100 * [FLOW.PP.n] / [FLOW.ENROLLED.n]`); one of these for each printed number by name, `stem` for
all others; for a sum a list, one for each part that is a number."""


class _Claim(Value):
    where: Text
    """Section, table and page, such as `Results, Safety` or `Table 2`."""
    printed: Text
    """The words with the number, as printed; in quotes, so that 0.50 keeps its 0."""
    needs: Text | None = None
    """Which patient data would decide it, if it cannot be checked without."""
    result: ResultOf | None = None
    """Result of a run that answers it; that of its quantity where it names none."""
    differs: Text | None = None
    """Why a run prints another number, or none."""


class _Share(_Claim):
    of: Name | Size | None = None
    """Denominator: a group, or a number of patients."""
    count: Count | None = None
    """Numerator, where the printed words do not hold it in figures."""
    quantity: Quantity | None = None
    """Name of the numerator, to set it against other claims."""


class Number(_Claim):
    """A number of patients, such as `37 patients`."""

    kind: Literal["count"]
    quantity: Quantity | None = None
    count: Count | None = None
    """The number, where the printed words do not hold it in figures."""


class Percent(_Share):
    """A count with its percentage, or one of the two: `20 (54%)`, `31/37 (84%)`, `65%`."""

    kind: Literal["percent"]


class Proportion(_Share):
    """A proportion with its confidence interval: `15% (95% CI, 5.1-31%)`."""

    kind: Literal["proportion"]
    method: ProportionMethod | None = None
    level: Level = 0.95
    """Coverage, where the printed words do not say it."""


class PValue(_Claim):
    """A p-value of a test of a table, or of anything else that then cannot be checked."""

    kind: Literal["p-value"]
    table: Table | None = None
    """Rows groups, columns categories."""
    columns: tuple[Text, ...] = ()
    """Names of the categories; one called Unknown, Missing or the like is tried without, too."""
    several: bool = False
    """A patient may count in several categories; each category is then tried against the rest."""
    sizes: tuple[Size, ...] = ()
    """Sizes of the groups, where `several`."""
    method: TestMethod | None = None


class OddsRatio(_Claim):
    """An odds ratio of a 2 x 2 table: `3.3 (95% CI, 0.3-38.2; p = 0.5)`."""

    kind: Literal["odds-ratio"]
    table: Table
    """Rows group and reference group, columns event and no event."""
    method: OddsRatioMethod | None = None
    test: TestMethod | None = None
    """Declared test of the p-value, where one is printed."""
    level: Level = 0.95


class HazardRatio(_Claim):
    """A hazard ratio: `0.09 (95% CI, 0.01-0.87; p = 0.04)`."""

    kind: Literal["hazard-ratio"]
    level: Level = 0.95
    direction: Literal["higher", "lower"] | None = None
    """Risk in the group that the text names, if it says so: higher or lower."""


class Median(_Claim):
    """A median with its limits: `28.5 months (95% CI, 16.8-28.5)`."""

    kind: Literal["median"]
    of: Name | Size | None = None
    """Patients: a group, or their number."""
    curve: Name | None = None
    """The curve that it is the median of, if it is one of Kaplan-Meier's."""
    method: CurveMethod | None = None
    level: Level = 0.95


class Rate(_Claim):
    """A share still free of the event at a time: `84.4% (±7.2)`."""

    kind: Literal["rate"]
    at: Annotated[float, Field(gt=0)]
    """The time, in the unit of the curve."""
    curve: Name | None = None
    of: Name | Size | None = None
    """Patients, where no curve is named."""
    method: CurveMethod | None = None
    """Scale of the limits, where limits are printed."""
    level: Level = 0.95


class Mean(_Claim):
    """A mean with or without its standard deviation: `5.5 (2.1)`."""

    kind: Literal["mean"]
    of: Name | Size | None = None
    whole: bool = False
    """Each value is a whole number, so that not every mean can be (GRIM, GRIMMER)."""
    items: Size = 1
    """Whole numbers averaged for one value, such as the items of a scale."""
    least: float | None = None
    """Smallest value printed or possible."""
    most: float | None = None
    """Largest value printed or possible."""


class Range(_Claim):
    """A range, with the median where it is printed: `59 (31-78)`."""

    kind: Literal["range"]
    of: Name | Size | None = None
    whole: bool = False
    quantity: Quantity | None = None
    """Name; `NAME least`, `NAME most` and `NAME median` are then quantities."""


class Quoted(_Claim):
    """Any other number, such as `19.2 months`."""

    kind: Literal["value"]
    quantity: Quantity | None = None


class Sum(_Claim):
    """A total with its parts."""

    kind: Literal["sum"]
    parts: Annotated[tuple[Quantity | int, ...], Field(min_length=1)]
    """Numbers, or names of quantities that other claims print."""
    unaccounted: Count = 0
    """How many the parts may leave out, such as patients who are in no printed subgroup."""
    quantity: Quantity | None = None
    """Name of the total."""


class SampleSize(_Claim):
    """A number of patients for one arm and a rate: `35 patients`."""

    kind: Literal["sample-size"]
    null: Share
    alternative: Share
    alpha: Share
    sides: Literal[1, 2] = 1
    power: Share
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    method: SampleSizeMethod | None = None


class DecisionRule(_Claim):
    """Responders needed: `13 of 35`; the fewest that keep alpha."""

    kind: Literal["decision-rule"]
    null: Share
    alternative: Share
    alpha: Share
    sides: Literal[1, 2] = 1
    power: Share


class Statistic(_Claim):
    """A test statistic with its p-value: `F(2,41.1) = 1.67, p = 0.2`."""

    kind: Literal["statistic"]
    method: TailMethod | None = None


class Same(Value):
    """Two or more places that print the same number."""

    kind: Literal["same"]
    claims: Annotated[tuple[Text, ...], Field(min_length=2)]
    """Their names; cells of tables as `T1/Gender/Female/enrolled`."""


class Relation(_Claim):
    """A statement that sets quantities in relation: `A = B + C`, `A + 1.8 <= B`."""

    kind: Literal["relation"]
    holds: Text


AnyClaim = Annotated[
    Number | Percent | Proportion | PValue | OddsRatio | HazardRatio | Median | Rate | Mean | Range
    | Quoted | Sum | SampleSize | DecisionRule | Statistic | Same | Relation,
    Field(discriminator="kind"),
]  # fmt: skip


class Source(Value):
    """What is audited."""

    title: Text
    citation: str = ""
    doi: str = ""


class Declared(Value):
    """Methods that the text declares for all claims of a kind; a claim's own `method` wins."""

    proportion: ProportionMethod | None = None
    p_value: TestMethod | None = Field(default=None, alias="p-value")
    odds_ratio: OddsRatioMethod | None = Field(default=None, alias="odds-ratio")
    curve: CurveMethod | None = None
    sample_size: SampleSizeMethod | None = Field(default=None, alias="sample-size")


class Group(Value):
    """A set of patients and its printed size."""

    n: Size
    where: Text
    """Where the size is printed."""
    parts: tuple[Name, ...] = ()
    """Groups that share all its patients out among them."""
    within: Name | None = None
    """A larger group that holds it."""
    result: Text | None = None
    """Result of a run that is its size; or the beginning of ids, one of which ends in n."""


class Column(Value):
    """What a column of a printed table holds."""

    group: Name | None = None
    level: Text | None = None
    holds: Literal["cells", "percentages", "p-values"] = "cells"
    """Percentages are those of the counts in the column before."""


class TableResults(Value):
    """Which results of a run answer the cells of a table: one rule, and what its rows are there."""

    cells: Text | None = None
    """Id, or its beginning, with {variable}, {level} and {group}; `.{level}` falls away for
    medians, means and ranges."""
    p: Text | None = None
    """The same for p-values, with {variable}."""
    rows: dict[Text, Text | tuple[Text, Text]] = Field(default_factory=dict)
    """The run's variable by the printed one; by printed variable/level the run's level, or its
    variable and level."""
    levels: dict[Text, Text] = Field(default_factory=dict)
    """The run's levels by the printed ones, of every variable."""
    groups: dict[Name, Text] = Field(default_factory=dict)
    """The run's groups by those of the file."""
    differs: dict[Text, Text] = Field(default_factory=dict)
    """Why a run prints another number, or none: by variable, variable/level,
    variable/level/group or variable/p."""


class PrintedTable(Value):
    """A table as printed: its file or its Markdown, and what its rows and columns are."""

    where: Text
    file: Text | None = None
    """CSV or Markdown beside `claims.yaml`."""
    markdown: Text | None = None
    """The table itself."""
    of: Name | None = None
    """Group of the cells whose row and column name none."""
    columns: dict[Text, Column] = Field(min_length=1)
    """By their heads; the columns `variable`, `level` and `group` say what a row is."""
    levels: Literal["one", "at most one", "several"] = "one"
    """How many levels of a variable a patient can have."""
    several: tuple[Text, ...] = ()
    """Variables of which a patient can have several levels, where `levels` says otherwise."""
    at_most_one: tuple[Text, ...] = ()
    """Variables of which a patient has one level or none, where `levels` says otherwise."""
    total: Text | None = None
    """The level that is the sum of the others, such as `Overall`."""
    whole: tuple[Text, ...] = ()
    """Variables that are whole numbers, such as age in years."""
    results: TableResults | None = None
    """Which results of a run answer its cells."""


class Curve(Value):
    """A Kaplan-Meier curve: who is on it and how many had the event."""

    of: Name
    events: Quantity | None = None
    """Name of the number of patients with the event."""


class ClaimsFile(Value):
    """All that `claims.yaml` holds."""

    topline: Literal[1]
    source: Source
    declared: Declared = Declared()
    groups: dict[Name, Group] = Field(default_factory=dict)
    tables: dict[Identifier, PrintedTable] = Field(default_factory=dict)
    curves: dict[Name, Curve] = Field(default_factory=dict)
    facts: tuple[Text, ...] = ()
    """Relations that hold by definition, such as `enrolled = evaluable + left early`."""
    claims: dict[Identifier, AnyClaim] = Field(default_factory=dict)
