package dev.chainrule.text.decoder;

import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.GateFunction;
import java.util.List;

/**
 * Everything in which the decoders that people have differ: GPT-2, LLaMA 2 and 3, Mistral, Qwen2,
 * Qwen3, Gemma 3, SmolLM2 and 3.
 *
 * @param vocabSize number of tokens V
 * @param contextLength most tokens seen at once, T
 * @param numLayers number of blocks L
 * @param width of the residual stream, C
 * @param hidden units between the two maps of a block's second half, H
 * @param numHeads heads of queries NH, a multiple of NKV
 * @param numKvHeads heads of keys and values NKV
 * @param headDim size of a head HS, even where positions are rotary
 * @param norm which, before both halves of a block and at the end
 * @param positions how places are told apart
 * @param activation between the two maps of a block's second half
 * @param gatedMlp whether the activation of one map gates another (Shazeer 2020)
 * @param biases which linear maps have one
 * @param qkNorm whether each head's queries and keys are normalised, with one gain for all heads
 *     (Qwen3, Gemma 3)
 * @param postNorms whether what both halves of a block give is normalised too (Gemma)
 * @param windows tokens that a position sees, itself included, 0 for all: the layers take them in
 *     turn, again and again; none for all of all layers
 * @param attentionScale factor of the scores beside the usual {@code 1 / sqrt(headDim)}
 * @param attentionSoftcap scores s become {@code c tanh(s/c)}; 0 for no such cap
 * @param logitSoftcap the same for logits
 * @param embeddingScale factor of the tokens' vectors
 * @param tiedEmbeddings whether the output map is the table of the tokens' vectors
 * @param dropout probability on embeddings and on what both halves of a block give
 */
