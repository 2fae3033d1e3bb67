package dev.chainrule.text.tokenizer;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The control tokens of a vocabulary that have a meaning for all models.
 *
 * @param begin begins a text
 * @param end ends a text, and stands between the documents of a corpus
 * @param stops all after which nothing more is drawn: the end of a text, of a turn, of a message
 * @param before what the model expects before a text
 * @param after what it expects after a text that is complete
 */
public record SpecialTokens(
    OptionalInt begin,
    OptionalInt end,
    Set<Integer> stops,
    List<Integer> before,
    List<Integer> after) {
  /** Of a vocabulary that has none. */
  public static final SpecialTokens NONE =
      new SpecialTokens(OptionalInt.empty(), OptionalInt.empty(), Set.of(), List.of(), List.of());

  public SpecialTokens {
    stops = Set.copyOf(stops);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** The ids of the beginning of a text, as the model was trained to see it. */
  public int[] begun(int... ids) {
    return IntStream.concat(before.stream().mapToInt(id -> id), IntStream.of(ids)).toArray();
  }

  /** The ids of a complete text, as the model was trained to see it. */
  public int[] framed(int... ids) {
    return IntStream.concat(IntStream.of(begun(ids)), after.stream().mapToInt(id -> id)).toArray();
  }
}
