package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import java.text.Normalizer.Form;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prepares a text, or a part of it between added tokens, before it is split. */
public sealed interface Normalizer {
  /** Leaves all as it is. */
  Normalizer NONE = new Sequence(List.of());

  /**
   * The prepared text.
   *
   * @throws InputException if it would be far longer than the text
   */
  String apply(String text);

  /** Some, one after the other. */
  record Sequence(List<Normalizer> steps) implements Normalizer {
    public Sequence {
      steps = List.copyOf(steps);
    }

    @Override
    public String apply(String text) {
      String prepared = text;
      for (Normalizer step : steps) {
        prepared = step.apply(prepared);
        Growth.require(text.length(), prepared.length());
      }
      return prepared;
    }
  }

  /** One of Unicode's normal forms. */
  record Unicode(Form form) implements Normalizer {
    @Override
    public String apply(String text) {
      return java.text.Normalizer.isNormalized(text, form)
          ? text
          : java.text.Normalizer.normalize(text, form);
    }
  }

  /** Small letters, each by itself. */
  record Lowercase() implements Normalizer {
    private static final int DOTTED_I = 0x130;

    @Override
    public String apply(String text) {
      StringBuilder small = new StringBuilder(text.length());
      text.codePoints()
          .forEach(
              c -> {
                if (c == DOTTED_I) {
                  small.append("i\u0307"); // the one letter that becomes two
                } else {
                  small.appendCodePoint(Character.toLowerCase(c));
                }
              });
      return small.toString();
    }
  }

  /** Without combining marks. */
  record StripAccents() implements Normalizer {
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    @Override
    public String apply(String text) {
      return MARKS.matcher(text).replaceAll("");
    }
  }

  /** Another text for each match. */
  record Replace(TextPattern pattern, String content) implements Normalizer {
    @Override
    public String apply(String text) {
      Matcher matcher = pattern.matcher(text);
      StringBuilder replaced = new StringBuilder();
      int at = 0;
      while (pattern.find(matcher)) {
        replaced.append(text, at, matcher.start()).append(content);
        at = matcher.end();
        Growth.require(text.length(), replaced.length());
      }
      return at == 0 && replaced.isEmpty()
          ? text
          : replaced.append(text, at, text.length()).toString();
    }
  }

  /** A text before any that is not empty. */
  record Prepend(String prefix) implements Normalizer {
    @Override
    public String apply(String text) {
      return text.isEmpty() ? text : prefix + text;
    }
  }

  /** Without white space at the ends. */
  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public String apply(String text) {
      String stripped = text;
      if (left) {
        stripped = Spaces.stripLeading(stripped);
      }
      return right ? Spaces.stripTrailing(stripped) : stripped;
    }
  }

  /** The letters of all bytes. */
  record ByteLetters() implements Normalizer {
    @Override
    public String apply(String text) {
      return ByteAlphabet.spell(text);
    }
  }

  /**
   * As a table of SentencePiece says.
   *
   * @param clusters whether what is seen as one character is replaced together, as Hugging Face's
   *     library does it and SentencePiece's does not
   */
  record Precompiled(Charsmap map, boolean clusters) implements Normalizer {
    @Override
    public String apply(String text) {
      return clusters ? map.applyToClusters(text) : map.apply(text);
    }
  }

  /** Without spaces at the ends, and with one where there are several: SentencePiece's. */
  record SingleSpaces() implements Normalizer {
    private static final Pattern SEVERAL = Pattern.compile(" {2,}");
    private static final Pattern ENDS = Pattern.compile("\\A +| +\\z");

    @Override
    public String apply(String text) {
      return SEVERAL.matcher(ENDS.matcher(text).replaceAll("")).replaceAll(" ");
    }
  }

  /**
   * Another change of all but some texts, which stay as they are: leftmost, and of these longest.
   *
   * @param kept none of them empty
   */
  record Keeping(List<String> kept, Normalizer inner) implements Normalizer {
    public Keeping {
      kept = List.copyOf(kept);
    }

    @Override
    public String apply(String text) {
      CharTrie trie = new CharTrie();
      for (int i = 0; i < kept.size(); i++) {
        trie.put(kept.get(i), i);
      }
      StringBuilder changed = new StringBuilder();
      int done = 0;
      int at = 0;
      while (at < text.length()) {
        int found = trie.longest(text, at);
        if (found < 0) {
          at++;
          continue;
        }
        changed.append(inner.apply(text.substring(done, at))).append(kept.get(found));
        at += kept.get(found).length();
        done = at;
      }
      return changed.append(inner.apply(text.substring(done))).toString();
    }
  }

  /** A file's replacements may lengthen a text, but not without end. */
  final class Growth {
    private static final int TIMES = 64;
    private static final int FREE = 1 << 16;

    private Growth() {}

    static void require(int before, long after) {
      if (after > FREE + (long) TIMES * before) {
        throw new InputException(
            "the tokenizer makes %d characters of a text of %d, expected at most %d"
                .formatted(after, before, FREE + (long) TIMES * before));
      }
    }
  }
}
