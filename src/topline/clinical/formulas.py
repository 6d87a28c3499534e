"""Formulas of the bedside: kidney function, QT correction, body size.

Every formula is a `Computed`: a value, or the reason why there is none, such as "no weight" or
"creatinine is 0 mg/dL, must be above 0". Units are in the names. Sex is M or F. Creatinine in
umol/L is divided by 88.4 to give mg/dL (molar mass 113.12 g/mol). For Cockcroft-Gault this differs
by 0.2 % from the rounded factors 1.23 (men) and by 0.4 % from 1.04 (women).

References
----------
.. [1] Cockcroft DW, Gault MH (1976). Prediction of creatinine clearance from serum creatinine.
   Nephron 16: 31-41.
.. [2] Inker LA, Eneanya ND, Coresh J, et al. (2021). New creatinine- and cystatin C-based equations
   to estimate GFR without race. New England Journal of Medicine 385: 1737-1749.
.. [3] Fridericia LS (1920). Die Systolendauer im Elektrokardiogramm bei normalen Menschen und bei
   Herzkranken. Acta Medica Scandinavica 53: 469-486.
.. [4] Bazett HC (1920). An analysis of the time-relations of electrocardiograms. Heart 7: 353-370.
.. [5] CPMP (1997). Points to consider: the assessment of the potential for QT interval prolongation
   by non-cardiovascular medicinal products. CPMP/986/96.
.. [6] Mosteller RD (1987). Simplified calculation of body-surface area. New England Journal of
   Medicine 317: 1098.
.. [7] Du Bois D, Du Bois EF (1916). A formula to estimate the approximate surface area if height
   and weight be known. Archives of Internal Medicine 17: 863-871.
.. [8] Haycock GB, Schwartz GJ, Wisotsky DH (1978). Geometric method for measuring body surface
   area. Journal of Pediatrics 93: 62-66.
.. [9] Gehan EA, George SL (1970). Estimation of human body surface area from height and weight.
   Cancer Chemotherapy Reports 54: 225-235.
.. [10] Boyd E (1935). The growth of the surface area of the human body. University of Minnesota
   Press.
.. [11] Fujimoto S, Watanabe T, Sakamoto A, et al. (1968). Studies on the physical surface area of
   Japanese: 18. Calculation formulas in three stages over all age. Nippon Eiseigaku Zasshi 23:
   443-450. Takahira's formula (1925) is taken from R's admiral, which tells it apart.
"""

from typing import Literal

import polars as pl
from pydantic import PositiveFloat

from topline.clinical.computed import Column, Computed, Quantity, as_expr, compute
from topline.values import Value

UMOL_PER_MG_DL = 88.4
"""Creatinine in umol/L that is 1 mg/dL."""

BodySurfaceFormula = Literal[
    "mosteller", "dubois", "haycock", "gehan-george", "boyd", "fujimoto", "takahira"
]


class QtLimits(Value):
    """The longest corrected QT interval that is not prolonged, by sex (section 4 of [5]_).

    Examples
    --------
    >>> QtLimits().female_ms
    470.0
    """

    male_ms: PositiveFloat = 450.0
    """Longest in men; a longer one is prolonged."""
    female_ms: PositiveFloat = 470.0
    """Longest in women."""


def compute_creatinine_clearance_mg_dl(
    creatinine_mg_dl: Column, age_years: Column, weight_kg: Column, sex: Column
) -> Computed:
    """Compute creatinine clearance in mL/min by Cockcroft and Gault, (140 - age) W / (72 Cr) [1]_.

    Women have 85 % of it. The equation is of adults; age must be below 140.

    Examples
    --------
    >>> clearance = compute_creatinine_clearance_mg_dl("CREAT", "AGE", "WEIGHT", "SEX")
    >>> rows = pl.DataFrame({"CREAT": [1.0, 0], "AGE": [80, 80], "WEIGHT": 72, "SEX": ["M", None]})
    >>> rows.select(value=clearance.value, reason=clearance.reason).rows()
    [(60.0, None), (None, 'creatinine is 0 mg/dL, must be above 0; no sex')]
    """
    creatinine = Quantity("creatinine", creatinine_mg_dl, "mg/dL")
    return _clearance(creatinine, creatinine.expr, age_years, weight_kg, sex)


def compute_creatinine_clearance_umol_l(
    creatinine_umol_l: Column, age_years: Column, weight_kg: Column, sex: Column
) -> Computed:
    """Compute creatinine clearance in mL/min by Cockcroft and Gault from creatinine in umol/L."""
    creatinine = Quantity("creatinine", creatinine_umol_l, "umol/L")
    return _clearance(creatinine, creatinine.expr / UMOL_PER_MG_DL, age_years, weight_kg, sex)


def compute_ckd_epi_mg_dl(creatinine_mg_dl: Column, age_years: Column, sex: Column) -> Computed:
    """Compute the estimated glomerular filtration rate in mL/min/1.73 m2, CKD-EPI of 2021 [2]_.

    142 min(Cr/k, 1)^a max(Cr/k, 1)^-1.2 0.9938^age, times 1.012 in women, with k 0.7 and a -0.241
    in women, 0.9 and -0.302 in men. The equation is of adults.

    Examples
    --------
    >>> rate = compute_ckd_epi_mg_dl("CREAT", "AGE", "SEX").value
    >>> pl.DataFrame({"CREAT": [1.09], "AGE": [55], "SEX": ["M"]}).select(rate.round(1)).item()
    80.2
    """
    creatinine = Quantity("creatinine", creatinine_mg_dl, "mg/dL")
    return _ckd_epi(creatinine, creatinine.expr, age_years, sex)


