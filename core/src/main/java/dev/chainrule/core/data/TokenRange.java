package dev.chainrule.core.data;

import dev.chainrule.core.array.Tensor;
import java.util.Objects;

/** A part of a longer sequence. */
record TokenRange(TokenSequence whole, long from, long to) implements TokenSequence {
  TokenRange {
    Objects.checkFromToIndex(from, to, whole.length());
  }

  @Override
  public long length() {
    return to - from;
  }

  @Override
  public int get(long i) {
    return whole.get(from + Objects.checkIndex(i, length()));
  }

  @Override
  public void copyTo(long start, int count, Tensor target, long at) {
    Objects.checkFromIndexSize(start, count, length());
    whole.copyTo(from + start, count, target, at);
  }
}
