package dev.chainrule.text.tokenizer.subword;

import java.util.List;

/** Splits a prepared text into pieces that no token crosses. */
public interface PreTokenizer {
  /** Leaves the text in one piece. */
  PreTokenizer NONE = (text, from, to, first, out) -> out.accept(text, from, to, first);

  /** Takes pieces. */
  @FunctionalInterface
  interface Sink {
    /**
     * One piece, which is not empty.
     *
     * @param first whether the whole text begins with it
     */
    void accept(String text, int from, int to, boolean first);
  }

  /** Hands on the pieces of {@code text} from {@code from} to {@code to}, which is not empty. */
  void split(String text, int from, int to, boolean first, Sink out);

  /** Some, each splits the pieces of the one before. */
  static PreTokenizer sequence(List<PreTokenizer> steps) {
    PreTokenizer all = NONE;
    for (PreTokenizer step : steps) {
      all = all == NONE ? step : then(all, step);
    }
    return all;
  }

  private static PreTokenizer then(PreTokenizer one, PreTokenizer other) {
    return (text, from, to, first, out) ->
        one.split(text, from, to, first, (t, f, e, start) -> other.split(t, f, e, start, out));
  }

  /** A space before a piece that does not begin with one. */
  record PrefixSpace() implements PreTokenizer {
    @Override
    public void split(String text, int from, int to, boolean first, Sink out) {
      if (text.charAt(from) == ' ') {
        out.accept(text, from, to, first);
      } else {
        String prefixed = " " + text.substring(from, to);
        out.accept(prefixed, 0, prefixed.length(), first);
      }
    }
  }

  /** GPT-2's letters for the bytes of a piece. */
  record ByteLetters() implements PreTokenizer {
    @Override
    public void split(String text, int from, int to, boolean first, Sink out) {
      String spelled = ByteAlphabet.spell(text.substring(from, to));
      out.accept(spelled, 0, spelled.length(), first);
    }
  }

  /**
   * Visible spaces: each space becomes {@code mark}, and one is written before words.
   *
   * @param mark U+2581 as a rule
   * @param where one is written before a piece
   * @param evenBeforeOne also before a piece that begins with one
   * @param split whether pieces end before each mark
   */
  record Metaspace(String mark, Where where, boolean evenBeforeOne, boolean split)
      implements PreTokenizer {
    /** Where a mark is written. */
    public enum Where {
      /** Nowhere. */
      NEVER,
      /** Before the first piece of the text. */
      FIRST,
      /** Before every piece. */
      ALWAYS
    }

    @Override
    public void split(String text, int from, int to, boolean first, Sink out) {
      String marked = text.substring(from, to).replace(" ", mark);
      boolean here = where == Where.ALWAYS || (where == Where.FIRST && first);
      if (here && (evenBeforeOne || !marked.startsWith(mark))) {
        marked = mark + marked;
      }
      if (!split) {
        out.accept(marked, 0, marked.length(), first);
        return;
      }
      int at = 0;
      while (at < marked.length()) {
        int end = marked.indexOf(mark, at + 1);
        end = end < 0 ? marked.length() : end;
        out.accept(marked, at, end, first && at == 0);
        at = end;
      }
    }
  }
}
