package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The product of a few rows with weights that stay the same: {@code y[s] = bias + base[s] + x[s]
 * w^T}, a pixel's step of a decoder. A library's product repacks its weights at each call, which
 * for a few rows costs more than the product; here they are packed once, in panels of four vectors
 * of outputs that are read in the order in which they are needed.
 *
 * <p>Each output adds its terms in the order of the inputs, however many rows there are, so that a
 * row comes out the same, to the bit, beside any others.
 *
 * <p>An instance is used by one thread at a time.
 */
final class PackedPanels implements PackedLinear {
  private static final int PANEL = 4 * WIDTH;

  /** What is added where there is no base. */
  private static final Tensor ZEROS = Tensor.zeros(DType.FLOAT32, WIDTH);

  private final Tensor packed;
  private final Tensor packedBias;

  /** Sums on their way out: no vector passes from method to method. */
  private final Tensor sums = Tensor.zeros(DType.FLOAT32, 8, WIDTH);

  private final int inputs;
  private final int outputs;

  /**
   * Packs weights.
   *
   * @param weight [outputs, inputs], or [outputs, K, I] with inputs = K I
   * @param bias [outputs]
   */
  PackedPanels(Tensor weight, @Nullable Tensor bias) {
    outputs = weight.dim(0);
    inputs = Math.toIntExact(weight.size() / outputs);
    int panels = Math.ceilDiv(outputs, PANEL);
    packed = Tensor.zeros(DType.FLOAT32, panels, inputs, PANEL);
    packedBias = Tensor.zeros(DType.FLOAT32, panels * PANEL);
    for (int o = 0; o < outputs; o++) {
      packedBias.set(o, bias == null ? 0 : bias.get(o));
      for (int i = 0; i < inputs; i++) {
        long at = ((long) (o / PANEL) * inputs + i) * PANEL + o % PANEL;
        packed.set(at, weight.get((long) o * inputs + i));
      }
    }
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public long bytes() {
    return 4 * packed.size();
  }

  /**
   * The product; strides are in elements from one row to the next.
   *
   * @param y address of [rows, outputs]
   * @param base address of [rows, outputs], added; may be y; 0 for none
   * @param x address of [rows, inputs]
   */
  void run(long y, int yStride, long base, int baseStride, long x, int xStride, int rows) {
    for (int from = 0; from < outputs; from += PANEL) {
      long w = packed.address() + 4L * from * inputs;
      long bias = packedBias.address() + 4L * from;
      int s = 0;
      for (; s <= rows - 4; s += 4) {
        long xAt = x + 4L * s * xStride;
        for (int half = 0; half < 2 && from + half * 2 * WIDTH < outputs; half++) {
          int at = from + half * 2 * WIDTH;
          fourRows(
              y + 4L * ((long) s * yStride + at),
              4L * yStride,
              base == 0 ? 0 : base + 4L * ((long) s * baseStride + at),
              base == 0 ? 0 : 4L * baseStride,
              xAt,
              4L * xStride,
              w + 2L * half * BYTES,
              bias + 2L * half * BYTES,
              outputs - at);
        }
      }
      for (; s < rows; s++) {
        long yAt = y + 4L * ((long) s * yStride + from);
        long baseAt = base == 0 ? 0 : base + 4L * ((long) s * baseStride + from);
        oneRow(yAt, baseAt, x + 4L * s * xStride, w, bias, outputs - from);
      }
    }
  }

  /** Four vectors of outputs of one row. */
  private void oneRow(long y, long base, long x, long w, long bias, int left) {
    FloatVector a0 = fromMemorySegment(FLOATS, ALL, bias, ORDER);
    FloatVector a1 = fromMemorySegment(FLOATS, ALL, bias + BYTES, ORDER);
    FloatVector a2 = fromMemorySegment(FLOATS, ALL, bias + 2L * BYTES, ORDER);
    FloatVector a3 = fromMemorySegment(FLOATS, ALL, bias + 3L * BYTES, ORDER);
    for (int i = 0; i < inputs; i++, w += 4L * BYTES) {
      FloatVector v = FloatVector.broadcast(FLOATS, Memory.getFloat(x + 4L * i));
      a0 = v.fma(fromMemorySegment(FLOATS, ALL, w, ORDER), a0);
      a1 = v.fma(fromMemorySegment(FLOATS, ALL, w + BYTES, ORDER), a1);
      a2 = v.fma(fromMemorySegment(FLOATS, ALL, w + 2L * BYTES, ORDER), a2);
      a3 = v.fma(fromMemorySegment(FLOATS, ALL, w + 3L * BYTES, ORDER), a3);
    }
    // What is added is added here, in registers, unless the outputs end within a vector.
    boolean whole = left >= PANEL;
    long to = whole ? y : sums.address();
    long added = whole && base != 0 ? base : ZEROS.address();
    a0.add(fromMemorySegment(FLOATS, ALL, added, ORDER)).intoMemorySegment(ALL, to, ORDER);
    long next = whole && base != 0 ? BYTES : 0;
    a1.add(fromMemorySegment(FLOATS, ALL, added + next, ORDER))
        .intoMemorySegment(ALL, to + BYTES, ORDER);
    a2.add(fromMemorySegment(FLOATS, ALL, added + 2 * next, ORDER))
        .intoMemorySegment(ALL, to + 2L * BYTES, ORDER);
    a3.add(fromMemorySegment(FLOATS, ALL, added + 3 * next, ORDER))
        .intoMemorySegment(ALL, to + 3L * BYTES, ORDER);
    if (!whole) {
      put(to, y, base, left);
    }
  }

  /** Two vectors of outputs of four rows. */
  private void fourRows(
      long y,
      long yStep,
      long base,
      long baseStep,
      long x,
      long xStep,
      long w,
      long bias,
      int left) {
    FloatVector a0 = fromMemorySegment(FLOATS, ALL, bias, ORDER);
    FloatVector a1 = fromMemorySegment(FLOATS, ALL, bias + BYTES, ORDER);
    FloatVector b0 = a0;
    FloatVector b1 = a1;
    FloatVector c0 = a0;
    FloatVector c1 = a1;
    FloatVector d0 = a0;
    FloatVector d1 = a1;
    for (int i = 0; i < inputs; i++, w += 4L * BYTES, x += 4) {
      FloatVector w0 = fromMemorySegment(FLOATS, ALL, w, ORDER);
      FloatVector w1 = fromMemorySegment(FLOATS, ALL, w + BYTES, ORDER);
      FloatVector v = FloatVector.broadcast(FLOATS, Memory.getFloat(x));
      a0 = v.fma(w0, a0);
      a1 = v.fma(w1, a1);
      v = FloatVector.broadcast(FLOATS, Memory.getFloat(x + xStep));
      b0 = v.fma(w0, b0);
      b1 = v.fma(w1, b1);
      v = FloatVector.broadcast(FLOATS, Memory.getFloat(x + 2 * xStep));
      c0 = v.fma(w0, c0);
      c1 = v.fma(w1, c1);
      v = FloatVector.broadcast(FLOATS, Memory.getFloat(x + 3 * xStep));
      d0 = v.fma(w0, d0);
      d1 = v.fma(w1, d1);
    }
    boolean whole = left >= 2 * WIDTH;
    long to = whole ? y : sums.address();
    long step = whole ? yStep : 2L * BYTES;
    long added = whole && base != 0 ? base : ZEROS.address();
    long next = whole && base != 0 ? BYTES : 0;
    long over = whole ? baseStep : 0;
    a0.add(fromMemorySegment(FLOATS, ALL, added, ORDER)).intoMemorySegment(ALL, to, ORDER);
    a1.add(fromMemorySegment(FLOATS, ALL, added + next, ORDER))
        .intoMemorySegment(ALL, to + BYTES, ORDER);
    b0.add(fromMemorySegment(FLOATS, ALL, added + over, ORDER))
        .intoMemorySegment(ALL, to + step, ORDER);
    b1.add(fromMemorySegment(FLOATS, ALL, added + over + next, ORDER))
        .intoMemorySegment(ALL, to + step + BYTES, ORDER);
    c0.add(fromMemorySegment(FLOATS, ALL, added + 2 * over, ORDER))
        .intoMemorySegment(ALL, to + 2 * step, ORDER);
    c1.add(fromMemorySegment(FLOATS, ALL, added + 2 * over + next, ORDER))
        .intoMemorySegment(ALL, to + 2 * step + BYTES, ORDER);
    d0.add(fromMemorySegment(FLOATS, ALL, added + 3 * over, ORDER))
        .intoMemorySegment(ALL, to + 3 * step, ORDER);
    d1.add(fromMemorySegment(FLOATS, ALL, added + 3 * over + next, ORDER))
        .intoMemorySegment(ALL, to + 3 * step + BYTES, ORDER);
    if (whole) {
      return;
    }
    for (long row = 0; row < 4; row++) {
      put(to + 2L * row * BYTES, y + row * yStep, base == 0 ? 0 : base + row * baseStep, left);
    }
  }

  /** Writes sums, and what is added to them if base is not 0. */
  private static void put(long sums, long y, long base, int count) {
    long added = base == 0 ? ZEROS.address() : base;
    int step = base == 0 ? 0 : 4;
    int i = 0;
    for (; i <= count - WIDTH; i += WIDTH) {
      FloatVector b = fromMemorySegment(FLOATS, ALL, added + (long) step * i, ORDER);
      fromMemorySegment(FLOATS, ALL, sums + 4L * i, ORDER)
          .add(b)
          .intoMemorySegment(ALL, y + 4L * i, ORDER);
    }
    for (; i < count; i++) {
      float sum = Memory.getFloat(sums + 4L * i) + Memory.getFloat(added + (long) step * i);
      Memory.putFloat(y + 4L * i, sum);
    }
  }
}
