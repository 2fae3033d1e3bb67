package dev.chainrule.experiments.text;

import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.gguf.GgufQuantization;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF file that was written, as {@code --json} prints it.
 *
 * @param tensors how many
 * @param formats how many have each format
 * @param fallbacks tensors whose rows are too short for the format they would have had
 * @param roundedTwice tensors that had codes before
 * @param calibrated tensors that were rounded with regard to their inputs
 * @param bytesBefore of the weights that were read
 * @param bytes of those that were written
 * @param bitsPerElement of a weight
 * @param tuning how weights learnt to be rounded; null where they did not
 */
record Rounded(
    int tensors,
    Map<String, Integer> formats,
    int fallbacks,
    int roundedTwice,
    int calibrated,
    long bytesBefore,
    long bytes,
    double bitsPerElement,
    @Nullable Tuning tuning) {
  /**
   * How weights learnt to be rounded.
   *
   * @param steps how many
   * @param divergenceBefore of what the rounded weights predict from what the model does, in the
   *     first step, nats a token
   * @param divergence mean of the last steps
   */
  record Tuning(long steps, double divergenceBefore, double divergence) {}

  /** Writes a file and shows how far it is. */
  static Rounded write(
      GgufQuantization file, long bytesBefore, @Nullable Tuning tuning, Path to, int threads)
      throws IOException {
    GgufQuantization.Result written;
    try (Progress bar = Progress.start("write", megabytes(file.result().bytes()), "MB")) {
      long[] done = {0};
      written =
          file.write(
              to,
              threads,
              bytes -> {
                done[0] += bytes;
                bar.moveTo(megabytes(done[0]));
              });
    }
    Map<String, Integer> formats = new LinkedHashMap<>();
    written.formats().forEach((format, count) -> formats.put(format.option(), count));
    return new Rounded(
        written.tensors(),
        formats,
        written.fallbacks(),
        written.roundedTwice(),
        written.calibrated(),
        bytesBefore,
        written.bytes(),
        written.bitsPerElement(),
        tuning);
  }

  /** Rounded up: a small file is one, not none. */
  private static long megabytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }

  /** For people. */
  void print(Path file, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%s: %d tensors (%s), %.1f MB (%.1f MB before), %.2f bits a weight%n",
        file,
        tensors,
        formats.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", ")),
        bytes / 1e6,
        bytesBefore / 1e6,
        bitsPerElement);
    if (tuning != null) {
      out.printf(
          Locale.ROOT,
          "tuned in %d steps: %.5f nats a token from the model's predictions, %.5f before%n",
          tuning.steps,
          tuning.divergence,
          tuning.divergenceBefore);
    }
    if (fallbacks > 0) {
      out.printf(
          "%d of %d tensors have another format: their rows are no whole number of blocks%n",
          fallbacks, tensors);
    }
    if (roundedTwice > 0) {
      out.printf(
          "%d of %d tensors had codes before, and are rounded twice now: float weights lose less%n",
          roundedTwice, tensors);
    }
  }
}
