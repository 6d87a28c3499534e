suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(emmeans)})
source("tests/reference/r/mixed_formulas.R")
emm_options(msg.interaction = FALSE)
paths <- commandArgs(TRUE)
sets <- jsonlite::fromJSON(paths[1], simplifyVector = TRUE, simplifyDataFrame = FALSE)

weighted <- function(x) {
  x <- x[!is.na(x)]
  if (length(x)) sum(x / seq_along(x)) else NA
}
NA_ <- function(names) as.list(setNames(rep(NA, length(names)), names))
FITS <- c("estimate", "std_error", "subject variance", "residual variance", "log-likelihood")

frame_of <- function(set) {
  d <- data.frame(y = as.numeric(set$values), subject = factor(set$subject), visit = set$visit,
                  arm = set$arm, x = as.numeric(set$x))
  d <- droplevels(d[!is.na(d$y), ])
  d$visit <- factor(d$visit); d$arm <- factor(d$arm)
  d
}
# A factor of one level has no columns
fixed_of <- function(set, d) {
  names <- strsplit(gsub("*", "+", set$model, fixed = TRUE), " + ", fixed = TRUE)[[1]]
  has <- function(n) n %in% names && (n == "x" || nlevels(d[[n]]) > 1)
  terms <- c(if (has("visit")) "visit", if (has("arm")) "arm", if (has("x")) "x",
             if (grepl("*", set$model, fixed = TRUE) && has("visit") && has("arm")) "visit:arm")
  paste("y ~", if (length(terms)) paste(terms, collapse = " + ") else "1")
}

# Can the two variances be told apart? Their information is singular where not.
told_apart <- function(X, subject, reml) {
  same <- outer(as.integer(subject), as.integer(subject), "==") * 1
  M <- if (reml) diag(nrow(X)) - tcrossprod(qr.Q(qr(X))) else diag(nrow(X))
  a <- sum(diag(M)); b <- sum(M * same); MG <- M %*% same
  c <- sum(t(MG) * MG)
  c * a - b^2 > 1e-9 * sum(same) * nrow(X)
}

test_numbers <- function(m, boundary) {
  p <- m$p
  found <- list()
  for (name in c("all", "one")) {
    L <- if (name == "all") diag(p)[-1, , drop = FALSE] else diag(p)[1, , drop = FALSE]
    if (!nrow(L)) next
    W <- observed_w(m, boundary)
    kr <- kr_test(m, L)
    krw <- if (boundary) NULL else kr_test(m, L, TRUE)
    sat <- satterthwaite_test(m, L, W)
    for (one in c("kenward-roger", "kenward-roger-observed", "satterthwaite")) {
      t <- switch(one, "kenward-roger" = kr, "kenward-roger-observed" = krw, sat)
      if (is.null(t)) next
      bad <- is.na(t$denominator_df) || t$denominator_df <= 0 || t$statistic < 0
      found[[paste(one, name, "f")]] <- if (t$statistic < 0) NA else t$statistic
      found[[paste(one, name, "df")]] <- t$denominator_df
      found[[paste(one, name, "p")]] <- if (bad) NA else t$p_value
    }
  }
  found
}

ordinary <- function(d, fixed, method) {  # where the variances cannot be told apart
  fit <- lm(as.formula(fixed), d)
  s2 <- sum(resid(fit)^2) / if (method == "reml") df.residual(fit) else nrow(d)
  xx <- chol2inv(qr.R(fit$qr)[seq_len(fit$rank), seq_len(fit$rank), drop = FALSE])
  setNames(list(weighted(coef(fit)), weighted(sqrt(diag(xx) * s2)), 0, s2,
                as.numeric(logLik(fit, REML = method == "reml"))), paste(method, FITS))
}

mixed_set <- function(set) {
  d <- frame_of(set)
  fixed <- fixed_of(set, d)
  X <- model.matrix(as.formula(fixed), d)
  X <- X[, qr(X)$pivot[seq_len(qr(X)$rank)], drop = FALSE]
  full <- ncol(X) == ncol(model.matrix(as.formula(fixed), d))
  all_names <- c(paste("reml", FITS), paste("ml", FITS))
  left <- sum(lm.fit(X, d$y)$residuals^2)
  if (nrow(d) <= ncol(X) || left < 1e-20 * sum(d$y^2)) {  # nothing left to estimate
    found <- NA_(all_names)
    for (m in c("reml", "ml")) found[[paste(m, "estimate")]] <- weighted(lm.fit(X, d$y)$coefficients)
    return(found)
  }
  found <- list()
  for (method in c("reml", "ml")) {
    if (!told_apart(X, d$subject, method == "reml")) {
      found <- c(found, ordinary(d, fixed, method))
      next
    }
    fit <- tryCatch(exact_lmer(as.formula(paste(fixed, "+ (1 | subject)")), d, method == "reml"),
                    error = function(e) NULL)
    if (is.null(fit)) { found <- c(found, NA_(paste(method, FITS))); next }
    v <- as.data.frame(VarCorr(fit))$vcov
    found <- c(found, setNames(list(weighted(fixef(fit)), weighted(sqrt(diag(as.matrix(vcov(fit))))),
                                    v[1], v[2], as.numeric(logLik(fit))), paste(method, FITS)))
    if (method == "reml" && full) found <- c(found, lmer_tests(fit, set, d))
  }
  found
}

