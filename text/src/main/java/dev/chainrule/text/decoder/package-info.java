/**
 * One configurable decoder of text: what GPT-2, LLaMA, Mistral, Qwen, Gemma and SmolLM differ in is
 * a configuration.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.decoder;
