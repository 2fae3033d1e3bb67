package dev.chainrule.experiments.forecast;

import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.arima.forecast.JointMethod;
import dev.chainrule.arima.forecast.ModelScores;
import dev.chainrule.arima.forecast.Run;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.ForecastTable;
import dev.chainrule.base.hierarchy.Hierarchy;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.FutureFile;
import dev.chainrule.base.series.Outlook;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.cluster.BlockCommand;
import dev.chainrule.experiments.cluster.ClusterOptions;
import dev.chainrule.experiments.cluster.SeriesCluster;
import dev.chainrule.experiments.series.FailedSeries;
import dev.chainrule.experiments.series.LevelOptions;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.plot.Fan;
import dev.chainrule.plot.FanChart;
import dev.chainrule.timeseries.zeroshot.ZeroShotConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule forecast}. */
@Command(
    name = "forecast",
    description =
        "Forecast every series of a file by what did best on its past: finds the season, compares"
            + " models, writes forecasts and a page.")
public final class ForecastCommand extends Verb implements BlockCommand {
  private static final String DEEPAR = "deepar";
  private static final String ZERO_SHOT = "zeroshot";

  /** Series whose forecasts are printed. */
  private static final int SHOWN = 3;

  /** Values that are taken as missing, of which is told. */
  private static final int FAR_SHOWN = 5;

  @Mixin SeriesOptions input;

  @Option(names = "--frequency", paramLabel = "FREQ", description = "The same as --freq.")
  @Nullable String frequency;

