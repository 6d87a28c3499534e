# The eleven subjects of tests/analyses/study.py, compared in R.
# Run from the repository root: Rscript tests/reference/r/comparisons.R
source("tests/reference/r/write_reference.R")
suppressPackageStartupMessages({
  library(survival); library(lmerTest); library(pbkrtest); library(cmprsk)
})

# Enrolled: T-01 to T-09.
full <- data.frame(
  age = c(60, 62, 64, 71, 50, 55, 58, 80, 45),
  sex = c("F", "M", "F", "M", "F", "F", "M", "M", "F"),
  ecog = c(0, 1, 0, 1, 0, 0, 1, NA, 0),
  ki67 = c(5, 10, NA, 20, 3, 4, NA, 9, 2),
  response = c(1, 1, 0, 0, 1, 0, 0, 0, 0)
)
pfs <- data.frame(
  days = c(100, 200, 300, 400, 50, 100, 150, 200),
  event = c(1, 0, 1, 1, 1, 1, 0, 1),
  cause = c(1, 0, 2, 1, 1, 1, 0, 2),
  arm = rep(c("Active", "Control"), each = 4)
)
pfs <- cbind(pfs, full[1:8, c("age", "sex", "ecog")])
sums <- data.frame(
  id = rep(1:6, each = 3), visit = factor(rep(0:2, 6)),
  mm = c(50, 20, 0, 40, 30, 25, 62, 60, 61, 30, 33, 36, 80, 56, 50, 45, 47, NA)
)

counts <- table(full$sex, full$response)[, c("1", "0")]
woolf <- function(tab, z = qnorm(0.975)) {
  est <- tab[1, 1] * tab[2, 2] / (tab[1, 2] * tab[2, 1])
  se <- sqrt(sum(1 / tab))
  unname(c(est, est * exp(-z * se), est * exp(z * se)))
}
women <- full$age[full$sex == "F"]
men <- full$age[full$sex == "M"]
paired <- subset(full, !is.na(ki67))
cox <- coxph(Surv(days, event) ~ sex, pfs)
both <- coxph(Surv(days, event) ~ sex + age, pfs)
arms <- coxph(Surv(days, event) ~ I(arm == "Active"), pfs)
stratified <- survdiff(Surv(days, event) ~ arm + strata(sex), pfs)
model <- lmer(mm ~ visit + (1 | id), sums, control = lmerControl(
  optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)
))
kr <- anova(model, ddf = "Kenward-Roger")
gray <- cuminc(pfs$days, pfs$cause, pfs$sex)$Tests

write_reference(
  "comparisons",
  packages = c("stats", "survival", "lmerTest", "pbkrtest", "cmprsk", "exactRankTests"),
  tolerance = 1e-6,
  values = list(
    fisher = fisher.test(counts)$p.value,
    chi_square = unname(suppressWarnings(chisq.test(counts, correct = FALSE))$p.value),
    odds_ratio = woolf(counts),
    mann_whitney = wilcox.test(women, men, exact = TRUE, conf.int = TRUE)$p.value,
    shift = unname(wilcox.test(women, men, exact = TRUE, conf.int = TRUE)$estimate),
    welch = t.test(women, men)$p.value,
    signed_rank = exactRankTests::wilcox.exact(paired$ki67, paired$age, paired = TRUE)$p.value,
    cox = list(
      hazard_ratio = unname(exp(coef(cox))), p_value = summary(cox)$coefficients[1, 5],
      aic = AIC(cox), concordance = unname(summary(cox)$concordance[1]),
      check = cox.zph(cox)$table["GLOBAL", "p"], adjusted = unname(exp(coef(both))[1]),
      arms = unname(exp(coef(arms)))
    ),
    stratified = list(chi_square = stratified$chisq),
    visits = list(f = kr$`F value`, df = kr$DenDF, p_value = kr$`Pr(>F)`),
    gray = unname(gray[, "pv"])
  )
)
