package dev.chainrule.base.series;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns of a long file beside {@code unique_id}, {@code ds} and {@code y}.
 *
 * @param known numbers of each step that are known ahead, for instance a price
 * @param observed numbers of each step that are known once it has passed
 * @param reals numbers that are the same in all rows of a series
 * @param categories words that are the same in all rows of a series
 */
public record CovariateNames(
    List<String> known, List<String> observed, List<String> reals, List<String> categories)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No columns. */
  public static final CovariateNames NONE =
      new CovariateNames(List.of(), List.of(), List.of(), List.of());

  /** The numbers of steps: known ones, then observed ones. */
  public List<String> columns() {
    List<String> all = new ArrayList<>(known);
    all.addAll(observed);
    return all;
  }

  /** All of them. */
  public List<String> all() {
    List<String> all = columns();
    all.addAll(reals);
    all.addAll(categories);
    return all;
  }
}
