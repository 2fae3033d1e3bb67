# What R 4.2.2 with forecast 8.20 says of the thirty models on shipped series, as JSON on standard output:
#   Rscript make_oracle.R ../../../../../../../../timeseries/examples/monthly.csv > r_ets.json
# A series is cut to a stretch, and summed where `by` says so, so that periods 1, 4 and 12 occur.
suppressMessages(library(forecast))
data <- read.csv(commandArgs(TRUE)[1])
take <- function(id, from, count, by, period) {
  y <- data$y[data$unique_id == id]
  y <- colSums(matrix(y[1:(by * (length(y) %/% by))], nrow = by))
  ts(y[from:min(length(y), from + count - 1)], frequency = period)
}
series <- list(
  air = take("air_passengers", 61, 72, 1, 12),
  deaths = take("us_accidental_deaths", 1, 72, 1, 12),
  quarters = take("nottingham_temperature", 1, 180, 3, 4),
  passengers = take("air_passengers", 1, 132, 3, 4),
  years = take("uk_driver_deaths", 1, 192, 6, 1),
  short = take("air_passengers", 1, 96, 6, 1))
num <- function(x) paste0("[", paste(sprintf("%.17g", as.numeric(x)), collapse = ","), "]")
models <- c()
for (e in c("A", "M")) for (t in c("N", "A", "M")) for (s in c("N", "A", "M")) models <- c(models, paste0(e, t, s))
out <- c()
for (name in names(series)) {
  y <- series[[name]]
  m <- frequency(y)
  fits <- c()
  for (model in models) for (damped in c(FALSE, TRUE)) {
    if (substr(model, 2, 2) == "N" && damped) next
    if (substr(model, 3, 3) != "N" && m == 1) next
    f <- try(ets(y, model = model, damped = damped, restrict = FALSE, allow.multiplicative.trend = TRUE), silent = TRUE)
    if (inherits(f, "try-error") || !is.finite(f$loglik)) next
    fc <- forecast(f, h = 2 * max(m, 4), level = c(80, 95), npaths = 2)
    exact <- !(model %in% c("AMN", "AMA", "AMM", "ANM", "AAM", "MMN", "MMA", "MMM"))
    fits <- c(fits, sprintf(
      '{"model":"%s%s%s","par":%s,"names":"%s","init":%s,"loglik":%.17g,"aicc":%.17g,"sigma2":%.17g,"mean":%s,"upper":%s}',
      substr(model, 1, 2), ifelse(damped, "d", ""), substr(model, 3, 3),
      num(f$par[names(f$par) %in% c("alpha", "beta", "gamma", "phi")]),
      paste(names(f$par)[names(f$par) %in% c("alpha", "beta", "gamma", "phi")], collapse = ","),
      num(f$states[1, ]), f$loglik, f$aicc, f$sigma2, num(fc$mean), if (exact) num(fc$upper[, 2]) else "[]"))
  }
  chosen <- ets(y)
  out <- c(out, sprintf('"%s":{"period":%d,"y":%s,"chosen":"%s","aicc":%.17g,"loglik":%.17g,\n"fits":[\n%s]}',
    name, m, num(y), chosen$method, chosen$aicc, chosen$loglik, paste(fits, collapse = ",\n")))
}
cat("{", paste(out, collapse = ",\n"), "}\n")
