package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A linear map of codes of 4 to 6 bits, interleaved for products.
 *
 * @param weights group after group of outputs
 */
record CodeLinear(
    CodeLayout layout, int outputs, int inputs, MemorySegment weights, @Nullable Tensor bias)
    implements PackedLinear {
  static CodeLinear of(BlockMatrix matrix, @Nullable Tensor bias, WeightMemory memory) {
    CodeLayout layout = CodeLayout.of(matrix.format());
    int groups = Math.ceilDiv(matrix.rows(), WIDTH);
    long bytes = groups * layout.blockBytes() * (matrix.columns() / layout.block);
    MemorySegment weights = memory.next(bytes);
    new CodePacking(layout, matrix, weights.address()).run();
    return new CodeLinear(layout, matrix.rows(), matrix.columns(), weights, bias);
  }

  /** Blocks of inputs. */
  int blocks() {
    return inputs / layout.block;
  }

  /** Bytes of a group of outputs. */
  long groupBytes() {
    return blocks() * layout.blockBytes();
  }

  @Override
  public long bytes() {
    return layout.blockBytes() * blocks() * Math.ceilDiv(outputs, WIDTH);
  }
}