public record DecoderConfig(
    int vocabSize,
    int contextLength,
    int numLayers,
    int width,
    int hidden,
    int numHeads,
    int numKvHeads,
    int headDim,
    Norm norm,
    Positions positions,
    GateFunction activation,
    boolean gatedMlp,
    Biases biases,
    boolean qkNorm,
    boolean postNorms,
    List<Integer> windows,
    double attentionScale,
    double attentionSoftcap,
    double logitSoftcap,
    double embeddingScale,
    boolean tiedEmbeddings,
    double dropout) {
  /** Wider ones have no place in an array. */
  private static final int MAX_WIDTH = 1 << 20;

  /** More layers than anybody has. */
  public static final int MAX_LAYERS = 4096;

  /**
   * A normalisation over the width.
   *
   * @param kind by what it divides
   * @param epsilon added to the variance, or to the mean square
   * @param bias whether LAYER has one; RMS has none
   */
  public record Norm(Norm.Kind kind, double epsilon, boolean bias) {
    /** By what a norm divides. */
    public enum Kind {
      /** By the root of the mean square (Zhang and Sennrich 2019). */
      RMS,
      /** By mean and standard deviation (Ba et al. 2016). */
      LAYER
    }

    public Norm {
      if (!(epsilon >= 0 && epsilon < 1)) {
        throw new IllegalArgumentException(
            "epsilon %s of norm, expected at least 0 and less than 1".formatted(epsilon));
      }
      if (kind == Norm.Kind.RMS && bias) {
        throw new IllegalArgumentException("norm RMS with a bias, expected none");
      }
    }

    /** By the root of the mean square. */
    public static Norm rms(double epsilon) {
      return new Norm(Norm.Kind.RMS, epsilon, false);
    }
  }

  /**
   * How places are told apart.
   *
   * @param kind a learned vector for each, added to the token's, or rotations
   * @param full rotations in layers that see all tokens
   * @param local rotations in layers with a window; in most models the same
   * @param unrotated layers, from 0, without any positions (Yang et al. 2025, SmolLM3)
   */
  public record Positions(Positions.Kind kind, Rotary full, Rotary local, List<Integer> unrotated) {
    /** How a model learns where a token stands. */
    public enum Kind {
      /** Rotations. */
      ROTARY,
      /** Learned vectors. */
      LEARNED
    }

    public Positions {
      unrotated = List.copyOf(unrotated);
    }

    /** Rotations, in all layers the same. */
    public static Positions rotary(Rotary rotary) {
      return new Positions(Positions.Kind.ROTARY, rotary, rotary, List.of());
    }

    /** Learned vectors. */
    public static Positions learned() {
      return new Positions(Positions.Kind.LEARNED, Rotary.of(10_000), Rotary.of(10_000), List.of());
    }
  }

  /**
   * Which linear maps have a bias.
   *
   * @param qkv those of queries, keys and values
   * @param output that of the attended values
   * @param mlp those of a block's second half
   */
  public record Biases(boolean qkv, boolean output, boolean mlp) {
    /** None has. */
    public static final Biases NONE = new Biases(false, false, false);
  }

  public DecoderConfig {
    windows = List.copyOf(windows);
    requirePositive("vocab_size", vocabSize);
    requirePositive("context_length", contextLength);
    if (numLayers < 1 || numLayers > MAX_LAYERS) {
      throw new IllegalArgumentException(
          "num_layers %d, expected from 1 to %d".formatted(numLayers, MAX_LAYERS));
    }
    requireWidth("width", width);
    requireWidth("hidden", hidden);
    requirePositive("num_heads", numHeads);
    requirePositive("num_kv_heads", numKvHeads);
    requireWidth("head_dim", headDim);
    if (numHeads % numKvHeads != 0) {
      throw new IllegalArgumentException(
          "num_heads %d, expected a multiple of num_kv_heads %d".formatted(numHeads, numKvHeads));
    }
    if ((long) numHeads * headDim > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "num_heads %d of head_dim %d, expected at most %d dimensions in all"
              .formatted(numHeads, headDim, MAX_WIDTH));
    }
    requireRotations(positions, headDim, numLayers);
    for (int window : windows) {
      if (window < 0) {
        throw new IllegalArgumentException("a window of %d, expected 0 or more".formatted(window));
      }
    }
    requireFinite("attention_scale", attentionScale, Double.MIN_VALUE);
    requireFinite("attention_softcap", attentionSoftcap, 0);
    requireFinite("logit_softcap", logitSoftcap, 0);
    requireFinite("embedding_scale", embeddingScale, Double.MIN_VALUE);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout %s, expected at least 0 and less than 1".formatted(dropout));
    }
  }

  /** A LLaMA of 0.8 million parameters at 65 characters, to train on a CPU. */
  public static DecoderConfig nanoCpu(int vocabSize) {
    return llama(vocabSize, 64, 4, 128, 344, 4, 4);
  }

  /**
   * A LLaMA (Touvron et al. 2023) whose output map is the table of its tokens' vectors.
   *
   * @param width C, a multiple of the heads
   */
  public static DecoderConfig llama(
      int vocabSize,
      int contextLength,
      int numLayers,
      int width,
      int hidden,
      int numHeads,
      int numKvHeads) {
    return new DecoderConfig(
        vocabSize,
        contextLength,
        numLayers,
        width,
        hidden,
        numHeads,
        numKvHeads,
        width / numHeads,
        Norm.rms(1e-5),
        Positions.rotary(Rotary.of(10_000)),
        GateFunction.SILU,
        true,
        Biases.NONE,
        false,
        false,
        List.of(),
        1,
        0,
        0,
        1,
        true,
        0);
  }

  /** Tokens that a position of a layer sees, itself included; 0 for all. */
  public int window(int layer) {
    return windows.isEmpty() ? 0 : windows.get(layer % windows.size());
  }

  /** How the heads of a layer attend. */
  public AttentionShape attention(int layer) {
    double scale = attentionScale / Math.sqrt(headDim);
    return new AttentionShape(numHeads, numKvHeads, window(layer), scale, attentionSoftcap);
  }

  /** Whether queries and keys of a layer are rotated. */
  public boolean isRotated(int layer) {
    return positions.kind() == Positions.Kind.ROTARY && !positions.unrotated().contains(layer);
  }

  /** The rotation of a layer's queries and keys, where they are rotated. */
  public Rotary rotary(int layer) {
    return window(layer) == 0 ? positions.full() : positions.local();
  }

  private static void requireRotations(Positions positions, int headDim, int numLayers) {
    if (positions.kind() == Positions.Kind.LEARNED) {
      return;
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException(
          "head_dim %d, expected an even one for rotary positions".formatted(headDim));
    }
    for (Rotary rotary : List.of(positions.full(), positions.local())) {
      int factors = rotary.scaling().factors().size();
      if (factors != 0 && factors != headDim / 2) {
        throw new IllegalArgumentException(
            "%d factors for rotary scaling, expected half of head_dim %d"
                .formatted(factors, headDim));
      }
    }
    for (int layer : positions.unrotated()) {
      if (layer < 0 || layer >= numLayers) {
        throw new IllegalArgumentException(
            "unrotated layer %d, expected from 0 to %d".formatted(layer, numLayers - 1));
      }
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s %d, expected 1 or more".formatted(name, value));
    }
  }

  private static void requireWidth(String name, int value) {
    if (value < 1 || value > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "%s %d, expected from 1 to %d".formatted(name, value, MAX_WIDTH));
    }
  }

  private static void requireFinite(String name, double value, double least) {
    if (!(value >= least && value < 1e9)) {
      throw new IllegalArgumentException(
          "%s %s, expected a %s number"
              .formatted(name, value, least > 0 ? "positive" : "positive or no"));
    }
  }
}
