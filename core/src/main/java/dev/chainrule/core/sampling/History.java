package dev.chainrule.core.sampling;

import dev.chainrule.core.array.Tensor;
import java.util.Arrays;

/** All elements of some streams, given and generated, with room for those to come. */
final class History {
  private static final int FIRST_ROOM = 256;

  private Tensor elements;
  private final int elementSize;
  private final int promptLength;
  private final int[] promptShape;

  /** What the decoder is fed next [S(, D)]. */
  private final Tensor next;

  /** Begins with a prompt of [1, N(, D)] or [S, N(, D)]. */
  History(int streams, Tensor prompt) {
    promptShape = prompt.shape();
    promptLength = prompt.dim(1);
    elementSize = prompt.rank() == 2 ? 1 : prompt.dim(2);
    int room = promptLength + FIRST_ROOM;
    elements = Tensor.zeros(prompt.dtype(), streams, room, elementSize);
    next =
        elementSize == 1
            ? Tensor.zeros(prompt.dtype(), streams)
            : Tensor.zeros(prompt.dtype(), streams, elementSize);
    long size = (long) promptLength * elementSize;
    for (int s = 0; s < streams; s++) {
      long from = prompt.dim(0) == 1 ? 0 : s * size;
      elements.part(at(s, 0), size).copyFrom(prompt.part(from, size));
    }
  }

  int promptLength() {
    return promptLength;
  }

  int elementSize() {
    return elementSize;
  }

  /** What the decoder is fed next. */
  Tensor next() {
    return next;
  }

  private long at(int stream, int index) {
    return ((long) stream * elements.dim(1) + index) * elementSize;
  }

  /** Makes room for generated element {@code index}, for as many more at once as there are. */
  void ensure(int index) {
    int room = elements.dim(1);
    if (promptLength + index < room) {
      return;
    }
    int streams = elements.dim(0);
    Tensor larger =
        Tensor.zeros(elements.dtype(), streams, Math.multiplyExact(room, 2), elementSize);
    long size = (long) room * elementSize;
    for (int s = 0; s < streams; s++) {
      larger.part(2L * s * size, size).copyFrom(elements.part(s * size, size));
    }
    elements = larger;
  }

  /** Remembers generated element {@code index} of a stream. */
  void put(int stream, int index, double[] element) {
    long to = at(stream, promptLength + index);
    for (int d = 0; d < elementSize; d++) {
      next.set((long) stream * elementSize + d, element[d]);
      elements.set(to + d, element[d]);
    }
  }

  /** A stream that has ended is fed its last element again. */
  void repeat(int stream, int index) {
    long to = at(stream, promptLength + index);
    for (int d = 0; d < elementSize; d++) {
      elements.set(to + d, next.get((long) stream * elementSize + d));
    }
  }

  /** The last n elements of all streams when there are {@code length} of them [S, n(, D)]. */
  Tensor last(int length, int n) {
    int[] shape = Arrays.copyOf(promptShape, promptShape.length);
    shape[0] = elements.dim(0);
    shape[1] = n;
    Tensor last = Tensor.zeros(elements.dtype(), shape);
    long size = (long) n * elementSize;
    for (int s = 0; s < shape[0]; s++) {
      last.part(s * size, size).copyFrom(elements.part(at(s, length - n), size));
    }
    return last;
  }

  /** The first n generated elements of a stream, [n] or [n, D]. */
  Tensor generated(int stream, int n) {
    long from = at(stream, promptLength);
    return elementSize == 1 ? elements.range(from, n) : elements.range(from, n, elementSize);
  }
}
