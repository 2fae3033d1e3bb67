package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands out tensors whose contents follow from a seed, between guard bytes that must stay as they
 * are, and remembers them: two of the same seed hand out the same.
 */
public final class GuardedTensors {
  private static final int GUARD_BYTES = 128;
  private static final byte GUARD = 0x5A;

  private final DType dtype;
  private final CounterRandom rng;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<MemorySegment> guards = new ArrayList<>();

  public GuardedTensors(DType dtype, long seed) {
    this.dtype = dtype;
    this.rng = CounterRandom.of(seed);
  }

  /** All tensors handed out, in order. */
  public List<Tensor> all() {
    return tensors;
  }

  /** Standard normal values. */
  public Tensor normal(int... shape) {
    return normalAround(0, 1, shape);
  }

  public Tensor normalAround(double mean, double deviation, int... shape) {
    Tensor tensor = guarded(dtype, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.set(i, mean + deviation * rng.nextGaussian());
    }
    return tensor;
  }

  /** Positive values below one. */
  public Tensor positive(int... shape) {
    Tensor tensor = guarded(dtype, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.set(i, rng.nextDouble(0.001, 1));
    }
    return tensor;
  }

  /** NaN: for what an operation must write and not read. */
  public Tensor output(int... shape) {
    Tensor tensor = guarded(dtype, shape);
    tensor.fill(Double.NaN);
    return tensor;
  }

  /** What a gradient is added to, or NaN where it is written. */
  public Tensor gradient(boolean accumulate, int... shape) {
    return accumulate ? normal(shape) : output(shape);
  }

  /** Integers from {@code from} (inclusive) to {@code to} (exclusive). */
  public Tensor ints(int from, int to, int... shape) {
    Tensor tensor = guarded(DType.INT32, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.set(i, rng.nextInt(from, to));
    }
    return tensor;
  }

  /** Checks that nothing was written outside of any tensor. */
  public void assertGuardsIntact() {
    for (MemorySegment guard : guards) {
      assertThat(guard.toArray(ValueLayout.JAVA_BYTE)).containsOnly(GUARD);
    }
  }

  private Tensor guarded(DType type, int... shape) {
    long bytes = Tensor.sizeOf(shape) * type.bytes();
    // Parameters are views of one array, so that tensors begin anywhere.
    long from = GUARD_BYTES + (long) type.bytes() * (tensors.size() % 3);
    MemorySegment memory = Memory.allocate(from + bytes + GUARD_BYTES);
    memory.fill(GUARD);
    guards.add(memory.asSlice(0, from));
    guards.add(memory.asSlice(from + bytes));
    Tensor tensor = Tensor.over(memory.asSlice(from, bytes), type, shape);
    tensors.add(tensor);
    return tensor;
  }
}
