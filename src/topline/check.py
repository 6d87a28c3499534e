"""Check a study folder: every problem of its protocol and data; or one patient's eligibility."""

from dataclasses import dataclass, replace
from pathlib import Path

import dataframely as dy
import polars as pl

from topline.adam.adie import derive_adie, derive_criterion_values
from topline.adam.adsl import derive_adsl
from topline.adam.core import with_qualifiers
from topline.adam.criteria import criteria_of
from topline.adam.picked import columns_in
from topline.adam.variables import derive_from_rules, keep_variables
from topline.design.promised import check_design
from topline.errors import DataError, ProtocolError, UsageError
from topline.protocol.problems import listed, nearest
from topline.protocol.protocol import Protocol
from topline.protocol.read import check_protocol, read_protocol
from topline.protocol.variables import FromRecords
from topline.sdtm.collected import Sdtm
from topline.sdtm.queries import Query, Rule, file_query, gather_queries, sort_queries
from topline.sdtm.read import read_sdtm
from topline.trial import analyse_trial


@dataclass(frozen=True)
class Checked:
    """What is wrong with a study."""

    problems: tuple[str, ...]
    """Of the protocol, one sentence each; and what keeps the data from being analysed."""
    queries: pl.DataFrame
    """Of the data, one row each (`topline.sdtm.queries.Query`)."""

    @property
    def ok(self) -> bool:
        """Nothing is wrong that changes results."""
        return not self.problems and self.queries.filter(severity="error").is_empty()


def check_study(study: Path) -> Checked:
    """Check protocol and data, and that the one can be applied to the other.

    Parameters
    ----------
    study
        Folder with `protocol.yaml` and `data/`.

    Raises
    ------
    UsageError
        The folder has no `data` folder.

    Examples
    --------
    >>> from topline.studies import study_folder
    >>> check_study(study_folder("cabotem")).problems
    ()
    """
    protocol, found = check_protocol(study / "protocol.yaml")
    problems = [str(problem) for problem in found]
    design = _of_design(protocol)
    try:
        collected = read_sdtm(study / "data")
    except DataError as error:
        return Checked((*problems, str(error)), design)
    except UsageError as error:
        if not problems:
            raise
        return Checked((*problems, str(error)), design)
    if protocol is None or problems:
        return Checked(tuple(problems), _with(design, collected.queries))
    try:
        return Checked((), _with(design, analyse_trial(protocol, collected).queries))
    except (ProtocolError, DataError) as error:
        return Checked((str(error),), _with(design, collected.queries))


def _with(design: pl.DataFrame, queries: pl.DataFrame) -> dy.DataFrame[Query]:
    return sort_queries(gather_queries([design, queries]))


def _of_design(protocol: Protocol | None) -> dy.DataFrame[Query]:
    """Return what is to say of the protocol's design, exactly calculated."""
    remarks = check_design(protocol.design) if protocol else ()
    return gather_queries(
        [
            file_query(Rule(r.rule, r.expected, r.severity), r.found, file="protocol.yaml")
            for r in remarks
        ]
    )


@dataclass(frozen=True)
class CheckedSubject:
    """One subject's eligibility, criterion by criterion."""

    subject: str
    eligible: str
    """ELIGIBLE, NOT ELIGIBLE or CANNOT BE JUDGED."""
    treated: bool
    """Whether there is a first dose; baseline values are the last before it, else the last ones."""
    criteria: pl.DataFrame
    """Rows of `topline.adam.adie.ADIE`, in the protocol's order."""
    values: pl.DataFrame
    """What each verdict rests on: rows of `topline.adam.values_used.ValueUsed`."""
    queries: pl.DataFrame
    """About the subject's data, where something could not be used."""


def check_subject(study: Path, subject: str) -> CheckedSubject:
    """Judge one subject by every criterion, before enrolment too.

    All records count, those after the data cut as well: a patient in screening may be later than
    the cut of the trial's last analysis.

    Parameters
    ----------
    study
        Folder with `protocol.yaml` and `data/`.
    subject
        USUBJID.

    Raises
    ------
    ProtocolError, DataError
        The protocol or the data cannot be used.
    UsageError
        The data have no such subject, or the protocol no criteria.

    Examples
    --------
    >>> from topline.studies import study_folder
    >>> check_subject(study_folder("cabotem"), "CABOTEM-01-001").eligible
    'ELIGIBLE'
    """
    protocol = read_protocol(study)
    rules = [each.rule.text for each in criteria_of(protocol) if each.rule is not None]
    if not criteria_of(protocol):
        msg = f"{study / 'protocol.yaml'}: no criteria; write them under eligibility"
        raise UsageError(msg)
    named = [name for rule in rules for name in pl.sql_expr(rule).meta.root_names()]
    protocol = keep_variables(protocol, named)
    collected = read_sdtm(study / "data")
    sdtm = _of_subject(protocol, with_qualifiers(collected), subject)
    adsl = derive_from_rules(protocol, derive_adsl(protocol, sdtm))
    criteria = derive_adie(protocol, sdtm, adsl)
    unused = pl.col("consequence").is_in(["row set aside", "value not used"])
    return CheckedSubject(
        subject,
        str(criteria["ELIG"][0]),
        adsl["TRTSDT"][0] is not None,
        criteria,
        derive_criterion_values(protocol, sdtm, adsl),
        collected.queries.filter(pl.col("subject") == subject, unused),
    )


def _of_subject(protocol: Protocol, sdtm: Sdtm, subject: str) -> Sdtm:
    """Return one subject's records, with every column that variables name.

    A subject whom nobody has planned an arm for gets the first: eligibility comes before arms.
    """
    known = sdtm["DM"]["USUBJID"].to_list()
    if subject not in known:
        close = nearest(subject, known)
        hint = f"did you mean {close}?" if close else f"there is {listed(sorted(known))}"
        msg = f"no subject {subject} in DM; {hint}"
        raise UsageError(msg)
    own = {
        name: frame.filter(pl.col("USUBJID") == subject) if "USUBJID" in frame.columns else frame
        for name, frame in sdtm.domains.items()
    }
    arms = [arm.id for arm in protocol.study.arms]
    planned = pl.when(pl.col("ARMCD").is_in(arms)).then("ARMCD").otherwise(pl.lit(arms[0]))
    own["DM"] = own["DM"].with_columns(ARMCD=planned)
    for variable in protocol.variables.values():
        if isinstance(variable, FromRecords) and variable.source in own:
            frame = own[variable.source]
            absent = [n for n in columns_in(variable) if n not in frame.columns]
            empty = [pl.lit(None, dtype=pl.String).alias(name) for name in absent]
            own[variable.source] = frame.with_columns(empty)
    return replace(sdtm, domains=own)
