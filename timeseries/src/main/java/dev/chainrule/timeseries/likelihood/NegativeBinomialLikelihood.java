package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.NegativeBinomial;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.array.Tensor;

/**
 * The negative binomial distribution of counts, with mean {@code mu = scale softplus(m)} and
 * variance {@code mu + alpha mu^2}, {@code alpha = (softplus(a) + 1e-4) / sqrt(scale)}, as Salinas
 * et al. 2020 have it.
 */
record NegativeBinomialLikelihood() implements Likelihood {
  private static final double FLOOR = 1e-4;
  private static final double MEAN_FLOOR = 1e-8;

  @Override
  public String name() {
    return "negative_binomial";
  }

  @Override
  public int numParameters() {
    return 2;
  }

  @Override
  public double nll(Tensor raw, long at, double target, double scale, Tensor slopes) {
    double m = raw.get(at);
    double a = raw.get(at + 1);
    double mean = scale * Special.softplus(m) + MEAN_FLOOR;
    double alpha = (Special.softplus(a) + FLOOR) / Math.sqrt(scale);
    double r = 1 / alpha;
    double log = Math.log1p(alpha * mean);
    double dMean = (r + target) * alpha / (1 + alpha * mean) - target / mean;
    double dR =
        log
            - Special.logRisingSlope(r, target)
            - (r + target) * mean / (r * (r + mean))
            + target / r;
    slopes.set(at, dMean * scale * Special.sigmoid(m));
    slopes.set(at + 1, -r * r * dR * Special.sigmoid(a) / Math.sqrt(scale));
    return Special.logRising(1, target)
        - Special.logRising(r, target)
        + (r + target) * log
        - target * Math.log(alpha * mean);
  }

  @Override
  public Distribution distribution(float[] row, double scale) {
    double mean = scale * Special.softplus(row[0]) + MEAN_FLOOR;
    double dispersion = (Special.softplus(row[1]) + FLOOR) / Math.sqrt(scale);
    return new NegativeBinomial(mean, dispersion);
  }

  @Override
  public Support support() {
    return Support.COUNTS;
  }

  @Override
  public boolean hasLocation() {
    return false;
  }

  @Override
  public Scaling scaling() {
    return Scaling.MEAN_AND_ONE;
  }
}
