# The same numbers as tables.py, from R: stats, coin and metafor; definitions where R has none.
suppressWarnings(suppressPackageStartupMessages({
  library(coin)
  library(metafor)
}))
paths <- commandArgs(TRUE)
sets <- jsonlite::fromJSON(paths[1], simplifyVector = FALSE)

attempt <- function(x) suppressWarnings(tryCatch(x, error = function(e) NULL))
one <- function(x) if (length(x) == 1 && !is.na(x)) unname(as.numeric(x)) else NA_real_
named <- function(name, numbers) setNames(lapply(numbers, one), paste(name, names(numbers)))
tested <- function(name, test) { # a test without p-value has no degrees of freedom
  if (is.na(one(test$p.value))) test <- list()
  named(name, list(statistic = test$statistic, df = test$parameter, p_value = test$p.value))
}
effect <- function(name, x) {
  named(name, list(estimate = x$estimate, lower = x$lower, upper = x$upper, p_value = x$p_value))
}
chi_square <- function(statistic, df) {
  list(statistic = statistic, parameter = df, p.value = pchisq(statistic, df, lower.tail = FALSE))
}
root <- function(f, low, high) attempt(uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root)
exp1 <- function(x) if (is.null(x)) NA else exp(x)

# ---- Fisher, every table counted where fisher.test has no mid-p --------------------------------
all_tables <- function(rows, columns) {
  if (length(columns) == 1) return(sum(lfactorial(rows)))
  ways <- as.matrix(expand.grid(lapply(pmin(rows, columns[1]), function(most) 0:most)))
  ways <- ways[rowSums(ways) == columns[1], , drop = FALSE]
  unlist(lapply(seq_len(nrow(ways)), function(i) {
    sum(lfactorial(ways[i, ])) + all_tables(rows - ways[i, ], columns[-1])
  }))
}
mid_p <- function(x) {
  x <- x[rowSums(x) > 0, colSums(x) > 0, drop = FALSE]
  if (min(dim(x)) < 2) return(1)
  if (nrow(x) > ncol(x)) x <- t(x)
  x <- x[, order(colSums(x)), drop = FALSE]
  log_p <- -all_tables(rowSums(x), colSums(x))
  own <- -sum(lfactorial(x))
  p <- exp(log_p - max(log_p))
  equal <- abs(log_p - own) < 1e-7
  (sum(p[log_p < own & !equal]) + sum(p[equal]) / 2) / sum(p)
}

# ---- Odds ratios given the margins ----------------------------------------------------------------
convolved <- function(x) {
  parts <- lapply(seq_len(dim(x)[3]), function(k) {
    s <- x[, , k]
    cells <- max(0, sum(s[, 1]) - sum(s[2, ])):min(sum(s[1, ]), sum(s[, 1]))
    list(cells[1], dhyper(cells, sum(s[1, ]), sum(s[2, ]), sum(s[, 1])))
  })
  weight <- Reduce(function(a, b) {
    out <- numeric(length(a) + length(b) - 1)
    for (i in seq_along(a)) out[i - 1 + seq_along(b)] <- out[i - 1 + seq_along(b)] + a[i] * b
    out
  }, lapply(parts, `[[`, 2))
  list(cells = sum(sapply(parts, `[[`, 1)) + seq_along(weight) - 1, weight = weight)
}
conditional <- function(x, level, mid_p = FALSE) {
  if (length(dim(x)) == 2) x <- array(x, c(2, 2, 1))
  w <- convolved(x)
  seen <- sum(x[1, 1, ])
  if (length(w$cells) == 1) return(list(p_value = 1))
  p <- function(b) {
    l <- log(w$weight) + w$cells * b
    exp(l - max(l)) / sum(exp(l - max(l)))
  }
  tail <- (1 - level) / 2
  own <- if (mid_p) 0.5 else 1
  above <- function(b) sum(p(b)[w$cells > seen]) + own * sum(p(b)[w$cells == seen])
  below <- function(b) sum(p(b)[w$cells < seen]) + own * sum(p(b)[w$cells == seen])
  least <- seen == min(w$cells)
  most <- seen == max(w$cells)
  p0 <- p(0)
  list(
    estimate = if (least) 0 else if (most) Inf else exp1(root(function(b) sum(p(b) * w$cells) - seen, -40, 40)),
    lower = if (least) 0 else exp1(root(function(b) above(b) - tail, -40, 40)),
    upper = if (most) Inf else exp1(root(function(b) below(b) - tail, -40, 40)),
    p_value = if (mid_p) min(1, 2 * min(above(0), below(0)))
              else sum(p0[p0 <= p0[w$cells == seen] * (1 + 1e-7)])
  )
}
wald <- function(measure, x, level, back, ...) {
  fit <- attempt(escalc(measure, ai = x[1, 1], bi = x[1, 2], ci = x[2, 1], di = x[2, 2], ...))
  y <- as.numeric(fit$yi)
  se <- sqrt(as.numeric(fit$vi))
  z <- qnorm(1 - (1 - level) / 2)
  list(estimate = back(y), lower = back(y - z * se), upper = back(y + z * se),
       p_value = 2 * pnorm(-abs(y) / se))
}

