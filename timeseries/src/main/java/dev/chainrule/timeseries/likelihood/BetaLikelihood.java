package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.Beta;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.array.Tensor;

/**
 * The beta distribution of shares, with mean {@code mu = sigmoid(m)}, kept a ten-thousandth away
 * from 0 and 1, and {@code alpha + beta = softplus(c + 3) + 0.01}.
 */
record BetaLikelihood() implements Likelihood {
  private static final double EDGE = 1e-4;
  private static final double FLOOR = 1e-2;
  private static final double SHIFT = 3;

  @Override
  public String name() {
    return "beta";
  }

  @Override
  public int numParameters() {
    return 2;
  }

  @Override
  public double nll(Tensor raw, long at, double target, double scale, Tensor slopes) {
    double slope = Special.sigmoid(raw.get(at));
    double mean = EDGE + (1 - 2 * EDGE) * slope;
    double total = Special.softplus(raw.get(at + 1) + SHIFT) + FLOOR;
    double alpha = mean * total;
    double beta = (1 - mean) * total;
    double log = Math.log(target);
    double logRest = Math.log1p(-target);
    double common = Special.digamma(total);
    double dAlpha = Special.digamma(alpha) - common - log;
    double dBeta = Special.digamma(beta) - common - logRest;
    slopes.set(at, total * (dAlpha - dBeta) * (1 - 2 * EDGE) * slope * (1 - slope));
    slopes.set(
        at + 1, (mean * dAlpha + (1 - mean) * dBeta) * Special.sigmoid(raw.get(at + 1) + SHIFT));
    return Special.logGamma(alpha)
        + Special.logGamma(beta)
        - Special.logGamma(total)
        - (alpha - 1) * log
        - (beta - 1) * logRest;
  }

  @Override
  public Distribution distribution(float[] row, double scale) {
    double mean = EDGE + (1 - 2 * EDGE) * Special.sigmoid(row[0]);
    double total = Special.softplus(row[1] + SHIFT) + FLOOR;
    return new Beta(mean * total, (1 - mean) * total);
  }

  @Override
  public Support support() {
    return Support.SHARES;
  }

  @Override
  public boolean hasLocation() {
    return false;
  }

  @Override
  public Scaling scaling() {
    return Scaling.NONE;
  }
}
