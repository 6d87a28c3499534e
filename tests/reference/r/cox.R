# Cox regression: plain, stratified, robust, by profile and by Firth's penalised likelihood, nested
# models, stepwise, proportional hazards. Run from the repository root.
source("tests/reference/r/write_cases.R")
suppressPackageStartupMessages(library(survival))

# R's own tolerance (1e-9 of the log-likelihood) leaves coefficients good to about 1e-6.
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)
fitted <- function(...) {
  call <- match.call()
  call[[1]] <- quote(coxph)
  call$control <- quote(tight)
  eval(call, parent.frame())
}

# ---- Data, covariates as numbers --------------------------------------------------------------
add_data("lung", lung[c("time", "age", "sex", "ph.ecog", "ph.karno", "wt.loss", "inst")])
data_sets$lung$event <- lung$status - 1
# The stratum and the cluster have one missing institution, which no method takes.
data_sets$lung$inst[is.na(data_sets$lung$inst)] <- 99
cell <- model.matrix(~celltype, veteran)[, -1]
add_data("veteran", c(
  veteran[c("time", "karno", "diagtime", "age")],
  list(event = veteran$status, trt = veteran$trt - 1, prior = veteran$prior / 10,
       smallcell = cell[, 1], adeno = cell[, 2], large = cell[, 3],
       celltype = as.integer(veteran$celltype))
))
add_data("ovarian", c(ovarian[c("futime", "age", "resid.ds", "rx", "ecog.ps")],
                      list(event = ovarian$fustat)))
deaths <- subset(colon, etype == 2)
add_data("colon", c(
  deaths[c("time", "sex", "age", "obstruct", "nodes", "differ", "extent")],
  list(event = deaths$status, lev = 1 * (deaths$rx == "Lev"), lev5fu = 1 * (deaths$rx == "Lev+5FU"))
))
add_data("bladder", c(bladder[c("id", "number", "size", "stop", "event", "enum")],
                      list(rx = bladder$rx - 1)))
add_data("aml", list(time = aml$time, event = aml$status,
                     nonmaintained = 1 * (aml$x == "Nonmaintained")))
rossi <- carData::Rossi
add_data("rossi", list(
  week = rossi$week, arrest = rossi$arrest, fin = 1 * (rossi$fin == "yes"), age = rossi$age,
  race = 1 * (rossi$race == "black"), mar = 1 * (rossi$mar == "not married"),
  wexp = 1 * (rossi$wexp == "yes"), paro = 1 * (rossi$paro == "yes"), prio = rossi$prio
))
# Every event of the first group, the second's first event and so on: no finite maximum in x1.
monotone <- data.frame(
  time = c(5, 8, 8, 11, 12, 14, 14, 20, 21, 25, 30, 30, 33, 40),
  event = c(1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0),
  x1 = c(1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0),
  x2 = c(2, 1, 3, 0, 2, 3, 1, 1, 2, 0, 1, 3, 0, 1)
)
add_data("monotone", monotone)
# Nobody of the reference category has the event: two coefficients infinite, their difference not.
reference <- data.frame(
  time = c(3, 4, 4, 6, 9, 9, 12, 13, 15, 17, 20, 22),
  event = c(1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0),
  B = c(1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0),
  C = c(0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0)
)
add_data("reference", reference)
twelve <- data.frame(
  time = c(3, 3, 5, 7, 7, 7, 9, 12, 14, 14, 18, 20),
  event = c(1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1),
  x = c(1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0)
)
add_data("twelve", twelve)

at <- function(data, time, event, covariates, ...) {
  named <- setNames(paste0("@", data, ".", covariates), paste0("x.", covariates))
  c(list(time = paste0("@", data, ".", time), event = paste0("@", data, ".", event)),
    as.list(named), list(...))
}

