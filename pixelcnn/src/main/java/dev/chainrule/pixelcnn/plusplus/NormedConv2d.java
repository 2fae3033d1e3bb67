package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Conv2dOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.autograd.WeightNormOps;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.kernel.reference.ReferenceKernels;
import org.jspecify.annotations.Nullable;

/**
 * A convolution, or a transposed one, with normalised weights (Salimans and Kingma 2016): {@code w
 * = g v / |v|} for each output unit. Gains and biases are set by the first batch, so that each unit
 * begins with mean 0 and a given deviation on it.
 */
final class NormedConv2d {
  private static final double INITIAL_DEVIATION = 0.05;
  private static final double EPSILON = 1e-10;

  private final Taps taps;
  private final boolean transposed;
  private final Parameter direction;
  private final Parameter gain;
  private final Parameter bias;
  private final double scale;

  private NormedConv2d(
      Parameters parameters,
      String name,
      int inputs,
      int outputs,
      Taps taps,
      boolean transposed,
      double scale) {
    this.taps = taps;
    this.transposed = transposed;
    this.scale = scale;
    Initializer normal = Initializer.normal(INITIAL_DEVIATION);
    int first = transposed ? inputs : outputs;
    int last = transposed ? outputs : inputs;
    direction = parameters.add(name + ".direction", normal, first, taps.count(), last);
    gain = parameters.add(name + ".gain", Initializer.constant(1), outputs);
    Initializer zero = Initializer.constant(0);
    bias =
        transposed
            ? parameters.add(name + ".bias", zero, 1, outputs)
            : parameters.add(name + ".bias", zero, outputs);
  }

  /** A convolution whose units begin with deviation 1. */
  static NormedConv2d of(Parameters parameters, String name, int inputs, int outputs, Taps taps) {
    return new NormedConv2d(parameters, name, inputs, outputs, taps, false, 1);
  }

  /** A convolution whose units begin with another deviation. */
  static NormedConv2d scaled(
      Parameters parameters, String name, int inputs, int outputs, Taps taps, double scale) {
    return new NormedConv2d(parameters, name, inputs, outputs, taps, false, scale);
  }

  /** A transposed convolution. */
  static NormedConv2d up(Parameters parameters, String name, int units, Taps taps) {
    return new NormedConv2d(parameters, name, units, units, taps, true, 1);
  }

  Taps taps() {
    return taps;
  }

  /** The convolution, and a residual if there is one added. */
  Variable forward(Pass pass, Variable x, @Nullable Variable residual) {
    if (pass.initialises()) {
      initialise(pass.tape(), x, x.value().dim(1), x.value().dim(2));
    }
    Tape tape = pass.tape();
    return Conv2dOps.conv2d(tape, x, weight(tape), tape.parameter(bias), residual, taps);
  }

  /** The transposed convolution to an image of a size. */
  Variable up(Pass pass, Variable x, int height, int width) {
    if (pass.initialises()) {
      initialise(pass.tape(), x, height, width);
    }
    Tape tape = pass.tape();
    Variable y = Conv2dOps.transposedConv2d(tape, x, weight(tape), height, width, taps);
    int units = y.value().dim(3);
    Variable rows = tape.reshape(y, y.value().rows(), 1, units);
    Variable sum = Ops.addRows(tape, rows, tape.parameter(bias));
    return tape.reshape(sum, x.value().dim(0), height, width, units);
  }

  private Variable weight(Tape tape) {
    return WeightNormOps.weightNorm(
        tape, tape.parameter(direction), tape.parameter(gain), transposed);
  }

  /** Sets gain and bias so that the outputs for this input have mean 0 and deviation scale. */
  private void initialise(Tape tape, Variable x, int height, int width) {
    Variable w = weight(tape);
    Tensor y =
        transposed
            ? Conv2dOps.transposedConv2d(tape, x, w, height, width, taps).value().host()
            : Conv2dOps.conv2d(tape, x, w, null, null, taps).value().host();
    Tensor gains = tape.parameter(gain).value().host();
    Tensor biases = tape.parameter(bias).value().host();
    int units = y.dim(-1);
    int rows = y.rows();
    for (int o = 0; o < units; o++) {
      double sum = 0;
      double squares = 0;
      for (int n = 0; n < rows; n++) {
        double value = y.get((long) n * units + o);
        sum += value;
        squares += value * value;
      }
      double mean = sum / rows;
      double variance = squares / rows - mean * mean;
      // Coarse maps of a pixel or two may have units that see nothing, and so do not vary.
      double factor = variance > EPSILON ? scale / Math.sqrt(variance + EPSILON) : scale;
      gains.set(o, gains.get(o) * factor);
      biases.set(o, -mean * factor);
    }
    tape.parameter(gain).value().copyFrom(gains);
    tape.parameter(bias).value().copyFrom(biases);
  }

  /** The weights as they act, in float32 and in the layout of the convolution. */
  Tensor weight(Parameters parameters) {
    Tensor v = parameters.value(direction);
    Tensor w = Tensor.zeros(DType.FLOAT32, v.shape());
    Tensor norms = Tensor.zeros(DType.FLOAT32, gain.dim(0));
    Kernels kernels = new ReferenceKernels();
    kernels.linear().weightNorm(w, norms, v, parameters.value(gain), transposed);
    return w;
  }

  /** The bias [O]. */
  Tensor bias(Parameters parameters) {
    return parameters.value(bias).reshape(gain.dim(0));
  }

  /** The weights of taps {@code from} to {@code to} as they act [O, taps, I]. */
  Tensor weight(Parameters parameters, int from, int to) {
    Tensor all = weight(parameters);
    int inputs = all.dim(2);
    Tensor part = Tensor.zeros(DType.FLOAT32, all.dim(0), to - from, inputs);
    long size = (long) (to - from) * inputs;
    for (long i = 0; i < part.size(); i++) {
      part.set(i, all.get((i / size * taps.count() + from) * inputs + i % size));
    }
    return part;
  }
}
