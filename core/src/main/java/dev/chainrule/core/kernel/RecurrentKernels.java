package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers over all steps of a batch at once. Arrays are time-major, so that a step is one
 * block of memory: T steps, B sequences, I inputs, H units.
 */
public interface RecurrentKernels {
  /**
   * The long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et
   * al. 2000): {@code a = x[t] wx^T + h[t-1] wh^T + bias}, its four parts i, f, g, o; {@code c[t] =
   * sigmoid(f) c[t-1] + sigmoid(i) tanh(g)}, {@code h[t] = sigmoid(o) tanh(c[t])}.
   *
   * @param h [T, B, H]
   * @param c [T, B, H], saved
   * @param gates [T, B, 4H], the activated gates, saved
   * @param x [T, B, I]
   * @param wx [4H, I]
   * @param wh [4H, H]
   * @param bias [4H]
   * @param h0 [B, H], the output before the first step; zero where null
   * @param c0 [B, H], the cell before the first step; null where h0 is
   */
  void lstm(
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      Tensor bias,
      @Nullable Tensor h0,
      @Nullable Tensor c0);

  /**
   * Backward of {@link #lstm}; no gradient is computed for the state before the first step.
   *
   * @param dH [T, B, H]
   * @param gates in: the activated gates; out: the gradients of a
   */
  void lstmBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      @Nullable Tensor c0);

  /**
   * The first two dimensions exchanged: {@code y[j, i] = x[i, j]}.
   *
   * @param y [N, M, C]
   * @param x [M, N, C]
   */
  void swapAxes(Tensor y, boolean accumulate, Tensor x);
}
