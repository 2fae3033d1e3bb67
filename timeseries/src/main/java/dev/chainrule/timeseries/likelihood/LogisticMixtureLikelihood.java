package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.DiscretizedLogisticMixture;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.array.Tensor;

/**
 * A mixture of three logistic distributions of counts, discretised to whole numbers as Salimans et
 * al. 2017 do: the mass of y is that between y - 1/2 and y + 1/2, that of 0 all below 1/2. A row of
 * outputs holds three means, the others beside the first, three spreads and three logits; means and
 * spreads are in units of the scale. The mass of a bin is computed as {@code ln(sigma(p) -
 * sigma(m)) = -softplus(-p) - softplus(m) + ln(1 - e^(m-p))}, which loses nothing in the tails.
 */
record LogisticMixtureLikelihood() implements Likelihood {
  private static final int COMPONENTS = 3;
  private static final double APART = 0.3;
  private static final double SHIFT = 1;
  private static final double NARROWEST = 0.02;

  @Override
  public String name() {
    return "logistic_mixture";
  }

  @Override
  public int numParameters() {
    return 3 * COMPONENTS;
  }

  @Override
  public double nll(Tensor raw, long at, double target, double scale, Tensor slopes) {
    double[] joint = new double[COMPONENTS];
    double[] logits = new double[COMPONENTS];
    for (int k = 0; k < COMPONENTS; k++) {
      logits[k] = raw.get(at + 2 * COMPONENTS + k);
      joint[k] = logits[k] + logMass(target, mean(raw, at, k, scale), spread(raw, at, k, scale));
    }
    double total = logSumExp(joint);
    double prior = logSumExp(logits);
    double firstMean = 0;
    for (int k = 0; k < COMPONENTS; k++) {
      double share = Math.exp(joint[k] - total);
      slopes.set(at + 2 * COMPONENTS + k, Math.exp(logits[k] - prior) - share);
      double spread = spread(raw, at, k, scale);
      double upper = (target + 0.5 - mean(raw, at, k, scale)) / spread;
      double lower = upper - 1 / spread;
      // Derivatives of the log-mass by both edges.
      double thin = 1 / Math.expm1(1 / spread);
      double byUpper = Special.sigmoid(-upper) + (target > 0 ? thin : 0);
      double byLower = target > 0 ? -Special.sigmoid(lower) - thin : 0;
      double dMean = share * (byUpper + byLower) / spread * scale;
      firstMean += dMean;
      slopes.set(at + k, dMean);
      double dSpread = share * (byUpper * upper + byLower * lower) / spread;
      double slope = scale * Special.sigmoid(raw.get(at + COMPONENTS + k) - SHIFT);
      slopes.set(at + COMPONENTS + k, dSpread * slope);
    }
    slopes.set(at, firstMean);
    return prior - total;
  }

  private static double logMass(double target, double mean, double spread) {
    double upper = (target + 0.5 - mean) / spread;
    if (target <= 0) {
      return -Special.softplus(-upper);
    }
    double lower = upper - 1 / spread;
    return Math.log(-Math.expm1(-1 / spread)) - Special.softplus(-upper) - Special.softplus(lower);
  }

  private static double mean(Tensor raw, long at, int k, double scale) {
    double first = raw.get(at);
    double apart = k == 1 ? -APART : APART;
    return scale * (k == 0 ? first : first + raw.get(at + k) + apart);
  }

  private static double spread(Tensor raw, long at, int k, double scale) {
    return scale * Special.softplus(raw.get(at + COMPONENTS + k) - SHIFT) + NARROWEST;
  }

  private static double logSumExp(double[] x) {
    double max = Math.max(x[0], Math.max(x[1], x[2]));
    double sum = 0;
    for (double value : x) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }

  @Override
  public Distribution distribution(float[] row, double scale) {
    double[] logits = new double[COMPONENTS];
    double[] means = new double[COMPONENTS];
    double[] spreads = new double[COMPONENTS];
    for (int k = 0; k < COMPONENTS; k++) {
      double apart = k == 1 ? -APART : APART;
      means[k] = scale * (k == 0 ? row[0] : (double) row[0] + row[k] + apart);
      spreads[k] = scale * Special.softplus(row[COMPONENTS + k] - SHIFT) + NARROWEST;
      logits[k] = row[2 * COMPONENTS + k];
    }
    DiscretizedLogisticMixture mixture = DiscretizedLogisticMixture.counts(COMPONENTS);
    mixture.set(logits, means, spreads);
    return mixture;
  }

  @Override
  public Support support() {
    return Support.COUNTS;
  }

  @Override
  public Scaling scaling() {
    return Scaling.MEAN_AND_ONE;
  }
}