# ---- coxph ------------------------------------------------------------------------------------
numbers <- function(fit, level = 0.95) {
  b <- unname(fit$coefficients)
  known <- !is.na(b)
  se <- sqrt(diag(fit$var))
  se[!known] <- NA
  z <- b / se
  q <- qnorm((1 + level) / 2)
  df <- sum(known)
  lr <- 2 * (fit$loglik[2] - fit$loglik[1])
  p <- function(x) pchisq(x, df, lower.tail = FALSE)
  list(
    coefficient = I(b), std_error = I(se), hazard_ratio = I(exp(b)), lower = I(exp(b - q * se)),
    upper = I(exp(b + q * se)), z = I(z), p_value = I(pchisq(z^2, 1, lower.tail = FALSE)),
    log_likelihood = fit$loglik[2], null_log_likelihood = fit$loglik[1],
    likelihood_ratio = lr, likelihood_ratio_p = p(lr),
    wald = unname(fit$wald.test), wald_p = p(unname(fit$wald.test)),
    score = fit$score, score_p = p(fit$score), df = df, aic = extractAIC(fit)[2],
    concordance = unname(fit$concordance["concordance"]),
    concordance_std_error = unname(fit$concordance["std"]),
    n = fit$n, events = fit$nevent
  )
}
cox <- function(case, arguments, fit, method = "cox-regression", level = 0.95) {
  add_case(method, case, arguments, numbers(fit, level))
}

cox("lung: sex", at("lung", "time", "event", "sex"), fitted(Surv(time, status) ~ sex, lung))
cox("lung: age, sex, ECOG; one without ECOG", at("lung", "time", "event", c("age", "sex", "ph.ecog")),
    fitted(Surv(time, status) ~ age + sex + ph.ecog, lung))
cox("lung: age, sex, ECOG; Breslow", at("lung", "time", "event", c("age", "sex", "ph.ecog"), ties = "breslow"),
    fitted(Surv(time, status) ~ age + sex + ph.ecog, lung, ties = "breslow"))
lung$site <- ifelse(is.na(lung$inst), 99, lung$inst)
cox("lung: age, ECOG, weight loss by institution, limits at 90%",
    at("lung", "time", "event", c("age", "ph.ecog", "wt.loss"), stratum = "@lung.inst", level = 0.9),
    fitted(Surv(time, status) ~ age + ph.ecog + wt.loss + strata(site), lung), level = 0.9)
full <- c("trt", "smallcell", "adeno", "large", "karno", "diagtime", "age", "prior")
veteran$trt01 <- veteran$trt - 1
veteran$prior01 <- veteran$prior / 10
cox("veteran: all covariates", at("veteran", "time", "event", full),
    fitted(Surv(time, status) ~ trt01 + celltype + karno + diagtime + age + prior01, veteran))
cox("veteran: all covariates; Breslow", at("veteran", "time", "event", full, ties = "breslow"),
    fitted(Surv(time, status) ~ trt01 + celltype + karno + diagtime + age + prior01, veteran,
           ties = "breslow"))
cox("veteran: by cell type",
    at("veteran", "time", "event", c("trt", "karno", "diagtime", "age", "prior"), stratum = "@veteran.celltype"),
    fitted(Surv(time, status) ~ trt01 + karno + diagtime + age + prior01 + strata(celltype), veteran))
cox("ovarian: age, residual disease, treatment, ECOG",
    at("ovarian", "futime", "event", c("age", "resid.ds", "rx", "ecog.ps")),
    fitted(Surv(futime, fustat) ~ age + resid.ds + rx + ecog.ps, ovarian))
cox("ovarian: age, residual disease by treatment",
    at("ovarian", "futime", "event", c("age", "resid.ds"), stratum = "@ovarian.rx"),
    fitted(Surv(futime, fustat) ~ age + resid.ds + strata(rx), ovarian))
colon_x <- c("lev", "lev5fu", "sex", "age", "obstruct", "nodes", "differ", "extent")
cox("colon, deaths: treatment and seven covariates, 41 incomplete", at("colon", "time", "event", colon_x),
    fitted(Surv(time, status) ~ rx + sex + age + obstruct + nodes + differ + extent, deaths))
cox("aml: maintenance", at("aml", "time", "event", "nonmaintained"), fitted(Surv(time, status) ~ x, aml))
rossi_x <- c("fin", "age", "race", "wexp", "mar", "paro", "prio")
cox("rossi: all covariates", at("rossi", "week", "arrest", rossi_x),
    fitted(Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, transform(
      rossi, fin = fin == "yes", race = race == "black", wexp = wexp == "yes",
      mar = mar == "not married", paro = paro == "yes")))
