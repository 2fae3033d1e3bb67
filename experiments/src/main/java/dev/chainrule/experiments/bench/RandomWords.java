package dev.chainrule.experiments.bench;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * A vocabulary of all bytes, of random words with and without a space before them, in scripts of
 * one to three bytes a letter, and of marks: as published ones, which do not mix letters and marks.
 */
final class RandomWords implements Tokenizer {
  static final int BYTES = 256;

  private static final String MARKS = "\"\":,.{}[]()-_=;\\/\n'";

  /** Of so many tokens one is of marks. */
  private static final int MARKED = 25;

  private static final int[] SCRIPTS = {
    'a', 'a', 'a', 'A', '0', 0x3B1, 0x430, 0x627, 0x4E00, 0x3042
  };
  private static final int LETTERS = 26;
  private static final int DIGITS = 10;

  private final byte[][] tokens;

  RandomWords(int vocabSize, long seed) {
    tokens = new byte[vocabSize][];
    for (int b = 0; b < BYTES; b++) {
      tokens[b] = new byte[] {(byte) b};
    }
    CounterRandom random = CounterRandom.of(seed);
    Set<String> known = new HashSet<>();
    for (int id = BYTES; id < vocabSize; ) {
      String word = word(random);
      if (known.add(word)) {
        tokens[id++] = word.getBytes(StandardCharsets.UTF_8);
      }
    }
  }

  private static String word(CounterRandom random) {
    StringBuilder word = new StringBuilder(random.nextInt(2) == 0 ? " " : "");
    int script = SCRIPTS[random.nextInt(SCRIPTS.length)];
    int length = 1 + random.nextInt(3) + random.nextInt(4) + random.nextInt(4);
    int letters = script == '0' ? DIGITS : LETTERS;
    boolean marks = random.nextInt(MARKED) == 0;
    for (int i = 0; i < length; i++) {
      word.appendCodePoint(
          marks ? MARKS.charAt(random.nextInt(MARKS.length())) : script + random.nextInt(letters));
    }
    return word.toString();
  }

  @Override
  public int vocabSize() {
    return tokens.length;
  }

  @Override
  public int[] encode(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[utf8.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = utf8[i] & 0xFF;
    }
    return ids;
  }

  @Override
  public byte[] bytesOf(int id) {
    return tokens[id];
  }
}
