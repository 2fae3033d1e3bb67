package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Conv2dOps;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.Taps;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A convolution that reads the past only: by its taps, and where it reads its own pixel (a tap at
 * (0, 0) of an image with several channels) by a mask over groups of units.
 */
public final class MaskedConv2d {
  /**
   * The groups that inputs and outputs belong to, by channel.
   *
   * @param type what may be read
   * @param input the group of an input unit
   * @param output the group of an output unit
   */
  public record Mask(MaskType type, IntUnaryOperator input, IntUnaryOperator output) {
    /** Between layers whose units take turns; null for one channel, where all may be read. */
    public static @Nullable Mask of(MaskType type, int channels, int inputs, int outputs) {
      return channels == 1
          ? null
          : new Mask(type, turns(channels, inputs), turns(channels, outputs));
    }

    /** Units take turns: unit u of each run of {@code width} belongs to group u mod channels. */
    public static IntUnaryOperator turns(int channels, int width) {
      return unit -> unit % width % channels;
    }

    /** Each group is a run of {@code size} units. */
    public static IntUnaryOperator runs(int size) {
      return unit -> unit / size;
    }
  }

  private final Taps taps;
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final @Nullable Mask mask;
  private volatile @Nullable Tensor cachedFactors;

  /**
   * Declares {@code name.weight} [outputs, K, inputs] and, if wanted, {@code name.bias} [outputs].
   *
   * @param mask on the tap at (0, 0); null for none
   */
  public MaskedConv2d(
      Parameters parameters,
      String name,
      int inputs,
      int outputs,
      Taps taps,
      boolean withBias,
      @Nullable Mask mask) {
    this.taps = taps;
    this.mask = mask;
    Initializer normal = Initializer.normal(1 / Math.sqrt((double) taps.count() * inputs));
    weight = parameters.add(name + ".weight", normal, outputs, taps.count(), inputs);
    bias = withBias ? parameters.add(name + ".bias", Initializer.constant(0), outputs) : null;
  }

  public Variable forward(Tape tape, Variable x) {
    return forward(tape, x, null);
  }

  /**
   * The convolution.
   *
   * @param x [B, H, W, inputs]
   * @param residual added [B, H, W, outputs]
   */
  public Variable forward(Tape tape, Variable x, @Nullable Variable residual) {
    return forward(tape, x, residual, taps);
  }

  /**
   * The convolution with the same weights, as they are masked, on other places.
   *
   * @param x [B, H, W, inputs]
   * @param residual added [B, H, W, outputs]
   * @param read as many taps
   */
  public Variable forward(Tape tape, Variable x, @Nullable Variable residual, Taps read) {
    Variable w = tape.parameter(weight);
    if (mask != null) {
      w = ElementwiseOps.scale(tape, w, factors(w.value().dtype()));
    }
    Variable b = bias == null ? null : tape.parameter(bias);
    return Conv2dOps.conv2d(tape, x, w, b, residual, read);
  }

  public Taps taps() {
    return taps;
  }

  public Parameter weight() {
    return weight;
  }

  public @Nullable Parameter bias() {
    return bias;
  }

  /** A copy of the weights as they act, masked, in float32, at the host [outputs, K, inputs]. */
  public Tensor maskedWeight(Parameters parameters) {
    Tensor values = parameters.value(weight).host();
    Tensor copy = Tensor.zeros(DType.FLOAT32, values.shape());
    Tensor factors = mask == null ? null : factors(DType.FLOAT32);
    for (long i = 0; i < copy.size(); i++) {
      copy.set(i, values.get(i) * (factors == null ? 1 : factors.get(i)));
    }
    return copy;
  }

  /** The convolution of single places, packed for a decoder. */
  public PackedLinear step(StepKernels steps, Parameters parameters) {
    return steps.pack(maskedWeight(parameters), bias == null ? null : parameters.value(bias));
  }

  /** The convolution of single places, packed for a decoder in an engine's memory. */
  public PackedLinear step(Engine engine, Parameters parameters) {
    Tensor masked = engine.place(maskedWeight(parameters));
    return engine.kernels(0).steps().pack(masked, bias == null ? null : parameters.value(bias));
  }

  /** One where a weight acts, zero where it is masked [outputs, K, inputs]. */
  private Tensor factors(DType dtype) {
    Tensor factors = cachedFactors;
    if (factors != null && factors.dtype() == dtype) {
      return factors;
    }
    Mask m = mask;
    if (m == null) {
      throw new IllegalStateException("a convolution without a mask has no factors");
    }
    factors = Tensor.zeros(dtype, weight.shape());
    int count = taps.count();
    int inputs = weight.dim(2);
    for (int o = 0; o < weight.dim(0); o++) {
      for (int k = 0; k < count; k++) {
        boolean own = taps.dy(k) == 0 && taps.dx(k) == 0;
        for (int i = 0; i < inputs; i++) {
          int from = m.input().applyAsInt(i);
          int to = m.output().applyAsInt(o);
          boolean acts = !own || m.type().allows(to, from);
          factors.set(((long) o * count + k) * inputs + i, acts ? 1 : 0);
        }
      }
    }
    cachedFactors = factors;
    return factors;
  }
}
