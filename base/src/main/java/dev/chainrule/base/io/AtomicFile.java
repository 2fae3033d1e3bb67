package dev.chainrule.base.io;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a file under a temporary name in the same folder, brings it to the disk and renames it.
 * Whoever opens the target sees the old content or the new one, whatever happens in between.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";
  private static final AtomicLong COUNTER = new AtomicLong();

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
  public static void write(Path target, Content content) throws IOException {
    Path folder = parent(target);
    if (Files.isDirectory(target)) {
      throw new InputException(target + ": is a folder, expected a file.");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A device or a pipe must not be replaced by a file.
      try (FileChannel device = FileChannel.open(target, StandardOpenOption.WRITE)) {
        content.write(device);
      } catch (FileSystemException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException(target + ": " + e.getMessage(), e);
      }
      return;
    }
    Files.createDirectories(folder);
    String name = "." + target.getFileName() + ".";
    removeLeftovers(folder, name);
    Path temporary =
        folder.resolve(
            name + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet() + SUFFIX);
    try {
      try (FileChannel file =
          FileChannel.open(
              temporary,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        content.write(file);
        file.force(true);
      } catch (FileSystemException e) {
        throw e;
      } catch (IOException e) {
        // A full disk does not say of which file.
        throw new IOException(target + ": " + e.getMessage(), e);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    Disk.sync(folder);
  }

  /** Creates or replaces a file with this text as UTF-8. */
  public static void writeString(Path target, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    write(
        target,
        file -> {
          while (bytes.hasRemaining()) {
            file.write(bytes);
          }
        });
  }

  private static Path parent(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null || target.getFileName() == null) {
      throw new IllegalArgumentException(target + " is a root folder, expected a file");
    }
    return parent;
  }

  /** Deletes what processes that are gone left behind in the middle of writing this file. */
  private static void removeLeftovers(Path folder, String name) throws IOException {
    DirectoryStream.Filter<Path> temporary =
        path -> {
          String file = String.valueOf(path.getFileName());
          return file.startsWith(name)
              && file.substring(name.length()).matches("\\d{1,18}-\\d+\\.tmp");
        };
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, temporary)) {
      for (Path file : files) {
        String owner = String.valueOf(file.getFileName()).substring(name.length());
        long pid = Long.parseLong(owner.substring(0, owner.indexOf('-')));
        if (ProcessHandle.of(pid).isEmpty()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
