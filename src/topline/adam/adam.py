"""All analysis datasets in one go, and what could not be analyzed as it was collected."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from topline.adam.adae import derive_adae, find_adae_queries
from topline.adam.adbm import complete_biomarkers, derive_biomarkers
from topline.adam.addv import derive_addv
from topline.adam.adex import derive_adex, find_adex_queries
from topline.adam.adie import derive_adie, find_adie_queries
from topline.adam.adqs import complete_questionnaires, derive_questionnaires
from topline.adam.adrs import derive_adrs, find_adrs_queries
from topline.adam.adsl import derive_adsl
from topline.adam.adtr import derive_tumors, find_adtr_queries
from topline.adam.adtte import complete_times, derive_times, find_adtte_queries, find_options_unused
from topline.adam.core import add_core, with_qualifiers
from topline.adam.dataset_variables import add_dataset_variables
from topline.adam.reading import find_readers_missing
from topline.adam.sets import derive_analysis_sets
from topline.adam.subjects import find_adsl_queries
from topline.adam.target_lesions import find_target_queries
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.queries import sort_queries


@dataclass(frozen=True)
class Adam:
    """The analysis datasets by name, and the queries that came up on the way."""

    datasets: Mapping[str, pl.DataFrame]
    """ADSL, ADTR, ADRS, ADTTE and ADAE, in this order; then ADIE where there are criteria, ADEX
    and ADDV where the protocol asks for exposure and deviations."""
    queries: pl.DataFrame
    """As `topline.sdtm.queries.Query`, sorted."""

    def __getitem__(self, dataset: str) -> pl.DataFrame:
        """Return one dataset."""
        return self.datasets[dataset]


def derive_adam(protocol: Protocol, sdtm: Sdtm) -> Adam:
    """Derive every analysis dataset.

    Parameters
    ----------
    protocol
        What was promised.
    sdtm
        What was collected; where the trial has a data cut, as `cut_data` left it.

    Returns
    -------
    Adam
        Datasets and queries; the order of the rows collected changes nothing.

    Raises
    ------
    ProtocolError
        The protocol names variables that the data do not have; all of one stage are listed.
    DataError
        Rows break a rule of their dataset.
    """
    related = sdtm.domains.get("RELREC")
    sdtm = with_qualifiers(sdtm)
    subjects = derive_adsl(protocol, sdtm)
    biomarkers = derive_biomarkers(protocol, sdtm, subjects)
    answers = derive_questionnaires(protocol, sdtm, subjects)
    below = {"ADBM": biomarkers.rows} if protocol.biomarkers else {}
    below |= {"ADQS": answers.rows} if protocol.questionnaires else {}
    subjects = add_dataset_variables(protocol, subjects, below)
    lesions = derive_tumors(protocol, sdtm, subjects)
    responses = derive_adrs(protocol, sdtm, subjects, lesions)
    adsl = derive_analysis_sets(protocol, subjects, responses)
    adtr = add_core(lesions.adtr, protocol, adsl)
    adrs = add_core(responses, protocol, adsl)
    adae = derive_adae(protocol, sdtm, adsl)
    dated = {"ADSL": adsl, "ADTR": adtr, "ADRS": adrs, "ADAE": adae, **below}
    times = derive_times(protocol, dated)
    adtte = complete_times(times, protocol, adsl)
    queries = [
        find_adsl_queries(protocol, sdtm, adsl),
        find_readers_missing(sdtm, protocol.response.reader),
        find_adtr_queries(adtr),
        find_target_queries(protocol, adtr),
        find_adrs_queries(adrs),
        find_options_unused(protocol, adrs),
        find_adtte_queries(times),
        find_adae_queries(protocol, adae),
        *biomarkers.queries,
        *answers.queries,
    ]
    datasets = {"ADSL": adsl, "ADTR": adtr, "ADRS": adrs, "ADTTE": adtte, "ADAE": adae}
    if protocol.eligibility.inclusion or protocol.eligibility.exclusion:
        adie = derive_adie(protocol, sdtm, adsl)
        queries.append(find_adie_queries(protocol, sdtm, adsl, adie))
        datasets["ADIE"] = adie
    taken = None
    if protocol.treatments.exposure is not None:
        taken = derive_adex(protocol, sdtm, adsl, adae, related)
        queries.append(find_adex_queries(taken))
        datasets["ADEX"] = taken.adex
    if protocol.deviations is not None:
        datasets["ADDV"] = derive_addv(protocol, datasets, taken)
    if protocol.biomarkers:
        datasets["ADBM"] = complete_biomarkers(biomarkers.rows, protocol, adsl)
    if protocol.questionnaires:
        datasets["ADQS"] = complete_questionnaires(answers.rows, protocol, adsl)
    if protocol.laboratory is not None:
        # Half a second of pint, for those who grade.
        from topline.adam.laboratory_datasets import derive_laboratory

        graded, found = derive_laboratory(protocol, protocol.laboratory, sdtm, adsl)
        datasets |= graded
        queries.append(found)
    return Adam(datasets, sort_queries(pl.concat(queries)))
