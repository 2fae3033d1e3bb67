package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Small products by {@link PackedTiles}, and functions of what lies in their arrays. */
final class VectorSamples implements SampleKernels {
  @Override
  public boolean has(WeightFormat format) {
    return true;
  }

  /** One, or fours, which are multiplied at once. */
  @Override
  public int rows(int streams) {
    return streams == 1 ? 1 : (streams + 3) / 4 * 4;
  }

  @Override
  public int padded(int outputs) {
    return PackedTiles.padded(outputs);
  }

  @Override
  public long bytes(WeightFormat format, int outputs, int inputs) {
    return PackedTiles.bytes(format, outputs, inputs);
  }

  @Override
  public Place place(long bytes, int streams) {
    return PackedTiles.Place.of(bytes, streams);
  }

  @Override
  public Product pack(Place place, WeightFormat format, Entries matrix, int outputs, int inputs) {
    return PackedTiles.pack((PackedTiles.Place) place, format, matrix, outputs, inputs);
  }

  @Override
  public void gatedActivation(float[] y, int to, float[] x, int channels, int rows) {
    int yStride = y.length / rows;
    int xStride = x.length / rows;
    // Whole vectors without masks: some processors take a dozen cycles to store by one.
    int whole = channels / WIDTH * WIDTH;
    for (int row = 0; row < rows; row++) {
      int at = row * yStride + to;
      int from = row * xStride;
      for (int i = 0; i < whole; i += WIDTH) {
        FloatVector a = fromArray(FLOATS, x, from + i);
        FloatVector b = fromArray(FLOATS, x, from + channels + i);
        GatedActivation.value(a, b).intoArray(y, at + i);
      }
      if (whole < channels) {
        VectorMask<Float> mask = LANE.compare(LT, (float) (channels - whole));
        FloatVector a = fromArray(FLOATS, x, from + whole, mask);
        FloatVector b = fromArray(FLOATS, x, from + channels + whole, mask);
        GatedActivation.value(a, b).intoArray(y, at + whole, mask);
      }
    }
  }

  @Override
  public void copy(float[] source, int from, float[] target, int to, int count) {
    copyFew(source, from, target, to, count);
  }

  /** Copies a few vectors: a call of the library's copy would take longer. */
  static void copyFew(float[] source, int from, float[] target, int to, int count) {
    int i = 0;
    for (; i <= count - WIDTH; i += WIDTH) {
      fromArray(FLOATS, source, from + i).intoArray(target, to + i);
    }
    for (; i < count; i++) {
      target[to + i] = source[from + i];
    }
  }

  @Override
  public void add(float[] y, float[] x) {
    for (int row = 0; row < y.length; row += x.length) {
      for (int i = 0; i < x.length; i += WIDTH) {
        fromArray(FLOATS, y, row + i).add(fromArray(FLOATS, x, i)).intoArray(y, row + i);
      }
    }
  }

  @Override
  public void relu(float[] x) {
    for (int i = 0; i < x.length; i += WIDTH) {
      fromArray(FLOATS, x, i).max(Lanes.ZERO).intoArray(x, i);
    }
  }
}
