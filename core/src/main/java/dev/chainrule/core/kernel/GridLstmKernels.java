package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/** Recurrent layers over the places of images (van den Oord et al. 2016, "Pixel RNN"). */
public interface GridLstmKernels {
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
}