# ---- Differences and ratios of proportions ------------------------------------------------------
likeliest <- function(slope, low, high) {
  inside <- (high - low) * 1e-14
  if (slope(low + inside) <= 0) return(low)
  if (slope(high - inside) >= 0) return(high)
  root(slope, low + inside, high - inside)
}
share <- function(x, p) ifelse(x == 0, 0, x / p)
miettinen_nurminen <- function(s, level) {
  n <- s[2] + s[4]
  z <- function(d) {
    slope <- function(p) {
      share(s[1], p + d) - share(s[2] - s[1], 1 - p - d) + share(s[3], p) - share(s[4] - s[3], 1 - p)
    }
    p2 <- likeliest(slope, max(0, -d), min(1, 1 - d))
    p1 <- p2 + d
    (s[1] / s[2] - s[3] / s[4] - d) /
      sqrt((p1 * (1 - p1) / s[2] + p2 * (1 - p2) / s[4]) * n / (n - 1))
  }
  d <- s[1] / s[2] - s[3] / s[4]
  q <- qnorm(1 - (1 - level) / 2)
  edge <- 1e-12
  list(estimate = d, lower = if (d == -1) -1 else root(function(x) z(x) - q, -1 + edge, d - edge),
       upper = if (d == 1) 1 else root(function(x) z(x) + q, d + edge, 1 - edge),
       p_value = if (s[1] + s[3] == 0 || s[1] + s[3] == n) NA else 2 * pnorm(-abs(z(0))))
}
koopman <- function(s, level) {
  z <- function(b) {
    r <- exp(b)
    slope <- function(p) {
      share(s[1], p) - share(s[2] - s[1], 1 - r * p) * r + share(s[3], p) - share(s[4] - s[3], 1 - p)
    }
    p2 <- likeliest(slope, 0, min(1, 1 / r))
    p1 <- min(1, r * p2)
    (s[1] / s[2] - r * s[3] / s[4]) / sqrt(p1 * (1 - p1) / s[2] + r^2 * p2 * (1 - p2) / s[4])
  }
  q <- qnorm(1 - (1 - level) / 2)
  list(estimate = (s[1] / s[2]) / (s[3] / s[4]),
       lower = if (s[1] == 0) 0 else exp1(root(function(b) z(b) - q, -10, 10)),
       upper = if (s[3] == 0) Inf else exp1(root(function(b) z(b) + q, -10, 10)),
       p_value = if (s[1] + s[3] == s[2] + s[4]) NA else 2 * pnorm(-abs(z(0))))
}
score <- function(x, n, level, correct) {
  far <- if (x > n / 2) 1e-9 else 1 - 1e-9
  limits <- attempt(prop.test(x, n, p = far, conf.level = level, correct = correct)$conf.int)
  c(if (x == 0) 0 else limits[1], if (x == n) 1 else limits[2])
}
newcombe <- function(s, level, correct) {
  one <- score(s[1], s[2], level, correct)
  other <- score(s[3], s[4], level, correct)
  p <- c(s[1] / s[2], s[3] / s[4])
  d <- p[1] - p[2]
  list(estimate = d, lower = max(-1, d - sqrt((p[1] - one[1])^2 + (other[2] - p[2])^2)),
       upper = min(1, d + sqrt((one[2] - p[1])^2 + (p[2] - other[1])^2)), p_value = NA)
}

