package dev.chainrule.experiments.experiment;

import java.util.List;

/**
 * The number that an experiment is known to give: of its best setting, the mean over seeds.
 *
 * @param metric its name
 * @param value what is expected
 * @param within how far from it a run may be
 */
record Expectation(String metric, double value, double within) {
  static Expectation of(Entry.Tree tree, String metric) {
    tree.requireKnown("expect", List.of("metric", "value", "within"));
    double within = Values.number(tree, "expect", "within");
    if (!(within >= 0)) {
      throw tree.place().refuse("within: found %s, expected 0 or more".formatted(within));
    }
    return new Expectation(
        Values.word(tree, "metric", metric), Values.number(tree, "expect", "value"), within);
  }

  boolean isMetBy(double found) {
    return Math.abs(found - value) <= within;
  }
}
