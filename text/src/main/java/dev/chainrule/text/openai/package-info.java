/**
 * The routes of the OpenAI API over a {@link dev.chainrule.text.serving.TextService}: {@link
 * dev.chainrule.text.openai.OpenAiServer}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.openai;
