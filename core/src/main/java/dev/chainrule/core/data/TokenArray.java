package dev.chainrule.core.data;

import dev.chainrule.core.array.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** Token ids in an array. */
final class TokenArray implements TokenSequence {
  private final int[] ids;

  TokenArray(int[] ids) {
    this.ids = ids;
  }

  @Override
  public long length() {
    return ids.length;
  }

  @Override
  public int get(long i) {
    return ids[(int) Objects.checkIndex(i, (long) ids.length)];
  }

  @Override
  public void copyTo(long from, int count, Tensor target, long at) {
    Objects.checkFromIndexSize(from, count, (long) ids.length);
    MemorySegment.copy(
        ids, (int) from, target.segment(), ValueLayout.JAVA_INT, at * Integer.BYTES, count);
  }
}
