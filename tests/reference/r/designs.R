# Designs beside R: rpact for group-sequential boundaries and the log-rank test of two arms; the
# formulas written out in base R for inference after two stages, two-stage designs by going through
# all of them, and moments of the one-sample log-rank test.
# Run from the repository root: Rscript tests/reference/r/designs.R
source("tests/reference/r/write_reference.R")
suppressMessages(library(rpact))

# ---- group-sequential boundaries -----------------------------------------------------------------
looks <- list(c(0.5, 1), c(0.3, 0.7, 1), c(0.2, 0.4, 0.6, 0.8, 1), c(0.1, 0.35, 0.36, 0.9, 1))
kinds <- list(
  list(kind = "pocock", type = "P"), list(kind = "obrien-fleming", type = "OF"),
  list(kind = "wang-tsiatis", type = "WT", parameter = 0.25),
  list(kind = "spending-obrien-fleming", type = "asOF"),
  list(kind = "spending-pocock", type = "asP"),
  list(kind = "hwang-shih-decani", type = "asHSD", parameter = -4),
  list(kind = "spending-power", type = "asKD", parameter = 3)
)
bounds <- list()
for (at in looks) for (k in kinds) for (sides in 1:2) {
  if (k$type %in% c("P", "OF", "WT") && length(at) == 5 && at[1] == 0.1) next
  more <- switch(k$type,
    WT = list(deltaWT = k$parameter), asHSD = list(gammaA = k$parameter),
    asKD = list(gammaA = k$parameter), list()
  )
  alpha <- if (sides == 1) 0.025 else 0.05
  d <- do.call(getDesignGroupSequential, c(list(
    informationRates = at, alpha = alpha, sided = sides, beta = 0.2, typeOfDesign = k$type,
    tolerance = 1e-10
  ), more))
  ch <- getDesignCharacteristics(d)
  bounds[[length(bounds) + 1]] <- list(
    kind = k$kind, parameter = k$parameter, information = at, sides = sides, alpha = alpha,
    upper = d$criticalValues, drift = sqrt(ch$shift), inflation = ch$inflationFactor,
    expected_null = ch$averageSampleNumber0, expected_alternative = ch$averageSampleNumber1
  )
}
futility <- lapply(looks[1:3], function(at) {
  d <- getDesignGroupSequential(
    informationRates = at, alpha = 0.025, sided = 1, beta = 0.2, typeOfDesign = "asOF",
    typeBetaSpending = "bsOF", bindingFutility = FALSE, tolerance = 1e-10
  )
  ch <- getDesignCharacteristics(d)
  list(information = at, upper = d$criticalValues, lower = d$futilityBounds,
       drift = sqrt(ch$shift), expected_null = ch$averageSampleNumber0)
})

# ---- two arms ------------------------------------------------------------------------------------
two_arms <- list()
for (hr in c(0.5, 0.7, 0.8)) for (ratio in c(1, 2)) for (type in c("Schoenfeld", "Freedman")) {
  s <- getSampleSizeSurvival(
    alpha = 0.05, sided = 2, beta = 0.1, lambda2 = log(2) / 12, hazardRatio = hr,
    accrualTime = c(0, 24), followUpTime = 12, allocationRatioPlanned = ratio,
    typeOfComputation = type, dropoutRate1 = 0.1, dropoutRate2 = 0.1, dropoutTime = 12
  )
  two_arms[[length(two_arms) + 1]] <- list(
    hazard_ratio = hr, ratio = ratio, formula = tolower(type), events = s$eventsFixed[1],
    n = s$nFixed[1]
  )
}

# ---- inference after two stages: sums of dbinom --------------------------------------------------
above <- function(s, n1, r1, n, p) {            # P(X1 > r1, X >= s)
  x1 <- (r1 + 1):n1
  sum(dbinom(x1, n1, p) * pbinom(s - x1 - 1, n - n1, p, lower.tail = FALSE))
}
umvue <- function(s, n1, r1, n) {
  x1 <- max(r1 + 1, s - (n - n1)):min(n1, s)
  sum(choose(n1 - 1, x1 - 1) * choose(n - n1, s - x1)) / sum(choose(n1, x1) * choose(n - n1, s - x1))
}
root <- function(f) uniroot(f, c(1e-12, 1 - 1e-12), tol = 1e-14)$root
mean_share <- function(n1, r1, n, p) {
  x1 <- 0:r1
  s <- (r1 + 1):n
  sum(dbinom(x1, n1, p) * x1 / n1) +
    sum(sapply(s, function(k) above(k, n1, r1, n, p) - above(k + 1, n1, r1, n, p)) * s / n)
}
after <- list()
for (d in list(c(1, 10, 29, 0.1), c(4, 19, 54, 0.2), c(12, 23, 37, 0.5))) {
  r1 <- d[1]; n1 <- d[2]; n <- d[3]; p0 <- d[4]
  for (s in unique(round(seq(r1 + 1, n - 1, length.out = 7)))) {
    after[[length(after) + 1]] <- list(
      r1 = r1, n1 = n1, n = n, null = p0, responders = s, p_value = above(s, n1, r1, n, p0),
      unbiased = umvue(s, n1, r1, n), median = root(function(p) above(s, n1, r1, n, p) - 0.5),
      lower = root(function(p) above(s, n1, r1, n, p) - 0.05),
      upper = root(function(p) 0.05 - (1 - above(s + 1, n1, r1, n, p))),
      bias_adjusted = root(function(p) mean_share(n1, r1, n, p) - s / n)
    )
  }
}

