package dev.chainrule.experiments.experiment;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The values that a key of a sweep may have. */
sealed interface Space {
  /** One that is drawn. */
  Entry draw(RandomGenerator random);

  /** One of these. */
  record Choice(List<Entry> values) implements Space {
    @Override
    public Entry draw(RandomGenerator random) {
      return values.get(random.nextInt(values.size()));
    }
  }

  /**
   * A number between two, rounded to four digits, which are what is used and not only what is
   * shown.
   *
   * @param log whether its logarithm is uniform
   * @param whole whether it is a whole number
   */
  record Range(double from, double to, boolean log, boolean whole, Place place) implements Space {
    @Override
    public Entry draw(RandomGenerator random) {
      double u = random.nextDouble();
      double value =
          log
              ? Math.exp(Math.log(from) + u * (Math.log(to) - Math.log(from)))
              : from + u * (to - from);
      String text =
          whole
              ? Long.toString(Math.round(value))
              : Double.toString(Double.parseDouble(String.format(Locale.ROOT, "%.4g", value)));
      return new Entry.Leaf(text, place);
    }
  }

  /** What an experiment says of a key. */
  static Space of(String key, Entry entry) {
    if (entry instanceof Entry.Items items && !items.items().isEmpty()) {
      requireDifferent(key, items.items());
      return new Choice(items.items());
    }
    if (entry instanceof Entry.Tree tree) {
      return range(key, tree);
    }
    throw entry
        .place()
        .refuse(key + ": expected a list of values, or {from: A, to: B, scale: log}");
  }

  /** Equal runs would be counted as several, and their deviation be too small. */
  private static void requireDifferent(String key, List<Entry> values) {
    Set<String> before = new HashSet<>();
    for (Entry value : values) {
      Map<String, String> texts = new LinkedHashMap<>();
      RunOptions.flatten("", value, texts);
      if (!before.add(value instanceof Entry.Leaf leaf ? plain(leaf.text()) : texts.toString())) {
        throw value
            .place()
            .refuse("%s: %s stands there twice".formatted(key, String.join(", ", texts.values())));
      }
    }
  }

  /** The same for all ways to write a number. */
  private static String plain(String text) {
    try {
      return Double.toString(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static Range range(String key, Entry.Tree tree) {
    tree.requireKnown(key, List.of("from", "to", "scale", "whole"));
    double from = Values.number(tree, key, "from");
    double to = Values.number(tree, key, "to");
    Entry.Leaf scale = tree.leaf("scale");
    String name = scale == null ? "linear" : scale.text();
    if (!name.equals("linear") && !name.equals("log")) {
      throw tree.place().refuse("%s: found scale %s, expected linear or log".formatted(key, name));
    }
    boolean log = name.equals("log");
    if (!(from < to) || (log && !(from > 0))) {
      throw tree.place()
          .refuse(
              "%s: found from %s to %s, expected a lower and a higher number%s"
                  .formatted(key, from, to, log ? " above 0" : ""));
    }
    return new Range(from, to, log, Values.flag(tree, "whole"), tree.place());
  }
}
