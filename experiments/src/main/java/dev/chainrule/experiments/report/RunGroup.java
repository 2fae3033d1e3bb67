package dev.chainrule.experiments.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs that differ in nothing but their seed.
 *
 * @param name what tells it from the others
 * @param varied settings in which the groups differ
 */
record RunGroup(String name, Map<String, String> varied, List<ReportedRun> runs) {
  /** Begins keys of what an experiment's file says. */
  private static final String GIVEN = "given.";

  RunGroup {
    runs = List.copyOf(runs);
  }

  /** Mean and standard deviation over runs; the deviation of one run is NaN. */
  record Spread(double mean, double deviation, List<Double> values) {
    @Override
    public String toString() {
      return Figures.shown(mean, deviation);
    }
  }

  /** Of those runs that measured it. */
  Spread spread(String figure) {
    List<Double> values = new ArrayList<>();
    runs.forEach(run -> run.figure(figure).ifPresent(values::add));
    return spread(values);
  }

  static Spread spread(List<Double> values) {
    double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double deviation = values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
    return new Spread(mean, deviation, values);
  }

  /** The groups of runs, in the order of their first runs. */
  static List<RunGroup> of(List<ReportedRun> runs) {
    Set<String> keys = differing(runs);
    Map<Map<String, String>, List<ReportedRun>> byValues = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      Map<String, String> values = new LinkedHashMap<>();
      for (String key : keys) {
        values.put(key, value(run, key));
      }
      byValues.computeIfAbsent(values, none -> new ArrayList<>()).add(run);
    }
    Set<String> telling = telling(keys, byValues.keySet());
    List<RunGroup> groups = new ArrayList<>();
    byValues.forEach(
        (values, members) ->
            groups.add(new RunGroup(name(values, telling, members), values, members)));
    return groups;
  }

  private static String value(ReportedRun run, String key) {
    String varied = run.varied().get(key);
    return varied != null
        ? varied
        : key.equals("kind") ? run.kind() : run.settings().getOrDefault(key, "-");
  }

  /**
   * What the groups are told apart by, in words.
   *
   * @param telling keys that none before them implies
   */
  private static String name(
      Map<String, String> values, Set<String> telling, List<ReportedRun> members) {
    if (telling.isEmpty() || telling.size() > 4) {
      return telling.isEmpty() && members.size() > 1 ? "all runs" : members.getFirst().name();
    }
    List<String> parts = new ArrayList<>();
    telling.forEach(key -> parts.add(shortened(key) + " " + values.get(key)));
    return String.join(", ", parts);
  }

  /** Without keys whose values follow from those of one before, as that of a schedule's end. */
  private static Set<String> telling(Set<String> keys, Set<Map<String, String>> groups) {
    Set<String> telling = new LinkedHashSet<>();
    for (String key : keys) {
      boolean implied =
          telling.stream()
              .anyMatch(
                  known -> {
                    long pairs =
                        groups.stream()
                            .map(g -> List.of(g.getOrDefault(known, ""), g.getOrDefault(key, "")))
                            .distinct()
                            .count();
                    return pairs == groups.stream().map(g -> g.get(known)).distinct().count();
                  });
      if (!implied) {
        telling.add(key);
      }
    }
    return telling;
  }

  /** The last part of a dotted key, in words. */
  static String shortened(String key) {
    return key.substring(key.lastIndexOf('.') + 1).replace('_', ' ');
  }

  /** Keys of settings in which runs differ; not their seeds, nor where they are kept. */
  private static Set<String> differing(List<ReportedRun> runs) {
    Set<String> all = new LinkedHashSet<>();
    runs.forEach(run -> all.addAll(run.varied().keySet()));
    boolean oneExperiment = runs.stream().map(ReportedRun::experiment).distinct().count() == 1;
    if (all.isEmpty() || !oneExperiment) {
      // What an experiment varies is named by it; of other runs, all is compared.
      all.add("kind");
      runs.forEach(run -> all.addAll(run.settings().keySet()));
    } else {
      // Two folders of one experiment's name may have been told other things.
      for (ReportedRun run : runs) {
        run.settings().keySet().stream()
            .filter(key -> key.startsWith(GIVEN))
            .filter(key -> !run.varied().containsKey(key.substring(GIVEN.length())))
            .forEach(all::add);
      }
    }
    Set<String> differing = new LinkedHashSet<>();
    for (String key : all) {
      boolean own = key.equals("seed") || key.endsWith(".seed");
      long values = runs.stream().map(run -> value(run, key)).distinct().count();
      if (!own && values > 1) {
        differing.add(key);
      }
    }
    return differing;
  }
}
