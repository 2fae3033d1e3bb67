package dev.chainrule.arima.ets;

import dev.chainrule.arima.ets.EtsForm.Component;
import java.util.Arrays;

/**
 * The recursion of {@link EtsFilter} for many sets of parameters at once, side by side, for the
 * slopes of a search: loops over sets are what a processor does in parallel, those over time are
 * not.
 *
 * <p>One object serves one thread.
 */
final class EtsLanes {
  private final double[] y;
  private final int period;
  private final Component trend;
  private final Component season;
  private final boolean relative;
  private final boolean damped;
  private final int k;
  private final int observed;
  private final double[] alpha;
  private final double[] ratio;
  private final double[] gamma;
  private final double[] phi;
  private final double[] level;
  private final double[] growth;
  private final double[] lowest;
  private final double[] kept;
  private final double[] q;
  private final double[][] seasons;
  private final double[][] errors;
  private final double[][] forecasts;

  /**
   * For a series.
   *
   * @param k sets of parameters
   */
  EtsLanes(double[] y, int period, EtsForm form, int observed, int k) {
    this.y = y;
    this.period = form.isSeasonal() ? period : 1;
    this.trend = form.trend();
    this.season = form.season();
    this.relative = form.relative();
    this.damped = form.damped();
    this.k = k;
    this.observed = observed;
    this.alpha = new double[k];
    this.ratio = new double[k];
    this.gamma = new double[k];
    this.phi = new double[k];
    this.level = new double[k];
    this.growth = new double[k];
    this.lowest = new double[k];
    this.kept = new double[k];
    this.q = new double[k];
    this.seasons = new double[this.period][k];
    this.errors = new double[y.length][k];
    this.forecasts = new double[y.length][k];
  }

  /** Sets one set of parameters, its state that of a filter. */
  void set(int lane, double a, double b, double c, double p, EtsFilter from) {
    alpha[lane] = a;
    ratio[lane] = b / a;
    gamma[lane] = c;
    phi[lane] = p;
    level[lane] = from.level;
    growth[lane] = from.growth;
    for (int i = 0; i < period; i++) {
      seasons[i][lane] = from.seasons[i];
    }
  }

  /** Runs over the series. */
  void run() {
    Arrays.fill(lowest, 0);
    for (int t = 0, at = 0; t < y.length; t++, at = at + 1 == period ? 0 : at + 1) {
      predict();
      double[] f = forecasts[t];
      double[] s = seasons[at];
      for (int i = 0; i < k; i++) {
        f[i] = q[i];
      }
      if (season == Component.ADDITIVE) {
        for (int i = 0; i < k; i++) {
          f[i] += s[i];
        }
      } else if (season == Component.MULTIPLICATIVE) {
        for (int i = 0; i < k; i++) {
          f[i] *= s[i];
        }
      }
      if (Double.isNaN(y[t])) {
        System.arraycopy(q, 0, level, 0, k);
        System.arraycopy(kept, 0, growth, 0, k);
        Arrays.fill(errors[t], 0);
      } else {
        learn(y[t], f, s, errors[t]);
      }
    }
  }

  /** Level and growth as they are expected. */
  private void predict() {
    if (trend == Component.NONE) {
      System.arraycopy(level, 0, q, 0, k);
    } else if (trend == Component.ADDITIVE) {
      for (int i = 0; i < k; i++) {
        kept[i] = phi[i] * growth[i];
        q[i] = level[i] + kept[i];
      }
    } else {
      for (int i = 0; i < k; i++) {
        lowest[i] = Math.min(lowest[i], growth[i]);
        kept[i] = damped ? Math.pow(growth[i], phi[i]) : growth[i];
        q[i] = level[i] * kept[i];
      }
    }
  }

  private void learn(double value, double[] f, double[] s, double[] e) {
    if (relative) {
      for (int i = 0; i < k; i++) {
        e[i] = (value - f[i]) / f[i];
      }
    } else {
      for (int i = 0; i < k; i++) {
        e[i] = value - f[i];
      }
    }
    if (trend == Component.NONE) {
      for (int i = 0; i < k; i++) {
        level[i] = next(value, s[i], i);
      }
    } else if (trend == Component.ADDITIVE) {
      for (int i = 0; i < k; i++) {
        double next = next(value, s[i], i);
        growth[i] = kept[i] + ratio[i] * (next - level[i] - kept[i]);
        level[i] = next;
      }
    } else {
      for (int i = 0; i < k; i++) {
        double next = next(value, s[i], i);
        growth[i] = kept[i] + ratio[i] * (next / level[i] - kept[i]);
        level[i] = next;
      }
    }
    if (season == Component.ADDITIVE) {
      for (int i = 0; i < k; i++) {
        s[i] += gamma[i] * (value - q[i] - s[i]);
      }
    } else if (season == Component.MULTIPLICATIVE) {
      for (int i = 0; i < k; i++) {
        s[i] += gamma[i] * (value / q[i] - s[i]);
      }
    }
  }

  private double next(double value, double s, int i) {
    double adjusted =
        season == Component.NONE ? value : season == Component.ADDITIVE ? value - s : value / s;
    return q[i] + alpha[i] * (adjusted - q[i]);
  }

  /**
   * The residuals of one set, as {@link EtsSearch#at} has them.
   *
   * @param residuals where to write them [n]
   * @return false where the model is not defined
   */
  boolean residuals(int lane, double[] residuals) {
    double mean = 1;
    if (relative) {
      double logs = 0;
      double product = 1;
      for (int t = 0; t < y.length; t++) {
        if (!Double.isNaN(y[t])) {
          product *= Math.abs(forecasts[t][lane]);
          if (product > 1e200 || product < 1e-200) {
            logs += Math.log(product);
            product = 1;
          }
        }
      }
      mean = Math.exp((logs + Math.log(product)) / observed);
    }
    for (int t = 0; t < y.length; t++) {
      residuals[t] = errors[t][lane] * mean;
    }
    return lowest[lane] >= 0
        && Double.isFinite(level[lane])
        && Double.isFinite(growth[lane])
        && Double.isFinite(mean)
        && mean > 0;
  }
}
