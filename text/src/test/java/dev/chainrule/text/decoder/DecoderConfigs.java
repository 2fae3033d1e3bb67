package dev.chainrule.text.decoder;

import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.text.decoder.DecoderConfig.Biases;
import dev.chainrule.text.decoder.DecoderConfig.Norm;
import dev.chainrule.text.decoder.DecoderConfig.Positions;
import java.util.List;

/** Small decoders of several architectures, whose sizes are no whole number of vectors. */
final class DecoderConfigs {
  static final DecoderConfig LLAMA =
      new DecoderConfig(
          65,
          40,
          2,
          64,
          96,
          4,
          2,
          16,
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
          false,
          0);

  static final DecoderConfig GPT2 =
      new DecoderConfig(
          33,
          24,
          2,
          60,
          240,
          3,
          3,
          20,
          new Norm(Norm.Kind.LAYER, 1e-5, true),
          Positions.learned(),
          GateFunction.GELU_TANH,
          false,
          new Biases(true, true, true),
          false,
          false,
          List.of(),
          1,
          0,
          0,
          1,
          true,
          0);

  static final DecoderConfig GEMMA =
      new DecoderConfig(
          130,
          90,
          3,
          48,
          80,
          4,
          1,
          32,
          Norm.rms(1e-6),
          new Positions(
              Positions.Kind.ROTARY,
              new Rotary(1_000_000, Rotary.Scaling.linear(8)),
              Rotary.of(10_000),
              List.of()),
          GateFunction.GELU_TANH,
          true,
          Biases.NONE,
          true,
          true,
          List.of(8, 70, 0),
          1.5,
          5,
          3,
          Math.sqrt(48),
          true,
          0);

  static final DecoderConfig SMOL =
      new DecoderConfig(
          40,
          80,
          4,
          36,
          50,
          6,
          3,
          6,
          Norm.rms(1e-6),
          new Positions(Positions.Kind.ROTARY, Rotary.of(2e6), Rotary.of(2e6), List.of(1, 3)),
          GateFunction.SILU,
          true,
          new Biases(true, false, false),
          false,
          false,
          List.of(),
          1,
          0,
          0,
          1,
          true,
          0);

  static final DecoderConfig MISTRAL =
      new DecoderConfig(
          29,
          70,
          2,
          32,
          44,
          2,
          1,
          16,
          Norm.rms(1e-5),
          Positions.rotary(Rotary.of(1e4)),
          GateFunction.GELU,
          true,
          Biases.NONE,
          false,
          false,
          List.of(5),
          1,
          0,
          0,
          1,
          false,
          0);

  /** Large enough for a team: it has a thread for every two megabytes. */
  static final DecoderConfig LARGE =
      new DecoderConfig(
          900,
          100,
          2,
          192,
          768,
          6,
          2,
          32,
          Norm.rms(1e-5),
          Positions.rotary(Rotary.of(10_000)),
          GateFunction.SILU,
          true,
          Biases.NONE,
          false,
          false,
          List.of(0, 80),
          1,
          0,
          0,
          1,
          true,
          0);

  private DecoderConfigs() {}
}
