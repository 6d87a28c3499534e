"""Biomarkers: from which records each is read, by which assay, and by which rule it is judged."""

from typing import Annotated, Literal

from pydantic import Field

from topline.clinical.assays.elisa_rule import ElisaRule
from topline.clinical.assays.immunohistochemistry import Categories, Readers
from topline.clinical.assays.methylation_pcr import MethylationAssay
from topline.clinical.assays.stain_rule import StainRule
from topline.clinical.markers import MarkerRule
from topline.protocol.variables import Domain
from topline.protocol.words import Expression, Text, Variable
from topline.values import Value


class _Recorded(Value):
    """A biomarker that stands in the records of a domain."""

    label: Text
    """Name in print."""
    source: Domain = Field(alias="from")
    """Domain of the records."""
    where: Expression | None = None
    """Which records; None: those whose --TESTCD the assay names."""


class StainTests(Value):
    """--TESTCD of the percent of tumour cells of each intensity, and of the internal control."""

    weak: Text
    moderate: Text
    strong: Text
    control: Text | None = None
    """None: nobody records it."""
    score: Text | None = None
    """H-score as reported, which is compared with the one computed; None: not reported."""


class HScore(_Recorded):
    """Immunohistochemistry by the H-score: percent of tumour cells by intensity."""

    assay: Literal["h-score"]
    tests: StainTests
    categories: Categories = Categories()
    readers: Readers = Readers()
    reader_rows: dict[Variable, Text] = Field(default_factory=dict)
    """PARAMCD for the reading of one reader, by --EVALID, to compare readers."""


class TierTests(Value):
    """--TESTCD of the score from 0 to 3, and of the internal control."""

    tier: Text
    control: Text | None = None


class TierScore(_Recorded):
    """Immunohistochemistry in four tiers: 0 none, 1 weak, 2 moderate, 3 strong."""

    assay: Literal["tiers"]
    tests: TierTests
    readers: Readers = Readers(combined_by="consensus")
    positive_from: Literal[1, 2, 3] = 1
    """Lowest tier that is positive."""


class BandTests(Value):
    """--TESTCD of the bands (Y, N) of the two reactions and of their controls."""

    methylated: Text
    unmethylated: Text
    methylated_bp: Text | None = None
    """Size of the band; None: not measured, taken as right."""
    unmethylated_bp: Text | None = None
    methylated_control: Text | None = None
    unmethylated_control: Text | None = None
    blank: Text | None = None
    """A band without template."""
    call: Text | None = None
    """Call as reported, which is compared with the one derived; None: not reported."""


class MethylationPcr(_Recorded):
    """Methylation-specific PCR of a promoter."""

    assay: Literal["methylation-specific pcr"]
    tests: BandTests
    pcr: MethylationAssay


class Deficiency(Value):
    """Deficiency of a gene: low expression, or a methylated promoter."""

    assay: Literal["deficiency"]
    label: Text
    expression: Variable
    """Biomarker by H-score."""
    low: tuple[Text, ...] = Field(min_length=1)
    """Its groups, or numbers of categories where these are not combined, that are low."""
    methylation: Variable
    """Biomarker by methylation-specific PCR."""
    unknown_counts_as: Literal["unknown", "not deficient"] = "unknown"
    """A negative assay beside an unknown one."""
    concordance: Variable | None = None
    """PARAMCD for whether both assays agree; None: no such rows."""


class Concentration(_Recorded):
    """A concentration at planned times, such as one by ELISA."""

    assay: Literal["concentration"]
    test: Text
    """--TESTCD."""
    unit: Text
    """Unit of --STRESU; a value in another is not used."""
    out_of_range: Literal["limit", "half the limit", "not used"] = "limit"
    """What a result beyond the range of the assay is, such as < 15.6: the limit, half of a lower
    limit, or no number. The row says so."""


class Elisa(Value):
    """A concentration read from the wells of plates (`plates.csv`) by their standard curves."""

    assay: Literal["elisa"]
    label: Text
    """Name in print."""
    test: Text
    """TESTCD of the wells."""
    unit: Text
    """Unit of the standards, and of what is read from them."""
    curve: ElisaRule = ElisaRule()
    """Standard curve, replicates and limits."""
    decimals: int | None = Field(default=None, ge=0, le=6)
    """Decimals of a concentration, as the laboratory reports it; None: not rounded."""
    out_of_range: Literal["limit", "half the limit", "not used"] = "limit"
    """What a result beyond the range of the curve is; the row says so."""
    failed_plate: Literal["flagged", "not used"] = "flagged"
    """What becomes of the samples of a plate too few of whose standards, or controls, pass."""
    reported: Text | None = None
    """LBTESTCD of the concentrations that the laboratory reported, which are compared with those
    read; None: not compared."""


class Picture(Value):
    """Staining measured in pictures (`images.csv`), with pixels in the place of cells."""

    assay: Literal["image"]
    label: Text
    """Name in print."""
    marker: Text
    """MARKER of the pictures."""
    stain: StainRule = StainRule()
    """Colours of the stains, and from which density on a pixel is stained."""
    positive: Variable | None = None
    """PARAMCD of the stained share of the tissue; None: no such rows."""


class SerumMarker(_Recorded):
    """A serum marker as a multiple of the upper limit of normal (ULN), and its response."""

    assay: Literal["serum marker"]
    test: Text
    """--TESTCD."""
    rule: MarkerRule = MarkerRule()
    """When it is elevated, and when its fall counts."""
    response: Variable | None = None
    """PARAMCD of the response, one row a subject; None: no such rows."""


Biomarker = Annotated[
    HScore
    | TierScore
    | MethylationPcr
    | Deficiency
    | Concentration
    | Elisa
    | Picture
    | SerumMarker,
    Field(discriminator="assay"),
]
"""A biomarker by its assay."""


def parameters_of(name: str, biomarker: Biomarker) -> tuple[str, ...]:
    """Name the parameters that a biomarker has in ADBM, its own first."""
    match biomarker:
        case HScore():
            return (name, *biomarker.reader_rows)
        case Deficiency():
            return tuple(filter(None, (name, biomarker.concordance)))
        case SerumMarker():
            return tuple(filter(None, (name, biomarker.response)))
        case Picture():
            return tuple(filter(None, (name, biomarker.positive)))
        case _:
            return (name,)
