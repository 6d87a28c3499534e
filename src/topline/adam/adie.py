"""ADIE: every criterion of eligibility, judged by its rule, beside what the site recorded.

A verdict has three values. A rule that rests on something unknown is judged all the same where it
would come out one way whatever that is; else it cannot be judged, and what is missing is named.
"""

import dataframely as dy
import polars as pl

from topline.adam.core import (
    Finding,
    Record,
    add_core,
    conform_rows,
    flag,
    list_queries,
    number_rows,
)
from topline.adam.criteria import NO_VERDICTS, criteria_of, judge, tell_values
from topline.adam.expressions import refuse
from topline.adam.site_record import (
    MET,
    NOT_MET,
    entered,
    find_odd_records,
    read_site_records,
)
from topline.adam.values_used import ValueUsed, derive_values_used
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.queries import Query

UNKNOWN = "CANNOT BE JUDGED"
VERDICTS = (MET, NOT_MET, UNKNOWN)
ELIGIBLE, NOT_ELIGIBLE = "ELIGIBLE", "NOT ELIGIBLE"


class ADIE(Record):
    """Eligibility, one row a subject screened and criterion."""

    PARAMCD = dy.String(description="the criterion's id in the protocol, IETESTCD in IE")
    PARAM = dy.String(description="the criterion in words")
    PARCAT1 = dy.String(check=lambda value: value.is_in(["INCLUSION", "EXCLUSION"]))
    AVALC = dy.String(check=lambda value: value.is_in(VERDICTS), description="the verdict")
    VIOLFL = dy.String(
        nullable=True, description="Y: stands against entry (inclusion not met, exclusion met)"
    )
    ELIG = dy.String(
        check=lambda value: value.is_in([ELIGIBLE, NOT_ELIGIBLE, UNKNOWN]),
        description="the subject, over all criteria",
    )
    BASIS = dy.String(check=lambda value: value.is_in(["RULE", "SITE"]))
    ADT = dy.Date(nullable=True, description="date of the latest value used, or of the record")
    USED = dy.String(nullable=True, description="values used, with their dates")
    MISSING = dy.String(nullable=True, description="what is missing to judge")
    AREASON = dy.String(description="how the verdict came about")
    SITEAVAL = dy.String(
        nullable=True,
        check=lambda value: value.is_in([MET, NOT_MET]),
        description="what the site's record says, or leaves to be understood",
    )
    IESEQ = dy.Int64(nullable=True, description="its record in IE; null where there is none")
    AGREEFL = dy.String(nullable=True, description="whether rule and site agree, Y or N")

    @dy.rule()
    def unknown_says_what_is_missing(cls) -> pl.Expr:
        """MISSING says what is missing where the verdict cannot be given, and only there."""
        return (pl.col("AVALC") == UNKNOWN) == pl.col("MISSING").is_not_null()

    @dy.rule()
    def flagged_when_against_entry(cls) -> pl.Expr:
        """VIOLFL follows from the verdict and the kind of criterion."""
        return pl.col("VIOLFL").is_not_null() == _against_entry()


