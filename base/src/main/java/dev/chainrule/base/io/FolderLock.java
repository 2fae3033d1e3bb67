package dev.chainrule.base.io;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a folder, which one process at a time has: a lock on the file {@code
 * .NAME.lock} beside it, since {@link AtomicFolder} swaps the folder itself. The kernel drops the
 * lock when its holder dies, however it dies; the file is deleted when the lock is given back.
 */
public final class FolderLock implements AutoCloseable {
  /**
   * Held by this JVM: the kernel's locks belong to a process, and do not tell its threads apart.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock; the folders above are created where they are missing.
   *
   * @param folder need not exist
   * @throws InputException if another run has it, or no file can be created beside the folder
   */
  public static FolderLock take(Path folder) throws IOException {
    Path located = new AtomicFolder(folder, Set.of()).path();
    Path file = located.resolveSibling("." + located.getFileName() + ".lock");
    if (!HELD.add(file)) {
      throw inUse(folder);
    }
    try {
      FileChannel channel = lock(file, folder);
      if (channel == null) {
        throw inUse(folder);
      }
      return new FolderLock(file, channel);
    } catch (IOException | RuntimeException e) {
      HELD.remove(file);
      throw e;
    }
  }

  /** The locked file, or null if another process has it. */
  private static @Nullable FileChannel lock(Path file, Path folder) throws IOException {
    while (true) {
      try {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.createFile(file);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isRegularFile(file)) {
          throw AtomicFile.unwritable(folder, e);
        }
      } catch (FileSystemException e) {
        throw AtomicFile.unwritable(folder, e);
      }
      try {
        Object before = identity(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
          channel.close();
          return null;
        }
        // Its last holder may have deleted it between the two; then it locks nothing.
        if (Objects.equals(before, identity(file))) {
          return channel;
        }
        channel.close();
      } catch (NoSuchFileException e) {
        // Given back this moment: try again.
      }
    }
  }

  private static Object identity(Path file) throws IOException {
    return String.valueOf(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
  }

  private static InputException inUse(Path folder) {
    return new InputException(
        folder + ": another run is writing there, expected its end, or choose another --out.");
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      channel.close();
      HELD.remove(file);
    }
  }
}
