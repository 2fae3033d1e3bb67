package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.text.decoder.DecoderConfig;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** What configurations and GGUF files of several architectures have in common. */
final class CommonKeys {
  private CommonKeys() {}

  /** What a {@code config.json} has for all architectures since LLaMA. */
  static void write(DecoderConfig config, Map<String, Object> json) {
    json.put("vocab_size", config.vocabSize());
    json.put("max_position_embeddings", config.contextLength());
    json.put("num_hidden_layers", config.numLayers());
    json.put("hidden_size", config.width());
    json.put("intermediate_size", config.hidden());
    json.put("num_attention_heads", config.numHeads());
    json.put("num_key_value_heads", config.numKvHeads());
    json.put("head_dim", config.headDim());
    json.put("rms_norm_eps", config.norm().epsilon());
    json.put("hidden_act", activation(config.activation()));
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("attention_dropout", 0.0);
    Rope.write(config.positions().full(), json);
  }

  /**
   * What a GGUF file has for all architectures since LLaMA.
   *
   * @param said tokens that a layer sees by what the file says, 0 for all
   * @throws InputException if the model's layers see others
   */
  static void write(
      DecoderConfig config, String architecture, IntUnaryOperator said, GgufWriter gguf) {
    for (int layer = 0; layer < config.numLayers(); layer++) {
      if (config.window(layer) != said.applyAsInt(layer)) {
        throw new InputException(
            "layer %d has a window of %d tokens (0: all), expected %d: GGUF has no word for others in %s"
                .formatted(layer, config.window(layer), said.applyAsInt(layer), architecture));
      }
    }
    String prefix = architecture + ".";
    writeSizes(config, architecture, gguf);
    gguf.set(prefix + "attention.layer_norm_rms_epsilon", (float) config.norm().epsilon());
    gguf.set(prefix + "attention.head_count_kv", config.numKvHeads());
    gguf.set(prefix + "attention.key_length", config.headDim());
    gguf.set(prefix + "attention.value_length", config.headDim());
    int window = DraftConfig.window(config);
    if (window > 0) {
      gguf.set(prefix + "attention.sliding_window", window);
    }
    Rope.write(config.positions().full(), config.headDim(), prefix, gguf);
  }

  /** What a GGUF file has for all architectures. */
  static void writeSizes(DecoderConfig config, String architecture, GgufWriter gguf) {
    String prefix = architecture + ".";
    gguf.set("general.architecture", architecture);
    gguf.set(prefix + "vocab_size", config.vocabSize());
    gguf.set(prefix + "context_length", config.contextLength());
    gguf.set(prefix + "block_count", config.numLayers());
    gguf.set(prefix + "embedding_length", config.width());
    gguf.set(prefix + "feed_forward_length", config.hidden());
    gguf.set(prefix + "attention.head_count", config.numHeads());
  }

  static String activation(GateFunction function) {
    return switch (function) {
      case SILU -> "silu";
      case GELU -> "gelu";
      case GELU_TANH -> "gelu_pytorch_tanh";
      case RELU -> "relu";
    };
  }

  /** What GGUF files of LLaMA's line have: rows of queries and keys interleaved. */
  static Place interleaved(String parameter, DecoderConfig config) {
    Place place = Place.of(Names.GGUF.translate(parameter));
    return switch (Names.inLayer(parameter)) {
      case "q", "k" -> place.asInterleaved(config.headDim());
      default -> place;
    };
  }

  /** Qwen's and SmolLM3's keys for layers with a window. */
  static void writeWindows(DecoderConfig config, Map<String, Object> json) {
    int window = DraftConfig.window(config);
    json.put("use_sliding_window", window > 0);
    json.put("sliding_window", window > 0 ? window : null);
    json.put("layer_types", DraftConfig.layerTypes(config));
  }
}
