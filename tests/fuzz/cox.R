# What R makes of random regressions: coxph with Efron's and Breslow's ties, robust, stratified,
# cox.zph, step; Firth's penalty written out from the definition of the likelihood.
suppressPackageStartupMessages(library(survival))
args <- commandArgs(trailingOnly = TRUE)
sets <- jsonlite::read_json(args[1], simplifyVector = TRUE, simplifyDataFrame = FALSE,
                            simplifyMatrix = FALSE)
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)

quietly <- function(expr) tryCatch(suppressWarnings(expr), error = function(e) NULL)

named <- function(prefix, values) setNames(as.list(values), paste(prefix, seq_along(values)))

fit_numbers <- function(fit, prefix, p) {
  if (is.null(fit)) return(NULL)
  b <- fit$coefficients
  se <- sqrt(diag(fit$var))
  se[is.na(b)] <- NA
  df <- sum(!is.na(b))
  out <- c(named(paste(prefix, "coefficient"), unname(b)), named(paste(prefix, "std_error"), se))
  out[[paste(prefix, "log_likelihood")]] <- fit$loglik[2]
  out[[paste(prefix, "null_log_likelihood")]] <- fit$loglik[1]
  out[[paste(prefix, "wald")]] <- if (df) unname(fit$wald.test) else NA
  out[[paste(prefix, "score")]] <- if (df) unname(fit$score) else NA
  out[[paste(prefix, "df")]] <- df
  out
}

# One term of the likelihood an event; Efron's l-th of the d events of a day weigh 1 - l / d.
pieces <- function(s, x, efron) {
  out <- list()
  strata <- if (is.null(s$stratum)) rep(1, nrow(x)) else s$stratum
  for (k in unique(strata)) for (t in unique(s$time[s$event & strata == k])) {
    dead <- s$event & s$time == t & strata == k
    d <- sum(dead)
    for (l in seq_len(d) - 1) {
      w <- as.numeric(s$time >= t & strata == k)
      if (efron) w[dead] <- 1 - l / d
      keep <- w > 0
      out[[length(out) + 1]] <- list(w = w[keep], x = x[keep, , drop = FALSE],
                                     mean = colMeans(x[dead, , drop = FALSE]))
    }
  }
  out
}

firth <- function(s, x, efron) {
  x <- scale(x, scale = FALSE)
  terms <- pieces(s, x, efron)
  p <- ncol(x)
  at <- function(b) {
    value <- 0; u <- numeric(p); info <- matrix(0, p, p); d3 <- array(0, c(p, p, p))
    for (m in terms) {
      r <- m$w * exp(m$x %*% b)[, 1]
      q <- r / sum(r)
      mean <- colSums(q * m$x)
      y <- sweep(m$x, 2, mean)
      value <- value + sum(m$mean * b) - log(sum(r))
      u <- u + m$mean - mean
      info <- info + crossprod(y, q * y)
      for (k in 1:p) d3[, , k] <- d3[, , k] + crossprod(y, q * y[, k] * y)
    }
    v <- solve(info)
    ustar <- u + sapply(1:p, function(k) sum(v * d3[, , k])) / 2
    list(value = value + log(det(info)) / 2, score = ustar, v = v)
  }
  climb <- function(b, free) {
    here <- at(b)
    if (any(free)) for (i in 1:200) {
      step <- numeric(p)
      h <- 1e-5 * sqrt(diag(here$v))
      bend <- sapply(1:p, function(k) {
        e <- replace(numeric(p), k, h[k])
        (at(b + e)$score - at(b - e)$score) / (2 * h[k])
      })
      bend <- -matrix(bend, p)[free, free, drop = FALSE]
      if (any(eigen((bend + t(bend)) / 2)$values <= 0)) bend <- solve(here$v)[free, free]
      step[free] <- solve(bend, here$score[free])
      step <- step * min(1, 0.5 / max(abs(x %*% step)))
      while ((there <- at(b + step))$value < here$value - 1e-12) step <- step / 2
      b <- b + step
      here <- there
      if (max(abs(step) / sqrt(diag(here$v))) < 1e-12) break
    }
    c(here, list(b = b))
  }
  best <- climb(numeric(p), rep(TRUE, p))
  out <- c(named("firth coefficient", best$b), named("firth std_error", sqrt(diag(best$v))))
  out[["firth log_likelihood"]] <- best$value
  out[["firth null_log_likelihood"]] <- at(numeric(p))$value
  for (k in 1:p) {
    profile <- function(b) {
      # Few patients can give the penalised likelihood two tops: climb from several places.
      along <- best$v[, k] / best$v[k, k] * (b - best$b[k])
      tops <- sapply(c(0, 1, 1.5, 2), function(far) {
        climb(replace(best$b + far * along, k, b), seq_len(p) != k)$value
      })
      2 * (best$value - max(tops))
    }
    out[[paste("firth chi_square", k)]] <- profile(0)
    off <- function(b) profile(b) - qchisq(0.95, 1)
    se <- sqrt(best$v[k, k])
    for (side in c(-1, 1)) {
      far <- best$b[k] + side * 2 * se
      while (off(far) < 0) far <- far + side * 2 * se
      ends <- sort(c(best$b[k], far))
      root <- uniroot(off, ends, tol = 1e-13)$root
      out[[paste("firth", if (side < 0) "lower" else "upper", k)]] <- root
    }
  }
  out
}

