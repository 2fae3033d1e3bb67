/** {@code chainrule text}: train, evaluate and sample language models. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.text;
