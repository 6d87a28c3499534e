"""Dosing from plain records: what was taken against what was planned.

`regimen` holds what was planned and every option; `exposure.derive_exposure` turns dosing records
into courses (cumulative dose, relative dose intensity), interruptions, changes of dose, cycles and
findings; `capsules` turns a dose per m2 into capsules.

References
----------
.. [1] Hryniuk W, Bush H (1984). The importance of dose intensity in chemotherapy of metastatic
   breast cancer. Journal of Clinical Oncology 2: 1281-1288.
.. [2] Longo DL, Duffey PL, DeVita VT, et al. (1991). The calculation of actual or received dose
   intensity: a comparison of published methods. Journal of Clinical Oncology 9: 2042-2051.
"""
