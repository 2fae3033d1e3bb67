package dev.chainrule.text.run;

import dev.chainrule.text.structure.Vocabulary;
import dev.chainrule.text.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/** The {@link Vocabulary} of a tokenizer, made when it is first wanted, and then kept. */
final class FoldedVocabulary {
  private final Tokenizer tokenizer;
  private @Nullable Vocabulary folded;

  FoldedVocabulary(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  synchronized Vocabulary get() {
    Vocabulary known = folded;
    if (known == null) {
      known = Vocabulary.of(tokenizer);
      folded = known;
    }
    return known;
  }
}
