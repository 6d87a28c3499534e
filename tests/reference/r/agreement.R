# Kappa (Cohen, weighted, Fleiss), intraclass and concordance correlation, limits of agreement,
# agreement in categories. Run from the repository root: Rscript tests/reference/r/agreement.R
source("tests/reference/r/write_cases.R")
suppressPackageStartupMessages({
  library(psych)
  library(vcd)
  library(epiR)
})
formula <- "the formula written out in the script; no package at hand has it"
rows <- function(x) unname(lapply(seq_len(nrow(x)), function(i) I(as.numeric(x[i, ]))))

# ---- two raters -------------------------------------------------------------------------------

data("MSPatients", "SexualFun", package = "vcd")
set.seed(19601969)
random <- lapply(1:12, function(i) {
  k <- sample(2:5, 1)
  matrix(rpois(k * k, 3) + diag(rpois(k, 6), k), k)
})
tables <- c(
  list("multiple sclerosis, Winnipeg" = MSPatients[, , 1], "multiple sclerosis, New Orleans" =
    MSPatients[, , 2], "sexual fun, husband and wife" = SexualFun),
  setNames(random, paste0("random table ", seq_along(random)))
)

# Largest agreement with given margins: fill the table from its first corner on.
corner <- function(row, column) {
  k <- length(row)
  x <- matrix(0, k, k)
  i <- j <- 1
  while (i <= k && j <= k) {
    x[i, j] <- min(row[i], column[j])
    row[i] <- row[i] - x[i, j]
    column[j] <- column[j] - x[i, j]
    if (row[i] <= 1e-15) i <- i + 1 else j <- j + 1
  }
  x
}

for (case in names(tables)) {
  x <- unclass(tables[[case]])
  k <- nrow(x)
  apart <- abs(row(x) - col(x)) / (k - 1)
  for (weights in c("none", "linear", "quadratic")) {
    w <- switch(weights, none = diag(k), linear = 1 - apart, quadratic = 1 - apart^2)
    found <- suppressWarnings(cohen.kappa(x, w = w))
    plain <- weights == "none"
    kappa <- if (plain) found$kappa else found$weighted.kappa
    ase <- vcd::Kappa(x, weights = w)[[if (plain) "Unweighted" else "Weighted"]]
    stopifnot(all.equal(unname(ase[1]), kappa))
    p <- x / sum(x)
    chance <- outer(rowSums(p), colSums(p))
    po <- sum(w * p)
    pe <- sum(w * chance)
    over_row <- as.numeric(w %*% colSums(p))
    over_column <- as.numeric(rowSums(p) %*% w)
    null <- 0 # Fleiss, Cohen and Everitt 1969, equation for no agreement
    for (i in 1:k) for (j in 1:k) {
      null <- null + chance[i, j] * (w[i, j] - (over_row[i] + over_column[j]))^2
    }
    null <- sqrt((null - pe^2) / (sum(x) * (1 - pe)^2))
    most <- if (plain) sum(pmin(rowSums(p), colSums(p))) else sum(w * corner(rowSums(p), colSums(p)))
    limits <- pmin(1, pmax(-1, kappa + c(-1, 1) * qnorm(0.975) * ase[2]))
    add_case("kappa", paste0(case, ", weights ", weights), list(table = rows(x), weights = weights), list(
      estimate = kappa, std_error = unname(ase[2]), lower = limits[1], upper = limits[2],
      std_error_null = null, z = kappa / null, p_value = 2 * pnorm(-abs(kappa / null)),
      observed_agreement = po, expected_agreement = pe, maximum = (most - pe) / (1 - pe)
    ))
  }
}

agree <- function(case, x, positive, level = 0.95) {
  n <- sum(x)
  share <- function(name, events, of) {
    limits <- binom.test(events, of, conf.level = level)$conf.int
    setNames(list(events / of, limits[1], limits[2]), paste0(name, c("", "_lower", "_upper")))
  }
  own <- x[positive, positive]
  add_case("concordance", case, list(table = rows(x), positive = positive - 1, level = level), c(
    share("overall", sum(diag(x)), n),
    share("positive", own, sum(x[, positive])),
    share("negative", sum(x[-positive, -positive]), sum(x[, -positive]))
  ))
}
for (case in names(tables)) agree(case, unclass(tables[[case]]), 1)
agree("random table 1, second category, 90%", random[[1]], 2, 0.9)

# ---- several raters ---------------------------------------------------------------------------

