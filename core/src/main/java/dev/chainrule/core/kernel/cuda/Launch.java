package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A kernel call being put together. There is one for each {@link Gpu}, whose memory for arguments
 * is used again and again: the driver copies them when it takes the call.
 */
final class Launch {
  private static final int MAX_ARGUMENTS = 32;

  private final Gpu gpu;
  private final MemorySegment values = Arena.ofAuto().allocate(8L * MAX_ARGUMENTS, 8);
  private final MemorySegment pointers = Arena.ofAuto().allocate(8L * MAX_ARGUMENTS, 8);
  private @Nullable Kernel kernel;
  private long function;
  private int count;

  Launch(Gpu gpu) {
    this.gpu = gpu;
    for (int i = 0; i < MAX_ARGUMENTS; i++) {
      pointers.setAtIndex(ValueLayout.JAVA_LONG, i, values.address() + 8L * i);
    }
  }

  Launch begin(Kernel called, long handle) {
    kernel = called;
    function = handle;
    count = 0;
    return this;
  }

  /** Float32 numbers on the device, or a null pointer. */
  Launch floats(@Nullable Tensor tensor) {
    return pointer(address(tensor));
  }

  /** Integers on the device. */
  Launch ints(Tensor tensor) {
    require(tensor, DType.INT32);
    return pointer(tensor.address());
  }

  Launch pointer(long address) {
    values.setAtIndex(ValueLayout.JAVA_LONG, count++, address);
    return this;
  }

  /** A 64-bit integer. */
  Launch wide(long value) {
    return pointer(value);
  }

  Launch integer(int value) {
    values.set(ValueLayout.JAVA_INT, 8L * count++, value);
    return this;
  }

  Launch flag(boolean value) {
    return integer(value ? 1 : 0);
  }

  /** A number in single precision. */
  Launch number(double value) {
    values.set(ValueLayout.JAVA_FLOAT, 8L * count++, (float) value);
    return this;
  }

  /** A number in double precision. */
  Launch precise(double value) {
    values.set(ValueLayout.JAVA_DOUBLE, 8L * count++, value);
    return this;
  }

  /** Runs as many groups as {@code threads} threads need, but not more than keep the GPU busy. */
  void each(long threads) {
    Kernel called = called();
    long groups = Math.ceilDiv(threads, called.group());
    groups(Math.min(groups, gpu.busyGroups()), 1, 1);
  }

  /** Runs a grid of groups; with none, nothing. */
  void groups(long x, long y, long z) {
    if (x == 0 || y == 0 || z == 0) {
      return;
    }
    if (x > Integer.MAX_VALUE || y > 0xffff || z > 0xffff) {
      throw new IllegalArgumentException(
          "kernel %s on %d x %d x %d groups, more than a GPU takes"
              .formatted(called().name(), x, y, z));
    }
    gpu.run(called(), function, (int) x, (int) y, (int) z, pointers.address());
  }

  private Kernel called() {
    if (kernel == null) {
      throw new IllegalStateException("a launch before it began");
    }
    return kernel;
  }

  /** The address of float32 numbers, or 0. */
  static long address(@Nullable Tensor tensor) {
    if (tensor == null) {
      return 0;
    }
    require(tensor, DType.FLOAT32);
    return tensor.address();
  }

  private static void require(Tensor tensor, DType dtype) {
    if (tensor.dtype() != dtype) {
      throw new IllegalArgumentException(
          "a tensor %s for the cuda engine, expected %s".formatted(tensor, dtype));
    }
    if (tensor.onHost()) {
      throw new IllegalStateException(
          "%s lies in %s, expected it on the GPU".formatted(tensor, tensor.memory().name()));
    }
  }
}
