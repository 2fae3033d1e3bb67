package dev.chainrule.spark.series;

import dev.chainrule.arima.forecast.Comparison;
import dev.chainrule.arima.forecast.ComparisonTotals;
import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.arima.forecast.Run;
import dev.chainrule.arima.forecast.SeasonSearch;
import dev.chainrule.arima.forecast.Watch;
import dev.chainrule.base.InputException;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFacts;
import dev.chainrule.spark.Cluster;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Series on a cluster, read and planned: what all of them tell is known, and each block is where it
 * is worked on. The passes over them are the steps of one machine's run, whose functions they call.
 */
final class ManySeries {
  /** Each of the threads of a task is a slot of its own. */
  private static final int THREADS = 1;

  private final Cluster cluster;
  private final Input input;
  private final Plan plan;
  private final Frequency frequency;
  private final boolean counts;
  private final JavaRDD<BlockSource> blocks;

  /** What is asked of a block before seasons are looked for. */
  private record Span(int usable, int longest) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** A block after the comparison, and the rows of its validation. */
  private record Compared(
      BlockSource source, Comparison comparison, String text, ArrayList<Row> rows)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What is known of all series. */
  record Whole(Frequency frequency, boolean counts, int blocks, boolean dealt) {}

  /** Looks at the input once, and plans. */
  ManySeries(Cluster cluster, Input input) {
    this.cluster = cluster;
    this.input = input;
    StageBars.name(cluster, "read");
    List<SeriesFacts> facts = input.facts();
    Frequency known = input.known();
    this.frequency = known == null ? SeriesFacts.frequency(input.source(), facts) : known;
    this.counts = facts.stream().anyMatch(SeriesFacts::counts);
    this.plan = Plan.of(facts, cluster.slots());
    if (plan.blocks() == 0) {
      throw new InputException(input.source() + ": has no rows, expected series.");
    }
    this.blocks = input.blocks(plan, frequency, cluster);
    if (plan.parts() == null) {
      blocks.persist(StorageLevel.MEMORY_AND_DISK());
    }
  }

  Whole whole() {
    return new Whole(frequency, counts, plan.blocks(), plan.parts() == null);
  }

  /**
   * Forecasts each block by itself.
   *
   * @param placed whether a forecast depends on how many series are before
   */
  Outcome apart(Apart work, boolean placed, Output output) {
    Frequency known = frequency;
    int[] before = placed ? before(spans()) : new int[plan.blocks()];
    JavaRDD<BlockResult> results =
        blocks.mapPartitionsWithIndex(
            (b, some) -> {
              List<BlockResult> one = new ArrayList<>();
              while (some.hasNext()) {
                SeriesData data = some.next().read();
                LinkedHashMap<String, String> problems = new LinkedHashMap<>(data.problems());
                Output.Forecasts made = output.new Forecasts();
                work.forecast(data.usable(), before[b], known, made::add, problems::put);
                one.add(BlockResult.of(made, problems, null));
              }
              return one.iterator();
            },
            true);
    return new Outcome(cluster, this, output, results, null, List.of(blocks));
  }

  /**
   * Compares models over all series, and forecasts each by the one that is chosen for it: a pass
   * for the comparison, whose totals every machine gets, and one for the forecasts.
   *
   * @param validation whether to keep the forecasts of the comparison
   */
  Outcome compared(Forecasting given, Output output, boolean validation) {
    Forecasting settings = given.withThreads(THREADS);
    int season = season(settings);
    JavaRDD<Compared> compared =
        blocks
            .map(
                block -> {
                  Output.Validation rows = output.new Validation();
                  Run run = settings.part(block.read().usable(), season, Watch.NONE);
                  run.compare(
                      window -> {
                        if (validation) {
                          rows.add(window);
                        }
                      });
                  return new Compared(
                      block, run.comparison(), rows.text(), new ArrayList<>(rows.rows()));
                })
            .persist(StorageLevel.MEMORY_AND_DISK());
    StageBars.name(cluster, "compare");
    ComparisonTotals totals =
        compared.map(block -> block.comparison.totals()).treeReduce(ManySeries::sum);
    JavaRDD<BlockResult> results =
        compared.map(
            block -> {
              SeriesData data = block.source.read();
              LinkedHashMap<String, String> problems = new LinkedHashMap<>(data.problems());
              Output.Forecasts made = output.new Forecasts();
              Run run =
                  settings.part(data.usable(), season, Watch.NONE).after(block.comparison, totals);
              run.forecast(
                  entry -> made.add(entry.series(), entry.forecast(), entry.model()),
                  problems::put);
              return BlockResult.of(made, problems, run.comparison().chosen());
            });
    return new Outcome(
        cluster,
        this,
        output,
        results,
        new Outcome.Choice(
            season, compared.map(block -> block.text), compared.flatMap(c -> c.rows.iterator())),
        List.of(blocks, compared));
  }

  /** Adds up; one of them is taken to do so, as each is of a task of its own. */
  static ComparisonTotals sum(ComparisonTotals a, ComparisonTotals b) {
    a.add(b);
    return a;
  }

  /** The season of all series: what one machine says of them, of as few as it looks at. */
  private int season(Forecasting settings) {
    List<Span> spans = spans();
    int longest = spans.stream().mapToInt(Span::longest).max().orElse(0);
    int series = spans.stream().mapToInt(Span::usable).sum();
    if (series == 0) {
      return 1;
    }
    Integer known = settings.knownSeason(longest);
    if (known != null) {
      return known;
    }
    if (!counts && frequency.unit() != Frequency.Unit.STEP) {
      return SeasonSearch.ofDates(frequency, longest);
    }
    return SeasonSearch.found(sample(spans, SeasonSearch.step(series)));
  }

  private List<Span> spans() {
    return blocks
        .map(
            block -> {
              List<Series> usable = block.read().usable();
              int longest = usable.stream().mapToInt(Series::length).max().orElse(0);
              return new Span(usable.size(), longest);
            })
        .collect();
  }

  /** How many series are in the blocks before each. */
  private static int[] before(List<Span> spans) {
    int[] before = new int[spans.size()];
    for (int b = 1; b < before.length; b++) {
      before[b] = before[b - 1] + spans.get(b - 1).usable();
    }
    return before;
  }

  private List<double[]> sample(List<Span> spans, int step) {
    int[] before = before(spans);
    List<ArrayList<double[]>> found =
        blocks
            .mapPartitionsWithIndex(
                (b, some) -> {
                  ArrayList<double[]> taken = new ArrayList<>();
                  while (some.hasNext()) {
                    List<Series> usable = some.next().read().usable();
                    for (int i = 0; i < usable.size(); i++) {
                      if ((before[b] + i) % step == 0) {
                        taken.add(SeasonSearch.observed(usable.get(i).values()));
                      }
                    }
                  }
                  return List.of(taken).iterator();
                },
                true)
            .collect();
    return found.stream().flatMap(List::stream).toList();
  }

  /** How the input is named. */
  String source() {
    return input.source();
  }
}
