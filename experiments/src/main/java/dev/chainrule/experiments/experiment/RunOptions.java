package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Failures;
import dev.chainrule.experiments.training.TrainVerb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What one run is told: the kind of its model, and the options of commands by section, each with
 * the place at which it stands.
 */
record RunOptions(Entry.Leaf kind, Modality modality, Map<Section, Entry.Tree> sections) {
  private static final String KIND = "kind";
  private static final Pattern OPTION = Pattern.compile("--([a-z][a-z0-9-]*)");
  private static final Pattern INVALID =
      Pattern.compile("Invalid value for option '[^']*'(?: \\(.*?\\))?: ");

  /**
   * The options in the sections of an experiment.
   *
   * @throws InputException for a key that is no option of the kind's commands, with its place
   */
  static RunOptions of(Entry.Tree whole) {
    Entry.Tree model = whole.tree(Section.MODEL.toString());
    Entry.Leaf kind = model.leaf(KIND);
    if (kind == null) {
      throw model.place().refuse("model has no kind, expected one such as text.gpt");
    }
    Modality modality = Modality.of(kind);
    Map<Section, Entry.Tree> sections = new EnumMap<>(Section.class);
    for (Section section : Section.values()) {
      if (!whole.entries().containsKey(section.toString())) {
        continue;
      }
      Entry.Tree tree = whole.tree(section.toString());
      Map<String, OptionSpec> options = modality.options(section);
      for (String key : tree.entries().keySet()) {
        boolean isKind = section == Section.MODEL && key.equals(KIND);
        if (!isKind && !options.containsKey(key)) {
          throw misplaced(kind, modality, section, tree, key);
        }
      }
      sections.put(section, tree);
    }
    RunOptions read = new RunOptions(kind, modality, sections);
    if (modality.train() == null && !sections.containsKey(Section.EVALUATION)) {
      throw kind.place().refuse(kind.text() + " is not trained, expected a section evaluation");
    }
    return read;
  }

  private static InputException misplaced(
      Entry.Leaf kind, Modality modality, Section section, Entry.Tree tree, String key) {
    Place place = tree.keys().getOrDefault(key, tree.place());
    for (Section other : Section.values()) {
      if (modality.options(other).containsKey(key)) {
        return place.refuse(
            "%s has no key %s, which stands in the section %s".formatted(section, key, other));
      }
    }
    List<String> known = new ArrayList<>(modality.options(section).keySet());
    if (section == Section.MODEL) {
      known.add(KIND);
    }
    return Entry.unknown(place, "%s of %s".formatted(section, kind.text()), key, known);
  }

  boolean has(Section section) {
    return sections.containsKey(section);
  }

  /**
   * Refuses what can be told to be wrong without data: values that are not of their option's type,
   * lacking ones, and what the commands refuse by themselves.
   */
  void check() throws IOException {
    List<String> model = List.of("--model", "checkpoint");
    if (modality.train() != null) {
      CommandLine line = command(Section.TRAINING, List.of("--out", "checkpoint"));
      try {
        ((TrainVerb<?>) line.getCommand()).check();
      } catch (ParameterException e) {
        throw refusal(e);
      }
    }
    if (has(Section.EVALUATION)) {
      command(Section.EVALUATION, modality.train() == null ? List.of() : model);
    }
    if (has(Section.SAMPLING)) {
      command(Section.SAMPLING, model);
    }
  }

  /** The words of the command line that a section comes to, without the program's name. */
  List<String> words(Section section, List<String> more) {
    List<String> words = new ArrayList<>();
    if (section == Section.TRAINING || modality.train() == null) {
      words.addAll(modality.named(kind.text()));
    }
    List<Section> from =
        switch (section) {
          case MODEL, DATA, TRAINING -> List.of(Section.MODEL, Section.DATA, Section.TRAINING);
          case EVALUATION ->
              modality.train() == null
                  ? List.of(Section.DATA, Section.EVALUATION)
                  : List.of(Section.EVALUATION);
          case SAMPLING -> List.of(Section.SAMPLING);
        };
    if (modality.train() != null && !from.contains(Section.DATA)) {
      words.addAll(inherited(section));
    }
    for (Section each : from) {
      Map<String, OptionSpec> options = modality.options(each);
      tree(each)
          .entries()
          .forEach(
              (key, entry) -> {
                OptionSpec option = options.get(key);
                if (option != null) {
                  words.addAll(words(option, entry));
                }
              });
    }
    words.addAll(more);
    return words;
  }

  private Entry.Tree tree(Section section) {
    return sections.getOrDefault(section, Entry.Tree.empty(kind.place()));
  }

  /** What measuring and drawing take over from how data are learnt, unless they say otherwise. */
  private List<String> inherited(Section section) {
    Map<String, OptionSpec> options = modality.options(section);
    List<String> words = new ArrayList<>();
    for (String key : modality.inherited()) {
      Entry entry = tree(Section.DATA).get(key);
      OptionSpec option = options.get(key);
      if (entry != null && option != null && tree(section).get(key) == null) {
        words.addAll(words(option, entry));
      }
    }
    return words;
  }

