package dev.chainrule.core.gguf;

import dev.chainrule.core.quant.BlockFormat;
import java.util.Locale;

/**
 * What the matrices of a GGUF file are in: all but a few in one format ({@link TensorFormats}), by
 * llama.cpp's names and numbers. Those that end in M and S have other formats for what an error
 * does most harm in, more of it and less.
 */
public enum FileType {
  F32(0, BlockFormat.F32),
  F16(1, BlockFormat.F16),
  BF16(32, BlockFormat.BF16),
  Q8_0(7, BlockFormat.Q8_0),
  Q6_K(18, BlockFormat.Q6_K),
  Q5_K_M(17, BlockFormat.Q5_K),
  Q5_K_S(16, BlockFormat.Q5_K),
  Q5_1(9, BlockFormat.Q5_1),
  Q5_0(8, BlockFormat.Q5_0),
  Q4_K_M(15, BlockFormat.Q4_K),
  Q4_K_S(14, BlockFormat.Q4_K),
  Q4_1(3, BlockFormat.Q4_1),
  Q4_0(2, BlockFormat.Q4_0);

  private final int number;
  private final BlockFormat format;

  FileType(int number, BlockFormat format) {
    this.number = number;
    this.format = format;
  }

  /** Its number in {@code general.file_type}. */
  public int number() {
    return number;
  }

  /** The format of most matrices. */
  public BlockFormat format() {
    return format;
  }

  /** The name in small letters, as options have it: {@code q4_k_m}. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The format of a matrix of a layer by its name within the layer: {@code attn_v.weight}. */
  BlockFormat ofLayer(String matrix, int layer, int layers) {
    return switch (this) {
      case Q4_K_M -> medium(matrix, layer, layers, BlockFormat.Q5_K);
      case Q5_K_M -> medium(matrix, layer, layers, BlockFormat.Q6_K);
      case Q4_K_S -> small(matrix, layer, layers);
      default -> format;
    };
  }

  private BlockFormat medium(String matrix, int layer, int layers, BlockFormat ofJoined) {
    return switch (matrix) {
      case "attn_v.weight", "ffn_down.weight" ->
          hasMoreBits(layer, layers) ? BlockFormat.Q6_K : format;
      case "attn_qkv.weight" -> ofJoined;
      default -> format;
    };
  }

  private BlockFormat small(String matrix, int layer, int layers) {
    boolean better =
        switch (matrix) {
          case "attn_v.weight" -> layer < 4;
          case "ffn_down.weight" -> layer < layers / 8;
          default -> false;
        };
    return better ? BlockFormat.Q5_K : format;
  }

  /** The first and the last eighth of the layers, and each third one between. */
  private static boolean hasMoreBits(int layer, int layers) {
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }
}
