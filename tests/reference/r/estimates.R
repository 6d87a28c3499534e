# Summaries, medians, means, bootstrap intervals and adjusted p-values: quantile, t.test, oneway.test,
# boot.ci, p.adjust; the interval of a median from qbinom and pbinom.
# Run from the repository root: Rscript tests/reference/r/estimates.R
source("tests/reference/r/write_cases.R")
suppressPackageStartupMessages({
  library(MASS)
  library(boot)
})

key_of <- function(name) gsub("[^a-z0-9]+", "_", tolower(name))

# ---- Summary statistics, quartiles of nine types; intervals of a median -------------------------

describe <- function(name, x) {
  key <- key_of(name)
  add_data(key, list(values = I(x)))
  arguments <- list(values = paste0("@", key, ".values"))
  here <- x[!is.na(x)]
  for (type in 1:9) {
    q <- unname(quantile(here, c(0.25, 0.75), type = type))
    add_case("summary", paste0(name, ", quartiles of type ", type),
             c(arguments, quartile_type = type),
             list(n = length(here), missing = sum(is.na(x)), mean = mean(here), sd = sd(here),
                  median = median(here), q1 = q[1], q3 = q[2], minimum = min(here),
                  maximum = max(here)))
  }
  if (anyNA(x)) return(invisible())
  for (level in c(0.8, 0.9, 0.95, 0.99)) median_limits(name, x, level, arguments)
}

# From the k-th smallest to the k-th largest: qbinom gives the smallest count with a larger tail.
median_limits <- function(name, x, level, arguments) {
  n <- length(x)
  k <- qbinom((1 - level) / 2, n, 0.5)
  s <- sort(x)
  arguments <- c(arguments, level = level)
  source <- "qbinom and pbinom of R in tests/reference/r/estimates.R"
  cover <- function(k) 1 - 2 * pbinom(k - 1, n, 0.5)
  add_case("median", paste0(name, ", level ", level), arguments,
           list(estimate = median(x), lower = if (k > 0) s[k] else NA,
                upper = if (k > 0) s[n - k + 1] else NA, coverage = if (k > 0) cover(k) else NA),
           source = source)
  if (k == 0) return(invisible())
  # Hettmansperger and Sheather (1986)
  part <- (cover(k) - level) / (cover(k) - cover(k + 1))
  weight <- (n - k) * part / (k + (n - 2 * k) * part)
  add_case("median", paste0(name, ", interpolated, level ", level),
           c(arguments, method = "interpolated"),
           list(estimate = median(x), lower = (1 - weight) * s[k] + weight * s[k + 1],
                upper = (1 - weight) * s[n - k + 1] + weight * s[n - k], coverage = level),
           source = paste0("Hettmansperger and Sheather's formula (1986); ", source))
}

describe("airquality, Ozone", airquality$Ozone)
describe("airquality, Wind", airquality$Wind)
describe("faithful, waiting", faithful$waiting)
describe("precip", unname(precip))
describe("lung, time", survival::lung$time)
describe("lung, calories", survival::lung$meal.cal)
describe("PlantGrowth, control", PlantGrowth$weight[PlantGrowth$group == "ctrl"])
describe("rotarod, treatment", coin::rotarod$time[coin::rotarod$group == "treatment"])
describe("six values", c(3, 5, 8, 9, 12, 16))
describe("five values", c(3, 5, 8, 9, 12))
describe("three values", c(3, 3, 8))

# ---- Means --------------------------------------------------------------------------------------

mean_of <- function(name, x, null = 0, level = 0.95) {
  r <- t.test(x, mu = null, conf.level = level)
  add_case("mean", paste0(name, ", against ", null, ", level ", level),
           list(values = I(x), null = null, level = level),
           list(estimate = mean(x), lower = r$conf.int[1], upper = r$conf.int[2],
                standard_error = r$stderr, statistic = unname(r$statistic),
                df = unname(r$parameter), p_value = r$p.value))
}

differences <- sleep$extra[sleep$group == 2] - sleep$extra[sleep$group == 1]
mean_of("sleep, drug 2 less drug 1", differences)
mean_of("sleep, drug 2 less drug 1", differences, 1, 0.9)
mean_of("Darwin's maize (boot)", darwin$y)
mean_of("shoes, B less A (MASS)", shoes$B - shoes$A, 0, 0.99)
mean_of("women, height", women$height, 65)
mean_of("precip", unname(precip), 35)
mean_of("two values", c(1.5, 2.5))

two_means <- function(name, x, y, level = 0.95) {
  for (equal in c(FALSE, TRUE)) {
    r <- t.test(x, y, var.equal = equal, conf.level = level)
    add_case("mean-difference", paste0(name, if (equal) ", Student" else ", Welch"),
             list(values = I(x), reference = I(y), equal_variances = equal, level = level),
             list(estimate = mean(x) - mean(y), lower = r$conf.int[1], upper = r$conf.int[2],
                  standard_error = r$stderr, statistic = unname(r$statistic),
                  df = unname(r$parameter), p_value = r$p.value))
  }
}

two_means("sleep, drugs 1 and 2 as two groups", sleep$extra[sleep$group == 1],
          sleep$extra[sleep$group == 2])
