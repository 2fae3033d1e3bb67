package dev.chainrule.core.gguf;

import dev.chainrule.core.quant.BlockFormat;

/**
 * In which format a file of a language model keeps each of its tensors, by the rules of {@code
 * llama-quantize}:
 *
 * <ul>
 *   <li>Tensors of one dimension, norms, routers and learned positions are F32.
 *   <li>The matrix that makes logits, {@code output.weight} or else {@code token_embd.weight}, is
 *       Q6_K unless the format is Q8_0 or has no codes: an error there is an error of every token.
 *   <li>All others have the format.
 *   <li>Where a row is no multiple of 256, Q5_0 stands for Q4_K, Q5_1 for Q5_K and Q8_0 for Q6_K;
 *       where it is no multiple of 32, F16 for all formats with codes.
 * </ul>
 *
 * @param format of most matrices
 * @param pure whether the matrix that makes logits has no format of its own
 * @param tied whether that is the embedding
 */
public record TensorFormats(BlockFormat format, boolean pure, boolean tied) {
  private static final String WEIGHT = ".weight";

  /** Refuses a format that is only read. */
  public TensorFormats {
    if (!format.isWritten()) {
      throw new IllegalArgumentException(format + " is only read, expected one that is written");
    }
  }

  /** The format of a tensor, by its name in GGUF and its shape in row-major order. */
  public BlockFormat of(String name, long[] shape) {
    if (shape.length < 2 || isKept(name)) {
      return BlockFormat.F32;
    }
    return fitting(wanted(name), shape[shape.length - 1]);
  }

  /** Whether it would be in another format if its rows were longer. */
  public boolean isFallback(String name, long[] shape) {
    return shape.length >= 2 && !isKept(name) && of(name, shape) != wanted(name);
  }

  private BlockFormat wanted(String name) {
    boolean makesLogits = name.equals(tied ? "token_embd.weight" : "output.weight");
    boolean better = makesLogits && !pure && format.elements() > 1 && format != BlockFormat.Q8_0;
    return better ? BlockFormat.Q6_K : format;
  }

  private static boolean isKept(String name) {
    return !name.endsWith(WEIGHT)
        || name.endsWith("_norm" + WEIGHT)
        || name.endsWith("ffn_gate_inp" + WEIGHT)
        || name.equals("position_embd" + WEIGHT);
  }

  private static BlockFormat fitting(BlockFormat wanted, long row) {
    if (row % wanted.elements() == 0) {
      return wanted;
    }
    BlockFormat smaller =
        switch (wanted) {
          case Q4_K -> BlockFormat.Q5_0;
          case Q5_K -> BlockFormat.Q5_1;
          case Q6_K -> BlockFormat.Q8_0;
          default -> BlockFormat.F16;
        };
    return row % smaller.elements() == 0 ? smaller : BlockFormat.F16;
  }
}
