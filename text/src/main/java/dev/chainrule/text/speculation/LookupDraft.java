package dev.chainrule.text.speculation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Guesses that what followed the last tokens when they occurred before will follow them again
 * (prompt lookup, Saxena 2023): right where a text is rewritten, quoted or repeats itself.
 */
public final class LookupDraft implements Draft {
  private final int longest;
  private final int shortest;

  /** For each length from the shortest: hashes of as many tokens, and the place after them. */
  private final Map<Integer, Map<Long, Integer>> places = new HashMap<>();

  private int[] ids = new int[256];
  private int length;

  /** Looks for the last four tokens, and for as few as the last two where those are new. */
  public LookupDraft() {
    this(4, 2);
  }

  /**
   * Looks for some of the last tokens.
   *
   * @param longest how many at first
   * @param shortest how many at least, 1 or more
   */
  public LookupDraft(int longest, int shortest) {
    if (shortest < 1 || longest < shortest) {
      throw new IllegalArgumentException(
          "looks for %d to %d tokens, expected 1 or more".formatted(shortest, longest));
    }
    this.longest = longest;
    this.shortest = shortest;
    reset();
  }

  @Override
  public void reset() {
    length = 0;
    for (int n = shortest; n <= longest; n++) {
      places.put(n, new HashMap<>());
    }
  }

  @Override
  public void feed(int token) {
    // What ends here is found from the next token on: by itself it would find itself.
    places.forEach((n, ends) -> remember(n, ends));
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, Math.multiplyExact(length, 2));
    }
    ids[length++] = token;
  }

  private void remember(int n, Map<Long, Integer> ends) {
    if (length >= n) {
      ends.put(hash(n), length);
    }
  }

  /** Of the last n tokens. */
  private long hash(int n) {
    long hash = n;
    for (int i = length - n; i < length; i++) {
      hash = (hash ^ ids[i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  @Override
  public int guess(long drawn, int[] into, int most) {
    for (int n = Math.min(longest, length); n >= shortest; n--) {
      Integer place = places.getOrDefault(n, Map.of()).get(hash(n));
      if (place != null && Arrays.equals(ids, place - n, place, ids, length - n, length)) {
        return copy(place, into, most);
      }
    }
    return 0;
  }

  /** What repeats goes on: beyond the last token with what was guessed. */
  private int copy(int place, int[] into, int most) {
    for (int i = 0; i < most; i++) {
      int from = place + i;
      into[i] = from < length ? ids[from] : into[from - length];
    }
    return most;
  }
}