feeds <- split(chickwts$weight, chickwts$feed)
two_means("chickwts, casein and horsebean", feeds$casein, feeds$horsebean, 0.99)
teeth <- split(ToothGrowth$len, ToothGrowth$supp)
two_means("ToothGrowth, by supplement", teeth$OJ, teeth$VC, 0.9)
hearts <- split(cats$Bwt, cats$Sex)
two_means("cats, body weight by sex (MASS)", hearts$M, hearts$F)
two_means("two and two", c(1, 2), c(4, 9))
two_means("one group without variance", c(3, 3, 3), c(4, 9, 5))

anova_of <- function(name, v, g) {
  key <- key_of(name)
  add_data(key, list(values = I(v), group = I(as.character(g))))
  for (equal in c(FALSE, TRUE)) {
    r <- oneway.test(v ~ g, var.equal = equal)
    add_case("anova", paste0(name, if (equal) ", equal variances" else ", Welch"),
             list(values = paste0("@", key, ".values"), group = paste0("@", key, ".group"),
                  equal_variances = equal),
             list(statistic = unname(r$statistic), df = unname(r$parameter[1]),
                  df_within = unname(r$parameter[2]), p_value = r$p.value))
  }
}

anova_of("PlantGrowth by group", PlantGrowth$weight, PlantGrowth$group)
anova_of("chickwts by feed", chickwts$weight, chickwts$feed)
anova_of("InsectSprays by spray", InsectSprays$count, InsectSprays$spray)
anova_of("sleep by drug", sleep$extra, sleep$group)
ozone <- airquality[!is.na(airquality$Ozone), ]
anova_of("airquality, Ozone by month", ozone$Ozone, ozone$Month)
anova_of("anorexia, change by treatment (MASS)", anorexia$Postwt - anorexia$Prewt, anorexia$Treat)

# ---- Bootstrap: the same resampled statistics go into boot.ci and into Topline ------------------

bootstrap <- function(name, x, statistic, resamples, levels = c(0.9, 0.95)) {
  set.seed(20260101)
  drawn <- boot(x, function(x, i) statistic(x[i]), resamples)
  jackknife <- sapply(seq_along(x), function(i) statistic(x[-i]))
  key <- key_of(name)
  add_data(key, list(replicates = I(as.vector(drawn$t)), jackknife = I(jackknife)))
  for (level in levels) {
    r <- boot.ci(drawn, level, c("perc", "basic", "bca"), L = mean(jackknife) - jackknife)
    limits <- list(percentile = r$percent[4:5], basic = r$basic[4:5], bca = r$bca[4:5])
    for (method in names(limits)) {
      add_case("bootstrap", paste0(name, ", ", method, ", level ", level),
               list(estimate = drawn$t0, replicates = paste0("@", key, ".replicates"),
                    jackknife = paste0("@", key, ".jackknife"), method = method, level = level),
               list(lower = limits[[method]][1], upper = limits[[method]][2]))
    }
  }
}

bootstrap("Mean of Darwin's maize (boot)", darwin$y, mean, 999)
bootstrap("Median of hours between failures, aircondit (boot)", aircondit$hours, median, 500)
bootstrap("Variance of hours between failures, aircondit (boot)", aircondit$hours, var, 999,
          c(0.8, 0.95))
bootstrap("Trimmed mean of precip", unname(precip), function(x) mean(x, trim = 0.1), 600)

# ---- Multiplicity -------------------------------------------------------------------------------

names_in_r <- c(holm = "holm", hochberg = "hochberg", hommel = "hommel", bonferroni = "bonferroni",
                bh = "BH", by = "BY", none = "none")

multiplicity <- function(name, p) {
  for (method in names(names_in_r)) {
    add_case("multiplicity", paste0(name, ", ", method), list(p_values = I(p), method = method),
             list(adjusted = I(p.adjust(p, names_in_r[[method]]))))
  }
  written <- "the formula written out in tests/reference/r/estimates.R"
  n <- sum(!is.na(p))
  add_case("multiplicity", paste0(name, ", sidak"), list(p_values = I(p), method = "sidak"),
           list(adjusted = I(-expm1(n * log1p(-p)))), source = written)
  o <- order(p, na.last = NA)
  stepped <- rep(NA_real_, length(p))
  stepped[o] <- cummax(-expm1((n + 1 - seq_along(o)) * log1p(-p[o])))
  add_case("multiplicity", paste0(name, ", holm-sidak"),
           list(p_values = I(p), method = "holm-sidak"), list(adjusted = I(stepped)),
           source = written)
  if (!anyNA(p)) {
    add_case("multiplicity", paste0(name, ", fixed-sequence"),
             list(p_values = I(p), method = "fixed-sequence"), list(adjusted = I(cummax(p))),
             source = written)
  }
}

multiplicity("fifteen p-values of Benjamini and Hochberg (1995)",
             c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
               0.4262, 0.5719, 0.6528, 0.7590, 1.0000))
set.seed(123) # the example of ?p.adjust
x <- rnorm(50, mean = c(rep(0, 25), rep(3, 25)))
multiplicity("fifty p-values of ?p.adjust", 2 * pnorm(sort(-abs(x))))
multiplicity("ties, a zero, a one and a missing value", c(0.02, NA, 0.02, 1, 0, 0.5, 0.02, 0.04))
multiplicity("two", c(0.04, 0.03))
multiplicity("one", 0.2)

write_cases("estimates", c("stats", "MASS", "boot", "survival", "coin"))
