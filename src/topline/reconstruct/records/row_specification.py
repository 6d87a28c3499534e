"""Records that follow from a patient's columns or from other records, as data."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from topline.protocol.words import Expression, Text, Variable
from topline.values import Value

_EXPRESSION: Final = TypeAdapter[str](Expression)


class Rows(Value):
    """Records of one domain: one for each source row that is meant, times the cases of `each`.

    Text beginning with = is an expression over the source row: SQL over its columns, those of the
    patient and those of `draws`. In texts and expressions {each} is the case, {lower} the same in
    lower case.

    Examples
    --------
    >>> Rows(domain="MH", each={"LIVER": "METLIVER"}, values={"MHDECOD": "{each}"}).source
    'PATIENTS'
    """

    domain: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: Text | None = None
    """Names the stream of its draws; None: its place among the entries of the domain."""
    source: Text = "PATIENTS"
    """PATIENTS; SCANS (VISIT, VISITNUM, DAY, NTH from 1 at baseline, FINAL, SUMMM); CYCLES (VISIT,
    VISITNUM, DAY, NTH from 0 at screening); or a domain made before: AE, EX, DS, TU, TR or RS."""
    where: Expression | None = None
    each: dict[Text, Expression | None] = Field(default_factory=dict)
    """Cases, and in which source rows each is; empty: one case without a name."""
    share: Annotated[float, Field(gt=0, le=1)] = 1
    """Share of the records that is kept, by a draw."""
    draws: dict[Variable, tuple[float, float]] = Field(default_factory=dict)
    """Uniform draws, one for every record; whole numbers where both bounds are."""
    day: Expression | None = None
    """Study day: --STDTC of an intervention or event, --DTC of a finding."""
    end: Expression | None = None
    """Last study day of an intervention or event."""
    keep: Literal["day", "month", "year"] | Expression = "day"
    """How much of the start date is known, or an expression that gives one of these words."""
    visit: str | None = None
    visit_number: float | str | None = None
    result: str | None = None
    """Of a finding: --ORRES and --STRESC, and --STRESN where it is a number."""
    digits: Annotated[int, Field(ge=0)] | None = None
    """Decimals of a numeric result; None: as it comes."""
    unit: str | None = None
    low: float | None = None
    """Lower limit of normal."""
    high: float | None = None
    """Upper limit of normal."""
    values: dict[Variable, str | float | int | None] = Field(default_factory=dict)
    """Further variables of the record."""
    qualifiers: dict[Variable, str] = Field(default_factory=dict)
    """Supplemental qualifiers of the record; those of domain DM belong to the subject."""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        """Refuse text that begins with = and is no expression."""
        texts = {"result": self.result, "visit": self.visit, "visit_number": self.visit_number}
        texts |= {f"values.{name}": text for name, text in self.values.items()}
        texts |= {f"qualifiers.{name}": text for name, text in self.qualifiers.items()}
        for place, text in texts.items():
            if isinstance(text, str) and text.startswith("="):
                try:
                    _EXPRESSION.validate_python(text[1:].replace("{each}", "X"))
                except ValidationError as error:
                    msg = f"{place}: {error.errors()[0]['msg']}"
                    raise ValueError(msg) from None
        return self
