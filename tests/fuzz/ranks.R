# The same numbers as ranks.py, from R: stats, exactRankTests and coin; formulas where R has none.
suppressWarnings(suppressPackageStartupMessages({
  library(exactRankTests)
  library(coin)
}))
paths <- commandArgs(TRUE)
sets <- jsonlite::fromJSON(paths[1], simplifyDataFrame = FALSE)

attempt <- function(x) suppressWarnings(tryCatch(x, error = function(e) NULL))
one <- function(x) if (length(x) == 1 && is.finite(x)) unname(x) else NA_real_

# The limits if they have the level asked for; R changes it where there are too few values.
limits <- function(test, level) {
  both <- test$conf.int
  if (is.null(both) || abs(attr(both, "conf.level") - level) > 1e-9) return(c(NA, NA))
  both[1:2]
}

# First and last point between which neither one-sided exact test rejects the values less a shift.
kept_shifts <- function(points, p_value, level) {
  points <- sort(unique(round(as.vector(points), 9)))
  if (length(points) < 2) return(c(NA, NA))
  between <- c(points[1] - 1, (head(points, -1) + tail(points, -1)) / 2, tail(points, 1) + 1)
  most <- (1 - level) / 2 * (1 + 1e-9)
  first_kept <- function(places, side) {
    rejects <- function(i) p_value(between[i], side) <= most
    if (!rejects(places[1])) return(NA)
    low <- 1
    high <- length(places)
    while (high - low > 1) {
      middle <- (low + high) %/% 2
      if (rejects(places[middle])) low <- middle else high <- middle
    }
    places[high]
  }
  k <- length(between)
  ends <- c(first_kept(1:k, "greater"), first_kept(k:1, "less"))
  if (anyNA(ends)) return(c(NA, NA))
  c(points[ends[1] - 1], points[ends[2]])
}

two_groups <- function(x, y, level) {
  p <- function(side) {
    if (anyDuplicated(c(x, y))) coin_p(x, y, side) else
      attempt(wilcox.test(x, y, alternative = side, exact = TRUE))$p.value
  }
  normal <- attempt(wilcox.test(x, y, exact = FALSE, conf.int = TRUE, conf.level = level,
                                tol.root = 1e-15))
  plain <- attempt(wilcox.test(x, y, exact = FALSE, correct = FALSE))
  both <- if (!length(x) || !length(y)) c(NA, NA) else if (anyDuplicated(c(x, y))) {
    kept_shifts(outer(x, y, "-"), function(d, side) {
      wilcox.exact(x - d, y, alternative = side, exact = TRUE)$p.value
    }, level)
  } else limits(attempt(wilcox.test(x, y, exact = TRUE, conf.int = TRUE, conf.level = level)), level)
  around <- if (is.null(normal)) c(NA, NA) else limits(normal, level)
  out <- list(
    "mw w" = one(attempt(wilcox.test(x, y))$statistic), "mw exact p" = one(p("two.sided")),
    "mw exact p greater" = one(p("greater")), "mw exact p less" = one(p("less")),
    "mw normal p" = one(plain_p(normal, x, y)), "mw plain p" = one(plain$p.value),
    "mw estimate" = one(median(outer(x, y, "-"))), "mw estimate by root" = one(normal$estimate),
    "mw exact lower" = one(both[1]), "mw exact upper" = one(both[2]),
    "mw normal lower" = one(around[1]), "mw normal upper" = one(around[2])
  )
  for (name in c("welch", "student")) {
    test <- attempt(t.test(x, y, var.equal = name == "student", conf.level = level))
    out[[paste(name, "t")]] <- one(test$statistic)
    out[[paste(name, "df")]] <- one(test$parameter)
    out[[paste(name, "p")]] <- one(test$p.value)
    out[[paste(name, "lower")]] <- one(test$conf.int[1])
  }
  out
}

# Not exactRankTests: its two-sided p misses outcomes just as far from a mean that it rounds.
coin_p <- function(x, y, side) {
  data <- data.frame(v = c(x, y), g = factor(rep(c("a", "b"), c(length(x), length(y)))))
  test <- attempt(wilcox_test(v ~ g, data, distribution = "exact", alternative = side))
  if (is.null(test)) NULL else attempt(as.numeric(pvalue(test)))
}

plain_p <- function(test, x, y) {
  if (is.null(test)) attempt(wilcox.test(x, y, exact = FALSE))$p.value else test$p.value
}

