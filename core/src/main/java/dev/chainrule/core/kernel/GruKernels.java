package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The gated recurrent unit over all steps of a batch at once, time-major: T steps, B sequences, I
 * inputs, H units.
 */
public interface GruKernels {
  /**
   * The gated recurrent unit (Cho et al. 2014) with the reset gate after the product, as cuDNN and
   * PyTorch have it: {@code r = sigmoid(..)}, {@code z = sigmoid(..)}, {@code q = h[t-1] whn^T +
   * bq}, {@code n = tanh(x[t] wxn^T + bn + r q)}, {@code h[t] = (1 - z) n + z h[t-1]}. Gates and
   * bias are in the order n, r, z, q, so that the products with the inputs are the first three
   * blocks of a row, and those with the output before the last three.
   *
   * @param h [T, B, H]
   * @param gates [T, B, 4H], n, r, z and q, saved
   * @param x [T, B, I]
   * @param wx [3H, I], rows for n, r, z
   * @param wh [3H, H], rows for r, z, n
   * @param bias [4H]
   * @param h0 [B, H], the output before the first step; zero where null
   */
  void gru(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0);

  /**
   * Backward of {@link #gru}; no gradient is computed for the output before the first step.
   *
   * @param dX written, or added to
   * @param dH [T, B, H]
   * @param gates in: the activated gates; out: the gradients of what was activated, and of q
   * @param scratch [B, H], overwritten
   */
  void gruBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      Tensor scratch);
}
