/**
 * What tokenizers of parts of words are made of: normalisers, splitters, the models byte-pair
 * encoding and unigram, and the table of tokens. Readers of files put them together.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.tokenizer.subword;
