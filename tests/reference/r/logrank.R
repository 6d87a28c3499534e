# Log-rank tests of two to four groups, stratified or not; NA where survdiff stops.
# Run from the repository root: Rscript tests/reference/r/logrank.R
source("tests/reference/r/write_reference.R")
source("tests/reference/r/survival_data.R")

describe <- function(data, stratified) {
  data$group <- as.character(data$group) # groups in the order of their labels
  formula <- if (stratified) {
    Surv(time, event) ~ group + strata(stratum)
  } else {
    Surv(time, event) ~ group
  }
  test <- tryCatch(survdiff(formula, data = data), error = function(e) NULL)
  sums <- function(x) if (is.matrix(x)) rowSums(x) else x
  list(
    time = I(data$time), event = I(data$event), group = I(data$group),
    stratum = if (stratified) I(as.character(data$stratum)) else NULL,
    stopped = is.null(test),
    observed = if (!is.null(test)) I(unname(sums(test$obs))),
    expected = if (!is.null(test)) I(unname(sums(test$exp))),
    covariance = if (!is.null(test)) test$var,
    chi_square = if (!is.null(test)) test$chisq,
    df = if (!is.null(test)) sum(sums(test$exp) > 0) - 1,
    p_value = if (!is.null(test)) test$pvalue
  )
}

known <- lung[!is.na(lung$ph.ecog), ]
data_sets <- list(
  data.frame(time = veteran$time, event = veteran$status, group = veteran$trt,
             stratum = veteran$celltype),
  data.frame(time = veteran$time, event = veteran$status, group = veteran$celltype,
             stratum = veteran$trt),
  data.frame(time = known$time, event = known$status - 1, group = known$sex,
             stratum = known$ph.ecog)
)
several <- Filter(function(data) length(unique(data$group)) > 1, random_data)

write_reference(
  "logrank",
  packages = "survival",
  tolerance = 1e-9,
  values = list(tests = unlist(lapply(c(data_sets, several), function(data) {
    list(describe(data, FALSE), describe(data, TRUE))
  }), recursive = FALSE))
)
