package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import dev.chainrule.core.sampling.Constraint;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A text that is being drawn in a {@link Structure}. Small; used by one thread at a time. */
public final class StructuredText implements Constraint {
  private final Structure structure;
  private final Set<Integer> ends;
  private final Allowance allowance = new Allowance();
  private Position position;

  /** Spaces that are still left out if the next bytes are some. */
  private int addedSpaces;

  private boolean ended;
  private long @Nullable [] allowed;

  StructuredText(Structure structure, Set<Integer> ends, int addedSpaces) {
    this.structure = structure;
    this.ends = Set.copyOf(ends);
    this.addedSpaces = addedSpaces;
    position = structure.start();
  }

  /** Whether what there is by now is a whole text of the structure; more may follow. */
  public boolean isComplete() {
    return position.ends;
  }

  /** Whether nothing can follow: an end of text has come, or the text is complete and closed. */
  public boolean isOver() {
    return ended || !position.goesOn();
  }

  @Override
  public long[] allowed() {
    long[] known = allowed;
    if (known == null) {
      known = structure.mask(position, addedSpaces, allowance);
      if (position.ends && !ends.isEmpty()) {
        known = known.clone();
        for (int id : ends) {
          known[id >> 6] |= 1L << id;
        }
      }
      allowed = known;
    }
    return known;
  }

  /**
   * A token has come.
   *
   * @throws InputException if it may not
   */
  @Override
  public void accept(int id) {
    if ((allowed()[id >> 6] & 1L << id) == 0) {
      throw new InputException(
          "token %d: may not come here in %s".formatted(id, structure.origin()));
    }
    allowed = null;
    allowance.next();
    if (ends.contains(id)) {
      ended = true;
      return;
    }
    byte[] bytes = structure.vocabulary().tokenizer().bytesOf(id);
    int from = 0;
    while (from < bytes.length && addedSpaces > 0) {
      if (bytes[from] == ' ') {
        from++;
        addedSpaces--;
      } else {
        addedSpaces = 0;
      }
    }
    position = structure.after(position, bytes, from, allowance);
  }
}
