package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.BlockDots.CODES;
import static dev.chainrule.core.kernel.vector.BlockDots.HALF;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.B2F;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * Products of fours of rows with weights of Q8_0, which become floats in registers once for four:
 * what {@link BlockDots} does for one row, to the same bits.
 */
final class BlockFours {
  /** Rows that are multiplied together. */
  static final int ROWS = 4;

  /** Bytes of weights that all rows meet before others come, to stay in the first cache. */
  private static final long NEAR_BYTES = 16 << 10;

  private final MemorySegment partial = Memory.allocate(4L * BYTES);

  /**
   * {@code y (+)= x w^T}, outputs {@code from} to {@code to} of each row.
   *
   * @param yRow bytes from a row of y to the next, and {@code xRow} of x
   * @param rows 1 or more; in the place of those behind the last of a four the last is taken again
   * @param in inputs, whole blocks
   */
  void bytes(
      long y,
      long yRow,
      boolean add,
      long x,
      long xRow,
      long w,
      long bias,
      int rows,
      int in,
      int from,
      int to) {
    int near = (int) Math.max(1, NEAR_BYTES / (in / 32 * 34L));
    int grain = rows <= ROWS ? Math.max(1, to - from) : near;
    for (int o = from; o < to; o += grain) {
      int end = Math.min(to, o + grain);
      for (int n = 0; n < rows; n += ROWS) {
        int present = Math.min(ROWS, rows - n);
        long xn = x + n * xRow;
        four(
            y + n * yRow,
            yRow,
            add,
            xn,
            xn + Math.min(1, present - 1) * xRow,
            xn + Math.min(2, present - 1) * xRow,
            xn + (present - 1) * xRow,
            w,
            bias,
            present,
            in,
            o,
            end,
            partial.address());
      }
    }
  }

  private static void four(
      long y,
      long yRow,
      boolean add,
      long first,
      long second,
      long third,
      long fourth,
      long weights,
      long bias,
      int present,
      int in,
      int from,
      int to,
      long partial) {
    long rowBytes = in / 32 * 34L;
    long rowEnd = first + 4L * in;
    long end = weights + to * rowBytes;
    int o = from;
    long x0 = first;
    long x1 = second;
    long x2 = third;
    long x3 = fourth;
    FloatVector even0 = FloatVector.zero(FLOATS);
    FloatVector odd0 = FloatVector.zero(FLOATS);
    FloatVector even1 = FloatVector.zero(FLOATS);
    FloatVector odd1 = FloatVector.zero(FLOATS);
    FloatVector even2 = FloatVector.zero(FLOATS);
    FloatVector odd2 = FloatVector.zero(FLOATS);
    FloatVector even3 = FloatVector.zero(FLOATS);
    FloatVector odd3 = FloatVector.zero(FLOATS);
    for (long block = weights + from * rowBytes; block < end; block += 34) {
      FloatVector scale = FloatVector.broadcast(FLOATS, Float.float16ToFloat(ALL.get(HALF, block)));
      FloatVector w;
      w =
          ((FloatVector)
                  ByteVector.fromMemorySegment(CODES, ALL, block + 2, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(scale);
      even0 = w.fma(fromMemorySegment(FLOATS, ALL, x0, ORDER), even0);
      even1 = w.fma(fromMemorySegment(FLOATS, ALL, x1, ORDER), even1);
      even2 = w.fma(fromMemorySegment(FLOATS, ALL, x2, ORDER), even2);
      even3 = w.fma(fromMemorySegment(FLOATS, ALL, x3, ORDER), even3);
      w =
          ((FloatVector)
                  ByteVector.fromMemorySegment(CODES, ALL, block + 2 + WIDTH, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(scale);
      odd0 = w.fma(fromMemorySegment(FLOATS, ALL, x0 + BYTES, ORDER), odd0);
      odd1 = w.fma(fromMemorySegment(FLOATS, ALL, x1 + BYTES, ORDER), odd1);
      odd2 = w.fma(fromMemorySegment(FLOATS, ALL, x2 + BYTES, ORDER), odd2);
      odd3 = w.fma(fromMemorySegment(FLOATS, ALL, x3 + BYTES, ORDER), odd3);
      if (WIDTH == 8) {
        w =
            ((FloatVector)
                    ByteVector.fromMemorySegment(CODES, ALL, block + 2 + 2L * WIDTH, ORDER)
                        .convertShape(B2F, FLOATS, 0))
                .mul(scale);
        even0 = w.fma(fromMemorySegment(FLOATS, ALL, x0 + 2L * BYTES, ORDER), even0);
        even1 = w.fma(fromMemorySegment(FLOATS, ALL, x1 + 2L * BYTES, ORDER), even1);
        even2 = w.fma(fromMemorySegment(FLOATS, ALL, x2 + 2L * BYTES, ORDER), even2);
        even3 = w.fma(fromMemorySegment(FLOATS, ALL, x3 + 2L * BYTES, ORDER), even3);
        w =
            ((FloatVector)
                    ByteVector.fromMemorySegment(CODES, ALL, block + 2 + 3L * WIDTH, ORDER)
                        .convertShape(B2F, FLOATS, 0))
                .mul(scale);
        odd0 = w.fma(fromMemorySegment(FLOATS, ALL, x0 + 3L * BYTES, ORDER), odd0);
        odd1 = w.fma(fromMemorySegment(FLOATS, ALL, x1 + 3L * BYTES, ORDER), odd1);
        odd2 = w.fma(fromMemorySegment(FLOATS, ALL, x2 + 3L * BYTES, ORDER), odd2);
        odd3 = w.fma(fromMemorySegment(FLOATS, ALL, x3 + 3L * BYTES, ORDER), odd3);
      }
      x0 += 128;
      x1 += 128;
      x2 += 128;
      x3 += 128;
      if (x0 == rowEnd) {
        even0.add(odd0).intoMemorySegment(ALL, partial, ORDER);
        even1.add(odd1).intoMemorySegment(ALL, partial + 1L * BYTES, ORDER);
        even2.add(odd2).intoMemorySegment(ALL, partial + 2L * BYTES, ORDER);
        even3.add(odd3).intoMemorySegment(ALL, partial + 3L * BYTES, ORDER);
        for (int n = 0; n < present; n++) {
          MatVec.put(y + n * yRow, add, partial + (long) n * BYTES, bias, o);
        }
        o++;
        x0 = first;
        x1 = second;
        x2 = third;
        x3 = fourth;
        even0 = FloatVector.zero(FLOATS);
        odd0 = FloatVector.zero(FLOATS);
        even1 = FloatVector.zero(FLOATS);
        odd1 = FloatVector.zero(FLOATS);
        even2 = FloatVector.zero(FLOATS);
        odd2 = FloatVector.zero(FLOATS);
        even3 = FloatVector.zero(FLOATS);
        odd3 = FloatVector.zero(FLOATS);
      }
    }
  }
}