  private static List<String> words(OptionSpec option, Entry entry) {
    String name = option.longestName();
    if (entry instanceof Entry.Leaf leaf) {
      if (leaf.text().isEmpty()) {
        return List.of();
      }
      return isFlag(option) ? flag(option, leaf) : List.of(name + "=" + leaf.text());
    }
    if (entry instanceof Entry.Items items && option.isMultiValue()) {
      List<String> values = items.items().stream().map(item -> text(option, item)).toList();
      return option.splitRegex().isEmpty()
          ? values.stream().map(value -> name + "=" + value).toList()
          : List.of(name + "=" + String.join(",", values));
    }
    if (entry instanceof Entry.Tree tree && Map.class.isAssignableFrom(option.type())) {
      List<String> words = new ArrayList<>();
      tree.entries()
          .forEach((key, value) -> words.add(name + "=" + key + "=" + text(option, value)));
      return List.copyOf(words);
    }
    throw entry.place().refuse(Modality.key(option) + ": expected " + expected(option));
  }

  private static String expected(OptionSpec option) {
    return Map.class.isAssignableFrom(option.type())
        ? "keys and values"
        : option.isMultiValue() ? "a value or a list" : "one value";
  }

  private static String text(OptionSpec option, Entry entry) {
    return switch (entry) {
      case Entry.Leaf leaf -> leaf.text();
      case Entry.Items items ->
          "[" + String.join(",", items.items().stream().map(i -> text(option, i)).toList()) + "]";
      case Entry.Tree tree ->
          throw tree.place().refuse(Modality.key(option) + ": expected one value");
    };
  }

  private static boolean isFlag(OptionSpec option) {
    return option.type() == boolean.class || option.type() == Boolean.class;
  }

  private static List<String> flag(OptionSpec option, Entry.Leaf leaf) {
    return switch (leaf.text()) {
      case "true" -> List.of(option.longestName());
      case "false" ->
          option.negatable()
              ? List.of(option.longestName().replaceFirst("^--", "--no-"))
              : List.of();
      default ->
          throw leaf.place()
              .refuse(
                  "%s: found %s, expected true or false"
                      .formatted(Modality.key(option), leaf.text()));
    };
  }

  /**
   * The command of a section, its options read.
   *
   * @param more words, of what the experiment does not say
   * @throws InputException naming the place of a value that the command does not take
   */
  CommandLine command(Section section, List<String> more) {
    CommandLine line = modality.command(section);
    if (line == null) {
      throw kind.place().refuse("%s has no %s".formatted(kind.text(), section));
    }
    List<Exception> errors = line.parseArgs(words(section, more).toArray(String[]::new)).errors();
    for (Exception error : errors) {
      throw error instanceof ParameterException wrong
          ? refusal(wrong)
          : new InputException(String.valueOf(error.getMessage()), error);
    }
    return line;
  }

  /** What a command refused, with the place of what it was. */
  InputException refusal(ParameterException e) {
    String message = String.valueOf(e.getMessage());
    String key = key(e.getArgSpec());
    if (key == null && e instanceof MissingParameterException missing) {
      ArgSpec first = missing.getMissing().getFirst();
      return kind.place().refuse("%s is missing".formatted(key(first)));
    }
    Matcher named = OPTION.matcher(message);
    if (key == null && named.lookingAt()) {
      key = named.group(1).replace('-', '_');
      message = message.substring(named.end()).replaceFirst("^: ", "");
    }
    message = Failures.withTypesInWords(INVALID.matcher(message).replaceFirst(""));
    if (key != null && key.equals(modality.after())) {
      key = KIND;
    }
    return new InputException(
        place(key) + ": " + (key == null ? "" : key + ": ") + message.strip(), e);
  }

  private static @Nullable String key(@Nullable ArgSpec argument) {
    return argument instanceof OptionSpec option ? Modality.key(option) : null;
  }

  /** Where a key stands; what was said by none follows from the kind. */
  private Place place(@Nullable String key) {
    for (Entry.Tree tree : sections.values()) {
      Entry entry = key == null ? null : tree.get(key);
      if (entry != null) {
        return entry.place();
      }
    }
    return kind.place();
  }

  /** All that was said, values by dotted key; what a run is known by, with its seed. */
  SortedMap<String, String> given() {
    TreeMap<String, String> given = new TreeMap<>();
    sections.forEach(
        (section, tree) -> {
          flatten(section.toString(), tree, given);
          if (tree.entries().isEmpty()) {
            given.put(section.toString(), "as it is by default");
          }
        });
    return given;
  }

  static void flatten(String key, Entry entry, Map<String, String> into) {
    switch (entry) {
      case Entry.Leaf leaf -> into.put(key, leaf.text());
      case Entry.Items items -> {
        List<String> texts = new ArrayList<>();
        for (Entry item : items.items()) {
          Map<String, String> one = new LinkedHashMap<>();
          flatten("", item, one);
          texts.add(one.size() == 1 ? one.values().iterator().next() : one.toString());
        }
        into.put(key, "[" + String.join(", ", texts) + "]");
      }
      case Entry.Tree tree ->
          tree.entries().forEach((name, value) -> flatten(key + "." + name, value, into));
    }
  }
}
