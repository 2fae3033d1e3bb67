package dev.chainrule.text.tokenizer.subword;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a vocabulary as their files spell them, found by their UTF-8 bytes. Immutable.
 *
 * <p>All bytes lie in one array, so that a vocabulary of 262,144 tokens is three arrays and no
 * objects; the hash of a text that grows byte by byte is kept up by {@link #step}.
 */
public final class PieceTable {
  /** What {@link #find} gives for a text that is no token. */
  public static final int ABSENT = -1;

  /** The hash of no bytes. */
  static final long EMPTY_HASH = 0;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private final byte[] pool;
  private final int[] starts;
  private final int[] slots;
  private final int shift;
  private final int longest;

  private PieceTable(byte[] pool, int[] starts) {
    this.pool = pool;
    this.starts = starts;
    int size = starts.length - 1;
    int bits = 33 - Integer.numberOfLeadingZeros(Math.max(1, size));
    this.slots = new int[1 << bits];
    this.shift = Long.SIZE - bits;
    int most = 0;
    for (int id = 0; id < size; id++) {
      most = Math.max(most, starts[id + 1] - starts[id]);
      insert(id);
    }
    this.longest = most;
  }

  /**
   * A table of these tokens, ids in their order. Of equal ones the first is found.
   *
   * @param tokens whole texts; null where an id has no token, which then has no bytes
   */
  public static PieceTable of(List<? extends @Nullable String> tokens) {
    if (tokens instanceof Texts texts) {
      return texts.table;
    }
    byte[] pool = new byte[Math.max(16, 8 * tokens.size())];
    int[] starts = new int[tokens.size() + 1];
    int at = 0;
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      byte[] bytes = token == null ? new byte[0] : token.getBytes(StandardCharsets.UTF_8);
      if (at + bytes.length > pool.length) {
        pool = Arrays.copyOf(pool, Math.max(at + bytes.length, pool.length + (pool.length >> 1)));
      }
      System.arraycopy(bytes, 0, pool, at, bytes.length);
      at += bytes.length;
      starts[id + 1] = at;
    }
    return new PieceTable(Arrays.copyOf(pool, at), starts);
  }

  /**
   * The same of tokens that are bytes already.
   *
   * @param utf8 all tokens, one after the other; the table keeps it, and nobody may change it
   * @param starts where each begins, and where the last ends
   */
  public static PieceTable of(byte[] utf8, int[] starts) {
    return new PieceTable(utf8, starts);
  }

  /** All tokens, each of which becomes a text when it is asked for; {@link #of} knows it again. */
  public List<String> texts() {
    return new Texts(this);
  }

  private static final class Texts extends AbstractList<String> {
    private final PieceTable table;

    Texts(PieceTable table) {
      this.table = table;
    }

    @Override
    public String get(int id) {
      Objects.checkIndex(id, size());
      return table.text(id);
    }

    @Override
    public int size() {
      return table.size();
    }
  }

  private void insert(int id) {
    int from = starts[id];
    int to = starts[id + 1];
    if (from == to) {
      return;
    }
    int slot = (int) ((hash(pool, from, to) * MULTIPLIER) >>> shift);
    while (slots[slot] != 0) {
      if (same(slots[slot] - 1, pool, from, to)) {
        return;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = id + 1;
  }

  /** The hash after one more byte. */
  static long step(long hash, byte next) {
    return (hash + (next & 0xFF) + 1) * 0x2127599BF4325C37L ^ (hash >>> 29);
  }

  private static long hash(byte[] text, int from, int to) {
    return hash(EMPTY_HASH, text, from, to);
  }

  /** The hash after these bytes more. */
  static long hash(long begun, byte[] text, int from, int to) {
    long hash = begun;
    for (int i = from; i < to; i++) {
      hash = step(hash, text[i]);
    }
    return hash;
  }

  private boolean same(int id, byte[] text, int from, int to) {
    return Arrays.equals(pool, starts[id], starts[id + 1], text, from, to);
  }

  /** Number of tokens. */
  public int size() {
    return starts.length - 1;
  }

  /** Bytes of the longest token. */
  public int longest() {
    return longest;
  }

  /** The token that these bytes are, or {@link #ABSENT}. */
  public int find(byte[] text, int from, int to) {
    return to - from > longest ? ABSENT : find(hash(text, from, to), text, from, to);
  }

  /** The same, where the hash of the bytes is known. */
  int find(long hash, byte[] text, int from, int to) {
    int slot = (int) ((hash * MULTIPLIER) >>> shift);
    while (slots[slot] != 0) {
      if (same(slots[slot] - 1, text, from, to)) {
        return slots[slot] - 1;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return ABSENT;
  }

  /**
   * The token that some bytes make together with others behind them, or {@link #ABSENT}.
   *
   * @param hash of all of them
   * @param from where the first begin in the text, up to {@code to}
   * @param next where the others begin there, up to {@code end}
   */
  int find(long hash, byte[] text, int from, int to, int next, int end) {
    int slot = (int) ((hash * MULTIPLIER) >>> shift);
    while (slots[slot] != 0) {
      int id = slots[slot] - 1;
      int middle = starts[id] + to - from;
      if (starts[id + 1] - middle == end - next
          && Arrays.equals(pool, starts[id], middle, text, from, to)
          && Arrays.equals(pool, middle, starts[id + 1], text, next, end)) {
        return id;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return ABSENT;
  }

  /** The token of this text, or {@link #ABSENT}. */
  public int find(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return find(bytes, 0, bytes.length);
  }

  /** A token's text. */
  public String text(int id) {
    return new String(pool, starts[id], starts[id + 1] - starts[id], StandardCharsets.UTF_8);
  }
}
