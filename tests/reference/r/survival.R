# Survival curves with limits, medians and landmark rates; log-rank tests weighted, for trend, of one
# sample; restricted means; cumulative incidence and Gray's test; curves under informative censoring.
# Run from the repository root: Rscript tests/reference/r/survival.R
source("tests/reference/r/write_cases.R")
source("tests/reference/r/survival_data.R")
suppressPackageStartupMessages(library(cmprsk))

transforms <- c(
  plain = "plain", log = "log", "log-log" = "log-log", arcsine = "arcsin", logit = "logit"
)
columns <- function(name, ...) lapply(c(...), function(column) paste0("@", name, ".", column))
formula <- "the formula written out in the script; no package at hand has it"

# ---- data -------------------------------------------------------------------------------------

known <- lung[!is.na(lung$ph.ecog), ]
recurrence <- colon[colon$etype == 1, ]
pbc2 <- pbc[1:312, ]
mgus <- with(mgus2, data.frame(
  time = ifelse(pstat == 1, ptime, futime), cause = ifelse(pstat == 1, 1, 2 * death), sex = sex
))
sets <- list(
  lung = data.frame(time = lung$time, event = lung$status - 1, group = lung$sex),
  "lung-ecog" = data.frame(time = known$time, event = known$status - 1,
                           group = pmin(known$ph.ecog, 2), stratum = known$sex),
  veteran = data.frame(time = veteran$time, event = veteran$status,
                       group = as.character(veteran$celltype), stratum = veteran$trt),
  ovarian = data.frame(time = ovarian$futime, event = ovarian$fustat, group = ovarian$rx,
                       stratum = ovarian$resid.ds),
  aml = data.frame(time = aml$time, event = aml$status, group = as.character(aml$x)),
  colon = data.frame(time = recurrence$time, event = recurrence$status,
                     group = as.character(recurrence$rx), stratum = recurrence$extent),
  pbc = data.frame(time = pbc2$time, event = 1 * (pbc2$status == 2), group = pbc2$trt)
)
for (name in names(sets)) add_data(name, sets[[name]])
add_data("pbc-causes", data.frame(time = pbc2$time, cause = c(0, 2, 1)[pbc2$status + 1],
                                  group = pbc2$trt, stratum = pbc2$edema))
add_data("mgus2", transform(mgus, sex = as.character(sex)))

# ---- Kaplan-Meier -----------------------------------------------------------------------------

