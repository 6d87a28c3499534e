# Tables of counts: exact and asymptotic tests, odds ratios, differences and ratios of proportions.
# R's tests where they are exact to the digits kept; elsewhere the definition itself, worked out
# here by counting every table or by solving with uniroot to 1e-14.
# Run from the repository root: Rscript tests/reference/r/tables.R
source("tests/reference/r/write_cases.R")
suppressPackageStartupMessages({
  library(metafor)
  library(coin)
})

plain <- function(x) matrix(as.numeric(x), nrow(x))
strata_first <- function(x) aperm(array(as.numeric(x), dim(x)), c(3, 1, 2))
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root
of_test <- function(test) { # prop.trend.test has 2e-31 where nothing rises
  list(statistic = round(unname(test$statistic), 25), df = unname(test$parameter), p_value = test$p.value)
}

# ---- Data -------------------------------------------------------------------------------------
job <- matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4, 4) # ?fisher.test
satisfaction <- array( # ?mantelhaen.test: income by satisfaction, women and men
  c(1, 2, 0, 0, 3, 3, 1, 2, 11, 17, 8, 4, 2, 3, 5, 2,
    1, 0, 0, 0, 1, 3, 0, 1, 2, 5, 7, 9, 1, 1, 3, 6), c(4, 4, 2))
rabbits <- array( # ?mantelhaen.test: penicillin early or late, cured or died, five doses
  c(0, 0, 6, 5, 3, 0, 3, 6, 6, 2, 0, 4, 5, 6, 1, 0, 2, 5, 0, 0), c(2, 2, 5))
admissions <- aperm(UCBAdmissions, c(2, 1, 3)) # sex by admission, six departments
class <- t(apply(Titanic, c(4, 1), sum))[, 2:1] # class by survived, died
colours <- apply(HairEyeColor, c(1, 2), sum)
alcohol <- aggregate(cbind(ncases, ncontrols) ~ alcgp, esoph, sum)
alcohol <- as.matrix(alcohol[, 2:3])
drinkers <- sapply(split(esoph, esoph$agegp), function(d) { # at least 80 g a day, by age
  high <- d$alcgp %in% c("80-119", "120+")
  c(sum(d$ncases[high]), sum(d$ncases[!high]), sum(d$ncontrols[high]), sum(d$ncontrols[!high]))
})
drinkers <- array(drinkers[c(1, 2, 3, 4), ], c(2, 2, ncol(drinkers))) # case or control by drinking
drinkers <- aperm(drinkers, c(2, 1, 3)) # rows cases and controls, columns high and low
abortions <- table(infert$case, infert$induced)[2:1, ]
abortions_by_age <- table(infert$case, pmin(infert$spontaneous, 1), cut(infert$age, c(0, 27, 32, 50)))
abortions_by_age <- abortions_by_age[2:1, 2:1, ]
approval <- matrix(c(794, 86, 150, 570), 2) # ?mcnemar.test
twins <- matrix(c(2, 10, 15, 3), 2) # ?fisher.test, Fisher's convictions
paper <- matrix(c(3, 1, 0, 13), 2, byrow = TRUE)
response <- matrix(c(0, 1, 3, 2, 5, 4, 1, 2, 3, 1, 4, 2, 4, 1), 7) # seven sites, 33 patients

