# Every survival method that R has, on the sets of survival.py.
suppressPackageStartupMessages({
  library(survival)
  library(cmprsk)
})
files <- commandArgs(TRUE)
sets <- jsonlite::fromJSON(files[1], simplifyDataFrame = FALSE)
transforms <- c(
  plain = "plain", log = "log", "log-log" = "log-log", arcsine = "arcsin", logit = "logit"
)
or_na <- function(names, expr) {
  found <- tryCatch(suppressWarnings(expr), error = function(e) rep(NA_real_, length(names)))
  if (length(found) != length(names)) found <- rep(NA_real_, length(names))
  setNames(as.list(as.numeric(found)), names)
}
limits <- c("estimate", "lower", "upper")
named <- function(prefix, list) setNames(list, paste(prefix, names(list)))
test <- c("chi_square", "df", "p_value")

by_hand <- function(s, stratum, rho, gamma) {
  groups <- sort(unique(s$group))
  k <- length(groups)
  u <- numeric(k)
  v <- matrix(0, k, k)
  for (here in unique(stratum)) {
    rows <- stratum == here
    time <- s$time[rows]; event <- s$event[rows]; group <- s$group[rows]
    fit <- survfit(Surv(time, event) ~ 1)
    before <- c(1, head(fit$surv, -1))
    for (i in which(fit$n.event > 0)) {
      w <- before[i]^rho * (1 - before[i])^gamma
      at <- time >= fit$time[i]
      n <- sum(at); d <- sum(time == fit$time[i] & event == 1)
      n_g <- sapply(groups, function(g) sum(at & group == g))
      d_g <- sapply(groups, function(g) sum(time == fit$time[i] & event == 1 & group == g))
      u <- u + w * (d_g - d * n_g / n)
      if (n > 1) v <- v + w^2 * d * (n - d) / (n - 1) * (diag(n_g / n, k) - outer(n_g, n_g) / n^2)
    }
  }
  list(u = u, v = v)
}

chi_square <- function(u, v) {
  if (length(u) < 2) stop()
  x <- sum(u[-1] * solve(v[-1, -1], u[-1]))
  df <- length(u) - 1
  c(x, df, pchisq(x, df, lower.tail = FALSE))
}

trend <- function(u, v) {
  if (length(u) < 2) stop()
  scores <- (seq_along(u) - 1)^2
  below <- as.numeric(scores %*% v %*% scores)
  if (below < 1e-9) stop()
  x <- sum(scores * u)^2 / below
  c(x, pchisq(x, 1, lower.tail = FALSE))
}

gray <- function(s, stratum, rho) {
  found <- cuminc(s$time, s$cause, s$group, stratum, rho = rho)$Tests["1", ]
  if (found[["stat"]] == -1) stop()
  c(found[["stat"]], found[["df"]], pchisq(found[["stat"]], found[["df"]], lower.tail = FALSE))
}

tests <- function(s, stratum, name) {
  right <- if (name == "") Surv(time, event) ~ group else Surv(time, event) ~ group + strata(stratum)
  compare <- function(rho) {
    x <- survdiff(right, data = data.frame(s[c("time", "event", "group")], stratum), rho = rho)
    c(x$chisq, sum(rowSums(as.matrix(x$exp)) > 0) - 1, x$pvalue)
  }
  plain <- by_hand(s, stratum, 0, 0)
  c(
    named(paste0(name, "log-rank"), or_na(test, compare(0))),
    named(paste0(name, "rho"), or_na(test, compare(s$rho))),
    named(paste0(name, "rho and gamma"), or_na(test, {
      sums <- by_hand(s, stratum, s$rho, s$gamma)
      chi_square(sums$u, sums$v)
    })),
    named(paste0(name, "trend"), or_na(test[-2], trend(plain$u, plain$v))),
    named(paste0(name, "gray"), or_na(c("statistic", "df", "p_value"), gray(s, stratum, 0))),
    named(paste0(name, "gray rho"), or_na("statistic", gray(s, stratum, s$rho)[1]))
  )
}

incidence <- function(s, which) {
  prefix <- paste("incidence", which)
  greenwood <- or_na(c("incidence", "std_error", "lower", "upper"), {
    if (!which %in% s$cause) stop()
    fit <- survfit(Surv(time, factor(cause, 0:2)) ~ 1, data = s[c("time", "cause")],
                   conf.type = "log-log")
    i <- findInterval(s$day, fit$time)
    column <- function(x) matrix(x, length(fit$time))[i, which + 1]
    if (i == 0) c(0, 0, NA, NA) else {
      p <- column(fit$pstate)
      c(p, column(fit$std.err), if (p > 0 && p < 1 - 1e-12) c(column(fit$lower), column(fit$upper)) else c(NA, NA))
    }
  })
  aalen <- or_na(c("incidence", "std_error"), {
    if (!which %in% s$cause) stop()
    step <- cuminc(s$time, s$cause)[[paste("1", which)]]
    i <- findInterval(s$day, step$time)
    if (i == 0) c(0, 0) else c(step$est[i], sqrt(step$var[i]))
  })
  c(named(prefix, greenwood), named(paste(prefix, "aalen"), aalen))
}

describe <- function(s) {
  fits <- lapply(transforms, function(type) {
    survfit(Surv(time, event) ~ 1, data = s[c("time", "event")], conf.type = type)
  })
  loglog <- fits[["log-log"]]
  at <- lapply(fits, function(fit) tryCatch(summary(fit, times = s$day), error = function(e) NULL))
  at <- lapply(at, function(x) if (length(x$surv)) x)
  reverse <- survfit(Surv(time, 1 - event) ~ 1, data = s[c("time", "event")], conf.type = "log-log")
  center <- c("median", "0.95LCL", "0.95UCL")
  expected <- sum(s$time) * log(2) / s$median
  one <- survdiff(Surv(s$time, s$event) ~ offset(0.5^(s$time / s$median)))
  poisson <- poisson.test(one$obs, T = expected)
  c(
    unlist(lapply(names(transforms), function(name) c(
      named(paste0("median, ", name), or_na(limits, summary(fits[[name]])$table[center])),
      named(paste0("rate, ", name), or_na(limits[-1], c(at[[name]]$lower, at[[name]]$upper)))
    )), recursive = FALSE),
    named("rate", or_na(c("estimate", "std_error", "at_risk"),
                        c(at[[1]]$surv, at[[1]]$std.err, at[[1]]$n.risk))),
    named("quartile", or_na(limits, unlist(quantile(loglog, 0.25)))),
    named("follow-up", or_na(c("median", limits[-1]), summary(reverse)$table[center])),
    named("restricted mean", or_na(c("estimate", "std_error"),
                                   summary(loglog, rmean = s$until)$table[c("rmean", "se(rmean)")])),
    named("one sample", or_na(c("z", "smr", "lower", "upper"), c(
      sign(one$obs - one$exp) * sqrt(one$chisq), one$obs / one$exp, poisson$conf.int
    ))),
    tests(s, rep(1, length(s$time)), ""), tests(s, s$stratum, "stratified "),
    incidence(s, 1), incidence(s, 2)
  )
}

jsonlite::write_json(lapply(sets, describe), files[2], auto_unbox = TRUE, digits = NA, na = "null")