add_case("cox-regression", "rossi: all covariates, as printed", at("rossi", "week", "arrest", rossi_x), list(
  coefficient = I(c("-0.3794", "-0.0574", "0.3139", "-0.1498", "0.4337", "-0.0849", "0.0915")),
  std_error = I(c("0.1914", "0.0220", "0.3080", "0.2122", "0.3819", "0.1958", "0.0286")),
  likelihood_ratio = "33.3", wald = "32.1", score = "33.5", df = 7
), source = "Fox J (2002). Cox proportional-hazards regression for survival data. Appendix to An R and S-PLUS companion to applied regression, section 3.1; marriage is coded the other way round here")
cox("twelve patients, tied and small", at("twelve", "time", "event", "x"),
    fitted(Surv(time, event) ~ x, twelve))
twelve$twice <- 2 * twelve$x
twelve$same <- 0.1
data_sets$twelve$twice <- twelve$twice
data_sets$twelve$same <- twelve$same
cox("a covariate twice, and one that does not vary", at("twelve", "time", "event", c("x", "twice", "same")),
    fitted(Surv(time, event) ~ x + twice + same, twelve))

# ---- Robust ---------------------------------------------------------------------------------------
cox("lung: age, sex, robust", at("lung", "time", "event", c("age", "sex"), robust = TRUE),
    fitted(Surv(time, status) ~ age + sex, lung, robust = TRUE), "cox-robust")
cox("lung: age, sex, institutions as clusters", at("lung", "time", "event", c("age", "sex"), cluster = "@lung.inst"),
    fitted(Surv(time, status) ~ age + sex, lung, cluster = site), "cox-robust")
bladder$rx01 <- bladder$rx - 1
cox("bladder: recurrences 1 to 4 as strata, patients as clusters",
    at("bladder", "stop", "event", c("rx", "number", "size"), stratum = "@bladder.enum", cluster = "@bladder.id"),
    fitted(Surv(stop, event) ~ rx01 + number + size + strata(enum), bladder, cluster = id), "cox-robust")
cox("bladder: the same with Breslow's ties",
    at("bladder", "stop", "event", c("rx", "number", "size"), stratum = "@bladder.enum",
       cluster = "@bladder.id", ties = "breslow"),
    fitted(Surv(stop, event) ~ rx01 + number + size + strata(enum), bladder, cluster = id,
           ties = "breslow"), "cox-robust")

# ---- Profile limits: the others fitted again with one coefficient held as an offset ----------------
profile_numbers <- function(time, event, x, columns, top = NULL) {
  x <- as.matrix(x)
  at_value <- function(k, b) {
    d <- list(y = Surv(time, event), o = b * x[, k], z = x[, -k, drop = FALSE])
    f <- if (ncol(x) == 1) y ~ offset(o) else y ~ z + offset(o)
    fit <- suppressWarnings(coxph(f, d, control = tight))
    fit$loglik[length(fit$loglik)]
  }
  best <- suppressWarnings(coxph(Surv(time, event) ~ x, control = tight))
  top <- if (is.null(top)) best$loglik[2] else top
  out <- list()
  for (k in columns) {
    fallen <- function(b) 2 * (top - at_value(k, b)) - qchisq(0.95, 1)
    root <- function(from, to) uniroot(fallen, c(from, to), tol = 1e-13)$root
    b <- unname(coef(best)[k])
    se <- sqrt(best$var[k, k])
    if (abs(b) > 10 / sd(x[, k]) / 2) {   # infinite: one limit
      out[[paste0("hazard_ratio_", k)]] <- if (b > 0) Inf else 0
      if (b > 0) out[[paste0("lower_", k)]] <- exp(root(-5, 10)) else out[[paste0("upper_", k)]] <- exp(root(-10, 5))
    } else {
      out[[paste0("lower_", k)]] <- exp(root(b - 4 * se, b))
      out[[paste0("upper_", k)]] <- exp(root(b, b + 4 * se))
    }
    out[[paste0("p_value_", k)]] <- pchisq(2 * (top - at_value(k, 0)), 1, lower.tail = FALSE)
  }
  out
}
add_case("cox-profile", "ovarian: age, residual disease, treatment", at(
  "ovarian", "futime", "event", c("age", "resid.ds", "rx"), limits = "profile"),
  with(ovarian, profile_numbers(futime, fustat, cbind(age, resid.ds, rx), 1:3)))
