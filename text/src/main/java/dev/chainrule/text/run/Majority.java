package dev.chainrule.text.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The answer that most of several continuations come to (self-consistency, Wang et al. 2023).
 *
 * @param answer of equally frequent ones that which came first
 * @param votes how many came to it
 * @param answers how many came to any
 */
public record Majority(String answer, int votes, int answers) {
  /**
   * Counts.
   *
   * @param answer what a continuation comes to; empty if it comes to nothing
   * @return empty if none comes to anything
   */
  public static Optional<Majority> of(
      List<TextSample> samples, Function<TextSample, Optional<String>> answer) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    for (TextSample sample : samples) {
      answer.apply(sample).ifPresent(found -> votes.merge(found, 1, Integer::sum));
    }
    int all = votes.values().stream().mapToInt(count -> count).sum();
    Majority best = null;
    for (Map.Entry<String, Integer> each : votes.entrySet()) {
      if (best == null || each.getValue() > best.votes()) {
        best = new Majority(each.getKey(), each.getValue(), all);
      }
    }
    return Optional.ofNullable(best);
  }
}