set.seed(19350101)
random <- function(r, c, n) {
  repeat {
    x <- matrix(tabulate(sample(r * c, n, TRUE, prob = rexp(r * c) + 0.2), r * c), r)
    if (all(rowSums(x) > 0) && all(colSums(x) > 0)) return(x)
  }
}
fourfolds <- c(
  list(twins, paper, matrix(c(7, 1, 5, 11), 2), matrix(c(3, 1, 1, 3), 2)),
  lapply(c(8, 12, 15, 20, 24, 30, 40, 60), function(n) random(2, 2, n))
)
empty_cells <- list(matrix(c(5, 0, 2, 6), 2), matrix(c(0, 4, 7, 3), 2), matrix(c(6, 0, 0, 5), 2))
larger <- c(
  list(job, response, plain(abortions)),
  lapply(list(c(2, 3, 15), c(3, 2, 12), c(3, 3, 20), c(3, 3, 35), c(2, 5, 25), c(4, 3, 24),
              c(4, 4, 20), c(5, 2, 30), c(7, 2, 33), c(3, 4, 40)), function(a) random(a[1], a[2], a[3]))
)
stratified <- lapply(c(2, 3, 4, 6), function(k) {
  aperm(sapply(seq_len(k), function(i) random(2, 2, sample(10:40, 1)), simplify = "array"), c(1, 2, 3))
})
stratified_larger <- lapply(list(c(2, 3, 3), c(3, 2, 2), c(3, 4, 3), c(4, 3, 2)), function(a) {
  sapply(seq_len(a[3]), function(i) random(a[1], a[2], sample(25:50, 1)), simplify = "array")
})
named <- function(x) paste0("[", paste(apply(x, 1, paste, collapse = " "), collapse = " / "), "]")

# ---- Fisher: every table counted ----------------------------------------------------------------
# Sums of log factorials of all tables with the margins of x, one column after the other.
all_tables <- function(rows, columns) {
  if (length(columns) == 1) return(sum(lfactorial(rows)))
  ways <- as.matrix(expand.grid(lapply(pmin(rows, columns[1]), function(most) 0:most)))
  ways <- ways[rowSums(ways) == columns[1], , drop = FALSE]
  unlist(lapply(seq_len(nrow(ways)), function(i) {
    sum(lfactorial(ways[i, ])) + all_tables(rows - ways[i, ], columns[-1])
  }))
}
fisher_by_counting <- function(x, mid_p = FALSE) {
  if (nrow(x) > ncol(x)) x <- t(x)
  x <- x[, order(colSums(x))]
  log_p <- -all_tables(rowSums(x), colSums(x))
  own <- -sum(lfactorial(x))
  p <- exp(log_p - max(log_p))
  equal <- abs(log_p - own) < 1e-7
  (sum(p[log_p < own & !equal]) + sum(p[equal]) * if (mid_p) 0.5 else 1) / sum(p)
}

for (x in fourfolds) {
  for (alternative in c("two-sided", "greater", "less")) {
    p <- fisher.test(x, alternative = sub("-", ".", alternative))$p.value
    add_case("fisher-exact", paste(named(x), alternative),
             list(table = x, alternative = alternative), list(p_value = p))
  }
  add_case("fisher-mid-p", named(x), list(table = x), list(p_value = fisher_by_counting(x, TRUE)))
  at <- x[1, 1]
  d <- function(k) dhyper(k, sum(x[, 1]), sum(x[, 2]), sum(x[1, ]))
  p <- phyper(at, sum(x[, 1]), sum(x[, 2]), sum(x[1, ]), lower.tail = FALSE) + d(at) / 2
  add_case("fisher-mid-p", paste(named(x), "greater"), list(table = x, alternative = "greater"),
           list(p_value = p))
}
for (x in larger[-1]) {
  p <- fisher_by_counting(x)
  add_case("fisher-exact", paste(named(x), "every table counted"), list(table = x), list(p_value = p))
  if (abs(fisher.test(x, workspace = 2e7)$p.value / p - 1) < 1e-9) {
    add_case("fisher-exact", paste(named(x), "fisher.test"), list(table = x),
             list(p_value = fisher.test(x, workspace = 2e7)$p.value))
  } else message("fisher.test is off on ", named(x), ": ", fisher.test(x)$p.value, " for ", p)
  add_case("fisher-mid-p", named(x), list(table = x), list(p_value = fisher_by_counting(x, TRUE)))
}
add_case("fisher-exact", "job satisfaction by income, 4 x 4, n = 96", list(table = job),
         list(p_value = fisher.test(job, workspace = 2e7)$p.value))

