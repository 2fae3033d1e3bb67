package dev.chainrule.timeseries.likelihood;

import dev.chainrule.core.array.Tensor;
import java.util.random.RandomGenerator;

/**
 * Student's t distribution: location {@code scale m}, spread {@code scale (softplus(s - 3) +
 * 1e-6)}, {@code 2 + softplus(d)} degrees of freedom, so that the variance exists.
 */
public record StudentT() implements Likelihood {
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
    double s = raw.get(at + 1) - Gaussian.SHIFT;
    double d = raw.get(at + 2);
    double spread = Special.softplus(s) + Gaussian.FLOOR;
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
  public double sample(Tensor raw, long at, double scale, RandomGenerator rng) {
    double spread = Special.softplus(raw.get(at + 1) - Gaussian.SHIFT) + Gaussian.FLOOR;
    double df = 2 + Special.softplus(raw.get(at + 2));
    double chi = Math.sqrt(2 * Draws.gamma(df / 2, rng) / df);
    return scale * (raw.get(at) + spread * rng.nextGaussian() / chi);
  }

  @Override
  public boolean supports(double value) {
    return Double.isFinite(value);
  }

  @Override
  public String support() {
    return "numbers";
  }
}
