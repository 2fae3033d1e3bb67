package dev.chainrule.experiments.cli;

import dev.chainrule.core.run.GivenOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** Words of a command line with the files that they name from the root of the file system. */
  static List<String> portable(CommandSpec command, List<String> words) {
    List<String> result = new ArrayList<>(words);
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      for (String value : option.originalStringValues()) {
        if (namesFile(option, value)) {
          replace(result, List.of(option.names()), value);
        }
      }
    }
    return result;
  }

  /** Some options take a file or a word, such as the name of a known set. */
  private static boolean namesFile(OptionSpec option, String value) {
    Class<?>[] types = option.auxiliaryTypes();
    return types[types.length - 1] == Path.class
        || (types[types.length - 1] == String.class && Files.exists(Path.of(value)));
  }

  private static void replace(List<String> words, List<String> names, String value) {
    String absolute = Path.of(value).toAbsolutePath().toString();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (i > 0 && word.equals(value) && names.contains(words.get(i - 1))) {
        words.set(i, absolute);
      }
      for (String name : names) {
        if (word.equals(name + "=" + value)) {
          words.set(i, name + "=" + absolute);
        }
      }
    }
  }
}
