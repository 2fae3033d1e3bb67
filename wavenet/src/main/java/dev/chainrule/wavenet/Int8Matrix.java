package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.vector.Lanes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Weights as bytes, with a scale for each output by which sums are multiplied at the end. */
final class Int8Matrix extends PackedMatrix {
  private static final long WIDTH = Lanes.WIDTH;
  private static final long BYTES = Lanes.BYTES;

  private static final float LARGEST = 127;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Bytes come in vectors of 8 or 16, of which as many are used as there are lanes. */
  private static final VectorSpecies<Byte> SPECIES =
      WIDTH >= 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  private final MemorySegment scales;

  private Int8Matrix(
      SegmentAllocator memory, Entries rounded, MemorySegment scales, int outputs, int inputs) {
    super(memory, Precision.INT8, rounded, outputs, inputs);
    this.scales = scales;
  }

  /** The scale of an output takes its largest weight to 127. */
  static Int8Matrix of(SegmentAllocator memory, Entries matrix, int outputs, int inputs) {
    MemorySegment scales = Memory.allocate(4L * padded(outputs));
    for (int o = 0; o < outputs; o++) {
      float largest = 0;
      for (int i = 0; i < inputs; i++) {
        largest = Math.max(largest, Math.abs(matrix.at(o, i)));
      }
      Memory.putFloat(scales.address() + 4L * o, largest / LARGEST);
    }
    Entries rounded =
        (o, i) -> {
          float scale = Memory.getFloat(scales.address() + 4L * o);
          return scale == 0 ? 0 : Math.round(matrix.at(o, i) / scale);
        };
    return new Int8Matrix(memory, rounded, scales, outputs, inputs);
  }

  @Override
  void packRow(long at, Entries rounded, int firstOutput, int vectors, int input) {
    for (int o = 0; o < vectors * WIDTH; o++) {
      byte weight = (byte) entry(rounded, firstOutput + o, input);
      Memory.ALL.set(ValueLayout.JAVA_BYTE, at + o, weight);
    }
  }

  private static FloatVector loadBytes(long address) {
    return (FloatVector)
        ByteVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER)
            .convertShape(VectorOperators.B2F, Lanes.FLOATS, 0);
  }

  @Override
  long expand(long w, long row, int count, long to) {
    long next = to;
    for (int i = 0; i < count; i++) {
      store(loadBytes(w + row * i), next);
      store(loadBytes(w + row * i + WIDTH), next + BYTES);
      next += PART * BYTES;
    }
    return to;
  }

  @Override
  void begin(long sums, long init) {
    for (int v = 0; v < PART; v++) {
      store(Lanes.zero(), sums + v * BYTES);
    }
  }

  @Override
  void end(long y, long init, long sums, int vectors, int output) {
    long scale = scales.address() + 4L * output;
    for (int v = 0; v < vectors; v++) {
      long at = v * BYTES;
      store(load(sums + at).fma(load(scale + at), load(init + at)), y + at);
    }
  }

  @Override
  void tile(int vectors, long y, long init, long x, long w, int output) {
    long sums = expanded.address();
    switch (vectors) {
      case 8 -> eight(sums, x, w, inputs);
      case 4 -> four(sums, x, w, inputs);
      default -> two(sums, x, w, inputs);
    }
    end(y, init, sums, vectors, output);
  }

  private static void eight(long sums, long x, long w, int inputs) {
    FloatVector a0 = Lanes.zero();
    FloatVector a1 = Lanes.zero();
    FloatVector a2 = Lanes.zero();
    FloatVector a3 = Lanes.zero();
    FloatVector a4 = Lanes.zero();
    FloatVector a5 = Lanes.zero();
    FloatVector a6 = Lanes.zero();
    FloatVector a7 = Lanes.zero();
    for (int i = 0; i < inputs; i++, w += 8 * WIDTH) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = loadBytes(w).fma(b, a0);
      a1 = loadBytes(w + WIDTH).fma(b, a1);
      a2 = loadBytes(w + 2 * WIDTH).fma(b, a2);
      a3 = loadBytes(w + 3 * WIDTH).fma(b, a3);
      a4 = loadBytes(w + 4 * WIDTH).fma(b, a4);
      a5 = loadBytes(w + 5 * WIDTH).fma(b, a5);
      a6 = loadBytes(w + 6 * WIDTH).fma(b, a6);
      a7 = loadBytes(w + 7 * WIDTH).fma(b, a7);
    }
    store(a0, sums);
    store(a1, sums + BYTES);
    store(a2, sums + 2 * BYTES);
    store(a3, sums + 3 * BYTES);
    store(a4, sums + 4 * BYTES);
    store(a5, sums + 5 * BYTES);
    store(a6, sums + 6 * BYTES);
    store(a7, sums + 7 * BYTES);
  }

  private static void four(long sums, long x, long w, int inputs) {
    FloatVector a0 = Lanes.zero();
    FloatVector a1 = Lanes.zero();
    FloatVector a2 = Lanes.zero();
    FloatVector a3 = Lanes.zero();
    for (int i = 0; i < inputs; i++, w += 4 * WIDTH) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = loadBytes(w).fma(b, a0);
      a1 = loadBytes(w + WIDTH).fma(b, a1);
      a2 = loadBytes(w + 2 * WIDTH).fma(b, a2);
      a3 = loadBytes(w + 3 * WIDTH).fma(b, a3);
    }
    store(a0, sums);
    store(a1, sums + BYTES);
    store(a2, sums + 2 * BYTES);
    store(a3, sums + 3 * BYTES);
  }

  private static void two(long sums, long x, long w, int inputs) {
    FloatVector a0 = Lanes.zero();
    FloatVector a1 = Lanes.zero();
    for (int i = 0; i < inputs; i++, w += 2 * WIDTH) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = loadBytes(w).fma(b, a0);
      a1 = loadBytes(w + WIDTH).fma(b, a1);
    }
    store(a0, sums);
    store(a1, sums + BYTES);
  }
}
