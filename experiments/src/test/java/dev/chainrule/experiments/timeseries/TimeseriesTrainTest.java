package dev.chainrule.experiments.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.experiments.cli.Failures;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.DeepArForecaster;
import dev.chainrule.timeseries.deepar.WindowBatch;
import dev.chainrule.timeseries.deepar.WindowSampling;
import dev.chainrule.timeseries.run.FurtherNetwork;
import dev.chainrule.timeseries.run.SeriesRun;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TimeseriesTrainTest {
  private static final DeepArConfig SMALL =
      DeepArConfig.of(Frequency.of("H"), 12, 6).withLags(new int[] {1, 6}, 1).withNetwork(1, 4, 0);

  @TempDir Path folder;

  @BeforeEach
  void writeSeries() throws IOException {
    write("data.csv", "a", "b");
    write("others.csv", "a", "c");
  }

  private void write(String name, String... ids) throws IOException {
    StringBuilder csv = new StringBuilder("unique_id,ds,y\n");
    for (String id : ids) {
      for (int i = 0; i < 60; i++) {
        csv.append("%s,%d,%d%n".formatted(id, i, 10 + i % 6));
      }
    }
    Files.writeString(folder.resolve(name), csv);
  }

  private String run(int code, String data, String out, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--freq", "H"));
    args.addAll(List.of("--data", folder.resolve(data).toString(), "--threads", "1"));
    args.addAll(List.of("--out", folder.resolve(out).toString()));
    args.addAll(List.of(more));
    StringWriter errors = new StringWriter();
    int ended = execute(errors, args.toArray(String[]::new));
    assertThat(ended).as(errors.toString()).isEqualTo(code);
    return errors.toString();
  }

  private static int execute(StringWriter errors, String... args) {
    Failures failures = new Failures();
    return new CommandLine(new TimeseriesCommand())
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setErr(new PrintWriter(errors, true))
        .execute(args);
  }

  private void start(String out, int steps) {
    run(
        0,
        "data.csv",
        out,
        "--horizon",
        "6",
        "--units",
        "4",
        "--batch-size",
        "4",
        "--steps",
        Integer.toString(steps),
        "--learning-rate",
        "0.001");
  }

  @Test
  void aResumedRunGoesOnFromItsLastStep() throws IOException {
    start("m", 3);
    String log = Files.readString(folder.resolve("m/config.json"));
    assertThat(log).contains("\"step\" : 3");
    run(0, "data.csv", "m", "--resume", "--steps", "5");
    assertThat(Files.readString(folder.resolve("m/config.json"))).contains("\"step\" : 5");
  }

  @Test
  void optionsSayYesAndNoToWhatIsChosenWithoutThem() throws IOException {
    String[] small = {"--horizon", "6", "--units", "4", "--batch-size", "4", "--steps", "1"};
    run(0, "data.csv", "yes", join(small, "--standardize", "--anonymous"));
    run(0, "data.csv", "no", join(small, "--no-standardize", "--no-anonymous"));
    assertThat(Files.readString(folder.resolve("yes/config.json")))
        .contains("\"standardized\" : true", "\"num_categories\" : 0");
    assertThat(Files.readString(folder.resolve("no/config.json")))
        .contains("\"standardized\" : false", "\"num_categories\" : 2");
  }

  private static String[] join(String[] first, String... second) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(second));
    return all.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vector", "nd4j"})
  void aStoppedAndResumedRunEndsWithTheBitsOfOneThatWasNot(String engine) throws IOException {
    session(engine, "whole", Integer.MAX_VALUE, false);
    assertThat(session(engine, "halves", 5, false).stopped()).isTrue();
    // Twelve steps less five and the one that was stopped; the rest are the second network's.
    assertThat(session(engine, "halves", 11, true).stopped()).isTrue();
    assertThat(session(engine, "halves", Integer.MAX_VALUE, true).steps()).isEqualTo(12);
    for (String name :
        List.of(
            "model.safetensors",
            "optimizer.safetensors",
            "networks/2/model.safetensors",
            "networks/2/optimizer.safetensors")) {
      assertThat(folder.resolve("halves").resolve(name))
          .as(name)
          .hasSameBinaryContentAs(folder.resolve("whole").resolve(name));
    }
  }

  /** With dropout, averaged weights and scheduled sampling: all that is random or has a state. */
  private TrainingRun.Result session(String engine, String out, int stopAfter, boolean resume)
      throws IOException {
    List<Series> series = SeriesFile.read(folder.resolve("data.csv"), Frequency.of("H"));
    Recipe usual = SeriesTraining.usualRecipe();
    SeriesTraining training =
        SeriesTraining.usual(6)
            .withNetwork(config -> config.withLags(new int[] {1, 2, 6}, 1).withNetwork(2, 5, 0.1))
            .withWindows(new WindowSampling(0.5, 0.5))
            .withRecipe(usual.withBatchSize(4).withLearningRate(1e-3).withSteps(12).withSeed(3))
            .withFurther(List.of(new FurtherNetwork(SMALL.withStandardizing(true), 12)));
    Path to = folder.resolve(out);
    TrainingRun<WindowBatch> run =
        resume
            ? SeriesRun.resume(to, series, "data.csv", recipe -> recipe)
            : SeriesRun.begin(series, training, to);
    AtomicInteger asked = new AtomicInteger();
    try (Engine open = Engines.open(engine, 2)) {
      return run.train(open, List.of(), () -> asked.incrementAndGet() > stopAfter);
    }
  }

  @Test
  void eachNetworkOfAModelDrawsItsShareOfThePaths() throws IOException {
    session("vector", "both", Integer.MAX_VALUE, false);
    List<Series> series = SeriesFile.read(folder.resolve("data.csv"), Frequency.of("H"));
    DeepArFolder both = DeepArFolder.read(folder.resolve("both"));
    assertThat(both.networks()).hasSize(2);
    AtomicInteger done = new AtomicInteger();
    try (Engine engine = Engines.open("vector", 2)) {
      double[][] mixed = paths(both.networks(), both.known(), 7, series, engine, done);
      double[][] first =
          paths(both.networks().subList(0, 1), both.known(), 3, series, engine, done);
      assertThat(done).hasValue(2 * series.size());
      assertThat(Arrays.copyOf(mixed, 3)).isDeepEqualTo(first);
      double[][] second =
          paths(both.networks().subList(1, 2), both.known(), 7, series, engine, done);
      assertThat(Arrays.copyOfRange(mixed, 3, 7)).isDeepEqualTo(Arrays.copyOfRange(second, 3, 7));
    }
  }

  private static double[][] paths(
      List<DeepAr> networks,
      List<Series> known,
      int count,
      List<Series> series,
      Engine engine,
      AtomicInteger done) {
    Forecast last =
        new DeepArForecaster(networks, known, count, engine)
            .forecastSeries(series, 6, 11, done::addAndGet)
            .getLast();
    return ((SamplePaths) last).paths();
  }

  @ParameterizedTest
  @CsvSource({
    "/training, options, 3, options are no object",
    "/training/options, further, null, further",
    "/training/options, further, 3, further",
  })
  void damagedOptionsOfARunAreSaidInASentence(
      String place, String key, String value, String message) throws IOException {
    session("vector", "both", 0, false);
    Path config = folder.resolve("both/config.json");
    JsonNode tree = Json.mapper().readTree(Files.readString(config));
    ((ObjectNode) tree.at(place)).set(key, Json.mapper().readTree(value));
    Files.writeString(config, tree.toString());
    assertThat(run(1, "data.csv", "both", "--resume"))
        .startsWith("error: ")
        .contains("config.json", message)
        .hasLineCount(1);
  }

  @Test
  void networksThatAreNoPartsOfOneModelAreRefused() throws IOException {
    session("vector", "both", 0, false);
    start("m", 1);
    Files.createDirectories(folder.resolve("both/networks"));
    Files.move(folder.resolve("m"), folder.resolve("both/networks/2"));
    Path config = folder.resolve("both/networks/2/config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"prediction_length\" : 6", "\"prediction_length\" : 5"));
    assertThatThrownBy(() -> DeepArFolder.read(folder.resolve("both")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("networks/2: forecasts 5 steps of H, expected 6 of H of the same");
  }

  @Test
  void evaluationAndForecastsAskForTheModelsFrequency() throws IOException {
    start("m", 1);
    String model = folder.resolve("m").toString();
    String data = folder.resolve("data.csv").toString();
    for (String verb : List.of("eval", "forecast")) {
      StringWriter errors = new StringWriter();
      assertThat(execute(errors, verb, "--model", model, "--data", data, "--freq", "D"))
          .isEqualTo(1);
      assertThat(errors.toString()).contains("has steps of D, expected H as the model has");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, --season 0, '--season: found 0, expected a whole number from 1.'",
    "2, --first -1, '--first: found -1, expected a whole number from 1.'",
    "2, --freq 12345678D, 'frequency 12345678D, expected a count of at most 6 digits'",
    "2, --learning-rate NaN, '--learning-rate NaN, expected above 0'",
    "2, --average-decay 2, '--average-decay 2.0, expected at least 0 and less than 1'",
    "1, --least-positive 100, 'none of its 2 series is selected'",
    "1, --test others.csv, 'a, 0: begins, expected 60'"
  })
  void saysWhichOptionDoesNotFit(int code, String option, String message) {
    List<String> args = new ArrayList<>(List.of("backtest", "--horizon", "6", "--models"));
    args.add("deepar");
    args.addAll(List.of("--data", folder.resolve("data.csv").toString()));
    if (!option.startsWith("--freq")) {
      args.addAll(List.of("--freq", "H"));
    }
    for (String word : option.split(" ")) {
      args.add(word.endsWith(".csv") ? folder.resolve(word).toString() : word);
    }
    StringWriter errors = new StringWriter();
    assertThat(execute(errors, args.toArray(String[]::new))).isEqualTo(code);
    assertThat(errors.toString()).contains(message);
  }

  @Test
  void refusesToOverwriteToResumeNothingAndToResumeOnOtherSeries() {
    start("m", 1);
    assertThat(run(1, "data.csv", "m", "--horizon", "6")).contains("holds a checkpoint already");
    assertThat(run(1, "others.csv", "m", "--resume")).contains("holds other series than the 2");
    assertThat(run(1, "data.csv", "n", "--resume")).contains("no such folder");
    assertThat(run(2, "data.csv", "n")).contains("--horizon: found none");
  }
}
