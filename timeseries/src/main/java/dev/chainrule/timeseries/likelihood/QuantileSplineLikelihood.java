package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.Affine;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.QuantileSpline;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.array.Tensor;
import java.util.function.IntToDoubleFunction;

/**
 * A quantile function that is linear between fixed probabilities, trained by the continuous ranked
 * probability score (Gasthaus et al. 2019): of no family, and bounded. The first output is the
 * median in units of the scale, the others make the steps between knots, which begin as those of a
 * normal distribution of a twentieth of the scale.
 *
 * <p>What this family calls a negative log-likelihood is that score, in units of the scale: a
 * density of straight pieces says nothing about where its edges should go.
 */
record QuantileSplineLikelihood() implements Likelihood {
  private static final double[] KNOTS = {
    0, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 1
  };

  /** The normal distribution's quantiles there, but for the ends. */
  private static final double[] NORMAL = {
    -3.5, -2.3263, -1.96, -1.6449, -1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416,
    1.2816, 1.6449, 1.96, 2.3263, 3.5
  };

  private static final int MIDDLE = 8;

  @Override
  public String name() {
    return "quantile_spline";
  }

  @Override
  public int numParameters() {
    return KNOTS.length;
  }

  /** Output i + 1 makes the step from knot i to the next. */
  private static double step(double output, int i) {
    double s = output - GaussianLikelihood.SHIFT;
    return (NORMAL[i + 1] - NORMAL[i]) * (Special.softplus(s) + GaussianLikelihood.FLOOR);
  }

  /** The quantile function's values at the knots, in units of the scale. */
  private static double[] values(IntToDoubleFunction output) {
    double[] x = new double[KNOTS.length];
    x[MIDDLE] = output.applyAsDouble(0);
    for (int i = MIDDLE; i + 1 < x.length; i++) {
      x[i + 1] = x[i] + step(output.applyAsDouble(1 + i), i);
    }
    for (int i = MIDDLE; i > 0; i--) {
      x[i - 1] = x[i] - step(output.applyAsDouble(i), i - 1);
    }
    return x;
  }

  /**
   * The score {@code integral of 2 ([y < q(p)] - p) (q(p) - y) dp}. Its slope by the value at a
   * knot is the integral of {@code 2 ([y < q(p)] - p)} times the hat function of the knot; as q - y
   * is the sum of the hats times their values less y, so is the score that of the slopes.
   */
  @Override
  public double nll(Tensor raw, long at, double target, double scale, Tensor slopes) {
    double y = target / scale;
    double[] x = values(i -> raw.get(at + i));
    double[] d = new double[x.length];
    for (int i = 0; i + 1 < x.length; i++) {
      double a = KNOTS[i];
      double width = KNOTS[i + 1] - a;
      // From here on, in units of the width, the quantiles of this piece are above y.
      double crossing = Math.clamp((y - x[i]) / (x[i + 1] - x[i]), 0.0, 1.0);
      double risingPart = width * (1 - crossing * crossing) / 2;
      double all = width * (1 - crossing);
      double risingMoment = width * (a / 2 + width / 3);
      double moment = width * (a + width / 2);
      d[i + 1] += 2 * (risingPart - risingMoment);
      d[i] += 2 * (all - risingPart - (moment - risingMoment));
    }
    double score = 0;
    double above = 0;
    double below = 0;
    for (int i = x.length - 1; i > MIDDLE; i--) {
      above += d[i];
      slopes.set(at + i, above * slope(raw, at, i - 1));
    }
    for (int i = 0; i < MIDDLE; i++) {
      below += d[i];
      slopes.set(at + 1 + i, -below * slope(raw, at, i));
    }
    slopes.set(at, above + below + d[MIDDLE]);
    for (int i = 0; i < x.length; i++) {
      score += d[i] * (x[i] - y);
    }
    return score;
  }

  private static double slope(Tensor raw, long at, int i) {
    double s = raw.get(at + 1 + i) - GaussianLikelihood.SHIFT;
    return (NORMAL[i + 1] - NORMAL[i]) * Special.sigmoid(s);
  }

  @Override
  public Distribution distribution(float[] row, double scale) {
    double[] x = values(i -> row[i]);
    return new Affine(new QuantileSpline(KNOTS, x), 0, scale);
  }

  @Override
  public Support support() {
    return Support.NUMBERS;
  }
}
