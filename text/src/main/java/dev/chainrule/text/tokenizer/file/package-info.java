/** Tokenizers in files, of whatever format they are. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.tokenizer.file;
