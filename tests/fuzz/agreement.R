# Agreement by psych, vcd and epiR on the sets of agreement.py.
suppressPackageStartupMessages({
  library(psych)
  library(vcd)
  library(epiR)
})
files <- commandArgs(TRUE)
sets <- jsonlite::fromJSON(files[1], simplifyDataFrame = FALSE)
or_na <- function(names, expr) {
  found <- tryCatch(suppressMessages(suppressWarnings(expr)), error = function(e) NA_real_)
  if (length(found) != length(names)) found <- rep(NA_real_, length(names))
  setNames(as.list(as.numeric(found)), names)
}
named <- function(prefix, list) setNames(list, paste(prefix, names(list)))
limits <- c("estimate", "lower", "upper")

kappas <- function(x) {
  apart <- abs(row(x) - col(x)) / (nrow(x) - 1)
  ws <- list(none = diag(nrow(x)), linear = 1 - apart, quadratic = 1 - apart^2)
  unlist(lapply(names(ws), function(name) {
    w <- ws[[name]]
    named(paste0("kappa, ", name), c(
      or_na(c(limits, "std_error"), {
        which <- if (name == "none") "Unweighted" else "Weighted"
        found <- vcd::Kappa(x, weights = w)[[which]]
        ends <- pmin(1, pmax(-1, found[1] + c(-1, 1) * qnorm(0.975) * found[2]))
        c(found[1], ends, found[2])
      }),
      or_na("std_error_null", {
        p <- x / sum(x)
        chance <- outer(rowSums(p), colSums(p))
        pe <- sum(w * chance)
        mean <- outer(as.numeric(w %*% colSums(p)), as.numeric(rowSums(p) %*% w), "+")
        sqrt((sum(chance * (w - mean)^2) - pe^2) / (sum(x) * (1 - pe)^2))
      })
    ))
  }), recursive = FALSE)
}

intraclass <- function(x) {
  found <- tryCatch(suppressMessages(ICC(x, lmer = FALSE)$results), error = function(e) NULL)
  forms <- c("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
  unlist(lapply(1:6, function(i) {
    named(forms[i], or_na(c(limits, "f", "df1", "df2", "p_value"), as.numeric(found[i, c(2, 7, 8, 3:6)])))
  }), recursive = FALSE)
}

measured <- function(x, y) {
  z <- tryCatch(epi.ccc(x, y), error = function(e) NULL)
  plain <- tryCatch(epi.ccc(x, y, ci = "asymptotic"), error = function(e) NULL)
  cut <- function(v) pmin(1, pmax(-1, v))
  n <- length(x)
  d <- x - y
  ends <- mean(d) + c(-1, 1) * qnorm(0.975) * sd(d)
  t <- qt(0.975, n - 1) * sd(d)
  at_limit <- t * sqrt(1 / n + qnorm(0.975)^2 / (2 * (n - 1)))
  c(
    named("concordance correlation, plain", or_na(limits, cut(unlist(plain$rho.c)))),
    named("concordance correlation, z-transform", or_na(limits, unlist(z$rho.c))),
    named("agreement", or_na(
      c("mean", "sd", "lower_limit", "upper_limit", "mean_lower", "mean_upper",
        "lower_limit_lower", "upper_limit_upper"),
      c(mean(d), sd(d), ends, mean(d) + c(-1, 1) * t / sqrt(n), ends + c(-1, 1) * at_limit)
    ))
  )
}

shares <- function(x, positive) {
  one <- function(name, events, of) {
    or_na(paste0(name, c("", "_lower", "_upper")),
          c(events / of, binom.test(events, of)$conf.int))
  }
  own <- x[positive, positive]
  named("shares", c(
    one("overall", sum(diag(x)), sum(x)), one("positive", own, sum(x[, positive])),
    one("negative", sum(x[-positive, -positive]), sum(x[, -positive]))
  ))
}

describe <- function(s) {
  c(kappas(s$table), intraclass(s$ratings), measured(s$first, s$second),
    shares(s$table, s$positive + 1))
}

jsonlite::write_json(lapply(sets, describe), files[2], auto_unbox = TRUE, digits = NA, na = "null")
