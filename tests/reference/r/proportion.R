# Intervals for one proportion and the exact binomial test, on a grid of counts.
# binom.test and prop.test where they offer the method, the beta quantiles or the formula otherwise.
# Run from the repository root: Rscript tests/reference/r/proportion.R
source("tests/reference/r/write_reference.R")

mid_p_root <- function(x, n, target) {
  # Half of P(X = x) counted: P(X > x) + P(X = x) / 2 = target, solved in p.
  above <- function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - target
  uniroot(above, c(0, 1), tol = 1e-15, maxiter = 10000)$root
}

score <- function(x, n, level, correct) {
  # prop.test shrinks its correction when x is near n * p; a p far from x / n keeps it at 1/2.
  p <- if (x > n / 2) 1e-9 else 1 - 1e-9
  suppressWarnings(prop.test(x, n, p = p, conf.level = level, correct = correct))$conf.int[1:2]
}

limits <- function(x, n, level) {
  tail <- (1 - level) / 2
  z <- qnorm(1 - tail)
  p <- x / n
  centre <- (x + z^2 / 2) / (n + z^2)
  beta <- qbeta(c(tail, 1 - tail), x + 0.5, n - x + 0.5)
  list(
    "clopper-pearson" = binom.test(x, n, conf.level = level)$conf.int[1:2],
    "mid-p" = c(
      if (x == 0) 0 else mid_p_root(x, n, tail), if (x == n) 1 else mid_p_root(x, n, 1 - tail)
    ),
    "wilson" = score(x, n, level, FALSE),
    "wilson-cc" = score(x, n, level, TRUE),
    "jeffreys" = c(if (x == 0) 0 else beta[1], if (x == n) 1 else beta[2]),
    "agresti-coull" = pmin(1, pmax(0, centre + c(-1, 1) * z * sqrt(centre * (1 - centre) / (n + z^2)))),
    "wald" = pmin(1, pmax(0, p + c(-1, 1) * z * sqrt(p * (1 - p) / n)))
  )
}

p_values <- function(x, n, null) {
  sapply(
    c("two-sided" = "two.sided", greater = "greater", less = "less"),
    function(a) as.numeric(binom.test(x, n, null, alternative = a)$p.value),
    simplify = FALSE
  )
}

grid <- unique(do.call(rbind, lapply(c(1, 2, 5, 12, 38, 100, 1000), function(n) {
  data.frame(x = unique(c(0, 1, n %/% 5, n %/% 2, n - 1, n)), n = n)
})))

write_reference(
  "proportion",
  packages = "stats",
  tolerance = 1e-10,
  values = list(
    intervals = unlist(lapply(c(0.8, 0.9, 0.95), function(level) {
      lapply(seq_len(nrow(grid)), function(i) {
        list(x = grid$x[i], n = grid$n[i], level = level,
             limits = limits(grid$x[i], grid$n[i], level))
      })
    }), recursive = FALSE),
    tests = unlist(lapply(c(0, 0.05, 0.3, 0.5, 0.9, 1), function(null) {
      lapply(seq_len(nrow(grid)), function(i) {
        list(x = grid$x[i], n = grid$n[i], null = null,
             p = p_values(grid$x[i], grid$n[i], null))
      })
    }), recursive = FALSE)
  )
)
