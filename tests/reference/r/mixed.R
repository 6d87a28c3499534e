# Mixed models, repeated measures, estimated means. Run: Rscript tests/reference/r/mixed.R
#
# lmer's optimiser stops about 1e-6 from the maximum and lmerTest differentiates numerically, so the
# numbers are made at the exact root of the likelihood's slope (exact_lmer, polished) and, where R
# differentiates numerically, by the formulas in mixed_formulas.R; each of these is first held
# against the package within the package's own accuracy.
suppressMessages({
  library(lme4); library(lmerTest); library(pbkrtest); library(emmeans); library(nlme)
})
source("tests/reference/r/write_cases.R")
source("tests/reference/r/mixed_formulas.R")
options(digits = 15)  # lmerTest rounds the rows of its type III tests to as many
emm_options(lmerTest.limit = 1e6, pbkrtest.limit = 1e6)

near <- function(a, b, within) stopifnot(all(abs(a - b) <= within * pmax(abs(b), 1e-3)))
list_of <- function(x) I(unname(x))
rows_of <- function(L) lapply(seq_len(nrow(L)), function(i) I(unname(L[i, ])))

# Data ---------------------------------------------------------------------------------------
as_text <- function(frame) {
  frame <- as.data.frame(frame)
  frame[] <- lapply(frame, function(x) if (is.factor(x)) as.character(x) else x)
  frame
}
sleep <- transform(as_text(lme4::sleepstudy), Block = paste0("B", Days %/% 4))
sleep_gaps <- sleep[-c(3, 17, 18, 21, 50:57, 99, 120, 150, 151, 180), ]
growth <- as_text(nlme::Orthodont)
growth$visit <- paste0("age", sprintf("%02d", growth$age))
growth_gaps <- growth[-c(4, 7, 8, 10, 30, 55, 57, 60, 88, 100, 107), ]
machines <- as_text(nlme::Machines)
machines_gaps <- machines[-c(1, 2, 3, 11, 19, 20, 21, 40, 54), ]
stool <- as_text(nlme::ergoStool)
rail <- as_text(nlme::Rail)
dyestuff <- as_text(lme4::Dyestuff)
dyestuff2 <- as_text(lme4::Dyestuff2)
data(beets, package = "pbkrtest")
beets <- transform(as_text(beets), plot = paste(block, harvest))
chicks <- subset(as_text(datasets::ChickWeight), Time %in% c(6, 12, 18, 21))
chicks <- transform(chicks, Day = sprintf("d%02d", Time), Diet = paste0("diet", Diet))
chicks <- chicks[order(as.integer(chicks$Chick), chicks$Time), ]
rats <- subset(as_text(nlme::BodyWeight), Time %in% c(1, 22, 43, 64))
rats <- transform(rats, Day = sprintf("d%02d", Time), Diet = paste0("diet", Diet))
data_list <- list(sleep = sleep, sleep_gaps = sleep_gaps, growth = growth,
                  growth_gaps = growth_gaps, machines = machines, machines_gaps = machines_gaps,
                  stool = stool, rail = rail, dyestuff = dyestuff, dyestuff2 = dyestuff2,
                  beets = beets, chicks = chicks, rats = rats)
for (name in names(data_list)) add_data(name, lapply(data_list[[name]], list_of))

# What both sides are told of a model
told <- function(data, values, subject, factors = character(), covariates = character(),
                 interactions = list(), ...) {
  columns <- setNames(lapply(c(factors, covariates), function(x) paste0("@", data, ".", x)),
                      c(factors, covariates))
  c(list(values = paste0("@", data, ".", values), subject = paste0("@", data, ".", subject),
         factors = I(factors), covariates = I(covariates), interactions = I(interactions)),
    columns, list(...))
}
formula_of <- function(values, factors, covariates, interactions) {
  terms <- c(factors, covariates, sapply(interactions, paste, collapse = ":"))
  as.formula(paste(values, "~", if (length(terms)) paste(terms, collapse = " + ") else "1"))
}
with_subject <- function(f, subject) {
  as.formula(paste(deparse1(f), "+ (1 |", subject, ")"), env = globalenv())
}

