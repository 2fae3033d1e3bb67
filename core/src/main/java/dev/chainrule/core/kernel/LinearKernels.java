package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Linear maps, and what adds or chooses rows; see {@link Kernels}. Weight normalisation (Salimans
 * and Kingma 2016) is {@code w = g v / |v|}, a gain g and a norm for each unit.
 */
public interface LinearKernels {
  /**
   * {@code y = x w^T + bias + residual}.
   *
   * @param y [N, O]
   * @param x [N, I]
   * @param w [O, I]
   * @param bias [O]
   * @param residual [N, O]; may be y
   */
  void linear(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual);

  /** Backward of {@link #linear} but for the residual, whose gradient is {@code dY} itself. */
  void linearBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dW,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor x,
      Tensor w);

  /**
   * {@code y[n] = table[ids[n]]}.
   *
   * @param y [N, C]
   * @param ids [N] int32, from 0 (inclusive) to V (exclusive)
   * @param table [V, C]
   */
  void embedding(Tensor y, Tensor ids, Tensor table);

  /** Backward of {@link #embedding}. */
  void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids);

  /**
   * {@code y[n] = x[n] + rows[n mod R]}: positions with R = T, a bias with R = 1.
   *
   * @param y [N, C]; may be x
   * @param x [N, C]
   * @param rows [R, C], N a multiple of R
   */
  void addRows(Tensor y, Tensor x, Tensor rows);

  /** Backward of {@link #addRows} for the rows; the gradient of x is {@code dY} itself. */
  void addRowsBackward(Tensor dRows, Tensor dY);

  /**
   * Normalised weights. The units are the rows of v, or its columns: those of a transposed
   * convolution, which is held by its input units.
   *
   * @param w [O, M], or [M, O] where units are columns
   * @param norms [O], saved
   * @param v of the shape of w
   * @param gain [O]
   */
  void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns);

  /** Backward of {@link #weightNorm}, added to dV and dGain. */
  void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns);
}
