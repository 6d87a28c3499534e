# One proportion: seven intervals and the exact test. Counts: published examples, none, all, one.
# Run from the repository root: Rscript tests/reference/r/proportions.R
source("tests/reference/r/write_cases.R")

# Half of P(X = x) counted: P(X > x) + P(X = x) / 2 = target, solved in p.
mid_p_root <- function(x, n, target) {
  above <- function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - target
  uniroot(above, c(0, 1), tol = 1e-15, maxiter = 10000)$root
}
limits <- function(x, n, level) {
  tail <- (1 - level) / 2
  z <- qnorm(1 - tail)
  centre <- (x + z^2 / 2) / (n + z^2)
  beta <- qbeta(c(tail, 1 - tail), x + 0.5, n - x + 0.5)
  # prop.test shrinks its correction when x is near n * p; a p far from x / n keeps it at 1/2.
  far <- if (x > n / 2) 1e-9 else 1 - 1e-9
  wald <- Hmisc::binconf(x, n, 1 - level, method = "asymptotic")[2:3]
  list(
    "clopper-pearson" = binom.test(x, n, conf.level = level)$conf.int[1:2],
    "mid-p" = c(
      if (x == 0) 0 else mid_p_root(x, n, tail), if (x == n) 1 else mid_p_root(x, n, 1 - tail)
    ),
    "wilson" = suppressWarnings(prop.test(x, n, p = far, conf.level = level, correct = FALSE))$conf.int[1:2],
    "wilson-cc" = suppressWarnings(prop.test(x, n, p = far, conf.level = level))$conf.int[1:2],
    "jeffreys" = c(if (x == 0) 0 else beta[1], if (x == n) 1 else beta[2]),
    "agresti-coull" = pmin(1, pmax(0, centre + c(-1, 1) * z * sqrt(centre * (1 - centre) / (n + z^2)))),
    "wald" = pmin(1, pmax(0, wald))
  )
}

counts <- rbind(c(81, 263), c(15, 148), c(0, 20), c(1, 29), c(17, 38), c(5, 10), c(19, 20),
                c(12, 12), c(1, 1), c(3, 9), c(250, 1000))
for (i in seq_len(nrow(counts))) {
  x <- counts[i, 1]
  n <- counts[i, 2]
  for (level in c(0.8, 0.95)) {
    found <- limits(x, n, level)
    stopifnot( # the second opinions of epitools, Hmisc and epiR
      abs(unlist(epitools::binom.exact(x, n, level)[4:5]) - found[["clopper-pearson"]]) < 1e-6,
      abs(unlist(epitools::binom.wilson(x, n, level)[4:5]) - found[["wilson"]]) < 1e-6,
      abs(Hmisc::binconf(x, n, 1 - level, method = "exact")[2:3] - found[["clopper-pearson"]]) < 1e-6
    )
    for (method in names(found)) {
      add_case(paste0("proportion-", method), paste0(x, "/", n, " at ", level),
               list(events = x, n = n, level = level),
               list(estimate = x / n, lower = found[[method]][1], upper = found[[method]][2]),
               tolerance = 1e-10)
    }
  }
  for (null in c(0.05, 0.3, 0.5)) {
    for (alternative in c("two-sided", "greater", "less")) {
      p <- binom.test(x, n, null, alternative = sub("-", ".", alternative))$p.value
      add_case("binomial-test", paste0(x, "/", n, " against ", null, ", ", alternative),
               list(events = x, n = n, null = null, alternative = alternative),
               list(p_value = as.numeric(p)), tolerance = 1e-10)
    }
  }
}
write_cases("proportions", c("stats", "Hmisc", "epitools"))
