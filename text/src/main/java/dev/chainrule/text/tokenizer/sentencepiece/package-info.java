/** Tokenizers as SentencePiece keeps them: {@code tokenizer.model}; and llama2.c's form of them. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.tokenizer.sentencepiece;
