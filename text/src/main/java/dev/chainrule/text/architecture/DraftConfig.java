package dev.chainrule.text.architecture;

import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.Rotary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A configuration while it is read: what all architectures since LLaMA share is filled in by {@link
 * #read}, and each changes what is its own.
 */
final class DraftConfig {
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  int vocabSize;
  int contextLength;
  int numLayers;
  int width;
  int hidden;
  int numHeads;
  int numKvHeads;
  int headDim;
  DecoderConfig.Norm norm = DecoderConfig.Norm.rms(1e-6);
  boolean learnedPositions;
  Rotary full = Rotary.of(10_000);
  Rotary local = Rotary.of(10_000);
  List<Integer> unrotated = List.of();
  GateFunction activation = GateFunction.SILU;
  boolean gatedMlp = true;
  DecoderConfig.Biases biases = DecoderConfig.Biases.NONE;
  boolean qkNorm;
  boolean postNorms;
  List<Integer> windows = List.of();
  double attentionScale = 1;
  double attentionSoftcap;
  double logitSoftcap;
  double embeddingScale = 1;
  boolean tiedEmbeddings;

  /**
   * Defaults of transformers where they differ.
   *
   * @param kvHeads 0: as many as heads of queries
   * @param headDim 0: the width divided by the number of heads
   */
  record Defaults(
      int vocabSize,
      int context,
      int layers,
      int width,
      int hidden,
      int heads,
      int kvHeads,
      int headDim,
      double base,
      boolean tied) {}

  /** Reads what a {@code config.json} has for all. */
  static DraftConfig read(HubConfig c, Defaults d) {
    DraftConfig draft = new DraftConfig();
    draft.vocabSize = c.integer("vocab_size", d.vocabSize);
    draft.contextLength = c.integer("max_position_embeddings", d.context);
    draft.numLayers = c.integer("num_hidden_layers", d.layers);
    requireLayers(draft.numLayers);
    draft.width = c.integer("hidden_size", d.width);
    draft.hidden = c.integer("intermediate_size", d.hidden);
    draft.numHeads = c.integer("num_attention_heads", d.heads);
    int kvHeads = d.kvHeads == 0 ? draft.numHeads : d.kvHeads;
    draft.numKvHeads = c.integer("num_key_value_heads", kvHeads);
    int headDim = d.headDim == 0 ? draft.width / Math.max(1, draft.numHeads) : d.headDim;
    draft.headDim = c.integer("head_dim", headDim);
    draft.norm = DecoderConfig.Norm.rms(c.number("rms_norm_eps", 1e-6));
    draft.full = Rope.read(c, FULL, d.base);
    draft.local = draft.full;
    draft.activation = c.activation("hidden_act", "silu");
    draft.tiedEmbeddings = c.flag("tie_word_embeddings", d.tied);
    return draft;
  }

  /** Before lists of so many are made. */
  private static void requireLayers(int numLayers) {
    if (numLayers > DecoderConfig.MAX_LAYERS) {
      throw new IllegalArgumentException(
          "%d layers, expected at most %d".formatted(numLayers, DecoderConfig.MAX_LAYERS));
    }
  }

  /** Reads what a GGUF file has for all. */
  static DraftConfig read(GgufConfig c) {
    DraftConfig draft = new DraftConfig();
    draft.vocabSize = c.vocabSize();
    draft.contextLength = c.integer("context_length");
    draft.numLayers = c.integer("block_count");
    requireLayers(draft.numLayers);
    draft.width = c.integer("embedding_length");
    draft.hidden = c.integer("feed_forward_length");
    draft.numHeads = c.integer("attention.head_count");
    draft.numKvHeads = c.integer("attention.head_count_kv", draft.numHeads);
    int usual = draft.width / Math.max(1, draft.numHeads);
    draft.headDim = c.integer("attention.key_length", usual);
    int valueDim = c.integer("attention.value_length", draft.headDim);
    if (valueDim != draft.headDim) {
      throw c.refused(
          "attention.value_length", String.valueOf(valueDim), String.valueOf(draft.headDim));
    }
    int experts = c.integer("expert_count", 0);
    if (experts > 0) {
      throw c.refused("expert_count", String.valueOf(experts), "a model without experts");
    }
    draft.tiedEmbeddings = !c.hasTensor("output.weight");
    boolean hasQkvBias = c.hasTensor("blk.0.attn_q.bias") || c.hasTensor("blk.0.attn_qkv.bias");
    draft.biases =
        new DecoderConfig.Biases(
            hasQkvBias, c.hasTensor("blk.0.attn_output.bias"), c.hasTensor("blk.0.ffn_up.bias"));
    return draft;
  }

  /** Reads the parts of a GGUF file that models with rotary positions have. */
  static DraftConfig readRotary(GgufConfig c) {
    DraftConfig draft = read(c);
    draft.norm = DecoderConfig.Norm.rms(c.number("attention.layer_norm_rms_epsilon"));
    draft.full = Rope.read(c, draft.headDim);
    draft.local = draft.full;
    return draft;
  }

  /** Reads the window of a GGUF file whose layers all have the same, if they have one. */
  void sameWindow(GgufConfig c) {
    int window = c.integer("attention.sliding_window", 0);
    windows = window == 0 ? List.of() : List.of(window);
  }

  /**
   * Sets which layers have a window.
   *
   * @param window tokens; 0 for none in any layer
   * @param isSliding whether a layer has it, where {@code layer_types} does not say so
   */
  void windows(HubConfig c, int window, IntPredicate isSliding) {
    List<String> types = c.texts("layer_types");
    if (!types.isEmpty() && types.size() != numLayers) {
      throw c.refused(
          "layer_types", "a list of " + types.size(), "%d elements".formatted(numLayers));
    }
    List<Integer> each = new ArrayList<>();
    for (int layer = 0; layer < numLayers; layer++) {
      boolean sliding = isSliding.test(layer);
      if (!types.isEmpty()) {
        sliding = types.get(layer).equals(SLIDING);
        if (!sliding && !types.get(layer).equals(FULL)) {
          throw c.refused("layer_types", types.get(layer), FULL + " or " + SLIDING);
        }
      }
      each.add(sliding ? window : 0);
    }
    windows = each.stream().allMatch(w -> w == 0) ? List.of() : each;
  }

  /** The names of the layers' kinds of attention, as transformers has them. */
  static List<String> layerTypes(DecoderConfig config) {
    List<String> types = new ArrayList<>();
    for (int layer = 0; layer < config.numLayers(); layer++) {
      types.add(config.window(layer) == 0 ? FULL : SLIDING);
    }
    return types;
  }

  /** The largest window of a layer; 0 if none has one. */
  static int window(DecoderConfig config) {
    return config.windows().stream().mapToInt(window -> window).max().orElse(0);
  }

  DecoderConfig build() {
    DecoderConfig.Positions.Kind kind =
        learnedPositions
            ? DecoderConfig.Positions.Kind.LEARNED
            : DecoderConfig.Positions.Kind.ROTARY;
    return new DecoderConfig(
        vocabSize,
        contextLength,
        numLayers,
        width,
        hidden,
        numHeads,
        numKvHeads,
        headDim,
        norm,
        new DecoderConfig.Positions(kind, full, local, unrotated),
        activation,
        gatedMlp,
        biases,
        qkNorm,
        postNorms,
        windows,
        attentionScale,
        attentionSoftcap,
        logitSoftcap,
        embeddingScale,
        tiedEmbeddings,
        0);
  }
}