add_case("cox-profile", "aml: maintenance", at("aml", "time", "event", "nonmaintained", limits = "profile"),
         with(aml, profile_numbers(time, status, x == "Nonmaintained", 1)))
# Where there is no maximum the bound of the likelihood is that of x2 with x1 in different strata.
bound <- fitted(Surv(time, event) ~ x2 + strata(x1), monotone)$loglik[2]
add_case("cox-profile", "monotone likelihood: infinite in x1", at(
  "monotone", "time", "event", c("x1", "x2"), limits = "profile"),
  with(monotone, profile_numbers(time, event, cbind(x1, x2), 1:2, bound)))

# ---- Infinite coefficients: likelihood and finite terms of the limiting model ------------------------
limit <- fitted(Surv(time, event) ~ x2 + strata(x1), monotone)
none <- suppressWarnings(fitted(Surv(time, event) ~ x1 + x2, monotone))
stopifnot(abs(limit$loglik[2] - none$loglik[2]) < 1e-9)
add_case("cox-regression", "monotone likelihood: infinite in x1", at("monotone", "time", "event", c("x1", "x2")), list(
  coefficient_1 = Inf, hazard_ratio_1 = Inf, lower_1 = NA, upper_1 = NA, p_value_1 = NA,
  coefficient_2 = unname(coef(limit)), std_error_2 = sqrt(limit$var[1, 1]),
  log_likelihood = limit$loglik[2], null_log_likelihood = none$loglik[1], score = none$score,
  wald = NA, df = 2, aic = extractAIC(none)[2],
  concordance = unname(none$concordance["concordance"]),
  concordance_std_error = unname(none$concordance["std"])
), source = "R's coxph stratified by the covariate without a finite coefficient: the limit of the unstratified model, whose likelihood, score test and concordance it was seen to share")
both <- suppressWarnings(fitted(Surv(time, event) ~ B + C, reference))
apart <- fitted(Surv(time, event) ~ C, subset(reference, B + C == 1))
stopifnot(abs(both$loglik[2] - apart$loglik[2]) < 1e-9)
add_case("cox-regression", "nobody of the reference category has the event", at("reference", "time", "event", c("B", "C")), list(
  coefficient_1 = Inf, coefficient_2 = Inf, hazard_ratio_1 = Inf, log_likelihood = apart$loglik[2],
  null_log_likelihood = both$loglik[1], score = both$score, df = 2,
  concordance = unname(both$concordance["concordance"])
), source = "R's coxph of the other two categories alone, whose likelihood coxph of all was seen to tend to")

# ---- Firth: log-likelihood and information from coxph that does not iterate --------------------------
firth_numbers <- function(time, event, x, ties = "efron", stratum = NULL) {
  x <- as.matrix(x)
  p <- ncol(x)
  stratum <- if (is.null(stratum)) rep(1, length(time)) else stratum
  there <- function(b) coxph(Surv(time, event) ~ x + strata(stratum), init = b, ties = ties,
                             control = coxph.control(iter.max = 0))
  value <- function(b) {
    fit <- there(b)
    fit$loglik[2] - determinant(fit$var)$modulus[[1]] / 2
  }
  climb <- function(b, free = rep(TRUE, p)) {
    # In units of standard errors at 0, so that the first steps of optim stay near.
    unit <- sqrt(diag(there(numeric(p))$var))
    of <- function(v) value(replace(b, free, v * unit[free]))
    if (!any(free)) return(list(b = b, value = value(b)))
    v <- b[free] / unit[free]
    for (i in 1:12) {
      step <- -solve(numDeriv::hessian(of, v), numDeriv::grad(of, v))
      v <- v + step * min(1, 1 / max(abs(step)))
      if (max(abs(step)) < 1e-7) break
    }
    b[free] <- v * unit[free]
    list(b = b, value = value(b))
  }
  best <- climb(numeric(p))
  v <- there(best$b)$var
  null <- value(numeric(p))
  out <- list(coefficient = I(best$b), std_error = I(sqrt(diag(v))), log_likelihood = best$value,
              null_log_likelihood = null, likelihood_ratio = 2 * (best$value - null),
              likelihood_ratio_p = pchisq(2 * (best$value - null), p, lower.tail = FALSE),
              wald = c(best$b %*% solve(v, best$b)))
  limits <- sapply(seq_len(p), function(k) {
    fallen <- function(b, depth = qchisq(0.95, 1)) {
      2 * (best$value - climb(replace(best$b, k, b), seq_len(p) != k)$value) - depth
    }
    se <- sqrt(v[k, k])
    far <- function(side) {
      b <- best$b[k] + side * se
      while (fallen(b) < 0) b <- b + side * se
      uniroot(fallen, sort(c(best$b[k], b)), tol = 1e-12)$root
    }
    c(far(-1), far(1), pchisq(fallen(0, 0), 1, lower.tail = FALSE))
  })
  c(out, list(lower = I(exp(limits[1, ])), upper = I(exp(limits[2, ])), p_value = I(limits[3, ])))
}
penalty <- "the penalised likelihood written out in R: log-likelihood and information of coxph without iterations (survival 3.5.3), maximised with numDeriv; no package with Efron's ties was at hand"
firth <- function(case, arguments, expected) {
  add_case("cox-firth", case, arguments, expected, source = penalty)
}
firth("monotone likelihood in x1", at("monotone", "time", "event", c("x1", "x2")),
      with(monotone, firth_numbers(time, event, cbind(x1, x2))))
