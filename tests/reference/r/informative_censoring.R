# Curves under informative censoring: weighted by the inverse chance to stay (Cox, strata), worst
# and best case, delta-adjusted. status: 0 censored independently, 1 event, 2 left for a reason.
# Run from the repository root: Rscript tests/reference/r/informative_censoring.R
source("tests/reference/r/write_reference.R")
suppressPackageStartupMessages(library(survival))

set.seed(20001956)
random <- lapply(1:12, function(i) {
  n <- sample(30:80, 1)
  data.frame(
    time = sample(1:sample(c(12, 30, 200), 1), n, replace = TRUE),
    status = sample(0:2, n, replace = TRUE, prob = c(0.2, 0.5, 0.3)),
    x1 = round(rnorm(n), 2), x2 = rbinom(n, 1, 0.5)
  )
})

step_before <- function(time, value, at, first) {
  c(first, value)[findInterval(at, time, left.open = TRUE) + 1]
}

# Events of a day come before censorings of that day.
clock <- function(d) ifelse(d$status == 1, d$time, d$time + 0.5)

chance <- function(fit, newdata, at) {
  s <- if (missing(newdata)) survfit(fit) else survfit(fit, newdata = newdata)
  step_before(s$time, s$surv, at, 1)
}

cox_weights <- function(d, days) {
  d$clock <- clock(d)
  left <- d$status == 2
  fit <- coxph(Surv(d$clock, left) ~ x1 + x2, data = d)
  none <- coxph(Surv(d$clock, left) ~ 1, data = d)
  top <- chance(none, at = days)
  w <- t(sapply(seq_len(nrow(d)), function(i) top / chance(fit, d[i, ], days)))
  list(weight = matrix(w, nrow(d)), coefficients = unname(coef(fit)))
}

strata_weights <- function(d, days) {
  d$clock <- clock(d)
  stays <- function(rows) {
    s <- survfit(Surv(clock, status == 2) ~ 1, data = rows)
    step_before(s$time, s$surv, days, 1)
  }
  top <- stays(d)
  w <- t(sapply(seq_len(nrow(d)), function(i) top / stays(d[d$x2 == d$x2[i], ])))
  list(weight = matrix(w, nrow(d)))
}

weighted <- function(d, days, weight) {
  d$id <- seq_len(nrow(d))
  long <- survSplit(Surv(time, status == 1) ~ ., data = d, cut = days,
                    start = "from", end = "to", event = "event")
  weight <- cbind(weight, 1)   # stretches after the last event day change nothing
  long$w <- weight[cbind(long$id, findInterval(long$to, days, left.open = TRUE) + 1)]
  fit <- survfit(Surv(from, to, event) ~ 1, data = long, weights = w, id = id, robust = TRUE,
                 conf.type = "log-log")
  at <- match(days, fit$time)
  stopifnot(!fit$logse)   # robust standard errors are of the share itself
  list(survival = I(fit$surv[at]), std_error = I(fit$std.err[at]),
       lower = I(fit$lower[at]), upper = I(fit$upper[at]),
       median = I(unname(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")])))
}

plain <- function(time, event) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log-log")
  list(days = I(fit$time), survival = I(fit$surv))
}

# Share still followed (Aalen-Johansen), and of those who left at c the share (S(t) / S(c))^delta.
delta_adjusted <- function(d, delta, w = rep(1, nrow(d)), days = sort(unique(d$time))) {
  state <- survfit(Surv(time, factor(status, 0:2)) ~ 1, data = d, weights = w, id = seq_along(w))
  km <- survfit(Surv(time, status == 1) ~ 1, data = d, weights = w)
  followed <- state$pstate[match(days, state$time), 1]
  gone <- diff(c(0, state$pstate[match(days, state$time), 3]))
  s <- km$surv[match(days, km$time)]
  sapply(seq_along(days), function(t) {
    kept <- if (s[t] > 0) (s[t] / s[1:t])^delta else as.numeric(s[1:t] == 0)
    followed[t] + sum(kept * gone[1:t])
  })
}

# Infinitesimal jackknife by central differences in the subjects' weights.
jackknife <- function(d, delta, step = 1e-4) {
  change <- sapply(seq_len(nrow(d)), function(i) {
    w <- function(by) replace(rep(1, nrow(d)), i, 1 + by)
    (delta_adjusted(d, delta, w(step)) - delta_adjusted(d, delta, w(-step))) / (2 * step)
  })
  sqrt(rowSums(matrix(change, ncol = nrow(d))^2))
}

# Where S is 0 but for the last digit of a sum, R has no log-log limit.
describe <- function(d) suppressWarnings({
  days <- sort(unique(d$time[d$status == 1]))
  cox <- cox_weights(d, days)
  strata <- strata_weights(d, days)
  cut <- pmin(cox$weight, 1.2)
  c(
    lapply(d, I),
    list(
      event_days = I(days), coefficients = I(cox$coefficients),
      cox = weighted(d, days, cox$weight), strata = weighted(d, days, strata$weight),
      cut = weighted(d, days, cut),
      worst = plain(d$time, d$status > 0),
      best = plain(ifelse(d$status == 2, max(d$time), d$time), d$status == 1),
      delta = lapply(c(1, 1.5, 3), function(delta) {
        list(delta = delta, survival = I(delta_adjusted(d, delta)),
             std_error = I(jackknife(d, delta)))
      })
    )
  )
})

write_reference(
  "informative_censoring",
  packages = "survival",
  tolerance = 1e-10,
  values = list(studies = lapply(random, describe))
)
