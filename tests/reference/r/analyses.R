# The eleven subjects of tests/analyses/study.py, analysed in R: rates, curves, their comparison.
# Run from the repository root: Rscript tests/reference/r/analyses.R
source("tests/reference/r/write_reference.R")
library(survival)

month <- 30.4375
pfs <- data.frame(
  arm = rep(c("Active", "Control"), each = 4),
  days = c(100, 200, 300, 400, 50, 100, 150, 200),
  event = c(1, 0, 1, 1, 1, 1, 0, 1)
)

curve <- function(rows) {
  fit <- survfit(Surv(days, event) ~ 1, data = rows, conf.type = "log-log")
  at <- summary(fit, times = 3 * month)
  reverse <- survfit(Surv(days, 1 - event) ~ 1, data = rows, conf.type = "log-log")
  list(
    median = unname(summary(fit)$table["median"]) / month,
    median_lower = unname(summary(fit)$table["0.95LCL"]) / month,
    rate = 100 * at$surv,
    rate_se = 100 * at$std.err,
    rate_lower = 100 * at$lower,
    rate_upper = 100 * at$upper,
    at_risk = sum(rows$days >= 3 * month),
    follow_up_median = unname(summary(reverse)$table["median"]) / month
  )
}

rate <- function(x, n) {
  limits <- binom.test(x, n)$conf.int[1:2]
  list(estimate = 100 * x / n, lower = 100 * limits[1], upper = 100 * limits[2])
}

# Smallest number of responders with a one-sided exact p-value of at most alpha.
needed <- function(n, null, alpha) {
  min(which(sapply(0:n, function(x) {
    binom.test(x, n, null, alternative = "greater")$p.value
  }) <= alpha)) - 1
}

test <- survdiff(Surv(days, event) ~ arm, data = pfs)
age <- c(60, 62, 64, 71, 50, 55, 58, 80, 45)

write_reference(
  "analyses",
  packages = c("stats", "survival"),
  tolerance = 1e-9,
  values = list(
    rate = list(all = rate(3, 9), Active = rate(2, 4), Control = rate(1, 5)),
    age = list(
      mean = mean(age), sd = sd(age), median = median(age),
      q1 = unname(quantile(age, 0.25, type = 2)), q3 = unname(quantile(age, 0.75, type = 2)),
      min = min(age), max = max(age)
    ),
    curve = lapply(split(pfs, pfs$arm), curve),
    log_rank = list(
      chi_square = test$chisq, p_value = pchisq(test$chisq, 1, lower.tail = FALSE)
    ),
    design = list(
      p_value_3_of_9 = binom.test(3, 9, 0.25, alternative = "greater")$p.value,
      needed_of_9 = needed(9, 0.25, 0.10), needed_of_33 = needed(33, 0.25, 0.10),
      needed_of_35 = needed(35, 0.25, 0.10), needed_of_9_two_sided = needed(9, 0.25, 0.05)
    )
  )
)
