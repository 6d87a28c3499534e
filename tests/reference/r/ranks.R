# Rank tests: wilcox.test, coin and exactRankTests for exact p-values with ties and zeros,
# kruskal.test, and the textbook's formulas where no package of R has the method.
# Run from the repository root: Rscript tests/reference/r/ranks.R
source("tests/reference/r/write_cases.R")
suppressPackageStartupMessages({
  library(MASS)
  library(coin)
})
suppressWarnings(suppressMessages(library(exactRankTests)))

# ---- Mann-Whitney -------------------------------------------------------------------------------

# Limits of the shift: every shift between two differences is tried; those kept that neither
# one-sided exact test (exactRankTests) rejects at half of 1 - level.
kept_shifts <- function(points, p_values, level) {
  points <- sort(unique(round(as.vector(points), 9)))
  between <- c(points[1] - 1, (head(points, -1) + tail(points, -1)) / 2, tail(points, 1) + 1)
  p <- sapply(between, p_values)
  kept <- which(apply(p > (1 - level) / 2, 2, all))
  if (kept[1] == 1 || tail(kept, 1) == length(between)) return(c(NA, NA))
  c(points[kept[1] - 1], points[tail(kept, 1)])
}

exact_shift <- function(x, y, level) {
  one_sided <- function(d, side) wilcox.exact(x - d, y, alternative = side, exact = TRUE)$p.value
  kept_shifts(outer(x, y, "-"), function(d) c(one_sided(d, "greater"), one_sided(d, "less")), level)
}

exact_p <- function(x, y, alternative = "two.sided") {
  data <- data.frame(v = c(x, y), g = factor(rep(c("a", "b"), c(length(x), length(y)))))
  as.numeric(pvalue(wilcox_test(v ~ g, data, distribution = "exact", alternative = alternative)))
}

sides <- c("two-sided" = "two.sided", greater = "greater", less = "less")

mann_whitney <- function(name, x, y, level = 0.95, limits = TRUE) {
  x <- x[!is.na(x)]
  y <- y[!is.na(y)]
  key <- gsub("[^a-z0-9]+", "_", tolower(name))
  add_data(key, list(values = I(x), reference = I(y)))
  arguments <- list(values = paste0("@", key, ".values"), reference = paste0("@", key, ".reference"))
  w <- unname(suppressWarnings(wilcox.test(x, y))$statistic)
  shift <- median(outer(x, y, "-"))
  ties <- anyDuplicated(c(x, y)) > 0
  for (side in names(sides)) {
    expected <- list(statistic = w, p_value = exact_p(x, y, sides[[side]]), estimate = shift)
    if (limits && side == "two-sided") {
      both <- if (ties) exact_shift(x, y, level) else
        wilcox.test(x, y, exact = TRUE, conf.int = TRUE, conf.level = level)$conf.int[1:2]
      expected <- c(expected, lower = both[1], upper = both[2])
    }
    add_case("mann-whitney", paste0(name, ", exact, ", side),
             c(arguments, method = "exact", alternative = side, level = level), expected)
    for (correct in c(TRUE, FALSE)) {
      r <- suppressWarnings(wilcox.test(x, y, alternative = sides[[side]], exact = FALSE,
                                        correct = correct, conf.int = TRUE, conf.level = level,
                                        tol.root = 1e-14))
      expected <- list(statistic = w, p_value = r$p.value, estimate = shift)
      # uniroot stops within 1e-14 of the difference at which the test turns
      if (side == "two-sided") {
        expected <- c(expected, lower = round(r$conf.int[1], 10), upper = round(r$conf.int[2], 10))
      }
      add_case("mann-whitney",
               paste0(name, ", asymptotic, ", side, if (correct) ", corrected" else ", uncorrected"),
               c(arguments, method = "asymptotic", alternative = side, correct = correct,
                 level = level), expected)
    }
  }
}

mann_whitney("Permeability of the chorioamnion (wilcox.test)",
             c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46),
             c(1.15, 0.88, 0.90, 0.74, 1.21))
ozone <- split(airquality$Ozone, airquality$Month)
mann_whitney("airquality, Ozone in May and August", ozone[["5"]], ozone[["8"]])
plants <- split(PlantGrowth$weight, PlantGrowth$group)
mann_whitney("PlantGrowth, treatment 1 and control", plants$trt1, plants$ctrl, 0.9)
mann_whitney("PlantGrowth, treatment 2 and control", plants$trt2, plants$ctrl, 0.99)
feeds <- split(chickwts$weight, chickwts$feed)
mann_whitney("chickwts, linseed and horsebean", feeds$linseed, feeds$horsebean)
sprays <- split(InsectSprays$count, InsectSprays$spray)
mann_whitney("InsectSprays, A and B", sprays$A, sprays$B)
mann_whitney("InsectSprays, C and D", sprays$C, sprays$D)
mann_whitney("rotarod, control and treatment (coin)", rotarod$time[rotarod$group == "control"],
             rotarod$time[rotarod$group == "treatment"])
