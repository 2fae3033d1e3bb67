package dev.chainrule.experiments.timeseries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.experiments.cli.Failures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TimeseriesTrainTest {
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
    Failures failures = new Failures();
    int ended =
        new CommandLine(new TimeseriesCommand())
            .setParameterExceptionHandler(failures)
            .setExecutionExceptionHandler(failures)
            .setErr(new PrintWriter(errors, true))
            .execute(args.toArray(String[]::new));
    assertThat(ended).as(errors.toString()).isEqualTo(code);
    return errors.toString();
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
  void refusesToOverwriteToResumeNothingAndToResumeOnOtherSeries() {
    start("m", 1);
    assertThat(run(1, "data.csv", "m", "--horizon", "6")).contains("holds a model already");
    assertThat(run(1, "others.csv", "m", "--resume")).contains("holds other series than the 2");
    assertThat(run(1, "data.csv", "n", "--resume")).contains("no such folder");
    assertThat(run(2, "data.csv", "n")).contains("--horizon: found null");
  }

  @Test
  void selectsSeriesByWhatTheyHold() throws IOException {
    Path file = folder.resolve("sparse.csv");
    StringBuilder csv = new StringBuilder("unique_id,ds,y\n");
    String[] rows = {"1 0 0 1 0 1", "1 0 0 1 0 ", "0 0 1 1 0 1", "1 0 0 0 0 1"};
    for (int id = 0; id < rows.length; id++) {
      String[] cells = rows[id].split(" ", -1);
      for (int i = 0; i < cells.length; i++) {
        csv.append("s%d,%d,%s%n".formatted(id, i, cells[i]));
      }
    }
    Files.writeString(file, csv);
    SeriesOptions options = new SeriesOptions();
    options.selection = new SeriesSelection();
    options.data = file;
    options.freq = "M";
    assertThat(options.read()).hasSize(4);
    options.selection.complete = true;
    assertThat(options.read()).hasSize(3);
    options.selection.leastPositive = 3;
    assertThat(options.read()).hasSize(2);
    options.selection.active = 2;
    assertThat(options.read()).extracting(s -> s.id()).containsExactly("s0");
  }
}
