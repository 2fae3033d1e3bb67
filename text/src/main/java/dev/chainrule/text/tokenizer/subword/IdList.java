package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import java.util.Arrays;

/** Token ids, or other whole numbers, one after the other. */
public final class IdList {
  /** As many as an array has. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private int[] ids = new int[16];
  private int size;

  /** Appends one. */
  public void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, room(size, size + 1L));
    }
    ids[size++] = id;
  }

  /** Appends some. */
  public void addAll(int[] more) {
    if ((long) size + more.length > ids.length) {
      ids = Arrays.copyOf(ids, room(size, (long) size + more.length));
    }
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  /**
   * Room for so many, twice that of before where an array can have it.
   *
   * @throws InputException if no array holds so many
   */
  static int room(int before, long needed) {
    if (needed > MOST) {
      throw new InputException(
          "a text of %,d tokens or more, expected at most %,d at once".formatted(needed, MOST));
    }
    return (int) Math.max(needed, Math.min(2L * before, MOST));
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
