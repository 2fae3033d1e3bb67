package dev.chainrule.base.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void createsTheFileAndItsFolder() throws IOException {
    Path file = folder.resolve("a/b/c.txt");
    AtomicFile.writeString(file, "héllo");
    assertThat(file).hasContent("héllo");
    AtomicFile.writeString(file, "");
    assertThat(file).isEmptyFile();
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void aFailingWriterLeavesTheOldContent() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.writeString(file, "old");
    AtomicFile.Content failing =
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[10]));
          throw new IOException("disk full");
        };
    assertThatThrownBy(() -> AtomicFile.write(file, failing)).hasMessage(file + ": disk full");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("a.txt");
  }

  @Test
  void devicesStayDevicesAndFoldersAreRefused() throws IOException {
    AtomicFile.writeString(Path.of("/dev/null"), "text");
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    assertThatThrownBy(() -> AtomicFile.writeString(folder, "text"))
        .hasMessage(folder + ": is a folder, expected a file.");
  }

  @Test
  void leftoversOfDeadProcessesAreRemoved() throws IOException {
    long dead = Long.MAX_VALUE / 10;
    long alive = ProcessHandle.current().pid();
    Files.writeString(folder.resolve(".a.txt." + dead + "-1.tmp"), "half");
    Files.writeString(folder.resolve(".a.txt." + alive + "-0.tmp"), "half");
    Files.writeString(folder.resolve(".b.txt." + dead + "-1.tmp"), "half");
    AtomicFile.writeString(folder.resolve("a.txt"), "whole");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "a.txt", ".a.txt." + alive + "-0.tmp", ".b.txt." + dead + "-1.tmp");
  }

  @Test
  void aLeftoverWhoseNumberAnotherProcessHasByNowIsRemoved() throws IOException {
    Path leftover = folder.resolve(".a.txt." + ProcessHandle.current().pid() + "-7.tmp");
    Files.writeString(leftover, "half");
    Files.setLastModifiedTime(leftover, FileTime.from(Instant.now().minusSeconds(86_400)));
    AtomicFile.writeString(folder.resolve("a.txt"), "whole");
    assertThat(folder.toFile().list()).containsExactly("a.txt");
  }

  @Test
  void whatCanBeWrittenIsLeftAsItWas() throws IOException {
    AtomicFile.requireWritable(folder.resolve("a.txt"));
    AtomicFile.requireWritable(folder.resolve("not/yet/there.txt"));
    AtomicFile.requireWritable(Path.of("/dev/null"));
    assertThat(folder.toFile().list()).isEmpty();
    Files.writeString(folder.resolve("a.txt"), "old");
    AtomicFile.requireWritable(folder.resolve("a.txt"));
    assertThat(folder.resolve("a.txt")).hasContent("old");
  }

  @Test
  void whatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path dangling = Files.createSymbolicLink(folder.resolve("link"), Path.of("nowhere"));
    assertRefused(folder, "is a folder, expected a file");
    assertRefused(file.resolve("a.png"), "is no folder");
    assertRefused(dangling, "is a link to nowhere, which does not exist");
    assertRefused(dangling.resolve("a.png"), "is no folder");
    assertRefused(folder.resolve("a".repeat(250)), "cannot be written (File name too long)");
    assertRefused(Path.of("/proc/a.png"), "/proc/a.png: cannot be written (");
  }

  private static void assertRefused(Path file, String words) {
    assertThatThrownBy(() -> AtomicFile.requireWritable(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aLinkToAFileStaysALink() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    AtomicFile.writeString(link, "new");
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }
}
