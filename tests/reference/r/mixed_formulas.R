# Formulas of mixed models in whole n x n matrices, written from the papers and not from Topline:
# Kenward & Roger 1997, Biometrics 53:983; Fai & Cornelius 1996, J Stat Comput Simul 54:363;
# Jennrich & Schluchter 1986, Biometrics 42:805. Symbols as there.

trace_of <- function(a) sum(diag(a))

# V, its first derivatives G and second derivatives H at theta.
random_intercept <- function(subject) {
  same <- outer(subject, subject, "==") * 1
  function(theta) list(V = theta[1] * diag(nrow(same)) + theta[2] * same,
                       G = list(diag(nrow(same)), same), H = NULL)
}

# Element (a, b) of a covariance over visits as an expression, differentiated by R itself.
visit_structure <- function(structure, v) {
  variance <- function(a) paste0("v", a)
  names_of <- switch(structure,
    "unstructured" = unlist(lapply(1:v, function(a) paste0("c", a, "_", 1:a))),
    "compound-symmetry" = c("v1", if (v > 1) "c1"),
    "toeplitz" = c("v1", if (v > 1) paste0("c", 1:(v - 1))),
    "ar1" = c("v1", if (v > 1) "r1"),
    "ar1-heterogeneous" = , "compound-symmetry-heterogeneous" = c(variance(1:v), if (v > 1) "r1"),
    "toeplitz-heterogeneous" = c(variance(1:v), if (v > 1) paste0("r", 1:(v - 1))))
  text <- function(a, b) {
    lag <- abs(a - b)
    if (structure == "unstructured") return(paste0("c", max(a, b), "_", min(a, b)))
    if (lag == 0) return(if (grepl("heterogeneous", structure)) variance(a) else "v1")
    two <- paste0("sqrt(", variance(a), "*", variance(b), ")")
    switch(structure,
      "compound-symmetry" = "c1",
      "toeplitz" = paste0("c", lag),
      "ar1" = paste0("v1*r1^", lag),
      "ar1-heterogeneous" = paste0(two, "*r1^", lag),
      "compound-symmetry-heterogeneous" = paste0(two, "*r1"),
      "toeplitz-heterogeneous" = paste0(two, "*r", lag))
  }
  cells <- lapply(1:v, function(a) lapply(1:v, function(b)
    deriv3(parse(text = text(a, b))[[1]], names_of)))
  list(names = names_of, at = function(theta) {
    values <- as.list(setNames(theta, names_of))
    V <- matrix(0, v, v)
    G <- array(0, c(v, v, length(theta)))
    H <- array(0, c(v, v, length(theta), length(theta)))
    for (a in 1:v) for (b in 1:v) {
      got <- eval(cells[[a]][[b]], values)
      V[a, b] <- got
      G[a, b, ] <- attr(got, "gradient")
      H[a, b, , ] <- attr(got, "hessian")
    }
    list(V = V, G = G, H = H)
  })
}

repeated <- function(structure, visit, subject) {
  over <- visit_structure(structure, max(visit))
  same <- outer(subject, subject, "==") * 1
  list(names = over$names, at = function(theta) {
    got <- over$at(theta)
    spread <- function(m) m[visit, visit] * same
    r <- length(theta)
    list(V = spread(got$V), G = lapply(1:r, function(i) spread(got$G[, , i])),
         H = lapply(1:r, function(i) lapply(1:r, function(j) spread(got$H[, , i, j]))))
  })
}

