"""Listings beside the analysis datasets: discrepant responses, agreement, planned visits."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from topline.adam.adherence import derive_adherence
from topline.adam.biomarker_listings import derive_missing_scores, derive_not_evaluable
from topline.adam.core import with_qualifiers
from topline.adam.discrepancies import derive_agreement, derive_comparisons, derive_discrepancies
from topline.adam.eligibility_listings import derive_screening_log, derive_violations
from topline.adam.laboratory_listings import derive_severe_results
from topline.protocol.biomarkers import Elisa
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.spreadsheet import write_spreadsheet


def derive_listings(
    protocol: Protocol, sdtm: Sdtm, datasets: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Derive every listing.

    Parameters
    ----------
    protocol
        What was promised.
    sdtm
        What was collected, up to the data cut.
    datasets
        As `derive_adam` gives them.

    Returns
    -------
    dict
        `discrepancies`, `agreement` (counts of them) and `visits`; where there are criteria of
        eligibility, the `screening` log and `violations` among the enrolled; `deviations`,
        `laboratory` results of grade 3 or 4, and how the `plates` of immunoassays did, where the
        protocol asks for them.
    """
    comparisons = derive_comparisons(protocol, with_qualifiers(sdtm), datasets)
    visits = derive_adherence(protocol, datasets["ADSL"], datasets["ADTR"], datasets["ADRS"])
    listings = {
        "discrepancies": derive_discrepancies(comparisons),
        "agreement": derive_agreement(comparisons),
        "visits": visits,
    }
    if "ADIE" in datasets:
        adsl, adie = datasets["ADSL"], datasets["ADIE"]
        listings["screening"] = derive_screening_log(protocol, sdtm, adsl, adie)
        listings["violations"] = derive_violations(adsl, adie)
    if "ADDV" in datasets:
        shown = ["USUBJID", "DVCAT", "DVDECOD", "DVTERM", "PARCAT1", "ADT", "ADY"]
        source = ["SRCDOM", "SRCVAR", "SRCSEQ"]
        listings["deviations"] = datasets["ADDV"].select(*shown, "FOUND", "PLANNED", *source)
    if "ADLB" in datasets:
        listings["laboratory"] = derive_severe_results(datasets["ADLB"])
    if "ADBM" in datasets:
        listings["biomarkers"] = derive_not_evaluable(datasets["ADBM"])
    if any(isinstance(marker, Elisa) for marker in protocol.biomarkers.values()):
        # Curves load scipy, for those who have plates.
        from topline.adam.biomarker_plate_listing import derive_plate_lines

        listings["plates"] = derive_plate_lines(protocol, sdtm)
    if "ADQS" in datasets:
        listings["questionnaires"] = derive_missing_scores(datasets["ADQS"])
    return listings


def write_derived_listings(listings: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write each listing as CSV; the folder is made where it is not there."""
    folder.mkdir(exist_ok=True)
    for name, rows in listings.items():
        write_spreadsheet(rows, folder / f"{name}.csv")