curve <- function(arguments, case, data) {
  for (name in names(transforms)) {
    fit <- survfit(Surv(time, event) ~ 1, data = data, conf.type = transforms[[name]])
    expected <- list(lower = I(as.numeric(fit$lower)), upper = I(as.numeric(fit$upper)))
    if (name == "log-log") {
      expected <- c(list(
        days = I(fit$time), at_risk = I(fit$n.risk), events = I(fit$n.event),
        censored = I(fit$n.censor), survival = I(fit$surv), std_error = I(fit$surv * fit$std.err)
      ), expected)
    }
    if (name == "log-log" || nrow(data) < 250) {
      add_case("kaplan-meier", paste0(case, ", ", name), c(arguments, list(transform = name)), expected)
    }
    m <- unname(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")])
    add_case("survival-quantile", paste0(case, ", median, ", name),
             c(arguments, list(transform = name, share = 0.5)),
             list(estimate = m[1], lower = m[2], upper = m[3]))
  }
  reverse <- survfit(Surv(time, 1 - event) ~ 1, data = data, conf.type = "log-log")
  m <- unname(summary(reverse)$table[c("median", "0.95LCL", "0.95UCL")])
  add_case("reverse-kaplan-meier", case, arguments, list(median = m[1], lower = m[2], upper = m[3]))
}

landmarks <- function(arguments, case, data, days, level = 0.95) {
  fit <- survfit(Surv(time, event) ~ 1, data = data, conf.type = "log-log", conf.int = level)
  at <- summary(fit, times = days)
  add_case("landmark-rate", case, c(arguments, list(days = I(days), level = level)), list(
    estimate = I(at$surv), std_error = I(at$std.err), lower = I(at$lower), upper = I(at$upper),
    at_risk = I(at$n.risk)
  ))
}

quartiles <- function(arguments, case, data) {
  fit <- survfit(Surv(time, event) ~ 1, data = data, conf.type = "log-log")
  for (share in c(0.25, 0.75)) {
    q <- lapply(quantile(fit, share), unname)
    add_case("survival-quantile", paste0(case, ", share ", share), c(arguments, list(share = share)),
             list(estimate = q$quantile, lower = q$lower, upper = q$upper))
  }
}

for (name in names(sets)) {
  curve(columns(name, time = "time", event = "event"), name, sets[[name]])
}
for (name in c("aml", "lung")) for (label in unique(sets[[name]]$group)) {
  data <- sets[[name]][sets[[name]]$group == label, ]
  curve(list(time = I(data$time), event = I(data$event)), paste0(name, ", ", label), data)
}
edges <- c(half, edges, list(data.frame(time = c(3, 5, 8), event = c(0, 1, 1))))
for (data in edges) {
  days <- paste0(data$time, ifelse(data$event, "", "+"), collapse = " ")
  curve(list(time = I(data$time), event = I(data$event)), paste("days", days), data)
}
landmarks(columns("lung", time = "time", event = "event"), "lung", sets$lung,
          c(30, 182.625, 365.25, 730.5))
landmarks(columns("colon", time = "time", event = "event"), "colon, recurrence, 90%", sets$colon,
          c(365.25, 1095.75, 1826.25), level = 0.9)
for (name in c("lung", "veteran")) {
  quartiles(columns(name, time = "time", event = "event"), name, sets[[name]])
}

# ---- log-rank tests ---------------------------------------------------------------------------

sums <- function(x) if (is.matrix(x)) rowSums(x) else x

# Weighted sums by hand; survdiff has rho alone.
weighted <- function(data, rho, gamma) {
  groups <- sort(unique(as.character(data$group)))
  k <- length(groups)
  u <- numeric(k)
  v <- matrix(0, k, k)
  strata <- if (is.null(data$stratum)) list(data) else split(data, data$stratum)
  for (d in strata) {
    fit <- survfit(Surv(time, event) ~ 1, data = d)
    before <- c(1, head(fit$surv, -1))
    for (i in which(fit$n.event > 0)) {
      w <- before[i]^rho * (1 - before[i])^gamma
      at <- d$time >= fit$time[i]
      hit <- d$time == fit$time[i] & d$event == 1
      n <- sum(at)
      n_g <- sapply(groups, function(g) sum(at & d$group == g))
      d_g <- sapply(groups, function(g) sum(hit & d$group == g))
      u <- u + w * (d_g - sum(d_g) * n_g / n)
      if (n > 1) {
        v <- v + w^2 * sum(d_g) * (n - sum(d_g)) / (n - 1) * (diag(n_g / n, k) - outer(n_g, n_g) / n^2)
      }
    }
  }
  list(difference = unname(u), covariance = unname(v))
}

test_of <- function(difference, covariance) {
  u <- difference[-1]
  chi_square <- sum(u * solve(covariance[-1, -1], u))
  df <- length(u)
  list(difference = I(difference), covariance = I(as.numeric(covariance)), chi_square = chi_square,
       df = df, p_value = pchisq(chi_square, df, lower.tail = FALSE))
}

trend_of <- function(difference, covariance, scores) {
  chi_square <- sum(scores * difference)^2 / as.numeric(scores %*% covariance %*% scores)
  list(chi_square = chi_square, df = 1, p_value = pchisq(chi_square, 1, lower.tail = FALSE))
}

compare <- function(name) {
  data <- sets[[name]]
  data$group <- as.character(data$group) # groups in the order of their labels
  for (stratified in c(FALSE, if (!is.null(data$stratum)) TRUE)) {
    d <- if (stratified) data else data[c("time", "event", "group")]
    arguments <- columns(name, time = "time", event = "event", group = "group",
                         if (stratified) c(stratum = "stratum"))
    case <- paste0(name, if (stratified) ", stratified")
    right <- if (stratified) Surv(time, event) ~ group + strata(stratum) else Surv(time, event) ~ group
    for (rho in c(0, 0.5, 1)) {
      test <- survdiff(right, data = d, rho = rho)
      difference <- unname(sums(test$obs) - sums(test$exp))
      expected <- test_of(difference, unname(test$var))
      expected$p_value <- test$pvalue
      stopifnot(all.equal(expected$chi_square, test$chisq, tolerance = 1e-12))
      if (rho == 0) {
        expected <- c(list(observed = I(unname(sums(test$obs))),
                           expected = I(unname(sums(test$exp)))), expected)
      }
      add_case(if (rho) "fleming-harrington" else "log-rank",
               paste0(case, if (rho) paste(", rho", rho)),
               c(arguments, if (rho) list(rho = rho)), expected)
      if (rho < 1 && length(difference) > 2) {
        scores <- c(seq_along(difference)[-1]^2, 0)
        add_case("log-rank-trend", paste0(case, if (rho) paste(", rho", rho)),
                 c(arguments, list(scores = I(scores), rho = rho)),
                 trend_of(difference, test$var, scores), source = paste("by survdiff's sums,", formula))
      }
    }
    for (exponents in list(c(0, 1), c(1, 1), c(0.5, 2))) {
      sum <- weighted(d, exponents[1], exponents[2])
      add_case("fleming-harrington", paste0(case, ", rho ", exponents[1], ", gamma ", exponents[2]),
               c(arguments, list(rho = exponents[1], gamma = exponents[2])),
               test_of(sum$difference, sum$covariance), source = formula)
    }
  }
}
for (name in c("lung", "lung-ecog", "veteran", "ovarian", "aml", "colon")) compare(name)

# One sample: heart transplant candidates against the United States, as in ?survdiff.
expect <- survexp(futime ~ 1, data = jasa, cohort = FALSE, ratetable = survexp.us,
                  rmap = list(age = accept.dt - birth.dt, sex = 1, year = accept.dt))
one_sample <- function(case, time, event, survival) {
  test <- survdiff(Surv(time, event) ~ offset(survival))
  poisson <- poisson.test(test$obs, T = test$exp)
  z <- (test$obs - test$exp) / sqrt(test$exp)
  stopifnot(all.equal(z^2, test$chisq))
  add_case("one-sample-log-rank", case,
           list(time = I(time), event = I(event), cumulative_hazard = I(-log(as.numeric(survival)))),
           list(observed = test$obs, expected = test$exp, smr = test$obs / test$exp,
                lower = poisson$conf.int[1], upper = poisson$conf.int[2], z = z,
                p_value = test$pvalue, p_less = pnorm(z)))
}
one_sample("jasa, against the United States", jasa$futime, jasa$fustat, expect)
with(sets$lung, one_sample("lung, against a median of 365 days", time, event, 0.5^(time / 365)))
with(sets$aml, one_sample("aml, against a rate of 0.02 a week", time, event, exp(-0.02 * time)))
one_sample("no event", c(3, 5, 9), c(0, 0, 0), 0.5^(c(3, 5, 9) / 6))

# ---- restricted means -------------------------------------------------------------------------

restricted <- function(data, until) {
  fit <- survfit(Surv(time, event) ~ 1, data = data)
  unname(summary(fit, rmean = until)$table[c("rmean", "se(rmean)")])
}
mean_case <- function(case, arguments, data, until) {
  m <- restricted(data, until)
  z <- qnorm(0.975)
  add_case("restricted-mean", paste0(case, ", until day ", until), c(arguments, list(until_days = until)),
           list(estimate = m[1], std_error = m[2], lower = max(0, m[1] - z * m[2]),
                upper = min(until, m[1] + z * m[2])))
}
for (name in names(sets)) for (until in c(50, 160.5)) {
  range <- range(sets[[name]]$time)
  if (until >= range[1] && until <= range[2]) { # before the first time R stops
    mean_case(name, columns(name, time = "time", event = "event"), sets[[name]], until)
  }
}
mean_case("lung", columns("lung", time = "time", event = "event"), sets$lung, 730.5)
for (data in edges) {
  days <- paste0(data$time, ifelse(data$event, "", "+"), collapse = " ")
  until <- if (tail(data$event[order(data$time)], 1) == 1) 12 else max(data$time)
  mean_case(paste("days", days), list(time = I(data$time), event = I(data$event)), data, until)
}
contrast <- function(name, groups, until) {
  data <- sets[[name]]
  m <- sapply(groups, function(g) restricted(data[data$group == g, ], until))
  z <- qnorm(0.975)
  difference <- m[1, 1] - m[1, 2]
  se <- sqrt(m[2, 1]^2 + m[2, 2]^2)
  ratio <- log(m[1, 1] / m[1, 2])
  relative <- sqrt((m[2, 1] / m[1, 1])^2 + (m[2, 2] / m[1, 2])^2)
  add_case("restricted-mean-contrast", paste(name, "until day", until),
           c(columns(name, time = "time", event = "event", group = "group"),
             list(groups = I(as.character(groups)), until_days = until)),
           list(difference = difference, difference_se = se, difference_lower = difference - z * se,
                difference_upper = difference + z * se,
                difference_p = 2 * pnorm(-abs(difference / se)),
                ratio = exp(ratio), ratio_se = relative, ratio_lower = exp(ratio - z * relative),
                ratio_upper = exp(ratio + z * relative), ratio_p = 2 * pnorm(-abs(ratio / relative))),
           source = paste("means by survfit,", formula))
}
contrast("lung", c(2, 1), 365.25)
contrast("veteran", c("adeno", "squamous"), 182.625)
contrast("pbc", c(1, 2), 3652.5)
contrast("colon", c("Lev+5FU", "Obs"), 1826.25)

# ---- competing risks --------------------------------------------------------------------------

incidence <- function(case, arguments, data) {
  causes <- max(data$cause)
  for (name in names(transforms)) {
    fit <- survfit(Surv(time, factor(cause, 0:causes)) ~ 1, data = data,
                   conf.type = transforms[[name]])
    for (which in 1:causes) {
      p <- fit$pstate[, which + 1]
      none <- p == 0 | (p > 1 - 1e-12 & name != "plain" & name != "log")
      limit <- function(x) I(ifelse(none, NA, matrix(x, nrow(fit$pstate))[, which + 1]))
      expected <- list(lower = limit(fit$lower), upper = limit(fit$upper))
      if (name == "log-log") {
        expected <- c(list(days = I(fit$time), at_risk = I(fit$n.risk[, 1]),
                           events = I(fit$n.event[, which + 1]), incidence = I(p),
                           std_error = I(fit$std.err[, which + 1])), expected)
      }
      if (name == "log-log" || nrow(data) < 250) {
        add_case("cumulative-incidence", paste0(case, ", cause ", which, ", ", name),
                 c(arguments, list(of_cause = which, transform = name)), expected)
      }
    }
  }
}
aalen <- function(case, arguments, data) {
  found <- cuminc(data$time, data$cause)
  days <- sort(unique(data$time))
  for (which in 1:max(data$cause)) {
    step <- found[[paste("1", which)]]
    at <- findInterval(days, step$time)
    add_case("cumulative-incidence-aalen", paste0(case, ", cause ", which),
             c(arguments, list(of_cause = which)),
             list(days = I(days), incidence = I(step$est[at]), std_error = I(sqrt(step$var[at]))))
  }
}
small <- data.frame(time = c(2, 2, 2, 3, 5, 5, 7, 8, 8, 9, 12, 12), cause = c(1, 1, 2, 0, 2, 2, 1, 0, 1, 2, 1, 0))
causes <- data.frame(time = pbc2$time, cause = c(0, 2, 1)[pbc2$status + 1], group = pbc2$trt,
                     stratum = pbc2$edema)
both <- function(case, arguments, data) {
  incidence(case, arguments, data)
  aalen(case, arguments, data)
}
trial <- head(causes, 100)
both("pbc, first 100, 1 death, 2 transplant", lapply(trial[c("time", "cause")], I), trial)
both("pbc, 1 death, 2 transplant", columns("pbc-causes", time = "time", cause = "cause"), causes)
both("mgus2, 1 malignancy, 2 death", columns("mgus2", time = "time", cause = "cause"), mgus)
both("a dozen with ties", lapply(small, I), small)

gray <- function(case, arguments, data, group, stratum = NULL) {
  for (rho in c(0, 1)) {
    test <- if (is.null(stratum)) cuminc(data$time, data$cause, group, rho = rho) else
      cuminc(data$time, data$cause, group, stratum, rho = rho)
    for (which in rownames(test$Tests)) {
      row <- test$Tests[which, ]
      add_case("gray", paste0(case, ", cause ", which, if (rho) ", rho 1"),
               c(arguments, list(of_cause = as.numeric(which), rho = rho)),
               list(statistic = row[["stat"]], df = row[["df"]],
                    p_value = pchisq(row[["stat"]], row[["df"]], lower.tail = FALSE)))
    }
  }
}
by <- c(time = "time", cause = "cause", group = "group")
gray("pbc, by treatment", columns("pbc-causes", by), causes, causes$group)
gray("pbc, by treatment, stratified", columns("pbc-causes", by, stratum = "stratum"),
     causes, causes$group, causes$stratum)
gray("pbc, by edema", columns("pbc-causes", time = "time", cause = "cause", group = "stratum"),
     causes, causes$stratum)
gray("mgus2, by sex", columns("mgus2", time = "time", cause = "cause", group = "sex"), mgus, mgus$sex)
gray("a dozen with ties", c(lapply(small, I), list(group = I(rep(1:3, 4)))), small, rep(1:3, 4))

# ---- informative censoring --------------------------------------------------------------------

# Share still followed (Aalen-Johansen), and of those who left at c the share (S(t) / S(c))^delta.
delta_adjusted <- function(time, event, left, delta) {
  status <- event + 2 * left
  days <- sort(unique(time))
  state <- survfit(Surv(time, factor(status, 0:2)) ~ 1)
  s <- survfit(Surv(time, event) ~ 1)$surv
  gone <- diff(c(0, state$pstate[, 3]))
  sapply(seq_along(days), function(t) {
    kept <- if (s[t] > 0) (s[t] / s[1:t])^delta else as.numeric(s[1:t] == 0)
    state$pstate[t, 1] + sum(kept * gone[1:t])
  })
}
for (name in c("ovarian", "aml")) with(sets[[name]], {
  left <- 1 * (event == 0 & seq_along(time) %% 2 == 0)
  arguments <- c(columns(name, time = "time", event = "event"), list(informative = I(left)))
  worst <- survfit(Surv(time, event + left) ~ 1)
  best <- survfit(Surv(ifelse(left == 1, max(time), time), event) ~ 1)
  who <- paste0(name, ", every second censored left for a reason")
  add_case("informative-censoring", paste0(who, ", worst case"), c(arguments, list(case = "worst")), list(days = I(worst$time), survival = I(worst$surv)))
  add_case("informative-censoring", paste0(who, ", best case"), c(arguments, list(case = "best")), list(days = I(best$time), survival = I(best$surv)))
  for (delta in c(1, 2.5)) {
    add_case("informative-censoring", paste0(who, ", delta ", delta),
             c(arguments, list(case = "delta-adjusted", delta = delta)), list(survival = I(delta_adjusted(time, event, left, delta))), source = formula)
  }
})

write_cases("survival", c("survival", "cmprsk"))
