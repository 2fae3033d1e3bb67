package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.kernel.cuda.CublasLt.Alignments;
import dev.chainrule.core.kernel.cuda.CublasLt.Leading;
import dev.chainrule.core.kernel.cuda.CublasLt.Plan;
import dev.chainrule.core.kernel.cuda.CublasLt.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products by cuBLASLt, or by the engine's own kernels where it is not there or has no
 * algorithm for a shape. In bfloat16 both operands are rounded and laid out with their depth last
 * and padded, which every tensor-core kernel likes; sums are float32.
 */
final class Products {
  private static final long WORKSPACE_BYTES = 32L << 20;
  private static final int TILE = 64;
  private static final int LEAST_SHARE = 256;
  private static final int MAX_PARTS = 64;
  private static final int MAX_ALIGNMENT = 16;

  private final Gpu gpu;
  private final @Nullable CublasLt library;
  private final Precision precision;
  private final Map<Shape, Optional<Plan>> plans = new HashMap<>();
  private final MemorySegment scalars = Arena.ofAuto().allocate(16, 8);
  private final DeviceBuffer parts;
  private final DeviceBuffer packedA;
  private final DeviceBuffer packedB;
  private final DeviceBuffer workspace;
  private final Kernel product;
  private final Kernel finish;
  private final Kernel pack;
  private final Kernel productBf16;
  private final Kernel addRows;
  private long handle;

