# Progression-free survival of tests/analyses/study.py with leaving (T-02, T-07), analysed in R.
# Run from the repository root: Rscript tests/reference/r/censoring_sensitivity.R
source("tests/reference/r/write_reference.R")
suppressPackageStartupMessages(library(survival))

month <- 30.4375
pfs <- data.frame(
  days = c(100, 200, 300, 400, 50, 100, 150, 200),
  event = c(1, 0, 1, 1, 1, 1, 0, 1),
  left = c(0, 1, 0, 0, 0, 0, 1, 0),
  liver = c(1, 1, 0, 0, 1, 0, 0, 0)
)

read <- function(fit) {
  at <- summary(fit, times = 10 * month)
  list(
    median = unname(summary(fit)$table["median"]) / month,
    median_lower = unname(summary(fit)$table["0.95LCL"]) / month,
    rate = 100 * at$surv, rate_se = 100 * at$std.err,
    rate_lower = 100 * at$lower, rate_upper = 100 * at$upper
  )
}

curve <- function(days, event) read(survfit(Surv(days, event) ~ 1, conf.type = "log-log"))

# Weights from a Cox regression of leaving; events of a day come before censorings of it.
weighted <- function(d) {
  at <- sort(unique(d$days[d$event == 1]))
  d$clock <- ifelse(d$event == 1, d$days, d$days + 0.5)
  fit <- coxph(Surv(clock, left) ~ liver, data = d)
  none <- coxph(Surv(clock, left) ~ 1, data = d)
  before <- function(s) c(1, s$surv)[findInterval(at, s$time, left.open = TRUE) + 1]
  w <- t(sapply(seq_len(nrow(d)), function(i) {
    before(survfit(none)) / before(survfit(fit, d[i, ]))
  }))
  d$id <- seq_len(nrow(d))
  long <- survSplit(Surv(days, event) ~ ., data = d, cut = at, start = "from", end = "to")
  long$w <- cbind(w, 1)[cbind(long$id, findInterval(long$to, at, left.open = TRUE) + 1)]
  at_risk <- outer(d$days, at, ">=")
  c(
    read(survfit(Surv(from, to, event) ~ 1, data = long, weights = w, id = id, robust = TRUE,
                 conf.type = "log-log")),
    list(weight_max = max(w[at_risk]), weight_mean = mean(w[at_risk]))
  )
}

# Share still followed (Aalen-Johansen), and of those who left a power of the curve since.
twice <- function(d, delta) {
  km <- survfit(Surv(days, event) ~ 1, data = d)
  s <- function(day) summary(km, times = day)$surv
  state <- survfit(Surv(days, factor(event + 2 * left, 0:2)) ~ 1, data = d, id = seq_len(nrow(d)))
  day <- 10 * month
  gone <- diff(c(0, state$pstate[, 3]))
  followed <- summary(state, times = day)$pstate[1]
  before <- state$time <= day
  100 * (followed + sum(gone[before] * (s(day) / sapply(state$time[before], s))^delta))
}

write_reference(
  "censoring_sensitivity",
  packages = "survival",
  tolerance = 1e-9,
  values = list(
    plain = curve(pfs$days, pfs$event),
    worst = curve(pfs$days, pfs$event + pfs$left),
    best = curve(ifelse(pfs$left == 1, 400, pfs$days), pfs$event),
    weighted = weighted(pfs),
    rate_at_delta_2 = twice(pfs, 2)
  )
)
