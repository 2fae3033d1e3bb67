package dev.chainrule.experiments.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Series that cannot be used, and what is wrong with each: the rest go on. */
public final class FailedSeries {
  private final List<Map<String, String>> all = new ArrayList<>();

  /**
   * One more.
   *
   * @param said whether it is said on standard error now
   */
  public void add(String id, String problem, boolean said) {
    Map<String, String> entry = new LinkedHashMap<>();
    entry.put("unique_id", id);
    entry.put("error", problem);
    all.add(entry);
    if (said) {
      System.err.println(sentence(entry));
    }
  }

  /** One map with {@code unique_id} and {@code error} a series, for JSON. */
  public List<Map<String, String>> all() {
    return all;
  }

  /** The error of a command all of whose series failed. */
  public InputException error() {
    String first = sentence(all.get(0));
    return new InputException(
        all.size() > 1 ? "all " + all.size() + " series failed; the first: " + first : first);
  }

  private static String sentence(Map<String, String> entry) {
    return "series "
        + Excerpt.of(String.valueOf(entry.get("unique_id")))
        + ": "
        + entry.get("error");
  }
}
