package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.tokenizer.IdTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model. */
final class TextModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|FILE",
      description =
          "A trained model: the folder of a run, a folder of Hugging Face's libraries, a GGUF file,"
              + " or a .bin of llama2.c.")
  Path model;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE|DIR",
      description = "The tokenizer of a model whose own files hold none.")
  @Nullable Path tokenizer;

  /**
   * What {@code --ids} says.
   *
   * @throws IllegalArgumentException if that is no list of the model's tokens
   */
  static int[] ids(TextModel model, String given) {
    try {
      return new IdTokenizer(model.tokenizer().vocabSize()).encode("--ids", given);
    } catch (InputException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  TextModel open() throws IOException {
    return tokenizer == null ? TextModel.open(model) : TextModel.open(model, tokenizer);
  }
}
