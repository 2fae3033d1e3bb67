package dev.chainrule.text.tokenizer.subword;

import java.util.ArrayList;
import java.util.List;

/**
 * The added tokens of a vocabulary, as they are found in a text: leftmost, and of these longest.
 */
final class AddedTokens {
  private final List<AddedToken> tokens;
  private final Finder raw;
  private final Finder normalized;

  /** Takes the parts of a text. */
  interface Parts {
    /** An added token. */
    void token(int id);

    /** Text between them, not empty. */
    void text(int from, int to);
  }

  AddedTokens(List<AddedToken> tokens, Normalizer normalizer) {
    this.tokens = List.copyOf(tokens);
    List<AddedToken> prepared = new ArrayList<>();
    List<AddedToken> plain = new ArrayList<>();
    for (AddedToken token : tokens) {
      (token.normalized() ? prepared : plain).add(token);
    }
    raw = new Finder(plain, Normalizer.NONE);
    normalized = new Finder(prepared, normalizer);
  }

  List<AddedToken> all() {
    return tokens;
  }

  /** Of a text that is not normalised yet. */
  void split(String text, boolean control, Parts parts) {
    raw.split(text, control, parts);
  }

  /** Of a normalised one. */
  void splitNormalized(String text, boolean control, Parts parts) {
    normalized.split(text, control, parts);
  }

  /** Whether any are looked for in the normalised text. */
  boolean anyNormalized() {
    return !normalized.tokens.isEmpty();
  }

  private static final class Finder {
    private final List<AddedToken> tokens;
    private final List<String> contents = new ArrayList<>();
    private final CharTrie trie = new CharTrie();

    Finder(List<AddedToken> tokens, Normalizer normalizer) {
      this.tokens = tokens;
      for (int i = 0; i < tokens.size(); i++) {
        String content = normalizer.apply(tokens.get(i).content());
        contents.add(content);
        if (!content.isEmpty()) {
          trie.put(content, i);
        }
      }
    }

    void split(String text, boolean control, Parts parts) {
      int done = 0;
      for (int at = 0; at < text.length() && !tokens.isEmpty(); ) {
        int found = trie.longest(text, at);
        if (found < 0) {
          at++;
          continue;
        }
        AddedToken token = tokens.get(found);
        int end = at + contents.get(found).length();
        boolean wanted = control || !token.special();
        if (wanted && !(token.singleWord() && isInWord(text, at, end))) {
          int start = token.leftStrip() ? Math.max(done, spacesBefore(text, at)) : at;
          int stop = token.rightStrip() ? spacesAfter(text, end) : end;
          if (done < start) {
            parts.text(done, start);
          }
          parts.token(token.id());
          done = stop;
          end = stop;
        }
        at = end;
      }
      if (done < text.length()) {
        parts.text(done, text.length());
      }
    }

    private static boolean isInWord(String text, int from, int to) {
      return (from > 0 && isWord(text.codePointBefore(from)))
          || (to < text.length() && isWord(text.codePointAt(to)));
    }

    /** As {@code \w} of regular expressions. */
    private static boolean isWord(int c) {
      int type = Character.getType(c);
      return Character.isAlphabetic(c)
          || type == Character.DECIMAL_DIGIT_NUMBER
          || type == Character.CONNECTOR_PUNCTUATION
          || type == Character.NON_SPACING_MARK
          || type == Character.ENCLOSING_MARK
          || type == Character.COMBINING_SPACING_MARK
          || c == 0x200C
          || c == 0x200D;
    }

    private static int spacesBefore(String text, int at) {
      int start = at;
      while (start > 0 && Spaces.is(text.charAt(start - 1))) {
        start--;
      }
      return start;
    }

    private static int spacesAfter(String text, int at) {
      int end = at;
      while (end < text.length() && Spaces.is(text.charAt(end))) {
        end++;
      }
      return end;
    }
  }
}
