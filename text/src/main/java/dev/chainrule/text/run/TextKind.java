package dev.chainrule.text.run;

import dev.chainrule.core.run.ModelKind;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A kind of language model. {@code chainrule text train --architecture NAME} trains it, where its
 * {@link #name} is {@code text.NAME}, and all other text commands take what comes of it.
 *
 * @param <C> its shape
 */
public interface TextKind<C> extends ModelKind<C, TokenBatch> {
  /** How names of kinds of text models begin. */
  String PREFIX = "text.";

  /** The shape that a run has if its user says nothing. */
  C defaults(int vocabSize);

  @Override
  LanguageModel create(C configuration);

  /** The tokenizer, and the template of conversations where the model has one. */
  @Override
  default Set<String> files() {
    return TokenFiles.NAMES;
  }

  @Override
  default TextModel open(Path folder) throws IOException {
    return TextModel.open(folder);
  }

  /** The name without its prefix, as {@code --architecture} takes it. */
  default String architecture() {
    return name().startsWith(PREFIX) ? name().substring(PREFIX.length()) : name();
  }
}
