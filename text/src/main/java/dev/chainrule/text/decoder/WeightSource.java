package dev.chainrule.text.decoder;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockMatrix;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Where the weights of a {@link DecoderModel} come from: a file of any program, read by the names
 * that the model's parameters have. Matrices are [outputs, inputs], rotary halves are apart (not
 * interleaved), and gains are what is multiplied with.
 */
public interface WeightSource extends AutoCloseable {
  /** What it is, for messages: a path. */
  String origin();

  /** Names, the file's own, of what it holds beside these parameters. */
  Set<String> unused(Collection<String> parameters);

  /** The file's own name of a parameter, for messages. */
  String describe(String name);

  /** Whether there are weights of this name. */
  boolean has(String name);

  /** The shape of weights that there are. */
  long[] shape(String name);

  /**
   * Writes weights to a float32 tensor of their shape, in the memory of the host.
   *
   * @throws dev.chainrule.base.InputException if the shapes differ
   */
  void copyTo(String name, Tensor float32);

  /** A matrix as it lies in the file, where its rows lie there in a format of blocks. */
  Optional<BlockMatrix> blocks(String name);

  @Override
  void close();
}