values <- split(asat$asat, asat$group)
mann_whitney("asat, compound and control (coin)", values[[1]], values[[2]])
mann_whitney("sleep, drugs 2 and 1 as two groups", sleep$extra[sleep$group == 2],
             sleep$extra[sleep$group == 1])
mann_whitney("four of one kind and four others, nearly all tied", c(0, 0, 0, 1), c(0, 0, 0, 0))
hearts <- split(cats$Hwt, cats$Sex)
mann_whitney("cats, heart weight by sex (MASS)", hearts$F, hearts$M, limits = FALSE)
mann_whitney("three and three, level 0.9: p is 0.1 where all are above", c(4.1, 5.3, 7.7),
             c(1.2, 2.4, 3.9), 0.9)

# ---- Wilcoxon signed rank -----------------------------------------------------------------------

# Pratt's ranks of those that are not zero; exact by exactRankTests on these scores.
signed_p <- function(d, zeros, alternative) {
  if (zeros == "wilcoxon") d <- d[d != 0]
  r <- rank(abs(d))
  exactRankTests::pperm(sum(r[d > 0]), r[d != 0], sum(d != 0), paired = TRUE, alternative = alternative)
}

exact_centre <- function(d, level) {
  one_sided <- function(m, side) wilcox.exact(d - m, alternative = side, exact = TRUE)$p.value
  means <- outer(d, d, "+") / 2
  kept_shifts(means[lower.tri(means, TRUE)],
              function(m) c(one_sided(m, "greater"), one_sided(m, "less")), level)
}

walsh_median <- function(d) median((outer(d, d, "+") / 2)[lower.tri(diag(length(d)), TRUE)])

signed_rank <- function(name, d, level = 0.95) {
  d <- d[!is.na(d)]
  key <- gsub("[^a-z0-9]+", "_", tolower(name))
  add_data(key, list(differences = I(d)))
  for (zeros in c("wilcoxon", "pratt")) {
    kept <- if (zeros == "wilcoxon") d[d != 0] else d
    arguments <- list(differences = paste0("@", key, ".differences"), zeros = zeros, level = level)
    v <- sum(rank(abs(kept))[kept > 0])
    limits <- exact_centre(kept, level)
    if (!anyDuplicated(abs(d)) && !any(d == 0)) {
      limits <- wilcox.test(d, exact = TRUE, conf.int = TRUE, conf.level = level)$conf.int[1:2]
    }
    for (side in names(sides)) {
      expected <- list(statistic = v, p_value = signed_p(d, zeros, sides[[side]]),
                       estimate = walsh_median(kept))
      if (side == "two-sided") expected <- c(expected, lower = limits[1], upper = limits[2])
      add_case("signed-rank", paste0(name, ", exact, zeros as ", zeros, ", ", side),
               c(arguments, method = "exact", alternative = side), expected)
    }
  }
  # coin has Pratt's exact test, and the asymptotic one without correction
  coin_test <- function(...) {
    as.numeric(pvalue(wilcoxsign_test(d ~ zero, data.frame(d = d, zero = 0), ...)))
  }
  arguments <- list(differences = paste0("@", key, ".differences"), level = level)
  for (zeros in c("Pratt", "Wilcoxon")) {
    add_case("signed-rank", paste0(name, ", exact, zeros as ", tolower(zeros), " in coin"),
             c(arguments, method = "exact", zeros = tolower(zeros)),
             list(p_value = coin_test(zero.method = zeros, distribution = "exact")))
    add_case("signed-rank", paste0(name, ", asymptotic, zeros as ", tolower(zeros), " in coin"),
             c(arguments, method = "asymptotic", zeros = tolower(zeros), correct = FALSE),
             list(p_value = coin_test(zero.method = zeros)))
  }
  for (side in names(sides)) for (correct in c(TRUE, FALSE)) {
    r <- suppressWarnings(wilcox.test(d, alternative = sides[[side]], exact = FALSE,
                                      correct = correct, conf.int = TRUE, conf.level = level,
                                      tol.root = 1e-14))
    expected <- list(statistic = unname(r$statistic), p_value = r$p.value)
    if (side == "two-sided") {
      expected <- c(expected, estimate = walsh_median(d[d != 0]),
                    lower = round(r$conf.int[1], 10), upper = round(r$conf.int[2], 10))
    }
    add_case("signed-rank",
             paste0(name, ", asymptotic, ", side, if (correct) ", corrected" else ", uncorrected"),
             c(arguments, method = "asymptotic", alternative = side, correct = correct), expected)
  }
}

