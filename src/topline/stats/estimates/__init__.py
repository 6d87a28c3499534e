"""One group: proportions, means, medians, quantiles, their intervals; p-values adjusted."""