# By the formulas, each first held against pbkrtest and lmerTest
lmer_tests <- function(fit, set, d) {
  m <- pieces_of_lmer(fit)
  boundary <- getME(fit, "theta")[[1]] == 0
  found <- test_numbers(m, boundary)
  L <- diag(m$p)[-1, , drop = FALSE]
  if (nrow(L)) {
    kr <- KRmodcomp(fit, L)$stats
    found[["pbkrtest f"]] <- if (kr$Fstat < 0) NA else kr$Fstat
    found[["pbkrtest df"]] <- kr$ddf
  }
  if (isTRUE(set$means) && startsWith(set$model, "visit") && nlevels(d$visit) > 1)
    found <- c(found, mean_numbers(fit))
  found
}

mean_numbers <- function(fit) {
  grid <- suppressMessages(emmeans(fit, "visit", lmer.df = "kenward-roger", data = fit@frame))
  got <- as.data.frame(confint(grid))
  pairs_ <- contrast(grid, "pairwise", adjust = "holm")
  two <- suppressMessages(as.data.frame(summary(pairs_, infer = c(TRUE, TRUE))))
  list(mean = weighted(got$emmean), "mean upper" = weighted(got$upper.CL),
       "mean df" = weighted(got$df), difference = weighted(two$estimate),
       "difference p" = weighted(two$p.value), "difference lower" = weighted(two$lower.CL))
}

start_of <- function(structure, v, s2) {
  names <- visit_structure(structure, v)$names
  theta <- setNames(rep(0.1, length(names)), names)
  theta[grepl("^v", names)] <- s2
  theta[grepl("^c", names)] <- 0.1 * s2
  theta[names %in% paste0("c", 1:v, "_", 1:v)] <- s2
  theta
}

mmrm_set <- function(set) {
  d <- frame_of(set)
  fixed <- fixed_of(set, d)
  X <- model.matrix(as.formula(fixed), d)
  if (qr(X)$rank < ncol(X) || nrow(d) <= ncol(X)) return(list())
  s2 <- sum(lm.fit(X, d$y)$residuals^2) / (nrow(d) - ncol(X))
  v <- nlevels(d$visit)
  all <- repeated(set$structure, as.integer(d$visit), as.integer(d$subject))
  start <- start_of(set$structure, v, s2)
  known <- which(sapply(all$at(start)$G, function(g) any(g != 0)))
  covariance <- function(theta) {  # of the parameters that some subject tells of
    whole <- start
    whole[known] <- theta
    got <- all$at(whole)
    list(V = got$V, G = got$G[known], H = lapply(got$H[known], `[`, known))
  }
  correlations <- !grepl("^v", names(start)) & !names(start) %in% paste0("c", 1:v, "_", 1:v)
  found <- lapply(c(1, 6, -2), function(times) {  # of several maxima the highest
    start[correlations] <- times * start[correlations]
    m <- tryCatch(suppressWarnings(polished(d$y, X, covariance, start[known])),
                  error = function(e) NULL)
    if (!is.null(m) && max(abs(m$slope * m$theta)) < 1e-6 &&
        all(eigen(m$hessian, TRUE, TRUE)$values > 0)) m
  })
  found <- Filter(Negate(is.null), found)
  if (length(found)) m <- found[[which.max(sapply(found, `[[`, "logLik"))]]
  if (!length(found)) return(NA_(paste("mmrm", c("estimate", "std_error", "parameters", "log-likelihood"))))
  # as Topline orders an unstructured covariance, the parameters go by rows
  tests <- test_numbers(m, FALSE)
  names(tests) <- paste("mmrm", names(tests))
  c(list("mmrm estimate" = weighted(m$beta), "mmrm std_error" = weighted(sqrt(diag(m$Phi))),
         "mmrm parameters" = weighted(m$theta), "mmrm log-likelihood" = m$logLik), tests)
}

numbers <- suppressWarnings(lapply(sets, function(set) {
  found <- if (nzchar(set$structure)) mmrm_set(set) else mixed_set(set)
  if (!length(found)) return(setNames(list(), character()))
  lapply(found, function(x) if (is.finite(x)) x else NA)
}))
jsonlite::write_json(numbers, paths[2], auto_unbox = TRUE, digits = NA, na = "null")
