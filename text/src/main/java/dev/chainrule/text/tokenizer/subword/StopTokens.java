package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.text.tokenizer.SpecialTokens;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Which tokens end what a model says: files name one or two of them, and have more. */
public final class StopTokens {
  /** Ends of a turn, a message or a text of the families of models that chat. */
  private static final List<String> NAMES =
      List.of(
          "<|eot_id|>",
          "<|eom_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<end_of_turn>",
          "<turn|>",
          "<|endoftext|>",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
          "<EOT>",
          "[EOT]",
          "[EOS]");

  private StopTokens() {}

  /**
   * The special tokens of a vocabulary.
   *
   * @param named those that its file names as ends beside {@code end}
   */
  public static SpecialTokens with(
      PieceTable vocabulary,
      BitSet control,
      OptionalInt begin,
      OptionalInt end,
      List<Integer> named,
      List<Integer> before,
      List<Integer> after) {
    Set<Integer> stops = new LinkedHashSet<>(named);
    end.ifPresent(stops::add);
    for (String name : NAMES) {
      int id = vocabulary.find(name);
      if (id >= 0 && control.get(id)) {
        stops.add(id);
      }
    }
    return new SpecialTokens(begin, end, stops, before, after);
  }
}
