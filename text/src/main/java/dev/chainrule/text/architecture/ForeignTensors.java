package dev.chainrule.text.architecture;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockMatrix;
import java.util.Optional;
import java.util.Set;

/** Tensors of a file, by their names there. */
interface ForeignTensors extends AutoCloseable {
  /** For messages: a path. */
  String origin();

  Set<String> names();

  boolean has(String name);

  long[] shape(String name);

  /** All elements, in row-major order. */
  float[] toFloats(String name);

  /** All elements, to a tensor of the same shape. */
  void copyTo(String name, Tensor target);

  /** A matrix as it lies in the file, where it lies there in a format of blocks. */
  Optional<BlockMatrix> blocks(String name);

  @Override
  void close();
}
