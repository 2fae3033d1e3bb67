package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.Affine;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.Gaussian;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.array.Tensor;

/**
 * The normal distribution: mean {@code scale m}, standard deviation {@code scale (softplus(s - 3) +
 * 1e-6)}, for raw outputs m and s: where s begins at zero, a twentieth of the scale.
 */
record GaussianLikelihood() implements Likelihood {
  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
  static final double FLOOR = 1e-6;
  static final double SHIFT = 3;

  @Override
  public String name() {
    return "gaussian";
  }

  @Override
  public int numParameters() {
    return 2;
  }

  @Override
  public double nll(Tensor raw, long at, double target, double scale, Tensor slopes) {
    double s = raw.get(at + 1) - SHIFT;
    double deviation = Special.softplus(s) + FLOOR;
    double z = (target / scale - raw.get(at)) / deviation;
    slopes.set(at, -z / deviation);
    slopes.set(at + 1, (1 - z * z) / deviation * Special.sigmoid(s));
    return HALF_LOG_2_PI + Math.log(deviation * scale) + 0.5 * z * z;
  }

  @Override
  public Distribution distribution(float[] row, double scale) {
    double deviation = Special.softplus(row[1] - SHIFT) + FLOOR;
    return new Affine(new Gaussian(row[0], deviation), 0, scale);
  }

  @Override
  public Support support() {
    return Support.NUMBERS;
  }
}
