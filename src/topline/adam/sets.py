"""Analysis sets: a flag for those who are in, and for the others the reason why not."""

import polars as pl

from topline.adam.adsl import ADSL, RESPONSE
from topline.adam.core import conform_rows, flag
from topline.adam.expressions import Rule, compute_condition, refuse
from topline.adam.variables import derive_from_rules
from topline.protocol.analysis_sets import AnalysisSet
from topline.protocol.protocol import Protocol
from topline.protocol.variables import Described

_CHANGE = ("BESTPCHG", "BESTPCDT")
"""Best change of the sum of diameters in percent, and its date."""


def derive_analysis_sets(
    protocol: Protocol, adsl: pl.DataFrame, adrs: pl.DataFrame
) -> pl.DataFrame:
    """Complete ADSL: response, variables by rule, then each set's flag and reason for exclusion.

    Parameters
    ----------
    protocol
        Variables and analysis sets; a set may use the flags of those before it.
    adsl
        As `derive_adsl` gives it.
    adrs
        As `derive_adrs` gives it.

    Returns
    -------
    DataFrame
        `ADSL`, a row a subject as before; behind it NPOSTBAS, BOR, BORDT, CBOR, BESTPCHG and
        BESTPCDT, the protocol's variables in its order, then flag and reason of each set, such as
        SAFFL and SAFRS.

    Raises
    ------
    ProtocolError
        Conditions name variables that ADSL does not have (all of them listed), or a variable has
        the name of another.
    """
    own = [*ADSL.column_names(), *RESPONSE, *_CHANGE]
    _check_names(protocol)
    out = derive_from_rules(protocol, _add_response(adsl, adrs))
    out = out.select(*own, *(name for name in protocol.variables if name not in own))
    _check(protocol, out.columns)
    for name, analysis_set in protocol.analysis_sets.items():
        out = _add_set(out, name, analysis_set)
    return conform_rows(out, ADSL)


def reason_variable(analysis_set: AnalysisSet) -> str:
    """Name the variable that says why a subject is not in the set: SAFRS beside SAFFL."""
    return f"{analysis_set.flag[:-2]}RS"


def _add_response(adsl: pl.DataFrame, adrs: pl.DataFrame) -> pl.DataFrame:
    """Take the number of assessments and the best responses over from ADRS."""
    parameter = pl.col("PARAMCD")
    numbers = (
        adrs.filter((parameter == "OVR") & (pl.col("ADY") > 0).fill_null(value=True))
        .group_by("USUBJID")
        .agg(NPOSTBAS=pl.len().cast(pl.Int64))
    )
    best = adrs.filter(parameter == "BOR").select("USUBJID", BOR="AVALC", BORDT="ADT")
    confirmed = adrs.filter(parameter == "CBOR").select("USUBJID", CBOR="AVALC")
    change = adrs.filter(parameter == "BPCHG").select("USUBJID", BESTPCHG="AVAL", BESTPCDT="ADT")
    out = adsl
    for part in (numbers, best, confirmed, change):
        out = out.join(part, on="USUBJID", how="left", maintain_order="left")
    return out.with_columns(pl.col("NPOSTBAS").fill_null(0))


def _check_names(protocol: Protocol) -> None:
    """Refuse variables and flags that have the name of the best change."""
    made = [name for name, v in protocol.variables.items() if not isinstance(v, Described)]
    flags = {f"{name}.flag": s.flag for name, s in protocol.analysis_sets.items()}
    taken = [(f"variables.{name}", name) for name in made if name in _CHANGE]
    taken += [(f"analysis_sets.{at}", flag) for at, flag in flags.items() if flag in _CHANGE]
    refuse([f"{at}: ADSL has {name} anyway; choose another name" for at, name in taken])


def _check(protocol: Protocol, columns: list[str]) -> None:
    known, problems = list(columns), list[str]()
    for name, analysis_set in protocol.analysis_sets.items():
        for rule in _rules(name, analysis_set):
            problems += rule.unknown(known)
        known += [analysis_set.flag, reason_variable(analysis_set)]
    refuse(problems)


def _rules(name: str, analysis_set: AnalysisSet) -> list[Rule]:
    """Return the rule of the set, then those of its exclusions."""
    place = f"analysis_sets.{name}"
    return [
        Rule(f"{place}.where", analysis_set.where, "ADSL"),
        *(
            Rule(f"{place}.exclusions[{i}].where", exclusion.where, "ADSL")
            for i, exclusion in enumerate(analysis_set.exclusions)
        ),
    ]


def _add_set(adsl: pl.DataFrame, name: str, analysis_set: AnalysisSet) -> pl.DataFrame:
    """Add the flag, and the first reason that holds for those outside."""
    inside, *excluded = _rules(name, analysis_set)
    member = compute_condition(adsl, inside)
    reason = pl.lit(f"Not in the set: {analysis_set.label}")
    for rule, exclusion in reversed(list(zip(excluded, analysis_set.exclusions, strict=True))):
        reason = (
            pl.when(compute_condition(adsl, rule)).then(pl.lit(exclusion.reason)).otherwise(reason)
        )
    return adsl.with_columns(
        flag(pl.lit(member)).alias(analysis_set.flag),
        pl.when(~member).then(reason).alias(reason_variable(analysis_set)),
    )