fleiss <- function(counts, weight = rep(1, nrow(counts)) / nrow(counts)) {
  m <- sum(counts[1, ])
  share <- colSums(weight * counts) / m
  agreed <- sum(weight * rowSums(counts * (counts - 1))) / (m * (m - 1))
  c((agreed - sum(share^2)) / (1 - sum(share^2)), agreed, sum(share^2))
}
# By the subjects' influences: derivatives in their weights.
fleiss_se <- function(counts, step = 1e-4) {
  n <- nrow(counts)
  influence <- sapply(seq_len(n), function(i) {
    at <- function(by) {
      weight <- rep(1 / n, n) * (1 - by)
      weight[i] <- weight[i] + by
      fleiss(counts, weight)[1]
    }
    (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
  })
  sqrt(sum(influence^2) / (n * (n - 1)))
}
set.seed(1971)
count_of <- function(ratings, k) t(apply(ratings, 1, tabulate, k))
raters <- list(
  "random ratings, 3 raters" = count_of(matrix(sample(3, 60, TRUE, c(0.2, 0.3, 0.5)), 20), 3),
  "random ratings that agree, 4 raters" = count_of(
    t(sapply(1:15, function(i) ifelse(runif(4) < 0.7, i %% 3 + 1, sample(3, 4, TRUE)))), 3
  ),
  "random ratings, 2 raters" = count_of(matrix(sample(2, 50, TRUE), 25), 2)
)
for (case in names(raters)) {
  counts <- raters[[case]]
  n <- nrow(counts)
  m <- sum(counts[1, ])
  kappa <- fleiss(counts)
  share <- colSums(counts) / (n * m)
  q <- 1 - share
  # Fleiss, Nee and Landis 1979, equation 12
  null <- sqrt(2) / (sum(share * q) * sqrt(n * m * (m - 1))) *
    sqrt(sum(share * q)^2 - sum(share * q * (q - share)))
  se <- fleiss_se(counts)
  limits <- kappa[1] + c(-1, 1) * qnorm(0.975) * se
  each <- sapply(seq_along(share), function(j) {
    1 - sum(counts[, j] * (m - counts[, j])) / (n * m * (m - 1) * share[j] * q[j])
  })
  add_case("fleiss-kappa", case, list(counts = rows(counts)), list(
    estimate = kappa[1], std_error = se, lower = max(-1, limits[1]), upper = min(1, limits[2]),
    std_error_null = null, z = kappa[1] / null, p_value = 2 * pnorm(-abs(kappa[1] / null)),
    observed_agreement = kappa[2], expected_agreement = kappa[3], categories = I(each)
  ), source = formula)
}

# ---- measurements -----------------------------------------------------------------------------

fleiss1979 <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7),
                     ncol = 4, byrow = TRUE)
data("Orthodont", package = "nlme")
wide <- function(value, subject, rater) unname(unclass(tapply(value, list(subject, rater), mean)))
set.seed(1979)
measured <- list(
  "Shrout and Fleiss 1979, table 2" = fleiss1979,
  "Orthodont, 27 children at 4 ages" = with(Orthodont, wide(distance, as.character(Subject), age)),
  "sleepstudy, 18 subjects on 10 days" = with(lme4::sleepstudy, wide(Reaction, Subject, Days)),
  "random, no agreement" = matrix(rnorm(36), 12),
  "random, 2 raters" = { x <- rnorm(9, 50, 10); cbind(x + rnorm(9), x + rnorm(9, 2)) }
)
forms <- c(ICC1 = "ICC(1,1)", ICC2 = "ICC(2,1)", ICC3 = "ICC(3,1)", ICC1k = "ICC(1,k)",
           ICC2k = "ICC(2,k)", ICC3k = "ICC(3,k)")
for (case in names(measured)) for (level in c(0.95, 0.9)) {
  found <- ICC(measured[[case]], lmer = FALSE, alpha = 1 - level)$results
  for (i in seq_len(nrow(found))) if (level == 0.95 || i < 4) {
    one <- found[i, ]
    add_case("intraclass-correlation",
             paste0(case, ", ", forms[[one$type]], if (level != 0.95) ", 90%"),
             list(ratings = rows(measured[[case]]), form = forms[[one$type]], level = level),
             list(estimate = one$ICC, lower = one[["lower bound"]], upper = one[["upper bound"]],
                  f = one$F, df1 = one$df1, df2 = one$df2, p_value = one$p))
  }
}

peak_flow <- list( # Bland and Altman 1986, Lancet 327: 307-310, table: Wright and mini Wright meter
  first = c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427),
  second = c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
)
data("immer", package = "MASS")
pairs <- list(
  "peak flow by two meters" = peak_flow,
  "immer, barley yields of two years" = list(first = immer$Y1, second = immer$Y2),
  "sleep, two drugs" = list(first = sleep$extra[1:10], second = sleep$extra[11:20])
)
for (case in names(pairs)) {
  x <- pairs[[case]]$first
  y <- pairs[[case]]$second
  z <- epi.ccc(x, y, ci = "z-transform")
  plain <- epi.ccc(x, y, ci = "asymptotic")
  se <- (plain$rho.c$upper - plain$rho.c$est) / qnorm(0.975)
  for (limits in c("z-transform", "plain")) {
    found <- if (limits == "plain") plain$rho.c else z$rho.c
    add_case("concordance-correlation", paste0(case, ", ", limits),
             list(first = I(x), second = I(y), limits = limits),
             list(estimate = found$est, std_error = se, lower = found$lower, upper = found$upper,
                  precision = cor(x, y), accuracy = z$C.b))
  }
  n <- length(x)
  d <- z$sblalt
  t <- qt(0.975, n - 1)
  at_mean <- t * d$delta.sd / sqrt(n)
  at_limit <- t * d$delta.sd * sqrt(1 / n + qnorm(0.975)^2 / (2 * (n - 1))) # Bland, Altman 1999
  add_case("limits-of-agreement", case, list(first = I(x), second = I(y)), list(
    mean = d$est, mean_lower = d$est - at_mean, mean_upper = d$est + at_mean, sd = d$delta.sd,
    lower_limit = d$lower, lower_limit_lower = d$lower - at_limit,
    lower_limit_upper = d$lower + at_limit, upper_limit = d$upper,
    upper_limit_lower = d$upper - at_limit, upper_limit_upper = d$upper + at_limit
  ))
}

write_cases("agreement", c("psych", "vcd", "epiR"))