signed_rank("Depression before and after (wilcox.test)",
            c(1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30) -
              c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29))
signed_rank("sleep, drug 2 less drug 1: a zero and ties",
            round(sleep$extra[sleep$group == 2] - sleep$extra[sleep$group == 1], 1))
signed_rank("shoes, B less A (MASS)", round(shoes$B - shoes$A, 1))
signed_rank("immer, barley of 1932 less 1931 (MASS)", round(immer$Y2 - immer$Y1, 1))
signed_rank("Darwin's maize (boot)", boot::darwin$y)
signed_rank("anorexia, family therapy (MASS)",
            with(subset(anorexia, Treat == "FT"), round(Postwt - Prewt, 1)))
signed_rank("anorexia, control, level 0.8 (MASS)",
            with(subset(anorexia, Treat == "Cont"), round(Postwt - Prewt, 1)), 0.8)
signed_rank("scores with many zeros", c(0, 0, 0, 1, 1, 2, -1, 3, 0, 2, 1, -2, 0, 1), 0.9)

# ---- Kruskal-Wallis -----------------------------------------------------------------------------

# All ways to share the ranks out among the groups, listed one by one.
listed_p <- function(v, g) {
  r <- rank(v)
  sizes <- as.vector(table(g))
  observed <- sum(tapply(r, g, sum)^2 / sizes)
  share <- function(left, sizes) {
    if (length(sizes) == 1) return(sum(r[left])^2 / sizes)
    first <- combn(length(left), sizes[1])
    unlist(lapply(seq_len(ncol(first)), function(i) {
      taken <- left[first[, i]]
      sum(r[taken])^2 / sizes[1] + share(setdiff(left, taken), sizes[-1])
    }))
  }
  mean(share(seq_along(r), sizes) >= observed * (1 - 1e-12))
}

kruskal <- function(name, v, g, exact = FALSE) {
  g <- as.character(g)[!is.na(v)]
  v <- v[!is.na(v)]
  key <- gsub("[^a-z0-9]+", "_", tolower(name))
  add_data(key, list(values = I(v), group = I(g)))
  arguments <- list(values = paste0("@", key, ".values"), group = paste0("@", key, ".group"))
  r <- kruskal.test(v, g)
  numbers <- list(statistic = unname(r$statistic), df = unname(r$parameter))
  add_case("kruskal-wallis", paste0(name, ", asymptotic"), c(arguments, method = "asymptotic"),
           c(numbers, p_value = r$p.value))
  if (exact) {
    add_case("kruskal-wallis", paste0(name, ", exact by listing"), c(arguments, method = "exact"),
             c(numbers, p_value = listed_p(v, g)))
  }
  if (exact && length(unique(g)) == 2) {
    p <- pvalue(kruskal_test(v ~ g, data.frame(v = v, g = factor(g)), distribution = "exact"))
    add_case("kruskal-wallis", paste0(name, ", exact in coin"), c(arguments, method = "exact"),
             c(numbers, p_value = as.numeric(p)))
  }
  dunn(name, v, g, arguments)
}

# Dunn (1964): z of the mean ranks with the variance corrected for ties, all pairs.
dunn <- function(name, v, g, arguments) {
  n <- length(v)
  r <- rank(v)
  sizes <- tapply(r, g, length)
  means <- tapply(r, g, mean)
  ties <- table(v)
  variance <- n * (n + 1) / 12 - sum(ties^3 - ties) / (12 * (n - 1))
  pairs <- combn(sort(unique(g)), 2)
  z <- apply(pairs, 2, function(p) {
    (means[[p[1]]] - means[[p[2]]]) / sqrt(variance * (1 / sizes[[p[1]]] + 1 / sizes[[p[2]]]))
  })
  p <- 2 * pnorm(abs(z), lower.tail = FALSE)
  for (how in c("none", "bonferroni", "holm", "BH")) {
    add_case("dunn", paste0(name, ", ", tolower(how)), c(arguments, adjust = tolower(how)),
             list(z = I(z), p_value = I(p), adjusted_p_value = I(p.adjust(p, how))),
             source = "Dunn's formula (1964) written out in tests/reference/r/ranks.R; p.adjust of R")
  }
}

kruskal("Mucociliary efficiency (kruskal.test)",
        c(2.9, 3.0, 2.5, 2.6, 3.2, 3.8, 2.7, 4.0, 2.4, 2.8, 3.4, 3.7, 2.2, 2.0),
        rep(c("normal", "obstructive", "asbestosis"), c(5, 4, 5)), exact = TRUE)
