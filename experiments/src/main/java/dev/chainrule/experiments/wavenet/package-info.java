/** The {@code wavenet} commands. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.wavenet;
