package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Layer normalisation over the last dimension. */
final class LayerNorm {
  private LayerNorm() {}

  static void forward(
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain,
      @Nullable Tensor bias,
      double epsilon) {
    int width = x.dim(-1);
    for (int n = 0; n < x.rows(); n++) {
      long row = (long) n * width;
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += x.get(row + i);
      }
      double mu = sum / width;
      double squares = 0;
      for (int i = 0; i < width; i++) {
        double deviation = x.get(row + i) - mu;
        squares += deviation * deviation;
      }
      double scale = 1 / Math.sqrt(squares / width + epsilon);
      for (int i = 0; i < width; i++) {
        double normal = (x.get(row + i) - mu) * scale;
        y.set(row + i, normal * gain.get(i) + (bias == null ? 0 : bias.get(i)));
      }
      mean.set(n, mu);
      rstd.set(n, scale);
    }
  }

  /** With g = dY * gain and n the normalised x: {@code dX = rstd (g - mean(g) - n mean(g n))}. */
  static void backward(
      Tensor dX, boolean accumulate, Tensor dY, Tensor mean, Tensor rstd, Tensor x, Tensor gain) {
    int width = x.dim(-1);
    for (int n = 0; n < x.rows(); n++) {
      long row = (long) n * width;
      double sumG = 0;
      double sumGn = 0;
      for (int i = 0; i < width; i++) {
        double g = dY.get(row + i) * gain.get(i);
        sumG += g;
        sumGn += g * normal(x, mean, rstd, n, i);
      }
      for (int i = 0; i < width; i++) {
        double g = dY.get(row + i) * gain.get(i);
        double d = g - sumG / width - normal(x, mean, rstd, n, i) * sumGn / width;
        ReferenceKernels.write(dX, accumulate, row + i, rstd.get(n) * d);
      }
    }
  }

  static void backwardParameters(
      Tensor dGain, @Nullable Tensor dBias, Tensor dY, Tensor mean, Tensor rstd, Tensor x) {
    int width = x.dim(-1);
    for (int i = 0; i < width; i++) {
      double sum = 0;
      double sumNormal = 0;
      for (int n = 0; n < x.rows(); n++) {
        double d = dY.get((long) n * width + i);
        sum += d;
        sumNormal += d * normal(x, mean, rstd, n, i);
      }
      ReferenceKernels.write(dGain, true, i, sumNormal);
      if (dBias != null) {
        ReferenceKernels.write(dBias, true, i, sum);
      }
    }
  }

  private static double normal(Tensor x, Tensor mean, Tensor rstd, int n, int i) {
    return (x.get((long) n * x.dim(-1) + i) - mean.get(n)) * rstd.get(n);
  }
}