  Products(Gpu gpu, @Nullable CublasLt library, Precision precision) {
    this.gpu = gpu;
    this.library = library;
    this.precision = precision;
    scalars.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 1);
    parts = new DeviceBuffer(gpu);
    packedA = new DeviceBuffer(gpu);
    packedB = new DeviceBuffer(gpu);
    workspace = new DeviceBuffer(gpu);
    product = new Kernel(gpu, "product", "product", 256);
    finish = new Kernel(gpu, "product", "product_finish", 256);
    pack = new Kernel(gpu, "product", "pack_bf16", 256);
    productBf16 = new Kernel(gpu, "product", "product_bf16", 128);
    addRows = new Kernel(gpu, "pointwise", "add_rows", 256);
  }

  /** {@code c [m, n] = a [m, k] b [n, k]^T + add + bias}. */
  void multiply(Operand a, Operand b, int m, int n, int k, Target c) {
    if (m == 0 || n == 0) {
      return;
    }
    gpu.enter();
    if (precision == Precision.BFLOAT16 && k > 0) {
      multiplyPacked(a, b, m, n, k, c);
    } else if (k == 0 || !byLibrary(shape(a, b, m, n, k, c), a.address(), b.address(), c)) {
      multiplyFloats(a, b, m, n, k, c);
    }
  }

  /** The shape in the library's terms, in which everything is transposed and the sides change. */
  private Shape shape(Operand a, Operand b, int m, int n, int k, Target c) {
    return new Shape(
        CublasLt.REAL_32F,
        precision == Precision.TF32 ? CublasLt.COMPUTE_32F_FAST_TF32 : CublasLt.COMPUTE_32F,
        b.isDeep(),
        !a.isDeep(),
        n,
        m,
        k,
        new Leading(b.leading(n, k), a.leading(m, k), c.addLeading(), c.leading()),
        fusesBias(c),
        alignments(b.address(), a.address(), c));
  }

  private static Alignments alignments(long a, long b, Target c) {
    return new Alignments(
        alignment(a),
        alignment(b),
        alignment(c.add() == 0 ? c.address() : c.add()),
        alignment(c.address()));
  }

  private static int alignment(long address) {
    return (int) Math.min(MAX_ALIGNMENT, Long.lowestOneBit(address | MAX_ALIGNMENT));
  }

  private static boolean fusesBias(Target c) {
    return c.bias() != 0 && alignment(c.bias()) == MAX_ALIGNMENT;
  }

  /** Whether the library has an algorithm, and then has run it. */
  private boolean byLibrary(Shape shape, long a, long b, Target c) {
    CublasLt found = library;
    if (found == null) {
      return false;
    }
    if (handle == 0) {
      handle = found.createHandle();
    }
    Optional<Plan> plan = plans.get(shape);
    if (plan == null) {
      plan = Optional.ofNullable(plan(found, shape, c));
      plans.put(shape, plan);
    }
    if (plan.isEmpty()) {
      return false;
    }
    found.run(
        handle,
        plan.get(),
        scalars,
        b,
        a,
        c.add() == 0 ? c.address() : c.add(),
        c.add() != 0,
        c.address(),
        shape.bias() ? c.bias() : 0,
        workspace.bytes(WORKSPACE_BYTES),
        WORKSPACE_BYTES,
        gpu.stream());
    if (c.bias() != 0 && !shape.bias()) {
      addBias(c, (int) shape.n(), (int) shape.m());
    }
    return true;
  }

  private @Nullable Plan plan(CublasLt found, Shape shape, Target c) {
    try {
      return found.plan(handle, shape, shape.bias() ? c.bias() : 0, WORKSPACE_BYTES);
    } catch (CudaException e) {
      if (e.status() == CublasLt.NOT_SUPPORTED) {
        return null;
      }
      throw e;
    }
  }

  private void addBias(Target c, int m, int n) {
    if (c.leading() == n) {
      long count = (long) m * n;
      addRows
          .launch()
          .pointer(c.address())
          .pointer(c.address())
          .pointer(c.bias())
          .wide(n)
          .wide(count)
          .each(count);
      return;
    }
    throw new IllegalStateException("a bias for rows that do not follow each other");
  }

  private void multiplyFloats(Operand a, Operand b, int m, int n, int k, Target c) {
    long tiles = (long) Math.ceilDiv(m, TILE) * Math.ceilDiv(n, TILE);
    long useful = Math.min(gpu.busyGroups() / tiles, Math.ceilDiv(k, LEAST_SHARE));
    int count = Math.clamp(useful, 1, MAX_PARTS);
    int share = Math.max(1, Math.ceilDiv(k, count));
    long size = (long) m * n;
    long partial = count > 1 ? parts.floats(size * count) : 0;
    product
        .launch()
        .pointer(c.address())
        .wide(c.leading())
        .pointer(partial)
        .pointer(a.address())
        .wide(a.rowStep())
        .wide(a.depthStep())
        .pointer(b.address())
        .wide(b.rowStep())
        .wide(b.depthStep())
        .pointer(c.bias())
        .pointer(c.add())
        .wide(c.addLeading())
        .integer(m)
        .integer(n)
        .integer(k)
        .integer(share)
        .groups(Math.ceilDiv(m, TILE), Math.ceilDiv(n, TILE), count);
    if (count > 1) {
      finish
          .launch()
          .pointer(c.address())
          .wide(c.leading())
          .pointer(partial)
          .integer(count)
          .pointer(c.bias())
          .pointer(c.add())
          .wide(c.addLeading())
          .integer(n)
          .wide(size)
          .each(size);
    }
  }

  private void multiplyPacked(Operand a, Operand b, int m, int n, int k, Target c) {
    int padded = Math.ceilDiv(k, 8) * 8;
    long packedRows = pack(packedA, a, m, k, padded);
    long packedColumns = pack(packedB, b, n, k, padded);
    Shape shape =
        new Shape(
            CublasLt.REAL_16BF,
            CublasLt.COMPUTE_32F,
            true,
            false,
            n,
            m,
            padded,
            new Leading(padded, padded, c.addLeading(), c.leading()),
            fusesBias(c),
            alignments(packedColumns, packedRows, c));
    if (byLibrary(shape, packedRows, packedColumns, c)) {
      return;
    }
    productBf16
        .launch()
        .pointer(c.address())
        .wide(c.leading())
        .pointer(packedRows)
        .pointer(packedColumns)
        .pointer(c.bias())
        .pointer(c.add())
        .wide(c.addLeading())
        .integer(m)
        .integer(n)
        .integer(padded)
        .groups(Math.ceilDiv(m, TILE), Math.ceilDiv(n, TILE), 1);
  }

  private long pack(DeviceBuffer buffer, Operand from, int rows, int depth, int padded) {
    long to = buffer.bytes(2L * rows * padded);
    pack.launch()
        .pointer(to)
        .integer(padded)
        .pointer(from.address())
        .wide(from.rowStep())
        .wide(from.depthStep())
        .integer(rows)
        .integer(depth)
        .groups(Math.ceilDiv(rows, 32), Math.ceilDiv(padded, 32), 1);
    return to;
  }
}