# Likelihood with its derivatives by theta; all that the tests need.
pieces <- function(y, X, covariance, theta, reml = TRUE) {
  found <- covariance(theta)
  V <- found$V; G <- found$G; H <- found$H
  root <- chol(V)
  Vi <- chol2inv(root)
  ViX <- Vi %*% X
  Phi <- solve(crossprod(X, ViX))
  beta <- drop(Phi %*% crossprod(ViX, y))
  P <- Vi - ViX %*% Phi %*% t(ViX)
  Py <- P %*% y
  r <- length(theta); n <- length(y); p <- ncol(X)
  log_det <- 2 * sum(log(diag(root)))
  minus_two <- log_det + sum(y * Py) + (if (reml) n - p else n) * log(2 * pi)
  if (reml) minus_two <- minus_two - as.numeric(determinant(Phi)$modulus)
  M <- if (reml) P else Vi
  slope <- sapply(1:r, function(i) sum(M * G[[i]]) - sum(Py * (G[[i]] %*% Py)))
  GP <- lapply(G, function(g) g %*% Py)
  MG <- lapply(G, function(g) M %*% g)
  ViG <- lapply(G, function(g) Vi %*% g)
  expected <- hessian <- matrix(0, r, r)
  for (i in 1:r) for (j in 1:r) {
    expected[i, j] <- sum(t(MG[[i]]) * MG[[j]])
    hessian[i, j] <- -expected[i, j] + 2 * sum(GP[[i]] * (P %*% GP[[j]]))
    if (!is.null(H)) hessian[i, j] <- hessian[i, j] + sum(M * H[[i]][[j]]) -
        sum(Py * (H[[i]][[j]] %*% Py))
  }
  Pi <- lapply(G, function(g) -crossprod(ViX, g %*% ViX))
  Q <- lapply(1:r, function(i) lapply(1:r, function(j) crossprod(G[[i]] %*% ViX, Vi %*% G[[j]] %*% ViX)))
  R <- lapply(1:r, function(i) lapply(1:r, function(j)
    if (is.null(H)) matrix(0, p, p) else crossprod(ViX, H[[i]][[j]] %*% ViX)))
  list(theta = theta, beta = beta, Phi = Phi, logLik = -minus_two / 2, slope = slope,
       expected = expected, hessian = hessian, P = Pi, Q = Q, R = R, n = n, p = p)
}

# Newton to machine precision, from a start found elsewhere.
polished <- function(y, X, covariance, theta, reml = TRUE) {
  for (step in 1:100) {
    here <- pieces(y, X, covariance, theta, reml)
    bend <- if (all(eigen(here$hessian, TRUE, TRUE)$values > 0)) here$hessian else here$expected
    change <- solve(bend, here$slope)
    repeat {
      next_theta <- theta - change
      ok <- tryCatch(all(is.finite(chol(covariance(next_theta)$V))), error = function(e) FALSE,
                     warning = function(w) FALSE)
      if (ok) break
      change <- change / 2
    }
    theta <- next_theta
    if (sum(change * here$slope) < 1e-24) break
  }
  pieces(y, X, covariance, theta, reml)
}

# Kenward & Roger's covariance, page 985, with W by the expected or the observed information.
kr_covariance <- function(m, observed = FALSE) {
  W <- 2 * solve(if (observed) m$hessian else m$expected)
  U <- 0
  for (i in seq_along(m$P)) for (j in seq_along(m$P))
    U <- U + W[i, j] * (m$Q[[i]][[j]] - m$P[[i]] %*% m$Phi %*% m$P[[j]] - m$R[[i]][[j]] / 4)
  list(W = W, PhiA = m$Phi + 2 * m$Phi %*% U %*% m$Phi)
}

