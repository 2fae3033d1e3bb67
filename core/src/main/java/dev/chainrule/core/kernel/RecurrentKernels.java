package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers over all steps of a batch at once; see {@link Kernels}. Arrays of sequences are
 * time-major, so that a step is one block of memory: T steps, B sequences, I inputs, H units.
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

  /**
   * The long short-term memory whose state goes over a grid: {@code a = x[row] + sum over taps k of
   * h[row that tap k reads] w[k]^T}, its four parts i, f, g, o; {@code c = sigmoid(f) c' +
   * sigmoid(i) tanh(g)}, {@code h = sigmoid(o) tanh(c)}, c' being the cell of the same place in the
   * step before, zero where there is none. Rows are numbered as {@link Sweep} says.
   *
   * @param h [N, B, H]
   * @param c [N, B, H], saved
   * @param gates [N, B, 4H], the activated gates, saved
   * @param x [N, B, 4H], what the input gives to the gates, bias included
   * @param w [K, 4H, H]
   */
  void gridLstm(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep);

  /**
   * Backward of {@link #gridLstm}.
   *
   * @param dW [K, 4H, H], added to
   * @param dH [N, B, H]; in: the gradient of the outputs; out: overwritten
   * @param gates in: the activated gates; out: the gradients of a, which are those of x
   */
  void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep);

  /**
   * The first two dimensions exchanged: {@code y[j, i] = x[i, j]}.
   *
   * @param y [N, M, C]
   * @param x [M, N, C]
   */
  void swapAxes(Tensor y, boolean accumulate, Tensor x);
}