# ---- Chi-square -----------------------------------------------------------------------------------
ratio <- function(x) {
  e <- outer(rowSums(x), colSums(x)) / sum(x)
  g <- 2 * sum(ifelse(x > 0, x * log(x / e), 0))
  df <- (nrow(x) - 1) * (ncol(x) - 1)
  list(statistic = g, df = df, p_value = pchisq(g, df, lower.tail = FALSE))
}
real <- list("hair by eye colour (HairEyeColor)" = plain(colours),
             "class by survival (Titanic)" = plain(class),
             "induced abortions by case (infert)" = plain(abortions),
             "job satisfaction by income" = job)
names(larger) <- vapply(larger, named, "")
for (name in c(names(real), names(larger)[-(1:3)])) {
  x <- c(real, larger)[[name]]
  add_case("chi-square-pearson", name, list(table = x),
           of_test(suppressWarnings(chisq.test(x, correct = FALSE))))
  add_case("chi-square-likelihood-ratio", name, list(table = x), ratio(x))
}
for (x in c(fourfolds, empty_cells)) {
  add_case("chi-square-pearson", named(x), list(table = x),
           of_test(suppressWarnings(chisq.test(x, correct = FALSE))))
  add_case("chi-square-yates", named(x), list(table = x),
           of_test(suppressWarnings(chisq.test(x, correct = TRUE))))
}

# ---- Trend ----------------------------------------------------------------------------------------
exact_trend <- function(x, scores) {
  n <- rowSums(x)
  ways <- as.matrix(expand.grid(lapply(pmin(n, sum(x[, 1])), function(most) 0:most)))
  ways <- ways[rowSums(ways) == sum(x[, 1]), , drop = FALSE]
  p <- exp(rowSums(matrix(lchoose(rep(n, each = nrow(ways)), ways), nrow(ways))))
  apart <- abs(ways %*% scores - sum(x[, 1]) * sum(n * scores) / sum(n))
  sum(p[apart > abs(sum(x[, 1] * scores) - sum(x[, 1]) * sum(n * scores) / sum(n)) - 1e-9]) / sum(p)
}
trends <- list(
  list("cases by alcohol (esoph)", plain(alcohol), 1:4),
  list("survival by class (Titanic)", plain(class), 1:4),
  list("smokers (?prop.trend.test)", cbind(c(83, 90, 129, 70), c(3, 3, 7, 12)), 1:4),
  list("malformation by alcohol", cbind(c(48, 38, 5, 1, 1), c(17066, 14464, 788, 126, 37)),
       c(0, 0.5, 1.5, 4, 7))
)
for (size in list(c(3, 12), c(3, 25), c(4, 20), c(5, 30), c(7, 33))) {
  x <- random(size[1], 2, size[2])
  trends <- c(trends, list(list(named(x), x, seq_len(size[1]))),
              list(list(paste(named(x), "doses"), x, c(0, 0.5, 1, 2.5, 4, 7, 10)[seq_len(size[1])])))
}
for (one in trends) {
  x <- one[[2]]
  test <- prop.trend.test(x[, 1], rowSums(x), one[[3]])
  add_case("trend", one[[1]], list(table = x, scores = one[[3]]), of_test(test))
  if (sum(x) < 40) {
    add_case("trend-exact", one[[1]], list(table = x, scores = one[[3]]),
             list(p_value = exact_trend(x, one[[3]])))
  }
}
for (name in c("job satisfaction by income", names(larger)[c(4, 6, 7, 9, 10, 13)])) {
  x <- c(real, larger)[[name]]
  if (ncol(x) == 2) next
  test <- lbl_test(as.table(x))
  add_case("linear-by-linear", name, list(table = x),
           list(statistic = unname(statistic(test)^2), p_value = as.numeric(pvalue(test))))
}

# ---- Mantel-Haenszel ------------------------------------------------------------------------------
sets <- c(list("admission by sex in departments (UCBAdmissions)" = admissions,
               "cancer by alcohol in age groups (esoph)" = drinkers,
               "cases by spontaneous abortions in age groups (infert)" = abortions_by_age,
               "penicillin in rabbits (?mantelhaen.test)" = rabbits),
          setNames(stratified, paste("random, strata:", c(2, 3, 4, 6))))
