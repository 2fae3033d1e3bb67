package dev.chainrule.experiments.report;

import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.plot.Chart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the likelihoods of runs went. */
final class Curves {
  /** Points of a curve; of more, means of equal parts are shown. */
  private static final int POINTS = 400;

  /** Curves of a chart. */
  static final int MOST = 16;

  private static final double SHADOW = 0.22;

  private Curves() {}

  /** Of one run: batches and held-out set. */
  static Chart of(ReportedRun run) {
    List<Chart.Mark> marks = new ArrayList<>();
    add(marks, "batches", 6, Chart.Style.FAINT, thinned(points(run, MetricsLog.Line::trainNll)));
    add(
        marks,
        "held out",
        0,
        Chart.Style.PLAIN,
        thinned(points(run, MetricsLog.Line::validationNll)));
    return new Chart(
        "Likelihood while training",
        Chart.Axis.of("step"),
        Chart.Axis.of("nats a " + run.element()),
        marks);
  }

  /**
   * Of several: a line a group, its mean, within one standard deviation over its runs.
   *
   * @param heldOut whether of the held-out set, else of the batches
   */
  static Chart of(List<RunGroup> groups, boolean heldOut) {
    Function<MetricsLog.Line, @Nullable Double> measure =
        heldOut ? MetricsLog.Line::validationNll : MetricsLog.Line::trainNll;
    String figure = heldOut ? "validation_nll" : "train_nll";
    List<RunGroup> best =
        groups.stream()
            .sorted(
                Comparator.comparingDouble(
                    (RunGroup g) -> {
                      double mean = g.spread(figure).mean();
                      return Double.isNaN(mean) ? Double.MAX_VALUE : mean;
                    }))
            .limit(MOST)
            .toList();
    List<Chart.Mark> marks = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      if (best.contains(groups.get(i))) {
        add(marks, groups.get(i), i, measure);
      }
    }
    String element = groups.getFirst().runs().getFirst().element();
    return new Chart(
        heldOut ? "Held-out likelihood" : "Likelihood of the batches",
        Chart.Axis.of("step"),
        Chart.Axis.of("nats a " + element),
        marks);
  }

  private static void add(
      List<Chart.Mark> marks,
      RunGroup group,
      int colour,
      Function<MetricsLog.Line, @Nullable Double> measure) {
    TreeMap<Double, List<Double>> bySteps = new TreeMap<>();
    for (ReportedRun run : group.runs()) {
      for (double[] point : thinned(points(run, measure))) {
        bySteps.computeIfAbsent(point[0], none -> new ArrayList<>()).add(point[1]);
      }
    }
    List<double[]> means = new ArrayList<>();
    List<Double> x = new ArrayList<>();
    List<Double> low = new ArrayList<>();
    List<Double> high = new ArrayList<>();
    // Where all runs are that came furthest: a mean of others would jump.
    int most = bySteps.values().stream().mapToInt(List::size).max().orElse(0);
    bySteps.forEach(
        (step, values) -> {
          if (values.size() == most) {
            RunGroup.Spread spread = RunGroup.spread(values);
            means.add(new double[] {step, spread.mean()});
            x.add(step);
            low.add(spread.mean() - spread.deviation());
            high.add(spread.mean() + spread.deviation());
          }
        });
    if (most > 1) {
      marks.add(new Chart.Band("", colour, SHADOW, x, low, high));
    }
    Chart.Style style = colour < Chart.COLOURS ? Chart.Style.PLAIN : Chart.Style.DASHED;
    add(marks, group.name(), colour, style, means);
  }

  private static void add(
      List<Chart.Mark> marks, String name, int colour, Chart.Style style, List<double[]> points) {
    if (!points.isEmpty()) {
      marks.add(
          new Chart.Line(
              name,
              colour,
              style,
              points.stream().map(p -> p[0]).toList(),
              points.stream().map(p -> p[1]).toList()));
    }
  }

  private static List<double[]> points(
      ReportedRun run, Function<MetricsLog.Line, @Nullable Double> measure) {
    // A run that was killed and went on may have measured a step twice: the later one holds.
    TreeMap<Long, Double> bySteps = new TreeMap<>();
    for (MetricsLog.Line line : run.metrics()) {
      Double value = measure.apply(line);
      if (value != null && Double.isFinite(value)) {
        bySteps.put(line.step(), value);
      }
    }
    List<double[]> points = new ArrayList<>();
    bySteps.forEach((step, value) -> points.add(new double[] {step, value}));
    return points;
  }

  private static List<double[]> thinned(List<double[]> points) {
    int part = Math.ceilDiv(points.size(), POINTS);
    if (part <= 1) {
      return points;
    }
    List<double[]> thinned = new ArrayList<>();
    for (int from = 0; from < points.size(); from += part) {
      List<double[]> some = points.subList(from, Math.min(points.size(), from + part));
      double mean = some.stream().mapToDouble(p -> p[1]).average().orElse(Double.NaN);
      thinned.add(new double[] {some.getLast()[0], mean});
    }
    return thinned;
  }

  /** What each group ended with: its runs, their mean and one standard deviation around it. */
  static Chart ends(List<RunGroup> groups, String figure) {
    List<Chart.Mark> marks = new ArrayList<>();
    List<Chart.Tick> ticks = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      RunGroup.Spread spread = groups.get(i).spread(figure);
      double at = i + 1;
      ticks.add(new Chart.Tick(at, groups.size() > 6 ? "" + (i + 1) : groups.get(i).name()));
      if (spread.values().isEmpty()) {
        continue;
      }
      if (spread.values().size() > 1) {
        marks.add(
            new Chart.Range(
                "",
                i,
                at,
                spread.mean() - spread.deviation(),
                spread.mean(),
                spread.mean() + spread.deviation()));
      }
      int last = spread.values().size() - 1;
      List<Double> x = new ArrayList<>();
      for (int k = 0; k <= last; k++) {
        // Beside each other, so that equal ones are both seen.
        x.add(at + (last == 0 ? 0 : 0.12 * ((double) k / last - 0.5)));
      }
      marks.add(new Chart.Dots("", i, x, spread.values()));
    }
    return new Chart(
        "Final figures: runs, their mean and one standard deviation around it",
        Chart.Axis.of(groups.size() > 6 ? "row of the table" : "").at(ticks),
        Chart.Axis.of(Figures.name(figure)),
        marks);
  }
}
