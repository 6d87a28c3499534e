"""What every domain is written from."""

from dataclasses import dataclass

import polars as pl

from topline.protocol.protocol import Protocol
from topline.reconstruct.records.expressions import Expressions
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.specification import Records


@dataclass(frozen=True, slots=True)
class Setting:
    """A cohort with all its columns, beside the protocol and the specification."""

    protocol: Protocol
    spec: Records
    seed: int
    frame: pl.DataFrame
    """One row a patient."""
    patients: tuple[Patient, ...]
    """The same, in the same order."""
    expressions: Expressions
    """Works out expressions, and gathers what is wrong with the specification and the plans."""
