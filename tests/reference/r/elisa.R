# Standard curves of four and five parameters by nls(), with weights, and concentrations read back.
# Data: DNase of R's datasets, an ELISA of recombinant DNase in rat serum (11 runs of 16 wells).
# The parameters are those of our curve: d + (a - d) / (1 + (x / c)^b)^g.
# Run from the repository root: Rscript tests/reference/r/elisa.R
source("tests/reference/r/write_reference.R")

control <- nls.control(maxiter = 500, tol = 1e-7, minFactor = 1e-10, nDcentral = TRUE)
weights <- list(none = function(y) rep(1, length(y)), "1/y" = function(y) 1 / y,
                "1/y^2" = function(y) 1 / y^2)

four <- function(data, weighting) {
  data$w <- weights[[weighting]](data$y)
  start <- coef(nls(y ~ SSfpl(log(x), A, B, xmid, scal), data))
  fit <- nls(
    y ~ d + (a - d) / (1 + (x / exp(lc))^b), data, weights = w, control = control,
    start = list(a = start[["A"]], d = start[["B"]], lc = start[["xmid"]], b = 1 / start[["scal"]])
  )
  p <- as.list(coef(fit))
  c(p[c("a", "d", "b")], list(c = exp(p$lc), g = 1, squares = deviance(fit)))
}

inverse <- function(p, y) p$c * (((p$a - p$d) / (y - p$d))^(1 / p$g) - 1)^(1 / p$b)

read <- function(p, y) c(p, list(concentration = I(inverse(p, y))))

runs <- lapply(c(1, 4, 9), function(run) {
  data <- data.frame(x = DNase$conc[DNase$Run == run], y = DNase$density[DNase$Run == run])
  y <- c(0.1, 0.5, 1, 1.5)
  list(
    run = run, x = I(data$x), y = I(data$y), response = I(y),
    fits = lapply(names(weights), function(w) {
      c(list(weighting = w), read(four(data, w), y))
    })
  )
})

# An asymmetric curve with small errors, so that five parameters are found.
set.seed(5)
x <- rep(c(0, 15.6, 31.2, 62.5, 125, 250, 500, 1000, 2000, 4000), each = 2)
truth <- list(a = 0.06, d = 3.2, b = 1.9, c = 900, g = 0.45)
y <- truth$d + (truth$a - truth$d) / (1 + (x / truth$c)^truth$b)^truth$g
y <- round(y * (1 + rnorm(length(y), 0, 0.01)), 4)
at <- c(0.1, 0.4, 1, 2, 2.8)
steep <- data.frame(x = x, y = y)
fit_five <- function(w) {
  steep$w <- weights[[w]](steep$y)
  fit <- nls(
    y ~ d + (a - d) / (1 + (x / exp(lc))^b)^exp(lg), steep, weights = w, control = control,
    start = list(a = 0.06, d = 3.2, lc = log(900), b = 1.9, lg = log(0.45))
  )
  p <- as.list(coef(fit))
  c(p[c("a", "d", "b")], list(c = exp(p$lc), g = exp(p$lg), squares = deviance(fit)))
}
asymmetric <- list(
  x = I(x), y = I(y), response = I(at),
  fits = lapply(names(weights), function(w) c(list(weighting = w), read(fit_five(w), at)))
)

write_reference("elisa", c("stats", "datasets"), 1e-6, list(four = runs, five = asymmetric))
