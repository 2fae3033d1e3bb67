package dev.chainrule.text.tokenizer.subword;

import java.util.function.Supplier;

/** How a tokenizer is kept in a file so that it comes back as it was. */
public sealed interface StoredTokenizer {
  /**
   * As Hugging Face's library keeps it.
   *
   * @param json the whole of a {@code tokenizer.json}
   */
  record HuggingFace(Supplier<String> json) implements StoredTokenizer {}

  /**
   * As SentencePiece keeps it.
   *
   * @param model the whole of a {@code tokenizer.model}
   * @param spaceAfterTokens whether a space is written after each added token, as llama.cpp has it,
   *     and not only before the text
   */
  record SentencePiece(Supplier<byte[]> model, boolean spaceAfterTokens)
      implements StoredTokenizer {}
}
