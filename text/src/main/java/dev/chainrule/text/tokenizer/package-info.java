/** Text to token ids and back. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.tokenizer;