def compute_ckd_epi_umol_l(creatinine_umol_l: Column, age_years: Column, sex: Column) -> Computed:
    """Compute the same from creatinine in umol/L."""
    creatinine = Quantity("creatinine", creatinine_umol_l, "umol/L")
    return _ckd_epi(creatinine, creatinine.expr / UMOL_PER_MG_DL, age_years, sex)


def compute_rr_ms(heart_rate_bpm: Column) -> Computed:
    """Compute the RR interval in ms from the heart rate: 60000 over beats per minute."""
    rate = Quantity("heart rate", heart_rate_bpm, "beats/min")
    return compute([rate], 60_000 / rate.expr)


def compute_qtcf_ms(qt_ms: Column, rr_ms: Column) -> Computed:
    """Compute QT corrected by Fridericia, in ms: QT over the cube root of RR in seconds [3]_.

    Examples
    --------
    >>> qtcf = compute_qtcf_ms("QT", "RR").value
    >>> pl.DataFrame({"QT": [400.0], "RR": [512.0]}).select(qtcf.round(6)).item()
    500.0
    """
    return _corrected_qt(qt_ms, rr_ms, 1 / 3)


def compute_qtcb_ms(qt_ms: Column, rr_ms: Column) -> Computed:
    """Compute QT corrected by Bazett, in ms: QT over the square root of RR in seconds [4]_."""
    return _corrected_qt(qt_ms, rr_ms, 1 / 2)


def compute_qt_prolonged(qtc_ms: Column, sex: Column, limits: QtLimits | None = None) -> pl.Expr:
    """Compute whether a corrected QT is longer than the limit of the sex; null where unknown.

    Examples
    --------
    >>> rows = pl.DataFrame({"QTCF": [450.0, 450.1, 470.0], "SEX": ["M", "M", "F"]})
    >>> rows.select(compute_qt_prolonged("QTCF", "SEX")).to_series().to_list()
    [False, True, False]
    """
    limits = limits or QtLimits()
    limit = _by_sex(as_expr(sex), male=limits.male_ms, female=limits.female_ms)
    return Quantity("QTc", qtc_ms, "ms").expr > limit


def compute_bsa_m2(
    height_cm: Column, weight_kg: Column, formula: BodySurfaceFormula = "mosteller"
) -> Computed:
    """Compute body surface area in m2 by one of seven formulas [6]_ to [11]_.

    Examples
    --------
    >>> bsa = compute_bsa_m2("HEIGHT", "WEIGHT").value
    >>> pl.DataFrame({"HEIGHT": [180.0], "WEIGHT": [80.0]}).select(bsa).item()
    2.0
    """
    height, weight = Quantity("height", height_cm, "cm"), Quantity("weight", weight_kg, "kg")
    h, w = height.expr, weight.expr
    powers = {
        "dubois": (0.007184, 0.725, 0.425),
        "haycock": (0.024265, 0.3964, 0.5378),
        "gehan-george": (0.0235, 0.42246, 0.51456),
        "fujimoto": (0.008883, 0.663, 0.444),
        "takahira": (0.007241, 0.725, 0.425),
    }
    if formula == "mosteller":
        area = (h * w / 3600).sqrt()
    elif formula == "boyd":
        grams = 1000 * w
        area = 0.0003207 * h.pow(0.3) * grams.pow(0.7285 - 0.0188 * grams.log10())
    else:
        factor, of_height, of_weight = powers[formula]
        area = factor * h.pow(of_height) * w.pow(of_weight)
    return compute([height, weight], area)


def compute_bmi(height_cm: Column, weight_kg: Column) -> Computed:
    """Compute the body mass index in kg/m2."""
    height, weight = Quantity("height", height_cm, "cm"), Quantity("weight", weight_kg, "kg")
    return compute([height, weight], weight.expr / (height.expr / 100).pow(2))


def _clearance(
    creatinine: Quantity, mg_dl: pl.Expr, age_years: Column, weight_kg: Column, sex: Column
) -> Computed:
    age = Quantity("age", age_years, "years", below=140)
    weight = Quantity("weight", weight_kg, "kg")
    share = _by_sex(as_expr(sex), male=1, female=0.85)
    clearance = share * (140 - age.expr) * weight.expr / (72 * mg_dl)
    return compute([creatinine, age, weight], clearance, sex=sex)


def _ckd_epi(creatinine: Quantity, mg_dl: pl.Expr, age_years: Column, sex: Column) -> Computed:
    age, of = Quantity("age", age_years, "years"), as_expr(sex)
    ratio = mg_dl / _by_sex(of, male=0.9, female=0.7)
    low = pl.min_horizontal(ratio, pl.lit(1.0)).pow(_by_sex(of, male=-0.302, female=-0.241))
    high = pl.max_horizontal(ratio, pl.lit(1.0)).pow(-1.2)
    older = pl.lit(0.9938).pow(age.expr)
    rate = 142 * low * high * older * _by_sex(of, male=1, female=1.012)
    return compute([creatinine, age], rate, sex=sex)


def _corrected_qt(qt_ms: Column, rr_ms: Column, power: float) -> Computed:
    qt, rr = Quantity("QT", qt_ms, "ms"), Quantity("RR", rr_ms, "ms")
    return compute([qt, rr], qt.expr / (rr.expr / 1000).pow(power))


def _by_sex(sex: pl.Expr, *, male: float, female: float) -> pl.Expr:
    return (
        pl.when(sex == "M").then(pl.lit(float(male))).when(sex == "F").then(pl.lit(float(female)))
    )
