package dev.chainrule.wavenet;

import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.nn.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings frames to the sampling rate in learned steps: a step of factor s is a transposed
 * convolution whose stride and kernel are s, and begins as plain repetition.
 */
final class Upsampler {
  private final WaveNetConfig.Local config;
  private final List<Linear> steps = new ArrayList<>();

  Upsampler(Parameters parameters, WaveNetConfig.Local config) {
    this.config = config;
    int channels = config.channels();
    for (int i = 0; i < config.upsampling().size(); i++) {
      int factor = config.upsampling().get(i);
      steps.add(
          new Linear(
              parameters,
              "upsampling." + i,
              channels,
              factor * channels,
              true,
              repetition(channels)));
    }
  }

  /** Identity matrices below each other. */
  private static Initializer repetition(int channels) {
    return (parameter, rng) -> {
      for (int row = 0; row < parameter.dim(0); row++) {
        parameter.set((long) row * channels + row % channels, 1);
      }
    };
  }

  /**
   * All steps.
   *
   * @param frames [B, F, C]
   * @return [B, F * hop, C]
   */
  Variable forward(Tape tape, Variable frames) {
    Variable x = frames;
    int batch = frames.value().dim(0);
    int length = frames.value().dim(1);
    for (int i = 0; i < steps.size(); i++) {
      length *= config.upsampling().get(i);
      x = tape.reshape(steps.get(i).forward(tape, x), batch, length, config.channels());
    }
    return x;
  }
}
