package dev.chainrule.text.tokenizer.subword;

import java.util.Arrays;

/** Token ids, or other whole numbers, one after the other. */
public final class IdList {
  private int[] ids = new int[16];
  private int size;

  /** Appends one. */
  public void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
  }

  /** Appends some. */
  public void addAll(int[] more) {
    if (size + more.length > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(2 * size, size + more.length));
    }
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Number {@code i}, from 0. */
  public int get(int i) {
    return ids[i];
  }

  /** A copy. */
  public int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
