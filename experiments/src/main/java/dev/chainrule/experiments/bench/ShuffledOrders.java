package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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

  /** What is known of a benchmark so far. */
  private static final class Course {
    final Benchmark benchmark;
    final List<Double> milliseconds = new ArrayList<>();
    double alone;

    Course(Benchmark benchmark, double alone) {
      this.benchmark = benchmark;
      this.alone = alone;
    }

    boolean isSlow(double time) {
      return time > LIMIT * alone;
    }

    Row row() {
      return new Row(benchmark.name(), alone, List.copyOf(milliseconds));
    }
  }

  /**
   * Measures all.
   *
   * @throws InputException if one takes longer than {@link #LIMIT} times as long as alone
   */
  Report run(List<Benchmark> benchmarks, int orders, long seed) throws Exception {
    List<Course> courses = new ArrayList<>();
    for (Benchmark benchmark : benchmarks) {
      if (stop.getAsBoolean()) {
        return report(courses);
      }
      Course course = new Course(benchmark, alone.milliseconds(benchmark));
      courses.add(course);
      print("alone", benchmark, course.alone, "");
    }
    Random random = new Random(seed);
    for (int order = 1; order <= orders; order++) {
      List<Course> shuffled = new ArrayList<>(courses);
      Collections.shuffle(shuffled, random);
      for (Course course : shuffled) {
        if (stop.getAsBoolean() || !measure(course, "order " + order)) {
          return report(courses);
        }
      }
    }
    Report report = report(courses);
    report.results().forEach(ShuffledOrders::require);
    return report;
  }

  /**
   * Measures one after others; false if the user stopped. What is too slow is measured again on
   * both sides: the machine may have been slow for a while, whereas what the JVM has learnt stays.
   */
  private boolean measure(Course course, String order) throws Exception {
    OptionalDouble measured = here.milliseconds(course.benchmark);
    if (measured.isEmpty()) {
      return false;
    }
    double time = measured.getAsDouble();
    if (course.isSlow(time)) {
      course.alone = Math.max(course.alone, alone.milliseconds(course.benchmark));
      time = Math.min(time, here.milliseconds(course.benchmark).orElse(time));
    }
    course.milliseconds.add(time);
    String ratio = String.format(Locale.ROOT, "%6.2f times alone", time / course.alone);
    print(order, course.benchmark, time, ratio);
    return true;
  }

  private static void require(Row row) {
    if (row.worst() > LIMIT) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s takes %.3f ms after other benchmarks, %.3f ms alone, expected at most %.1f times"
                  + " as long.",
              row.name(),
              Collections.max(row.milliseconds()),
              row.aloneMilliseconds(),
              LIMIT));
    }
  }

  private static Report report(List<Course> courses) {
    return new Report(
        LIMIT, courses.stream().filter(c -> !c.milliseconds.isEmpty()).map(Course::row).toList());
  }

  private void print(String when, Benchmark benchmark, double milliseconds, String ratio) {
    output.printf(
        Locale.ROOT, "%-8s %-46s %10.3f ms %s%n", when, benchmark.name(), milliseconds, ratio);
  }
}
