package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.sampling.Constraint;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has some tokens come in their places; elsewhere what else constrains a text holds, if any. */
final class ForcedTokens implements Constraint {
  private final Map<Integer, Integer> forced;
  private final @Nullable Constraint other;
  private final long[] any;
  private final long[] one;
  private int drawn;

  private ForcedTokens(Map<Integer, Integer> forced, @Nullable Constraint other, int vocabSize) {
    this.forced = forced;
    this.other = other;
    int words = (vocabSize + Long.SIZE - 1) / Long.SIZE;
    any = new long[words];
    Arrays.fill(any, -1L);
    one = new long[words];
  }

  /** A constraint with tokens that are forced; the same where there are none. */
  static @Nullable Constraint of(
      Map<Integer, Integer> forced, @Nullable Constraint other, int vocabSize) {
    return forced.isEmpty() ? other : new ForcedTokens(forced, other, vocabSize);
  }

  /** Refuses tokens that a vocabulary does not have. */
  static void check(Map<Integer, Integer> forced, int vocabSize) {
    forced.forEach(
        (place, id) -> {
          if (place < 0 || id < 0 || id >= vocabSize) {
            throw new InputException(
                "token %d forced at %d, expected one from 0 to %d, at 0 or later"
                    .formatted(id, place, vocabSize - 1));
          }
        });
  }

  @Override
  public long[] allowed() {
    long[] allowed = other == null ? any : other.allowed();
    Integer id = forced.get(drawn);
    if (id == null) {
      return allowed;
    }
    if ((allowed[id >> 6] & 1L << id) == 0) {
      throw new InputException(
          "token %d: forced after %d others, where the form does not have it".formatted(id, drawn));
    }
    Arrays.fill(one, 0);
    one[id >> 6] = 1L << id;
    return one;
  }

  @Override
  public void accept(int id) {
    drawn++;
    if (other != null) {
      other.accept(id);
    }
  }
}
