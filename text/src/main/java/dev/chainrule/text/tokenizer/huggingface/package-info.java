/** Tokenizers as Hugging Face's library keeps them: {@code tokenizer.json}. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.tokenizer.huggingface;
