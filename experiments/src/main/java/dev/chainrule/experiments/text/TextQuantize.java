package dev.chainrule.experiments.text;

import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufQuantization;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.InputMoments;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.run.TextCalibration;
import dev.chainrule.text.run.TextExport;
import dev.chainrule.text.run.TextModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text quantize}. */
@Command(
    name = "quantize",
    description = {
      "Writes a model of any kind of file as GGUF, with its weights in another format.",
      "Norms and vectors stay float32, and the matrix that makes logits is q6_k or better (--pure:"
          + " as all others). Where a row is no multiple of 256, q5_0 stands for q4_k, q5_1 for"
          + " q5_k, q8_0 for q6_k, and f16 where it is no multiple of 32."
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

  @Mixin TextModelOptions opened = new TextModelOptions();

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

  @Option(
      names = "--calibration-data",
      paramLabel = "FILE|DIR|NAME",
      description =
          "Text that the model reads first: matrices are rounded so that their products with what"
              + " they are multiplied with there change least. Some thousand tokens or more, none"
              + " of those that the result is judged by.")
  @Nullable String calibrationData;

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
    // Of such a file all is kept as it is; of others weights, tokenizer and template are written.
    return opened.tokenizer == null && GgufFile.isGguf(opened.model) ? copied(file) : written(file);
  }

  private Rounded copied(Path file) throws IOException {
    try (GgufFile source = GgufFile.open(opened.model)) {
      if (Files.exists(file) && Files.isSameFile(opened.model, file)) {
        throw badOption("--out", file, "another file than --model");
      }
      long before = source.tensors().stream().mapToLong(t -> t.data().byteSize()).sum();
      return write(
          GgufQuantization.of(source, to.block(), pure, calibrationOfFile()), before, file);
    }
  }

  private Map<String, InputMoments> calibrationOfFile() throws IOException {
    if (calibrationData == null) {
      return Map.of();
    }
    try (TextModel model = opened.open()) {
      return calibration(model);
    }
  }

  private Map<String, InputMoments> calibration(TextModel model) throws IOException {
    if (calibrationData == null) {
      return Map.of();
    }
    if (to.block().elements() == 1) {
      throw badOption(
          "--calibration-data",
          calibrationData,
          "none for a format without codes, as " + to + " is");
    }
    Corpus corpus =
        Corpus.read(
            calibrationData,
            Corpus.ALL_FILES,
            model.documents(),
            DataFolders.ofEnvironment(),
            (read, bytes) -> {});
    return TextCalibration.of(model, corpus, common().compute());
  }

  private Rounded written(Path file) throws IOException {
    try (TextModel model = opened.open()) {
      GgufQuantization written = TextExport.gguf(model, to.block(), pure, calibration(model));
      return write(written, Float.BYTES * written.result().elements(), file);
    }
  }

  private Rounded write(GgufQuantization all, long before, Path file) throws IOException {
    Rounded written = Rounded.write(all, before, file, common().threads());
    written.print(file, output());
    return written;
  }
}