kruskal("airquality, Ozone by month", airquality$Ozone, airquality$Month)
kruskal("PlantGrowth", PlantGrowth$weight, PlantGrowth$group)
kruskal("chickwts", chickwts$weight, chickwts$feed)
kruskal("InsectSprays", InsectSprays$count, InsectSprays$spray)
kruskal("Gizzard shad by site (coin)",
        c(46, 28, 46, 37, 32, 41, 42, 45, 38, 44, 42, 60, 32, 42, 45, 58, 27, 51, 42, 52,
          38, 33, 26, 25, 28, 28, 26, 27, 27, 27, 31, 30, 27, 29, 30, 25, 25, 24, 27, 30),
        rep(c("I", "II", "III", "IV"), each = 10))
kruskal("three groups with ties", c(1, 2, 2, 3, 3, 3, 4, 5, 5, 1, 6), c(1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3),
        exact = TRUE)
kruskal("four small groups with ties", c(1, 1, 2, 3, 4, 4, 5, 5, 6, 7), c(1, 1, 2, 2, 2, 3, 3, 4, 4, 4),
        exact = TRUE)
kruskal("five pairs", c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3), rep(1:5, 2), exact = TRUE)
kruskal("chickwts, two feeds", c(feeds$linseed, feeds$horsebean),
        rep(c("linseed", "horsebean"), c(12, 10)))
kruskal("two groups with ties", c(1, 2, 2, 3, 4, 4, 5, 2, 4, 6, 6, 7), rep(1:2, c(7, 5)), exact = TRUE)

# ---- van Elteren --------------------------------------------------------------------------------

# Two groups: van Elteren's z (1960) written out. Any number: coin's conditional quadratic form of
# the same scores, ranks / (n + 1) within strata.
van_elteren <- function(name, v, g, s) {
  here <- !is.na(v)
  v <- v[here]
  g <- as.character(g)[here]
  s <- as.character(s)[here]
  key <- gsub("[^a-z0-9]+", "_", tolower(name))
  add_data(key, list(values = I(v), group = I(g), stratum = I(s)))
  arguments <- list(values = paste0("@", key, ".values"), group = paste0("@", key, ".group"),
                    stratum = paste0("@", key, ".stratum"))
  data <- data.frame(a = ave(v, s, FUN = function(x) rank(x) / (length(x) + 1)), g = factor(g),
                     s = factor(s))
  test <- independence_test(a ~ g | s, data, teststat = "quadratic")
  df <- length(unique(g)) - 1
  add_case("van-elteren", paste0(name, ", coin"), arguments,
           list(statistic = as.numeric(statistic(test)), df = df, # coin's p is 1 - pchisq()
                p_value = pchisq(as.numeric(statistic(test)), df, lower.tail = FALSE)))
  if (df > 1) return(invisible())
  first <- sort(unique(g))[1]
  parts <- sapply(split(seq_along(v), s), function(i) {
    n <- length(i)
    m <- sum(g[i] == first)
    r <- rank(v[i])
    c((sum(r[g[i] == first]) - m * (n + 1) / 2) / (n + 1),
      m * (n - m) / (n * (n - 1)) * sum((r - (n + 1) / 2)^2) / (n + 1)^2)
  })
  z <- sum(parts[1, ]) / sqrt(sum(parts[2, ]))
  add_case("van-elteren", paste0(name, ", formula"), arguments,
           list(statistic = z^2, df = 1, p_value = 2 * pnorm(-abs(z))),
           source = "van Elteren's z (1960) written out in tests/reference/r/ranks.R")
}

van_elteren("warpbreaks, wool by tension", warpbreaks$breaks, warpbreaks$wool, warpbreaks$tension)
van_elteren("warpbreaks, tension by wool", warpbreaks$breaks, warpbreaks$tension, warpbreaks$wool)
van_elteren("ToothGrowth, supplement by dose", ToothGrowth$len, ToothGrowth$supp, ToothGrowth$dose)
van_elteren("ToothGrowth, dose by supplement", ToothGrowth$len, ToothGrowth$dose, ToothGrowth$supp)
van_elteren("CO2, chilled or not by type and concentration", CO2$uptake, CO2$Treatment,
            paste(CO2$Type, CO2$conc))
van_elteren("Arthritis, treatment by sex (vcd)", as.integer(vcd::Arthritis$Improved),
            vcd::Arthritis$Treatment, vcd::Arthritis$Sex)
lung <- survival::lung
van_elteren("lung, weight loss by ECOG score and sex", lung$wt.loss[!is.na(lung$ph.ecog)],
            lung$ph.ecog[!is.na(lung$ph.ecog)], lung$sex[!is.na(lung$ph.ecog)])
van_elteren("anorexia, change by treatment in one stratum (MASS)",
            round(anorexia$Postwt - anorexia$Prewt, 1), anorexia$Treat, rep(1, nrow(anorexia)))

write_cases("ranks", c("stats", "MASS", "boot", "coin", "exactRankTests", "survival", "vcd"))
