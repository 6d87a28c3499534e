# Kaplan-Meier curves with limits under five transforms, medians, landmark rates, reverse curves.
# Run from the repository root: Rscript tests/reference/r/kaplan_meier.R
source("tests/reference/r/write_reference.R")
source("tests/reference/r/survival_data.R")

transforms <- c(
  plain = "plain", log = "log", "log-log" = "log-log", arcsine = "arcsin", logit = "logit"
)

describe <- function(data, level = 0.95) {
  fits <- lapply(transforms, function(type) {
    survfit(Surv(time, event) ~ 1, data = data, conf.type = type, conf.int = level)
  })
  any <- fits[[1]]
  reverse <- survfit(Surv(time, 1 - event) ~ 1, data = data, conf.type = "log-log")
  list(
    time = I(data$time), event = I(data$event), level = level,
    days = I(any$time), at_risk = I(any$n.risk), events = I(any$n.event),
    censored = I(any$n.censor), survival = I(any$surv), std_error = I(any$surv * any$std.err),
    transforms = lapply(fits, function(fit) {
      list(
        lower = I(as.numeric(fit$lower)), upper = I(as.numeric(fit$upper)),
        median = I(unname(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")]))
      )
    }),
    follow_up = I(unname(summary(reverse)$table[c("median", "0.95LCL", "0.95UCL")]))
  )
}

# quantile() agrees with the rule of the median but where the curve ends level with the share.
quartiles <- function(data) {
  fit <- survfit(Surv(time, event) ~ 1, data = data, conf.type = "log-log")
  lapply(quantile(fit, c(0.25, 0.5, 0.75)), function(x) I(unname(x)))
}

rates <- function(data, days) {
  fit <- survfit(Surv(time, event) ~ 1, data = data, conf.type = "log-log")
  at <- summary(fit, times = days)
  list(days = days, rate = at$surv, std_error = at$std.err, lower = at$lower, upper = at$upper,
       at_risk = at$n.risk)
}

lung2 <- data.frame(time = lung$time, event = lung$status - 1)
veteran2 <- data.frame(time = veteran$time, event = veteran$status)

write_reference(
  "kaplan_meier",
  packages = "survival",
  tolerance = 1e-12,
  values = list(
    curves = lapply(c(list(lung2, veteran2), half, edges, random_data), describe),
    lung_rates = rates(lung2, c(30, 182.625, 365.25, 730.5)),
    lung_quartiles = quartiles(lung2),
    veteran_quartiles = quartiles(veteran2)
  )
)
