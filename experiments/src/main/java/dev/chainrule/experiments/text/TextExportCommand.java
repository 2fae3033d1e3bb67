package dev.chainrule.experiments.text;

import dev.chainrule.core.gguf.FileType;
import dev.chainrule.core.gguf.GgufQuantization;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.run.TextExport;
import dev.chainrule.text.run.TextModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text export}. */
@Command(
    name = "export",
    description = {
      "Writes a model for other programs, with its tokenizer and chat template: a folder that"
          + " Hugging Face's libraries load, or a GGUF file for llama.cpp, in float32.",
      "Adapters are added to the model that they change. text quantize writes GGUF in other"
          + " formats."
    })
final class TextExportCommand extends Verb {
  /** Whose files. */
  enum Format {
    HUGGINGFACE,
    GGUF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin TextModelOptions opened = new TextModelOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Whose files: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Format format = Format.HUGGINGFACE;

  /** A folder that was written, as {@code --json} prints it. */
  record Result(String format, long parameters) {}

  @Override
  protected Target target() {
    return format == Format.GGUF ? Target.file(".gguf") : new Target.Run(null);
  }

  @Override
  protected Object run() throws Exception {
    Path out = out();
    if (out == null) {
      throw badOption("--out", "nothing", "the folder or .gguf file to write");
    }
    try (TextModel model = opened.open()) {
      return exported(model, out);
    }
  }

  private Object exported(TextModel model, Path out) throws IOException {
    if (format == Format.GGUF) {
      GgufQuantization file = TextExport.gguf(model, Rounding.to(FileType.F32));
      Rounded written = Rounded.write(file, file.result().bytes(), null, out, common().threads());
      written.print(out, output());
      return written;
    }
    long parameters = TextExport.huggingFace(model, out);
    output().printf(Locale.ROOT, "%,d parameters in %s%n", parameters, out);
    return new Result(format.toString(), parameters);
  }
}
