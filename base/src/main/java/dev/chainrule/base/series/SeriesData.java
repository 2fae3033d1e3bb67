package dev.chainrule.base.series;

import dev.chainrule.base.InputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The series of a file.
 *
 * @param source the file
 * @param usable series without a problem, in the order in which they came first
 * @param problems what is wrong with the others, one sentence each, by id
 * @param frequency step between values
 * @param inferred whether it was not given, but read from the times
 * @param counts whether times count steps, and are no dates
 */
public record SeriesData(
    String source,
    List<Series> usable,
    Map<String, String> problems,
    Frequency frequency,
    boolean inferred,
    boolean counts) {
  /** Refuses to be empty. */
  public SeriesData {
    if (usable.isEmpty() && problems.isEmpty()) {
      throw new InputException(source + ": has no rows, expected series.");
    }
    usable = List.copyOf(usable);
    problems = Collections.unmodifiableMap(new LinkedHashMap<>(problems));
  }

  /**
   * All series.
   *
   * @throws InputException with the problem of one that cannot be used
   */
  public List<Series> series() {
    if (!problems.isEmpty()) {
      throw new InputException(problems.values().iterator().next());
    }
    return usable;
  }
}
