package dev.chainrule.experiments.cli;

import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of one command line.
 *
 * @param values of all options that the command has, given or default, by their longest names
 * @param given names of those that were given
 */
public record OptionValues(SortedMap<String, String> values, Set<String> given) {
  static OptionValues of(CommandSpec command) {
    SortedMap<String, String> values = new TreeMap<>();
    for (OptionSpec option : command.options()) {
      Object value = option.getValue();
      values.put(option.longestName(), String.valueOf(value));
    }
    Set<String> given = new TreeSet<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      given.add(option.longestName());
    }
    return new OptionValues(values, given);
  }

  /** The value of the option of this name. */
  public String value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