convolved <- function(x) { # weights of the sum of first cells
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
    estimate = if (least) 0 else if (most) Inf else exp(root(function(b) sum(p(b) * w$cells) - seen, -30, 30)),
    lower = if (least) 0 else exp(root(function(b) above(b) - tail, -30, 30)),
    upper = if (most) Inf else exp(root(function(b) below(b) - tail, -30, 30)),
    p_value = if (mid_p) min(1, 2 * min(above(0), below(0)))
              else sum(p0[p0 <= p0[w$cells == seen] * (1 + 1e-7)])
  )
}
for (name in names(sets)) {
  x <- sets[[name]]
  tables <- strata_first(x)
  test <- mantelhaen.test(x, correct = FALSE)
  corrected <- mantelhaen.test(x, correct = TRUE)
  add_case("mantel-haenszel", name, list(tables = tables), of_test(test))
  add_case("mantel-haenszel", paste(name, "corrected"), list(tables = tables, corrected = TRUE),
           of_test(corrected))
  # It warns of the strata's own odds ratios that do not exist.
  fit <- suppressWarnings(rma.mh(ai = x[1, 1, ], bi = x[1, 2, ], ci = x[2, 1, ], di = x[2, 2, ],
                                 measure = "OR"))
  add_case("common-odds-ratio", name, list(tables = tables),
           list(estimate = unname(test$estimate), lower = test$conf.int[1],
                upper = test$conf.int[2], p_value = fit$pval))
  exact <- mantelhaen.test(x, exact = TRUE)
  truth <- conditional(x, 0.9)
  stopifnot(abs(truth$p_value - exact$p.value) < 1e-10,
            abs(conditional(x, 0.95)$estimate / exact$estimate - 1) < 1e-3)
  add_case("common-odds-ratio-conditional", name, list(tables = tables, level = 0.9), truth)
  add_case("breslow-day", name, list(tables = tables, tarone = FALSE),
           list(statistic = fit$BD, df = fit$k.pos - 1, p_value = fit$BDp))
  add_case("breslow-day", paste(name, "Tarone"), list(tables = tables),
           list(statistic = fit$TA, df = fit$k.pos - 1, p_value = fit$TAp))
  fit <- suppressWarnings(rma.mh(ai = x[1, 1, ], bi = x[1, 2, ], ci = x[2, 1, ], di = x[2, 2, ],
                                 measure = "RD", level = 90))
  add_case("common-risk-difference", name, list(tables = tables, level = 0.9),
           list(estimate = as.numeric(fit$b), lower = fit$ci.lb, upper = fit$ci.ub, p_value = fit$pval))
}
larger_sets <- c(list("job satisfaction by income, women and men" = satisfaction,
                      "hair by eye colour, men and women" = HairEyeColor),
                 setNames(stratified_larger, paste("random, larger,", 1:4)))
for (name in names(larger_sets)) {
  x <- larger_sets[[name]]
  tables <- strata_first(x)
  add_case("mantel-haenszel", paste(name, "general"), list(tables = tables),
           of_test(mantelhaen.test(x)))
  x <- as.table(array(as.numeric(x), dim(x), list(a = letters[seq_len(dim(x)[1])],
                      b = letters[seq_len(dim(x)[2])], s = letters[seq_len(dim(x)[3])])))
  # coin's p-values are 1 less a probability, which leaves 1e-10 of the small ones
  tested <- function(statistic, df) {
    list(statistic = statistic, p_value = pchisq(statistic, df, lower.tail = FALSE), df = df)
  }
  test <- cmh_test(x, scores = list(b = seq_len(dim(x)[2])))
  power <- if (dim(x)[1] == 2) 2 else 1
  add_case("mantel-haenszel-row-means", name, list(tables = tables),
           tested(as.numeric(statistic(test, "test"))^power, dim(x)[1] - 1))
  places <- c(3, 10, 20, 35)[seq_len(dim(x)[1])]
  test <- lbl_test(x, scores = list(a = places, b = seq_len(dim(x)[2])))
  add_case("mantel-haenszel-correlation", name, list(tables = tables, scores = places),
           tested(as.numeric(statistic(test))^2, 1))
}

