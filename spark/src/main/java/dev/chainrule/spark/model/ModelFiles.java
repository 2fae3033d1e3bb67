package dev.chainrule.spark.model;

import dev.chainrule.Chainrule;
import dev.chainrule.base.InputException;
import dev.chainrule.core.run.TrainedModel;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.ExecutorFacts;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.broadcast.Broadcast;

/**
 * The files of a trained model, sent to every executor once; there they lie in a folder as they do
 * here.
 */
public final class ModelFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What only training reads. */
  private static final Set<String> LEFT = Set.of("optimizer.safetensors", "train.jsonl", "best");

  private static final String EVENTS = "events.out.";

  /** The largest array of the JVM. */
  private static final long LARGEST = Integer.MAX_VALUE - 8L;

  /** A copy as it came, one to be written from, and the weights: not all of them in the heap. */
  private static final int COPIES = 2;

  private static final long MEGABYTE = 1 << 20;

  /** Folders of this JVM, by the broadcast's number. */
  private static final Map<Long, Path> FOLDERS = new ConcurrentHashMap<>();

  private final String name;
  private final Broadcast<Map<String, byte[]>> files;

  private ModelFiles(String name, Broadcast<Map<String, byte[]>> files) {
    this.name = name;
    this.files = files;
  }

  /**
   * Reads a model and hands it to the cluster.
   *
   * @throws InputException if it is none, or does not fit the memory of an executor
   */
  public static ModelFiles of(Cluster cluster, Path folder) throws IOException {
    if (!Files.isRegularFile(folder.resolve("config.json"))) {
      throw new InputException(
          folder + ": holds no config.json, expected the folder of a trained model.");
    }
    List<Path> some = sent(folder);
    long size = 0;
    for (Path file : some) {
      size += Files.size(folder.resolve(file));
    }
    requireRoom(cluster.executors(), folder, size);
    Map<String, byte[]> files = new TreeMap<>();
    for (Path file : some) {
      files.put(file.toString(), Files.readAllBytes(folder.resolve(file)));
    }
    return new ModelFiles(folder.toString(), cluster.context().broadcast(files));
  }

  /** The files to be sent, as paths within the folder: a model may have networks in folders. */
  private static List<Path> sent(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(folder::relativize)
          .filter(ModelFiles::isUsed)
          .toList();
    }
  }

  private static boolean isUsed(Path file) {
    for (Path part : file) {
      String name = part.toString();
      if (LEFT.contains(name) || name.startsWith(EVENTS)) {
        return false;
      }
    }
    return true;
  }

  /** Refuses a model that an executor would run out of memory with. */
  static void requireRoom(List<ExecutorFacts> executors, Path folder, long size) {
    if (size > LARGEST) {
      throw new InputException(
          "%s: its files have %,d MB, expected at most 2,047 MB to be sent to executors."
              .formatted(folder, size / MEGABYTE));
    }
    for (ExecutorFacts executor : executors) {
      if (COPIES * size > executor.heap()) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s: its files have %,d MB, and executor %s on %s has %,d MB, expected %,d: set"
                    + " spark.executor.memory.",
                folder,
                size / MEGABYTE,
                executor.executor(),
                executor.host(),
                executor.heap() / MEGABYTE,
                COPIES * size / MEGABYTE));
      }
    }
  }

  /** The folder in which they lie here. */
  public Path folder() throws IOException {
    synchronized (FOLDERS) {
      Path known = FOLDERS.get(files.id());
      if (known != null) {
        return known;
      }
      Path folder = Files.createTempDirectory("chainrule-model");
      folder.toFile().deleteOnExit();
      for (Map.Entry<String, byte[]> file : files.value().entrySet()) {
        Path copy = folder;
        for (Path part : Path.of(file.getKey())) {
          copy = copy.resolve(part);
          // What is named last goes first: files before their folders.
          copy.toFile().deleteOnExit();
        }
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.write(copy, file.getValue());
      }
      FOLDERS.put(files.id(), folder);
      return folder;
    }
  }

  /** The model, opened here. */
  public <M extends TrainedModel> M open(Class<M> type) throws IOException {
    return Chainrule.open(folder(), type);
  }

  @Override
  public String toString() {
    return name;
  }
}