# Random intercept -------------------------------------------------------------------------------
mixed_cases <- function(label, data, values, subject, factors = character(),
                        covariates = character(), interactions = list(), means = NULL) {
  frame <- data_list[[data]]
  frame[factors] <- lapply(frame[factors], factor)
  fixed <- formula_of(values, factors, covariates, interactions)
  about <- told(data, values, subject, factors, covariates, interactions)
  for (reml in c(TRUE, FALSE)) {
    fit <- exact_lmer(with_subject(fixed, subject), frame, reml)
    m <- pieces_of_lmer(fit)
    near(m$logLik, as.numeric(logLik(fit)), 1e-10)
    variances <- as.data.frame(VarCorr(fit))$vcov
    add_case("mixed-model", paste0(label, if (reml) ", REML" else ", ML"),
      c(about, method = if (reml) "reml" else "ml"),
      list(estimate = list_of(fixef(fit)), std_error = list_of(sqrt(diag(as.matrix(vcov(fit))))),
           subject_variance = variances[1], residual_variance = variances[2],
           log_likelihood = as.numeric(logLik(fit))))
    test_cases(label, fit, m, about, reml)
  }
  fit <- exact_lmer(with_subject(fixed, subject), frame)
  term_cases(label, fit, about, factors, covariates, interactions)
  for (asked in means) mean_cases(label, fit, about, asked)
}

test_cases <- function(label, fit, m, about, reml) {
  boundary <- getME(fit, "theta")[[1]] == 0
  p <- length(m$beta)
  W <- observed_w(m, boundary)
  L <- diag(p)
  df <- sapply(1:p, function(i) satterthwaite_df(m, L[i, ], W))
  near(sapply(1:p, function(i) contest1D(fit, L[i, ])$df), df, 1e-4)
  about$method <- if (reml) "reml" else "ml"
  add_case("mixed-model-contrast",
    paste0(label, ", Satterthwaite", if (reml) "" else ", ML"),
    c(about, list(contrasts = rows_of(L), df = "satterthwaite")),
    contrast_numbers(m, L, df, m$Phi))
  q <- min(p - 1, 3)
  tests <- if (p > 1) list(cbind(0, diag(p - 1))[seq_len(q), , drop = FALSE],
                           cbind(1, diag(p - 1))[seq_len(q), , drop = FALSE])
  for (L in tests) {
    ours <- satterthwaite_test(m, L, W)
    theirs <- contestMD(fit, L)
    near(c(theirs[["F value"]], theirs$DenDF), c(ours$statistic, ours$denominator_df), 1e-4)
    add_case("mixed-model-f", paste0(label, ", Satterthwaite, ", nrow(L), " rows"),
      c(about, list(contrasts = rows_of(L), df = "satterthwaite")), ours)
  }
  if (!reml) return(invisible())
  adjusted <- as.matrix(vcovAdj(fit))
  near(kr_covariance(m)$PhiA, adjusted, 1e-8)
  L <- diag(p)
  df <- sapply(1:p, function(i) Lb_ddf(L[i, ], vcov(fit), vcovAdj(fit)))
  add_case("mixed-model-contrast", paste0(label, ", Kenward-Roger"),
    c(about, list(contrasts = rows_of(L), df = "kenward-roger")),
    contrast_numbers(m, L, df, adjusted))
  for (L in tests) {
    theirs <- KRmodcomp(fit, L)$stats
    add_case("mixed-model-f", paste0(label, ", Kenward-Roger, ", nrow(L), " rows"),
      c(about, list(contrasts = rows_of(L), df = "kenward-roger")),
      list(statistic = theirs$Fstat, df = theirs$ndf, denominator_df = theirs$ddf,
           scale = theirs$F.scaling, p_value = theirs$p.value))
  }
  if (boundary) return(invisible())
  for (L in tests) {
    add_case("mixed-model-f", paste0(label, ", Kenward-Roger observed, ", nrow(L), " rows"),
      c(about, list(contrasts = rows_of(L), df = "kenward-roger-observed")),
      kr_test(m, L, observed = TRUE))
  }
}

