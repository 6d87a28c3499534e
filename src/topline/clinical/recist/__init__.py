"""RECIST 1.1 from lesions: assessments, responses and their reasons, on plain frames.

`criteria` holds every option; `assessments.derive_assessments` turns lesions into responses;
`best.derive_best_response` turns responses into one row a subject; `baseline` checks the choice of
target lesions.

References
----------
.. [1] Eisenhauer EA, Therasse P, Bogaerts J, et al. (2009). New response evaluation criteria in
   solid tumours: revised RECIST guideline (version 1.1). European Journal of Cancer 45: 228-247.
"""
