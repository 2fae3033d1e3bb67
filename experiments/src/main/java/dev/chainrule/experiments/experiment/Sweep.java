package dev.chainrule.experiments.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which settings an experiment tries.
 *
 * @param method how they are chosen
 * @param trials how many are drawn; null for all that there are
 * @param seed of what is drawn
 * @param eta of so many settings one goes on, of halving
 * @param minSteps steps before the first choice, of halving; null of other methods
 * @param over values by dotted key
 */
record Sweep(
    Method method,
    @Nullable Integer trials,
    long seed,
    int eta,
    @Nullable Long minSteps,
    Map<String, Space> over,
    Place place) {
  /** Settings, and runs, that an experiment may have. */
  static final int MOST = 10_000;

  private static final int DRAWS_A_TRIAL = 100;

  /** Ways to choose. */
  enum Method {
    /** All combinations. */
    GRID,
    /** Some of them, or of what lies in ranges. */
    RANDOM,
    /** Those of a grid or drawn ones, of which the worse are given up early. */
    HALVING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What an experiment says; one without a sweep has one setting. */
  static Sweep of(Entry.Tree whole) {
    Entry.Tree tree = whole.tree("sweep");
    tree.requireKnown("sweep", List.of("method", "trials", "seed", "eta", "min_steps", "over"));
    Method method = method(tree);
    Long trials = Values.whole(tree, "trials", 1);
    if (trials != null && trials > MOST) {
      throw tree.place().refuse("trials: found %d, expected 1 to %,d".formatted(trials, MOST));
    }
    Long seed = Values.whole(tree, "seed", Long.MIN_VALUE);
    Long eta = Values.whole(tree, "eta", 2);
    Long minSteps = Values.whole(tree, "min_steps", 1);
    Map<String, Space> over = new LinkedHashMap<>();
    tree.tree("over")
        .entries()
        .forEach(
            (key, entry) -> {
              requireSection(key, tree.tree("over"));
              read(key, entry, over);
            });
    boolean draws = trials != null;
    if (method == Method.GRID
        && (draws || over.values().stream().anyMatch(Space.Range.class::isInstance))) {
      throw tree.place().refuse("sweep: a grid takes lists and no trials; expected method: random");
    }
    if (method == Method.RANDOM && !draws) {
      throw tree.place().refuse("sweep: trials is missing, expected how many settings are drawn");
    }
    if ((method == Method.HALVING) != (minSteps != null)
        || (eta != null && method != Method.HALVING)) {
      throw tree.place()
          .refuse("sweep: min_steps and eta belong to method: halving, which needs min_steps");
    }
    if (!draws && over.values().stream().anyMatch(Space.Range.class::isInstance)) {
      throw tree.place().refuse("sweep: ranges need trials, how many settings are drawn");
    }
    if (over.isEmpty() && !tree.entries().isEmpty()) {
      throw tree.place().refuse("sweep: over is missing, expected keys with their values");
    }
    return new Sweep(
        method,
        trials == null ? null : trials.intValue(),
        seed == null ? 1 : seed,
        eta == null ? 3 : (int) Math.min(eta, MOST),
        minSteps,
        over,
        tree.place());
  }

  private static Method method(Entry.Tree tree) {
    String name = Values.word(tree, "method", "grid");
    for (Method method : Method.values()) {
      if (method.toString().equals(name)) {
        return method;
      }
    }
    throw tree.place().refuse("method: found %s, expected grid, random or halving".formatted(name));
  }

  /** Seeds and the rest are of the experiment as a whole: runs would not differ by them. */
  private static void requireSection(String key, Entry.Tree over) {
    String section = key.replaceFirst("\\..*", "");
    if (Stream.of(Section.values()).noneMatch(each -> each.toString().equals(section))) {
      throw over.keys()
          .getOrDefault(key, over.place())
          .refuse(
              "sweep: found %s, expected keys of model, data, training, evaluation or sampling"
                  .formatted(key));
    }
  }

  /** Keys may be written with dots or one below the other. */
  private static void read(String key, Entry entry, Map<String, Space> over) {
    boolean range = entry instanceof Entry.Tree tree && tree.entries().containsKey("from");
    if (entry instanceof Entry.Tree tree && !range) {
      tree.entries().forEach((name, below) -> read(key + "." + name, below, over));
    } else if (over.put(key, Space.of(key, entry)) != null) {
      throw entry.place().refuse("sweep: %s stands there twice".formatted(key));
    }
  }

  /** The settings to try, values by dotted key; one without any where nothing is swept. */
  List<Map<String, Entry>> settings() {
    return trials == null ? all() : drawn(trials);
  }

  private List<Map<String, Entry>> all() {
    List<Map<String, Entry>> settings = List.of(Map.of());
    for (Map.Entry<String, Space> key : over.entrySet()) {
      List<Map<String, Entry>> longer = new ArrayList<>();
      for (Map<String, Entry> setting : settings) {
        for (Entry value : ((Space.Choice) key.getValue()).values()) {
          Map<String, Entry> one = new LinkedHashMap<>(setting);
          one.put(key.getKey(), value);
          longer.add(one);
          if (longer.size() > MOST) {
            throw place.refuse("sweep: more than %,d settings".formatted(MOST));
          }
        }
      }
      settings = longer;
    }
    return settings;
  }

  private List<Map<String, Entry>> drawn(int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Map<String, Entry>> settings = new ArrayList<>();
    Set<String> before = new LinkedHashSet<>();
    for (long draw = 0; settings.size() < count; draw++) {
      if (draw >= (long) count * DRAWS_A_TRIAL) {
        throw place.refuse(
            "sweep: found trials %d, but %d different settings are all that were drawn in %,d draws"
                .formatted(count, settings.size(), draw));
      }
      Map<String, Entry> one = new LinkedHashMap<>();
      over.forEach((key, space) -> one.put(key, space.draw(random)));
      if (before.add(texts(one).toString())) {
        settings.add(one);
      }
    }
    return settings;
  }

  /** The values of a setting as texts. */
  static Map<String, String> texts(Map<String, Entry> setting) {
    Map<String, String> texts = new LinkedHashMap<>();
    setting.forEach((key, entry) -> RunOptions.flatten(key, entry, texts));
    return texts;
  }
}
