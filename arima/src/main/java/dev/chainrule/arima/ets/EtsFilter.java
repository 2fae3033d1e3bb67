package dev.chainrule.arima.ets;

import dev.chainrule.arima.ets.EtsForm.Component;

/**
 * The recursion of one model over one series: one-step forecasts, errors and the state after them
 * (Hyndman et al. 2008, table 2.1 in the form of its section 2.5.1, which is the same for both
 * kinds of errors). A missing value changes nothing: the state goes on as predicted.
 *
 * <p>One object serves one thread; results are those of the last run.
 */
final class EtsFilter {
  private static final double NOTHING = 1e-10;
  private static final double HUGE = 1e10;

  private final double[] y;
  private final int period;
  private final Component trend;
  private final Component season;
  private final boolean relative;
  private final boolean damped;

  /** Errors [n], relative ones for multiplicative errors; 0 where the value is missing. */
  final double[] errors;

  /** One-step forecasts [n]. */
  final double[] forecasts;

  /** Seasons [period] by time modulo the period. */
  final double[] seasons;

  double level;
  double growth;

  /** Sum of the logarithms of the sizes of the one-step forecasts, for multiplicative errors. */
  double logSize;

  /** Values that are there. */
  final int observed;

  EtsFilter(double[] y, int period, EtsForm form) {
    this.y = y;
    this.period = form.isSeasonal() ? period : 1;
    this.trend = form.trend();
    this.season = form.season();
    this.relative = form.relative();
    this.damped = form.damped();
    this.errors = new double[y.length];
    this.forecasts = new double[y.length];
    this.seasons = new double[this.period];
    int there = 0;
    for (double value : y) {
      there += Double.isNaN(value) ? 0 : 1;
    }
    this.observed = there;
  }

  /**
   * Runs over the series; the state to start from is in the fields.
   *
   * @return false where the model is not defined: growth or season below zero, or numbers that are
   *     not finite
   */
  boolean run(double alpha, double beta, double gamma, double phi) {
    double l = level;
    double b = growth;
    double ratio = beta / alpha;
    double product = 1;
    double logs = 0;
    int at = 0;
    for (int t = 0; t < y.length; t++) {
      double s = seasons[at];
      double kept = b;
      double q = l;
      if (trend == Component.ADDITIVE) {
        kept = phi * b;
        q = l + kept;
      } else if (trend == Component.MULTIPLICATIVE) {
        if (b < 0) {
          return false;
        }
        kept = damped ? Math.pow(b, phi) : b;
        q = l * kept;
      }
      double f = season == Component.NONE ? q : season == Component.ADDITIVE ? q + s : q * s;
      forecasts[t] = f;
      double value = y[t];
      if (Double.isNaN(value)) {
        errors[t] = 0;
        l = q;
        b = kept;
        at = at + 1 == period ? 0 : at + 1;
        continue;
      }
      double error = value - f;
      if (relative) {
        error /= f;
        // Logarithms of products, few at a time, are cheaper than those of each factor.
        product *= Math.abs(f);
        if (product > 1e200 || product < 1e-200) {
          logs += Math.log(product);
          product = 1;
        }
      }
      errors[t] = error;
      double p = value;
      if (season == Component.ADDITIVE) {
        p = value - s;
      } else if (season == Component.MULTIPLICATIVE) {
        p = Math.abs(s) < NOTHING ? HUGE : value / s;
      }
      double next = q + alpha * (p - q);
      if (trend != Component.NONE) {
        double r = trend == Component.ADDITIVE ? next - l : Math.abs(l) < NOTHING ? HUGE : next / l;
        b = kept + ratio * (r - kept);
      }
      l = next;
      if (season != Component.NONE) {
        double seen =
            season == Component.ADDITIVE ? value - q : Math.abs(q) < NOTHING ? HUGE : value / q;
        seasons[at] = s + gamma * (seen - s);
        at = at + 1 == period ? 0 : at + 1;
      }
    }
    level = l;
    growth = b;
    logSize = relative ? logs + Math.log(product) : 0;
    return Double.isFinite(l) && Double.isFinite(b) && Double.isFinite(logSize);
  }

  /** Starts from these, and runs. */
  boolean run(EtsParameters from) {
    level = from.level();
    growth = from.growth();
    if (season != Component.NONE) {
      System.arraycopy(from.seasons(), 0, seasons, 0, period);
    } else {
      seasons[0] = 0;
    }
    return run(from.alpha(), from.beta(), from.gamma(), from.phi());
  }

  /** Minus twice the log-likelihood without its constants, as R has it: {@code n log S + 2 L}. */
  double minusTwiceLogLikelihood() {
    double sum = 0;
    for (double e : errors) {
      sum += e * e;
    }
    return observed * Math.log(sum) + 2 * logSize;
  }
}
