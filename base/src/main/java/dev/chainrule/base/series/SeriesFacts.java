package dev.chainrule.base.series;

import dev.chainrule.base.random.CounterRandom;
import java.io.Serializable;
import java.util.List;

/**
 * What the rows of a part of a source tell, a file of a folder for instance, before the other parts
 * are known: which series they are of, and what their times say of the step between values.
 */
public final class SeriesFacts implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Fowler, Noll and Vo's hash FNV-1a of 64 bits, by 16 bits at a time. */
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;

  private static final long FNV_PRIME = 0x100000001B3L;

  private final StepInference steps;
  private final boolean counts;
  private final long[] ids;
  private final int[] rows;

  SeriesFacts(StepInference steps, boolean counts, long[] ids, int[] rows) {
    this.steps = steps;
    this.counts = counts;
    this.ids = ids;
    this.rows = rows;
  }

  /** The {@link #id} of the series, in the order in which they came first. */
  public long[] ids() {
    return ids.clone();
  }

  /** Stands for the name of a series where there are too many to keep their names: a hash. */
  public static long id(String name) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return CounterRandom.bits(hash, 0);
  }

  /** Rows of each series [ids]; 0 where it cannot be used. */
  public int[] rows() {
    return rows.clone();
  }

  /** Whether times count steps, and are no dates. */
  public boolean counts() {
    return counts;
  }

  /**
   * The step between the values of all parts.
   *
   * @param parts of one source, at least one
   * @throws dev.chainrule.base.InputException if their dates do not tell it
   */
  public static Frequency frequency(String source, List<SeriesFacts> parts) {
    boolean dated = parts.stream().anyMatch(part -> !part.counts && part.hasRows());
    if (!dated) {
      return Frequency.STEPS;
    }
    StepInference all = new StepInference(source);
    parts.forEach(part -> all.merge(part.steps));
    return all.found();
  }

  private boolean hasRows() {
    for (int count : rows) {
      if (count > 0) {
        return true;
      }
    }
    return false;
  }
}
