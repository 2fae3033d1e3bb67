package dev.chainrule.experiments.timeseries;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.chainrule.arima.anomaly.AnomalySearch;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Digits;
import dev.chainrule.base.forecast.Surprise;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.parallel.Ordered;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.series.FailedSeries;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.timeseries.run.SeriesModel;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries anomalies}. */
@Command(
    name = "anomalies",
    description = "Flag values by their tail probability in what was expected from those before.")
final class TimeseriesAnomalies extends Verb {
  private static final int MOST_SHOWN = 20;
  private static final int DIGITS = 4;

  @Mixin SeriesOptions input;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A trained model (default: a model of each series, by --method).")
  @Nullable Path model;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "Model of single series: ets, theta, ces, arima or mstl.")
  String method = "ets";

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description =
          "Flag tail probabilities below P: the share of false alarms among values like the"
              + " others.")
  double threshold = 0.001;

  private final FailedSeries failed = new FailedSeries();
  private long flagged;
  private long judged;
  private int series;
  private int shown;

  private record Found(AnomalySearch.@Nullable Result result, String problem) {}

  /** The result, as {@code --json} prints it. */
  record Result(
      int series,
      long values,
      long flagged,
      double threshold,
      List<Map<String, String>> failed,
      String file) {}

  @Override
  protected Target target() {
    return Target.file(Path.of("anomalies.csv"), ".csv");
  }

  @Override
  protected Object run() throws Exception {
    fromOptions(input::checked);
    AnomalySearch search =
        fromOptions(() -> new AnomalySearch(AnomalyMethods.of(method), threshold));
    Path out = Objects.requireNonNull(out());
    AtomicFile.write(
        out,
        channel -> {
          Writer text = Channels.newWriter(channel, StandardCharsets.UTF_8);
          CsvWriter rows = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
          rows.writeRecord(
              "unique_id", "ds", "y", "expected", "lower", "upper", "tail", "flagged", "model");
          if (model == null) {
            bySeries(search, rows);
          } else {
            byNetwork(SeriesModel.open(model).on(common().compute()), rows);
          }
          rows.flush();
        });
    output()
        .printf(
            "%d of %d values of %d series are flagged (%s; %s were expected if all are alike):"
                + " %s%n",
            flagged,
            judged,
            series,
            Digits.percent((double) flagged / Math.max(1, judged)),
            Digits.of(threshold * judged, 3),
            out);
    return new Result(series, judged, flagged, threshold, failed.all(), out.toString());
  }

  private void bySeries(AnomalySearch search, CsvWriter rows) throws IOException {
    SeriesData data = input.readUsable(CovariateNames.NONE, null);
    data.problems().forEach(this::fail);
    List<Series> all = data.usable();
    int season = input.season(data.frequency());
    try (ForecastBar bar = new ForecastBar(method, all.size())) {
      Ordered.run(
          all.size(),
          common().threads(),
          this::stopRequested,
          i -> found(search, all.get(i), season),
          (i, found) -> {
            AnomalySearch.Result result = found.result;
            if (result == null) {
              fail(all.get(i).id(), found.problem);
            } else {
              add(all.get(i), result.surprises(), result.model(), rows);
            }
            bar.accept(1);
          });
    }
    if (series == 0 && !failed.all().isEmpty()) {
      throw failed.error();
    }
  }

  private static Found found(AnomalySearch search, Series s, int season) {
    try {
      return new Found(search.of(s.values(), season), "");
    } catch (InputException e) {
      return new Found(null, String.valueOf(e.getMessage()));
    }
  }

  private void byNetwork(SeriesModel network, CsvWriter rows) throws IOException {
    CovariateNames names = network.config().inputs().names();
    List<Series> all = input.read(names, Frequency.of(network.config().frequency()));
    List<List<Surprise>> surprises = network.surprises(all, threshold);
    for (int i = 0; i < all.size(); i++) {
      add(all.get(i), surprises.get(i), "DeepAR", rows);
    }
  }

  private void fail(String id, String problem) {
    failed.add(id, problem, true);
  }

  private void add(Series s, List<Surprise> surprises, String name, CsvWriter rows) {
    series++;
    for (int t = 0; t < surprises.size(); t++) {
      Surprise surprise = surprises.get(t);
      judged += Double.isNaN(surprise.tail()) ? 0 : 1;
      rows.writeRecord(
          s.id(),
          s.label(t),
          cell(surprise.value()),
          cell(surprise.expected()),
          cell(surprise.lower()),
          cell(surprise.upper()),
          cell(surprise.tail()),
          surprise.flagged() ? "1" : "0",
          name);
      if (surprise.flagged()) {
        flagged++;
        if (shown++ < MOST_SHOWN) {
          output()
              .printf(
                  "%s, %s: %s, expected %s to %s (tail %s)%n",
                  Excerpt.of(s.id()),
                  s.label(t),
                  Digits.of(surprise.value(), DIGITS),
                  Digits.of(surprise.lower(), DIGITS),
                  Digits.of(surprise.upper(), DIGITS),
                  Digits.of(surprise.tail(), 2));
        }
      }
    }
  }

  /** Missing is empty. */
  private static String cell(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }
}
