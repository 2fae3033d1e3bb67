package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.gguf.GgufTensor;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.text.decoder.Rotary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rotary positions as files have them. Transformers has three spellings: {@code rope_theta} with
 * {@code rope_scaling} beside it, {@code rope_parameters}, and that with a part for each kind of
 * layer.
 */
final class Rope {
  private static final List<String> TYPES = List.of("default", "linear", "llama3");

  /** What LLaMA 3.1 and 3.2 have, which GGUF files keep as factors only. */
  private static final List<Rotary.Scaling> KNOWN =
      List.of(Rotary.Scaling.llama3(8, 1, 4, 8192), Rotary.Scaling.llama3(32, 1, 4, 8192));

  private Rope() {}

  /**
   * Reads a {@code config.json}.
   *
   * @param layerType for which layers, where that makes a difference
   */
  static Rotary read(HubConfig c, String layerType, double base) {
    HubConfig parameters = c.part("rope_parameters");
    if (parameters != null && parameters.has(layerType)) {
      parameters = parameters.part(layerType);
    }
    HubConfig scaling = parameters == null ? c.part("rope_scaling") : parameters;
    double above = c.number("rope_theta", base);
    double theta = scaling == null ? above : scaling.number("rope_theta", above);
    for (HubConfig part : scaling == null ? List.of(c) : List.of(c, scaling)) {
      if (part.number("partial_rotary_factor", 1) != 1) {
        throw part.refused(
            "partial_rotary_factor",
            String.valueOf(part.number("partial_rotary_factor", 1)),
            "1: all of a head is rotated");
      }
    }
    return new Rotary(theta, scaling(scaling));
  }

  private static Rotary.Scaling scaling(@Nullable HubConfig c) {
    if (c == null) {
      return Rotary.Scaling.NONE;
    }
    String key = c.has("rope_type") ? "rope_type" : "type";
    String type = c.text(key, "default");
    return switch (type) {
      case "default" -> Rotary.Scaling.NONE;
      case "linear" -> Rotary.Scaling.linear(needed(c, "factor"));
      case "llama3" ->
          Rotary.Scaling.llama3(
              needed(c, "factor"),
              needed(c, "low_freq_factor"),
              needed(c, "high_freq_factor"),
              (int) needed(c, "original_max_position_embeddings"));
      default -> throw c.refused(key, type, "one of " + TYPES);
    };
  }

  private static double needed(HubConfig c, String key) {
    if (!c.has(key)) {
      throw c.refused(key, "absent", "a number");
    }
    return c.number(key, 1);
  }

  /** What {@code rope_parameters} says of a rotation. */
  static Map<String, Object> parameters(Rotary rotary) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rope_theta", rotary.base());
    json.putAll(scaling(rotary));
    return json;
  }

  /** What {@code rope_scaling} says of a rotation. */
  private static Map<String, Object> scaling(Rotary rotary) {
    Rotary.Scaling s = rotary.scaling();
    Map<String, Object> json = new LinkedHashMap<>();
    switch (s.kind()) {
      case LINEAR -> {
        json.put("rope_type", "linear");
        json.put("factor", s.factor());
      }
      case LLAMA3 -> {
        json.put("rope_type", "llama3");
        json.put("factor", s.factor());
        json.put("low_freq_factor", s.lowFrequencyFactor());
        json.put("high_freq_factor", s.highFrequencyFactor());
        json.put("original_max_position_embeddings", s.originalContext());
      }
      // Transformers has no word for factors: what is read again will differ, and be refused.
      case NONE, FACTORS -> json.put("rope_type", "default");
    }
    return json;
  }

  /** Writes a rotation in the old spelling and in the new one. */
  static void write(Rotary rotary, Map<String, Object> json) {
    json.put("rope_theta", rotary.base());
    if (rotary.scaling().kind() != Rotary.Kind.NONE) {
      json.put("rope_scaling", scaling(rotary));
    }
    json.put("rope_parameters", parameters(rotary));
  }

  /** Writes a rotation; what is more than a factor goes into a tensor of factors. */
  static void write(Rotary rotary, int headDim, String prefix, GgufWriter gguf) {
    gguf.set(prefix + "rope.dimension_count", headDim);
    gguf.set(prefix + "rope.freq_base", (float) rotary.base());
    switch (rotary.scaling().kind()) {
      case NONE -> {}
      case LINEAR -> {
        gguf.set(prefix + "rope.scaling.type", "linear");
        gguf.set(prefix + "rope.scaling.factor", (float) rotary.scaling().factor());
      }
      case LLAMA3, FACTORS -> {
        float[] plain = Rotary.of(rotary.base()).frequencies(headDim);
        float[] scaled = rotary.frequencies(headDim);
        gguf.add(
            "rope_freqs.weight",
            BlockFormat.F32,
            new long[] {headDim / 2},
            (from, to, n) -> {
              for (int i = 0; i < n; i++) {
                to[i] = plain[(int) from + i] / scaled[(int) from + i];
              }
            });
      }
    }
  }

  /** Reads a GGUF file. */
  static Rotary read(GgufConfig c, int headDim) {
    int rotated = c.integer("rope.dimension_count", headDim);
    if (rotated != headDim) {
      throw c.refused("rope.dimension_count", String.valueOf(rotated), "all %d".formatted(headDim));
    }
    double base = c.number("rope.freq_base", 10_000);
    if (c.hasTensor("rope_freqs.weight")) {
      return new Rotary(base, factors(c, base, headDim));
    }
    String type = c.text("rope.scaling.type", "none");
    double factor = c.number("rope.scaling.factor", c.number("rope.scale_linear", 1));
    return switch (type) {
      case "none", "linear" ->
          factor == 1 ? Rotary.of(base) : new Rotary(base, Rotary.Scaling.linear(factor));
      default -> throw c.refused("rope.scaling.type", type, "none or linear");
    };
  }

  private static Rotary.Scaling factors(GgufConfig c, double base, int headDim) {
    GgufTensor tensor = c.file().tensor("rope_freqs.weight");
    if (!tensor.hasShape(headDim / 2)) {
      throw new InputException(
          "%s: tensor %s, expected shape [%d]".formatted(c.file().path(), tensor, headDim / 2));
    }
    List<Double> factors = new ArrayList<>();
    for (float factor : tensor.toFloats()) {
      factors.add((double) factor);
    }
    for (Rotary.Scaling known : KNOWN) {
      if (isSame(base, known, factors, headDim)) {
        return known;
      }
    }
    return Rotary.Scaling.factors(factors);
  }

  private static boolean isSame(
      double base, Rotary.Scaling known, List<Double> factors, int headDim) {
    float[] plain = Rotary.of(base).frequencies(headDim);
    float[] scaled = new Rotary(base, known).frequencies(headDim);
    for (int i = 0; i < plain.length; i++) {
      double factor = plain[i] / (double) scaled[i];
      if (!(Math.abs(factor - factors.get(i)) <= 1e-5 * factor)) {
        return false;
      }
    }
    return true;
  }
}
