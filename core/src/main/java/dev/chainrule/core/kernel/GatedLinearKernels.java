package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The gated linear unit (Dauphin et al. 2017), in which PixelCNN++ ends a residual block. The
 * methods here are the definition; engines have faster ones.
 */
public interface GatedLinearKernels {
  /**
   * {@code y[n] = residual[n] + a sigmoid(b)}, where a and b are the halves of {@code x[n] +
   * condition[n / (N/R)]}: a row of conditions serves N/R rows that follow each other.
   *
   * @param y [N, C]
   * @param x [N, 2C]
   * @param condition [R, 2C], N a multiple of R
   * @param residual [N, C]
   */
  default void gatedLinear(
      Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual) {
    int channels = y.dim(-1);
    int group = condition == null ? 1 : x.rows() / condition.rows();
    for (int n = 0; n < x.rows(); n++) {
      for (int c = 0; c < channels; c++) {
        long at = 2L * channels * n + c;
        long shared = 2L * channels * (n / group) + c;
        double a = x.get(at) + (condition == null ? 0 : condition.get(shared));
        double b =
            x.get(at + channels) + (condition == null ? 0 : condition.get(shared + channels));
        long i = (long) channels * n + c;
        y.set(i, a / (1 + Math.exp(-b)) + (residual == null ? 0 : residual.get(i)));
      }
    }
  }

  /** Backward of {@link #gatedLinear} but for the residual, whose gradient is {@code dY} itself. */
  default void gatedLinearBackward(
      Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition) {
    int channels = dY.dim(-1);
    int group = condition == null ? 1 : x.rows() / condition.rows();
    if (dCondition != null && !accumulateCondition) {
      dCondition.fill(0);
    }
    for (int n = 0; n < x.rows(); n++) {
      for (int c = 0; c < channels; c++) {
        long at = 2L * channels * n + c;
        long shared = 2L * channels * (n / group) + c;
        double a = x.get(at) + (condition == null ? 0 : condition.get(shared));
        double b =
            x.get(at + channels) + (condition == null ? 0 : condition.get(shared + channels));
        double gate = 1 / (1 + Math.exp(-b));
        double d = dY.get((long) channels * n + c);
        double dA = d * gate;
        double dB = d * a * gate * (1 - gate);
        dX.set(at, accumulate ? dX.get(at) + dA : dA);
        dX.set(at + channels, accumulate ? dX.get(at + channels) + dB : dB);
        if (dCondition != null) {
          dCondition.set(shared, dCondition.get(shared) + dA);
          dCondition.set(shared + channels, dCondition.get(shared + channels) + dB);
        }
      }
    }
  }
}
