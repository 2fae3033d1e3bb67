package dev.chainrule.text.data;

import dev.chainrule.base.random.CounterRandom;

/**
 * Documents of which a middle part is moved to the end, so that a model of what comes next learns
 * to write what is missing between two texts (Bavarian et al. 2022, "Efficient Training of Language
 * Models to Fill in the Middle"): cut at two places drawn uniformly among the characters, and
 * written as {@code <prefix> p <suffix> s <middle> m} or, as often, as {@code <prefix> <suffix> s
 * <middle> p m}.
 *
 * @param rate share of the documents that are so changed; 0 for none
 * @param seed from which, with each document's text, follows whether and where it is cut
 */
public record FillInTheMiddle(double rate, long seed) {
  /** Keeps these draws apart from others under the same seed: "middle" in ASCII. */
  private static final long STREAM = 0x6D6964646C65L;

  /** No document is changed. */
  public static final FillInTheMiddle NONE = new FillInTheMiddle(0, 0);

  public FillInTheMiddle {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException("fim_rate %s, expected 0 to 1".formatted(rate));
    }
  }

  /**
   * A document's parts.
   *
   * @param suffixFirst whether the prefix is written after the suffix, beside the middle
   */
  record Cut(String prefix, String middle, String suffix, boolean suffixFirst) {}

  /** Whether this document is cut. */
  boolean cuts(String text) {
    return rate > 0 && text.length() > 1 && random(text, 0).nextDouble() < rate;
  }

  /** Where it is cut. */
  Cut cut(String text) {
    CounterRandom random = random(text, 1);
    int length = text.codePointCount(0, text.length());
    int one = random.nextInt(length + 1);
    int other = random.nextInt(length + 1);
    int from = text.offsetByCodePoints(0, Math.min(one, other));
    int to = text.offsetByCodePoints(0, Math.max(one, other));
    return new Cut(
        text.substring(0, from),
        text.substring(from, to),
        text.substring(to),
        random.nextBoolean());
  }

  private CounterRandom random(String text, long purpose) {
    return CounterRandom.of(seed, STREAM, purpose, HeldOut.hash(text));
  }
}