# anova() of lmerTest. Its own Satterthwaite is numerical: its rows L, in the exact formula.
term_cases <- function(label, fit, about, factors, covariates, interactions) {
  if (!length(c(factors, covariates))) return(invisible())
  m <- pieces_of_lmer(fit)
  W <- observed_w(m, getME(fit, "theta")[[1]] == 0)
  for (type in if (length(interactions)) c("III", "II") else "III") {
    table <- anova(fit, type = type, ddf = "Kenward-Roger")
    add_case("mixed-model-terms", paste0(label, ", type ", type, ", Kenward-Roger"),
      c(about, tests = type, df = "kenward-roger"),
      list(statistic = list_of(table[["F value"]]), df = list_of(table$NumDF),
           denominator_df = list_of(table$DenDF), p_value = list_of(table[["Pr(>F)"]])))
    if (length(c(factors, covariates)) > 1 && type == "III") next
    rows <- lmerTest:::show_tests(anova(fit, type = type))
    exact <- lapply(rows, function(L) satterthwaite_test(m, unname(as.matrix(L)), W))
    table <- anova(fit, type = type)
    near(table$DenDF, sapply(exact, `[[`, "denominator_df"), 1e-4)
    add_case("mixed-model-terms", paste0(label, ", type ", type, ", Satterthwaite"),
      c(about, tests = type, df = "satterthwaite"),
      lapply(c(statistic = "statistic", df = "df", denominator_df = "denominator_df",
               p_value = "p_value"), function(x) list_of(sapply(exact, `[[`, x))))
  }
}

mean_cases <- function(label, fit, about, asked) {
  at <- if (is.null(asked$at)) list() else list(at = asked$at)
  grid <- do.call(emmeans, c(list(fit, asked$of, lmer.df = "kenward-roger", data = fit@frame), at))
  # emmeans varies the first factor fastest, Topline the last
  order_rows <- do.call(order, lapply(asked$of, function(x) grid@grid[[x]]))
  got <- as.data.frame(summary(grid, infer = c(TRUE, FALSE), level = 0.9))[order_rows, ]
  add_case("estimated-means", paste0(label, ", by ", paste(asked$of, collapse = " and ")),
    c(about, list(of = I(asked$of), level = 0.9), at),
    list(estimate = list_of(got$emmean), std_error = list_of(got$SE), df = list_of(got$df),
         lower = list_of(got$lower.CL), upper = list_of(got$upper.CL)))
  for (adjustment in c("none", "bonferroni", "holm", "tukey")) {
    within <- setdiff(asked$of, asked$of[1])
    method <- if (is.null(asked$reference)) "pairwise" else "trt.vs.ctrl"
    if (adjustment == "tukey" && method != "pairwise") next
    pairs_ <- contrast(grid, method, by = if (length(within)) within, ref = asked$reference,
                       adjust = adjustment)
    difference_case(label, pairs_, about, asked, within, adjustment, at)
  }
}

