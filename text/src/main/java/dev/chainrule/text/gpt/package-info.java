/** A GPT: configuration, model, and decoder with a key-value cache. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.gpt;
