package dev.chainrule.experiments.experiment;

import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.pixelcnn.PixelCommand;
import dev.chainrule.experiments.text.TextCommand;
import dev.chainrule.experiments.timeseries.TimeseriesCommand;
import dev.chainrule.experiments.wavenet.WaveNetCommand;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What an experiment's kind of model comes to: commands of one module, whose options are the keys
 * of the experiment's sections, dashes written as underscores. So an experiment can say what a
 * command line can, in the same words, and nothing else.
 *
 * @param name before the dot of a kind
 * @param group command of the module
 * @param train verb that trains; null where nothing is trained
 * @param evaluate verb that measures
 * @param sample verb that draws; null where nothing is drawn
 * @param data options of {@code train} that say where data come from, but for those of series
 * @param training options that say how it learns, but for those that all kinds have
 * @param inherited options of the data section that {@code evaluate} and {@code sample} take too
 * @param after the dot of the kind: this option
 * @param drawn what {@code --out} of {@code sample} names, below the folder of samples; empty for
 *     the folder itself, null where the text is kept that the command prints
 */
record Modality(
    String name,
    Class<?> group,
    @Nullable String train,
    String evaluate,
    @Nullable String sample,
    Set<String> data,
    Set<String> training,
    Set<String> inherited,
    String after,
    @Nullable String drawn) {
  private static final String SERIES = "dev.chainrule.experiments.series";
  private static final String LEARNING = "dev.chainrule.experiments.training";

  /** Said by the experiment as a whole, or by the program that runs it. */
  private static final Set<String> NOT_KEYS =
      Set.of("seed", "out", "json", "engine", "threads", "stacktrace", "resume", "help", "version");

  private static final Map<String, Map<String, OptionSpec>> KNOWN = new ConcurrentHashMap<>();

  private static final Modality FORECASTERS =
      new Modality(
          "baseline",
          TimeseriesCommand.class,
          null,
          "backtest",
          null,
          Set.of(),
          Set.of(),
          Set.of(),
          "models",
          null);

  private static final List<Modality> ALL =
      List.of(
          new Modality(
              "text",
              TextCommand.class,
              "train",
              "eval",
              "sample",
              Set.of(
                  "data",
                  "glob",
                  "documents",
                  "tokenizer",
                  "validation",
                  "validation_data",
                  "fim_rate"),
              Set.of("epochs"),
              Set.of("data"),
              "architecture",
              null),
          new Modality(
              "pixelcnn",
              PixelCommand.class,
              "train",
              "eval",
              "sample",
              Set.of("data", "levels", "binarisation", "size", "hold_out", "grey", "vectors"),
              Set.of(),
              Set.of(),
              "architecture",
              "samples.png"),
          new Modality(
              "wavenet",
              WaveNetCommand.class,
              "train",
              "eval",
              "sample",
              Set.of("data", "sample_rate", "labels", "hold_out", "trim", "peak", "loudness"),
              Set.of("crop"),
              Set.of(),
              "",
              ""),
          new Modality(
              "timeseries",
              TimeseriesCommand.class,
              "train",
              "eval",
              "forecast",
              Set.of(
                  "known",
                  "observed",
                  "static_real",
                  "static_category",
                  "holidays",
                  "validation_windows"),
              Set.of("scheduled_sampling", "scale_power"),
              Set.of(
                  "data",
                  "layout",
                  "freq",
                  "season",
                  "where",
                  "complete",
                  "least_positive",
                  "active"),
              "architecture",
              "forecast.csv"),
          FORECASTERS);

  /** That of a kind, such as {@code text.gpt} or {@code wavenet}. */
  static Modality of(Entry.Leaf kind) {
    String[] parts = kind.text().split("\\.", 2);
    boolean automatic = kind.text().equals("arima.auto");
    for (Modality modality : ALL) {
      boolean named = modality.name.equals(parts[0]) || (automatic && modality.isOfForecasters());
      if (named && (parts.length == 1 || !modality.after.isEmpty())) {
        if (modality.isOfForecasters() && parts.length == 1) {
          break;
        }
        return modality;
      }
    }
    throw kind.place()
        .refuse(
            "kind: found %s, expected one of text, pixelcnn and timeseries with a dot and their"
                    .formatted(kind.text())
                + " --architecture (text.gpt), wavenet, arima.auto, or baseline.naive,"
                + " baseline.seasonal_naive or baseline.drift");
  }

  private boolean isOfForecasters() {
    return train == null;
  }

  /** The options that a kind's name stands for. */
  List<String> named(String kind) {
    if (kind.equals("arima.auto")) {
      return List.of("--models=auto_arima");
    }
    int dot = kind.indexOf('.');
    return dot < 0 ? List.of() : List.of("--" + after + "=" + kind.substring(dot + 1));
  }

  /** The command of a section, new. */
  @Nullable CommandLine command(Section section) {
    String verb =
        switch (section) {
          case MODEL, DATA, TRAINING -> train == null ? evaluate : train;
          case EVALUATION -> evaluate;
          case SAMPLING -> sample;
        };
    return verb == null ? null : command(verb);
  }

  private CommandLine command(String verb) {
    for (Class<?> each : group.getAnnotation(Command.class).subcommands()) {
      if (each.getAnnotation(Command.class).name().equals(verb)) {
        try {
          CommandLine line = new CommandLine(CommandLine.defaultFactory().create(each));
          line.setCaseInsensitiveEnumValuesAllowed(true);
          line.getCommandSpec().parser().collectErrors(true);
          return line;
        } catch (Exception e) {
          throw new IllegalStateException(each + " cannot be made", e);
        }
      }
    }
    throw new IllegalStateException(group + " has no verb " + verb);
  }

  /** The object that does what a command line says. */
  static Verb verb(CommandLine line) {
    return (Verb) line.getCommand();
  }

  /** The options that are keys of a section, by key. */
  Map<String, OptionSpec> options(Section section) {
    // A plan asks for each of its runs, and to read a command's options takes milliseconds.
    return KNOWN.computeIfAbsent(name + "." + section, key -> read(section));
  }

  private Map<String, OptionSpec> read(Section section) {
    Map<String, OptionSpec> options = new TreeMap<>();
    CommandLine command = command(section);
    if (command == null) {
      return options;
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      String key = key(option);
      if (!NOT_KEYS.contains(key) && sectionOf(option, key, section) == section) {
        options.put(key, option);
      }
    }
    return options;
  }

  private @Nullable Section sectionOf(OptionSpec option, String key, Section asked) {
    if (key.equals(after)) {
      return null; // The kind says it.
    }
    if (asked == Section.EVALUATION || asked == Section.SAMPLING) {
      boolean given = key.equals("model") || (train == null && !isOfForecasts(option));
      return given ? null : asked;
    }
    if (train == null) {
      return isOfSeries(option) ? Section.DATA : null;
    }
    String declared = declaredIn(option);
    if (data.contains(key) || declared.equals(SERIES)) {
      return Section.DATA;
    }
    return training.contains(key) || declared.equals(LEARNING) ? Section.TRAINING : Section.MODEL;
  }

  /** A backtest can train networks too, which is not what it does here. */
  private static boolean isOfForecasts(OptionSpec option) {
    return !isOfSeries(option)
        && !declaredIn(option).equals(LEARNING)
        && !(option.userObject() instanceof Field field
            && field.getDeclaringClass().getSimpleName().equals("NetworkOptions"));
  }

  private static boolean isOfSeries(OptionSpec option) {
    return declaredIn(option).equals(SERIES);
  }

  private static String declaredIn(OptionSpec option) {
    return option.userObject() instanceof Field field
        ? field.getDeclaringClass().getPackageName()
        : "";
  }

  /** The key of an option. */
  static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^--?", "").replace('-', '_');
  }
}
