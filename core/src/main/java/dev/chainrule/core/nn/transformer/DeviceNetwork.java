package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.Tensor;
import java.util.List;

/**
 * The calls of a {@link DeviceStep}: an engine's operations on tensors in its memory, the same for
 * the same number of rows.
 */
interface DeviceNetwork {
  /**
   * The rows of a step.
   *
   * @param count N
   * @param matrices whether products are those of matrices
   * @param tokens [N] int32
   * @param positions [N] int32
   * @param streams [N] int32
   */
  record Step(int count, boolean matrices, Tensor tokens, Tensor positions, Tensor streams) {}

  /**
   * What a layer has seen.
   *
   * @param keys [S, NKV, T, HS]
   * @param values as keys
   */
  record KeyValues(Tensor keys, Tensor values) {}

  /** Number of tokens V. */
  int vocabSize();

  /** Those of all layers. */
  List<KeyValues> caches();

  /** All layers. */
  void forward(Step step);

  /**
   * The head, of rows of the step before.
   *
   * @param out [W, V]
   * @param wanted numbers of the rows [W] int32
   */
  void logits(Tensor out, Tensor wanted);
}
