/** Learning the merges of a byte-level byte-pair encoding from a text. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.tokenizer.training;