def derive_adie(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """Derive ADIE.

    Parameters
    ----------
    protocol
        Criteria and variables.
    sdtm
        IE, and the records behind the variables.
    adsl
        Complete ADSL; everyone in it was screened.

    Returns
    -------
    DataFrame
        A row a subject of ADSL and criterion, in the protocol's order; none without criteria.

    Raises
    ------
    ProtocolError
        Rules name variables that ADSL does not have, or are no conditions (all of them listed).
    """
    criteria = criteria_of(protocol)
    refuse([p for each in criteria if each.rule for p in each.rule.unknown(adsl.columns)])
    rows = pl.concat([NO_VERDICTS, *(judge(each, adsl) for each in criteria)])
    used = derive_criterion_values(protocol, sdtm, adsl)
    site = read_site_records(protocol, sdtm, adsl)
    key = ["USUBJID", "PARAMCD"]
    for more in (tell_values(protocol, used), site):
        rows = rows.join(more, on=key, how="left", maintain_order="left")
    rows = _with_verdict(rows).sort("USUBJID", "place")
    return conform_rows(add_core(number_rows(rows), protocol, adsl), ADIE).select(
        *ADIE.column_names(), pl.exclude(*ADIE.column_names(), *_WORKING)
    )


def derive_criterion_values(
    protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame
) -> dy.DataFrame[ValueUsed]:
    """List the values that each criterion's rule rests on; PARAMCD is the criterion's id."""
    rules = {each.id: each.rule.text for each in criteria_of(protocol) if each.rule is not None}
    return derive_values_used(protocol, sdtm, adsl, rules)


def find_adie_queries(
    protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, adie: pl.DataFrame
) -> pl.DataFrame:
    """List where rule and site disagree, what the enrolled lack, and odd records of IE."""
    record = pl.when(pl.col("IESEQ").is_not_null()).then(pl.format("IESEQ={}", "IESEQ"))
    both = pl.format("{}: {} by its rule, {} by the site", "PARAMCD", "AVALC", "SITEAVAL")
    values = pl.format(" ({})", "USED").fill_null("")
    disagree = Finding(
        "ADIE.disagreement", "one verdict: correct the values, or the record in IE, or add one"
    )
    lacking = Finding("ADIE.missing", "what the rule needs; without it nobody can judge by it")
    inside = adsl.filter(entered()).select("USUBJID")
    unknown = adie.filter(pl.col("AVALC") == UNKNOWN, pl.col("AREASON").str.starts_with("rule:"))
    return pl.concat(
        [
            Query.create_empty(),
            list_queries(
                adie.filter(pl.col("AGREEFL") == "N"),
                disagree,
                pl.concat_str(both, values),
                record,
            ),
            list_queries(
                unknown.join(inside, on="USUBJID", how="semi"),
                lacking,
                pl.format("{} cannot be judged; {}", "PARAMCD", "MISSING"),
            ),
            *find_odd_records(protocol, sdtm),
        ]
    )


_WORKING = ("place", "rule", "variables", "met", "LACKING", "USEDDT", "IEORRES", "IEDT")


def _with_verdict(rows: pl.DataFrame) -> pl.DataFrame:
    """Join the rule's answer and the site's to one verdict, with its reason."""
    has_rule, judged = pl.col("rule").is_not_null(), pl.col("met").is_not_null()
    recorded, said = pl.col("IESEQ").is_not_null(), pl.col("SITEAVAL").is_not_null()
    by_rule = pl.when("met").then(pl.lit(MET)).otherwise(pl.lit(NOT_MET))
    by_site = ~judged & said & (recorded | ~has_rule)
    verdict = pl.when(judged).then(by_rule).when(by_site).then("SITEAVAL")
    lacking = pl.when(has_rule).then(
        pl.col("LACKING").fill_null("what the rule rests on")
    ).otherwise(pl.lit("the site's judgement: no record in IE"))  # fmt: skip
    record = pl.format("recorded by the site: IEORRES = {}", "IEORRES")
    reason = (
        pl.when(judged)
        .then(pl.format("rule: {}", "rule"))
        .when(by_site & recorded & has_rule)
        .then(pl.format("{}; the rule lacks {}", record, lacking))
        .when(by_site & recorded)
        .then(record)
        .when(by_site)
        .then(pl.lit("judged on site: enrolled, and no exception recorded"))
        .when(has_rule)
        .then(pl.format("rule: {}", "rule"))
        .otherwise(pl.lit("judged on site"))
    )
    from_site = by_site | ~has_rule
    rows = rows.with_columns(
        AVALC=verdict.fill_null(UNKNOWN),
        MISSING=pl.when(verdict.is_null()).then(lacking),
        AREASON=reason,
        BASIS=pl.when(from_site).then(pl.lit("SITE")).otherwise(pl.lit("RULE")),
        ADT=pl.when(from_site).then("IEDT").otherwise("USEDDT"),
        SRCDOM=pl.when(from_site).then(pl.lit("IE")).otherwise(pl.lit("ADSL")),
        SRCVAR=pl.when(from_site).then(pl.lit("IEORRES")).otherwise("variables"),
        SRCSEQ=pl.when(from_site).then("IESEQ"),
        AGREEFL=pl.when(judged & said)
        .then(pl.when(by_rule == pl.col("SITEAVAL")).then(pl.lit("Y")).otherwise(pl.lit("N"))),
    )  # fmt: skip
    return _over_all(rows.with_columns(VIOLFL=flag(_against_entry())))


def _against_entry() -> pl.Expr:
    inclusion = pl.col("PARCAT1") == "INCLUSION"
    against = pl.when(inclusion).then(pl.lit(NOT_MET)).otherwise(pl.lit(MET))
    return pl.col("AVALC") == against


def _over_all(rows: pl.DataFrame) -> pl.DataFrame:
    """Add what follows for the subject from all criteria together."""
    violated = pl.col("VIOLFL").is_not_null().any().over("USUBJID")
    unknown = (pl.col("AVALC") == UNKNOWN).any().over("USUBJID")
    return rows.with_columns(
        ELIG=pl.when(violated)
        .then(pl.lit(NOT_ELIGIBLE))
        .when(unknown)
        .then(pl.lit(UNKNOWN))
        .otherwise(pl.lit(ELIGIBLE))
    )