one <- function(s) {
  x <- do.call(cbind, s$x)
  p <- ncol(x)
  d <- data.frame(time = s$time, event = s$event, x)
  names(d)[-(1:2)] <- paste0("x", 1:p)
  strata <- if (is.null(s$stratum)) "" else "+ strata(s$stratum)"
  f <- function(rhs) as.formula(paste("Surv(time, event) ~", rhs, strata))
  all <- paste0("x", 1:p, collapse = " + ")
  out <- setNames(list(), character())
  if (any(s$event)) {
    start <- quietly(coxph(f(all), d, control = coxph.control(iter.max = 0)))
    out[["df at 0"]] <- sum(diag(start$var) > 0)
    fit <- quietly(coxph(f(all), d, control = tight))
    out <- c(out, fit_numbers(fit, "efron", p))
    if (!is.null(fit)) {
      out[["concordance"]] <- unname(fit$concordance["concordance"])
      out[["concordance std_error"]] <- unname(fit$concordance["std"])
    }
    out <- c(out, fit_numbers(quietly(coxph(f(all), d, control = tight, ties = "breslow")),
                              "breslow", p))
    wise <- quietly(coxph(f(all), d, control = tight, cluster = s$cluster))
    if (!is.null(wise)) {
      se <- sqrt(diag(wise$var))
      se[is.na(wise$coefficients)] <- NA
      out <- c(out, named("robust std_error", se))
      out[["robust concordance std_error"]] <- unname(wise$concordance["std"])
    }
    for (transform in c("km", "rank", "identity")) {
      z <- quietly(cox.zph(fit, transform, terms = FALSE))
      if (is.null(z)) values <- rep(NA, p + 1)
      else {
        values <- setNames(rep(NA, p + 1), c(paste0("x", 1:p), "GLOBAL"))
        values[rownames(z$table)] <- z$table[, "chisq"]
      }
      out <- c(out, named(paste("zph", transform), unname(values)))
    }
    if (s$steps) {
      lower <- coxph(f("1"), d)
      full <- quietly(coxph(f(all), d, control = tight))
      for (direction in c("forward", "backward", "both")) {
        start <- if (direction == "backward") full else quietly(coxph(f("1"), d, control = tight))
        gone <- quietly(step(start, scope = list(lower = f("1"), upper = f(all)),
                             direction = direction, trace = 0))
        chosen <- if (is.null(gone)) NA else sum(2^(which(paste0("x", 1:p) %in%
          attr(terms(gone), "term.labels")) - 1))
        out[[paste("step", direction)]] <- chosen
        if (!is.null(gone)) out[[paste("step", direction, "aic")]] <- extractAIC(gone)[2]
      }
    }
    if (s$firth) {
      # Columns that the information at 0 tells apart; the others have no coefficient.
      kept <- which(diag(start$var) > 0)
      found <- if (length(kept)) firth(s, x[, kept, drop = FALSE], TRUE) else list()
      for (name in names(found)) {
        place <- sub("^.* ", "", name)
        own <- if (grepl("^[0-9]+$", place)) sub("[0-9]+$", kept[as.integer(place)], name) else name
        out[[own]] <- found[[name]]
      }
    }
  }
  out
}
jsonlite::write_json(lapply(sets, one), args[2], auto_unbox = TRUE, digits = NA, na = "null")
