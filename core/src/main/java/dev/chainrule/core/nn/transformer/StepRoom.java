package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;

/** The memory of a step: what its stages hand each other, for so many rows. */
final class StepRoom {
  /** The tokens' vectors [R, C]. */
  final Tensor embedded;

  /** Each worker's residual stream [R, C]: none waits for another to add to it. */
  final Tensor[] residual;

  /** Each worker's normalised rows [R, C]. */
  final Tensor[] normed;

  final Rows[] normedRows;

  /** Queries [R, NH * HS], at most of any layer. */
  final Tensor query;

  /** Keys [R, NKV * HS]. */
  final Tensor key;

  final Tensor value;

  /** What heads give [R, NH * HS]. */
  final Tensor attended;

  /** What half a block gives, before it is added [R, C]. */
  final Tensor branch;

  /** Gates, and then gated units [R, H]. */
  final Tensor gate;

  final Tensor up;
  final LogitRoom logits;

  /**
   * Room for steps.
   *
   * @param wanted rows whose logits are usually wanted
   */
  StepRoom(DecoderShape shape, int rows, int wanted, int workers) {
    int width = shape.width();
    int heads = 0;
    int kvHeads = 0;
    for (DecoderShape.Layer layer : shape.layers()) {
      heads = Math.max(heads, layer.attention().numHeads());
      kvHeads = Math.max(kvHeads, layer.attention().numKvHeads());
    }
    embedded = floats(rows, width);
    residual = new Tensor[workers];
    normed = new Tensor[workers];
    normedRows = new Rows[workers];
    for (int worker = 0; worker < workers; worker++) {
      residual[worker] = floats(rows, width);
      normed[worker] = floats(rows, width);
      normedRows[worker] = Rows.of(normed[worker]);
    }
    query = floats(rows, heads * shape.headDim());
    key = floats(rows, kvHeads * shape.headDim());
    value = floats(rows, kvHeads * shape.headDim());
    attended = floats(rows, heads * shape.headDim());
    branch = floats(rows, width);
    gate = floats(rows, shape.hidden());
    up = floats(rows, shape.hidden());
    logits = new LogitRoom(wanted, shape.vocabSize());
  }

  private static Tensor floats(int... dims) {
    return Tensor.zeros(DType.FLOAT32, dims);
  }
}
