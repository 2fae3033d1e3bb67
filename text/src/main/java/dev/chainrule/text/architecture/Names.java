package dev.chainrule.text.architecture;

import java.util.HashMap;
import java.util.Map;

/**
 * How other programs name what a model's parameters are named: {@code embed.weight}, {@code
 * layers.3.q.bias} and so on.
 *
 * @param outer names of what belongs to no layer
 * @param layer what names of a layer's weights begin with, its number as %s
 * @param inner names of what belongs to one
 */
record Names(Map<String, String> outer, String layer, Map<String, String> inner) {
  private static final String LAYERS = "layers.";

  /** Hugging Face's for LLaMA and nearly all since. */
  static final Names LLAMA =
      new Names(
          Map.of("embed", "embed_tokens", "norm", "norm", "head", "lm_head"),
          "layers.%s.",
          Map.ofEntries(
              Map.entry("attn_norm", "input_layernorm"),
              Map.entry("q", "self_attn.q_proj"),
              Map.entry("k", "self_attn.k_proj"),
              Map.entry("v", "self_attn.v_proj"),
              Map.entry("o", "self_attn.o_proj"),
              Map.entry("q_norm", "self_attn.q_norm"),
              Map.entry("k_norm", "self_attn.k_norm"),
              Map.entry("mlp_norm", "post_attention_layernorm"),
              Map.entry("gate", "mlp.gate_proj"),
              Map.entry("up", "mlp.up_proj"),
              Map.entry("down", "mlp.down_proj")));

  /** Hugging Face's for Gemma 3. */
  static final Names GEMMA =
      LLAMA.with(
          Map.of(
              "post_attn_norm", "post_attention_layernorm",
              "mlp_norm", "pre_feedforward_layernorm",
              "post_mlp_norm", "post_feedforward_layernorm"));

  /** Hugging Face's for GPT-2. */
  static final Names GPT2 =
      new Names(
          Map.of("embed", "wte", "positions", "wpe", "norm", "ln_f", "head", "lm_head"),
          "h.%s.",
          Map.of(
              "attn_norm", "ln_1",
              "q", "attn.c_attn",
              "k", "attn.c_attn",
              "v", "attn.c_attn",
              "o", "attn.c_proj",
              "mlp_norm", "ln_2",
              "up", "mlp.c_fc",
              "down", "mlp.c_proj"));

  /** GGUF's for all. */
  static final Names GGUF =
      new Names(
          Map.of(
              "embed", "token_embd",
              "positions", "position_embd",
              "norm", "output_norm",
              "head", "output"),
          "blk.%s.",
          Map.ofEntries(
              Map.entry("attn_norm", "attn_norm"),
              Map.entry("q", "attn_q"),
              Map.entry("k", "attn_k"),
              Map.entry("v", "attn_v"),
              Map.entry("o", "attn_output"),
              Map.entry("q_norm", "attn_q_norm"),
              Map.entry("k_norm", "attn_k_norm"),
              Map.entry("post_attn_norm", "post_attention_norm"),
              Map.entry("mlp_norm", "ffn_norm"),
              Map.entry("gate", "ffn_gate"),
              Map.entry("up", "ffn_up"),
              Map.entry("down", "ffn_down"),
              Map.entry("post_mlp_norm", "post_ffw_norm")));

  private Names with(Map<String, String> others) {
    Map<String, String> all = new HashMap<>(inner);
    all.putAll(others);
    return new Names(outer, layer, Map.copyOf(all));
  }

  /**
   * What belongs to a layer: {@code q} of {@code layers.3.q.bias}; empty of what belongs to none.
   */
  static String inLayer(String parameter) {
    if (!parameter.startsWith(LAYERS)) {
      return "";
    }
    int begin = parameter.indexOf('.', LAYERS.length()) + 1;
    return parameter.substring(begin, parameter.lastIndexOf('.'));
  }

  /** The number of the layer that a parameter belongs to. */
  static int layer(String parameter) {
    return Integer.parseInt(
        parameter.substring(LAYERS.length(), parameter.indexOf('.', LAYERS.length())));
  }

  /** The other program's name of a parameter. */
  String translate(String parameter) {
    int kind = parameter.lastIndexOf('.');
    String module = inLayer(parameter);
    String name;
    String before = "";
    if (module.isEmpty()) {
      name = outer.get(parameter.substring(0, kind));
    } else {
      name = inner.get(module);
      before = layer.formatted(layer(parameter));
    }
    if (name == null) {
      throw new IllegalArgumentException(
          "parameter %s, expected one that the architecture has".formatted(parameter));
    }
    return before + name + parameter.substring(kind);
  }
}
