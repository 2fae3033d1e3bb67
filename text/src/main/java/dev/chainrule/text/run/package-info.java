/**
 * Language models as a program uses them: train, open, evaluate, score and sample by {@link
 * dev.chainrule.text.run.TextModel}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.run;
