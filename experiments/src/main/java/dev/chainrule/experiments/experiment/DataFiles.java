package dev.chainrule.experiments.experiment;

import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.data.PublicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The files that a run reads, told from all others by their checksums; each is read once. */
final class DataFiles {
  /** Keys whose values name files, folders or sets. */
  private static final Set<String> NAMES =
      Set.of(
          "data", "validation_data", "vectors", "tokenizer", "holidays", "test", "future", "from");

  /** Sets whose folders have names of their own below that of all data. */
  private static final Map<String, String> FOLDERS =
      Map.of("chorales", "jsb/jsb-chorales-16th.json", "fsdd", "fsdd/recordings");

  private final Map<Path, Provenance.DataFile> known = new ConcurrentHashMap<>();

  /** Those that the options of a run name. */
  List<Provenance.DataFile> of(RunOptions options) throws IOException {
    Set<String> named = new TreeSet<>();
    options
        .given()
        .forEach(
            (key, value) -> {
              if (NAMES.contains(key.substring(key.indexOf('.') + 1))) {
                named.add(value);
              }
            });
    List<Provenance.DataFile> files = new ArrayList<>();
    for (String name : named) {
      Optional<Path> place = place(name);
      if (place.isEmpty()) {
        files.add(new Provenance.DataFile(name, null, null));
      } else if (Files.isDirectory(place.get())) {
        addFolder(name, place.get(), files);
      } else {
        files.add(file(name, place.get()));
      }
    }
    return files;
  }

  private void addFolder(String name, Path folder, List<Provenance.DataFile> files)
      throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path file : below.filter(Files::isRegularFile).sorted().toList()) {
        String relative = folder.relativize(file).toString().replace('\\', '/');
        files.add(file(name + "/" + relative, file));
      }
    }
  }

  private Provenance.DataFile file(String name, Path file) throws IOException {
    Path located = file.toRealPath();
    Provenance.DataFile found = known.get(located);
    if (found == null) {
      found = new Provenance.DataFile(name, Files.size(located), sha256(located));
      known.put(located, found);
    }
    return new Provenance.DataFile(name, found.bytes(), found.sha256());
  }

  /** Where it is, as the modules look for it; nowhere if it is made in code. */
  private static Optional<Path> place(String name) throws IOException {
    try {
      Path path = Path.of(name);
      if (Files.exists(path)) {
        return Optional.of(path);
      }
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
    DataFolders folders = DataFolders.ofEnvironment();
    Optional<PublicFile> known = PublicFile.named(name);
    if (known.isPresent()) {
      return folders.find(known.get());
    }
    String below = FOLDERS.getOrDefault(name, name);
    Optional<Path> given = folders.given().map(folder -> folder.resolve(below));
    return given.filter(Files::exists).isPresent()
        ? given
        : Optional.of(folders.cache().resolve(below)).filter(Files::exists);
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
