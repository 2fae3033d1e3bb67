package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary that stand for no text but say what a text is.
 *
 * <p>Bytes have some because no UTF-8 text has the bytes 0xFC to 0xFF. Characters have those of
 * U+FDD0 to U+FDD3 that their vocabulary holds: Unicode keeps them for such use and no text has
 * them.
 *
 * @param end stands after each document
 * @param prefix begins what comes before the middle, in fill-in-the-middle
 * @param suffix begins what comes after the middle
 * @param middle begins the middle
 */
public record Markers(OptionalInt end, OptionalInt prefix, OptionalInt suffix, OptionalInt middle) {
  private static final int FIRST_BYTE = 0xFC;
  private static final int FIRST_CHARACTER = 0xFDD0;
  private static final int COUNT = 4;

  /** Of a vocabulary without any. */
  public static final Markers NONE =
      new Markers(
          OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  /** Those of a vocabulary. */
  public static Markers of(Tokenizer tokenizer) {
    return switch (tokenizer) {
      case ByteTokenizer bytes ->
          new Markers(
              OptionalInt.of(FIRST_BYTE + 3),
              OptionalInt.of(FIRST_BYTE + 2),
              OptionalInt.of(FIRST_BYTE + 1),
              OptionalInt.of(FIRST_BYTE));
      case CharTokenizer chars ->
          new Markers(
              character(chars, 0), character(chars, 1), character(chars, 2), character(chars, 3));
      default ->
          new Markers(
              tokenizer.specials().end(),
              control(tokenizer, "prefix"),
              control(tokenizer, "suffix"),
              control(tokenizer, "middle"));
    };
  }

  /** The control token by which vocabularies of code name a part. */
  private static OptionalInt control(Tokenizer tokenizer, String part) {
    Set<String> names = Set.of("<|fim_" + part + "|>", "<fim_" + part + ">", "<fim-" + part + ">");
    if (tokenizer instanceof SubwordTokenizer subwords) {
      // Found by their spelling, without a look at every token of a large vocabulary.
      return names.stream()
          .mapToInt(subwords::find)
          .filter(id -> id >= 0 && subwords.isControl(id))
          .min();
    }
    return IntStream.range(0, tokenizer.vocabSize())
        .filter(id -> tokenizer.isControl(id) && names.contains(tokenizer.piece(id)))
        .findFirst();
  }

  private static OptionalInt character(CharTokenizer chars, int number) {
    String marker = Character.toString(FIRST_CHARACTER + number);
    return chars.characters().contains(marker)
        ? OptionalInt.of(chars.encode(marker)[0])
        : OptionalInt.empty();
  }

  /**
   * The text of a corpus, and where it has documents the characters that mark them.
   *
   * @param middles whether those for fill-in-the-middle are among them
   * @throws InputException if the text itself has such characters
   */
  public static String withMarkers(Corpus corpus, boolean middles) {
    String text = corpus.text();
    if (corpus.isOneText()) {
      return text;
    }
    StringBuilder all = new StringBuilder(text);
    for (int i = 0; i < COUNT; i++) {
      if (text.indexOf(FIRST_CHARACTER + i) >= 0) {
        throw new InputException(
            "%s: has U+%04X, expected text without U+FDD0 to U+FDD3, which mark where documents end"
                .formatted(corpus.origin(), FIRST_CHARACTER + i));
      }
      if (i == 0 || middles) {
        all.appendCodePoint(FIRST_CHARACTER + i);
      }
    }
    return all.toString();
  }

  /** Whether a middle can be asked for. */
  public boolean fillInTheMiddle() {
    return prefix.isPresent() && suffix.isPresent() && middle.isPresent();
  }

  /** The ids of all that there are. */
  public Set<Integer> ids() {
    return List.of(end, prefix, suffix, middle).stream()
        .flatMapToInt(OptionalInt::stream)
        .boxed()
        .collect(Collectors.toSet());
  }
}