firth("monotone likelihood in x1; Breslow", at("monotone", "time", "event", c("x1", "x2"), ties = "breslow"),
      with(monotone, firth_numbers(time, event, cbind(x1, x2), "breslow")))
firth("nobody of the reference category has the event", at("reference", "time", "event", c("B", "C")),
      with(reference, firth_numbers(time, event, cbind(B, C))))
firth("aml: maintenance", at("aml", "time", "event", "nonmaintained"),
      with(aml, firth_numbers(time, status, x == "Nonmaintained")))
firth("ovarian: age, residual disease by treatment",
      at("ovarian", "futime", "event", c("age", "resid.ds"), stratum = "@ovarian.rx"),
      with(ovarian, firth_numbers(futime, fustat, cbind(age, resid.ds), stratum = rx)))

# ---- Nested models --------------------------------------------------------------------------------
nested <- function(case, data, time, event, small, large, table) {
  add_case("cox-likelihood-ratio", case, c(at(data, time, event, large), list(smaller = I(small))),
           list(statistic = table$Chisq[2], df = table$Df[2], p_value = table[2, 4]))
}
nested("veteran: cell type beside Karnofsky", "veteran", "time", "event", "karno",
       c("karno", "smallcell", "adeno", "large"),
       anova(fitted(Surv(time, status) ~ karno, veteran), fitted(Surv(time, status) ~ karno + celltype, veteran)))
nested("ovarian: ECOG and treatment beside age", "ovarian", "futime", "event", "age",
       c("age", "rx", "ecog.ps"),
       anova(fitted(Surv(futime, fustat) ~ age, ovarian), fitted(Surv(futime, fustat) ~ age + rx + ecog.ps, ovarian)))

