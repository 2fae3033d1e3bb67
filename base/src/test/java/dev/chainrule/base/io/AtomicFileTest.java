package dev.chainrule.base.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
