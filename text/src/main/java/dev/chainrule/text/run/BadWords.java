package dev.chainrule.text.run;

import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Texts that are not to be written, as sequences of tokens. */
public final class BadWords {
  private BadWords() {}

  /**
   * The tokens of each text at the beginning of a word, with a space before it, and within one:
   * what {@link dev.chainrule.core.sampling.Penalties#badWords} takes. Other tokens that spell the
   * same are not among them.
   */
  public static List<List<Integer>> of(Tokenizer tokenizer, List<String> texts) {
    Set<List<Integer>> words = new LinkedHashSet<>();
    for (String text : texts) {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("an empty bad word, expected one character or more");
      }
      words.add(IntStream.of(tokenizer.encode(text)).boxed().toList());
      words.add(IntStream.of(tokenizer.encode(" " + text)).boxed().toList());
    }
    return List.copyOf(words);
  }
}