# ---- Stepwise -----------------------------------------------------------------------------------------
# `blocks`: for each column the block that it belongs to. Chosen: 1 for each block in the model.
stepwise <- function(case, arguments, blocks, rhs, y, data, direction) {
  lower <- as.formula(paste(y, "~ 1"))
  upper <- as.formula(paste(y, "~", paste(rhs, collapse = " + ")))
  start <- fitted(if (direction == "backward") upper else lower, data)
  end <- step(start, scope = list(lower = lower, upper = upper), direction = direction, trace = 0)
  chosen <- rhs %in% attr(terms(end), "term.labels")
  add_case("cox-selection", paste(case, direction, "by AIC"),
           c(arguments, list(blocks = I(blocks), by = "aic", direction = direction)),
           list(chosen = I(1 * chosen), aic = I(end$anova$AIC), log_likelihood = end$loglik[length(end$loglik)]))
}
by_test <- function(case, arguments, blocks, rhs, y, data, direction, enter, stay) {
  model <- if (direction == "backward") rhs else character()
  f <- function(m) as.formula(paste(y, "~", if (length(m)) paste(m, collapse = " + ") else "1"))
  ll <- function(m) { fit <- fitted(f(m), data); fit$loglik[length(fit$loglik)] }
  p_of <- function(small, large) {
    df <- length(coef(fitted(f(large), data))) - length(coef(fitted(f(small), data)))
    pchisq(2 * (ll(large) - ll(small)), df, lower.tail = FALSE)
  }
  taken <- numeric()
  repeat {
    if (direction != "forward" && length(model)) {
      p <- sapply(model, function(m) p_of(setdiff(model, m), model))
      if (max(p) > stay) {
        taken <- c(taken, max(p))
        model <- setdiff(model, names(which.max(p)))
        next
      }
    }
    others <- setdiff(rhs, model)
    if (direction != "backward" && length(others)) {
      p <- sapply(others, function(m) p_of(model, c(model, m)))
      if (min(p) < enter) {
        taken <- c(taken, min(p))
        model <- c(model, names(which.min(p)))
        next
      }
    }
    break
  }
  add_case("cox-selection", paste(case, direction, "by likelihood ratio"),
           c(arguments, list(blocks = I(blocks), by = "lrt", direction = direction, enter = enter, stay = stay)),
           list(chosen = I(1 * (rhs %in% model)), p_value = I(taken), log_likelihood = ll(model)))
}
vet <- transform(veteran, trt = trt01, prior = prior01)
vet_rhs <- c("trt", "celltype", "karno", "diagtime", "age", "prior")
vet_blocks <- c("trt", "celltype", "celltype", "celltype", "karno", "diagtime", "age", "prior")
col_rhs <- c("rx", "sex", "age", "obstruct", "nodes", "differ", "extent")
col_blocks <- c("rx", "rx", "sex", "age", "obstruct", "nodes", "differ", "extent")
known <- na.omit(deaths[c("time", "status", col_rhs)])
for (direction in c("forward", "backward", "both")) {
  stepwise("veteran,", at("veteran", "time", "event", full), vet_blocks, vet_rhs,
           "Surv(time, status)", vet, direction)
  stepwise("colon,", at("colon", "time", "event", colon_x), col_blocks, col_rhs,
           "Surv(time, status)", known, direction)
  by_test("veteran,", at("veteran", "time", "event", full), vet_blocks, vet_rhs,
          "Surv(time, status)", vet, direction, 0.05, 0.1)
  by_test("colon,", at("colon", "time", "event", colon_x), col_blocks, col_rhs,
          "Surv(time, status)", known, direction, 0.2, 0.3)
}

# ---- Proportional hazards ---------------------------------------------------------------------------
zph <- function(case, arguments, fit, transform, terms = FALSE) {
  z <- cox.zph(fit, transform, terms = terms)
  t <- z$table
  k <- nrow(t) - 1
  add_case("proportional-hazards", paste0(case, "; ", transform),
           c(arguments, list(transform = transform)),
           list(statistic = I(unname(t[1:k, 1])), df = I(unname(t[1:k, 2])), p_value = I(unname(t[1:k, 3])),
                overall = t[k + 1, 1], overall_df = t[k + 1, 2], overall_p = t[k + 1, 3],
                first_residuals = I(unname(z$y[, 1]))))
}
vet_fit <- fitted(Surv(time, status) ~ trt01 + celltype + karno + diagtime + age + prior01, veteran)
for (transform in c("km", "rank", "identity", "log")) {
  zph("veteran, all covariates", at("veteran", "time", "event", full), vet_fit, transform)
}
zph("veteran, cell type as one term", at("veteran", "time", "event", full, terms = I(vet_blocks)), vet_fit, "km", TRUE)
zph("veteran by cell type", at("veteran", "time", "event", c("trt", "karno", "age"), stratum = "@veteran.celltype"),
    fitted(Surv(time, status) ~ trt01 + karno + age + strata(celltype), veteran), "km")
zph("ovarian", at("ovarian", "futime", "event", c("age", "ecog.ps", "rx")),
    fitted(Surv(futime, fustat) ~ age + ecog.ps + rx, ovarian), "km")
zph("lung, Breslow", at("lung", "time", "event", c("age", "sex", "ph.ecog"), ties = "breslow"),
    fitted(Surv(time, status) ~ age + sex + ph.ecog, lung, ties = "breslow"), "rank")

write_cases("cox", c("survival", "numDeriv", "carData"))
