package dev.chainrule.core.safetensors;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.Utf8File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a folder as Hugging Face's library writes it: {@code model.safetensors}, or where
 * that is missing the files that {@code model.safetensors.index.json} names. A name that leads out
 * of the folder is refused, and a link too, except into the {@code blobs} of Hugging Face's cache,
 * where the files of a {@code snapshots} folder are.
 */
public final class SafetensorsFolder implements AutoCloseable {
  /** Name of the file that holds all tensors. */
  public static final String SINGLE = "model.safetensors";

  /** Name of the file that says which of several holds which. */
  public static final String INDEX = "model.safetensors.index.json";

  private final Path path;
  private final List<SafetensorsFile> files;
  private final Map<String, StoredTensor> tensors;

  private SafetensorsFolder(
      Path path, List<SafetensorsFile> files, Map<String, StoredTensor> tensors) {
    this.path = path;
    this.files = files;
    this.tensors = tensors;
  }

  /** Whether there is something to open in a folder. */
  public static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(SINGLE))
        || Files.isRegularFile(folder.resolve(INDEX));
  }

  /**
   * Opens a folder.
   *
   * @throws InputException if it holds neither file, or one breaks a rule; the sentence names it
   * @throws IOException if a file is unreadable
   */
  public static SafetensorsFolder open(Path folder) throws IOException {
    Path single = folder.resolve(SINGLE);
    Path index = folder.resolve(INDEX);
    if (Files.exists(single)) {
      SafetensorsFile file = SafetensorsFile.open(single);
      return new SafetensorsFolder(folder, List.of(file), byName(file.tensors()));
    }
    if (!Files.exists(index)) {
      throw new InputException(
          "%s: has neither %s nor %s, expected one of them".formatted(folder, SINGLE, INDEX));
    }
    Map<String, String> names =
        SafetensorsIndex.parse(index.toString(), Utf8File.read(index, "JSON"));
    return openAll(folder, index, names);
  }

  private static SafetensorsFolder openAll(Path folder, Path index, Map<String, String> names)
      throws IOException {
    Map<String, SafetensorsFile> opened = new HashMap<>();
    Map<String, StoredTensor> tensors = LinkedHashMap.newLinkedHashMap(names.size());
    try {
      for (Map.Entry<String, String> entry : names.entrySet()) {
        String name = entry.getValue();
        SafetensorsFile file = opened.get(name);
        if (file == null) {
          file = SafetensorsFile.open(inside(folder, index, name));
          opened.put(name, file);
        }
        if (!file.has(entry.getKey())) {
          throw new InputException(
              "%s: says that tensor \"%s\" lies in %s, which has none of that name, expected it"
                  .formatted(index, Excerpt.of(entry.getKey()), Excerpt.of(name)));
        }
        tensors.put(entry.getKey(), file.tensor(entry.getKey()));
      }
    } catch (IOException | RuntimeException e) {
      opened.values().forEach(SafetensorsFile::close);
      throw e;
    }
    return new SafetensorsFolder(folder, new ArrayList<>(opened.values()), tensors);
  }

  /** The file of a name that the index gives, which may be no link to somewhere else. */
  private static Path inside(Path folder, Path index, String name) throws IOException {
    Path file = folder.resolve(name);
    Path real;
    try {
      real = file.toRealPath();
    } catch (NoSuchFileException e) {
      throw new InputException(
          "%s: names %s, which is missing, expected it beside the index"
              .formatted(index, Excerpt.of(name)),
          e);
    }
    Path realFolder = folder.toRealPath();
    Path parent = real.getParent();
    if (parent != null && (realFolder.equals(parent) || isBlobs(realFolder, parent))) {
      return file;
    }
    throw new InputException(
        "%s: names %s, which is a link to %s, expected a file of the same folder"
            .formatted(index, Excerpt.of(name), real));
  }

  private static boolean isBlobs(Path folder, Path parent) {
    Path snapshots = folder.getParent();
    return snapshots != null
        && snapshots.endsWith("snapshots")
        && snapshots.resolveSibling("blobs").equals(parent);
  }

  private static Map<String, StoredTensor> byName(List<StoredTensor> list) {
    Map<String, StoredTensor> tensors = LinkedHashMap.newLinkedHashMap(list.size());
    list.forEach(tensor -> tensors.put(tensor.name(), tensor));
    return tensors;
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** All tensors, in the order of the file or the index. */
  public List<StoredTensor> tensors() {
    return new ArrayList<>(tensors.values());
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The tensor of this name.
   *
   * @throws InputException if there is none
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException(
          "%s: has no tensor \"%s\" among its %d, expected it"
              .formatted(path, Excerpt.of(name), tensors.size()));
    }
    return tensor;
  }

  /** Unmaps the files; their tensors cannot be used any more. */
  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
