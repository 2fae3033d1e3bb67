package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.B2F;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Weights as bytes, with a scale for each output by which sums are multiplied at the end. */
final class Int8Tiles extends PackedTiles {
  private static final long BYTES = Lanes.BYTES;

  /** Bytes of a vector of weights. */
  private static final long ROW = WIDTH;

  private static final float LARGEST = 127;

  /** Bytes come in vectors of 8 or 16, of which as many are used as there are lanes. */
  private static final VectorSpecies<Byte> SPECIES =
      WIDTH >= 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  private final float[] scales;

  /** Sums of all streams [streams, paddedOutputs], not scaled yet. */
  private final float[] sums;

  private Int8Tiles(
      Place place, SampleKernels.Entries rounded, float[] scales, int outputs, int inputs) {
    super(place, WeightFormat.INT8, rounded, outputs, inputs);
    this.scales = scales;
    this.sums = new float[place.streams() * paddedOutputs];
  }

  /** The scale of an output takes its largest weight to 127. */
  static Int8Tiles of(Place place, SampleKernels.Entries matrix, int outputs, int inputs) {
    float[] scales = new float[padded(outputs)];
    for (int o = 0; o < outputs; o++) {
      float largest = 0;
      for (int i = 0; i < inputs; i++) {
        largest = Math.max(largest, Math.abs(matrix.at(o, i)));
      }
      scales[o] = largest / LARGEST;
    }
    SampleKernels.Entries rounded =
        (o, i) -> {
          float scale = scales[o];
          return scale == 0 ? 0 : Math.round(matrix.at(o, i) / scale);
        };
    return new Int8Tiles(place, rounded, scales, outputs, inputs);
  }

  @Override
  void packRow(long at, SampleKernels.Entries rounded, int firstOutput, int vectors, int input) {
    for (int o = 0; o < vectors * WIDTH; o++) {
      byte weight = (byte) entry(rounded, firstOutput + o, input);
      Memory.ALL.set(ValueLayout.JAVA_BYTE, at + o, weight);
    }
  }

  @Override
  long expand(long w, int count, long to) {
    long next = to;
    for (int i = 0; i < count; i++) {
      ((FloatVector)
              ByteVector.fromMemorySegment(SPECIES, ALL, w + 2 * ROW * i, ORDER)
                  .convertShape(B2F, FLOATS, 0))
          .intoMemorySegment(ALL, next, ORDER);
      ((FloatVector)
              ByteVector.fromMemorySegment(SPECIES, ALL, w + 2 * ROW * i + ROW, ORDER)
                  .convertShape(B2F, FLOATS, 0))
          .intoMemorySegment(ALL, next + BYTES, ORDER);
      next += PART * BYTES;
    }
    return to;
  }

  @Override
  float[] scales() {
    return scales;
  }

  @Override
  public void product(
      float[] y,
      int yStride,
      float[] init,
      int initStride,
      float[] x,
      int from,
      int xStride,
      int streams) {
    Arrays.fill(sums, 0, streams * paddedOutputs, 0);
    accumulate(sums, paddedOutputs, x, from, xStride, streams);
    for (int s = 0; s < streams; s++) {
      for (int o = 0; o < paddedOutputs; o += WIDTH) {
        FloatVector sum = fromArray(FLOATS, sums, s * paddedOutputs + o);
        FloatVector start = fromArray(FLOATS, init, s * initStride + o);
        sum.fma(fromArray(FLOATS, scales, o), start).intoArray(y, s * yStride + o);
      }
    }
  }

  @Override
  void tile(int vectors, float[] sums, int at, float[] x, int from, long w) {
    switch (vectors) {
      case 8 -> eight(sums, at, x, from, w, inputs);
      case 4 -> four(sums, at, x, from, w, inputs);
      default -> two(sums, at, x, from, w, inputs);
    }
  }

  private static void eight(float[] sums, int at, float[] x, int from, long weights, int inputs) {
    long w = weights;
    FloatVector a0 = fromArray(FLOATS, sums, at);
    FloatVector a1 = fromArray(FLOATS, sums, at + WIDTH);
    FloatVector a2 = fromArray(FLOATS, sums, at + 2 * WIDTH);
    FloatVector a3 = fromArray(FLOATS, sums, at + 3 * WIDTH);
    FloatVector a4 = fromArray(FLOATS, sums, at + 4 * WIDTH);
    FloatVector a5 = fromArray(FLOATS, sums, at + 5 * WIDTH);
    FloatVector a6 = fromArray(FLOATS, sums, at + 6 * WIDTH);
    FloatVector a7 = fromArray(FLOATS, sums, at + 7 * WIDTH);
    for (int i = 0; i < inputs; i++, w += 8 * ROW) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      a0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w, ORDER).convertShape(B2F, FLOATS, 0))
              .fma(b, a0);
      a1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a1);
      a2 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + 2 * ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a2);
      a3 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + 3 * ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a3);
      a4 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + 4 * ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a4);
      a5 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + 5 * ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a5);
      a6 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + 6 * ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a6);
      a7 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + 7 * ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a7);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
    a2.intoArray(sums, at + 2 * WIDTH);
    a3.intoArray(sums, at + 3 * WIDTH);
    a4.intoArray(sums, at + 4 * WIDTH);
    a5.intoArray(sums, at + 5 * WIDTH);
    a6.intoArray(sums, at + 6 * WIDTH);
    a7.intoArray(sums, at + 7 * WIDTH);
  }

  private static void four(float[] sums, int at, float[] x, int from, long weights, int inputs) {
    long w = weights;
    FloatVector a0 = fromArray(FLOATS, sums, at);
    FloatVector a1 = fromArray(FLOATS, sums, at + WIDTH);
    FloatVector a2 = fromArray(FLOATS, sums, at + 2 * WIDTH);
    FloatVector a3 = fromArray(FLOATS, sums, at + 3 * WIDTH);
    for (int i = 0; i < inputs; i++, w += 4 * ROW) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      a0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w, ORDER).convertShape(B2F, FLOATS, 0))
              .fma(b, a0);
      a1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a1);
      a2 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + 2 * ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a2);
      a3 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + 3 * ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a3);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
    a2.intoArray(sums, at + 2 * WIDTH);
    a3.intoArray(sums, at + 3 * WIDTH);
  }

  private static void two(float[] sums, int at, float[] x, int from, long weights, int inputs) {
    long w = weights;
    FloatVector a0 = fromArray(FLOATS, sums, at);
    FloatVector a1 = fromArray(FLOATS, sums, at + WIDTH);
    for (int i = 0; i < inputs; i++, w += 2 * ROW) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      a0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w, ORDER).convertShape(B2F, FLOATS, 0))
              .fma(b, a0);
      a1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(SPECIES, ALL, w + ROW, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .fma(b, a1);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
  }
}
