"""The bedside's formulas as variables of ADSL."""

import polars as pl

from topline.clinical import formulas
from topline.clinical.computed import Computed
from topline.protocol.variables import FromFormula


def compute_formula(variable: FromFormula, adsl: pl.DataFrame) -> Computed:
    """Compute a formula over the rows of ADSL: its value, or the reason why there is none.

    Parameters
    ----------
    variable
        Names the formula and the variable of each quantity; its unit is in the quantity's name.
    adsl
        Has these variables; text is read as a number, but for sex.
    """
    of = {
        quantity: pl.col(name)
        if quantity == "sex" or adsl.schema[name].is_numeric()
        else pl.col(name).cast(pl.Float64, strict=False)
        for quantity, name in variable.of.items()
    }
    match variable.formula:
        case "creatinine clearance":
            return _clearance(of)
        case "glomerular filtration rate":
            return _filtration(of)
        case "body surface area":
            return formulas.compute_bsa_m2(of["height_cm"], of["weight_kg"])
        case "body mass index":
            return formulas.compute_bmi(of["height_cm"], of["weight_kg"])
        case "qtcf":
            return formulas.compute_qtcf_ms(of["qt_ms"], _rr(of))
        case "qtcb":
            return formulas.compute_qtcb_ms(of["qt_ms"], _rr(of))


def _clearance(of: dict[str, pl.Expr]) -> Computed:
    person = of["age_years"], of["weight_kg"], of["sex"]
    if "creatinine_mg_dl" in of:
        return formulas.compute_creatinine_clearance_mg_dl(of["creatinine_mg_dl"], *person)
    return formulas.compute_creatinine_clearance_umol_l(of["creatinine_umol_l"], *person)


def _filtration(of: dict[str, pl.Expr]) -> Computed:
    person = of["age_years"], of["sex"]
    if "creatinine_mg_dl" in of:
        return formulas.compute_ckd_epi_mg_dl(of["creatinine_mg_dl"], *person)
    return formulas.compute_ckd_epi_umol_l(of["creatinine_umol_l"], *person)


def _rr(of: dict[str, pl.Expr]) -> pl.Expr:
    return of["rr_ms"] if "rr_ms" in of else formulas.compute_rr_ms(of["heart_rate_bpm"]).value
