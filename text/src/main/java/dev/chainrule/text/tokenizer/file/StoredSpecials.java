package dev.chainrule.text.tokenizer.file;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.SpecialTokens;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * Special tokens as a file keeps them.
 *
 * @param begin none or one
 * @param end none or one
 */
record StoredSpecials(
    List<Integer> begin,
    List<Integer> end,
    List<Integer> stops,
    List<Integer> before,
    List<Integer> after) {
  static StoredSpecials of(SpecialTokens specials) {
    return new StoredSpecials(
        specials.begin().stream().boxed().toList(),
        specials.end().stream().boxed().toList(),
        specials.stops().stream().sorted().toList(),
        specials.before(),
        specials.after());
  }

  SpecialTokens checked(int vocabSize, String file) {
    List<Integer> all = new ArrayList<>();
    List.of(begin, end, stops, before, after).forEach(all::addAll);
    for (int id : all) {
      if (id < 0 || id >= vocabSize) {
        throw new InputException(
            "%s: has special token %d, expected 0 to %d".formatted(file, id, vocabSize - 1));
      }
    }
    return new SpecialTokens(one(begin, file), one(end, file), new HashSet<>(stops), before, after);
  }

  private static OptionalInt one(List<Integer> ids, String file) {
    if (ids.size() > 1) {
      throw new InputException(
          "%s: has %d tokens that begin or end a text, expected at most one"
              .formatted(file, ids.size()));
    }
    return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.getFirst());
  }
}
