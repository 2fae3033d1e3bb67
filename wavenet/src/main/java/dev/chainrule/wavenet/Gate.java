package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;

import dev.chainrule.core.kernel.vector.GatedActivation;
import dev.chainrule.core.kernel.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Functions of single elements in a decoder's step. */
final class Gate {
  private Gate() {}

  /** {@code y = tanh(a) sigmoid(b)}, a and b being the halves of x [2 channels]. */
  static void forward(long y, long x, int channels) {
    long half = 4L * channels;
    int i = 0;
    for (; i <= channels - WIDTH; i += WIDTH) {
      FloatVector a = load(x + 4L * i);
      FloatVector b = load(x + half + 4L * i);
      store(GatedActivation.value(a, b), y + 4L * i);
    }
    if (i < channels) {
      VectorMask<Float> mask = tail(i, channels);
      FloatVector a = load(x + 4L * i, mask);
      FloatVector b = load(x + half + 4L * i, mask);
      store(GatedActivation.value(a, b), y + 4L * i, mask);
    }
  }

  /** {@code y += x}, n a multiple of the vector width. */
  static void add(long y, long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      store(load(y + 4L * i).add(load(x + 4L * i)), y + 4L * i);
    }
  }

  /** {@code x = max(x, 0)}, n a multiple of the vector width. */
  static void relu(long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      store(load(x + 4L * i).max(Lanes.zero()), x + 4L * i);
    }
  }
}