# ---- Odds ratio -----------------------------------------------------------------------------------
wald <- function(fit, back, level) {
  z <- qnorm(1 - (1 - level) / 2)
  se <- sqrt(as.numeric(fit$vi))
  y <- as.numeric(fit$yi)
  list(estimate = back(y), lower = back(y - z * se), upper = back(y + z * se),
       p_value = 2 * pnorm(-abs(y) / se))
}
effect <- function(x, measure, ...) {
  escalc(measure, ai = x[1, 1], bi = x[1, 2], ci = x[2, 1], di = x[2, 2], ...)
}
for (x in c(fourfolds, empty_cells)) {
  for (level in c(0.9, 0.95)) {
    given <- list(table = x, level = level)
    name <- paste(named(x), "at", level)
    if (all(x > 0)) {
      add_case("odds-ratio-woolf", name, given, wald(effect(x, "OR"), exp, level))
    }
    add_case("odds-ratio-haldane-anscombe", name, given,
             wald(effect(x, "OR", add = 1 / 2, to = "only0"), exp, level))
    add_case("odds-ratio-haldane-anscombe-always", name, given,
             wald(effect(x, "OR", add = 1 / 2, to = "all"), exp, level))
    add_case("odds-ratio-conditional", name, given, conditional(x, level))
    add_case("odds-ratio-mid-p", name, given, conditional(x, level, mid_p = TRUE))
  }
}