# ---- another second stage than planned (Koyama and Chen 2008, section 4) -------------------------
changed <- list()
for (m2 in c(12, 17, 25)) for (x1 in c(2, 4)) for (x2 in c(1, 4, 6)) {
  r1 <- 1; n1 <- 10; n <- 29; needed <- 6; p0 <- 0.1
  n2 <- n - n1
  p_of <- function(p, x2) {
    given <- pbinom(x2 - 1, m2, p, lower.tail = FALSE)
    star <- if (needed - x1 <= 0) 0 else qbeta(given, needed - x1, n2 - (needed - x1) + 1)
    k <- (r1 + 1):n1
    sum(dbinom(k, n1, p) * pbinom(needed - k - 1, n2, star, lower.tail = FALSE))
  }
  error <- pbinom(needed - x1 - 1, n2, p0, lower.tail = FALSE)
  given <- pbinom(x2 - 1, m2, p0, lower.tail = FALSE)
  changed[[length(changed) + 1]] <- list(
    m2 = m2, x1 = x1, x2 = x2, conditional_error = error, conditional_p_value = given,
    success = given <= error, p_value = p_of(p0, x2), median = root(function(p) p_of(p, x2) - 0.5),
    lower = root(function(p) p_of(p, x2) - 0.05)
  )
}

# ---- every two-stage design of few subjects ------------------------------------------------------
every <- function(p0, p1, alpha, beta, most) {
  best <- c(Inf, 0, 0, 0, 0); mini <- c(Inf, 0, 0, 0, 0)
  for (n in 2:most) for (n1 in 1:(n - 1)) for (r1 in 0:(n1 - 1)) {
    stop0 <- pbinom(r1, n1, p0)
    if (pbinom(r1, n1, p1) > beta) break
    for (s in (r1 + 1):n) {
      if (above(s, n1, r1, n, p0) > alpha) next
      if (above(s, n1, r1, n, p1) < 1 - beta) break
      size <- n1 + (1 - stop0) * (n - n1)
      if (size < best[1] - 1e-9) best <- c(size, r1, n1, s - 1, n)
      if (is.infinite(mini[1]) || (n == mini[5] && size < mini[1] - 1e-9)) {
        mini <- c(size, r1, n1, s - 1, n)
      }
      break
    }
  }
  list(goal = c(p0, p1, alpha, 1 - beta), most = most, optimal = best[-1], minimax = mini[-1],
       expected = best[1])
}
two_stages <- list(
  every(0.1, 0.35, 0.1, 0.2, 24), every(0.25, 0.5, 0.1, 0.1, 34), every(0.4, 0.75, 0.05, 0.2, 24)
)

# ---- one-sample log-rank: moments by integrate() -------------------------------------------------
logrank <- lapply(list(c(12, 1, 0.6, 24, 12), c(6, 1.5, 0.5, 12, 6), c(9, 0.7, 0.7, 18, 0)),
  function(d) {
    median <- d[1]; k <- d[2]; h <- d[3]; a <- d[4]; f <- d[5]
    b <- median / log(2)^(1 / k)
    hazard <- function(t) (t / b)^k
    followed <- function(t) ifelse(t <= f, 1, pmax(0, (a + f - t) / a))
    # Over u = cumulative hazard of the null, so that no shape has a pole at 0.
    time <- function(u) b * u^(1 / k)
    part <- function(g) {
      cut <- hazard(f); end <- hazard(a + f)
      whole <- function(lo, hi) if (hi > lo) integrate(g, lo, hi, rel.tol = 1e-12,
                                                       subdivisions = 2000)$value else 0
      whole(0, cut) + whole(cut, end)
    }
    base <- part(function(u) followed(time(u)) * exp(-h * u))
    second <- part(function(u) followed(time(u)) * exp(-h * u) * u)
    mean <- (h - 1) * base
    list(median = median, shape = k, hazard_ratio = h, accrual = a, follow_up = f,
         mean = mean, variance = h * base - 2 * h * second + 2 * second - mean^2,
         expected = base, events = h * base)
  })

write_reference("designs", c("stats", "rpact"), 1e-8, list(
  bounds = bounds, futility = futility, two_arms = two_arms, after = after, changed = changed,
  two_stages = two_stages, logrank = logrank
))