# Scaled F test, pages 986 and 987.
kr_test <- function(m, L, observed = FALSE) {
  adjusted <- kr_covariance(m, observed)
  q <- nrow(L)
  Theta <- t(L) %*% solve(L %*% m$Phi %*% t(L), L)
  A1 <- A2 <- 0
  for (i in seq_along(m$P)) for (j in seq_along(m$P)) {
    ui <- Theta %*% m$Phi %*% m$P[[i]] %*% m$Phi
    uj <- Theta %*% m$Phi %*% m$P[[j]] %*% m$Phi
    A1 <- A1 + adjusted$W[i, j] * trace_of(ui) * trace_of(uj)
    A2 <- A2 + adjusted$W[i, j] * trace_of(ui %*% uj)
  }
  f <- drop(t(L %*% m$beta) %*% solve(L %*% adjusted$PhiA %*% t(L), L %*% m$beta)) / q
  if (q == 1) {  # there the general formula comes to this
    df <- 2 / A1
    scale <- 1
  } else {
    B <- (A1 + 6 * A2) / (2 * q)
    g <- ((q + 1) * A1 - (q + 4) * A2) / ((q + 2) * A2)
    below <- 3 * q + 2 * (1 - g)
    c1 <- g / below; c2 <- (q - g) / below; c3 <- (q + 2 - g) / below
    E <- 1 / (1 - A2 / q)
    v <- 2 / q * (1 + c1 * B) / ((1 - c2 * B)^2 * (1 - c3 * B))
    rho <- v / (2 * E^2)
    df <- 4 + (q + 2) / (q * rho - 1)
    scale <- df / (E * (df - 2))
  }
  list(statistic = scale * f, df = q, denominator_df = df, scale = scale,
       p_value = pf(scale * f, q, df, lower.tail = FALSE))
}

satterthwaite_df <- function(m, l, W) {
  gradient <- sapply(m$P, function(Pi) -drop(l %*% m$Phi %*% Pi %*% m$Phi %*% l))
  2 * drop(l %*% m$Phi %*% l)^2 / drop(gradient %*% W %*% gradient)
}

# W of the observed information; at a variance of 0 the residual one alone, as lmerTest has it.
observed_w <- function(m, boundary = FALSE) {
  if (!boundary) return(2 * solve(m$hessian))
  W <- 0 * m$hessian
  W[1, 1] <- 2 / m$hessian[1, 1]
  W
}

satterthwaite_test <- function(m, L, W) {
  e <- eigen(L %*% m$Phi %*% t(L), TRUE)
  rows <- t(e$vectors) %*% L
  nu <- sapply(seq_len(nrow(L)), function(i) satterthwaite_df(m, rows[i, ], W))
  f <- mean(drop(rows %*% m$beta)^2 / e$values)
  q <- nrow(L)
  df <- if (max(nu) - min(nu) < 1e-8) mean(nu) else if (any(nu <= 2)) 2 else {
    E <- sum(nu / (nu - 2))
    2 * E / (E - q)
  }
  list(statistic = f, df = q, denominator_df = df, p_value = pf(f, q, df, lower.tail = FALSE))
}

contrast_numbers <- function(m, L, df, covariance, level = 0.95) {
  estimate <- drop(L %*% m$beta)
  se <- sqrt(diag(L %*% covariance %*% t(L)))
  half <- qt((1 + level) / 2, df) * se
  list(estimate = I(estimate), std_error = I(se), df = I(df), t = I(estimate / se),
       p_value = I(2 * pt(-abs(estimate / se), df)), lower = I(estimate - half),
       upper = I(estimate + half))
}

# lmer whose theta is the root of the profile likelihood's slope, and not where its optimiser
# stopped (about 1e-6 away, which moves F by as much; of two maxima perhaps the lower one).
at_given_theta <- function(fn, par, lower, upper, control, ...) {
  list(par = par, fval = fn(par), conv = 0, message = "theta is given")
}

# Minus twice the profile log-likelihood by rho = theta^2 without its constants, and its slope.
profile_of <- function(y, X, subject, REML) {
  same <- outer(subject, subject, "==") * 1
  free <- length(y) - if (REML) ncol(X) else 0
  function(rho) {
    root <- chol(diag(length(y)) + rho * same)
    Vi <- chol2inv(root)
    ViX <- Vi %*% X
    XVX <- crossprod(X, ViX)
    P <- Vi - ViX %*% solve(XVX, t(ViX))
    Py <- P %*% y
    deviance <- free * log(sum(y * Py)) + 2 * sum(log(diag(root))) +
      if (REML) as.numeric(determinant(XVX)$modulus) else 0
    list(deviance = deviance, slope = sum((if (REML) P else Vi) * same) -
           free * sum(Py * (same %*% Py)) / sum(y * Py))
  }
}

