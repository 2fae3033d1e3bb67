package dev.chainrule.spark.series;

import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.experiments.Main;
import dev.chainrule.experiments.cluster.BlockCommand;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.model.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the words of a command line say, on any machine.
 *
 * @param model of which every machine gets a copy in place of what {@code --model} names; null
 *     where the command has none
 */
record ByWords(ArrayList<String> words, @Nullable ModelFiles model) implements Reading {
  private static final long serialVersionUID = 1L;
  private static final String MODEL = "--model";

  /** A task has one processor, unless Spark is told otherwise. */
  private static final String THREADS = "--threads=1";

  /** Those of this JVM and thread: a command, whose options are read once, is of one task. */
  private static final ThreadLocal<ConcurrentHashMap<List<String>, BlockCommand>> COMMANDS =
      ThreadLocal.withInitial(ConcurrentHashMap::new);

  static ByWords of(Cluster cluster, BlockCommand command, List<String> words) throws IOException {
    Path model = command.model();
    return new ByWords(
        new ArrayList<>(words), model == null ? null : ModelFiles.of(cluster, model));
  }

  BlockCommand command() {
    return COMMANDS.get().computeIfAbsent(words, some -> (BlockCommand) Main.command(here()));
  }

  /** The words with the model's folder on this machine, and with a task's threads. */
  private List<String> here() {
    List<String> here = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--threads")) {
        i++;
      } else if (!word.startsWith("--threads=")) {
        here.add(i > 0 && words.get(i - 1).equals(MODEL) ? folder(word) : renamed(word));
      }
    }
    here.add(THREADS);
    return here;
  }

  private String renamed(String word) {
    return word.startsWith(MODEL + "=")
        ? MODEL + "=" + folder(word.substring(MODEL.length() + 1))
        : word;
  }

  private String folder(String given) {
    try {
      return model == null ? given : model.folder().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public SeriesFile file(Path path) {
    return command().file(path);
  }

  @Override
  public SeriesData selected(SeriesData read) {
    return command().selected(read);
  }
}
