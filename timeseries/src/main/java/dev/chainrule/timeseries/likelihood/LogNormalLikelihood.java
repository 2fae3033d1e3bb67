package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.LogNormal;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.array.Tensor;

/**
 * The lognormal distribution of positive values. Its median is {@code scale softplus(10 m) / 10},
 * for m above a few tenths nearly {@code scale m}, so that a lagged value may be its beginning; the
 * logarithm's standard deviation is {@code softplus(s - 3) + 1e-6}.
 */
record LogNormalLikelihood() implements Likelihood {
  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double SHARPNESS = 10;
  private static final double LOWEST = 1e-12;

  @Override
  public String name() {
    return "lognormal";
  }

  @Override
  public int numParameters() {
    return 2;
  }

  @Override
  public double nll(Tensor raw, long at, double target, double scale, Tensor slopes) {
    double m = SHARPNESS * raw.get(at);
    double s = raw.get(at + 1) - GaussianLikelihood.SHIFT;
    double median = Special.softplus(m) / SHARPNESS + LOWEST;
    double deviation = Special.softplus(s) + GaussianLikelihood.FLOOR;
    double z = Math.log(target / scale / median) / deviation;
    slopes.set(at, -z / deviation / median * Special.sigmoid(m));
    slopes.set(at + 1, (1 - z * z) / deviation * Special.sigmoid(s));
    return HALF_LOG_2_PI + Math.log(deviation * target) + 0.5 * z * z;
  }

  @Override
  public Distribution distribution(float[] row, double scale) {
    double median = Special.softplus(SHARPNESS * row[0]) / SHARPNESS + LOWEST;
    double spread = Special.softplus(row[1] - GaussianLikelihood.SHIFT) + GaussianLikelihood.FLOOR;
    return new LogNormal(scale * median, spread);
  }

  @Override
  public Support support() {
    return Support.POSITIVE;
  }
}
