package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Functions of single elements in the step of a decoder whose state lies in arrays, as {@link
 * PackedTiles} takes it.
 */
public final class StepArrays {
  private StepArrays() {}

  /**
   * {@code y = tanh(a) sigmoid(b)} of all rows, a and b being the halves of a row of x.
   *
   * @param y [rows, ...], of which {@code channels} from {@code to} on are written
   * @param x [rows, 2 channels], padded
   */
  public static void gatedActivation(float[] y, int to, float[] x, int channels, int rows) {
    int yStride = y.length / rows;
    int xStride = x.length / rows;
    for (int row = 0; row < rows; row++) {
      int at = row * yStride + to;
      int from = row * xStride;
      for (int i = 0; i < channels; i += WIDTH) {
        VectorMask<Float> mask = LANE.compare(LT, (float) (channels - i));
        FloatVector a = fromArray(FLOATS, x, from + i, mask);
        FloatVector b = fromArray(FLOATS, x, from + channels + i, mask);
        GatedActivation.value(a, b).intoArray(y, at + i, mask);
      }
    }
  }

  /** Copies a few vectors: a call of the library's copy would take longer. */
  public static void copy(float[] source, int from, float[] target, int to, int count) {
    int i = 0;
    for (; i <= count - WIDTH; i += WIDTH) {
      fromArray(FLOATS, source, from + i).intoArray(target, to + i);
    }
    for (; i < count; i++) {
      target[to + i] = source[from + i];
    }
  }

  /** {@code y += x} of rows that share x, whose length is a multiple of the vector width. */
  public static void add(float[] y, float[] x) {
    for (int row = 0; row < y.length; row += x.length) {
      for (int i = 0; i < x.length; i += WIDTH) {
        fromArray(FLOATS, y, row + i).add(fromArray(FLOATS, x, i)).intoArray(y, row + i);
      }
    }
  }

  /** {@code x = max(x, 0)}, of a length that is a multiple of the vector width. */
  public static void relu(float[] x) {
    for (int i = 0; i < x.length; i += WIDTH) {
      fromArray(FLOATS, x, i).max(Lanes.ZERO).intoArray(x, i);
    }
  }
}
