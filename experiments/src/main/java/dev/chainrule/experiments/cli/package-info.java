/**
 * What every command shares: {@link dev.chainrule.experiments.cli.Verb} is what a command extends,
 * {@link dev.chainrule.experiments.cli.CommonOptions} the options that all of them have.
 *
 * <p>A module's group of commands is a class of its own in its own package, {@code
 * dev.chainrule.experiments.text.TextCommand} and so on, named in one line of {@link
 * dev.chainrule.experiments.Main}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.cli;
