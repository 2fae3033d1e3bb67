package dev.chainrule.experiments.text;

import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.gguf.FileType;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufQuantization;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.architecture.GgufExport;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.run.RoundingTuning;
import dev.chainrule.text.run.TextCalibration;
import dev.chainrule.text.run.TextExport;
import dev.chainrule.text.run.TextModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text quantize}. */
@Command(
    name = "quantize",
    description = {
      "Writes a model of any kind of file as GGUF, with its weights in another format.",
      "Norms and vectors stay float32, and the matrix that makes logits is q6_k or better, as are"
          + " of q4_k_m and q5_k_m those of some layers that errors harm most (--pure: all alike)."
          + " q4_k is q4_k_m, and q5_k is q5_k_m. Where a row is no multiple of 256, q5_0 stands"
          + " for q4_k, q5_1 for q5_k, q8_0 for q6_k, and f16 where it is no multiple of 32."
    })
final class TextQuantize extends Verb {
  /** The formats that are written, by llama-quantize's names. */
  enum Format {
    F32(FileType.F32),
    F16(FileType.F16),
    BF16(FileType.BF16),
    Q8_0(FileType.Q8_0),
    Q6_K(FileType.Q6_K),
    Q5_K_M(FileType.Q5_K_M),
    Q5_K_S(FileType.Q5_K_S),
    Q5_K(FileType.Q5_K_M),
    Q5_1(FileType.Q5_1),
    Q5_0(FileType.Q5_0),
    Q4_K_M(FileType.Q4_K_M),
    Q4_K_S(FileType.Q4_K_S),
    Q4_K(FileType.Q4_K_M),
    Q4_1(FileType.Q4_1),
    Q4_0(FileType.Q4_0);

    final FileType type;

    Format(FileType type) {
      this.type = type;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
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
      description = "All matrices have this format, also the one that makes logits.")
  boolean pure;

  @Option(
      names = "--calibration-data",
      paramLabel = "FILE|DIR|NAME",
      description =
          "Text that the model reads first: matrices are rounded so that their products with what"
              + " they are multiplied with there change least. Some thousand tokens or more, none"
              + " of those that the result is judged by.")
  @Nullable String calibrationData;

  @Option(
      names = "--tune-steps",
      paramLabel = "N",
      description =
          "Then weights learn for N steps to predict on that text, rounded, what the model does.")
  long tuneSteps;

  @Option(
      names = "--tune-rate",
      paramLabel = "X",
      description = "The learning rate of these steps, at most (default: ${DEFAULT-VALUE}).")
  double tuneRate = RoundingTuning.of(1).learningRate();

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
    if (tuneSteps < 0) {
      throw badOption("--tune-steps", tuneSteps, "0 or more");
    }
    if (!(tuneRate > 0)) {
      throw badOption("--tune-rate", tuneRate, "a number above 0");
    }
    if (tuneSteps > 0 && calibrationData == null) {
      throw badOption("--tune-steps", tuneSteps, "--calibration-data beside it, to learn on");
    }
    if (calibrationData != null && to.type.format().elements() == 1) {
      throw badOption(
          "--calibration-data",
          calibrationData,
          "none for a format without codes, as " + to + " is");
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
      if (calibrationData == null) {
        return write(GgufQuantization.of(source, rounding()), before, null, file);
      }
      try (TextModel model = opened.open()) {
        Prepared prepared = prepared(model, calibrationData);
        return write(
            prepared.weights == null
                ? GgufQuantization.of(source, prepared.rounding)
                : GgufQuantization.of(
                    source, prepared.rounding, GgufExport.elements(prepared.weights)),
            before,
            prepared.tuning,
            file);
      }
    }
  }

  private Rounded written(Path file) throws IOException {
    try (TextModel model = opened.open()) {
      Prepared prepared =
          calibrationData == null
              ? new Prepared(rounding(), null, null)
              : prepared(model, calibrationData);
      GgufQuantization written =
          prepared.weights == null
              ? TextExport.gguf(model, prepared.rounding)
              : TextExport.gguf(model, prepared.weights, prepared.rounding);
      return write(written, Float.BYTES * written.result().elements(), prepared.tuning, file);
    }
  }

  private Rounding rounding() {
    return Rounding.to(to.type).withPure(pure);
  }

  /** What came of reading the calibration text: weights where they learnt. */
  private record Prepared(
      Rounding rounding, @Nullable DecoderModel weights, Rounded.@Nullable Tuning tuning) {}

  private Prepared prepared(TextModel model, String data) throws IOException {
    Corpus corpus =
        Corpus.read(
            data,
            Corpus.ALL_FILES,
            model.documents(),
            DataFolders.ofEnvironment(),
            (read, bytes) -> {});
    Rounding rounding =
        rounding().withCalibration(TextCalibration.of(model, corpus, common().compute()));
    if (tuneSteps == 0) {
      return new Prepared(rounding, null, null);
    }
    RoundingTuning tuning =
        RoundingTuning.of(tuneSteps).withLearningRate(tuneRate).withSeed(common().seed());
    try (TuningProgress progress = new TuningProgress(tuneSteps)) {
      DecoderModel weights = tuning.tune(model, rounding, corpus, common().compute(), progress);
      return new Prepared(rounding.tuned(), weights, progress.result());
    }
  }

  private Rounded write(
      GgufQuantization all, long before, Rounded.@Nullable Tuning tuning, Path file)
      throws IOException {
    Rounded written = Rounded.write(all, before, tuning, file, common().threads());
    written.print(file, output());
    return written;
  }
}