  @Option(
      names = "--horizon",
      required = true,
      paramLabel = "H",
      description = "Forecast so many steps.")
  int horizon;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "NAME",
      description =
          "auto: those that suit a series; or some of naive, seasonal_naive, drift, ets, theta,"
              + " ces, arima, mstl, croston, sba, tsb, combination, zeroshot,"
              + " deepar.")
  List<String> models = List.of(Forecasting.AUTO);

  @Option(
      names = "--windows",
      paramLabel = "N",
      description = "Rolling origins of a series on which models are compared, at most.")
  int windows = Forecasting.USUAL_WINDOWS;

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "Fit models of single series to its last N values.")
  int last = Forecasting.USUAL_LAST;

  @Mixin LevelOptions levels = new LevelOptions();

  @Option(
      names = "--known",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns that are known ahead, for arima; the other models go without.")
  List<String> known = List.of();

  @Option(
      names = "--future",
      paramLabel = "FILE",
      description = "The columns of --known in the steps ahead: unique_id, ds and these.")
  @Nullable Path future;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The same as --out (default: forecast.csv).")
  @Nullable Path output;

  @Option(
      names = "--cv-out",
      paramLabel = "FILE",
      description =
          "Write the forecasts of the comparison as CSV: unique_id, cutoff, ds, model, y, mean and"
              + " quantiles.")
  @Nullable Path validation;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description =
          "Draw forecast fans, as .html or .png, of at most 12 series (default: a page beside"
              + " --out).")
  @Nullable Path plot;

  @Option(names = "--unit", paramLabel = "TEXT", description = "Unit of the values, in the plot.")
  String unit = "y";

  @Mixin HierarchyOptions hierarchy = new HierarchyOptions();

  @Mixin private SeriesCluster cluster = new SeriesCluster();

  private final FailedSeries failed = new FailedSeries();
  private final List<Fan> fans = new ArrayList<>();
  private final List<Outlook.Entry> shown = new ArrayList<>();
  private final Map<String, String> chosen = new LinkedHashMap<>();
  private int forecast;

  @Override
  protected Target target() {
    if (cluster.given()) {
      return new Target.Elsewhere(output);
    }
    return Target.file(output == null ? Path.of("forecast.csv") : output, ".csv");
  }

  @Override
  protected Object run() throws Exception {
    Forecasting settings = fromOptions(this::settings);
    fromOptions(input::checked);
    fromOptions(this::checked);
    if (cluster.given()) {
      return cluster.forecast(
          this,
          Objects.requireNonNull(text("--data")),
          Objects.requireNonNull(outText()),
          validation != null,
          words(),
          output(),
          this::stopRequested);
    }
    Path out = Objects.requireNonNull(out());
    Path page = plot == null ? beside(out) : plot;
    requireWritable("--plot", page, ".html", ".png");
    requireWritable("--cv-out", validation, ".csv");
    FanChart chart = fromOptions(() -> FanChart.of("--plot", page, unit));
    SeriesData data = read();
    data.problems().forEach((id, problem) -> fail(id, problem, data));
    if (data.usable().isEmpty()) {
      throw allFailed();
    }
    Hierarchy sums = null;
    List<Series> series = data.usable();
    if (hierarchy.given()) {
      if (!failed.all().isEmpty()) {
        throw allFailed();
      }
      List<Series> bottoms = series;
      Hierarchy over = fromOptions(() -> hierarchy.over(bottoms));
      sums = over;
      series = HierarchyOptions.nodes(over, bottoms);
    }
    List<JointMethod> joint = joint();
    List<Series> nodes = series;
    Run run = fromOptions(() -> settings.run(nodes, joint, new Bars(this::stopRequested)));
    System.err.printf(
        "%s: %d series, %s, season %d.%n",
        input.data(),
        series.size(),
        data.counts() ? "times count steps" : "steps of " + data.frequency(),
        run.season());
    List<String> far = run.farValues();
    far.stream().limit(FAR_SHOWN).forEach(System.err::println);
    if (far.size() > FAR_SHOWN) {
      System.err.printf("... and %d values more.%n", far.size() - FAR_SHOWN);
    }
    compare(run);
    output().print(run.comparison());
    write(run, sums, out, data);
    if (forecast == 0) {
      throw allFailed();
    }
    chart.write(fans, run.comparison().toString());
    for (Outlook.Entry entry : shown) {
      int n = entry.series().length();
      output()
          .printf(
              "%n%s: %s%n%s",
              Excerpt.of(entry.series().id()),
              entry.model(),
              ForecastTable.of(
                  entry.forecast(), levels.levels(), h -> entry.series().label(n + (long) h)));
    }
    output()
        .printf(
            "%n%d series, %d steps ahead: %s, %s%s%n",
            forecast,
            horizon,
            out,
            page,
            failed.all().isEmpty()
                ? ""
                : "; " + failed.all().size() + " series without a forecast");
    return result(run, data, out, page);
  }

  private @Nullable String outText() {
    return output == null ? text("--out") : text("--output");
  }

  @Override
  public SeriesFile file(Path path) {
    Frequency step = frequency == null ? null : Frequency.of(frequency);
    return input.file(path, names(), step);
  }

  @Override
  public SeriesData selected(SeriesData read) {
    return input.selected(read);
  }

  @Override
  public double[] probabilities() {
    return ForecastFile.probabilities(levels.levels());
  }

  @Override
  public Work work() {
    return new Work.Compared(settings());
  }

  private CovariateNames names() {
    return new CovariateNames(known, List.of(), List.of(), hierarchy.names());
  }

  private void compare(Run run) throws Exception {
    if (validation == null) {
      run.compare();
      return;
    }
    try (Writer text = new StringWriter()) {
      CrossValidationRows rows =
          new CrossValidationRows(text, ForecastFile.probabilities(levels.levels()));
      run.compare(rows::add);
      AtomicFile.writeString(validation, text.toString());
    }
  }

  private List<JointMethod> joint() {
    List<JointMethod> joint = new ArrayList<>();
    if (models.contains(ZERO_SHOT)) {
      joint.add(new ZeroShotMethod(common().compute()));
    }
    if (models.contains(DEEPAR)) {
      joint.add(new DeepArMethod(common().compute(), System.err));
    }
    return joint;
  }

  private Forecasting settings() {
    List<String> single =
        models.stream().filter(name -> !name.equals(DEEPAR) && !name.equals(ZERO_SHOT)).toList();
    return new Forecasting(
        horizon, single, windows, input.season(), last, common().threads(), common().seed());
  }

  private boolean checked() {
    levels.check();
    hierarchy.check(!known.isEmpty() || models.contains(DEEPAR) || models.contains(ZERO_SHOT));
    if (frequency != null) {
      if (input.freq() != null) {
        throw new IllegalArgumentException(
            "--frequency: found " + frequency + " beside --freq, expected one of them.");
      }
      Frequency unused = Frequency.of(frequency);
      assert unused != null;
    }
    if (output != null && common().out() != null) {
      throw new IllegalArgumentException(
          "--output: found " + output + " beside --out, expected one of them.");
    }
    if (models.contains(ZERO_SHOT)) {
      ZeroShotConfig.shipped().requireHorizon(horizon);
    }
    if (models.isEmpty()) {
      throw new IllegalArgumentException("--models: found none, expected one at least.");
    }
    boolean takes = models.contains("arima") || models.contains(Forecasting.AUTO);
    if (!known.isEmpty() && !takes) {
      throw new IllegalArgumentException(
          "--known: found %s, expected arima among --models: %s take no columns."
              .formatted(String.join(",", known), String.join(", ", models)));
    }
    if (known.isEmpty() != (future == null)) {
      throw new IllegalArgumentException(
          known.isEmpty()
              ? "--future: found " + future + ", expected --known with the columns to take from it."
              : "--future: not given, expected a file with the columns "
                  + String.join(", ", known)
                  + " in the steps ahead.");
    }
    cluster.checked(input, outText());
    if (cluster.given()) {
      ClusterOptions options = cluster.options();
      options.refuse("--plot", plot != null, "charts of what was written, by timeseries plot");
      options.refuse("--future", future != null, "models without columns");
      options.refuse("--hierarchy", hierarchy.given(), "sums beside the series in --data");
      options.refuse(
          "--models",
          models.contains(DEEPAR) || models.contains(ZERO_SHOT),
          "models of single series; a network is trained by timeseries train");
    }
    return true;
  }

  private static Path beside(Path out) {
    String name = String.valueOf(out.getFileName());
    int dot = name.lastIndexOf('.');
    return out.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".html");
  }

  private SeriesData read() throws IOException {
    CovariateNames names = names();
    Frequency step = frequency == null ? null : Frequency.of(frequency);
    SeriesData data = input.readSilently(names, step);
    Path ahead = future;
    if (ahead == null || data.usable().isEmpty()) {
      return data;
    }
    return new SeriesData(
        data.source(),
        FutureFile.extend(data.usable(), ahead, names, horizon),
        data.problems(),
        data.frequency(),
        data.inferred(),
        data.counts());
  }

  private void fail(String id, String problem, SeriesData data) {
    failed.add(id, problem, data.usable().size() + data.problems().size() > 1);
  }

  private InputException allFailed() {
    return failed.all().isEmpty()
        ? new InputException("stopped before the first series was forecast.")
        : failed.error();
  }

  private void write(Run run, @Nullable Hierarchy sums, Path out, SeriesData data)
      throws IOException {
    AtomicFile.write(
        out,
        channel -> {
          Writer text = Channels.newWriter(channel, StandardCharsets.UTF_8);
          ForecastFile.Writer rows =
              new ForecastFile.Writer(text, ForecastFile.probabilities(levels.levels()));
          try {
            if (sums == null) {
              run.forecast(entry -> add(entry, rows), (id, problem) -> fail(id, problem, data));
            } else {
              List<Outlook.Entry> base = new ArrayList<>();
              run.forecast(base::add, (id, problem) -> fail(id, problem, data));
              if (!failed.all().isEmpty()) {
                throw allFailed();
              }
              for (Outlook.Entry entry : hierarchy.reconciled(sums, base, common().seed())) {
                add(entry, rows);
              }
            }
          } catch (IOException | RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          if (forecast == 0) {
            throw allFailed();
          }
          text.flush();
        });
  }

  private void add(Outlook.Entry entry, ForecastFile.Writer rows) throws IOException {
    forecast++;
    rows.add(entry.series(), entry.forecast(), entry.model());
    if (fans.size() < Fan.MOST) {
      fans.add(Fan.of(entry.series(), entry.forecast(), levels.levels(), entry.model()));
    }
    if (shown.size() < SHOWN) {
      shown.add(entry);
    }
    if (common().json()) {
      chosen.put(entry.series().id(), entry.model());
    }
  }

  private Map<String, Object> result(Run run, SeriesData data, Path out, Path page) {
    List<ModelScores> scores = run.comparison().scores();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("series", forecast);
    json.put("horizon", horizon);
    json.put("frequency", data.frequency().toString());
    json.put("season", run.season());
    json.put("models", scores);
    json.put("chosen", chosen);
    json.put("failed", failed.all());
    json.put("far_values", run.farValues());
    json.put("file", out.toString());
    json.put("page", page.toString());
    return json;
  }
}