one_group <- function(x, level, type) {
  signed <- x[x != 0]
  exact_p <- function(r, s) {
    if (any(s != 0)) exactRankTests::pperm(sum(r[s > 0]), r[s != 0], sum(s != 0), paired = TRUE,
                           alternative = "two.sided") else NA
  }
  normal <- attempt(wilcox.test(x, exact = FALSE, conf.int = TRUE, conf.level = level,
                                tol.root = 1e-15))
  normal_p <- attempt(wilcox.test(x, exact = FALSE))
  plain <- attempt(wilcox.test(x, exact = FALSE, correct = FALSE))
  pratt <- attempt(wilcoxsign_test(v ~ zero, data.frame(v = x, zero = 0), zero.method = "Pratt"))
  centre <- function(s) {
    if (!length(s)) return(c(NA, NA))
    means <- outer(s, s, "+")[lower.tri(diag(length(s)), TRUE)] / 2
    kept_shifts(means, function(m, side) {
      wilcox.exact(s - m, alternative = side, exact = TRUE)$p.value
    }, level)
  }
  both <- if (anyDuplicated(abs(signed)) || any(x == 0)) centre(signed) else
    limits(attempt(wilcox.test(x, exact = TRUE, conf.int = TRUE, conf.level = level)), level)
  around <- if (is.null(normal)) c(NA, NA) else limits(normal, level)
  pratt_limits <- if (length(signed)) centre(x) else c(NA, NA)
  n <- length(x)
  k <- qbinom((1 - level) / 2, n, 0.5)
  mean_test <- attempt(t.test(x, conf.level = level))
  q <- quantile(x, c(0.25, 0.75), type = type)
  list(
    "sr v" = if (length(signed)) sum(rank(abs(signed))[signed > 0]) else NA,
    "sr pratt v" = if (length(signed)) sum(rank(abs(x))[x > 0]) else NA,
    "sr exact p" = one(exact_p(rank(abs(signed)), signed)),
    "sr pratt exact p" = one(exact_p(rank(abs(x)), x)),
    "sr normal p" = one(normal_p$p.value), "sr plain p" = one(plain$p.value),
    "sr pratt plain p" = one(if (!is.null(pratt)) 2 * pnorm(-abs(as.numeric(statistic(pratt))))),
    "sr estimate" = one(if (length(signed))
      median((outer(signed, signed, "+") / 2)[lower.tri(diag(length(signed)), TRUE)])),
    "sr estimate by root" = one(normal$estimate),
    "sr exact lower" = one(both[1]), "sr exact upper" = one(both[2]),
    "sr pratt lower" = one(pratt_limits[1]), "sr pratt upper" = one(pratt_limits[2]),
    "sr normal lower" = one(around[1]), "sr normal upper" = one(around[2]),
    "median lower" = if (k > 0) sort(x)[k] else NA,
    "median upper" = if (k > 0) sort(x)[n - k + 1] else NA,
    "mean t" = one(mean_test$statistic), "mean p" = one(mean_test$p.value),
    "mean lower" = one(mean_test$conf.int[1]),
    "quartile 1" = one(q[1]), "quartile 3" = one(q[2]), sd = one(sd(x))
  )
}

# Share of all ways to part the ranks that part them as much.
listed_p <- function(v, g) {
  r <- rank(v)
  sizes <- as.vector(table(g))
  if (length(sizes) < 2) return(NA)
  share <- function(left, sizes) {
    if (length(sizes) == 1) return(sum(r[left])^2 / sizes)
    first <- combn(length(left), sizes[1])
    unlist(lapply(seq_len(ncol(first)), function(i) {
      taken <- left[first[, i]]
      sum(r[taken])^2 / sizes[1] + share(setdiff(left, taken), sizes[-1])
    }))
  }
  mean(share(seq_along(r), sizes) >= sum(tapply(r, g, sum)^2 / sizes) * (1 - 1e-12))
}

dunn <- function(v, g) {
  n <- length(v)
  r <- rank(v)
  sizes <- tapply(r, g, length)
  means <- tapply(r, g, mean)
  if (length(sizes) < 2) return(c(NA, NA))
  ties <- table(v)
  variance <- n * (n + 1) / 12 - sum(ties^3 - ties) / (12 * (n - 1))
  pairs <- combn(names(sizes), 2)
  z <- apply(pairs, 2, function(p) {
    (means[[p[1]]] - means[[p[2]]]) / sqrt(variance * (1 / sizes[[p[1]]] + 1 / sizes[[p[2]]]))
  })
  c(z[1], tail(p.adjust(2 * pnorm(-abs(z)), "holm"), 1))
}

all_groups <- function(v, g, s) {
  test <- attempt(kruskal.test(v, g))
  out <- list("kw h" = one(test$statistic), "kw p" = one(test$p.value))
  if (length(v) <= 9) out[["kw exact p"]] <- one(listed_p(v, g))
  pairs <- dunn(v, g)
  out[["dunn z"]] <- one(pairs[1])
  out[["dunn p"]] <- one(pairs[2])
  a <- ave(v, s, FUN = function(x) rank(x) / (length(x) + 1))
  kept <- ave(v, s, FUN = length) > 1 # coin refuses a block of one, which tells nothing
  data <- data.frame(a, g = factor(g), s = factor(s))[kept, ]
  test <- attempt(independence_test(a ~ g | s, droplevels(data, except = "g"),
                                    teststat = "quadratic"))
  chi2 <- if (is.null(test)) NA else as.numeric(statistic(test))
  df <- if (is.null(test)) 0 else test@statistic@df
  out[["ve chi2"]] <- one(chi2)
  out[["ve df"]] <- one(df)
  out[["ve p"]] <- one(pchisq(chi2, df, lower.tail = FALSE))
  for (name in c("anova", "welch anova")) {
    test <- attempt(oneway.test(v ~ g))
    if (name == "anova") { # oneway.test refuses a group of one
      classical <- attempt(anova(lm(v ~ g)))
      test <- list(statistic = classical$F[1], p.value = classical$Pr[1],
                   parameter = classical$Df)
    }
    out[[paste(name, "f")]] <- one(test$statistic)
    out[[paste(name, "p")]] <- one(test$p.value)
    out[[paste(name, "df")]] <- one(test$parameter[2])
  }
  out
}

numbers <- lapply(sets, function(set) {
  v <- as.numeric(set$values)
  p <- as.numeric(unlist(lapply(set$p_values, function(x) if (is.null(x)) NA else x)))
  out <- c(two_groups(v[set$group == "g0"], v[set$group == "g1"], set$level),
           one_group(v, set$level, set$type), all_groups(v, set$group, set$stratum))
  for (how in c("holm", "hochberg", "hommel", "bonferroni", "BH", "BY")) {
    out[[paste("adjust", tolower(how))]] <-
      sum(p.adjust(p, how) * seq_along(p), na.rm = TRUE)
  }
  lapply(out, function(x) if (is.na(x)) NA else x)
})
jsonlite::write_json(numbers, paths[2], auto_unbox = TRUE, digits = NA, na = "null")
