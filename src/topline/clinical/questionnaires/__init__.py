"""Questionnaires on quality of life: instruments as data, one scorer for all of them.

`qlq_c30` and `qlq_ginet21` hold scales, items and directions; `scores` turns answers into scores
from 0 to 100; `change` says how much a change means; `deterioration` when it came.

References
----------
.. [1] Fayers PM, Aaronson NK, Bjordal K, et al. (2001). The EORTC QLQ-C30 scoring manual, 3rd
   edition. Brussels: EORTC.
"""
