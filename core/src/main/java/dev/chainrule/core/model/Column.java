package dev.chainrule.core.model;

import dev.chainrule.core.array.Tensor;
import java.util.Arrays;

/** Elements number t of several sequences, copied out of [S, N, ...] into [S, ...]. */
final class Column {
  private final Tensor elements;
  private final Tensor column;

  Column(Tensor elements) {
    this.elements = elements;
    int[] all = elements.shape();
    int[] shape = Arrays.copyOfRange(all, 1, all.length);
    shape[0] = all[0];
    column = Tensor.zeros(elements.dtype(), shape);
  }

  /** Overwritten by the next call. */
  Tensor at(int t) {
    int streams = column.dim(0);
    long width = column.size() / streams;
    for (int s = 0; s < streams; s++) {
      long from = ((long) s * elements.dim(1) + t) * width;
      column.part(s * width, width).copyFrom(elements.part(from, width));
    }
    return column;
  }
}