# ---- Differences and ratios of proportions ----------------------------------------------------------
# Largest likelihood of the reference proportion p when that of the group is given by p.
likeliest <- function(slope, low, high) {
  inside <- (high - low) * 1e-14
  if (slope(low + inside) <= 0) return(low)
  if (slope(high - inside) >= 0) return(high)
  root(slope, low + inside, high - inside)
}
share <- function(x, p) ifelse(x == 0, 0, x / p)
score_difference <- function(s, d) { # apart and variance of one stratum c(x1, n1, x2, n2)
  slope <- function(p) {
    share(s[1], p + d) - share(s[2] - s[1], 1 - p - d) + share(s[3], p) - share(s[4] - s[3], 1 - p)
  }
  p2 <- likeliest(slope, max(0, -d), min(1, 1 - d))
  p1 <- p2 + d
  n <- s[2] + s[4]
  c(s[1] / s[2] - s[3] / s[4] - d, (p1 * (1 - p1) / s[2] + p2 * (1 - p2) / s[4]) * n / (n - 1))
}
miettinen_nurminen <- function(strata, level) { # a matrix with one stratum a row
  w <- strata[, 2] * strata[, 4] / (strata[, 2] + strata[, 4])
  z <- function(d) {
    parts <- apply(strata, 1, score_difference, d)
    sum(w * parts[1, ]) / sqrt(sum(w^2 * parts[2, ]))
  }
  estimate <- sum(w * (strata[, 1] / strata[, 2] - strata[, 3] / strata[, 4])) / sum(w)
  q <- qnorm(1 - (1 - level) / 2)
  edge <- 1e-12
  list(
    estimate = estimate,
    lower = if (estimate <= -1 + edge) -1 else root(function(d) z(d) - q, -1 + edge, estimate - edge),
    upper = if (estimate >= 1 - edge) 1 else root(function(d) z(d) + q, estimate + edge, 1 - edge),
    p_value = 2 * pnorm(-abs(z(0)))
  )
}
koopman <- function(s, level, factor = 1) {
  z <- function(b) {
    r <- exp(b)
    slope <- function(p) {
      share(s[1], p) - share(s[2] - s[1], 1 - r * p) * r + share(s[3], p) - share(s[4] - s[3], 1 - p)
    }
    p2 <- likeliest(slope, 0, min(1, 1 / r))
    p1 <- min(1, r * p2)
    (s[1] / s[2] - r * s[3] / s[4]) /
      sqrt((p1 * (1 - p1) / s[2] + r^2 * p2 * (1 - p2) / s[4]) * factor)
  }
  q <- qnorm(1 - (1 - level) / 2)
  list(
    estimate = if (s[3] == 0) Inf else s[1] * s[4] / (s[2] * s[3]),
    lower = if (s[1] == 0) 0 else exp(root(function(b) z(b) - q, -12, 12)),
    upper = if (s[3] == 0) Inf else exp(root(function(b) z(b) + q, -12, 12)),
    p_value = 2 * pnorm(-abs(z(0)))
  )
}
newcombe <- function(s, level, correct) {
  limits <- function(x, n) {
    p <- if (x > n / 2) 1e-9 else 1 - 1e-9 # far away, so that the correction is the whole 1/2
    suppressWarnings(prop.test(x, n, p = p, conf.level = level, correct = correct))$conf.int
  }
  one <- limits(s[1], s[2])
  other <- limits(s[3], s[4])
  p <- c(s[1] / s[2], s[3] / s[4])
  d <- p[1] - p[2]
  list(estimate = d, lower = d - sqrt((p[1] - one[1])^2 + (other[2] - p[2])^2),
       upper = d + sqrt((one[2] - p[1])^2 + (p[2] - other[1])^2), p_value = NA)
}
pairs <- rbind(
  c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(10, 10, 1, 20),
  c(36, 40, 16, 80), c(17, 38, 9, 35), c(1, 12, 4, 15), c(0, 20, 3, 18), c(25, 30, 30, 30),
  c(203, 212, 118, 218), c(1198, 2691, 557, 1835)
)
for (i in seq_len(nrow(pairs))) {
  s <- pairs[i, ]
  x <- rbind(c(s[1], s[2] - s[1]), c(s[3], s[4] - s[3]))
  n <- s[2] + s[4]
  for (level in c(0.9, 0.95)) {
    given <- list(events = s[1], n = s[2], reference_events = s[3], reference_n = s[4], level = level)
    name <- paste0(s[1], "/", s[2], " and ", s[3], "/", s[4], " at ", level)
    add_case("risk-difference-newcombe", name, given, newcombe(s, level, FALSE))
    add_case("risk-difference-newcombe-cc", name, given, newcombe(s, level, TRUE))
    add_case("risk-difference-miettinen-nurminen", name, given,
             miettinen_nurminen(matrix(s, 1), level))
    limits <- wald(effect(x, "RD", to = "none"), identity, level)
    limits[c("lower", "upper")] <- list(max(-1, limits$lower), min(1, limits$upper))
    add_case("risk-difference-wald", name, given, limits)
    add_case("risk-ratio-koopman", name, given, koopman(s, level))
    add_case("risk-ratio-miettinen-nurminen", name, given, koopman(s, level, n / (n - 1)))
    if (all(s[c(1, 3)] > 0)) {
      add_case("risk-ratio-katz", name, given, wald(effect(x, "RR", to = "none"), exp, level))
    }
  }
}
robins <- function(x, level) {
  a <- x[1, 1, ]; b <- x[1, 2, ]; c <- x[2, 1, ]; d <- x[2, 2, ]
  n1 <- a + b; n2 <- c + d; n <- n1 + n2
  estimate <- sum((a * n2 - c * n1) / n) / sum(n1 * n2 / n)
  se <- sqrt(sum((a * b * n2^3 + c * d * n1^3) / (n1 * n2 * n^2))) / sum(n1 * n2 / n)
  z <- qnorm(1 - (1 - level) / 2)
  list(estimate = estimate, lower = estimate - z * se, upper = estimate + z * se,
       p_value = 2 * pnorm(-abs(estimate) / se))
}
for (name in names(sets)) {
  x <- sets[[name]]
  strata <- cbind(x[1, 1, ], x[1, 1, ] + x[1, 2, ], x[2, 1, ], x[2, 1, ] + x[2, 2, ])
  given <- list(tables = strata_first(x), level = 0.95)
  add_case("common-risk-difference-greenland-robins", name, given, robins(x, 0.95))
  add_case("common-risk-difference-miettinen-nurminen", name, given,
           miettinen_nurminen(strata, 0.95))
}

