package dev.chainrule.core.gguf;

import dev.chainrule.core.quant.BlockFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In which format a file of a language model keeps each of its tensors, by the rules of {@code
 * llama-quantize}:
 *
 * <ul>
 *   <li>Tensors of one dimension, norms, routers and learned positions are F32.
 *   <li>The matrix that makes logits, {@code output.weight} or else {@code token_embd.weight}, is
 *       Q6_K unless the format is Q8_0 or has no codes: an error there is an error of every token.
 *   <li>Of Q4_K_M and Q5_K_M, maps to values and the last map of a block are Q6_K in the first and
 *       the last eighth of the layers and each third one between; of Q4_K_S they are Q5_K in the
 *       first four layers and in the first eighth.
 *   <li>All others have the format of the type.
 *   <li>Where a row is no multiple of 256, Q5_0 stands for Q4_K, Q5_1 for Q5_K and Q8_0 for Q6_K;
 *       where it is no multiple of 32, F16 for all formats with codes.
 * </ul>
 *
 * @param type of the file
 * @param pure whether all matrices have its format, also those that an error does most harm in
 * @param tied whether the embedding makes logits
 * @param layers of the model
 */
public record TensorFormats(FileType type, boolean pure, boolean tied, int layers) {
  private static final String WEIGHT = ".weight";

  private static final String LAYER = "blk.";
  private static final Pattern OF_LAYER = Pattern.compile("blk\\.(\\d{1,9})\\..*");

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
    BlockFormat format = type.format();
    if (pure || format.elements() == 1) {
      return format;
    }
    if (name.equals(tied ? "token_embd.weight" : "output.weight")) {
      return format == BlockFormat.Q8_0 ? format : BlockFormat.Q6_K;
    }
    int layer = layer(name);
    return layer < 0
        ? format
        : type.ofLayer(name.substring(name.indexOf('.', LAYER.length()) + 1), layer, layers);
  }

  /** The layer of a tensor, from 0; negative if it is of none. */
  static int layer(String name) {
    Matcher ofLayer = OF_LAYER.matcher(name);
    return ofLayer.matches() ? Integer.parseInt(ofLayer.group(1)) : -1;
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
