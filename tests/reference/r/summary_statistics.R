# Mean, SD, median and quartiles by all nine types of quantile(), of sets with 1 to 14 values.
# Run from the repository root: Rscript tests/reference/r/summary_statistics.R
source("tests/reference/r/write_reference.R")

set.seed(20240601)
values <- lapply(1:14, function(n) round(rnorm(n, 60, 12), 1))
values[[15]] <- c(3, 3, 3, 1, 1, 2, 2, 2, 2) # ties

write_reference(
  "summary_statistics",
  packages = "stats",
  tolerance = 1e-13,
  values = list(sets = lapply(values, function(x) {
    list(
      x = I(x), mean = mean(x), sd = sd(x), median = median(x), min = min(x), max = max(x),
      q1 = sapply(1:9, function(type) unname(quantile(x, 0.25, type = type))),
      q3 = sapply(1:9, function(type) unname(quantile(x, 0.75, type = type)))
    )
  }))
)
