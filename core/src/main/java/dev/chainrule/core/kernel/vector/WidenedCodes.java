package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.util.EnumMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Weights of some outputs of {@link CodeLinear} as floats, input after input. */
final class WidenedCodes {
  private final Map<CodeLayout, CodePanel> panels = new EnumMap<>(CodeLayout.class);

  /** What the codes of a part are multiplied with, and what is then added [parts, 2] vectors. */
  private float[] factor = {};

  private float[] term = {};

  /**
   * Widens.
   *
   * @param first output, of a group the first
   * @param from first input, of whole blocks
   * @param to memory for [inputs, stride]
   * @param stride a multiple of two groups
   */
  void fill(CodeLinear w, int first, int outputs, int from, int inputs, long to, int stride) {
    CodeLayout layout = w.layout();
    CodePanel panel = panels.computeIfAbsent(layout, CodePanel::new);
    int room = panel.most * layout.parts() * 2 * WIDTH;
    if (factor.length < room) {
      factor = new float[room];
      term = new float[room];
    }
    int end = (from + inputs) / layout.block;
    for (int o = 0; o < outputs; o += 2 * WIDTH) {
      long group = w.weights().address() + (first + o) / WIDTH * w.groupBytes();
      for (int block = from / layout.block; block < end; block += panel.most) {
        int blocks = Math.min(panel.most, end - block);
        long weights = group + block * layout.blockBytes();
        // The second group of the last pair may not be there: then the first stands for it.
        long beside = weights + (o + WIDTH < outputs ? w.groupBytes() : 0);
        int input = block * layout.block - from;
        long at = to + 4L * ((long) input * stride + o);
        if (layout.highBits == 0) {
          panel.fillScales(weights, blocks, 0);
          panel.fillScales(beside, blocks, 1);
          factors(layout, panel, blocks);
          fourBits(weights, beside, layout, blocks, factor, term, at, 4L * stride);
        } else {
          panel.fill(weights, blocks, 0);
          panel.fill(beside, blocks, 1);
          factors(layout, panel, blocks);
          int parts = blocks * layout.parts();
          widen(panel.codes, factor, term, parts, layout.part / 2, at, 4L * stride);
        }
      }
    }
  }

  /** Of formats with blocks of several parts the scales of those are multiples of the block's. */
  private void factors(CodeLayout layout, CodePanel panel, int blocks) {
    FloatVector offset = broadcast(FLOATS, layout.offset);
    int inBlock = layout.parts();
    for (int p = 0; p < 2 * blocks * inBlock; p++) {
      int at = p * WIDTH;
      int unit = (p / 2 / inBlock * 2 + p % 2) * WIDTH;
      FloatVector f = fromArray(FLOATS, panel.scale, at);
      FloatVector least = fromArray(FLOATS, panel.least, at);
      if (inBlock > 1) {
        f = f.mul(fromArray(FLOATS, panel.unit, unit));
        least = least.mul(fromArray(FLOATS, panel.leastUnit, unit));
      }
      f.intoArray(factor, at);
      f.fma(offset, least).intoArray(term, at);
    }
  }

  /**
   * Codes of four bits become weights: an int holds those of eight inputs, even ones below odd
   * ones.
   *
   * @param w blocks of a group
   * @param v blocks of the group beside it
   * @param stride bytes from an input to the next
   */
  private static void fourBits(
      long w,
      long v,
      CodeLayout layout,
      int blocks,
      float[] factor,
      float[] term,
      long to,
      long stride) {
    int inBlock = layout.parts() * layout.lowVectors();
    int inPart = layout.lowVectors();
    long behindBlock = layout.scaleBytes();
    long from = 0;
    long y = to;
    for (int i = 0, left = inBlock; i < blocks * inBlock; i++) {
      int part = i / inPart * 2 * WIDTH;
      IntVector a = IntVector.fromMemorySegment(INTS, ALL, w + from, ORDER);
      IntVector b = IntVector.fromMemorySegment(INTS, ALL, v + from, ORDER);
      FloatVector f = fromArray(FLOATS, factor, part);
      FloatVector g = fromArray(FLOATS, factor, part + WIDTH);
      FloatVector s = fromArray(FLOATS, term, part);
      FloatVector t = fromArray(FLOATS, term, part + WIDTH);
      for (int bit = 0; bit < 16; bit += 4) {
        ((FloatVector) a.lanewise(LSHR, bit).and(15).convertShape(I2F, FLOATS, 0))
            .fma(f, s)
            .intoMemorySegment(ALL, y, ORDER);
        ((FloatVector) b.lanewise(LSHR, bit).and(15).convertShape(I2F, FLOATS, 0))
            .fma(g, t)
            .intoMemorySegment(ALL, y + BYTES, ORDER);
        ((FloatVector) a.lanewise(LSHR, bit + 16).and(15).convertShape(I2F, FLOATS, 0))
            .fma(f, s)
            .intoMemorySegment(ALL, y + stride, ORDER);
        ((FloatVector) b.lanewise(LSHR, bit + 16).and(15).convertShape(I2F, FLOATS, 0))
            .fma(g, t)
            .intoMemorySegment(ALL, y + stride + BYTES, ORDER);
        y += 2 * stride;
      }
      from += BYTES;
      left--;
      if (left == 0) {
        left = inBlock;
        from += behindBlock;
      }
    }
  }

  /**
   * Codes become weights.
   *
   * @param codes [pairs of inputs, 2] vectors of pairs of shorts
   * @param pairs of a part
   * @param stride bytes from an input to the next
   */
  private static void widen(
      float[] codes, float[] factor, float[] term, int parts, int pairs, long to, long stride) {
    for (int p = 0; p < parts; p++) {
      FloatVector f0 = fromArray(FLOATS, factor, 2 * p * WIDTH);
      FloatVector f1 = fromArray(FLOATS, factor, (2 * p + 1) * WIDTH);
      FloatVector t0 = fromArray(FLOATS, term, 2 * p * WIDTH);
      FloatVector t1 = fromArray(FLOATS, term, (2 * p + 1) * WIDTH);
      for (int i = p * pairs; i < (p + 1) * pairs; i++) {
        long even = to + 2L * i * stride;
        IntVector v = fromArray(FLOATS, codes, 2 * i * WIDTH).reinterpretAsInts();
        IntVector u = fromArray(FLOATS, codes, (2 * i + 1) * WIDTH).reinterpretAsInts();
        ((FloatVector) v.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, FLOATS, 0))
            .fma(f0, t0)
            .intoMemorySegment(ALL, even, ORDER);
        ((FloatVector) u.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, FLOATS, 0))
            .fma(f1, t1)
            .intoMemorySegment(ALL, even + BYTES, ORDER);
        ((FloatVector) v.lanewise(ASHR, 16).convertShape(I2F, FLOATS, 0))
            .fma(f0, t0)
            .intoMemorySegment(ALL, even + stride, ORDER);
        ((FloatVector) u.lanewise(ASHR, 16).convertShape(I2F, FLOATS, 0))
            .fma(f1, t1)
            .intoMemorySegment(ALL, even + stride + BYTES, ORDER);
      }
    }
  }
}