# ---- Unconditional tests: the definition on a grid, then optimize ------------------------------------
largest <- function(region, n1, n2) {
  at <- which(region, arr.ind = TRUE) - 1
  chance <- function(p) sum(dbinom(at[, 1], n1, p) * dbinom(at[, 2], n2, p))
  p <- seq(0, 1, length.out = 2001)
  value <- sapply(p, chance)
  peaks <- which(value > 0.9 * max(value) & value >= c(-1, value[-2001]) & value >= c(value[-1], -1))
  max(value, sapply(peaks, function(i) {
    optimize(chance, c(max(0, p[i] - 0.0005), min(1, p[i] + 0.0005)), maximum = TRUE, tol = 1e-12)$objective
  }))
}
side <- function(z, alternative) switch(alternative, greater = z, less = -z, abs(z))
scores <- function(n1, n2, pooled) {
  outer(0:n1, 0:n2, Vectorize(function(x, y) {
    if (x * n2 == y * n1) return(0)
    p <- (x + y) / (n1 + n2)
    v <- if (pooled) p * (1 - p) * (1 / n1 + 1 / n2)
         else x * (n1 - x) / n1^3 + y * (n2 - y) / n2^3
    (x / n1 - y / n2) / sqrt(v)
  }))
}
fisher_all <- function(n1, n2, alternative) {
  outer(0:n1, 0:n2, Vectorize(function(x, y) {
    fisher.test(rbind(c(x, n1 - x), c(y, n2 - y)), alternative = sub("-", ".", alternative),
                conf.int = FALSE)$p.value
  }))
}
small <- list(matrix(c(7, 1, 5, 11), 2), matrix(c(3, 0, 0, 3), 2), matrix(c(0, 12, 2, 14), 2),
              matrix(c(8, 2, 3, 9), 2), matrix(c(1, 6, 4, 2), 2), matrix(c(11, 1, 14, 10), 2))
for (x in small) {
  n <- rowSums(x)
  at <- x[, 1, drop = FALSE] + 1
  for (alternative in c("two-sided", "greater", "less")) {
    for (statistic in c("pooled", "unpooled")) {
      z <- scores(n[1], n[2], statistic == "pooled")
      extreme <- side(z, alternative)
      own <- extreme[at[1], at[2]]
      slack <- if (is.finite(own)) 1e-9 else 0
      add_case("barnard", paste(named(x), statistic, alternative),
               list(table = x, statistic = statistic, alternative = alternative),
               list(statistic = z[at[1], at[2]],
                    p_value = largest(extreme >= own - slack, n[1], n[2])))
    }
    p <- fisher_all(n[1], n[2], alternative)
    own <- p[at[1], at[2]]
    add_case("boschloo", paste(named(x), alternative), list(table = x, alternative = alternative),
             list(statistic = own, p_value = largest(p <= own * (1 + 1e-9), n[1], n[2])))
  }
}

# ---- McNemar ---------------------------------------------------------------------------------------
paired <- c(list(approval, matrix(c(10, 1, 9, 20), 2), matrix(c(5, 4, 4, 8), 2)),
            lapply(c(12, 20, 40), function(n) random(2, 2, n)))
for (x in paired) {
  b <- x[1, 2]
  n <- x[1, 2] + x[2, 1]
  if (n == 0) next
  add_case("mcnemar-asymptotic", named(x), list(table = x), of_test(mcnemar.test(x, correct = FALSE)))
  add_case("mcnemar-corrected", named(x), list(table = x), of_test(mcnemar.test(x)))
  add_case("mcnemar-exact", named(x), list(table = x), list(p_value = binom.test(b, n)$p.value))
  less <- min(b, n - b)
  add_case("mcnemar-mid-p", named(x), list(table = x),
           list(p_value = 2 * (pbinom(less - 1, n, 0.5) + dbinom(less, n, 0.5) / 2)))
}
for (size in c(3, 4)) {
  x <- random(size, size, 60)
  add_case("bowker", named(x), list(table = x), of_test(mcnemar.test(x)))
}

write_cases("tables", c("stats", "metafor", "coin"))