difference_case <- function(label, pairs_, about, asked, within, adjustment, at) {
  got <- suppressMessages(as.data.frame(summary(pairs_, infer = c(TRUE, TRUE), by = NULL,
                                                adjust = "none")))
  families <- if (length(within)) do.call(paste, got[within]) else rep("all", nrow(got))
  n <- table(families)[families]
  p <- got$p.value; half <- qt(0.975, got$df) * got$SE
  if (adjustment %in% c("bonferroni", "holm")) {
    p <- unsplit(lapply(split(p, families), p.adjust, adjustment), families)
    half <- qt(1 - 0.025 / as.numeric(n), got$df) * got$SE
  }
  if (adjustment == "tukey") {  # by integrate: see range_tail
    k <- (1 + sqrt(1 + 8 * as.numeric(n))) / 2
    p <- mapply(range_tail, sqrt(2) * abs(got$t.ratio), k, got$df)
    half <- got$SE / sqrt(2) * if (length(unique(round(got$df, 9))) == 1)
      range_quantile(0.95, k[1], got$df[1]) else mapply(range_quantile, 0.95, k, got$df)
  }
  theirs <- suppressMessages(as.data.frame(summary(pairs_, infer = c(TRUE, TRUE),
                                                   adjust = adjustment)))
  near(theirs$p.value, p, 1e-4)
  near(theirs$lower.CL, got$estimate - half, 1e-4)
  add_case("mean-differences",
    paste0(label, ", ", asked$of[1], if (length(within)) paste(" within", paste(within, collapse = ", ")),
           ", ", adjustment),
    c(about, list(of = asked$of[1], within = I(within), adjustment = adjustment),
      if (!is.null(asked$reference)) list(reference = asked$level), at),
    list(estimate = list_of(got$estimate), std_error = list_of(got$SE), df = list_of(got$df),
         t = list_of(got$t.ratio), p_value = list_of(p), unadjusted_p_value = list_of(got$p.value),
         lower = list_of(got$estimate - half), upper = list_of(got$estimate + half)),
    source = if (adjustment == "tukey")
      "Double integral of the studentized range by R's integrate; ptukey is less exact")
}

mixed_cases("sleepstudy, days", "sleep", "Reaction", "Subject", covariates = "Days")
mixed_cases("sleepstudy with gaps, blocks of days", "sleep_gaps", "Reaction", "Subject", "Block",
            means = list(list(of = "Block")))
mixed_cases("Orthodont, sex by age", "growth", "distance", "Subject", "Sex", "age",
            list(c("Sex", "age")))
mixed_cases("Orthodont with gaps, sex by visit", "growth_gaps", "distance", "Subject",
            c("Sex", "visit"), interactions = list(c("Sex", "visit")),
            means = list(list(of = c("visit", "Sex")), list(of = c("Sex", "visit")), list(of = "Sex")))
mixed_cases("Orthodont with gaps, sex, age and both", "growth_gaps", "distance", "Subject", "Sex",
            "age", list(c("Sex", "age")), means = list(list(of = "Sex", at = list(age = 9))))
mixed_cases("Machines", "machines", "score", "Worker", "Machine", means = list(list(of = "Machine")))
mixed_cases("Machines with gaps", "machines_gaps", "score", "Worker", "Machine",
            means = list(list(of = "Machine"), list(of = "Machine", reference = 2, level = "B")))
mixed_cases("ergoStool", "stool", "effort", "Subject", "Type", means = list(list(of = "Type")))
mixed_cases("Rail", "rail", "travel", "Rail")
mixed_cases("Dyestuff", "dyestuff", "Yield", "Batch")
mixed_cases("Dyestuff2, singular", "dyestuff2", "Yield", "Batch")
mixed_cases("beets, sugar", "beets", "sugpct", "plot", c("block", "sow", "harvest"))
mixed_cases("ChickWeight, diet by day", "chicks", "weight", "Chick", c("Diet", "Day"),
            interactions = list(c("Diet", "Day")))

# Repeated measures ------------------------------------------------------------------------------
structures <- c("unstructured", "compound-symmetry", "compound-symmetry-heterogeneous", "ar1",
                "ar1-heterogeneous", "toeplitz", "toeplitz-heterogeneous")

start_of <- function(structure, v, s2) {
  over <- visit_structure(structure, v)
  theta <- setNames(rep(0.1, length(over$names)), over$names)
  theta[grepl("^v", over$names)] <- s2
  theta[grepl("^c", over$names)] <- 0.3 * s2
  theta[over$names %in% paste0("c", 1:v, "_", 1:v)] <- s2
  theta
}

