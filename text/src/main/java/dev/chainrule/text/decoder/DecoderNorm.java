package dev.chainrule.text.decoder;

import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.TransformerOps;
import dev.chainrule.core.autograd.Variable;
import org.jspecify.annotations.Nullable;

/** A normalisation over groups of dimensions, of the configured kind. */
final class DecoderNorm {
  private final DecoderConfig.Norm config;
  final Parameter gain;
  final @Nullable Parameter bias;

  /** Declares {@code name.weight} [width], ones, and where configured {@code name.bias}, zeros. */
  DecoderNorm(Parameters parameters, String name, int width, DecoderConfig.Norm config) {
    this.config = config;
    gain = parameters.add(name + ".weight", Initializer.constant(1), width);
    bias = config.bias() ? parameters.add(name + ".bias", Initializer.constant(0), width) : null;
  }

  /**
   * Normalises.
   *
   * @param x [..., a multiple of the width by RMS, else the width]
   */
  Variable forward(Tape tape, Variable x) {
    return switch (config.kind()) {
      case RMS -> TransformerOps.rmsNorm(tape, x, tape.parameter(gain), config.epsilon());
      case LAYER ->
          Ops.layerNorm(
              tape,
              x,
              tape.parameter(gain),
              bias == null ? null : tape.parameter(bias),
              config.epsilon());
    };
  }
}
