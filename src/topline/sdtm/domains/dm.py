"""DM: demographics, one record a subject (SDTMIG 3.4, section 5.2)."""

import dataframely as dy
import polars as pl

from topline.sdtm.dates import earliest, latest
from topline.sdtm.domain import Domain, number, text, value_not_used, when

RACES = (
    "AMERICAN INDIAN OR ALASKA NATIVE",
    "ASIAN",
    "BLACK OR AFRICAN AMERICAN",
    "MULTIPLE",
    "NATIVE HAWAIIAN OR OTHER PACIFIC ISLANDER",
    "NOT REPORTED",
    "OTHER",
    "UNKNOWN",
    "WHITE",
)


class DM(Domain):
    """Demographics."""

    SUBJID = text("Subject identifier within the study", "required")
    RFSTDTC = when("Start of the subject's reference period", "expected")
    RFENDTC = when("End of the subject's reference period")
    RFXSTDTC = when("First exposure to treatment", "expected")
    RFXENDTC = when("Last exposure to treatment")
    RFICDTC = when("Informed consent", "expected")
    RFPENDTC = when("End of participation")
    DTHDTC = when("Death")
    DTHFL = text("Death flag", terms=("Y",))
    SITEID = text("Study site", "required")
    BRTHDTC = when("Birth")
    AGE = number("Age", "expected", low=0)
    AGEU = text("Unit of age", terms=("YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS"))
    SEX = text("Sex", "expected", terms=("F", "M", "U", "UNDIFFERENTIATED"))
    RACE = text("Race", terms=RACES, open_list=True)
    ETHNIC = text(
        "Ethnicity",
        terms=("HISPANIC OR LATINO", "NOT HISPANIC OR LATINO", "NOT REPORTED", "UNKNOWN"),
    )
    ARMCD = text("Code of the planned arm", "expected")
    ARM = text("Planned arm", "expected")
    ACTARMCD = text("Code of the actual arm")
    ACTARM = text("Actual arm")
    ARMNRS = text("Reason why there is no arm")
    COUNTRY = text("Country of the site, ISO 3166-1 alpha-3")

    @dy.rule()
    @value_not_used("AGE")
    def age_at_most_120_years(cls) -> pl.Expr:
        """AGE is 0 to 120 years."""
        years = pl.col("AGEU").fill_null("YEARS") == "YEARS"
        return ~years | (pl.col("AGE") <= 120)

    @dy.rule()
    def death_has_date(cls) -> pl.Expr:
        """DTHDTC, the date of death, is given where DTHFL is Y; survival cannot count without."""
        return (pl.col("DTHFL") != "Y") | pl.col("DTHDTC").is_not_null()

    @dy.rule()
    def death_date_has_flag(cls) -> pl.Expr:
        """DTHFL is Y where a date of death, DTHDTC, is given."""
        return pl.col("DTHDTC").is_null() | (pl.col("DTHFL") == "Y").fill_null(value=False)

    @dy.rule()
    def age_has_unit(cls) -> pl.Expr:
        """AGEU says the unit of AGE; it is read as YEARS where it is empty."""
        return pl.col("AGE").is_null() | pl.col("AGEU").is_not_null()

    @dy.rule()
    @value_not_used("RFXENDTC")
    def exposure_ends_after_start(cls) -> pl.Expr:
        """RFXENDTC, last exposure, is on or after RFXSTDTC, first exposure."""
        return latest("RFXENDTC") >= earliest("RFXSTDTC")

    @dy.rule()
    @value_not_used("BRTHDTC")
    def born_before_death(cls) -> pl.Expr:
        """BRTHDTC, birth, is on or before DTHDTC, death."""
        return latest("DTHDTC") >= earliest("BRTHDTC")

    @dy.rule()
    def treated_after_consent(cls) -> pl.Expr:
        """RFXSTDTC, first exposure, is on or after RFICDTC, informed consent."""
        return latest("RFXSTDTC") >= earliest("RFICDTC")
