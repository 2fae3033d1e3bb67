package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LikelihoodKernels;
import dev.chainrule.core.kernel.LogisticMixtureRow;
import dev.chainrule.core.kernel.PixelMixtureRow;
import dev.chainrule.core.kernel.ScalarLikelihood;

/** Likelihoods, row by row in double precision. */
public final class ReferenceLikelihoods implements LikelihoodKernels {
  @Override
  public void logisticMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    int width = parameters.dim(-1);
    LogisticMixtureRow row = new LogisticMixtureRow(width / 3, levels, minLogScale);
    for (int n = 0; n < targets.size(); n++) {
      int target = targets.getInt(n);
      if (target < 0) {
        nll.set(n, 0);
        continue;
      }
      for (int i = 0; i < width; i++) {
        row.parameters[i] = parameters.get((long) n * width + i);
      }
      nll.set(n, -row.logProb(target));
    }
  }

  @Override
  public void logisticMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    int width = parameters.dim(-1);
    LogisticMixtureRow row = new LogisticMixtureRow(width / 3, levels, minLogScale);
    for (int n = 0; n < targets.size(); n++) {
      int target = targets.getInt(n);
      for (int i = 0; i < width; i++) {
        row.parameters[i] = parameters.get((long) n * width + i);
      }
      if (target >= 0) {
        row.gradient(target);
      }
      for (int i = 0; i < width; i++) {
        long at = (long) n * width + i;
        double d = target < 0 ? 0 : dNll.get(n) * row.gradient[i];
        dParameters.set(at, accumulate ? dParameters.get(at) + d : d);
      }
    }
  }

  @Override
  public void pixelMixtureConditionals(
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

  @Override
  public void pixelMixture(
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

  @Override
  public void pixelMixtureBackward(
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

  @Override
  public void likelihood(
      Tensor nll,
      Tensor slopes,
      Tensor raw,
      Tensor targets,
      Tensor scales,
      ScalarLikelihood family) {
    int width = family.numParameters();
    long share = targets.size() / Math.max(1, scales.size());
    for (long n = 0; n < targets.size(); n++) {
      double target = targets.get(n);
      boolean missing = Double.isNaN(target);
      if (missing || !family.isDistribution(raw, n * width)) {
        nll.set(n, missing ? 0 : Double.NaN);
        for (int i = 0; i < width; i++) {
          slopes.set(n * width + i, 0);
        }
      } else {
        nll.set(n, family.nll(raw, n * width, target, scales.get(n / share), slopes));
      }
    }
  }

  @Override
  public void likelihoodBackward(Tensor dRaw, boolean accumulate, Tensor dNll, Tensor slopes) {
    long width = slopes.size() / Math.max(1, dNll.size());
    for (long n = 0; n < dNll.size(); n++) {
      double d = dNll.get(n);
      for (long i = n * width; i < (n + 1) * width; i++) {
        double value = d * slopes.get(i);
        dRaw.set(i, accumulate ? dRaw.get(i) + value : value);
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
