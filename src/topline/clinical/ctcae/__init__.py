"""CTCAE grades of laboratory results and measurements, from values, units and limits, on frames.

`options` holds every choice; the YAML files hold the criteria in the guideline's words with their
bounds; `grades.derive_grades` grades; `tests.derive_tests` says what became of each test and unit.
Versions 5.0 (default) and 4.03. Version 6.0 is not here: no complete copy of it could be compared.

What a number cannot tell: grade 5, symptoms, treatment and hospitalization; febrile neutropenia,
hemolysis and tumor lysis; hormones that are only "abnormal" (ADH, ACTH, gonadotrophin, prolactin,
growth hormone); dipsticks; lung function; blood pressure and protein/creatinine by percentiles and
ages. In v5.0 hyperglycemia, hyper- and hypophosphatemia have no numbers.

References
----------
.. [1] National Cancer Institute. Common Terminology Criteria for Adverse Events (CTCAE) v5.0.
   November 27, 2017.
.. [2] National Cancer Institute. Common Terminology Criteria for Adverse Events (CTCAE) v4.03.
   June 14, 2010.
"""
