package dev.chainrule.wavenet;

import dev.chainrule.core.autograd.ActivationOps;
import dev.chainrule.core.autograd.ConvolutionOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.nn.Linear;
import org.jspecify.annotations.Nullable;

/**
 * One dilated convolution with its gated unit. The last layer of a network has no residual map:
 * nothing follows that would read it.
 */
final class WaveNetLayer {
  final int dilation;

  /** [K, 2G, R]. */
  final Parameter weight;

  /** [2G]. */
  final Parameter bias;

  /** From the labels' vector to [2G]. */
  final @Nullable Parameter globalWeight;

  /** From features at the sampling rate to [2G]. */
  final @Nullable Parameter localWeight;

  /** [R, G]. */
  final @Nullable Linear residual;

  /** [S, G]. */
  final Parameter skipWeight;

  WaveNetLayer(Parameters parameters, WaveNetConfig config, int layer) {
    WaveNetConfig.Stack stack = config.stack();
    String name = "layers." + layer;
    int residualChannels = stack.residualChannels();
    int gate = stack.gateChannels();
    dilation = stack.dilation(layer);
    Initializer input = uniform(stack.kernelSize() * residualChannels);
    Initializer gated = uniform(gate);
    weight =
        parameters.add(
            name + ".conv.weight", input, stack.kernelSize(), 2 * gate, residualChannels);
    bias = parameters.add(name + ".conv.bias", Initializer.constant(0), 2 * gate);
    globalWeight =
        config.labels().isEmpty()
            ? null
            : parameters.add(
                name + ".global.weight", uniform(residualChannels), 2 * gate, residualChannels);
    WaveNetConfig.Local local = config.local();
    localWeight =
        local == null
            ? null
            : parameters.add(
                name + ".local.weight", uniform(local.channels()), 2 * gate, local.channels());
    residual =
        layer + 1 == stack.numLayers()
            ? null
            : new Linear(parameters, name + ".residual", gate, residualChannels, true, gated);
    skipWeight = parameters.add(name + ".skip.weight", gated, stack.skipChannels(), gate);
  }

  /** With this limit the variance of an output is a third of that of the inputs, as PyTorch's. */
  static Initializer uniform(int inputs) {
    return Initializer.uniform(1 / Math.sqrt(inputs));
  }

  /**
   * The gated unit.
   *
   * @param x [B, T, R]
   * @param labels [B, R]
   * @param features [B, T, channels]
   * @return [B, T, G]
   */
  Variable gate(Tape tape, Variable x, @Nullable Variable labels, @Nullable Variable features) {
    Variable sum =
        ConvolutionOps.causalConv1d(
            tape, x, tape.parameter(weight), tape.parameter(bias), dilation);
    if (localWeight != null && features != null) {
      sum = Ops.linear(tape, features, tape.parameter(localWeight), null, sum);
    }
    Variable condition =
        globalWeight == null || labels == null
            ? null
            : Ops.linear(tape, labels, tape.parameter(globalWeight), null);
    return ActivationOps.gatedActivation(tape, sum, condition);
  }
}
