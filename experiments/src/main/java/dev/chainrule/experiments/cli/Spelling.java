package dev.chainrule.experiments.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What a user may have meant by a word that is unknown. */
public final class Spelling {
  /** Of this many letters one may be wrong, and one more in any word. */
  private static final int LETTERS_PER_MISTAKE = 4;

  private Spelling() {}

  /** The known word that takes the fewest changes, if they are few for its length. */
  public static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream()
        .filter(k -> distance(word, k) <= 1 + k.length() / LETTERS_PER_MISTAKE)
        .min(Comparator.comparingInt((String k) -> distance(word, k)).thenComparing(k -> k));
  }

  /** How many letters must be added, dropped, changed or swapped with their neighbour. */
  static int distance(String a, String b) {
    int[][] changes = new int[a.length() + 1][b.length() + 1];
    Arrays.setAll(changes[0], j -> j);
    for (int i = 1; i <= a.length(); i++) {
      changes[i][0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int least = changes[i - 1][j - 1] + (same ? 0 : 1);
        least = Math.min(least, 1 + Math.min(changes[i - 1][j], changes[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        changes[i][j] = swapped ? Math.min(least, changes[i - 2][j - 2] + 1) : least;
      }
    }
    return changes[a.length()][b.length()];
  }
}
