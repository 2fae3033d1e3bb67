/** What the {@code train} and {@code eval} commands of all modalities share. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.training;
