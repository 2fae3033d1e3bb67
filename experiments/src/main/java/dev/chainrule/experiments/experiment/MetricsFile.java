package dev.chainrule.experiments.experiment;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.core.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * {@code metrics.jsonl} while a run goes on: the lines of the checkpoint's {@code train.jsonl},
 * each as soon as it is there. A run that goes on begins with what the checkpoint has, so that no
 * step stands there twice.
 */
final class MetricsFile implements TrainingListener, AutoCloseable {
  private static final String LOG = "train.jsonl";

  private final Path path;
  private final FileChannel file;
  private final MetricsLog log;
  private int written;

  /**
   * Opens the file.
   *
   * @param checkpoint what the run goes on from; need not be there
   * @param every steps from line to line
   */
  MetricsFile(Path path, Path checkpoint, long every) throws IOException {
    this.path = path;
    log = new MetricsLog(every);
    Path earlier = checkpoint.resolve(LOG);
    List<String> lines =
        Files.exists(earlier) ? Files.readString(earlier).lines().toList() : List.of();
    log.resume(lines);
    written = lines.size();
    AtomicFile.writeString(path, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    file = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  @Override
  public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
    log.stepDone(step, nll, gradientNorm, learningRate);
    append();
  }

  @Override
  public void evaluated(long step, double validationNll, boolean best) {
    log.evaluated(step, validationNll, best);
    append();
  }

  private void append() {
    List<String> lines = log.lines();
    for (; written < lines.size(); written++) {
      byte[] line = (lines.get(written) + "\n").getBytes(StandardCharsets.UTF_8);
      try {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
      } catch (IOException e) {
        // A full disk does not say of which file.
        throw new UncheckedIOException(new IOException(path + ": " + e.getMessage(), e));
      }
    }
  }

  /** All lines, parsed. */
  List<MetricsLog.Line> lines() {
    return log.lines().stream().map(line -> Json.parse(line, LOG, MetricsLog.Line.class)).toList();
  }

  @Override
  public void close() throws IOException {
    file.force(true);
    file.close();
  }
}
