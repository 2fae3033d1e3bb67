package dev.chainrule.base.io;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder whose files belong together, such as a checkpoint: it is replaced as a whole or not at
 * all. The new files are written to {@code .NAME.new} beside it and brought to the disk, then the
 * two folders swap names in one step of the file system. Killed at any moment, the folder holds the
 * files of one call of {@link #replace}, never of two.
 *
 * <p>Where the system has no such step (Windows, some network file systems), the old folder is
 * renamed to {@code .NAME.old} first; {@link #read} looks there if it meets the instant between.
 *
 * <p>Files in the folder that are not among the owned names (a log, samples) stay. One process
 * writes a folder at a time; any number may read it meanwhile.
 */
public final class AtomicFolder {
  private static final int READ_ATTEMPTS = 100;

  private final Path folder;
  private final Path next;
  private final Path previous;
  private final Set<String> ownedNames;
  private final boolean mayExchange;

  /**
   * A folder that exists or will.
   *
   * @param ownedNames names of the files that belong together
   * @throws InputException if it is a file
   */
  public AtomicFolder(Path folder, Set<String> ownedNames) {
    this(folder, ownedNames, true);
  }

  AtomicFolder(Path folder, Set<String> ownedNames, boolean mayExchange) {
    this.folder = locate(folder);
    this.next = this.folder.resolveSibling("." + this.folder.getFileName() + ".new");
    this.previous = this.folder.resolveSibling("." + this.folder.getFileName() + ".old");
    this.ownedNames = Set.copyOf(ownedNames);
    this.mayExchange = mayExchange;
  }

  /** Writes the files of the folder. */
  @FunctionalInterface
  public interface Writer {
    /** Writes all files into an empty folder. */
    void write(Path emptyFolder) throws IOException;
  }

  /** Reads the files of the folder. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Opens or reads all files that it needs; may be called again if the folder is replaced. */
    T read(Path folder) throws IOException;
  }

  /** Where the folder is, absolute and without links. */
  public Path path() {
    return folder;
  }

  /** Whether a whole version of the folder is there. */
  public boolean exists() {
    return Files.isDirectory(folder) || Files.isDirectory(previous);
  }

  /**
   * Fails now rather than at the end of long work if the folder cannot be replaced later; what a
   * killed process left is put in order.
   *
   * @throws InputException if the folder holds the current folder, which would be swapped away
   *     under the shell, or cannot be renamed, as a mount point cannot
   */
  public void requireReplaceable() throws IOException {
    requireNotCurrent();
    recover();
    if (Files.exists(folder)) {
      rename(folder, previous);
      rename(previous, folder);
    } else {
      try {
        Files.createDirectory(next);
      } catch (FileSystemException e) {
        throw AtomicFile.unwritable(folder, e);
      }
      Files.delete(next);
    }
  }

  /**
   * Replaces the owned files by the ones that the writer writes, all in one step.
   *
   * @throws InputException as {@link #requireReplaceable}
   * @throws IllegalArgumentException if the writer writes a file of another name
   * @throws IOException if the writer or the disk fails; the folder is then as before
   */
  public void replace(Writer writer) throws IOException {
    requireNotCurrent();
    recover();
    try {
      Files.createDirectories(next);
      writer.write(next);
      requireOwnedNames();
      Disk.syncTree(next);
      if (!Files.exists(folder)) {
        rename(next, folder);
      } else if (!mayExchange || !Disk.exchange(next, folder)) {
        rename(folder, previous);
        rename(next, folder);
      }
      Disk.sync(parent());
    } finally {
      recover();
    }
  }

  /**
   * Gives the reader a folder whose files belong together. If another process replaces the folder
   * meanwhile, the result is dropped (closed, where it can be) and the reader called again.
   *
   * @throws NoSuchFileException if there is no such folder
   */
  public <T> T read(Reader<T> reader) throws IOException {
    for (int attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
      Path source = Files.isDirectory(folder) ? folder : previous;
      Optional<Object> before = identity(source);
      if (before.isPresent()) {
        T result;
        try {
          result = reader.read(source);
        } catch (IOException | RuntimeException e) {
          if (identity(source).equals(before)) {
            throw e;
          }
          continue;
        }
        if (identity(source).equals(before)) {
          return result;
        }
        close(result);
      } else if (!exists()) {
        throw new NoSuchFileException(folder.toString());
      }
    }
    throw new IOException(
        "%s was replaced during each of %d attempts to read it".formatted(folder, READ_ATTEMPTS));
  }

  /** Brings order into what a process left that was killed in {@link #replace}. */
  private void recover() throws IOException {
    Files.createDirectories(parent());
    if (Files.isDirectory(folder)) {
      AtomicFile.removeLeftovers(folder, ownedNames);
    }
    if (!Files.exists(folder) && Files.exists(previous)) {
      rename(previous, folder);
    }
    retire(previous);
    retire(next);
  }

  /** Deletes a folder after moving what is not owned back to where the user put it. */
  private void retire(Path old) throws IOException {
    if (!Files.isDirectory(old)) {
      return;
    }
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(old)) {
        for (Path entry : entries.toList()) {
          String name = String.valueOf(entry.getFileName());
          Path target = folder.resolve(name);
          boolean users = !ownedNames.contains(name) && !AtomicFile.isTemporary(name, ownedNames);
          if (users && !Files.exists(target)) {
            Files.move(entry, target);
          }
        }
      }
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(old)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      throw new InputException(
          "%s: cannot be renamed to %s (%s), expected a folder that may be, no mount point"
              .formatted(from, to.getFileName(), reason(e)),
          e);
    }
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }

  private Path parent() {
    return Objects.requireNonNull(folder.getParent());
  }

  private void requireNotCurrent() throws IOException {
    if (Path.of("").toRealPath().startsWith(folder)) {
      throw new InputException(
          folder + ": holds the current folder, expected a folder of its own inside it");
    }
  }

  private void requireOwnedNames() throws IOException {
    try (Stream<Path> entries = Files.list(next)) {
      for (Path entry : entries.toList()) {
        if (!ownedNames.contains(String.valueOf(entry.getFileName()))) {
          throw new IllegalArgumentException(
              "%s is written into %s, expected one of %s"
                  .formatted(entry.getFileName(), folder, ownedNames));
        }
      }
    }
  }

  /** What tells a folder from another of the same name; empty if there is none. */
  private static Optional<Object> identity(Path folder) {
    try {
      var attributes = Files.readAttributes(folder, BasicFileAttributes.class);
      return Optional.of(
          Arrays.asList(attributes.isDirectory(), attributes.fileKey(), attributes.creationTime()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void close(Object result) throws IOException {
    if (result instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("closing a superseded checkpoint failed", e);
      }
    }
  }

  private static Path locate(Path folder) {
    Path located = folder.toAbsolutePath().normalize();
    if (located.getFileName() == null) {
      throw new InputException(folder + ": is a root folder, expected one of its own inside it");
    }
    try {
      if (Files.exists(located)) {
        located = located.toRealPath();
        if (!Files.isDirectory(located)) {
          throw new InputException(folder + ": is a file, expected a folder");
        }
      } else if (Files.isSymbolicLink(located)) {
        throw new InputException(
            "%s: is a link to %s, which does not exist; expected a folder, or a name that is free"
                .formatted(folder, Files.readSymbolicLink(located)));
      }
    } catch (IOException e) {
      throw new InputException(folder + ": cannot be resolved; expected a folder", e);
    }
    return located;
  }
}
