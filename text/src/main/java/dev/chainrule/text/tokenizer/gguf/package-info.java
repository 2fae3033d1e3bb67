/** Tokenizers from inside a GGUF file. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.tokenizer.gguf;
