package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.io.FolderLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What cannot be written is refused before anything is read: none of the models and data that these
 * commands name exists.
 */
class OutputTest {
  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private int execute(String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of(more));
    return Main.commandLine()
        .setErr(new PrintWriter(err, true))
        .execute(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pixelcnn sample --model m --out a.jpg",
        "pixelcnn sample --model m --out a",
        "pixelcnn sample --model m --animate a.png",
        "pixelcnn complete --model m --image i.png --out a.gif",
        "pixelcnn eval --model m --out a.png",
        "timeseries forecast --model m --data d.csv --freq D --out a.png",
        "timeseries plot --data d.csv --freq D --forecast f.csv --out a.svg",
        "arima fit --data d.csv --order 1,0,0 --out a.png",
        "arima auto --data d.csv --out a.xlsx",
        "arima auto --data d.csv --horizon 2 --plot a.jpg",
        "arima forecast --data d.csv --order 1,0,0 --horizon 2 --out a.html",
        "arima simulate --data d.csv --out a.png",
        "arima diagnose --data d.csv --plot a.gif",
        "text eval --model m --data d --out a.txt",
        "text sample --model m --out a.wav",
        "wavenet eval --model m --out a.wav",
        "bench --out a.png",
      })
  void anEndingOfAnotherFormatIsAUsageError(String command) {
    assertThat(execute(command)).as(err.toString()).isEqualTo(2);
    assertThat(err.toString()).contains("expected a name that ends in .");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text train --data d --out FILE/run",
        "text sample --model m --out FILE/a.json",
        "pixelcnn train --data digits --out FILE/run",
        "pixelcnn sample --model m --out FILE/a.png",
        "pixelcnn sample --model m --animate FILE/a.gif",
        "pixelcnn complete --model m --image i.png --out FILE/a.png",
        "wavenet train --data notes --out FILE/run",
        "wavenet sample --model m --out FILE/folder",
        "wavenet sample --model m --out FILE",
        "wavenet continue --model m a.wav --out FILE",
        "wavenet vocode --model m a.wav --out FILE",
        "timeseries train --data d.csv --freq D --horizon 2 --out FILE/run",
        "timeseries forecast --model m --data d.csv --freq D --out FILE/a.csv",
        "timeseries plot --data d.csv --freq D --forecast f.csv --out FILE/a.png",
        "arima plot --data d.csv --forecast f.csv --out FILE/a.png",
        "arima auto --data d.csv --out FILE/a.csv",
        "arima auto --data d.csv --horizon 2 --plot FILE/a.png",
        "arima simulate --data d.csv --out FILE/a.csv",
        "arima diagnose --data d.csv --plot FILE/a.png",
        "bench --out FILE/a.json",
        "demo --out FILE",
      })
  void aPlaceBelowAFileIsRefusedAtTheStart(String command) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(execute(command.replace("FILE", file.toString()))).isEqualTo(1);
    assertThat(err.toString()).contains(file.toString(), "is no folder");
    assertThat(err.toString()).doesNotContain("internal error");
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text train --data d",
        "pixelcnn train --data digits",
        "wavenet train --data notes",
        "timeseries train --data d.csv --freq D --horizon 2",
      })
  void aSecondRunInOneFolderIsRefusedAndADanglingLink(String command) throws IOException {
    Path run = folder.resolve("run");
    try (FolderLock first = FolderLock.take(run)) {
      assertThat(first).isNotNull();
      assertThat(execute(command, "--out", run.toString())).isEqualTo(1);
      assertThat(err.toString()).contains(run + ": another run is writing there");
      assertThat(execute(command, "--resume", "--out", run.toString())).isEqualTo(1);
    }
    assertThat(folder.toFile().list()).isEmpty();
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("nowhere"));
    assertThat(execute(command, "--out", link.toString())).isEqualTo(1);
    assertThat(err.toString()).contains(link + ": is a link to nowhere, which does not exist");
  }
}
