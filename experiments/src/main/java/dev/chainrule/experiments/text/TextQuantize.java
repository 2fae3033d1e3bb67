package dev.chainrule.experiments.text;

import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufQuantization;
import dev.chainrule.core.gguf.TensorFormats;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text quantize}. */
@Command(
    name = "quantize",
    description = {
      "Writes a model as GGUF with its weights in another format.",
      "Norms and vectors stay float32, and the matrix that makes logits is q6_k or better"
          + " (--pure: as all others). Where a row is no multiple of 256, q5_0 stands for q4_k, q5_1"
          + " for q5_k, q8_0 for q6_k, and f16 where it is no multiple of 32."
    })
final class TextQuantize extends Verb {
  /** The formats that are written. */
  enum Format {
    F32,
    F16,
    BF16,
    Q8_0,
    Q6_K,
    Q5_K,
    Q5_1,
    Q5_0,
    Q4_K,
    Q4_1,
    Q4_0;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    BlockFormat block() {
      return BlockFormat.valueOf(name());
    }
  }

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE.gguf",
      description = "The model whose weights are rounded.")
  Path model;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      description = "The format of its weights: ${COMPLETION-CANDIDATES}.")
  Format to;

  @Option(
      names = "--pure",
      description = "The matrix that makes logits has this format too, and not q6_k.")
  boolean pure;

  /** The result, as {@code --json} prints it. */
  record Result(
      int tensors,
      Map<String, Integer> formats,
      int fallbacks,
      int roundedTwice,
      long bytesBefore,
      long bytes,
      double bitsPerElement) {}

  @Override
  protected Target target() {
    return Target.file(".gguf");
  }

  @Override
  protected Object run() throws Exception {
    @Nullable Path file = out();
    if (file == null) {
      throw badOption("--out", "nothing", "the name of the file to write");
    }
    try (GgufFile source = GgufFile.open(model)) {
      if (Files.exists(file) && Files.isSameFile(model, file)) {
        throw badOption("--out", file, "another file than --model");
      }
      TensorFormats formats = GgufQuantization.formats(source, to.block(), pure);
      long total =
          source.tensors().stream()
              .mapToLong(t -> formats.of(t.name(), t.shape()).bytes(t.size()))
              .sum();
      long before = source.tensors().stream().mapToLong(t -> t.data().byteSize()).sum();
      GgufQuantization.Result written;
      try (Progress bar = Progress.start("quantize", total >> 20, "MB")) {
        long[] done = {0};
        written =
            GgufQuantization.write(
                source,
                formats,
                file,
                common().threads(),
                bytes -> {
                  done[0] += bytes;
                  bar.moveTo(done[0] >> 20);
                });
      }
      return report(written, before, file);
    }
  }

  private Result report(GgufQuantization.Result written, long before, Path file) {
    Map<String, Integer> formats = new LinkedHashMap<>();
    written.formats().forEach((format, count) -> formats.put(format.option(), count));
    output()
        .printf(
            Locale.ROOT,
            "%s: %d tensors (%s), %.1f MB (%.1f MB before), %.2f bits a weight%n",
            file,
            written.tensors(),
            formats.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", ")),
            written.bytes() / 1e6,
            before / 1e6,
            written.bitsPerElement());
    if (written.fallbacks() > 0) {
      output()
          .printf(
              "rows of %d of %d tensors are no multiple of 256 (or 32): their format is another%n",
              written.fallbacks(), written.tensors());
    }
    if (written.roundedTwice() > 0) {
      output()
          .printf(
              "%d of %d tensors had codes before, and are rounded twice now: float weights lose less%n",
              written.roundedTwice(), written.tensors());
    }
    return new Result(
        written.tensors(),
        formats,
        written.fallbacks(),
        written.roundedTwice(),
        before,
        written.bytes(),
        written.bitsPerElement());
  }
}
