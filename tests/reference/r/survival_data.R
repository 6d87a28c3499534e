# The data sets of the survival references: lung, veteran and random ones of whole days with many ties.
suppressPackageStartupMessages(library(survival))

set.seed(19580601)
random_data <- lapply(1:60, function(i) {
  n <- sample(3:25, 1)
  data.frame(
    time = sample(1:sample(c(4, 12, 60), 1), n, replace = TRUE),
    event = rbinom(n, 1, sample(c(0.3, 0.6, 0.9), 1)),
    group = sample(c("A", "B", "C")[1:sample(2:3, 1)], n, replace = TRUE),
    stratum = sample(1:2, n, replace = TRUE)
  )
})

# S is exactly 0.5: falling later, level to a last censoring, level to the end of the events.
half <- list(
  data.frame(time = c(1, 2, 3, 4), event = c(1, 1, 1, 1)),
  data.frame(time = c(1, 2, 3, 4), event = c(1, 1, 0, 0)),
  data.frame(time = c(1, 2, 2, 3, 5, 8), event = c(1, 1, 1, 0, 0, 1)),
  data.frame(time = c(2, 2, 7, 9), event = c(1, 1, 0, 1))
)
# One patient, no events, all on one day, and S = 1 before the first event.
edges <- list(
  data.frame(time = 5, event = 1),
  data.frame(time = 5, event = 0),
  data.frame(time = c(3, 3, 3), event = c(0, 0, 0)),
  data.frame(time = c(4, 4, 4), event = c(1, 1, 1)),
  data.frame(time = c(0, 0, 1, 6, 6), event = c(1, 0, 0, 1, 0))
)
