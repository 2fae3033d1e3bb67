package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * The product of a few rows with weights that stay the same: {@code y[s] = bias + base[s] + x[s]
 * w^T}, a pixel's step of a decoder. A library's product repacks its weights at each call, which
 * for a few rows costs more than the product; here they are packed once, in panels of four vectors
 * of outputs that are read in the order in which they are needed.
 *
 * <p>Each output adds its terms in the order of the inputs, however many rows there are, so that a
 * row comes out the same, to the bit, beside any others.
 */
public final class PackedPanels implements PackedLinear {
  private static final int PANEL = 4 * WIDTH;

  private final Tensor packed;
  private final Tensor packedBias;
  private final int inputs;
  private final int outputs;

  /**
   * Packs weights.
   *
   * @param weight [outputs, inputs], or [outputs, K, I] with inputs = K I
   * @param bias [outputs]
   */
  public PackedPanels(Tensor weight, @Nullable Tensor bias) {
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
  public void run(long y, long yStride, long base, long baseStride, long x, long xStride, int rows) {
    for (int from = 0; from < outputs; from += PANEL) {
      long w = packed.address() + 4L * from * inputs;
      long bias = packedBias.address() + 4L * from;
      int s = 0;
      for (; s <= rows - 4; s += 4) {
        long xAt = x + 4L * s * xStride;
        for (int half = 0; half < 2 && from + half * 2 * WIDTH < outputs; half++) {
          int at = from + half * 2 * WIDTH;
          fourRows(
              y + 4L * (s * yStride + at),
              4L * yStride,
              base == 0 ? 0 : base + 4L * (s * baseStride + at),
              base == 0 ? 0 : 4L * baseStride,
              xAt,
              4L * xStride,
              w + 2L * half * BYTES,
              bias + 2L * half * BYTES,
              outputs - at);
        }
      }
      for (; s < rows; s++) {
        long yAt = y + 4L * (s * yStride + from);
        long baseAt = base == 0 ? 0 : base + 4L * (s * baseStride + from);
        oneRow(yAt, baseAt, x + 4L * s * xStride, w, bias, outputs - from);
      }
    }
  }

  /** Four vectors of outputs of one row. */
  private void oneRow(long y, long base, long x, long w, long bias, int left) {
    FloatVector a0 = load(bias);
    FloatVector a1 = load(bias + BYTES);
    FloatVector a2 = load(bias + 2L * BYTES);
    FloatVector a3 = load(bias + 3L * BYTES);
    for (int i = 0; i < inputs; i++, w += 4L * BYTES) {
      FloatVector v = broadcast(Memory.getFloat(x + 4L * i));
      a0 = v.fma(load(w), a0);
      a1 = v.fma(load(w + BYTES), a1);
      a2 = v.fma(load(w + 2L * BYTES), a2);
      a3 = v.fma(load(w + 3L * BYTES), a3);
    }
    put(a0, y, base, left);
    put(a1, y + BYTES, next(base, 1), left - WIDTH);
    put(a2, y + 2L * BYTES, next(base, 2), left - 2 * WIDTH);
    put(a3, y + 3L * BYTES, next(base, 3), left - 3 * WIDTH);
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
    FloatVector a0 = load(bias);
    FloatVector a1 = load(bias + BYTES);
    FloatVector b0 = a0;
    FloatVector b1 = a1;
    FloatVector c0 = a0;
    FloatVector c1 = a1;
    FloatVector d0 = a0;
    FloatVector d1 = a1;
    for (int i = 0; i < inputs; i++, w += 4L * BYTES, x += 4) {
      FloatVector w0 = load(w);
      FloatVector w1 = load(w + BYTES);
      FloatVector v = broadcast(Memory.getFloat(x));
      a0 = v.fma(w0, a0);
      a1 = v.fma(w1, a1);
      v = broadcast(Memory.getFloat(x + xStep));
      b0 = v.fma(w0, b0);
      b1 = v.fma(w1, b1);
      v = broadcast(Memory.getFloat(x + 2 * xStep));
      c0 = v.fma(w0, c0);
      c1 = v.fma(w1, c1);
      v = broadcast(Memory.getFloat(x + 3 * xStep));
      d0 = v.fma(w0, d0);
      d1 = v.fma(w1, d1);
    }
    put(a0, y, base, left);
    put(a1, y + BYTES, next(base, 1), left - WIDTH);
    y += yStep;
    base += baseStep;
    put(b0, y, base, left);
    put(b1, y + BYTES, next(base, 1), left - WIDTH);
    y += yStep;
    base += baseStep;
    put(c0, y, base, left);
    put(c1, y + BYTES, next(base, 1), left - WIDTH);
    y += yStep;
    base += baseStep;
    put(d0, y, base, left);
    put(d1, y + BYTES, next(base, 1), left - WIDTH);
  }

  private static long next(long base, int vectors) {
    return base == 0 ? 0 : base + (long) vectors * BYTES;
  }

  /** Writes a vector, of which {@code left} outputs exist. */
  private static void put(FloatVector a, long y, long base, int left) {
    if (left >= WIDTH) {
      store(base == 0 ? a : a.add(load(base)), y);
    } else if (left > 0) {
      VectorMask<Float> mask = tail(0, left);
      store(base == 0 ? a : a.add(load(base, mask)), y, mask);
    }
  }
}
