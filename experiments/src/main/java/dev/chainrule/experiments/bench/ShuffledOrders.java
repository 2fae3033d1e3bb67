package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Whether a benchmark takes as long after others as alone. What the JVM learnt from one must not
 * slow another down, as it would in a notebook that lives for hours.
 *
 * @param alone measures in a JVM of its own
 * @param here measures in this JVM
 * @param output for people
 * @param stop true once the user wants no more
 */
record ShuffledOrders(Alone alone, Here here, PrintStream output, BooleanSupplier stop) {
  /** Times as long as alone that are still taken for noise. */
  static final double LIMIT = 1.3;

  /** Milliseconds in a JVM of its own. */
  @FunctionalInterface
  interface Alone {
    double milliseconds(Benchmark benchmark) throws Exception;
  }

  /** Milliseconds in this JVM; empty if the user stopped before the end. */
  @FunctionalInterface
  interface Here {
    OptionalDouble milliseconds(Benchmark benchmark) throws Exception;
  }

  /** What {@code --json} prints: a row a benchmark. */
  record Report(double limit, List<Row> results) {}

  /**
   * One benchmark.
   *
   * @param aloneMilliseconds in a JVM of its own
   * @param milliseconds in this one, in each order
   */
  record Row(String name, double aloneMilliseconds, List<Double> milliseconds) {
    /** The slowest, in times as long as alone. */
    double worst() {
      return Collections.max(milliseconds) / aloneMilliseconds;
    }
  }

  /** One order's measurement, and what the benchmark took alone. */
  private record Pair(double alone, double here) {
    boolean isSlow() {
      return here > LIMIT * alone;
    }
  }

  /**
   * Measures all.
   *
   * @throws InputException if one takes longer than {@link #LIMIT} times as long as alone
   */
  Report run(List<Benchmark> benchmarks, int orders, long seed) throws Exception {
    Map<String, Double> alones = new LinkedHashMap<>();
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (Benchmark benchmark : benchmarks) {
      if (!stop.getAsBoolean()) {
        alones.put(benchmark.name(), alone.milliseconds(benchmark));
        times.put(benchmark.name(), new ArrayList<>());
        print("alone", benchmark, alones.get(benchmark.name()), "");
      }
    }
    Random random = new Random(seed);
    for (int order = 1; order <= orders; order++) {
      List<Benchmark> shuffled = new ArrayList<>(benchmarks);
      Collections.shuffle(shuffled, random);
      for (Benchmark benchmark : shuffled) {
        OptionalDouble first =
            stop.getAsBoolean() ? OptionalDouble.empty() : here.milliseconds(benchmark);
        if (first.isEmpty()) {
          return report(alones, times);
        }
        Pair pair = settle(benchmark, new Pair(alones.get(benchmark.name()), first.getAsDouble()));
        alones.put(benchmark.name(), pair.alone());
        times.get(benchmark.name()).add(pair.here());
        String ratio = String.format(Locale.ROOT, "%6.2f times alone", pair.here() / pair.alone());
        print("order " + order, benchmark, pair.here(), ratio);
      }
    }
    Report report = report(alones, times);
    for (Row row : report.results()) {
      if (row.worst() > LIMIT) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s takes %.3f ms after other benchmarks, %.3f ms alone, expected at most %.1f"
                    + " times as long.",
                row.name(),
                Collections.max(row.milliseconds()),
                row.aloneMilliseconds(),
                LIMIT));
      }
    }
    return report;
  }

  /**
   * What is too slow is measured again on both sides: the machine may have been slow for a while,
   * whereas what the JVM has learnt stays.
   */
  private Pair settle(Benchmark benchmark, Pair pair) throws Exception {
    if (!pair.isSlow()) {
      return pair;
    }
    double aloneAgain = alone.milliseconds(benchmark);
    OptionalDouble again = here.milliseconds(benchmark);
    return new Pair(
        Math.max(pair.alone(), aloneAgain), Math.min(pair.here(), again.orElse(pair.here())));
  }

  private static Report report(Map<String, Double> alones, Map<String, List<Double>> times) {
    List<Row> rows = new ArrayList<>();
    times.forEach(
        (name, milliseconds) -> {
          if (!milliseconds.isEmpty()) {
            rows.add(new Row(name, alones.get(name), List.copyOf(milliseconds)));
          }
        });
    return new Report(LIMIT, rows);
  }

  private void print(String when, Benchmark benchmark, double milliseconds, String ratio) {
    output.printf(
        Locale.ROOT, "%-8s %-46s %10.3f ms %s%n", when, benchmark.name(), milliseconds, ratio);
  }
}
