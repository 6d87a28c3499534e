"""ADLB, and ADEG and ADVS where the protocol asks for them, with what keeps results out."""

import polars as pl

from topline.adam.adlb import derive_adlb
from topline.adam.laboratory_queries import find_adlb_queries
from topline.protocol.laboratory import Laboratory
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm


def derive_laboratory(
    protocol: Protocol, laboratory: Laboratory, sdtm: Sdtm, adsl: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Derive the datasets of laboratory results and measurements, and their queries.

    Parameters
    ----------
    protocol, laboratory
        What was promised, and its part on laboratory results.
    sdtm
        LB, and EG and VS where asked for.
    adsl
        Complete ADSL.

    Raises
    ------
    ProtocolError, DataError
        As `derive_adlb`.
    """
    names = ("ADLB", *(f"AD{source}" for source in laboratory.also))
    datasets = {name: derive_adlb(protocol, sdtm, adsl, name) for name in dict.fromkeys(names)}
    queries = [find_adlb_queries(frame, name) for name, frame in datasets.items()]
    return datasets, pl.concat(queries)
