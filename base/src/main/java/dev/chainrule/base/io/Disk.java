package dev.chainrule.base.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the Java library lacks for files that survive a crash. */
final class Disk {
  private static final int CURRENT_FOLDER = -100;

  /** RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS. */
  private static final int SWAP = 2;

  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows");
  private static final Optional<MethodHandle> LINUX = handle("renameat2", true);
  private static final Optional<MethodHandle> MACOS = handle("renamex_np", false);

  private Disk() {}

  /** Brings the entries of a folder to the disk, where the system can (Windows cannot). */
  static void sync(Path folder) throws IOException {
    if (WINDOWS) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Brings all files below a folder, and the folders themselves, to the disk. */
  static void syncTree(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        if (Files.isDirectory(path)) {
          sync(path);
        } else if (Files.isRegularFile(path)) {
          try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        }
      }
    }
  }

  /**
   * Swaps the names of two existing folders in one atomic step.
   *
   * @return false if the system or the file system has no such step; nothing has happened then
   */
  static boolean exchange(Path a, Path b) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocateFrom(a.toString());
      MemorySegment second = arena.allocateFrom(b.toString());
      if (LINUX.isPresent()) {
        return (int) LINUX.get().invokeExact(CURRENT_FOLDER, first, CURRENT_FOLDER, second, SWAP)
            == 0;
      }
      return MACOS.isPresent() && (int) MACOS.get().invokeExact(first, second, SWAP) == 0;
    } catch (Throwable e) {
      throw new AssertionError("a call of the C library threw", e);
    }
  }

  private static Optional<MethodHandle> handle(String function, boolean at) {
    FunctionDescriptor type =
        at
            ? FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT)
            : FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT);
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    return library.find(function).map(address -> linker.downcallHandle(address, type));
  }
}
