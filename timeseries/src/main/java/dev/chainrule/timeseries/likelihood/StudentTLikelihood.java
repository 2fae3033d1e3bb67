package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.Affine;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.StudentT;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.array.Tensor;

/**
 * Student's t distribution: location {@code scale m}, spread {@code scale (softplus(s - 3) +
 * 1e-6)}, {@code 2 + softplus(d)} degrees of freedom, so that the variance exists.
 */
record StudentTLikelihood() implements Likelihood {
  @Override
  public String name() {
    return "student_t";
  }

  @Override
  public int numParameters() {
    return 3;
  }

  @Override
  public double nll(Tensor raw, long at, double target, double scale, Tensor slopes) {
    double s = raw.get(at + 1) - GaussianLikelihood.SHIFT;
    double d = raw.get(at + 2);
    double spread = Special.softplus(s) + GaussianLikelihood.FLOOR;
    double df = 2 + Special.softplus(d);
    double z = (target / scale - raw.get(at)) / spread;
    double log = Math.log(1 + z * z / df);
    // The slope by z.
    double pull = (df + 1) * z / (df + z * z);
    slopes.set(at, -pull / spread);
    slopes.set(at + 1, (1 - z * pull) / spread * Special.sigmoid(s));
    double half = Special.halfStepSlope(df / 2);
    slopes.set(at + 2, 0.5 * (1 / df - half + log - z * pull / df) * Special.sigmoid(d));
    double width = spread * scale * Math.sqrt(Math.PI * df) / Special.halfStep(df / 2);
    return Math.log(width) + (df + 1) / 2 * log;
  }

  @Override
  public Distribution distribution(float[] row, double scale) {
    double spread = Special.softplus(row[1] - GaussianLikelihood.SHIFT) + GaussianLikelihood.FLOOR;
    double degrees = 2 + Special.softplus(row[2]);
    return new Affine(new StudentT(row[0], spread, degrees), 0, scale);
  }

  @Override
  public Support support() {
    return Support.NUMBERS;
  }
}
