package dev.chainrule.text.tokenizer.subword;

import java.nio.charset.StandardCharsets;

/**
 * Merges as files have them, two tokens with a space between: the bytes of all in one array, which
 * become texts only where somebody asks for one.
 */
public final class JoinedMerges implements BpeModel.Merges {
  private final byte[] utf8;
  private final int[] starts;
  private final int[] spaces;

  private JoinedMerges(byte[] utf8, int[] starts, int[] spaces) {
    this.utf8 = utf8;
    this.starts = starts;
    this.spaces = spaces;
  }

  /**
   * Merges by rank.
   *
   * @param utf8 all of them, one after the other; it is kept, and nobody may change it
   * @param starts where each begins, and where the last ends
   */
  public static JoinedMerges of(byte[] utf8, int[] starts) {
    int[] spaces = new int[starts.length - 1];
    for (int rank = 0; rank < spaces.length; rank++) {
      // The first character belongs to the left token, whatever it is.
      int at = starts[rank] + 1;
      while (at < starts[rank + 1] && utf8[at] != ' ') {
        at++;
      }
      spaces[rank] = at;
    }
    return new JoinedMerges(utf8, starts, spaces);
  }

  @Override
  public int size() {
    return spaces.length;
  }

  /** Whether there is a space between two tokens. */
  public boolean isPair(int rank) {
    return spaces[rank] < starts[rank + 1];
  }

  @Override
  public String left(int rank) {
    return text(starts[rank], spaces[rank]);
  }

  @Override
  public String right(int rank) {
    return text(spaces[rank] + 1, starts[rank + 1]);
  }

  private String text(int from, int to) {
    return new String(utf8, from, to - from, StandardCharsets.UTF_8);
  }

  /**
   * The ids of a merge's tokens, each or {@link PieceTable#ABSENT}.
   *
   * @param ids [3], gets those of the left token, the right one, and the one that they become
   */
  void find(int rank, PieceTable vocabulary, int[] ids) {
    int from = starts[rank];
    int space = spaces[rank];
    int end = starts[rank + 1];
    long left = PieceTable.hash(PieceTable.EMPTY_HASH, utf8, from, space);
    ids[0] = vocabulary.find(left, utf8, from, space);
    ids[1] = vocabulary.find(utf8, space + 1, end);
    long both = PieceTable.hash(left, utf8, space + 1, end);
    ids[2] = vocabulary.find(both, utf8, from, space, space + 1, end);
  }
}
