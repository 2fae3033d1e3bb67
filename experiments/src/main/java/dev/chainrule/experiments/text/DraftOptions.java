package dev.chainrule.experiments.text;

import dev.chainrule.text.run.Speculation;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.speculation.Acceptance;
import dev.chainrule.text.speculation.GuessBounds;
import dev.chainrule.text.tokenizer.IdTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tokens are guessed ahead. */
final class DraftOptions implements AutoCloseable {
  @Option(
      names = "--draft",
      paramLabel = "DIR|FILE",
      description =
          "A smaller model of the same tokens, which guesses what is drawn next: the same text, in"
              + " less time where guesses come true.")
  @Nullable Path draft;

  @Option(
      names = "--lookup",
      description = "Guess that what followed the last tokens before follows them again; likewise.")
  boolean lookup;

  @Option(
      names = "--draft-most",
      paramLabel = "N",
      description =
          "Tokens guessed at once, at most; fewer are where fewer pay (default: ${DEFAULT-VALUE}).")
  int most = GuessBounds.USUAL.most();

  @Option(
      names = "--draft-least",
      paramLabel = "N",
      description = "Tokens guessed at once in any case (default: ${DEFAULT-VALUE}).")
  int least = GuessBounds.USUAL.least();

  private @Nullable TextModel opened;

  /** Whether any tokens are guessed. */
  boolean asked() {
    return lookup || draft != null;
  }

  /**
   * The model with its guesses.
   *
   * @param tokenizer of a draft whose own files hold none; null for none
   * @param report hears what they came to
   * @throws IllegalArgumentException if the options do not go together
   */
  TextModel of(TextModel model, @Nullable Path tokenizer, Consumer<Acceptance> report)
      throws IOException {
    GuessBounds bounds = new GuessBounds(least, most);
    Path folder = draft;
    if (lookup && folder != null) {
      throw new IllegalArgumentException("--lookup beside --draft, expected one of them");
    }
    if (!asked()) {
      if (!bounds.equals(GuessBounds.USUAL)) {
        throw new IllegalArgumentException(
            "--draft-least or --draft-most where nothing is guessed, expected --draft or --lookup");
      }
      return model;
    }
    Speculation speculation = Speculation.lookup();
    if (folder != null) {
      TextModel small = open(folder, tokenizer);
      opened = small;
      speculation = Speculation.model(small);
    }
    return model.withSpeculation(speculation.within(bounds).withReport(report));
  }

  private static TextModel open(Path draft, @Nullable Path tokenizer) throws IOException {
    TextModel own = TextModel.open(draft);
    if (tokenizer == null || !(own.tokenizer() instanceof IdTokenizer)) {
      return own;
    }
    own.close();
    return TextModel.open(draft, tokenizer);
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
  }
}
