package dev.chainrule.experiments.cli;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.io.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --out} names for a command, so that what cannot be written is refused before the work
 * and not after it.
 */
public sealed interface Target {
  /** A file that gets the JSON object which {@code --json} prints. */
  record Report() implements Target {}

  /**
   * A file in one of a few formats.
   *
   * @param usual where it goes if the user does not say; null for nowhere
   * @param endings of its name, which tell the format, such as {@code .png}
   */
  record OneFile(@Nullable Path usual, List<String> endings) implements Target {
    public OneFile {
      endings = List.copyOf(endings);
    }
  }

  /**
   * A folder that gets files beside those that are there.
   *
   * @param usual where they go if the user does not say
   */
  record Folder(Path usual) implements Target {}

  /**
   * A folder that one run at a time trains in.
   *
   * @param usual where it is if the user does not say; null if he must
   */
  record Run(@Nullable Path usual) implements Target {}

  /**
   * What a cluster writes on a file system of its own, which looks at it itself.
   *
   * @param usual where it goes if the user does not say; null if he must
   */
  record Elsewhere(@Nullable Path usual) implements Target {}

  /** A file in one of the formats with these endings, and none if the user names none. */
  static Target file(String... endings) {
    return new OneFile(null, List.of(endings));
  }

  /** A file of this name if the user gives none, and of its format. */
  static Target file(Path usual, String... endings) {
    return new OneFile(usual, List.of(endings));
  }

  /** The path that the user gave, or else the usual one; null where nothing is to be written. */
  default @Nullable Path path(@Nullable Path given) {
    if (given != null) {
      return given;
    }
    return switch (this) {
      case Report report -> null;
      case OneFile file -> file.usual();
      case Folder folder -> folder.usual();
      case Run run -> run.usual();
      case Elsewhere elsewhere -> elsewhere.usual();
    };
  }

  /**
   * Refuses a path that cannot be written, and keeps other runs out of a run's folder until the
   * result is closed.
   *
   * @throws IllegalArgumentException if its ending is not one of the format
   * @throws dev.chainrule.base.InputException if it cannot be written
   */
  default AutoCloseable claim(Path path) throws IOException {
    switch (this) {
      case Report report -> requireFile("--out", path, List.of(".json"));
      case OneFile file -> requireFile("--out", path, file.endings());
      case Folder folder -> AtomicFile.requireWritableFolder(path);
      case Elsewhere elsewhere -> {}
      case Run run -> {
        return FolderLock.take(path);
      }
    }
    return () -> {};
  }

  /**
   * Refuses a file that cannot be written.
   *
   * @throws IllegalArgumentException if its name ends in none of the endings
   */
  static void requireFile(String option, Path path, List<String> endings) throws IOException {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    boolean device = Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    if (!device && endings.stream().noneMatch(name::endsWith)) {
      throw new IllegalArgumentException(
          "%s: found %s, expected a name that ends in %s."
              .formatted(option, path, String.join(" or ", endings)));
    }
    AtomicFile.requireWritable(path);
  }
}
