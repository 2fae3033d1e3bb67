package dev.chainrule.text.decoder;

import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.text.decoder.DecoderConfig.Biases;
import dev.chainrule.text.decoder.DecoderConfig.Norm;
import dev.chainrule.text.decoder.DecoderConfig.Positions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tiny configuration of each architecture, and some that none has. */
public final class Tiny {
  private static final Biases ALL = new Biases(true, true, true);
  private static final Biases QKV = new Biases(true, false, false);

  private Tiny() {}

  /** By the architecture's name. */
  public static Map<String, DecoderConfig> architectures(int vocabSize, int contextLength) {
    Shape s = new Shape(vocabSize, contextLength);
    Rotary base = Rotary.of(10_000);
    Rotary llama3 = new Rotary(500, Rotary.Scaling.llama3(8, 1, 4, 4));
    Positions rotary = Positions.rotary(base);
    Map<String, DecoderConfig> all = new LinkedHashMap<>();
    all.put(
        "gpt2",
        new DecoderConfig(
            vocabSize,
            contextLength,
            2,
            8,
            12,
            2,
            2,
            4,
            new Norm(Norm.Kind.LAYER, 1e-5, true),
            Positions.learned(),
            GateFunction.GELU_TANH,
            false,
            ALL,
            false,
            false,
            List.of(),
            1,
            0,
            0,
            1,
            true,
            0));
    all.put("llama", s.config(rotary, Biases.NONE, false, List.of(), false));
    all.put(
        "llama, scaled", s.config(Positions.rotary(llama3), Biases.NONE, false, List.of(), true));
    all.put("mistral", s.config(rotary, Biases.NONE, false, List.of(3), false));
    all.put("qwen2", s.config(rotary, QKV, false, List.of(), true));
    all.put("qwen3", s.config(rotary, Biases.NONE, true, List.of(), true));
    Positions partly = new Positions(Positions.Kind.ROTARY, base, base, List.of(1));
    all.put("smollm3", s.config(partly, Biases.NONE, false, List.of(), true));
    all.put(
        "gemma3",
        new DecoderConfig(
            vocabSize,
            contextLength,
            2,
            8,
            12,
            2,
            1,
            6,
            Norm.rms(1e-6),
            new Positions(
                Positions.Kind.ROTARY, new Rotary(1e6, Rotary.Scaling.linear(2)), base, List.of()),
            GateFunction.GELU_TANH,
            true,
            Biases.NONE,
            true,
            true,
            List.of(3, 0),
            Math.sqrt(6.0 / 16),
            0,
            5,
            Math.sqrt(8),
            true,
            0));
    return all;
  }

  /** What none of the architectures has, by what it is. */
  public static Map<String, DecoderConfig> others(int vocabSize, int contextLength) {
    Rotary factors = new Rotary(100, Rotary.Scaling.factors(List.of(1.0, 3.0)));
    return Map.of(
        "dropout, layer norms without bias, windows in turn",
        new DecoderConfig(
            vocabSize,
            contextLength,
            3,
            8,
            9,
            4,
            2,
            4,
            new Norm(Norm.Kind.LAYER, 1e-3, false),
            Positions.rotary(factors),
            GateFunction.GELU,
            true,
            ALL,
            false,
            true,
            List.of(2, 0),
            0.5,
            0,
            0,
            3,
            false,
            0.3),
        "one head, no gate",
        new DecoderConfig(
            vocabSize,
            contextLength,
            1,
            6,
            7,
            1,
            1,
            2,
            Norm.rms(1e-2),
            Positions.rotary(Rotary.of(10)),
            GateFunction.RELU,
            false,
            Biases.NONE,
            true,
            false,
            List.of(),
            2,
            1,
            0,
            1,
            false,
            0));
  }

  private record Shape(int vocabSize, int contextLength) {
    DecoderConfig config(
        Positions positions, Biases biases, boolean qkNorm, List<Integer> windows, boolean tied) {
      return new DecoderConfig(
          vocabSize,
          contextLength,
          2,
          8,
          12,
          4,
          2,
          2,
          Norm.rms(1e-5),
          positions,
          GateFunction.SILU,
          true,
          biases,
          qkNorm,
          false,
          windows,
          1,
          0,
          0,
          1,
          tied,
          0);
    }
  }
}
