package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.engine.Engines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment's file comes to: which runs there are.
 *
 * @param name of the experiment and its folder
 * @param description what it is about
 * @param metric by which settings are compared, less being better
 * @param expectation the number that it is known to give; null if nobody knows it
 * @param engine that computes; null for the program's choice
 * @param threads of a run; null for the program's choice
 * @param halving rounds; null where no run is given up
 * @param runs all of them, those of one setting one after the other
 */
record ExperimentPlan(
    String name,
    String description,
    String metric,
    @Nullable Expectation expectation,
    @Nullable String engine,
    @Nullable Integer threads,
    @Nullable Halving halving,
    List<Run> runs) {
  /**
   * A run.
   *
   * @param name of its folder
   * @param setting number of its setting, from 0
   * @param varied what is swept: values by dotted key
   */
  record Run(String name, int setting, Map<String, String> varied, long seed, RunOptions options) {}

  /** Defaults that come with the program, by name. */
  static final List<String> DEFAULTS =
      List.of("text-small", "images-small", "audio-small", "series-small");

  private static final List<String> KEYS =
      List.of(
          "name",
          "description",
          "defaults",
          "expect",
          "metric",
          "model",
          "data",
          "training",
          "evaluation",
          "sampling",
          "seeds",
          "compute",
          "sweep");

  private static final int LONGEST_NAME = 120;

  ExperimentPlan {
    runs = List.copyOf(runs);
  }

  /**
   * Reads an experiment.
   *
   * @param text of the file
   * @param origin the file as messages name it
   * @param home the folder that files of defaults are beside
   * @param sets what stands over the file, {@code KEY=VALUE}
   * @throws InputException for what cannot be, with line and column
   */
  static ExperimentPlan parse(String text, String origin, Path home, List<String> sets)
      throws IOException {
    Entry.Tree whole = withDefaults(Entry.parseTree(text, origin), home, new HashSet<>());
    for (String set : sets) {
      whole = set(whole, set);
    }
    whole.requireKnown("an experiment", KEYS);
    String name = name(whole, origin);
    Sweep sweep = Sweep.of(whole);
    String metric = Values.word(whole, "metric", "validation_nll");
    Entry.Tree compute = whole.tree("compute");
    compute.requireKnown("compute", List.of("engine", "threads"));
    Long threads = Values.whole(compute, "threads", 1);
    Entry.Leaf engine = compute.leaf("engine");
    if (engine != null && !Engines.NAMES.contains(engine.text())) {
      throw engine
          .place()
          .refuse(
              "engine: found %s, expected one of %s"
                  .formatted(engine.text(), String.join(", ", Engines.NAMES)));
    }
    return new ExperimentPlan(
        name,
        Values.word(whole, "description", ""),
        metric,
        whole.get("expect") == null ? null : Expectation.of(whole.tree("expect"), metric),
        engine == null ? null : engine.text(),
        threads == null ? null : (int) Math.min(threads, Integer.MAX_VALUE),
        halving(sweep, whole),
        runs(sweep, whole, Values.wholes(whole, "seeds", List.of(1L))));
  }

  private static Entry.Tree withDefaults(Entry.Tree tree, Path home, Set<String> seen)
      throws IOException {
    Entry.Leaf named = tree.leaf("defaults");
    if (named == null) {
      return tree;
    }
    if (!seen.add(named.text())) {
      throw named.place().refuse("defaults: " + named.text() + " refers to itself");
    }
    Entry.Tree below;
    if (DEFAULTS.contains(named.text())) {
      below = Entry.parseTree(shipped(named.text()), named.text());
    } else if (named.text().endsWith(".yaml")) {
      Path file = home.resolve(named.text());
      below = Entry.parseTree(Utf8File.read(file, "YAML"), file.toString());
    } else {
      throw named
          .place()
          .refuse(
              "defaults: found %s, expected one of %s, or the name of a .yaml file"
                  .formatted(named.text(), String.join(", ", DEFAULTS)));
    }
    return withDefaults(below, home, seen).overlaid(tree);
  }

  private static String shipped(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ExperimentPlan.class.getResourceAsStream("defaults/" + name + ".yaml"), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** With a value that stands over the file. */
  private static Entry.Tree set(Entry.Tree whole, String set) {
    int equals = set.indexOf('=');
    Place place = Place.of("--set");
    if (equals < 1) {
      throw place.refuse("found %s, expected KEY=VALUE".formatted(set));
    }
    String key = set.substring(0, equals);
    Entry value =
        equals == set.length() - 1
            ? new Entry.Leaf("", place)
            : Entry.parse(set.substring(equals + 1), "--set " + key);
    return whole.with(List.of(key.split("\\.", -1)), value);
  }

  private static String name(Entry.Tree whole, String origin) {
    Entry.Leaf given = whole.leaf("name");
    String file = String.valueOf(Path.of(origin).getFileName());
    String name = given == null ? file.replaceFirst("\\.ya?ml$", "") : given.text();
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")) {
      throw (given == null ? whole.place() : given.place())
          .refuse(
              "name: found %s, expected at most 80 letters, digits, dots, dashes and underscores, a letter or digit first"
                  .formatted(name));
    }
    return name;
  }

  private static @Nullable Halving halving(Sweep sweep, Entry.Tree whole) {
    Long minSteps = sweep.minSteps();
    if (minSteps == null) {
      return null;
    }
    Entry.Tree training = whole.tree("training");
    Long steps = Values.whole(training, "steps", 1);
    if (steps == null) {
      throw sweep.place().refuse("halving: training has no steps, expected how many the best gets");
    }
    Long every = Values.whole(training, "eval_every", 1);
    if (every != null && minSteps % every != 0) {
      throw training
          .keys()
          .getOrDefault("eval_every", training.place())
          .refuse(
              "eval_every: found %d, expected a divisor of min_steps %d, since settings are compared there"
                  .formatted(every, minSteps));
    }
    try {
      return new Halving(sweep.eta(), minSteps, steps);
    } catch (IllegalArgumentException e) {
      throw new InputException(sweep.place() + ": " + e.getMessage(), e);
    }
  }

  private static List<Run> runs(Sweep sweep, Entry.Tree whole, List<Long> seeds)
      throws IOException {
    List<Run> runs = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    List<Map<String, Entry>> settings = sweep.settings();
    if ((long) settings.size() * seeds.size() > Sweep.MOST) {
      throw sweep
          .place()
          .refuse(
              "found %,d settings with %,d seeds each, expected at most %,d runs"
                  .formatted(settings.size(), seeds.size(), Sweep.MOST));
    }
    for (int i = 0; i < settings.size(); i++) {
      Entry.Tree tree = whole;
      for (Map.Entry<String, Entry> value : settings.get(i).entrySet()) {
        tree = tree.with(List.of(value.getKey().split("\\.", -1)), value.getValue());
      }
      Long every = sweep.minSteps();
      if (every != null && tree.tree("training").get("eval_every") == null) {
        Entry.Leaf leaf = new Entry.Leaf(every.toString(), sweep.place());
        tree = tree.with(List.of("training", "eval_every"), leaf);
      }
      tree.requireKnown("an experiment", KEYS);
      RunOptions options = RunOptions.of(tree);
      options.check();
      Map<String, String> varied = Sweep.texts(settings.get(i));
      for (long seed : seeds) {
        String name = name(varied, seed);
        runs.add(new Run(names.add(name) ? name : name + "~" + i, i, varied, seed, options));
      }
    }
    return runs;
  }

  /** What is varied and the seed, as a name of a folder. */
  private static String name(Map<String, String> varied, long seed) {
    Map<String, String> parts = new LinkedHashMap<>();
    varied.forEach((key, value) -> parts.put(key.substring(key.lastIndexOf('.') + 1), value));
    boolean clear = parts.size() == varied.size();
    StringBuilder name = new StringBuilder();
    (clear ? parts : varied)
        .forEach(
            (key, value) ->
                name.append(key)
                    .append('=')
                    .append(value.replaceAll("[^A-Za-z0-9._+-]+", "-"))
                    .append(','));
    String settings =
        name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "," : name.toString();
    return settings + "seed=" + seed;
  }
}
