package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.data.FillInTheMiddle;
import dev.chainrule.text.model.LanguageModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a run's text comes from, as its checkpoint keeps it.
 *
 * @param data file, folder or known name, as given
 * @param glob which files of a folder
 * @param documents what its documents are; not {@link Documents#AUTO}
 * @param fimRate share of the documents whose middle is moved to the end
 * @param validationFraction how much is held out: of the end of one text, or of the documents
 * @param validationData where what is held out lies, if it is no part of the data; else null
 * @param seed by which documents are held out and cut
 * @param window tokens seen at once in training; null for the model's context length
 * @param teacher the model whose distributions are learnt instead of the tokens; null for none
 */
public record TextData(
    String data,
    String glob,
    Documents documents,
    double fimRate,
    double validationFraction,
    @Nullable String validationData,
    long seed,
    @Nullable Integer window,
    @Nullable String teacher) {
  public TextData {
    if (documents == Documents.AUTO) {
      throw new IllegalArgumentException("documents auto, expected what they are");
    }
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validation_fraction %s, expected at least 0 and less than 1"
              .formatted(validationFraction));
    }
  }

  /** Whether this is the text that a user names so, who may write a path in another way. */
  public boolean isOf(String other) {
    return data.equals(other) || absolute(data).equals(absolute(other));
  }

  /**
   * Tokens seen at once in training.
   *
   * @throws InputException if the model does not see so many
   */
  int window(LanguageModel model) {
    int most = model.contextLength();
    int wanted = window == null ? most : window;
    if (wanted < 1 || wanted > most) {
      throw new InputException(
          "a context of %d tokens, expected 1 to the model's %d".formatted(wanted, most));
    }
    return wanted;
  }

  /** The same data where they lie now. */
  TextData at(@Nullable String nowAt, @Nullable String nowGlob) {
    return new TextData(
        nowAt == null ? data : nowAt,
        nowGlob == null ? glob : nowGlob,
        documents,
        fimRate,
        validationFraction,
        validationData,
        seed,
        window,
        teacher);
  }

  /** What is learnt of a corpus, and what is held out, where both are of it. */
  public Corpus.Parts split(Corpus corpus) {
    return corpus.split(validationFraction, seed);
  }

  /** How middles are moved. */
  FillInTheMiddle middle() {
    return fimRate == 0 ? FillInTheMiddle.NONE : new FillInTheMiddle(fimRate, seed);
  }

  private static Path absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }
}