best_rho <- function(y, X, subject, REML) {
  profile <- profile_of(y, X, subject, REML)
  slope <- function(rho) profile(rho)$slope
  grid <- c(0, 10^seq(-4, 9, by = 0.5))
  best <- which.min(sapply(grid, function(rho) profile(rho)$deviance))
  if (best == length(grid)) return(NULL)  # no maximum: there is no residual variance
  if (best == 1 && slope(0) > -1e-10 * length(y)) return(0)
  around <- if (slope(grid[best]) < 0) grid[best + 0:1] else grid[best - 1:0]
  uniroot(slope, around, tol = 1e-15 * around[2], maxiter = 1000)$root
}

exact_lmer <- function(formula, data, REML = TRUE) {
  environment(formula) <- globalenv()
  data_name <- "exact_lmer_data"
  assign(data_name, data, globalenv())
  fit <- suppressWarnings(suppressMessages(eval(bquote(
    lmer(.(formula), .(as.name(data_name)), REML = .(REML))))))
  rho <- best_rho(lme4::getME(fit, "y"), lme4::getME(fit, "X"),
                  as.integer(lme4::getME(fit, "flist")[[1]]), REML)
  if (is.null(rho)) return(NULL)
  control <- lme4::lmerControl(optimizer = "at_given_theta", calc.derivs = FALSE,
                               check.conv.singular = "ignore")
  suppressMessages(eval(bquote(lmer(.(formula), .(as.name(data_name)), REML = .(REML),
                                    start = .(sqrt(rho)), control = .(control)))))
}

pieces_of_lmer <- function(fit) {
  subject <- as.integer(lme4::getME(fit, "flist")[[1]])
  theta <- c(sigma(fit)^2, (sigma(fit) * lme4::getME(fit, "theta")[[1]])^2)
  pieces(lme4::getME(fit, "y"), lme4::getME(fit, "X"), random_intercept(subject), theta,
         lme4::isREML(fit))
}

# Studentized range by R's integrate, both integrals; ptukey is off by up to 1e-5 for few df.
range_tail <- function(q, k, df) {
  of_normals <- function(w) sapply(w, function(x) {
    inner <- function(z) {
      below <- pnorm(z)
      share <- pmin(1, pnorm(z - x) / below)
      dnorm(z) * below^(k - 1) * -expm1((k - 1) * log1p(-share))
    }
    k * sum(sapply(-8:8, function(a) integrate(inner, x / 2 + a, x / 2 + a + 1, rel.tol = 1e-13,
                                               abs.tol = 0, stop.on.error = FALSE)$value))
  })
  density <- function(x) exp(df * x - df / 2 * exp(2 * x) + log(2) + df / 2 * log(df / 2) -
                               lgamma(df / 2))
  outer <- function(x) density(x) * of_normals(q * exp(x))
  edges <- c(seq(-1 - 45 / df, -1, length.out = 12)[-12], seq(-1, log(3 + 20 / df), by = 0.1))
  edges <- sort(unique(edges))
  sum(mapply(function(a, b) integrate(outer, a, b, rel.tol = 1e-12, abs.tol = 1e-300,
                                      stop.on.error = FALSE)$value,
             edges[-length(edges)], edges[-1]))
}

range_quantile <- function(level, k, df) {
  short <- function(q) log(range_tail(q, k, df) / (1 - level))
  q <- qtukey(level, k, df) * c(1, 1 + 1e-5)  # near enough for three secants
  f <- c(short(q[1]), short(q[2]))
  for (step in 1:3) {
    if (f[2] == f[1]) break
    q <- c(q[2], q[2] - f[2] * diff(q) / diff(f))
    f <- c(f[2], short(q[2]))
  }
  q[2]
}