# ---- Unconditional --------------------------------------------------------------------------------
largest <- function(region, n1, n2) {
  at <- which(region, arr.ind = TRUE) - 1
  chance <- function(p) {
    colSums(outer(at[, 1], p, function(x, p) dbinom(x, n1, p)) *
            outer(at[, 2], p, function(x, p) dbinom(x, n2, p)))
  }
  p <- seq(0, 1, length.out = 1001)
  value <- chance(p)
  peaks <- which(value > 0.9 * max(value) & value >= c(-1, value[-1001]) & value >= c(value[-1], -1))
  if (length(peaks) > 20) return(max(value))
  max(value, sapply(peaks, function(i) {
    optimize(chance, c(max(0, p[i] - 0.001), min(1, p[i] + 0.001)), maximum = TRUE, tol = 1e-12)$objective
  }))
}
grid <- function(n1, n2, f) outer(0:n1, 0:n2, Vectorize(f))
barnard <- function(x, pooled) {
  n <- rowSums(x)
  z <- grid(n[1], n[2], function(a, b) {
    if (a * n[2] == b * n[1]) return(0)
    p <- (a + b) / sum(n)
    v <- if (pooled) p * (1 - p) * sum(1 / n) else a * (n[1] - a) / n[1]^3 + b * (n[2] - b) / n[2]^3
    abs(a / n[1] - b / n[2]) / sqrt(v)
  })
  own <- z[x[1, 1] + 1, x[2, 1] + 1]
  largest(if (is.finite(own)) z >= own - 1e-9 else z == Inf, n[1], n[2])
}
boschloo <- function(x, alternative) {
  n <- rowSums(x)
  p <- grid(n[1], n[2], function(a, b) {
    if (alternative == "less") return(phyper(a, n[1], n[2], a + b))
    d <- dhyper(0:n[1], n[1], n[2], a + b)
    sum(d[d <= d[a + 1] * (1 + 1e-7)])
  })
  largest(p <= p[x[1, 1] + 1, x[2, 1] + 1] * (1 + 1e-9), n[1], n[2])
}

