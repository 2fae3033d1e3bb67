package dev.chainrule.text.tokenizer.subword;

import java.util.regex.Matcher;

/**
 * Splits where a pattern matches.
 *
 * @param behaviour what becomes of the matches
 * @param inverted whether what lies between the matches counts as the matches
 */
public record SplitRule(TextPattern pattern, Behaviour behaviour, boolean inverted)
    implements PreTokenizer {
  /** What becomes of a match. */
  public enum Behaviour {
    /** It is left out. */
    REMOVED,
    /** It is a piece. */
    ISOLATED,
    /** It is the end of the piece before it. */
    MERGED_WITH_PREVIOUS,
    /** It is the beginning of the piece after it. */
    MERGED_WITH_NEXT,
    /** Matches in a row are one piece. */
    CONTIGUOUS
  }

  /** Each match is a piece, and what lies between. */
  public static SplitRule isolated(String regex) {
    return new SplitRule(TextPattern.regex(regex), Behaviour.ISOLATED, false);
  }

  @Override
  public void split(String text, int from, int to, boolean first, Sink out) {
    Matcher matcher = pattern.matcher(text).region(from, to);
    if (behaviour == Behaviour.ISOLATED) {
      int at = from;
      while (pattern.find(matcher)) {
        emit(text, at, matcher.start(), first && at == from, out);
        emit(text, matcher.start(), matcher.end(), first && matcher.start() == from, out);
        at = matcher.end();
      }
      emit(text, at, to, first && at == from, out);
      return;
    }
    Pieces pieces = new Pieces();
    int at = from;
    while (pattern.find(matcher)) {
      pieces.add(at, matcher.start(), inverted);
      pieces.add(matcher.start(), matcher.end(), !inverted);
      at = matcher.end();
    }
    pieces.add(at, to, inverted);
    pieces.emit(text, from, first, out);
  }

  private static void emit(String text, int from, int to, boolean first, Sink out) {
    if (from < to) {
      out.accept(text, from, to, first);
    }
  }

  /** Parts of a text in their order, and whether each is a match. */
  private final class Pieces {
    private final IdList parts = new IdList();

    void add(int from, int to, boolean match) {
      if (from < to) {
        parts.add(from);
        parts.add(to);
        parts.add(match ? 1 : 0);
      }
    }

    void emit(String text, int begin, boolean first, Sink out) {
      int count = parts.size() / 3;
      for (int i = 0; i < count; ) {
        int last = i;
        while (last + 1 < count && joined(last, last + 1)) {
          last++;
        }
        boolean leftOut = behaviour == Behaviour.REMOVED && match(i);
        if (!leftOut) {
          int from = parts.get(3 * i);
          out.accept(text, from, parts.get(3 * last + 1), first && from == begin);
        }
        i = last + 1;
      }
    }

    private boolean match(int i) {
      return parts.get(3 * i + 2) == 1;
    }

    private boolean joined(int one, int other) {
      return switch (behaviour) {
        case REMOVED, ISOLATED -> false;
        case CONTIGUOUS -> match(one) == match(other);
        case MERGED_WITH_PREVIOUS -> match(other) && !match(one);
        case MERGED_WITH_NEXT -> match(one) && !match(other);
      };
    }
  }
}
