"""Laboratory assays of tissue and plasma, from readings to results.

`immunohistochemistry` and `methylation_pcr` read tissue, `deficiency` combines the two; `elisa`
turns optical densities into concentrations on a `logistic_curve`; `image` measures stains in
pictures, which `picture_file` reads.
"""