# ---- Areas ----------------------------------------------------------------------------------------
two_groups <- function(x, level) {
  out <- list()
  for (side in c("two-sided", "greater", "less")) {
    out[[paste("fisher", side)]] <-
      one(attempt(fisher.test(x, alternative = sub("-", ".", side), conf.int = FALSE))$p.value)
  }
  out <- c(out, tested("yates", attempt(chisq.test(x))))
  woolf <- attempt(wald("OR", x, level, exp, to = "none"))
  out <- c(out, effect("or woolf", woolf), effect("or haldane-anscombe", wald("OR", x, level, exp, to = "only0")))
  out <- c(out, effect("or conditional", conditional(x, level)), effect("or mid-p", conditional(x, level, TRUE)))
  s <- c(x[1, 1], sum(x[1, ]), x[2, 1], sum(x[2, ]))
  both <- s[2] > 0 && s[4] > 0
  none <- list(estimate = NA, lower = NA, upper = NA, p_value = NA)
  out <- c(out, effect("rd newcombe", if (both) newcombe(s, level, FALSE) else none))
  out <- c(out, effect("rd newcombe-cc", if (both) newcombe(s, level, TRUE) else none))
  out <- c(out, effect("rd miettinen-nurminen", if (both) attempt(miettinen_nurminen(s, level)) else none))
  limits <- if (both) wald("RD", x, level, function(d) max(-1, min(1, d)), to = "none") else none
  out <- c(out, effect("rd wald", limits))
  out <- c(out, effect("rr koopman", if (both && s[1] + s[3] > 0) koopman(s, level) else none))
  out <- c(out, effect("rr katz", if (both) wald("RR", x, level, exp, to = "none") else none))
  small <- max(s[2], s[4]) <= 12 && both
  out[["barnard pooled"]] <- if (small) barnard(x, TRUE) else NA
  out[["barnard unpooled"]] <- if (small) barnard(x, FALSE) else NA
  out[["boschloo"]] <- if (small) boschloo(x, "two-sided") else NA
  out[["boschloo less"]] <- if (small) boschloo(x, "less") else NA
  out
}
larger <- function(x) {
  out <- list("fisher r x c" = one(attempt(fisher.test(x, workspace = 2e7))$p.value),
              "fisher r x c mid-p" = if (sum(x) <= 25) mid_p(x) else NA)
  out <- c(out, tested("pearson", attempt(chisq.test(x, correct = FALSE))))
  kept <- x[rowSums(x) > 0, colSums(x) > 0, drop = FALSE]
  e <- outer(rowSums(kept), colSums(kept)) / sum(kept)
  g <- 2 * sum(ifelse(kept > 0, kept * log(kept / e), 0))
  df <- (nrow(kept) - 1) * (ncol(kept) - 1)
  out <- c(out, tested("likelihood ratio", if (df > 0) chi_square(max(0, g), df)))
  linear <- if (ncol(x) > 2) attempt(as.numeric(statistic(lbl_test(as.table(x))))^2)
  c(out, tested("linear", if (!is.null(linear)) chi_square(linear, 1)))
}
ordered_groups <- function(x, scores) {
  scores <- scores[seq_len(nrow(x))]
  test <- attempt(prop.trend.test(x[, 1], rowSums(x), scores))
  out <- tested("trend", test)
  n <- rowSums(x)
  cells <- as.matrix(expand.grid(lapply(pmin(n, sum(x[, 1])), function(most) 0:most)))
  cells <- cells[rowSums(cells) == sum(x[, 1]), , drop = FALSE]
  p <- exp(rowSums(matrix(lchoose(rep(n, each = nrow(cells)), cells), nrow(cells))))
  middle <- sum(x[, 1]) * sum(n * scores) / sum(n)
  apart <- abs(cells %*% scores - middle)
  out[["trend exact"]] <- sum(p[apart > abs(sum(x[, 1] * scores) - middle) - 1e-9]) / sum(p)
  out
}
stratified <- function(strata, layers, level) {
  x <- aperm(strata, c(2, 3, 1))
  # One stratum is a matrix to R, which wants an array of more: a second one without anything to say.
  silent <- function(x) {
    one <- matrix(0, dim(x)[1], dim(x)[2])
    one[1:2, 1] <- 1
    array(c(x, one), dim(x) + c(0, 0, 1))
  }
  # Strata of one subject stop mantelhaen.test, rows and columns without any make it singular.
  telling <- function(x) x[, , apply(x, 3, sum) > 1, drop = FALSE]
  shown <- function(x) x[apply(x, 1, sum) > 0, apply(x, 2, sum) > 0, , drop = FALSE]
  test <- function(x, correct) {
    x <- shown(telling(x))
    if (min(dim(x)[1:2]) > 1) attempt(mantelhaen.test(silent(x), correct = correct))
  }
  out <- c(tested("mh", test(x, FALSE)), tested("mh corrected", test(x, TRUE)))
  out <- c(out, effect("common or exact", conditional(x, level)))
  # metafor divides 0 by 0 in strata without one of the groups.
  y <- x[, , apply(x, 3, function(s) all(rowSums(s) > 0)), drop = FALSE]
  combined <- function(measure) {
    attempt(rma.mh(ai = y[1, 1, ], bi = y[1, 2, ], ci = y[2, 1, ], di = y[2, 2, ], level = level,
                   measure = measure, add = 0, to = "none", drop00 = FALSE))
  }
  fit <- combined("OR")
  out <- c(out, effect("common or", list(estimate = exp1(fit$beta), lower = exp1(fit$ci.lb),
                                         upper = exp1(fit$ci.ub), p_value = fit$pval)))
  out[["breslow-day"]] <- one(fit$BD)
  out[["tarone"]] <- one(fit$TA)
  fit <- combined("RD")
  cut <- function(x) if (!is.null(x)) max(-1, min(1, x))
  out <- c(out, effect("common rd", list(estimate = fit$beta, lower = cut(fit$ci.lb),
                                         upper = cut(fit$ci.ub), p_value = fit$pval)))
  layers <- aperm(layers, c(2, 3, 1))
  out <- c(out, tested("cmh general", test(layers, FALSE)))
  layers <- telling(layers)
  names <- lapply(dim(layers), seq_len)
  y <- attempt(as.table(array(layers, dim(layers), setNames(lapply(names, as.character), c("a", "b", "s")))))
  means <- attempt(cmh_test(y, scores = list(b = names[[2]])))
  power <- if (dim(layers)[1] == 2) 2 else 1
  df <- attempt(if (power == 2) 1 else means@statistic@df)
  value <- attempt(as.numeric(statistic(means, "test"))^power)
  out <- c(out, tested("cmh row-means", if (!is.null(value)) chi_square(value, df)))
  value <- if (all(dim(layers)[1:2] == 2)) value # to coin, two levels have no order
           else attempt(as.numeric(statistic(lbl_test(y)))^2)
  c(out, tested("cmh correlation", if (!is.null(value)) chi_square(value, 1)))
}
paired <- function(x, square) {
  n <- x[1, 2] + x[2, 1]
  less <- min(x[1, 2], x[2, 1])
  out <- list("mcnemar exact" = if (n) binom.test(less, n)$p.value else 1,
              "mcnemar mid-p" = if (n) 2 * pbinom(less - 1, n, 0.5) + dbinom(less, n, 0.5) else 1)
  out <- c(out, tested("mcnemar asymptotic", attempt(mcnemar.test(x, correct = FALSE))),
           tested("mcnemar corrected", attempt(mcnemar.test(x))))
  c(out, tested("bowker", attempt(mcnemar.test(square, correct = FALSE))))
}
one_proportion <- function(x, n, null, level) {
  out <- list()
  for (side in c("two-sided", "greater", "less")) {
    out[[paste("binomial", side)]] <-
      one(attempt(binom.test(x, n, null, alternative = sub("-", ".", side)))$p.value)
  }
  tail <- (1 - level) / 2
  z <- qnorm(1 - tail)
  centre <- (x + z^2 / 2) / (n + z^2)
  mid <- function(target) {
    root(function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - target, 0, 1)
  }
  beta <- qbeta(c(tail, 1 - tail), x + 0.5, n - x + 0.5)
  half <- z * sqrt(x * (n - x) / n^3)
  limits <- list(
    "clopper-pearson" = attempt(binom.test(x, n, conf.level = level)$conf.int),
    "mid-p" = c(if (x == 0) 0 else mid(tail), if (x == n) 1 else mid(1 - tail)),
    "wilson" = score(x, n, level, FALSE), "wilson-cc" = score(x, n, level, TRUE),
    "jeffreys" = c(if (x == 0) 0 else beta[1], if (x == n) 1 else beta[2]),
    "agresti-coull" = pmin(1, pmax(0, centre + c(-1, 1) * z * sqrt(centre * (1 - centre) / (n + z^2)))),
    "wald" = pmin(1, pmax(0, x / n + c(-1, 1) * half))
  )
  for (name in names(limits)) {
    out[[paste("p", name, "lower")]] <- if (n) one(limits[[name]][1]) else NA
    out[[paste("p", name, "upper")]] <- if (n) one(limits[[name]][2]) else NA
  }
  out
}

table_of <- function(x) do.call(rbind, lapply(x, unlist))
strata_of <- function(x) aperm(simplify2array(lapply(x, table_of)), c(3, 1, 2))

numbers <- lapply(sets, function(set) {
  fourfold <- table_of(set$fourfold)
  out <- c(two_groups(fourfold, set$level), larger(table_of(set$table)),
           ordered_groups(table_of(set$trend), unlist(set$scores)),
           stratified(strata_of(set$strata), strata_of(set$layers), set$level),
           paired(table_of(set$pairs), table_of(set$square)),
           one_proportion(fourfold[1, 1], sum(fourfold[1, ]), set$null, set$level))
  lapply(out, function(x) {
    if (is.null(x) || is.na(x)) NA else if (is.infinite(x)) as.character(x) else x
  })
})
jsonlite::write_json(numbers, paths[2], auto_unbox = TRUE, digits = NA, na = "null")
