"""Units as laboratories write them, and the guideline's numbers in them."""

import pytest

from topline.clinical.ctcae.criteria import Quantity, read_criteria
from topline.clinical.ctcae.units import convert, parse_unit, read_analytes

# what it stands for, and how SDTM, UCUM and laboratories write it
SPELLINGS = """
1e9/(L)     10^9/L | 10*9/L | 10**9/L | 10E9/L | x10^9/L | x10E9/L | 10e9/L | GI/L | G/L
1e9/(L)     10^9 cells/L | 10^9/l | 10E+09/L
1e3/(uL)    10^3/uL | x10^3/uL | 10*3/uL | THOU/uL | K/uL | TH/uL | 10^3/mm3 | 1000/uL
1e3/(uL)    x10E3/uL | 10^3/\u00b5L
1/(uL)      /uL | /mm3 | cells/uL | cells/mm3 | {cells}/uL | /mm^3 | 1/uL | cells/\u03bcL
1e6/(L)     10^6/L | 10*6/L | x10E6/L
g/(L)       g/L | gm/L
g/(dL)      g/dL | G/DL | g/100mL | gm/dL
mg/(dL)     mg/dL | MG/DL | mg/100 mL
mmol/(L)    mmol/L | MMOL/L | mmol/l
umol/(L)    umol/L | UMOL/L | \u00b5mol/L | \u03bcmol/L
meq/(L)     mEq/L | MEQ/L | meq/L
g/(day)     g/day | g/24h | g/24 hrs | g/d
mL/(minute)/(1.73*m^2)  mL/min/1.73m2 | mL/min/1.73 m2 | ml/min/1.73m\u00b2 | mL/min/{1.73_m2}1.73m2
ms          ms | msec | MSEC
percent     % | PERCENT
mmHg        mmHg | mm[Hg] | mm Hg | MMHG
kg          kg | KG
1           1 | RATIO | {ratio} | pH | NO UNITS | FRACTION
"""


@pytest.mark.parametrize(
    ("unit", "spelled"),
    [
        (line[:12].strip() if line[11] == " " else line.split("  ")[0], spelled.strip())
        for line in SPELLINGS.splitlines()
        if line
        for spelled in line.split("  ", 1)[1].split(" | ")
    ],
)
def test_unit_is_read_however_it_is_written(unit: str, spelled: str) -> None:
    assert unit in parse_unit(spelled)


@pytest.mark.parametrize("spelled", ["furlong/L", "g/furlong", "10^9 stones/L", "//", "mg/dL/?"])
def test_unit_nobody_knows_is_nothing(spelled: str) -> None:
    assert parse_unit(spelled) == []


# by hand: atomic weights of CIAAW 2021, molecular weights of PubChem
NUMBERS = [
    ("hemoglobin", 10, "g/dL", "g/(L)", 100),
    ("hemoglobin", 10, "g/dL", "mmol/(L)", 6.2056),  # 100 g / 16114.5 g/mol
    ("glucose", 55, "mg/dL", "mmol/(L)", 3.0528),
    ("cholesterol", 300, "mg/dL", "mmol/(L)", 7.7590),
    ("triglycerides", 150, "mg/dL", "mmol/(L)", 1.6942),
    ("urate", 10, "mg/dL", "umol/(L)", 594.85),
    ("calcium", 8, "mg/dL", "mmol/(L)", 1.9961),
    ("calcium", 2, "mmol/L", "meq/(L)", 4),
    ("calcium", 8, "mg/dL", "meq/(L)", 3.9922),
    ("magnesium", 1.2, "mg/dL", "mmol/(L)", 0.49373),
    ("potassium", 3, "mmol/L", "meq/(L)", 3),
    ("potassium", 3, "mmol/L", "mg/(dL)", 11.7294),
    ("phosphate", 2.5, "mg/dL", "mmol/(L)", 0.80713),
    ("fibrinogen", 50, "mg/dL", "g/(L)", 0.5),
    ("neutrophils", 1500, "/mm3", "1e9/(L)", 1.5),
    ("neutrophils", 1500, "/mm3", "1e3/(uL)", 1.5),
    ("protein in urine of 24 hours", 3.5, "g/24h", "mg/(day)", 3500),
    ("corrected QT interval", 450, "ms", "s", 0.45),
    ("systolic blood pressure", 120, "mmHg", "kPa", 15.9987),
    ("ejection fraction", 50, "%", "1", 0.5),
]


@pytest.mark.parametrize(("analyte", "number", "unit", "into", "expected"), NUMBERS)
def test_quantity_is_converted(
    analyte: str, number: float, unit: str, into: str, expected: float
) -> None:
    quantity = Quantity(number=number, unit=unit, text="")
    found = convert(quantity, into, read_analytes()[analyte])
    assert found is not None
    assert found[0] == pytest.approx(expected, rel=5e-5)


@pytest.mark.parametrize(
    ("analyte", "unit", "into"),
    [
        ("neutrophils", "/mm3", "percent"),
        ("hemoglobin", "g/dL", "1e9/(L)"),
        ("glomerular filtration rate", "mL/min/1.73m2", "mL/(minute)"),
        ("platelets", "/mm3", "mmol/(L)"),
        ("sodium", "mmol/L", None),
    ],
)
def test_quantity_of_another_kind_is_not_converted(
    analyte: str, unit: str, into: str | None
) -> None:
    assert convert(Quantity(number=1, unit=unit, text=""), into, read_analytes()[analyte]) is None


@pytest.mark.parametrize("version", ["5.0", "4.03"])
def test_both_units_of_a_bound_are_nearly_the_same_quantity(version: str) -> None:
    # a mistyped number or molar mass would part them; magnesium, 0.9 mg/dL and 0.4 mmol/L, most
    for term in read_criteria(version):
        analyte = read_analytes()[term.analytes[0]]
        for comparison in (c for bound in term.bounds for c in bound.comparisons):
            first, *others = comparison.quantities or (None,)
            for other in others:
                assert first is not None
                assert other.unit is not None
                found = convert(first, parse_unit(other.unit)[0], analyte)
                assert found is not None
                assert found[0] == pytest.approx(other.number, rel=0.08), (term.term, other.text)
