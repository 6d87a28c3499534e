"""What is listed patient by patient in documents: analysis datasets, and the run's listings."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from topline.displays.documents.listings import Listing
from topline.report.labels import DATASETS, LISTINGS, SHOWN
from topline.sdtm.collected import Sdtm

# Of ICH E3, section 16.2, what the run's own listings do not hold; laboratory results there are
# those of grade 3 or 4.
_DATASETS: Final = ("ADSL", "ADTR", "ADRS", "ADTTE", "ADAE")


def patient_listings(
    adam: Mapping[str, pl.DataFrame], collected: Sdtm, listings: Mapping[str, pl.DataFrame]
) -> tuple[Listing, ...]:
    """Return the listings of a clinical study report.

    Parameters
    ----------
    adam
        Analysis datasets by name.
    collected
        Gives the rows set aside, and those after the data cut.
    listings
        Listings of the run by name, such as visits.
    """
    datasets = [Listing(DATASETS[n], adam[n], SHOWN[n]) for n in _DATASETS if n in adam]
    of_run = [
        Listing(LISTINGS.get(name) or name.replace("_", " ").capitalize(), rows)
        for name, rows in listings.items()
    ]
    unused = [
        Listing(f"Records of {domain} set aside", rows)
        for domain, rows in sorted(collected.set_aside.items())
        if rows.height
    ]
    return (*datasets, *of_run, *unused, Listing(LISTINGS["after_cut"], collected.after_cut))
