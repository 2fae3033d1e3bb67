package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * Likelihoods of pixels of three channels under discretised mixtures of logistics; see {@link
 * PixelMixtureRow}, by which all engines with memory of the host compute them in double precision.
 */
public interface PixelMixtureKernels {
  /**
   * The conditional of each value: mixture logits, means and log-scales of {@link
   * LogisticMixtureKernels}.
   *
   * @param conditionals [3N, 3M]
   * @param parameters [N, 10M]
   * @param targets [3N] int32, below {@code levels}
   * @param levels number of values Q, spread evenly over [-1, 1]
   * @param minLogScale log-scales below it count as it
   */
  default void pixelMixtureConditionals(
      Tensor conditionals, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    int width = parameters.dim(-1);
    int out = 3 * width / 10;
    PixelMixtureRow row = new PixelMixtureRow(width / 10, levels, minLogScale);
    for (int n = 0; n < parameters.rows(); n++) {
      begin(row, parameters, n, width);
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < out; i++) {
          conditionals.set((3L * n + c) * out + i, row.conditional(c, i));
        }
        row.observe(c, targets.getInt(3L * n + c));
      }
    }
  }

  /**
   * {@code nll[n] = -ln P(targets[n])} given the pixel's values before, in nats.
   *
   * @param nll [3N]
   */
  default void pixelMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    int width = parameters.dim(-1);
    PixelMixtureRow row = new PixelMixtureRow(width / 10, levels, minLogScale);
    for (int n = 0; n < parameters.rows(); n++) {
      begin(row, parameters, n, width);
      for (int c = 0; c < 3; c++) {
        nll.set(3L * n + c, -row.observe(c, targets.getInt(3L * n + c)));
      }
    }
  }

  /**
   * Backward of {@link #pixelMixture}.
   *
   * @param dNll [3N]
   */
  default void pixelMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    int width = parameters.dim(-1);
    PixelMixtureRow row = new PixelMixtureRow(width / 10, levels, minLogScale);
    double[] weights = new double[3];
    double[] gradient = new double[width];
    for (int n = 0; n < parameters.rows(); n++) {
      begin(row, parameters, n, width);
      for (int c = 0; c < 3; c++) {
        row.observe(c, targets.getInt(3L * n + c));
        weights[c] = dNll.get(3L * n + c);
      }
      row.gradient(weights, gradient);
      for (int i = 0; i < width; i++) {
        long at = (long) n * width + i;
        dParameters.set(at, accumulate ? dParameters.get(at) + gradient[i] : gradient[i]);
      }
    }
  }

  private static void begin(PixelMixtureRow row, Tensor parameters, int n, int width) {
    for (int i = 0; i < width; i++) {
      row.parameters[i] = parameters.get((long) n * width + i);
    }
    row.begin();
  }
}
