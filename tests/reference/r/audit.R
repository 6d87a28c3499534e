# Limits and sizes that only the audit needs: Wald's with continuity correction, logit and arcsine
# limits of a proportion, score limits of an odds ratio, sample sizes of one arm, p-values of
# statistics. Run from the repository root: Rscript tests/reference/r/audit.R
source("tests/reference/r/write_reference.R")
suppressPackageStartupMessages(library(metafor))

z <- qnorm(0.975)
proportions <- list()
for (case in list(c(81, 263), c(15, 148), c(1, 29), c(5, 33), c(12, 33), c(11, 17), c(0, 20), c(20, 20))) {
  x <- case[1]
  n <- case[2]
  p <- x / n
  half <- z * sqrt(p * (1 - p) / n) + 1 / (2 * n)
  # The normal interval of the intercept of a logistic regression
  logit <- c(NA, NA)
  if (x > 0 && x < n) {
    logit <- plogis(unname(suppressWarnings(confint.default(glm(cbind(x, n - x) ~ 1, binomial,
      control = list(epsilon = 1e-14)
    )))))[1:2]
  }
  arcsine <- summary(escalc("PAS", xi = x, ni = n))
  proportions[[length(proportions) + 1]] <- list(
    events = x, n = n, wald_cc = c(max(0, p - half), min(1, p + half)), logit = logit,
    arcsine = sin(c(max(0, arcsine$ci.lb), min(pi / 2, arcsine$ci.ub)))^2
  )
}

# Rao's score statistic of the group in a logistic regression whose offset is the odds ratio tested
fitted_cells <- function(t, psi) {
  group <- c(1, 0)
  null <- glm(t ~ 1, binomial, offset = log(psi) * group, control = list(epsilon = 1e-14))
  p <- fitted(null)
  cbind(rowSums(t) * p, rowSums(t) * (1 - p))
}
rao <- function(t, psi) {
  group <- c(1, 0)
  control <- list(epsilon = 1e-14, maxit = 100)
  null <- glm(t ~ 1, binomial, offset = log(psi) * group, control = control)
  one <- suppressWarnings(glm(t ~ group, binomial, offset = log(psi) * group, control = control))
  anova(null, one, test = "Rao")$Rao[2]
}
limits <- function(statistic, estimate) {
  f <- function(x) statistic(exp(x)) - z^2
  e <- log(estimate)
  exp(c(
    uniroot(f, c(e - 12, e - 1e-6), tol = 1e-12)$root, uniroot(f, c(e + 1e-6, e + 12), tol = 1e-12)$root
  ))
}
odds_ratios <- list()
for (x in list(c(2, 6, 1, 10), c(12, 5, 7, 29), c(20, 30, 10, 40), c(3, 9, 11, 4))) {
  t <- matrix(x, 2, byrow = TRUE)
  n <- sum(t)
  estimate <- x[1] * x[4] / (x[2] * x[3])
  corrected <- function(psi) {
    cells <- fitted_cells(t, psi)
    max(0, abs(x[1] - cells[1, 1]) - 0.5)^2 * sum(1 / cells)
  }
  odds_ratios[[length(odds_ratios) + 1]] <- list(
    table = list(x[1:2], x[3:4]),
    cornfield = limits(function(psi) rao(t, psi), estimate),
    miettinen_nurminen = limits(function(psi) rao(t, psi) * (n - 1) / n, estimate),
    cornfield_cc = limits(corrected, estimate)
  )
}

sizes <- list()
for (x in list(c(0.25, 0.5, 0.1, 0.9), c(0.05, 0.2, 0.05, 0.8), c(0.1, 0.3, 0.05, 0.9), c(0.4, 0.55, 0.05, 0.8))) {
  p0 <- x[1]
  p1 <- x[2]
  exact <- NULL
  for (n in 1:1000) {
    r <- qbinom(x[3], n, p0, lower.tail = FALSE) + 1
    if (pbinom(r - 1, n, p1, lower.tail = FALSE) >= x[4]) {
      exact <- c(n, r)
      break
    }
  }
  za <- qnorm(1 - x[3])
  zb <- qnorm(x[4])
  normal <- ((za * sqrt(p0 * (1 - p0)) + zb * sqrt(p1 * (1 - p1))) / (p1 - p0))^2
  sizes[[length(sizes) + 1]] <- list(
    null = p0, alternative = p1, alpha = x[3], power = x[4], exact = exact, normal = normal,
    normal_cc = normal / 4 * (1 + sqrt(1 + 2 / (normal * (p1 - p0))))^2,
    arcsine = ((za + zb) / (2 * asin(sqrt(p1)) - 2 * asin(sqrt(p0))))^2
  )
}

statistics <- list(
  list(text = "F(2,41.1) = 1.67", p = pf(1.67, 2, 41.1, lower.tail = FALSE)),
  list(text = "t(30) = 2.10", p = 2 * pt(-2.10, 30)),
  list(text = "chi2(3) = 9.35", p = pchisq(9.35, 3, lower.tail = FALSE)),
  list(text = "z = 1.50", p = 2 * pnorm(-1.5)),
  list(text = "r(28) = 0.40", p = 2 * pt(-0.4 * sqrt(28 / (1 - 0.16)), 28))
)

write_reference("audit", c("stats", "metafor"), 1e-6, list(
  proportions = proportions, odds_ratios = odds_ratios, sizes = sizes, statistics = statistics
))
