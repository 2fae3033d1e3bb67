package dev.chainrule.base.io;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Writes a file under a temporary name in the same folder, brings it to the disk and renames it.
 * Whoever opens the target sees the old content or the new one, whatever happens in between.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";
  private static final AtomicLong COUNTER = new AtomicLong();

  /** What follows the beginning of a temporary name: process and count. */
  private static final Pattern OWNER = Pattern.compile("\\d{1,18}-\\d+\\.tmp");

  /** By how much the times of a file system and of a process may differ. */
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all bytes to an empty file. */
    void write(FileChannel file) throws IOException;
  }

  /**
   * Creates or replaces a file; its folder is created where it is missing. A device or a pipe is
   * written as it is.
   *
   * @throws IOException if the content or the disk fails; the target is then as before
   */
  public static void write(Path given, Content content) throws IOException {
    Path target = located(given);
    if (isDevice(target)) {
      try (FileChannel device = FileChannel.open(target, StandardOpenOption.WRITE)) {
        content.write(device);
      } catch (FileSystemException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException(target + ": " + e.getMessage(), e);
      }
      return;
    }
    try (Draft draft = draft(target)) {
      try (FileChannel file = FileChannel.open(draft.path(), StandardOpenOption.WRITE)) {
        content.write(file);
      } catch (FileSystemException e) {
        throw e;
      } catch (IOException e) {
        // A full disk does not say of which file.
        throw new IOException(target + ": " + e.getMessage(), e);
      }
      draft.commit();
    }
  }

  /** Creates or replaces a file with these bytes. */
  public static void writeBytes(Path target, byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    write(
        target,
        file -> {
          while (bytes.hasRemaining()) {
            file.write(bytes);
          }
        });
  }

  /**
   * Begins a file that is written piece by piece: an empty one under a temporary name. Its folder
   * is created where it is missing.
   */
  public static Draft draft(Path given) throws IOException {
    Path target = located(given);
    Path folder = parent(target);
    Files.createDirectories(folder);
    String name = String.valueOf(target.getFileName());
    removeLeftovers(folder, List.of(name));
    Path temporary = temporary(folder, prefix(name));
    Files.createFile(temporary);
    return new Draft(temporary, target);
  }

  /**
   * A file under its temporary name, which closing deletes.
   *
   * @param path where it is
   * @param target where it will be
   */
  public record Draft(Path path, Path target) implements AutoCloseable {
    /** Brings the file, which is whole and closed now, to the disk and gives it its name. */
    public void commit() throws IOException {
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        file.force(true);
      }
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Disk.sync(parent(target));
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(path);
    }
  }

  /**
   * Fails now rather than at the end of long work if {@link #write} could not create or replace the
   * file; nothing is left behind, and no folder created.
   *
   * @throws InputException if it is a folder or a link to nothing, or one of the folders above it
   *     is a file
   * @throws IOException if no file can be created there
   */
  public static void requireWritable(Path given) throws IOException {
    Path target = located(given);
    if (isDevice(target)) {
      return;
    }
    Path folder = parent(target);
    while (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      folder = parent(folder);
    }
    if (!Files.isDirectory(folder)) {
      throw new InputException("%s: %s is no folder, expected one.".formatted(given, folder));
    }
    Path probe = temporary(folder, prefix(String.valueOf(target.getFileName())));
    try {
      Files.createFile(probe);
    } catch (FileSystemException e) {
      throw unwritable(given, e);
    }
    Files.delete(probe);
  }

  /**
   * The same of a folder that is to get files of any name.
   *
   * @throws InputException if it is a file, a link to nothing or below a file, naming it
   */
  public static void requireWritableFolder(Path given) throws IOException {
    if (Files.exists(given, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(given)) {
      throw new InputException(
          Files.exists(given)
              ? given + ": is no folder, expected one."
              : "%s: is a link to %s, which does not exist; expected a folder, or a name that is free."
                  .formatted(given, Files.readSymbolicLink(given)));
    }
    try {
      requireWritable(given.resolve("file"));
    } catch (InputException e) {
      throw e.getCause() instanceof FileSystemException system ? unwritable(given, system) : e;
    }
  }

  /**
   * Where a file is that is to be written, through links.
   *
   * @throws InputException if it is a folder or a link to nothing
   */
  private static Path located(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw new InputException(target + ": is a folder, expected a file.");
    }
    if (!Files.isSymbolicLink(target)) {
      return target;
    }
    if (!Files.exists(target)) {
      throw new InputException(
          "%s: is a link to %s, which does not exist; expected a file, or a name that is free."
              .formatted(target, Files.readSymbolicLink(target)));
    }
    return target.toRealPath();
  }

  /** A refusal that names what the user gave, not a temporary file. */
  static InputException unwritable(Path given, FileSystemException e) {
    String reason =
        switch (e) {
          case AccessDeniedException denied -> "permission denied";
          case FileAlreadyExistsException file -> file.getFile() + " is no folder";
          default -> e.getReason();
        };
    return new InputException(
        "%s: cannot be written (%s)."
            .formatted(given, reason == null ? e.getClass().getSimpleName() : reason),
        e);
  }

  /** A device or a pipe, which must not be replaced by a file. */
  private static boolean isDevice(Path target) {
    return Files.exists(target) && !Files.isRegularFile(target);
  }

  /** Creates or replaces a file with this text as UTF-8. */
  public static void writeString(Path target, String text) throws IOException {
    writeBytes(target, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Path parent(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null || target.getFileName() == null) {
      throw new IllegalArgumentException(target + " is a root folder, expected a file");
    }
    return parent;
  }

  /** The beginning of the temporary names of a file. */
  private static String prefix(String name) {
    return "." + name + ".";
  }

  private static Path temporary(Path folder, String prefix) {
    long pid = ProcessHandle.current().pid();
    return folder.resolve(prefix + pid + "-" + COUNTER.incrementAndGet() + SUFFIX);
  }

  /** Whether a file of this name is one that is being written, or was, under one of the names. */
  static boolean isTemporary(String file, Collection<String> names) {
    return names.stream()
        .map(AtomicFile::prefix)
        .anyMatch(p -> file.startsWith(p) && OWNER.matcher(file.substring(p.length())).matches());
  }

  /** Deletes what processes that are gone left behind in the middle of writing these files. */
  static void removeLeftovers(Path folder, Collection<String> names) throws IOException {
    DirectoryStream.Filter<Path> temporary =
        path -> isTemporary(String.valueOf(path.getFileName()), names);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, temporary)) {
      for (Path file : files) {
        if (isLeftover(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** The number in the name may be that of another process by now, which began after the file. */
  private static boolean isLeftover(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    String owner = name.substring(0, name.length() - SUFFIX.length());
    owner = owner.substring(owner.lastIndexOf('.') + 1);
    long pid = Long.parseLong(owner.substring(0, owner.indexOf('-')));
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty()) {
      return true;
    }
    try {
      Instant written = Files.getLastModifiedTime(file).toInstant();
      Optional<Instant> began = process.get().info().startInstant();
      return began.isPresent() && written.isBefore(began.get().minus(CLOCKS_DIFFER));
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