# nlme's fit of the same structure, where it has one: the likelihood must be the same
likelihood_of_gls <- function(structure, fixed, frame, reml) {
  frame$place <- as.integer(factor(frame$visit_))
  correlation <- switch(structure, "unstructured" = corSymm(form = ~ place | subject_),
    "compound-symmetry" = , "compound-symmetry-heterogeneous" = corCompSymm(form = ~ place | subject_),
    "ar1" = , "ar1-heterogeneous" = corAR1(form = ~ place | subject_), NULL)
  if (is.null(correlation)) return(NA)
  hetero <- grepl("heterogeneous", structure) || structure == "unstructured"
  fit <- tryCatch(do.call(gls, list(model = fixed, data = frame, correlation = correlation,
    weights = if (hetero) varIdent(form = ~ 1 | place), method = if (reml) "REML" else "ML",
    control = glsControl(maxIter = 500, msMaxIter = 500, opt = "optim"))), error = function(e) NULL)
  if (is.null(fit)) NA else as.numeric(logLik(fit))
}

mmrm_cases <- function(label, data, values, subject, visit, factors = character(),
                       covariates = character(), interactions = list(), which = structures,
                       fixed = NULL, L = NULL) {
  frame <- data_list[[data]]
  frame$visit_ <- factor(frame[[visit]])
  frame$subject_ <- factor(frame[[subject]])
  frame[factors] <- lapply(frame[factors], factor)
  fixed <- formula_of(values, c("visit_", factors), covariates,
                      lapply(interactions, function(x) sub("^visit$", "visit_", x)))
  X <- unname(model.matrix(fixed, frame))
  y <- frame[[values]]
  about <- told(data, values, subject, factors, covariates, interactions)
  about$visit <- paste0("@", data, ".", visit)
  for (structure in which) for (reml in c(TRUE, FALSE)) {
    covariance <- repeated(structure, as.integer(frame$visit_), as.integer(frame$subject_))
    start <- start_of(structure, nlevels(frame$visit_), var(lm.fit(X, y)$residuals))
    m <- polished(y, X, covariance$at, start, reml)
    gls_likelihood <- likelihood_of_gls(structure, fixed, frame, reml)
    above <- m$logLik - gls_likelihood  # gls stops up to 0.002 below the maximum
    if (!is.na(above)) stopifnot(above > -1e-6, above < 0.01)

    about$covariance <- structure
    about$method <- if (reml) "reml" else "ml"
    what <- paste0(label, ", ", structure, if (reml) "" else ", ML")
    add_case("mmrm", what, about,
      list(estimate = list_of(m$beta), std_error = list_of(sqrt(diag(m$Phi))),
           parameters = list_of(m$theta), log_likelihood = m$logLik))
    W <- observed_w(m)
    I_ <- diag(ncol(X))
    add_case("mmrm-contrast", paste0(what, ", Satterthwaite"),
      c(about, list(contrasts = rows_of(I_), df = "satterthwaite")),
      contrast_numbers(m, I_, apply(I_, 1, function(l) satterthwaite_df(m, l, W)), m$Phi))
    L <- cbind(0, diag(ncol(X) - 1))[1:min(3, ncol(X) - 1), , drop = FALSE]
    add_case("mmrm-f", paste0(what, ", Satterthwaite"),
      c(about, list(contrasts = rows_of(L), df = "satterthwaite")), satterthwaite_test(m, L, W))
    if (reml) for (observed in c(FALSE, TRUE)) {
      name <- if (observed) "kenward-roger-observed" else "kenward-roger"
      adjusted <- kr_covariance(m, observed)
      df <- apply(I_, 1, function(l) satterthwaite_df(m, l, adjusted$W))
      add_case("mmrm-contrast", paste0(what, ", ", name),
        c(about, list(contrasts = rows_of(I_), df = name)),
        contrast_numbers(m, I_, df, adjusted$PhiA))
      add_case("mmrm-f", paste0(what, ", ", name),
        c(about, list(contrasts = rows_of(L), df = name)), kr_test(m, L, observed))
    }
  }
}

