"""The domains Topline reads: one file each, named as SDTM names them."""

from typing import Final

import dataframely as dy

from topline.sdtm.domains.ae import AE
from topline.sdtm.domains.cm import CM
from topline.sdtm.domains.dm import DM
from topline.sdtm.domains.ds import DS
from topline.sdtm.domains.eg import EG
from topline.sdtm.domains.ex import EX
from topline.sdtm.domains.gf import GF
from topline.sdtm.domains.ie import IE
from topline.sdtm.domains.lb import LB
from topline.sdtm.domains.mh import MH
from topline.sdtm.domains.mi import MI
from topline.sdtm.domains.pr import PR
from topline.sdtm.domains.qs import QS
from topline.sdtm.domains.qualifiers import RELREC, SUPP
from topline.sdtm.domains.rs import RS
from topline.sdtm.domains.ss import SS
from topline.sdtm.domains.tr import TR
from topline.sdtm.domains.tu import TU
from topline.sdtm.domains.vs import VS

_OWN: Final = (DM, DS, EX, AE, LB, VS, EG, MH, CM, PR, TU, TR, RS, MI, GF, QS, SS, IE)

SCHEMAS: Final[dict[str, type[dy.Schema]]] = {
    **{schema.__name__: schema for schema in _OWN},
    **{f"SUPP{schema.__name__}": SUPP for schema in _OWN},
    "RELREC": RELREC,
}
"""Every domain by its name: the domains proper, then their SUPP--, then RELREC."""
