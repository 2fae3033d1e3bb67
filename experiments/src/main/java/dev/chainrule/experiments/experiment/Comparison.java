package dev.chainrule.experiments.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.stat.inference.TTest;
import org.jspecify.annotations.Nullable;

/**
 * Settings beside each other: a metric's mean and deviation over seeds, and where there are two of
 * them, whether they differ by more than their seeds do.
 *
 * @param metric its name
 * @param settings best first, less being better
 * @param difference of two settings of two runs or more each; null else
 */
public record Comparison(String metric, List<Setting> settings, @Nullable Difference difference) {
  private static final double LEVEL = 0.95;

  /**
   * The runs of one setting.
   *
   * @param name what is varied, or else the experiment
   * @param values of the metric, by run
   * @param mean over runs that are done; null where there are none
   * @param deviation estimated from them with n - 1; null of fewer than two
   * @param failed runs that ended otherwise, or that lack the metric
   */
  public record Setting(
      String name,
      Map<String, Double> values,
      @Nullable Double mean,
      @Nullable Double deviation,
      int failed) {
    static Setting of(String name, Map<String, Double> values, int failed) {
      SummaryStatistics statistics = new SummaryStatistics();
      values.values().forEach(statistics::addValue);
      return new Setting(
          name,
          values,
          values.isEmpty() ? null : statistics.getMean(),
          values.size() < 2 ? null : statistics.getStandardDeviation(),
          failed);
    }

    private double[] array() {
      return values.values().stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  /**
   * Welch's t-test of the second setting against the first: two-sided, variances not taken as
   * equal.
   *
   * @param test its name
   * @param mean of the second less that of the first
   * @param low end of the interval that holds the difference of means with 95 %
   * @param high its other end
   * @param t statistic
   * @param degreesOfFreedom by Welch and Satterthwaite
   * @param p probability of a difference as large if there were none
   */
  public record Difference(
      String test,
      double mean,
      double low,
      double high,
      double t,
      double degreesOfFreedom,
      double p) {}

  public Comparison {
    settings = List.copyOf(settings);
  }

  /** Runs beside each other: those of an experiment with the same settings are one. */
  public static Comparison of(String metric, List<RunFolder> runs) {
    boolean several = runs.stream().map(RunFolder::experiment).distinct().count() > 1;
    Map<String, List<RunFolder>> groups = new LinkedHashMap<>();
    for (RunFolder run : runs) {
      List<String> words = new ArrayList<>();
      if (several || run.varied().isEmpty()) {
        words.add(run.experiment());
      }
      run.varied().forEach((key, value) -> words.add(key + "=" + value));
      groups.computeIfAbsent(String.join(", ", words), key -> new ArrayList<>()).add(run);
    }
    List<Setting> settings = new ArrayList<>();
    groups.forEach(
        (name, members) -> {
          if (areOne(members)) {
            settings.add(setting(name, metric, members));
          } else {
            Map<String, List<RunFolder>> folders = new LinkedHashMap<>();
            members.forEach(
                run -> folders.computeIfAbsent(folder(run), key -> new ArrayList<>()).add(run));
            folders.forEach(
                (folder, own) -> settings.add(setting(folder + ", " + name, metric, own)));
          }
        });
    settings.sort(Comparison::order);
    return new Comparison(metric, settings, settings.size() == 2 ? difference(settings) : null);
  }

  /** Two folders of one experiment's name are one where they have other seeds of the same. */
  private static boolean areOne(List<RunFolder> runs) {
    long names = runs.stream().map(RunFolder::name).distinct().count();
    long told = runs.stream().map(run -> run.config().path("given")).distinct().count();
    return names == runs.size() && told == 1;
  }

  private static String folder(RunFolder run) {
    Path runs = run.path().getParent();
    Path experiment = runs == null ? null : runs.getParent();
    return String.valueOf(experiment == null ? run.path().toAbsolutePath() : experiment);
  }

  private static Setting setting(String name, String metric, List<RunFolder> members) {
    Map<String, Double> values = new LinkedHashMap<>();
    int failed = 0;
    for (RunFolder run : members) {
      RunResult result = run.result();
      Double value = result == null ? null : result.metrics().get(metric);
      if (value == null || result == null || result.state() != RunResult.State.DONE) {
        failed++;
      } else {
        values.put(run.experiment() + "/" + run.name(), value);
      }
    }
    return Setting.of(name, values, failed);
  }

  private static int order(Setting a, Setting b) {
    Double first = a.mean();
    Double second = b.mean();
    if (first == null || second == null) {
      return Boolean.compare(first == null, second == null);
    }
    return Double.compare(first, second);
  }

  private static @Nullable Difference difference(List<Setting> two) {
    double[] first = two.getFirst().array();
    double[] second = two.getLast().array();
    if (first.length < 2 || second.length < 2) {
      return null;
    }
    double a = variance(first) / first.length;
    double b = variance(second) / second.length;
    if (!(a + b > 0)) {
      return null;
    }
    double freedom = (a + b) * (a + b) / (a * a / (first.length - 1) + b * b / (second.length - 1));
    TTest test = new TTest();
    double mean = mean(second) - mean(first);
    double half =
        new TDistribution(null, freedom).inverseCumulativeProbability((1 + LEVEL) / 2)
            * Math.sqrt(a + b);
    return new Difference(
        "Welch's t-test, two-sided",
        mean,
        mean - half,
        mean + half,
        test.t(second, first),
        freedom,
        test.tTest(second, first));
  }

  private static double mean(double[] values) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (double value : values) {
      statistics.addValue(value);
    }
    return statistics.getMean();
  }

  private static double variance(double[] values) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (double value : values) {
      statistics.addValue(value);
    }
    return statistics.getVariance();
  }
}