mmrm_cases("Orthodont, sex by visit", "growth", "distance", "Subject", "visit", "Sex",
           interactions = list(c("Sex", "visit")))
mmrm_cases("Orthodont with gaps, sex by visit", "growth_gaps", "distance", "Subject", "visit",
           "Sex", interactions = list(c("Sex", "visit")))
mmrm_cases("ChickWeight with dropouts", "chicks", "weight", "Chick", "Day", "Diet",
           interactions = list(c("Diet", "visit")),
           which = c("unstructured", "ar1-heterogeneous", "toeplitz-heterogeneous"))
mmrm_cases("BodyWeight, diets", "rats", "weight", "Rat", "Day", "Diet",
           which = c("unstructured", "ar1", "compound-symmetry"))

# Compound symmetry is the random intercept wherever subjects' values are alike
local({
  fit <- exact_lmer(distance ~ Sex * visit + (1 | Subject),
                    transform(growth_gaps, Sex = factor(Sex), visit = factor(visit)))
  table <- anova(fit, ddf = "Kenward-Roger")[c("visit", "Sex", "Sex:visit"), ]
  about <- told("growth_gaps", "distance", "Subject", "Sex", interactions = list(c("Sex", "visit")))
  about$visit <- "@growth_gaps.visit"
  add_case("mmrm-terms", "Orthodont with gaps, compound symmetry as lmer",
    c(about, covariance = "compound-symmetry", df = "kenward-roger"),
    list(statistic = list_of(table[["F value"]]), df = list_of(table$NumDF),
         denominator_df = list_of(table$DenDF), p_value = list_of(table[["Pr(>F)"]])))
})

# Complete data of one group, unstructured: Hotelling's T2, exactly F(v - 1, n - v + 1)
local({
  boys <- subset(growth, Sex == "Male")
  add_data("boys", lapply(boys, list_of))
  wide <- matrix(boys$distance, ncol = 4, byrow = TRUE)
  change <- wide[, -1] - wide[, 1]
  n <- nrow(change); q <- ncol(change)
  t2 <- n * drop(colMeans(change) %*% solve(cov(change), colMeans(change)))
  f <- t2 * (n - q) / (q * (n - 1))
  about <- told("boys", "distance", "Subject")
  about$visit <- "@boys.visit"
  add_case("mmrm-terms", "boys of Orthodont, Hotelling's T2",
    c(about, covariance = "unstructured", df = "kenward-roger"),
    list(statistic = I(f), df = I(q), denominator_df = I(n - q),
         p_value = I(pf(f, q, n - q, lower.tail = FALSE))))
})

# Studentized range ------------------------------------------------------------------------------
for (at in list(c(3.5, 3, 5), c(5, 3, 3.3), c(2, 5, 3.3), c(5, 8, 2), c(4, 3, 41.1), c(6, 4, 60),
                c(1, 2, 7), c(3, 10, 200), c(9, 3, 25), c(4, 4, 1))) {
  p <- range_tail(at[1], at[2], at[3])
  if (at[3] >= 2) near(ptukey(at[1], at[2], at[3], lower.tail = FALSE), p, 1e-4)
  add_case("studentized-range", paste0("q = ", at[1], ", k = ", at[2], ", df = ", at[3]),
    list(q = at[1], k = at[2], df = at[3]), list(p_value = p),
    source = "Double integral by R's integrate; ptukey, which stops below 2 df, agrees within 1e-5")
}

write_cases("mixed", c("lme4", "lmerTest", "pbkrtest", "emmeans", "nlme"))
