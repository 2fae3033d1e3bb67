package dev.chainrule.experiments.experiment;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Numbers and words of an experiment's own keys. */
final class Values {
  private Values() {}

  /** The number under a key that must be there. */
  static double number(Entry.Tree tree, String of, String key) {
    Entry.Leaf leaf = tree.leaf(key);
    if (leaf == null) {
      throw tree.place().refuse("%s: %s is missing, expected a number".formatted(of, key));
    }
    try {
      double number = Double.parseDouble(leaf.text());
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw leaf.place().refuse("%s: found %s, expected a number".formatted(key, leaf.text()));
  }

  /** The whole number under a key, of at least so much; null where there is none. */
  static @Nullable Long whole(Entry.Tree tree, String key, long least) {
    Entry.Leaf leaf = tree.leaf(key);
    return leaf == null || leaf.text().isEmpty() ? null : whole(leaf, key, least);
  }

  private static long whole(Entry.Leaf leaf, String key, long least) {
    try {
      long number = Long.parseLong(leaf.text());
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    String from = least == Long.MIN_VALUE ? "" : " from " + least;
    String found = leaf.text().isEmpty() ? "nothing" : leaf.text();
    throw leaf.place()
        .refuse("%s: found %s, expected a whole number%s".formatted(key, found, from));
  }

  static boolean flag(Entry.Tree tree, String key) {
    Entry.Leaf leaf = tree.leaf(key);
    return switch (leaf == null ? "false" : leaf.text()) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw (leaf == null ? tree.place() : leaf.place())
              .refuse("%s: expected true or false".formatted(key));
    };
  }

  static String word(Entry.Tree tree, String key, String usual) {
    Entry.Leaf leaf = tree.leaf(key);
    return leaf == null || leaf.text().isEmpty() ? usual : leaf.text();
  }

  /** Whole numbers, or one. */
  static List<Long> wholes(Entry.Tree tree, String key, List<Long> usual) {
    Entry entry = tree.get(key);
    if (entry == null) {
      return usual;
    }
    if (entry instanceof Entry.Leaf leaf) {
      return List.of(whole(leaf, key, Long.MIN_VALUE));
    }
    if (!(entry instanceof Entry.Items items) || items.items().isEmpty()) {
      throw entry.place().refuse(key + ": expected whole numbers");
    }
    Set<Long> numbers = new LinkedHashSet<>();
    for (Entry item : items.items()) {
      if (!(item instanceof Entry.Leaf leaf)) {
        throw item.place().refuse(key + ": expected whole numbers");
      }
      long number = whole(leaf, key, Long.MIN_VALUE);
      if (!numbers.add(number)) {
        throw leaf.place().refuse("%s: %d stands there twice".formatted(key, number));
      }
    }
    return List.copyOf(numbers);
  }
}
