package dev.chainrule.experiments.cli;

import dev.chainrule.core.run.GivenOptions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of one command line. */
final class OptionValues {
  private OptionValues() {}

  static GivenOptions of(CommandSpec command) {
    Map<String, String> values = new TreeMap<>();
    for (OptionSpec option : command.options()) {
      Object value = option.getValue();
      values.put(option.longestName(), String.valueOf(value));
    }
    Set<String> given = new TreeSet<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      given.add(option.longestName());
    }
    return new GivenOptions(values, given);
  }
}
